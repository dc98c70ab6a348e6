"""What goes wrong at the vendors: drawn for a schedule, waiting for the call it is meant for."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from werkzeug.wrappers import Request

from integrations.base.sandbox.kernel import Fault, Faults, Sandbox

from .scenario import Edit, Kind

KILL, FREEZE = "kill", "freeze"
KILLED, FROZEN = "worker killed while its write is under way", "worker frozen while its call is under way"
TOKENS, FILES, RESET = "/token", "/files/", "X-Rate-Limit-Reset"
READ, WRITE, ANY = "GET", "write", "*"


@dataclass(frozen=True)
class Timing:
    """Seconds. The installation is set up by these, and delays are measured by them."""

    call: float = 2.0
    lease: float = 8.0
    tick: float = 1.5
    pause: float = 0.5

    @property
    def environment(self) -> dict[str, str]:
        return {
            "TIEBACK_CALL_SECONDS": str(self.call),
            "TIEBACK_LEASE_SECONDS": str(self.lease),
            "TIEBACK_TICK_SECONDS": str(self.tick),
            "TIEBACK_FIRST_PAUSE_SECONDS": str(self.pause),
        }


HarmCaller = Callable[[str, int, Fault], bool]  # what, to whoever calls from this port, how; False: not possible now


@dataclass
class Drawn:
    """One fault of one customer: in which round, at which matching call; or a person's edit at that moment."""

    name: str
    vendor: str
    round: int
    fault: Fault
    calls: str = ANY
    edit: Callable[[], None] | None = None
    harm: str = ""  # what is done to the worker that calls

    def matches(self, request: Request) -> bool:
        about_token = TOKENS in request.path
        if about_token != (self.fault.path == TOKENS):
            return False
        if self.fault.kind == "truncate" and request.path.startswith(FILES):
            return False  # cut short with a matching length: nobody could tell
        if self.calls == WRITE and request.method in ("GET", "HEAD"):
            return False
        return self.fault.matches(request)


@dataclass
class Waiting:
    """The faults of one customer that are armed, and what became of them."""

    drawn: list[Drawn] = field(default_factory=list)
    fired: Counter[str] = field(default_factory=Counter)
    last: float = 0.0  # by time.monotonic


class Storm(Faults):
    """In a sandbox's place for faults: each customer has its own."""

    def __init__(self, vendor: str, sandbox: Sandbox, whose: Callable[[Request], str], harm: HarmCaller) -> None:
        super().__init__()
        self._vendor, self._sandbox, self._whose, self._harm = vendor, sandbox, whose, harm
        self.customers: dict[str, Waiting] = {}

    def take(self, request: Request) -> Fault | None:
        """Runs under the sandbox's lock, so an edit happens between two calls."""
        waiting = self.customers.get(self._whose(request))
        for drawn in list(waiting.drawn) if waiting else ():
            if drawn.vendor != self._vendor or not drawn.matches(request):
                continue
            assert waiting is not None
            drawn.fault.times -= 1
            if drawn.fault.times <= 0:
                waiting.drawn.remove(drawn)
            request.get_data()  # all of it has arrived
            if drawn.harm and not self._harm(drawn.harm, int(request.environ.get("REMOTE_PORT", 0)), drawn.fault):
                continue
            waiting.fired[drawn.name] += 1
            waiting.last = time.monotonic()
            if drawn.harm:
                return None  # the call is carried out; nobody is there to hear, or not for a while
            if drawn.edit is None:
                return self._dated(drawn.fault)
            drawn.edit()
        return None

    def _dated(self, fault: Fault) -> Fault:
        """A window's end is told by the vendor's own clock."""
        if RESET not in fault.headers:
            return fault
        ends = int(self._sandbox.clock.now().timestamp() + fault.seconds)
        return replace(fault, headers={**fault.headers, RESET: str(ends)})


def install(
    sandboxes: Mapping[str, Sandbox], whose: Callable[[str], Callable[[Any], str]], harm: HarmCaller
) -> list[Storm]:
    storms: list[Storm] = []
    for vendor, sandbox in sandboxes.items():
        storms.append(Storm(vendor, sandbox, whose(vendor), harm))
        sandbox.faults = storms[-1]
    return storms


# What can go wrong: (name in the table, how often it is drawn, how it is made).

Made = tuple[str, dict[str, Any]]  # which calls it is for, and the Fault


