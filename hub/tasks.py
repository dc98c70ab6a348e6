"""What Celery runs. The database is the truth: a task only says "look at this job", and a lost one is queued again."""

from __future__ import annotations

import logging
from datetime import timedelta
from itertools import islice

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from hub import logs, pruning, pulse, watch
from hub import workers as workers  # its signals tell the database of a worker
from hub.dispatch import dispatch
from hub.engine import turns
from hub.engine.run import work_on
from hub.engine.start import CannotStart, start
from hub.models import GrantState, SyncJob, Tenant, TenantStage, Trigger
from hub.references import refresh

log = logging.getLogger(__name__)
STALE_TICKS = 4  # a job nobody took for this long is dispatched again
TRIES = 20  # jobs a worker looks at before it gives a turn up; some have a rival at work
WAKE = 3  # jobs that the end of one may have made possible
MOST = 200  # jobs a tick dispatches


@shared_task
def run_job(job_id: int, *more: object, **named: object) -> None:
    """A worker's turn. The message says that there is work; whose turn it is says the database. When the turn is over,
    workers are asked to look at what could not begin before. What else a message says is of another release."""
    if not _worked():
        waiting = [one.job_id for one in islice(turns.line(turns.Load.now()), TRIES)]
        # Their own messages may have gone to other jobs.
        SyncJob.objects.filter(pk__in=[job_id, *waiting]).update(dispatched_at=None)
        if not _worked():  # a turn that ended between the two has not seen that these are unasked
            return
    for one in turns.unasked()[:WAKE]:
        dispatch(one)


def _worked() -> bool:
    """Work on the first job in line that can be begun; False when there is none."""
    load = turns.Load.now()
    admitted = (one for one in turns.line(load) if load.admits(one.tenant_id, one.urgent))
    return any(work_on(one.job_id, allowed=one.admitted_now) for one in islice(admitted, TRIES))


@shared_task
def start_scheduled(row_id: int, *more: object, **named: object) -> None:
    """The beat's call for one stage."""
    row = TenantStage.objects.select_related("tenant").filter(pk=row_id).first()
    if row is None:
        return
    with logs.about(request=logs.new_id(), tenant=row.tenant.slug):
        try:
            started = start(row, trigger=Trigger.SCHEDULE)
        except CannotStart as reason:
            log.info("Schedule of %s skipped: %s", row, reason)
            return
        log.info("Schedule of %s: job %s%s", row, started.job.pk, " joined" if started.joined else "")
        if not started.joined:
            dispatch(started.job)


@shared_task
def tick() -> int:
    """Ask workers to look at what nobody took: the first job of each stage that nobody is at, in the order of turns."""
    pulse.give(pulse.TICK)
    stale = timezone.now() - timedelta(seconds=STALE_TICKS * settings.HUB_TICK_SECONDS)
    return sum(dispatch(job) for job in turns.unasked(since=stale)[:MOST])


@shared_task
def refresh_lists() -> int:
    """Fetch the cached lists of every tenant whose logins work; gives back how many lists could not be fetched."""
    tenants = Tenant.objects.select_related("customer", "source__grant", "target__grant").filter(
        enabled=True, source__grant__state=GrantState.OK, target__grant__state=GrantState.OK
    )
    failures = [(tenant, one) for tenant in tenants for one in refresh(tenant, background=True) if one.error]
    for tenant, one in failures:
        log.warning("%s of %s could not be fetched: %s", one.label, tenant, one.error)
    return len(failures)


@shared_task(name="hub.tasks.watch")
def look_around() -> bool:
    """Look for what is stuck (`hub.watch`)."""
    return watch.look(watch.EVERY)


@shared_task
def prune() -> dict[str, int]:
    """Delete what has had its time (`hub.pruning`)."""
    return pruning.prune().counts
