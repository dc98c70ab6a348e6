"""Rate limits shared by every worker that calls the same account.

A `Limiter` hands out slots; behind it stands a store that counts. The windows slide, so that a vendor's fixed window
holds no more calls than allowed wherever it begins.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

import redis

from .errors import Throttled


@dataclass(frozen=True)
class Window:
    """At most `calls` in any `seconds`. `name` is the vendor's word: minute, day, hour, spike."""

    name: str
    seconds: float
    calls: int


@dataclass(frozen=True)
class Quota:
    windows: tuple[Window, ...] = ()
    in_flight: int = 4


class Store(Protocol):
    """Counts calls. One `take` is atomic over all windows and slots."""

    def take(self, scope: str, quota: Quota, ticket: str) -> tuple[float, str]:
        """(0, "") and a slot is held under `ticket`; or (seconds to wait, which window)."""

    def release(self, scope: str, ticket: str) -> None: ...

    def block(self, scope: str, seconds: float, window: str) -> None:
        """Let nobody through for `seconds`: the vendor has said so. A longer block in force stays."""


SLOT_SECONDS = 180.0  # a slot of a killed worker frees itself after this
JITTER = 1.01  # calls reach the vendor a little unevenly; a window one per cent longer keeps its count


class MemoryStore:
    """For one process: tests and scripts."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._calls: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._slots: dict[str, dict[str, float]] = defaultdict(dict)
        self._blocked: dict[str, tuple[float, str]] = {}

    def take(self, scope: str, quota: Quota, ticket: str) -> tuple[float, str]:
        with self._lock:
            now = self._clock()
            wait = self._wait(scope, quota, now)
            if wait[0] > 0:
                return wait
            for window in quota.windows:
                self._calls[scope, window.name].append(now)
            self._slots[scope][ticket] = now + SLOT_SECONDS
            return 0.0, ""

    def _wait(self, scope: str, quota: Quota, now: float) -> tuple[float, str]:
        until, why = self._blocked.get(scope, (0.0, ""))
        if until > now:
            return until - now, why
        slots = self._slots[scope]
        for ticket in [t for t, end in slots.items() if end <= now]:
            del slots[ticket]
        if len(slots) >= quota.in_flight:
            return 0.05, "concurrent"
        waits = [self._window_wait(scope, window, now) for window in quota.windows]
        return max(waits, default=(0.0, ""))

    def _window_wait(self, scope: str, window: Window, now: float) -> tuple[float, str]:
        calls, length = self._calls[scope, window.name], window.seconds * JITTER
        while calls and calls[0] <= now - length:
            calls.popleft()
        if len(calls) < window.calls:
            return 0.0, ""
        return calls[len(calls) - window.calls] + length - now, window.name

    def release(self, scope: str, ticket: str) -> None:
        with self._lock:
            self._slots[scope].pop(ticket, None)

    def block(self, scope: str, seconds: float, window: str) -> None:
        with self._lock:
            until = self._clock() + seconds
            if until > self._blocked.get(scope, (0.0, ""))[0]:
                self._blocked[scope] = (until, window)


# KEYS: blocked, slots, one sorted set per window. ARGV: ticket, in_flight, slot_ms, then seconds*1000 and calls per
# window. Answers {wait in ms, index}: index -1 blocked, 0 slots, n the n-th window. Time is the server's.
TAKE = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local blocked = redis.call('PTTL', KEYS[1])
if blocked > 0 then return {blocked, -1} end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[2]) then return {50, 0} end
local wait, which = 0, 0
for i = 3, #KEYS do
  local length, calls = tonumber(ARGV[2 * i - 2]), tonumber(ARGV[2 * i - 1])
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - length)
  local count = redis.call('ZCARD', KEYS[i])
  if count >= calls then
    local oldest = redis.call('ZRANGE', KEYS[i], count - calls, count - calls, 'WITHSCORES')
    local w = oldest[2] + length - now
    if w > wait then wait, which = w, i - 2 end
  end
end
if wait > 0 then return {wait, which} end
redis.call('ZADD', KEYS[2], now + tonumber(ARGV[3]), ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
for i = 3, #KEYS do
  redis.call('ZADD', KEYS[i], now, ARGV[1])
  redis.call('PEXPIRE', KEYS[i], tonumber(ARGV[2 * i - 2]) + 1000)
end
return {0, 0}
"""


# KEYS: blocked. ARGV: milliseconds, window.
BLOCK = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[1]) end
"""


class RedisStore:
    """For all workers of an installation, on Redis or Valkey."""

    def __init__(self, client: redis.Redis, prefix: str = "tieback:limit") -> None:
        self._redis = client
        self._prefix = prefix
        self._take = client.register_script(TAKE)
        self._block = client.register_script(BLOCK)

    def take(self, scope: str, quota: Quota, ticket: str) -> tuple[float, str]:
        keys = [self._key(scope, "blocked"), self._key(scope, "slots")]
        args: list[str | int] = [ticket, quota.in_flight, int(SLOT_SECONDS * 1000)]
        for window in quota.windows:
            keys.append(self._key(scope, window.name))
            args += [int(window.seconds * JITTER * 1000), window.calls]
        milliseconds, index = self._take(keys=keys, args=args)
        if milliseconds <= 0:
            return 0.0, ""
        return milliseconds / 1000, self._name(scope, quota, index)

    def _name(self, scope: str, quota: Quota, index: int) -> str:
        if index > 0:
            return quota.windows[index - 1].name
        if index == 0:
            return "concurrent"
        return self._text(self._redis.get(self._key(scope, "blocked")))

    @staticmethod
    def _text(value: object) -> str:
        return value.decode() if isinstance(value, bytes) else str(value or "")

    def release(self, scope: str, ticket: str) -> None:
        self._redis.zrem(self._key(scope, "slots"), ticket)

    def block(self, scope: str, seconds: float, window: str) -> None:
        self._block(keys=[self._key(scope, "blocked")], args=[max(1, int(seconds * 1000)), window or "quota"])

    def _key(self, scope: str, part: str) -> str:
        # One hash tag per scope keeps a script's keys together on a cluster.
        return f"{self._prefix}:{{{scope}}}:{part}"


class Limiter:
    """Slots for one account. A wait up to `patience` seconds is slept; a longer one is raised as Throttled."""

    def __init__(
        self,
        store: Store,
        scope: str,
        quota: Quota,
        *,
        patience: float = 90.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.store, self.scope, self.quota = store, scope, quota
        self.patience, self.sleep = patience, sleep

    @contextmanager
    def slot(self) -> Iterator[None]:
        ticket = uuid.uuid4().hex
        waited = 0.0
        while True:
            wait, window = self.store.take(self.scope, self.quota, ticket)
            if wait <= 0:
                break
            if waited + wait > self.patience:
                raise Throttled(f"The {window} limit of calls is used up.", retry_after=max(wait, 1.0), scope=window)
            self.sleep(wait)
            waited += wait
        try:
            yield
        finally:
            self.store.release(self.scope, ticket)

    def throttled(self, seconds: float, window: str) -> None:
        """The vendor answered "too many": hold everyone back, then either sleep here or raise."""
        self.store.block(self.scope, seconds, window)

    def learn(self, name: str, calls: int) -> None:
        """The vendor has told the true size of a window: count against that from now on. None is empty for good."""
        calls = max(1, calls)
        windows = tuple(replace(w, calls=calls) if w.name == name else w for w in self.quota.windows)
        self.quota = replace(self.quota, windows=windows)
