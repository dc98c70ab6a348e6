"""Whether the installation can work: one check for each part it rests on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from celery import current_app
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from hub import backlog, pulse, words, workers

BROKER_SECONDS = 2.0  # how long a broker may take to answer
SILENT = timedelta(minutes=2)  # a beat that has given no sign of life for this long is taken for dead
PATIENCE = timedelta(minutes=15)  # longer than the longest turn: a job that could start has started by then
_all_applied = threading.Event()  # a running process gets no new migrations, and looking reads them all


@dataclass(frozen=True)
class Check:
    """`detail` holds figures and kinds of errors; no name, address or secret."""

    name: str
    ok: bool
    detail: str


def checks(only: Iterable[str] = ()) -> list[Check]:
    """The checks of these names (none: all), in a fixed order. What the database does not answer is not good."""
    wanted = set(only) or set(CHECKS)
    return [_looked(name, look) for name, look in CHECKS.items() if name in wanted]


def _looked(name: str, look: Callable[[], tuple[bool, str]]) -> Check:
    try:
        return Check(name, *look())
    except Error as error:
        connection.close()
        return Check(name, False, f"the database did not answer ({type(error).__name__})")


def _database() -> tuple[bool, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True, "answers"


def _migrations() -> tuple[bool, str]:
    if not _all_applied.is_set():
        missing = _unapplied()
        if missing:
            return False, f"{missing} not applied; run manage.py migrate"
        _all_applied.set()
    return True, "all applied"


def _unapplied() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _broker() -> tuple[bool, str]:
    options = {"socket_connect_timeout": BROKER_SECONDS, "socket_timeout": BROKER_SECONDS}
    broker = current_app.connection_for_read(connect_timeout=BROKER_SECONDS, transport_options=options)
    try:
        broker.connect()
    except (*broker.connection_errors, *broker.channel_errors, OSError) as error:
        return False, f"cannot be reached ({type(error).__name__})"
    finally:
        broker.release()
    return True, "answers"


def _beat() -> tuple[bool, str]:
    age = pulse.ages().get(pulse.BEAT)
    if age is None:
        return False, "has never given a sign of life"
    return age <= SILENT, f"last sign of life {words.length(age)} ago"


def _worker() -> tuple[bool, str]:
    count, slots = workers.alive()
    return count > 0, f"{count} there, for {slots} jobs at a time" if count else "none is there"


def _queue() -> tuple[bool, str]:
    waits = backlog.now()
    if not waits.jobs:
        return True, "no job waits for a worker"
    return waits.oldest <= PATIENCE, f"{waits.jobs} due, the oldest for {words.length(waits.oldest)}"


CHECKS: dict[str, Callable[[], tuple[bool, str]]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "beat": _beat,
    "worker": _worker,
    "queue": _queue,
}
