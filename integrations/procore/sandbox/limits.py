"""The two windows that every call is counted in.

https://developers.procore.com/documentation/rate-limiting
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime

from ...base.sandbox.kernel import Clock

TOO_MANY = "You have surpassed the max number of requests for an hour. Please wait until your limit resets."
SPIKE_SECONDS, HOUR_SECONDS = 10, 3600


@dataclass
class RollingWindow:
    """At most `limit` calls in any `seconds`."""

    seconds: int
    limit: int
    calls: deque[datetime] = field(default_factory=deque)

    def left(self, now: datetime) -> int:
        while self.calls and (now - self.calls[0]).total_seconds() >= self.seconds:
            self.calls.popleft()
        return max(0, self.limit - len(self.calls))

    def resets_at(self, now: datetime) -> int:
        """When the oldest call leaves the window, in Unix seconds."""
        oldest = self.calls[0] if self.calls else now
        return math.ceil(oldest.timestamp() + self.seconds)


class Limits:
    """A spike and an hourly window for each caller (token and company). The sizes may be changed at any time."""

    def __init__(self, clock: Clock, spike: int, hourly: int) -> None:
        self.clock, self.spike, self.hourly = clock, spike, hourly
        self._callers: dict[tuple[str, str], tuple[RollingWindow, RollingWindow]] = defaultdict(self._new)

    def _new(self) -> tuple[RollingWindow, RollingWindow]:
        return RollingWindow(SPIKE_SECONDS, self.spike), RollingWindow(HOUR_SECONDS, self.hourly)

    def take(self, caller: tuple[str, str]) -> bool:
        """Count a call, or refuse it uncounted."""
        now, windows = self.clock.now(), self._windows(caller)
        if any(window.left(now) == 0 for window in windows):
            return False
        for window in windows:
            window.calls.append(now)
        return True

    def headers(self, caller: tuple[str, str]) -> dict[str, str]:
        """The window that would be exceeded first."""
        now = self.clock.now()
        window = min(self._windows(caller), key=lambda w: w.left(now))
        return {
            "X-Rate-Limit-Limit": str(window.limit),
            "X-Rate-Limit-Remaining": str(window.left(now)),
            "X-Rate-Limit-Reset": str(window.resets_at(now)),
        }

    def seconds_to_wait(self, caller: tuple[str, str]) -> int:
        now = self.clock.now()
        empty = [w for w in self._windows(caller) if w.left(now) == 0]
        return max((max(1, w.resets_at(now) - int(now.timestamp())) for w in empty), default=1)

    def _windows(self, caller: tuple[str, str]) -> tuple[RollingWindow, RollingWindow]:
        spike, hour = self._callers[caller]
        spike.limit, hour.limit = self.spike, self.hourly
        return spike, hour
