"""The beat's scheduler. It tells the database that it is alive; whether it works shows only in its own loop."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.db import Error, close_old_connections
from django_celery_beat.schedulers import DatabaseScheduler

from hub import pulse, watch

log = logging.getLogger(__name__)
EVERY = 15.0  # seconds between two signs of life


class Scheduler(DatabaseScheduler):  # type: ignore[misc]
    """django-celery-beat's scheduler with a sign of life."""

    _told = float("-inf")

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """One turn of the loop, which comes round every few seconds."""
        if time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            self._tell()
        seconds: float = super().tick(*args, **kwargs)
        return seconds

    def _tell(self) -> None:
        """A database that is away is told later."""
        close_old_connections()
        try:
            pulse.give(pulse.BEAT)
            watch.look_if_nobody_does()
        except Error as error:
            log.warning("The database does not answer the beat: %s", error)
