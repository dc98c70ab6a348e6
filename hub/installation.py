"""The whole embedded installation: broker, database, web, worker and beat, started and stopped together."""

from __future__ import annotations

import fcntl
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.core.management import call_command

from hub.embedded import EmbeddedBroker
from hub.supervisor import PartFailed, Supervisor, parts

LOCK = "up.lock"
START_SECONDS = 90.0  # a busy small machine takes its time


class AlreadyRunning(RuntimeError):
    """Another process runs this data directory; the text names it."""


@contextmanager
def installation(
    data_dir: Path,
    *,
    host: str,
    port: int,
    broker_url: str = "",
    environment: Mapping[str, str] | None = None,
    prepare: Callable[[], None] = lambda: None,
    tell: Callable[[str], object] = print,
) -> Iterator[Supervisor]:
    """Everything up, and everything down again at the end. An own `broker_url` replaces the embedded broker;
    `prepare` runs when the data directory is ours and nothing has been started.

    Raises AlreadyRunning, hub.embedded.BrokerFailed, hub.supervisor.PartFailed.
    """
    with ExitStack() as stack:
        stack.enter_context(_only_one(data_dir))
        prepare()
        broker_url = broker_url or _embedded_broker(data_dir, stack, tell)
        call_command("migrate", verbosity=0, interactive=False)
        tell("database  ready")
        supervisor = Supervisor(data_dir / "log", {**(environment or {}), "BROKER_URL": broker_url})
        stack.callback(supervisor.stop)
        for part in parts(host, port):
            supervisor.start(part)
            tell(f"{part.name:<9} started, log in {supervisor.log_of(part)}")
        supervisor.wait_until(lambda: _listens(host, port), START_SECONDS, "The web server did not answer")
        yield supervisor


def _embedded_broker(data_dir: Path, stack: ExitStack, tell: Callable[[str], object]) -> str:
    broker = EmbeddedBroker(data_dir)
    stack.callback(broker.stop)
    broker.start()
    tell(f"broker    embedded Valkey at {broker.path}")
    return broker.url


@contextmanager
def _only_one(data_dir: Path) -> Iterator[None]:
    """Two installations in one data directory would be two beats. The system drops the lock of a killed process."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"Tieback runs already with the data in {data_dir}.") from None
        yield


def _listens(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1.0):
            return True
    except OSError:
        return False


def free_port(host: str, wanted: int) -> int:
    """`wanted` if it is free, else one that is."""
    for port in (wanted, 0):
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind((host, port))
            except OSError:
                continue
            return int(one.getsockname()[1])
    raise PartFailed(f"No port is free at {host}.")
