"""The drill's own questions to the database, which it cuts and locks itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

T = TypeVar("T")
TRIES = 12


def patiently(ask: Callable[[], T]) -> T:
    """What `ask` gives, tried again with a new connection. The last error is raised."""
    for tried in range(1, TRIES + 1):
        try:
            return ask()
        except (OperationalError, InterfaceError):
            connection.close()
            if tried == TRIES:
                raise
            time.sleep(0.2 * tried)
    raise AssertionError("unreachable")
