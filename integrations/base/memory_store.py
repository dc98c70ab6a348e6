"""Counts calls within one process: for tests and scripts. The same rules as in `redis_store`, which holds for all."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from . import windows
from .windows import Ask, Bound, Window

NAP = 15.0  # seconds; the longest a caller sleeps before it asks again
PACE = 0.9  # calls in a half full window keep at least this part of the even distance, so that it never fills at one go
TURN_SECONDS = 0.05  # until one that goes first has been served, or a slot is free
IN_A_HURRY, IN_TURN, CONCURRENT = "people", "turn", "concurrent"


@dataclass
class _Account:
    blocked: tuple[float, str] = (0.0, "")
    slots: dict[str, float] = field(default_factory=dict)
    logs: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[str, int] = field(default_factory=dict)
    hurried: dict[str, float] = field(default_factory=dict)
    waiting: dict[str, tuple[float, str]] = field(default_factory=dict)
    served: dict[str, float] = field(default_factory=dict)


class MemoryStore:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._accounts: dict[str, _Account] = defaultdict(_Account)

    def take(self, scope: str, ask: Ask) -> tuple[float, str]:
        with self._lock:
            now, account = self._clock(), self._accounts[scope]
            until, why = account.blocked
            if until > now:
                return until - now, why
            wait, why, own = _wait(account, ask, now)
            _leave(account, ask)
            if wait > 0:
                if not own:
                    _keep_place(account, ask, now + min(wait, NAP) + 1)
                return wait, why
            for log in {bound.log for bound in ask.bounds}:
                account.logs[log].append(now)
            account.slots[ask.ticket] = now + windows.SLOT_SECONDS
            account.served[ask.party] = now
            return 0.0, ""

    def release(self, scope: str, ask: Ask) -> None:
        with self._lock:
            self._accounts[scope].slots.pop(ask.ticket, None)
            _leave(self._accounts[scope], ask)

    def block(self, scope: str, seconds: float, window: str) -> None:
        with self._lock:
            until, account = self._clock() + seconds, self._accounts[scope]
            if until > account.blocked[0]:
                account.blocked = (until, window)

    def learn(self, scope: str, window: str, calls: int) -> None:
        with self._lock:
            self._accounts[scope].sizes[window] = calls

    def told(self, scope: str, window: Window, logs: Collection[str], left: int) -> int:
        with self._lock:
            now, account = self._clock(), self._accounts[scope]
            known = account.sizes.get(window.name, window.calls)
            size = account.sizes[window.name] = window.size(known, left)
            used = max(0, size - left)
            calls = _counted(account, window.name, window.length, now)
            calls += [now] * (used - len(calls))
            most = used + len(account.slots)
            for log in logs if window.is_long else ():
                calls = _counted(account, log, window.length, now)
                if len(calls) > most + 5:
                    del calls[: len(calls) - most]
            return size

    def reset(self, scope: str, window: Window, logs: Collection[str], seconds: float) -> None:
        with self._lock:
            now, account = self._clock(), self._accounts[scope]
            for log in logs:
                calls = _counted(account, log, window.length, now)
                calls[:] = [now + seconds - window.length] * len(calls)


def _wait(account: _Account, ask: Ask, now: float) -> tuple[float, str, bool]:
    """(seconds, why, whether it is the party's own share that is used up)."""
    waits = [(_bound_wait(account, bound, ask.urgent, now), bound.window.name, bound.own) for bound in ask.bounds]
    longest = max(waits, default=(0.0, "", False))
    if longest[0] > 0:
        return longest
    account.slots = {ticket: end for ticket, end in account.slots.items() if end > now}
    if len(account.slots) >= ask.in_flight:
        return TURN_SECONDS, CONCURRENT, False
    before = "" if ask.urgent else _who_goes_before(account, ask, now)
    return (TURN_SECONDS, before, False) if before else (0.0, "", False)


def _bound_wait(account: _Account, bound: Bound, urgent: bool, now: float) -> float:
    window, length = bound.window, bound.window.length
    most = max(1, int(account.sizes.get(window.name, window.calls) * bound.part + 1e-6))
    calls = _counted(account, bound.log, length, now)
    if len(calls) >= most:
        wait = calls[len(calls) - most] + length - now
        return min(wait, calls[-1] + windows.ASK_AGAIN - now) if window.is_long else wait
    if not urgent and not window.is_long and len(calls) * 2 >= most and calls:
        until_one_leaves = calls[0] + length - now
        return max(0.0, calls[-1] - now + max(PACE * length / most, until_one_leaves / (most - len(calls))))
    return 0.0


def _counted(account: _Account, log: str, length: float, now: float) -> list[float]:
    calls = account.logs[log]
    calls[:] = [at for at in calls if at > now - length]
    return calls


def _who_goes_before(account: _Account, ask: Ask, now: float) -> str:
    if any(until > now for until in account.hurried.values()):
        return IN_A_HURRY
    mine = account.served.get(ask.party, float("-inf"))
    others = (party for until, party in account.waiting.values() if until > now and party != ask.party)
    return IN_TURN if any(account.served.get(party, float("-inf")) < mine for party in others) else ""


def _keep_place(account: _Account, ask: Ask, until: float) -> None:
    if ask.urgent:
        account.hurried[ask.ticket] = until
    else:
        account.waiting[ask.ticket] = (until, ask.party)


def _leave(account: _Account, ask: Ask) -> None:
    account.hurried.pop(ask.ticket, None)
    account.waiting.pop(ask.ticket, None)
