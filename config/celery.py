"""The Celery application: `celery -A config worker`, `celery -A config beat`."""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import worker_shutting_down

from hub import stopping

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("tieback")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["hub"])

# A run under way goes back into the queue at its next batch, so that another worker takes it within seconds.
worker_shutting_down.connect(stopping.ask)
