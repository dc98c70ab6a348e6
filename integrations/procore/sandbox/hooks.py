"""Webhooks of the pretend Procore: who wants to hear of what, what was sent to them, and what came back.

https://developers.procore.com/documentation/webhooks . There is no signature: only the hook's own Authorization header
comes along. Whoever does not take a delivery within five seconds is tried again, for twelve hours.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import requests

from ...base.sandbox.kernel import Clock, dump_json

if TYPE_CHECKING:
    from .state import Row

PATIENCE = 5.0  # seconds
LONGEST_WAIT, GIVE_UP = timedelta(hours=1), timedelta(hours=12)
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Source:
    """Who made a change. `application` is "" for a person on the web site."""

    user_id: int | None = None
    application: str = ""


@dataclass(frozen=True)
class Event:
    """Something that became of a record. `kind`: create, update, delete."""

    company_id: int
    project_id: int | None
    resource: str
    kind: str
    row_id: int
    holder: tuple[str, int] | None = None  # resource and id of what it is a part of


@dataclass
class Attempt:
    started_at: datetime
    completed_at: datetime
    status: int | None = None  # None: nobody answered in time
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    error: str = ""
    outcome: str = "ok"  # or retried, discarded


@dataclass
class Delivery:
    id: int
    hook: Row
    event: Event
    payload: dict[str, Any]
    made_at: datetime
    due: datetime
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def status(self) -> str:
        if not self.attempts:
            return "enqueued"
        return {"ok": "delivered", "retried": "retrying"}.get(self.attempts[-1].outcome, "discarded")

    @property
    def open(self) -> bool:
        """To be sent, unless its hook is off or gone."""
        return self.status in ("enqueued", "retrying") and bool(self.hook["status"] == "active")


class Courier:
    """Sends deliveries when they are due, beside the calls. A test may take `deliver` into its own hands."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.by_itself = True
        self.deliveries: list[Delivery] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def take(self, delivery: Delivery) -> None:
        with self._lock:
            self.deliveries.append(delivery)
            if self.by_itself and self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

    def deliver(self) -> int:
        """Send what is due; how many deliveries that were."""
        now = self.clock.now()
        due = [one for one in list(self.deliveries) if one.open and one.due <= now]
        for delivery in due:
            self._attempt(delivery)
        return len(due)

    def _run(self) -> None:
        while True:
            self.deliver()
            with self._lock:
                if not any(one.open for one in self.deliveries):
                    self._thread = None
                    return
            time.sleep(0.1)

    def _attempt(self, delivery: Delivery) -> None:
        attempt = _sent(delivery, self.clock)
        wait = min(timedelta(seconds=2 ** len(delivery.attempts)), LONGEST_WAIT)
        if attempt.outcome != "ok":
            late = attempt.completed_at + wait > delivery.made_at + GIVE_UP
            attempt.outcome = "discarded" if late else "retried"
        delivery.due = attempt.completed_at + wait
        delivery.attempts.append(attempt)


def _sent(delivery: Delivery, clock: Clock) -> Attempt:
    """One try; anything but a 2xx in time is none."""
    own = {"Authorization": delivery.hook["authorization"]} if delivery.hook["authorization"] else {}
    attempt = Attempt(clock.now(), clock.now())
    try:
        reply = requests.post(
            delivery.hook["destination_url"],
            data=dump_json(delivery.payload),
            headers={"Content-Type": "application/json", **own},
            timeout=PATIENCE,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        attempt.outcome, attempt.error = "failed", type(error).__name__
    else:
        attempt.status, attempt.body, attempt.headers = reply.status_code, reply.text, dict(reply.headers)
        attempt.outcome = "ok" if 200 <= reply.status_code < 300 else "failed"
    attempt.completed_at = clock.now()
    return attempt


class News:
    """What has changed. Within a call it is told at the end, each thing once, and not at all when it was refused."""

    def __init__(self) -> None:
        self.source = Source()
        self.tell: Callable[[Event, Source], None] = lambda event, source: None
        self._call: list[Event] | None = None

    def add(self, event: Event) -> None:
        if self._call is None:
            self.tell(event, self.source)
        elif not any(_covers(known, event) for known in self._call):
            self._call = [known for known in self._call if not _covers(event, known)] + [event]

    @contextmanager
    def of_call(self, source: Source) -> Iterator[None]:
        kept, self.source, self._call = self.source, source, []
        try:
            yield
            for event in self._call or ():
                self.tell(event, source)
        finally:
            self.source, self._call = kept, None


def _covers(known: Event, event: Event) -> bool:
    """A change says nothing beside the making or the end of the same record in one call."""
    same = (known.company_id, known.resource, known.row_id) == (event.company_id, event.resource, event.row_id)
    return same and (known.kind == event.kind or event.kind == "update")


def new_ulid(at: datetime) -> str:
    """Ten digits of time, sixteen by chance."""
    number = int(at.timestamp() * 1000) << 80 | secrets.randbits(80)
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
