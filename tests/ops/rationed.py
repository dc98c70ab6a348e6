"""`celery` with a Xero whose minute is as long, and holds as many calls, as TIEBACK_TEST_MINUTE says ("6 18")."""

from __future__ import annotations

import os
from dataclasses import replace
from unittest import mock

from celery.__main__ import main

from integrations.base.limits import Quota, Window
from integrations.xero import VENDOR

REAL = "60 60"


def minute() -> tuple[int, int]:
    """(seconds, calls)."""
    seconds, calls = os.environ.get("TIEBACK_TEST_MINUTE", REAL).split()
    return int(seconds), int(calls)


def ration(seconds: int, calls: int) -> Quota:
    windows = [w for w in VENDOR.quota.windows if w.name != "minute"]
    return replace(VENDOR.quota, windows=(Window("minute", seconds, calls), *windows))


if __name__ == "__main__":
    with mock.patch.dict(vars(VENDOR), quota=ration(*minute())):
        main()
