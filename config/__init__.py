"""Settings, URLs and the Celery application of an installation."""

from __future__ import annotations

from config.celery import app as celery_app

__all__ = ["celery_app"]
