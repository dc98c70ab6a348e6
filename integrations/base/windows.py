"""What a vendor allows, who asks for a call, and what a store that counts calls must do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

SLOT_SECONDS = 180.0  # a slot of a killed worker frees itself after this
LONG = 3600.0  # seconds; a window this long is a budget, a shorter one a pace
ASK_AGAIN = 3600.0  # seconds without a call until a used-up budget is asked whether it has begun anew
JITTER, SLACK = 1.01, 0.25  # a window is counted one per cent and a quarter of a second longer: calls take unequal time


@dataclass(frozen=True)
class Window:
    """At most `calls` in any `seconds`. `name` is the vendor's word: minute, day, hour, spike."""

    name: str
    seconds: float
    calls: int
    certain: bool = True  # False: a guess, until the vendor tells the true size
    larger: tuple[int, ...] = ()  # what other plans allow, smallest first: known once so many calls have been left

    @property
    def is_long(self) -> bool:
        return self.seconds >= LONG

    def size(self, known: int, left: int) -> int:
        """How many calls it holds, when so many are left: of the plans that fit, the smallest."""
        return next((plan for plan in self.larger if plan >= left), known) if left > known else known

    @property
    def length(self) -> float:
        """For how long a call is counted, in seconds."""
        return self.seconds * JITTER + min(SLACK, self.seconds / 40)


@dataclass(frozen=True)
class Quota:
    windows: tuple[Window, ...] = ()
    in_flight: int = 4


@dataclass(frozen=True)
class Caller:
    """Who asks. Somebody waits for an `urgent` call. Others leave the part `kept` of a long window, and half as much of
    a short one, to urgent calls; take turns by `party`; and one party has the part `share` of a long window."""

    urgent: bool = True
    party: str = ""
    kept: float = 0.1
    share: float = 1.0


@dataclass(frozen=True)
class Bound:
    """What a caller may use of a window. `log` names where calls are counted: all of them, or one party's."""

    window: Window
    log: str
    part: float = 1.0

    @property
    def own(self) -> bool:
        return self.log != self.window.name


@dataclass(frozen=True)
class Ask:
    """One call that wants to be made. `ticket` names it."""

    ticket: str
    bounds: tuple[Bound, ...]
    in_flight: int
    urgent: bool = True
    party: str = ""

    @classmethod
    def of(cls, ticket: str, quota: Quota, caller: Caller) -> Ask:
        if caller.urgent:
            bounds = tuple(Bound(window, window.name) for window in quota.windows)
            return cls(ticket, bounds, quota.in_flight, True, caller.party)
        shared = [Bound(w, w.name, 1 - (caller.kept if w.is_long else caller.kept / 2)) for w in quota.windows]
        own = [Bound(b.window, f"{b.log}@{caller.party}", b.part * caller.share) for b in shared if b.window.is_long]
        bounds = (*shared, *(own if caller.share < 1 else ()))
        return cls(ticket, bounds, max(1, quota.in_flight - 1), False, caller.party)


class Store(Protocol):
    """Counts calls. One `take` is atomic over all windows and slots."""

    def take(self, scope: str, ask: Ask) -> tuple[float, str]:
        """(0, "") and a slot is held; or (seconds to wait, which window), and the place in the line is kept."""

    def release(self, scope: str, ask: Ask) -> None:
        """Give the slot back, or the place of one that waits no more."""

    def block(self, scope: str, seconds: float, window: str) -> None:
        """Let nobody through for `seconds`: the vendor has said so. A longer block in force stays."""

    def learn(self, scope: str, window: str, calls: int) -> None:
        """The vendor has told the true size of a window: it holds for everybody."""

    def told(self, scope: str, window: Window, logs: Collection[str], left: int) -> int:
        """The vendor has told how many calls are left, so it has counted more than we did, or in a long window far
        fewer, of a party's in `logs` as well. Returns the window's size, as far as it is known by now."""

    def reset(self, scope: str, window: Window, logs: Collection[str], seconds: float) -> None:
        """The vendor begins the window anew in `seconds`: what these logs have counted so far is forgotten then."""
