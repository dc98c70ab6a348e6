"""Runs the parts of an installation as child processes: all of them, or none."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE = 10.0  # seconds a part has to end by itself before it is killed
WORKER_GRACE = 30.0  # a worker ends the call to a vendor that is under way, and gives its runs back
SET_DEATH_SIGNAL = 1  # https://man7.org/linux/man-pages/man2/pr_set_pdeathsig.2const.html


class PartFailed(RuntimeError):
    """A part has ended by itself; the text names it and shows the end of its log."""


class Stopped(Exception):
    """Somebody asked for the end, by Ctrl-C or SIGTERM."""


@dataclass(frozen=True)
class Part:
    """One child process. `stop` is the signal that makes it end in good order."""

    name: str
    command: Sequence[str]
    stop: signal.Signals = signal.SIGTERM
    grace: float = GRACE


def parts(host: str, port: int, threads: int = 4) -> list[Part]:
    """Web, worker and beat, in the order in which they start."""
    celery = [sys.executable, "-m", "celery", "-A", "config"]
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi"]
    worker = ["--pool", "threads", "--concurrency", str(threads), "--without-gossip", "--without-mingle"]
    return [
        Part("web", [*gunicorn, "--bind", f"{host}:{port}", "--threads", str(threads)]),
        Part("worker", [*celery, "worker", *worker], grace=WORKER_GRACE),
        Part("beat", [*celery, "beat", "--pidfile", ""]),
    ]


class Supervisor:
    """Starts parts with their output in log files, notices when one dies, and stops them in reverse order."""

    def __init__(self, log_dir: Path, environment: Mapping[str, str]) -> None:
        self._log_dir = log_dir
        self._environment = {**os.environ, **environment, "PYTHONUNBUFFERED": "1"}
        self._running: list[tuple[Part, subprocess.Popen[bytes]]] = []

    def start(self, part: Part) -> None:
        self._log_dir.mkdir(parents=True, exist_ok=True)
        with self.log_of(part).open("wb") as log:
            process = subprocess.Popen(  # noqa: S603  our own commands
                part.command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is ours; we tell the parts in order
                preexec_fn=_die_with_parent,
            )
        self._running.append((part, process))

    def log_of(self, part: Part) -> Path:
        return self._log_dir / f"{part.name}.log"

    def check(self) -> None:
        """Raises PartFailed when a part has ended."""
        for part, process in self._running:
            code = process.poll()
            if code is not None:
                raise PartFailed(f"The {part.name} has ended (status {code}). {self._tail(part)}")

    def _tail(self, part: Part) -> str:
        lines = self.log_of(part).read_text(errors="replace").splitlines()[-12:]
        return "\n  ".join([f"The end of {self.log_of(part)}:", *lines])

    def wait_until(self, ready: Callable[[], bool], seconds: float, what: str) -> None:
        """Raises PartFailed when a part ends or time runs out before."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise PartFailed(f"{what} within {seconds:.0f} seconds. Its log is in {self._log_dir}.")
            time.sleep(0.1)

    def watch(self, also: Callable[[], None] = lambda: None) -> None:
        """Returns never: raises PartFailed when a part ends, or what `also` raises."""
        while True:
            self.check()
            also()
            time.sleep(0.5)

    def stop(self) -> None:
        """End every part and what it has started: the last started first."""
        while self._running:
            part, process = self._running.pop()
            _signal(process, part.stop)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(part.grace)
            _signal(process, signal.SIGKILL)  # whatever is left of its group
            process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def _die_with_parent() -> None:
    """Ask Linux to end this child when its parent is killed outright; elsewhere it would stay."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, signal.SIGTERM)


def trap_signals() -> None:
    """Ctrl-C, SIGTERM and a closed terminal raise Stopped once; further ones do not disturb the stopping."""

    def trap(number: int, frame: FrameType | None) -> None:
        for one in ENDINGS:
            signal.signal(one, signal.SIG_IGN)
        raise Stopped

    for one in ENDINGS:
        signal.signal(one, trap)
