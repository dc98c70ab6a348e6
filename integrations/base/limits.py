"""Rate limits shared by every worker that calls the same account.

A `Limiter` hands out slots; behind it stands a store that counts. The windows slide, so that a vendor's fixed window
holds no more calls than allowed wherever it begins.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from .errors import Throttled
from .memory_store import NAP
from .memory_store import MemoryStore as MemoryStore
from .redis_store import RedisStore as RedisStore
from .windows import JITTER as JITTER
from .windows import Ask, Caller
from .windows import Quota as Quota
from .windows import Store as Store
from .windows import Window as Window


class Limiter:
    """Slots for one account. A wait up to `patience` seconds is slept; a longer one is raised as Throttled. `caller`
    is asked anew for every call: what was urgent is not for ever."""

    def __init__(
        self,
        store: Store,
        scope: str,
        quota: Quota,
        *,
        patience: float = 90.0,
        sleep: Callable[[float], None] = time.sleep,
        caller: Callable[[], Caller] = Caller,
    ) -> None:
        self.store, self.scope, self.quota = store, scope, quota
        self.patience, self.sleep, self.caller = patience, sleep, caller
        self.sizes: dict[str, int] = {}  # of windows, as the vendor has told them

    @contextmanager
    def slot(self) -> Iterator[None]:
        ask = Ask.of(uuid.uuid4().hex, self.quota, self.caller())
        try:
            self._wait(ask)
            yield
        finally:
            self.store.release(self.scope, ask)

    def _wait(self, ask: Ask) -> None:
        """Ask until the call may be made. Raises Throttled when that takes longer than patience allows."""
        waited = 0.0
        while True:
            wait, window = self.store.take(self.scope, ask)
            if wait <= 0:
                return
            if waited + wait > self.patience:
                raise Throttled(self._used_up(ask, window), retry_after=max(wait, 1.0), scope=window)
            nap = min(wait, NAP)
            self.sleep(nap)
            waited += nap

    def _used_up(self, ask: Ask, window: str) -> str:
        long = any(bound.window.is_long for bound in ask.bounds if bound.window.name == window)
        kept = ", but for what is kept for people and for others" if long and not ask.urgent else ""
        return f"The {window} limit of calls is used up{kept}."

    def throttled(self, seconds: float, window: str) -> None:
        """The vendor answered "too many": hold everyone back until its window begins anew."""
        self.store.block(self.scope, seconds, window)
        for known, logs in self._counted(window):
            self.store.reset(self.scope, known, logs, seconds)

    def learn(self, name: str, calls: int) -> None:
        """The vendor has told the true size of a window: everybody counts against that from now on."""
        self.sizes[name] = calls
        if any(w.name == name and w.calls != calls for w in self.quota.windows):
            windows = tuple(replace(w, calls=calls) if w.name == name else w for w in self.quota.windows)
            self.quota = replace(self.quota, windows=windows)
            self.store.learn(self.scope, name, calls)

    def told(self, name: str, left: int) -> None:
        """The vendor has told how many calls are left: what it has counted is taken over."""
        for window, logs in self._counted(name):
            self.sizes[name] = self.store.told(self.scope, window, logs, left)

    def _counted(self, name: str) -> list[tuple[Window, set[str]]]:
        """The window of this name, if there is one, and where the caller's calls are counted in it."""
        bounds = Ask.of("", self.quota, self.caller()).bounds
        logs = {bound.log for bound in bounds if bound.window.name == name}
        return [(window, logs) for window in self.quota.windows if window.name == name]
