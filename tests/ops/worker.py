"""A real Celery worker in a process of its own, and toy vendors on ports that it can reach."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from hub.models import Connection, TenantStage
from tests.engine.world import make_customer, make_tenant


def wait_until(true: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.05)


def tenant_at(shop: str, vault: str) -> TenantStage:
    """The stage of a toy tenant whose vendors live at these addresses."""
    row = make_tenant(make_customer()).stages.get()
    move_to(row, shop, vault)
    return TenantStage.objects.get(pk=row.pk)


def move_to(row: TenantStage, shop: str, vault: str) -> None:
    for side, url in ((row.tenant.source, shop), (row.tenant.target, vault)):
        _move(side, url)


def _move(side: Connection, url: str) -> None:
    side.grant.environment, side.grant.login_url, side.grant.api_url = "custom", url, url
    side.grant.full_clean()
    side.grant.save()


def database_url() -> str:
    """The database of the test that is running, for another process."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


class Worker:
    """`celery worker` on a queue of its own. `program` is the module that starts it; `name` tells several apart."""

    def __init__(
        self, broker_url: str, queue: str, log: Path, *, threads: int = 2, program: str = "celery", name: str = ""
    ) -> None:
        self.log = log
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url(),
            "BROKER_URL": broker_url,
            "TIEBACK_TEST_QUEUE": queue,
        }
        options = [
            "--pool",
            "threads",
            "--concurrency",
            str(threads),
            "--without-gossip",
            "--without-mingle",
            "--loglevel",
            "INFO",
        ]
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    program,
                    "-A",
                    "config",
                    "worker",
                    "--hostname",
                    f"{name or queue}@%h",
                    *options,
                ],
                env=environment,
                cwd=settings.ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """As the kernel does when memory runs out."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ask_to_end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()

    def stop(self) -> None:
        self.ask_to_end()
        self.process.wait(20)


@contextmanager
def worker(broker_url: str, queue: str, log: Path, **how: Any) -> Iterator[Worker]:
    one = Worker(broker_url, queue, log, **how)
    try:
        yield one
    finally:
        one.stop()


@contextmanager
def workers(broker_url: str, queue: str, folder: Path, count: int, **how: Any) -> Iterator[None]:
    """So many, each with a name and a log of its own. All are asked to end before the first one is waited for."""
    started: list[Worker] = []
    try:
        for number in range(count):
            log, name = folder / f"worker-{number}", f"{queue}-{number}"
            started.append(Worker(broker_url, queue, log, name=name, **how))
        yield
    finally:
        for one in started:
            one.ask_to_end()
        for one in started:
            one.process.wait(20)
