"""The installation under the drill: web, beat and several workers as processes of their own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import requests

from hub.supervisor import parts

from .bases import free_port, kill, wait_for

ROOT = Path(__file__).resolve().parents[2]
WORKER = ("--pool", "threads", "--concurrency", "4", "--without-gossip", "--without-mingle", "--loglevel", "INFO")


class Part:
    """One process; started again by whoever killed it, as a service manager would."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name, self.log = name, log
        self._command, self._environment = command, environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                env={**os.environ, **self._environment},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        kill(self._process)

    def signal(self, number: signal.Signals) -> None:
        """SIGSTOP freezes it, SIGCONT wakes it."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def stop(self, seconds: float = 20.0) -> None:
        """In good order, as for an update; killed when it takes too long."""
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        self.kill()


class System:
    """All parts. `environment` is what the installation is set up by."""

    def __init__(self, folder: Path, environment: Mapping[str, str], workers: int) -> None:
        self.port = free_port()
        web, _, beat = parts("127.0.0.1", self.port)
        self.web = Part("web", web.command, environment, folder / "web.log")
        self.beat = Part("beat", beat.command, environment, folder / "beat.log")
        celery = [sys.executable, "-m", "celery", "-A", "tests.drill.app", "worker", *WORKER, "--hostname"]
        self.workers = [
            Part(f"worker {n}", [*celery, f"drill{os.getpid()}-{n}@%h"], environment, folder / f"worker-{n}.log")
            for n in range(1, workers + 1)
        ]

    @property
    def parts(self) -> list[Part]:
        return [self.web, self.beat, *self.workers]

    def start(self) -> None:
        for part in self.parts:
            part.start()
        wait_for(self.port, 90.0)

    def answers(self) -> bool:
        """Whether the web server shows its login page."""
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"http://127.0.0.1:{self.port}/admin/login/", timeout=20).status_code == 200
        return False

    def stop(self) -> None:
        for part in self.parts:
            part.kill()
