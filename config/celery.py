"""The Celery application: `celery -A config worker`, `celery -A config beat`."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_shutting_down

from hub import stopping


@setup_logging.connect  # type: ignore[untyped-decorator]
def _keep_logging(**kwargs: Any) -> None:
    """The settings have set logging up. Without a receiver Celery would put handlers of its own in their place, which
    mask no secret."""


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("tieback")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["hub"])

# A run under way goes back into the queue at its next batch, so that another worker takes it within seconds.
worker_shutting_down.connect(stopping.ask)
