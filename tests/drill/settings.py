"""The product's settings; only the queue is the drill's own, so that several can use one broker."""

from __future__ import annotations

import os

from config.settings import *  # noqa: F403

CELERY_TASK_DEFAULT_QUEUE = os.environ.get("TIEBACK_TEST_QUEUE", "celery")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = HUB_DATA_DIR / "mail"  # noqa: F405
