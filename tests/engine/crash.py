"""Killing the worker at chosen moments: before and after every commit of the engine, before and after every write.

A kill is a BaseException, so nothing in the product can catch it and tidy up, just as with kill -9.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

import requests
import time_machine
from django.db.transaction import Atomic
from django.utils import timezone
from requests.adapters import HTTPAdapter

from hub.models import SyncJob, Trigger
from tests.engine.world import World


class Killed(BaseException):
    """The worker is gone."""


class Points:
    """Counts the moments at which a worker can die; dies at the chosen ones."""

    def __init__(self, deadly: frozenset[int] = frozenset()) -> None:
        self.deadly = deadly
        self.passed = 0

    def here(self) -> None:
        self.passed += 1
        if self.passed in self.deadly:
            raise Killed


@contextmanager
def watched(points: Points) -> Iterator[None]:
    """Install the points around durable transactions and around writes to the network."""
    leave, send = Atomic.__exit__, HTTPAdapter.send

    def __exit__(self: Atomic, exc_type: Any, exc: Any, tb: Any) -> None:
        if exc_type is not None or not vars(self)["durable"]:
            leave(self, exc_type, exc, tb)
            return
        try:
            points.here()
        except Killed as killed:
            leave(self, Killed, killed, None)
            raise
        leave(self, None, None, None)
        points.here()

    def post(self: HTTPAdapter, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        if request.method == "GET" or "token" in (request.url or ""):
            return send(self, request, **kwargs)
        points.here()
        response = send(self, request, **kwargs)
        points.here()
        return response

    with mock.patch.object(Atomic, "__exit__", __exit__), mock.patch.object(HTTPAdapter, "send", post):
        yield


def finish(world: World, points: Points, *, minutes: float, traveller: time_machine.Traveller) -> int:
    """Start the stage, die where told, and let later workers go on until the job has ended. Gives how many lived."""
    from hub.engine.run import run
    from hub.engine.start import start

    world.row.refresh_from_db()
    job = start(world.row, trigger=Trigger.SHELL).job
    with watched(points):
        for life in range(1, 9):
            try:
                job = run(job.pk)
            except Killed:
                job = SyncJob.objects.get(pk=job.pk)
            if not job.is_open:
                return life
            # A dead worker's lease runs out, or the pause of a parked job ends.
            traveller.shift(timedelta(minutes=minutes))
            assert job.not_before is None or job.not_before <= timezone.now() + timedelta(hours=1)
    raise AssertionError(f"the job is still {job.state} after eight lives: {job.error}")
