"""Each worker process tells the database that it is there and how many jobs it takes at a time."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from celery.signals import worker_ready, worker_shutting_down
from django.db import Error, close_old_connections, connection
from django.db.models import Count, Sum
from django.utils import timezone

from hub.models import Worker

log = logging.getLogger(__name__)
BEAT = 20.0  # seconds between two signs of life
ALIVE = timedelta(seconds=90)  # a worker that has given none for this long has been killed
_ending = threading.Event()
_looks: list[Callable[[], object]] = []


def also_look(look: Callable[[], object]) -> None:
    """Have this called with every sign of life of a worker but the first."""
    _looks.append(look)


def slots() -> int:
    """How many jobs all workers take at a time; 0 when no worker has told."""
    return alive()[1]


def alive() -> tuple[int, int]:
    """How many workers are there, and how many jobs they take at a time together."""
    there = Worker.objects.filter(seen_at__gt=timezone.now() - ALIVE)
    found = there.aggregate(workers=Count("pk"), slots=Sum("slots"))
    return found["workers"], found["slots"] or 0


def told(name: str, count: int) -> None:
    """A sign of life; those who have given none for long are forgotten."""
    now = timezone.now()
    Worker.objects.update_or_create(name=name, defaults={"slots": count, "seen_at": now})
    Worker.objects.filter(seen_at__lt=now - ALIVE).delete()


def gone(name: str) -> None:
    Worker.objects.filter(name=name).delete()


def name_of(hostname: str) -> str:
    return f"{hostname} {os.getpid()}"


@worker_ready.connect  # type: ignore[untyped-decorator]
def _begin(sender: Any, **more: Any) -> None:
    name, count = name_of(sender.hostname), int(sender.controller.concurrency or 1)
    threading.Thread(target=_keep_telling, args=(name, count), name="sign of life", daemon=True).start()


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _end(sender: str = "", **more: Any) -> None:
    _ending.set()


def _keep_telling(name: str, count: int) -> None:
    while not _ending.is_set():
        _try(lambda: told(name, count))
        _ending.wait(BEAT)
        for look in [] if _ending.is_set() else _looks:
            _try(look)
    _try(lambda: gone(name))
    connection.close()


def _try(tell: Callable[[], object]) -> None:
    """A database that is away is told later."""
    close_old_connections()
    try:
        tell()
    except Error as error:
        log.warning("The database does not answer this worker: %s", error)
        connection.close()
