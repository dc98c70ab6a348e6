"""What every pretend vendor is built on: a WSGI application with state, a clock, faults on demand and a call ledger.

A vendor's sandbox derives from `Sandbox`, declares handlers with `@route` and fills in authentication and limits.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar

from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from .faults import Fault as Fault
from .faults import Faults as Faults
from .replies import dump_json as dump_json
from .replies import json_response as json_response

LOGIN = re.compile("/token|/revo")  # their bodies are secrets, and they change no record
F = TypeVar("F", bound=Callable[..., Response])


class ConnectionDropped(ConnectionError):
    """The pretend vendor hangs up without an answer. `server` closes the socket on a ConnectionError."""


class Clock:
    """The sandbox's own time: real time, moved by `advance`."""

    def __init__(self) -> None:
        self._offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def advance(self, **delta: float) -> None:
        self._offset += timedelta(**delta)


@dataclass(frozen=True)
class Entry:
    """One call as the vendor saw it. `at` is when it was answered, `arrived` when it came, and `in_flight` how many of
    its account were under way then, itself included."""

    number: int
    at: str
    method: str
    path: str
    query: dict[str, list[str]]
    account: str
    key: str
    body: str
    status: int  # 0: hung up without an answer
    fault: str = ""
    arrived: str = ""
    in_flight: int = 0

    @property
    def writes(self) -> bool:
        return self.method not in ("GET", "HEAD") and not LOGIN.search(self.path)


