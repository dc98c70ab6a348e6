"""No HTTP call inside a database transaction, ever: it would hold locks for as long as a vendor takes to answer."""

from __future__ import annotations

from django.db import connections


class HttpInTransaction(RuntimeError):
    """A programming error: a vendor was about to be called while a transaction was open."""


def refuse_in_transaction() -> None:
    """Raise HttpInTransaction when any database connection of this thread is inside `atomic`."""
    for connection in connections.all(initialized_only=True):
        # Django's TestCase opens one block around each test and marks it, as for atomic(durable=True).
        if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
            raise HttpInTransaction("A vendor must not be called inside a database transaction.")
