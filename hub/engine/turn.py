"""One worker's turn at a job: long enough to get somewhere, and no longer when somebody else waits."""

from __future__ import annotations

import time

from hub.models import SyncJob

from . import turns

SHORT = 20.0  # seconds; a longer turn ends at the next page or batch if another job finds no free worker
SHORTEST = 5.0  # seconds; the same when a person waits for that job
LONG = 480.0  # seconds; a longer turn ends at the next page in any case
LOOK = 2.0  # seconds between two looks at who waits


class GaveWay(Exception):
    """The turn is over: back into the queue, to go on later."""


class Turn:
    """Raises GaveWay where a run can be cut: its position is stored, or what it has sent is.

    Getting ready (lists of the target, the first page) is repeated by the next turn, so a turn works at least as long
    as it took to get ready.
    """

    def __init__(self, job: SyncJob) -> None:
        self._job = job
        self._began = self._looked = time.monotonic()
        self._ready_after: float | None = None

    def batch(self) -> None:
        """Before each batch; the first one of a turn is always sent."""
        self._step()

    def page(self, position: str) -> None:
        """After each page. Without a position nothing but what was sent is kept, so there is no reason to stop here."""
        if not position:
            return
        if self._elapsed > LONG:
            raise GaveWay
        self._step()

    def _step(self) -> None:
        if self._ready_after is None:
            self._ready_after = self._elapsed
        elif self._is_longer_than(SHORTEST) and self._somebody_waits():
            raise GaveWay

    @property
    def _elapsed(self) -> float:
        return time.monotonic() - self._began

    def _is_longer_than(self, seconds: float) -> bool:
        return self._elapsed > max(seconds, 2 * (self._ready_after or 0.0))

    def _somebody_waits(self) -> bool:
        if time.monotonic() - self._looked < LOOK:
            return False
        self._looked = time.monotonic()
        one = turns.who_waits(self._job)
        return one is not None and (one.urgent or self._is_longer_than(SHORT))
