"""`celery` among vendors that count no calls per minute: what is tested is who shares what, not how long a minute is.

The slots of an account, which are for calls at the same time, stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

from celery.__main__ import main

from integrations.base.limits import Limiter, Quota, Store

_make = Limiter.__init__


def _without_windows(self: Limiter, store: Store, scope: str, quota: Quota, **how: Any) -> None:
    _make(self, store, scope, replace(quota, windows=()), **how)


@contextmanager
def no_windows() -> Iterator[None]:
    with mock.patch.object(Limiter, "__init__", _without_windows):
        yield


if __name__ == "__main__":
    with no_windows():
        main()
