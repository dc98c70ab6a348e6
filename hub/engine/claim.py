"""The lease on a tenant stage: one worker at a time, and a fence for one that slept through its end."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, F, Q, QuerySet
from django.utils import timezone

from hub.models import OPEN_STATES, JobState, SyncJob, TenantStage

LEASE = timedelta(seconds=240)  # longer than the longest single call (connect 10 s + read 100 s) twice over


class LeaseLost(Exception):
    """Another worker has taken over. Stop without touching anything."""


class Cancelled(Exception):
    """A person asked the job to stop."""


@dataclass(frozen=True)
class Lease:
    """Proof that we are the one worker of this tenant stage, for as long as `fence` is the row's."""

    row_id: int
    job_id: int
    owner: str
    fence: int

    def beat(self) -> None:
        """Extend the lease. Raises LeaseLost, or Cancelled when a person asked for it."""
        wanted = SyncJob.objects.filter(pk=self.job_id, cancel_requested=True)
        if self._mine().exclude(Exists(wanted)).update(lease_until=timezone.now() + LEASE):
            return
        if wanted.exists() and self._mine().exists():
            raise Cancelled
        raise LeaseLost

    def check(self) -> None:
        """For use inside a settling transaction: raise LeaseLost, and so roll back, when the fence has moved."""
        if not self._mine().update(lease_until=timezone.now() + LEASE):
            raise LeaseLost

    def release(self) -> None:
        self._mine().update(lease_owner="", lease_until=None)

    def _mine(self) -> QuerySet[TenantStage]:
        return TenantStage.objects.filter(pk=self.row_id, fence=self.fence, lease_owner=self.owner)


def claim(job: SyncJob) -> Lease | None:
    """Take the lease for an open job, or None when another worker holds it or the job has ended.

    A conditional UPDATE decides; no row is locked while vendors are called.
    """
    now, owner = timezone.now(), uuid.uuid4().hex
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    taken = TenantStage.objects.filter(free, pk=job.tenant_stage_id).update(
        lease_owner=owner, lease_until=now + LEASE, fence=F("fence") + 1
    )
    if not taken:
        return None
    fence = TenantStage.objects.values_list("fence", flat=True).get(pk=job.tenant_stage_id, lease_owner=owner)
    lease = Lease(job.tenant_stage_id, job.pk, owner, fence)
    mine = SyncJob.objects.filter(pk=job.pk, state__in=OPEN_STATES)
    if not mine.update(state=JobState.RUNNING, not_before=None):
        lease.release()
        return None
    SyncJob.objects.filter(pk=job.pk, started_at=None).update(started_at=now)
    TenantStage.objects.filter(pk=job.tenant_stage_id).update(last_attempt_at=now)
    job.refresh_from_db()
    return lease
