"""Asking a worker to look at a job, or to do something else."""

from __future__ import annotations

import logging

from celery import current_app
from django.utils import timezone
from kombu.exceptions import OperationalError

from hub.models import SyncJob

log = logging.getLogger(__name__)


def dispatch(job: SyncJob) -> bool:
    """Ask a worker to run the job. False when the broker cannot be reached: the next tick asks again."""
    SyncJob.objects.filter(pk=job.pk).update(dispatched_at=timezone.now())
    return ask("hub.tasks.run_job", job.pk, otherwise=f"job {job.pk} stays queued")


def ask(task: str, number: int, *, otherwise: str) -> bool:
    """Send a message. When the broker cannot be reached the log says what becomes of the matter `otherwise`."""
    try:
        current_app.send_task(task, [number])
    except (OperationalError, OSError):
        log.warning("The broker cannot be reached; %s", otherwise)
        return False
    return True
