"""The lease on a tenant stage: one worker at a time, and a fence for one that slept through its end."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Q, QuerySet
from django.utils import timezone

from hub import stopping
from hub.models import OPEN_STATES, Connection, Gate, JobState, SyncJob, TenantStage, Worker


def _until() -> datetime:
    """How long a worker has a stage without saying so again: longer than the longest call twice over (config.env)."""
    return timezone.now() + timedelta(seconds=settings.HUB_LEASE_SECONDS)


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
        """Extend the lease. Raises LeaseLost; Cancelled when a person asked for it; Stopping when this process ends.

        Called where stopping does no harm: between pages and batches, and in long waits."""
        if stopping.asked():
            raise stopping.Stopping
        wanted = SyncJob.objects.filter(pk=self.job_id, cancel_requested=True)
        if self._mine().exclude(Exists(wanted)).update(lease_until=_until()):
            return
        if wanted.exists() and self._mine().exists():
            raise Cancelled
        raise LeaseLost

    def check(self) -> None:
        """For use inside a settling transaction: raise LeaseLost, and so roll back, when the fence has moved."""
        if not self._mine().update(lease_until=_until()):
            raise LeaseLost

    def release(self) -> None:
        self._mine().update(lease_owner="", lease_until=None)

    def _mine(self) -> QuerySet[TenantStage]:
        return TenantStage.objects.filter(pk=self.row_id, fence=self.fence, lease_owner=self.owner)


@transaction.atomic(durable=True)
def claim(job: SyncJob, allowed: Callable[[], bool] | None = None) -> Lease | None:
    """Take the lease for an open job, or None when another worker holds it, a rival is at work, the job has ended, or
    it is not `allowed`, which is asked while no other worker can take a lease.

    No row stays locked while vendors are called.
    """
    if allowed is not None:
        list(Worker.objects.select_for_update().order_by("pk"))  # one decides at a time, or two take the last slot
        if not allowed():
            return None
    lease = _take(job)
    if lease is None:
        return None
    now = timezone.now()
    mine = SyncJob.objects.filter(pk=job.pk, state__in=OPEN_STATES)
    if not mine.update(state=JobState.RUNNING, not_before=None):
        lease.release()
        return None
    SyncJob.objects.filter(pk=job.pk, started_at=None).update(started_at=now)
    TenantStage.objects.filter(pk=job.tenant_stage_id).update(last_attempt_at=now)
    job.refresh_from_db()
    return lease


def _take(job: SyncJob) -> Lease | None:
    """The conditional UPDATE decides; the lock on the target keeps two rivals from deciding at once."""
    now, owner = timezone.now(), uuid.uuid4().hex
    row = TenantStage.objects.select_related("tenant__source__grant", "tenant__target__grant").get(
        pk=job.tenant_stage_id
    )
    list(_same_account(row).select_for_update(of=("self",)).order_by("pk"))
    if not SyncJob.objects.filter(pk=job.pk, state__in=OPEN_STATES).exists():
        return None  # delivered once more after its end: the lease is not even touched
    if job.gate != Gate.PREVIEW and rivals(row).filter(lease_until__gt=now).exists():
        return None
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    fence = row.fence + 1
    taken = TenantStage.objects.filter(free, pk=row.pk, fence=row.fence).update(
        lease_owner=owner, lease_until=_until(), fence=fence
    )
    return Lease(row.pk, job.pk, owner, fence) if taken else None


def rivals(row: TenantStage) -> QuerySet[TenantStage]:
    """The same stage of other tenants with the same target account: two organisations that feed one company. They take
    turns, since neither could see what the other is just creating."""
    target = _same_account(row).values("pk")
    others = TenantStage.objects.filter(stage=row.stage).exclude(pk=row.pk)
    return others.filter(Q(tenant__source__in=target) | Q(tenant__target__in=target))


def _same_account(row: TenantStage) -> QuerySet[Connection]:
    """The target's connection, and others of the customer that reach the same account through another login."""
    target = row.connections[1]
    twins = Q(account_id=target.account_id, customer=target.customer_id, grant__vendor=target.grant.vendor)
    return Connection.objects.filter(Q(pk=target.pk) | twins & ~Q(account_id=""))
