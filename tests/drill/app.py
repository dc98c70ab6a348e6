"""The Celery application of the drill's workers: the product's own, with wide limits, and with one safety switched off
when the drill shall show that it can fail."""

from __future__ import annotations

import os

import django

from config.celery import app as app

django.setup()

from .unsafe import switch_off  # noqa: E402
from .wide import shorten_keys, shorten_late, widen  # noqa: E402

widen()
shorten_keys()
shorten_late()
switch_off(os.environ.get("TIEBACK_DRILL_WITHOUT", ""))