def _plain(kind: str, calls: str, **options: Any) -> Callable[[Random, str, Timing], Made]:
    return lambda draws, vendor, timing: (calls, {"kind": kind, **options})


def _late(kind: str, calls: str) -> Callable[[Random, str, Timing], Made]:
    """Longer than a call may take, and often longer than a lease lasts."""

    def make(draws: Random, vendor: str, timing: Timing) -> Made:
        return calls, {"kind": kind, "seconds": draws.uniform(timing.call * 1.2, timing.lease * 1.4)}

    return make


def _outage(draws: Random, vendor: str, timing: Timing) -> Made:
    status = draws.choice((500, 502, 503))
    kind = draws.choice(("status", "status_after"))
    return ANY, {"kind": kind, "status": status, "times": draws.choice((1, 1, 2, 4)), "body": "temporarily unavailable"}


def _too_many(draws: Random, vendor: str, timing: Timing) -> Made:
    """A storm of refusals, for one reason after the other."""
    seconds, times = draws.choice((1, 2, 3)), draws.choice((1, 2, 5))
    headers = {"Retry-After": str(seconds)}
    if vendor == "xero":
        headers |= {"X-Rate-Limit-Problem": draws.choice(("minute", "day", "concurrent", "appminute"))}
        headers["X-MinLimit-Remaining"] = "100000"  # else everyone waits for a whole minute, whatever Retry-After says
    elif draws.random() < 0.5:
        headers |= {"X-Rate-Limit-Limit": "3600", "X-Rate-Limit-Remaining": "0", RESET: "later"}
    return ANY, {"kind": "throttle", "times": times, "headers": headers, "seconds": float(seconds)}


KINDS: Sequence[tuple[str, float, Callable[[Random, str, Timing], Made]]] = (
    ("request lost before it is carried out", 3, _plain("drop", WRITE)),
    ("reply lost after it was carried out", 4, _plain("drop_after", WRITE)),
    ("read without reply", 2, _plain("drop", READ)),
    ("reply later than the call's time", 2, _late("delay_after", WRITE)),
    ("carried out later than the call's time", 2, _late("delay", WRITE)),
    ("read answered too late", 1, _late("delay", READ)),
    ("500, 502 or 503", 3, _outage),
    ("web page instead of JSON", 2, _plain("html", ANY)),
    ("JSON cut short", 2, _plain("truncate", ANY)),
    ("429", 4, _too_many),
    (KILLED, 0.8, _plain(KILL, WRITE)),
    (FROZEN, 0.3, _late(FREEZE, ANY)),
    ("token expired", 2, _plain("expire_token", ANY)),
    ("token's reply lost", 1, _plain("drop_after", ANY, path=TOKENS)),
    ("token's request lost", 1, _plain("drop", ANY, path=TOKENS)),
)
EDIT = "record edited while pages are read"
ROUNDS = 4


def draw(
    draws: Random,
    vendors: Sequence[str],
    timing: Timing,
    edits: Sequence[Edit],
    only: str = "",
    more: Sequence[Kind] = (),
) -> list[Drawn]:
    """The faults of one schedule; with `only`, twice as many of the kinds that match this pattern."""
    kinds = [kind for kind in (*KINDS, *more) if re.search(only, kind[0])]
    count = draws.randint(3, 8) * (2 if only else 1)
    drawn = draws.choices(kinds, [weight for _, weight, _ in kinds], k=count)
    return [*(_one(draws, kind, vendors, timing) for kind in drawn), *edited(draws, edits)]


def _one(draws: Random, kind: tuple[str, float, Any], vendors: Sequence[str], timing: Timing) -> Drawn:
    name, _, make = kind
    vendor, number = draws.choice(vendors), draws.randrange(ROUNDS)
    calls, options = make(draws, vendor, timing)
    method = "GET" if calls == READ else "*"
    skip = 0 if options.get("path") == TOKENS else draws.randrange(3 if calls == WRITE else 8)
    harm = options["kind"] if options["kind"] in (KILL, FREEZE) else ""
    return Drawn(name, vendor, number, Fault(method=method, skip=skip, **options), calls, harm=harm)


def edited(draws: Random, edits: Sequence[Edit]) -> Iterator[Drawn]:
    for edit in edits:
        fault = Fault("edit", method="GET", skip=draws.randrange(6))
        yield Drawn(EDIT, edit.vendor, draws.randrange(edit.first, ROUNDS - 1), fault, READ, edit.change)
