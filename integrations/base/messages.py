"""What goes out, what comes back, and the record of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from requests.structures import CaseInsensitiveDict

from .parsing import seconds

LONGEST_WAIT = 90_000.0  # seconds, a day and a little: no quota of any vendor takes longer


@dataclass(frozen=True)
class Request:
    """What goes over the wire, complete but for token and key, so that it can be stored and sent again unchanged."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    content_type: str = "application/json"
    content: bytes = field(default=b"", repr=False)  # a file, sent instead of `body`; neither stored nor logged

    @property
    def writes(self) -> bool:
        return self.method not in ("GET", "HEAD")


@dataclass(frozen=True)
class Reply:
    """An answer. `data` is parsed JSON with Decimal for every fraction, or None when the body is not JSON."""

    status: int
    headers: CaseInsensitiveDict[str]
    text: str
    data: Any
    readable: bool
    whole: bool = True  # False: it was too large and is not read

    @property
    def date(self) -> datetime | None:
        """The server's clock."""
        try:
            return parsedate_to_datetime(self.headers["Date"]).astimezone(UTC)
        except (KeyError, TypeError, ValueError, OverflowError):
            return None

    @property
    def retry_after(self) -> float | None:
        return seconds(self.headers.get("Retry-After"), LONGEST_WAIT)


@dataclass(frozen=True)
class Call:
    """The record of one HTTP call, for the hub's call log. Bodies are as sent: redacting is the hub's job."""

    request: Request
    status: int | None
    milliseconds: int
    correlation_id: str
    calls_left: Mapping[str, int]
    answer: str
    error: str
