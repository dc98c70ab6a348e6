"""`celery` with a Xero whose minute is as long, and holds as many calls, as TIEBACK_TEST_MINUTE says ("6 18"). As many
as TIEBACK_TEST_DAY says are in its day, which is asked for again after so many seconds ("80 12")."""

from __future__ import annotations

import os
from dataclasses import replace
from unittest import mock

from celery.__main__ import main

from integrations.base import windows
from integrations.base.limits import Quota, Window
from integrations.xero import VENDOR

REAL = "60 60"


def minute() -> tuple[int, int]:
    """(seconds, calls)."""
    seconds, calls = os.environ.get("TIEBACK_TEST_MINUTE", REAL).split()
    return int(seconds), int(calls)


def day() -> tuple[int, float]:
    """(calls, seconds until it is asked for again)."""
    given = os.environ.get("TIEBACK_TEST_DAY", "").split()
    return (int(given[0]), float(given[1])) if given else (5_000, windows.ASK_AGAIN)


def ration(seconds: int, calls: int, a_day: int) -> Quota:
    return replace(VENDOR.quota, windows=(Window("minute", seconds, calls), Window("day", 86_400, a_day)))


if __name__ == "__main__":
    a_day, windows.ASK_AGAIN = day()
    with mock.patch.dict(vars(VENDOR), quota=ration(*minute(), a_day)):
        main()
