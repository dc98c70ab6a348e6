"""What goes wrong with the installation itself: drawn for a block of schedules, done while they run."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from random import Random

from celery import current_app
from kombu.exceptions import OperationalError

from hub.models import SyncJob

from .bases import Base
from .faults import Timing
from .patience import patiently
from .system import System

log = logging.getLogger(__name__)
PAUSE = (0.5, 12.0)  # seconds between two of them


class Harm(threading.Thread):
    """Runs until `end`; then everything that was stopped runs again."""

    def __init__(self, draws: Random, system: System, base: Base, timing: Timing) -> None:
        super().__init__(name="harm")
        self._draws, self._system, self._base, self._timing = draws, system, base, timing
        self._over = threading.Event()
        self.done: Counter[str] = Counter()
        self.last = 0.0
        self.error: BaseException | None = None
        # (name in the table, how often it is drawn, what is done)
        self._kinds: list[tuple[str, float, Callable[[], None]]] = [
            ("worker killed", 2, self._kill_worker),
            ("worker frozen beyond its lease", 1, self._freeze_worker),
            ("worker stopped in good order", 1, self._stop_worker),
            ("beat killed", 1, self._kill_beat),
            ("broker killed and started again", 2, self._kill_broker),
            ("database connections cut", 3, self._cut_database),
            ("task delivered again", 12, self._deliver_again),
        ]

    def run(self) -> None:
        try:
            while not self._over.wait(self._draws.uniform(*PAUSE)):
                names = [name for name, _, _ in self._kinds]
                name = self._draws.choices(names, [weight for _, weight, _ in self._kinds])[0]
                next(act for known, _, act in self._kinds if known == name)()
                self.done[name] += 1
                self.last = time.monotonic()
        except BaseException as error:  # noqa: BLE001  shown by whoever waits for the end
            self.error = error

    def end(self) -> None:
        self._over.set()
        self.join()
        if self.error is not None:
            raise self.error

    def _kill_worker(self) -> None:
        self._draws.choice(self._system.workers).kill_and_start()

    def _stop_worker(self) -> None:
        self._draws.choice(self._system.workers).stop_and_start()

    def _freeze_worker(self) -> None:
        """For longer than a lease lasts; one at a time."""
        part = self._draws.choice(self._system.workers)
        self._system.freeze(part, self._timing.lease * self._draws.uniform(1.1, 1.4))

    def _kill_beat(self) -> None:
        self._system.beat.kill_and_start()

    def _kill_broker(self) -> None:
        self._base.kill_broker()
        time.sleep(self._draws.uniform(0.0, 2.0))
        self._base.start_broker()

    def _cut_database(self) -> None:
        self._base.cut_database(self._draws.uniform(0.2, 3.0))

    def _deliver_again(self) -> None:
        """Jobs that run, wait or have ended: to a worker that is told again to look at them."""
        newest = patiently(lambda: list(SyncJob.objects.order_by("-pk").values_list("pk", flat=True)[:40]))
        for job in self._draws.choices(newest, k=3) if newest else ():
            for _ in range(self._draws.randint(1, 3)):
                try:
                    current_app.send_task("hub.tasks.run_job", [job])
                except (OperationalError, OSError):
                    log.info("nobody takes the task: the broker is down")
