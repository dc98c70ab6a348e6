"""Looks, while the drill runs, for jobs that run without anybody working on them, and for logins that die."""

from __future__ import annotations

import threading
import time

from django.db import connection
from django.utils import timezone

from hub.models import JobState, SyncJob

from .logins import Logins
from .patience import patiently
from .system import System

STUCK = 60.0  # seconds that a running job may be without a living owner; the parts are killed and started meanwhile
LOOK = 1.0


class Watch(threading.Thread):
    """`stuck` holds the jobs that nobody took for too long, `longest` how long the longest was left alone."""

    def __init__(self, system: System, logins: Logins) -> None:
        super().__init__(name="watch", daemon=True)
        self._system, self._logins = system, logins
        self._over = threading.Event()
        self.stuck: set[int] = set()
        self.longest = 0.0
        self.asked = self.answered = 0

    def run(self) -> None:
        while not self._over.wait(LOOK):
            patiently(self._look)
            patiently(self._logins.look)
            if int(time.monotonic()) % 5 == 0:
                self.asked += 1
                self.answered += self._system.answers()
        connection.close()

    def _look(self) -> None:
        now = timezone.now()
        left = SyncJob.objects.filter(state=JobState.RUNNING, tenant_stage__lease_until__lt=now)
        for pk, until in left.values_list("pk", "tenant_stage__lease_until"):
            alone = (now - until).total_seconds() if until else 0.0
            self.longest = max(self.longest, alone)
            if alone > STUCK:
                self.stuck.add(pk)

    def end(self) -> None:
        self._over.set()
        self.join()
