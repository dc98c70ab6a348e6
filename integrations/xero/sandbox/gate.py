"""What a call must pass before it is carried out: limits and idempotency keys.

https://developer.xero.com/documentation/guides/oauth2/limits
https://developer.xero.com/documentation/guides/idempotent-requests/idempotency
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from werkzeug.wrappers import Request, Response

from .switches import Switches


@dataclass
class Count:
    window: int
    used: int = 0


@dataclass(frozen=True)
class Exceeded:
    """Which limit is used up, and when it opens again (seconds; None when Xero would not tell)."""

    problem: str
    retry_after: int | None


class Limits:
    """Fixed windows. Those of an organisation start at a time of its own, so only Retry-After tells when one ends."""

    def __init__(self, switches: Switches) -> None:
        self.switches = switches
        self._counts: dict[tuple[str, str], Count] = {}

    def take(self, app: str, organisation: str, day_limit: int, now: datetime) -> Exceeded | None:
        """Count one call of an app for an organisation, or say which limit stops it."""
        who, minute = f"{app}/{organisation}", self.switches.minute_seconds
        for problem, seconds, limit in (("minute", minute, self.switches.minute_limit), ("day", 86_400, day_limit)):
            if self.left(who, seconds, limit, now) <= 0:
                return Exceeded(problem, self.opens_in(who, seconds, now))
        for seconds in (minute, 86_400):
            self._count(who, seconds, now).used += 1
        return None

    def take_app(self, app: str, now: datetime) -> Exceeded | None:
        if self.left(app, 60, self.switches.app_minute_limit, now) <= 0:
            return Exceeded("appminute", None)
        self._count(app, 60, now).used += 1
        return None

    def left(self, who: str, seconds: int, limit: int, now: datetime) -> int:
        return max(0, limit - self._count(who, seconds, now).used)

    def reset(self) -> None:
        self._counts.clear()

    def _count(self, who: str, seconds: int, now: datetime) -> Count:
        window = int((now.timestamp() - self._phase(who, seconds)) // seconds)
        count = self._counts.setdefault((who, str(seconds)), Count(window))
        if count.window != window:
            count.window, count.used = window, 0
        return count

    def opens_in(self, who: str, seconds: int, now: datetime) -> int:
        """Seconds until the window of this length begins anew."""
        into = (now.timestamp() - self._phase(who, seconds)) % seconds
        return max(1, math.ceil(seconds - into))

    @staticmethod
    def _phase(who: str, seconds: int) -> int:
        return crc32(who.encode()) % seconds


@dataclass
class Kept:
    """A first call under a key, with its answer."""

    call: tuple[str, str, str, bytes]  # method, address, organisation, body
    at: datetime
    status: int
    body: bytes
    content_type: str


class Keys:
    """Idempotency keys: kept for six minutes from the first call, errors too, for an app and not for a tenant."""

    minutes = 6

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Kept] = {}

    def find(self, app: str, key: str, now: datetime) -> Kept | None:
        kept = self._kept.get((app, key))
        return kept if kept and now - kept.at < timedelta(minutes=self.minutes) else None

    def keep(self, app: str, organisation: str, request: Request, response: Response, now: datetime) -> None:
        """A later failure of the same call replaces what was kept, and the six minutes still run from the first."""
        key = request.headers["Idempotency-Key"]
        first = self.find(app, key, now)
        self._kept[app, key] = Kept(
            call=self.call(request, organisation),
            at=first.at if first else now,
            status=response.status_code,
            body=response.get_data(),
            content_type=response.content_type or "",
        )

    @staticmethod
    def call(request: Request, organisation: str) -> tuple[str, str, str, bytes]:
        return request.method, request.full_path, organisation, request.get_data()
