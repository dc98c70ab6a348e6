"""Deleting what has had its time, a bounded batch at a time, so that nobody waits for the database meanwhile.

What links, approvals and the account of what was sent rest on is never deleted: links, problems, changes of the
configuration, jobs that wrote something with who started and who approved them, and their records' outcomes.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from hub import pulse, stopping
from hub.models import (
    ApiCall,
    BatchState,
    Incident,
    JobRecord,
    Problem,
    RecordOutcome,
    RecordState,
    SyncJob,
    WriteBatch,
)

log = logging.getLogger(__name__)
BATCH = 500  # rows of one kind in one transaction
JOBS = 50  # jobs whose records are gone through in one
SECONDS = 600.0  # a night's work, shorter than a broker waits for a message; the rest comes the next night
UNDECIDED = (RecordState.PLANNED, RecordState.WAITING, RecordState.APPROVED)  # their payload is still to be sent


class OutOfTime(Exception):
    """The night is over, or this process is about to end."""


@dataclass
class Pruned:
    """What was deleted, by kind. `finished` is False when time ran out."""

    counts: dict[str, int] = field(default_factory=dict)
    finished: bool = True


def prune(seconds: float = SECONDS) -> Pruned:
    """Delete what is older than it is kept (docs/configuration.md). Safe to stop and to call again at any time."""
    done, deadline = Pruned(), time.monotonic() + seconds
    try:
        for kind, steps in KINDS.items():
            done.counts[kind] = 0
            for count in steps():
                done.counts[kind] += count
                if time.monotonic() > deadline or stopping.asked():
                    raise OutOfTime
    except OutOfTime:
        done.finished = False
    pulse.give(pulse.PRUNE)
    log.info("Old data deleted%s: %s", "" if done.finished else " until time ran out", done.counts)
    return done


def _before(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def _calls() -> Iterator[int]:
    yield from _emptied(ApiCall.objects.filter(at__lt=_before(settings.HUB_KEEP_CALLS_DAYS)).order_by("at"))


def _payloads() -> Iterator[int]:
    """Of jobs that ended long ago: what was to be sent, before and after, and the exact requests. Outcomes stay."""
    ended = SyncJob.objects.filter(finished_at__lt=_before(settings.HUB_KEEP_PAYLOADS_DAYS), pruned_at=None)
    for jobs in _slices(ended):
        yield _emptied_jobs(jobs)


@transaction.atomic
def _emptied_jobs(jobs: list[int]) -> int:
    records = JobRecord.objects.filter(job__in=jobs)
    open_ones = records.filter(state__in=UNDECIDED).values_list("job", flat=True)
    unsettled = WriteBatch.objects.filter(~Q(state=BatchState.SETTLED), job__in=jobs).values_list("job", flat=True)
    left = {*open_ones, *unsettled}
    count = records.exclude(state__in=UNDECIDED).exclude(payload={}, diff=[]).update(payload={}, diff=[])
    batches = list(WriteBatch.objects.filter(job__in=jobs, state=BatchState.SETTLED))
    for batch in batches:
        batch.body, batch.params = "", {}
        batch.members = [{name: member[name] for name in ("source_id", "action")} for member in batch.members]
    WriteBatch.objects.bulk_update(batches, ["body", "params", "members"], batch_size=BATCH)
    SyncJob.objects.filter(pk__in=set(jobs) - left).update(pruned_at=timezone.now())
    return count + len(batches)


def _unchanged() -> Iterator[int]:
    """“Nothing to do” of long ago, where a later run has said something about the same record."""
    unchanged = Q(outcome=RecordOutcome.UNCHANGED, state=RecordState.DONE)
    some = Exists(JobRecord.objects.filter(unchanged, job=OuterRef("pk")))
    for jobs in _slices(SyncJob.objects.filter(some, finished_at__lt=_before(settings.HUB_KEEP_JOBS_DAYS))):
        for job in SyncJob.objects.filter(pk__in=jobs):
            later = JobRecord.objects.filter(job=_last_full(job)).values("source_id")
            yield JobRecord.objects.filter(unchanged, job=job, source_id__in=later).delete()[0]


def _last_full(job: SyncJob) -> int | None:
    """The stage's last run that looked at everything, if it came after this one."""
    later = SyncJob.objects.filter(tenant_stage=job.tenant_stage_id, full=True, pk__gt=job.pk)
    ended = later.filter(finished_at__isnull=False).exclude(gate="preview")
    return ended.order_by("-pk").values_list("pk", flat=True).first()


def _jobs() -> Iterator[int]:
    """Runs of long ago that found nothing to do, and previews; never a stage's last job."""
    me = OuterRef("pk")
    said = JobRecord.objects.filter(job=me).exclude(state=RecordState.PREVIEW)
    kept = (
        Exists(said)
        | Exists(WriteBatch.objects.filter(job=me))
        | Exists(Problem.objects.filter(job=me))
        | Exists(SyncJob.objects.filter(approves=me))
    )
    followed = Exists(SyncJob.objects.filter(tenant_stage=OuterRef("tenant_stage"), pk__gt=me))
    old = SyncJob.objects.filter(finished_at__lt=_before(settings.HUB_KEEP_JOBS_DAYS))
    for jobs in _slices(old.filter(~kept, followed)):
        SyncJob.objects.filter(pk__in=jobs).delete()
        yield len(jobs)


def _incidents() -> Iterator[int]:
    yield from _emptied(Incident.objects.filter(closed_at__lt=_before(settings.HUB_KEEP_JOBS_DAYS)).order_by("pk"))


def _sessions() -> Iterator[int]:
    yield from _emptied(Session.objects.filter(expire_date__lt=timezone.now()).order_by("expire_date"))


def _logins() -> Iterator[int]:
    days = settings.HUB_KEEP_PAYLOADS_DAYS
    yield AxesProxyHandler.reset_logs(age_days=days) + AxesProxyHandler.reset_failure_logs(age_days=days)


def _emptied(rows: QuerySet[Any]) -> Iterator[int]:
    """Delete these rows, a batch at a time."""
    model: type[Model] = rows.model
    while pks := list(rows.values_list("pk", flat=True)[:BATCH]):
        yield model._default_manager.filter(pk__in=pks).delete()[0]


def _slices(jobs: QuerySet[SyncJob]) -> Iterator[list[int]]:
    """Their keys in order, a few at a time; each job once, whether or not it is still among them afterwards."""
    last = 0
    while pks := list(jobs.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:JOBS]):
        yield pks
        last = pks[-1]


KINDS: dict[str, Callable[[], Iterator[int]]] = {
    "records of API calls": _calls,
    "payloads": _payloads,
    "records of unchanged data": _unchanged,
    "jobs without effect": _jobs,
    "incidents": _incidents,
    "ended sessions": _sessions,
    "entries of the login log": _logins,
}
