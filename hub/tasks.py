"""What Celery runs. The database is the truth: a task only says "look at this job", and a lost one is queued again."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from hub.dispatch import dispatch
from hub.engine.claim import rivals
from hub.engine.run import run
from hub.engine.start import CannotStart, start
from hub.models import OPEN_STATES, ApiCall, GrantState, JobState, SyncJob, Tenant, TenantStage, Trigger
from hub.references import refresh

log = logging.getLogger(__name__)
STALE_TICKS = 4  # a queued job nobody took for this long is dispatched again


@shared_task
def run_job(job_id: int) -> None:
    """Run a job if nobody else does; then let the next one of the same stage have its turn, and what comes after."""
    job = run(job_id)
    if job.is_open:
        return
    queued = SyncJob.objects.filter(state=JobState.QUEUED).exclude(after__state__in=OPEN_STATES).order_by("pk")
    turn = Q(tenant_stage=job.tenant_stage_id) | Q(tenant_stage__in=rivals(job.tenant_stage))
    following = queued.filter(turn).exclude(pk=job.pk).first()
    for one in {*queued.filter(after=job), *([following] if following else [])}:
        dispatch(one)


@shared_task
def start_scheduled(row_id: int) -> None:
    """The beat's call for one stage."""
    row = TenantStage.objects.select_related("tenant").filter(pk=row_id).first()
    if row is None:
        return
    try:
        started = start(row, trigger=Trigger.SCHEDULE)
    except CannotStart as reason:
        log.info("Schedule of %s skipped: %s", row, reason)
        return
    if not started.joined:
        dispatch(started.job)


@shared_task
def tick() -> int:
    """Dispatch what is due: queued jobs nobody took, waiting ones whose time has come, running ones left alone."""
    now = timezone.now()
    idle = Q(dispatched_at=None) | Q(dispatched_at__lt=now - timedelta(seconds=STALE_TICKS * settings.HUB_TICK_SECONDS))
    queued = Q(state=JobState.QUEUED) & idle
    due = Q(state=JobState.WAITING, not_before__lte=now) & idle
    orphaned = Q(state=JobState.RUNNING) & (Q(tenant_stage__lease_until=None) | Q(tenant_stage__lease_until__lt=now))
    ready = SyncJob.objects.filter(queued | due | orphaned).exclude(after__state__in=OPEN_STATES)
    return sum(dispatch(job) for job in ready.order_by("pk")[:200])


@shared_task
def refresh_lists() -> int:
    """Fetch the cached lists of every tenant whose logins work; gives back how many lists could not be fetched."""
    tenants = Tenant.objects.select_related("customer", "source__grant", "target__grant").filter(
        enabled=True, source__grant__state=GrantState.OK, target__grant__state=GrantState.OK
    )
    failures = [(tenant, one) for tenant in tenants for one in refresh(tenant) if one.error]
    for tenant, one in failures:
        log.warning("%s of %s could not be fetched: %s", one.label, tenant, one.error)
    return len(failures)


@shared_task
def prune() -> int:
    """Delete call records past their time."""
    old = timezone.now() - timedelta(days=settings.HUB_KEEP_CALLS_DAYS)
    deleted, _ = ApiCall.objects.filter(at__lt=old).delete()
    return deleted
