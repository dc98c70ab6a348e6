"""Asking a worker to look at a job."""

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
    try:
        current_app.send_task("hub.tasks.run_job", [job.pk])
    except (OperationalError, OSError):
        log.warning("The broker cannot be reached; job %s stays queued", job.pk)
        return False
    return True
