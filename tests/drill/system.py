"""The installation under the drill: web, beat and several workers as processes of their own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import requests

from hub.supervisor import parts

from .bases import free_port, kill, wait_for

ROOT = Path(__file__).resolve().parents[2]
WORKER = ("--pool", "threads", "--concurrency", "4", "--without-gossip", "--without-mingle", "--loglevel", "INFO")


class Part:
    """One process; started again by whoever killed it, as a service manager would."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path, over: threading.Event
    ) -> None:
        self.name, self.log = name, log
        self._command, self._environment, self._over = command, environment, over
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.RLock()

    def start(self) -> None:
        if self._over.is_set():
            return
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
    def pid(self) -> int:
        return self._process.pid if self._process is not None else 0

    def kill(self) -> None:
        kill(self._process)

    def kill_and_start(self) -> None:
        with self._turn:
            self.kill()
            self.start()

    def stop_and_start(self) -> None:
        with self._turn:
            self.stop()
            self.start()

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
        self._freezing, self._over = threading.Lock(), threading.Event()
        web, _, beat = parts("127.0.0.1", self.port)
        self.web = Part("web", web.command, environment, folder / "web.log", self._over)
        self.beat = Part("beat", beat.command, environment, folder / "beat.log", self._over)
        celery = [sys.executable, "-m", "celery", "-A", "tests.drill.app", "worker", *WORKER, "--hostname"]
        self.workers = []
        for n in range(1, workers + 1):
            command = [*celery, f"drill{os.getpid()}-{n}@%h"]
            self.workers.append(Part(f"worker {n}", command, environment, folder / f"worker-{n}.log", self._over))

    @property
    def parts(self) -> list[Part]:
        return [self.web, self.beat, *self.workers]

    def start(self) -> None:
        for part in self.parts:
            part.start()
        wait_for(self.port, 90.0)

    def freeze(self, part: Part, seconds: float) -> bool:
        """Stop a worker where it is and wake it later. False when one is frozen already: the others must go on."""
        if not self._freezing.acquire(blocking=False):
            return False
        pid = part.pid
        part.signal(signal.SIGSTOP)
        threading.Thread(target=self._wake, args=(part, pid, seconds)).start()
        return True

    def frozen(self) -> bool:
        """Whether a worker is."""
        return self._freezing.locked()

    def _wake(self, part: Part, pid: int, seconds: float) -> None:
        time.sleep(seconds)
        if part.pid == pid:
            part.signal(signal.SIGCONT)
        self._freezing.release()

    def caller(self, port: int) -> Part | None:
        """The worker that a connection from this port of this machine belongs to."""
        inode = _inode(port)
        return next((part for part in self.workers if inode and _holds(part.pid, inode)), None)

    def answers(self) -> bool:
        """Whether the web server shows its login page."""
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"http://127.0.0.1:{self.port}/admin/login/", timeout=20).status_code == 200
        return False

    def stop(self) -> None:
        """For good: whoever has killed a part does not start it again."""
        self._over.set()
        for part in self.parts:
            part.kill()


def _inode(port: int) -> str:
    """Of the socket that is connected from this port; "" when there is none any more."""
    wanted = f"0100007F:{port:04X}"
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return next((line.split()[9] for line in lines if line.split()[1] == wanted), "")


def _holds(pid: int, inode: str) -> bool:
    with contextlib.suppress(OSError):
        return any(os.readlink(one) == f"socket:[{inode}]" for one in Path(f"/proc/{pid}/fd").iterdir())
    return False
