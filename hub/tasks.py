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
from hub.dispatch import ask, dispatch
from hub.engine import turns
from hub.engine.run import work_on
from hub.engine.start import CannotStart, start
from hub.models import GrantState, SyncJob, Tenant, TenantStage, Trigger
from hub.references import refresh, within
from hub.stopping import Stopping

log = logging.getLogger(__name__)
STALE_TICKS = 4  # a job nobody took for this long is dispatched again
TRIES = 20  # jobs a worker looks at before it gives a turn up; some have a rival at work
WAKE = 3  # jobs that the end of one may have made possible
MOST = 200  # jobs a tick dispatches
LISTS = 300.0  # seconds for one tenant's lists; with the last call's time shorter than a broker waits for a message
AT_LISTS = timedelta(minutes=10)  # by then whoever began with them is through, or dead


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
def refresh_lists(after: int = 0, *more: object, **named: object) -> int:
    """Fetch the cached lists of the next tenant whose logins work, and ask for the one behind it: one tenant at a time,
    so that no message takes as long as a broker waits, and never more than one of a worker's threads. Gives back how
    many lists could not be fetched."""
    tenant = _next_to_refresh(after)
    if tenant is None:
        return 0
    last = tenant.pk
    try:
        with logs.about(request=logs.new_id(), tenant=tenant.slug):
            return _refreshed(tenant)
    except Stopping:
        last = after  # whoever takes the message begins with this tenant
        return 0
    finally:
        if _next_to_refresh(last):
            ask("hub.tasks.refresh_lists", last, otherwise="the lists of the other tenants stay as they are")


def _refreshed(tenant: Tenant) -> int:
    """A broker may deliver a message again while the first copy is at work; then this one passes the tenant over."""
    name = f"{pulse.LISTS}{tenant.pk}"
    if not pulse.take(name, AT_LISTS):
        return 0
    try:
        failed = [one for one in refresh(tenant, background=True, beat=within(LISTS)) if one.error]
    except Stopping:
        pulse.give_back(name)
        raise
    for one in failed:
        log.warning("%s of %s could not be fetched: %s", one.label, tenant, one.error)
    return len(failed)


def _next_to_refresh(after: int) -> Tenant | None:
    tenants = Tenant.objects.select_related("customer", "source__grant", "target__grant").order_by("pk")
    works = tenants.filter(enabled=True, source__grant__state=GrantState.OK, target__grant__state=GrantState.OK)
    return works.filter(pk__gt=after).first()


@shared_task(name="hub.tasks.watch")
def look_around() -> bool:
    """Look for what is stuck (`hub.watch`)."""
    return watch.look(watch.EVERY)


@shared_task
def prune() -> dict[str, int]:
    """Delete what has had its time (`hub.pruning`)."""
    return pruning.prune().counts