class Ledger:
    """Every call to the API in order. Token calls are in it; the sandbox's own pages are not."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, **values: Any) -> None:
        self.entries.append(Entry(number=len(self.entries) + 1, **values))

    def writes(self, path: str = "", since: int = 0) -> list[Entry]:
        """Writes other than token calls, after entry `since`, whose path matches the pattern."""
        return [e for e in self.entries[since:] if e.writes and re.search(path, e.path)]

    def reads(self, path: str = "", since: int = 0) -> list[Entry]:
        return [e for e in self.entries[since:] if e.method == "GET" and re.search(path, e.path)]

    def mark(self) -> int:
        """Where the ledger stands now; give it as `since`."""
        return len(self.entries)


def route(method: str, path: str, **options: Any) -> Callable[[F], F]:
    """Declare a handler `(self, request, **path values) -> Response` of a Sandbox class."""

    def mark(function: F) -> F:
        routes = getattr(function, "sandbox_routes", ())
        function.sandbox_routes = (*routes, (method, path, options))  # type: ignore[attr-defined]
        return function

    return mark


class Sandbox:
    """Base of the pretend vendors. One lock serialises handlers, so state needs no other care."""

    control_prefix = "/_sandbox"
    _compiled: ClassVar[Map]

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.faults = Faults()
        self.ledger = Ledger()
        self.lock = threading.RLock()
        self.in_flight: dict[str, int] = {}

    @classmethod
    def _map(cls) -> Map:
        """The routes of this class, compiled once: that takes far longer than a call, and tests start many vendors."""
        if "_compiled" not in vars(cls):  # a derived class has routes of its own
            cls._compiled = Map(list(cls._rules()), strict_slashes=False, merge_slashes=False)
        return cls._compiled

    @classmethod
    def _rules(cls) -> Iterable[Rule]:
        for name in dir(cls):
            for method, path, options in getattr(getattr(cls, name), "sandbox_routes", ()):
                yield Rule(path, methods=[method], endpoint=name, **options)

    # What a vendor's sandbox fills in.

    def admit(self, request: Request) -> Response | None:
        """Authentication, account and limits: an answer that refuses the call, or None. Runs under the lock."""
        return None

    def account(self, request: Request) -> str:
        """Which account a call is for, for the ledger and the limits."""
        return ""

    def finish(self, request: Request, response: Response) -> Response:
        """Headers that every answer carries. Runs under the lock."""
        return response

    def throttle(self, request: Request, fault: Fault) -> Response:
        return Response("", status=429, headers=fault.headers or {"Retry-After": "1"})

    def expire_token(self, request: Request) -> None:
        """Make the token this call came with expired."""

    def not_found(self, request: Request) -> Response:
        return Response("Not found", status=404)

    def is_ours(self, request: Request) -> bool:
        """True for the sandbox's own pages, which are neither authenticated nor in the ledger."""
        return request.path == "/" or request.path.startswith(self.control_prefix)

    # The machinery.

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        if self.is_ours(request):
            with self.lock:
                return self._route(request)(environ, start_response)
        account = self.account(request)
        with self.lock:
            self.in_flight[account] = self.in_flight.get(account, 0) + 1
            came = {"arrived": self.clock.now().isoformat(), "in_flight": self.in_flight[account]}
        try:
            return self._answer(request, account, came)(environ, start_response)
        finally:
            with self.lock:
                self.in_flight[account] -= 1

    def _answer(self, request: Request, account: str, came: dict[str, Any]) -> Response:
        with self.lock:
            fault = self.faults.take(request)
        if fault and fault.kind == "delay":
            time.sleep(fault.seconds)
        with self.lock:
            response = self._execute(request, fault)
            if response is not None:
                response = self.finish(request, response)
                response.headers.setdefault("Date", http_date(self.clock.now()))
            self._log(request, account, response, fault, came)
        if fault and fault.kind == "delay_after":
            time.sleep(fault.seconds)
        if response is None:
            raise ConnectionDropped(f"{request.method} {request.path}")
        return response

    def _execute(self, request: Request, fault: Fault | None) -> Response | None:
        kind = fault.kind if fault else ""
        if kind == "drop":
            return None
        if fault and kind == "status":
            return Response(fault.body, status=fault.status, headers=fault.headers)
        if kind == "html":
            return Response("<!DOCTYPE html><html><body>Please wait</body></html>", content_type="text/html")
        if fault and kind == "throttle":
            return self.throttle(request, fault)
        if kind == "expire_token":
            self.expire_token(request)
        response = self.admit(request) or self._route(request)
        if kind == "drop_after":
            return None
        if fault and kind == "status_after":
            return Response(fault.body, status=fault.status, headers=fault.headers)
        if kind == "truncate":
            text = response.get_data()
            response.set_data(text[: len(text) // 2])
        return response

    def _route(self, request: Request) -> Response:
        adapter = self._map().bind_to_environ(request.environ)
        try:
            endpoint, values = adapter.match()
        except HTTPException:
            return self.not_found(request)
        response: Response = getattr(self, endpoint)(request, **values)
        return response

    def _log(
        self, request: Request, account: str, response: Response | None, fault: Fault | None, came: dict[str, Any]
    ) -> None:
        self.ledger.add(
            at=self.clock.now().isoformat(),
            method=request.method,
            path=request.path,
            query={key: request.args.getlist(key) for key in request.args},
            account=account,
            key=request.headers.get("Idempotency-Key", ""),
            body="" if LOGIN.search(request.path) else request.get_data(as_text=True),
            status=response.status_code if response else 0,
            fault=fault.kind if fault else "",
            **came,
        )

    # The control pages, for other processes: JSON in, JSON out.

    @route("GET", "/_sandbox/ledger")
    def control_ledger(self, request: Request) -> Response:
        since = request.args.get("since", 0, type=int)
        return json_response([{**asdict(e), "writes": e.writes} for e in self.ledger.entries[since:]])

    @route("POST", "/_sandbox/faults")
    def control_add_fault(self, request: Request) -> Response:
        return json_response(asdict(self.faults.add(**request.get_json())), 201)

    @route("DELETE", "/_sandbox/faults")
    def control_clear_faults(self, request: Request) -> Response:
        self.faults.clear()
        return json_response([])

    @route("POST", "/_sandbox/clock")
    def control_clock(self, request: Request) -> Response:
        self.clock.advance(**request.get_json())
        return json_response({"now": self.clock.now()})
