"""The services that `make test-services` needs. `python -m tests.services` says at once which are missing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

import psycopg
import redis
from kombu.connection import Connection

WAIT = 5  # seconds


def _postgresql(url: str) -> None:
    """A server is enough: Django makes a database of its own for the tests."""
    server = urlsplit(url)._replace(scheme="postgresql", path="/postgres").geturl()
    psycopg.connect(server, connect_timeout=WAIT).close()


def _redis(url: str) -> None:
    redis.Redis.from_url(url, socket_connect_timeout=WAIT).ping()


def _rabbitmq(url: str) -> None:
    with Connection(url, connect_timeout=WAIT) as one:  # type: ignore[no-untyped-call]
        one.ensure_connection(max_retries=1, timeout=WAIT)


SERVICES: dict[str, tuple[str, Callable[[str], None], str]] = {
    "PostgreSQL": ("DATABASE_URL", _postgresql, "postgres://postgres@127.0.0.1:5432/tieback"),
    "Redis": ("TIEBACK_TEST_REDIS_URL", _redis, "redis://127.0.0.1:6379/9"),
    "RabbitMQ": ("TIEBACK_TEST_RABBITMQ_URL", _rabbitmq, "amqp://guest:guest@127.0.0.1:5672//"),
}


def missing() -> list[str]:
    """A line for each service that does not answer."""
    return [line for name in SERVICES for line in _missing(name)]


def _missing(name: str) -> list[str]:
    variable, look, example = SERVICES[name]
    try:
        look(os.environ.get(variable, example))
    except Exception as error:  # noqa: BLE001  each client has errors of its own, and all of them mean the same here
        reason = str(error).strip().splitlines()[:1] or [type(error).__name__]
        return [f"{name} does not answer ({reason[0]}). Start it, or set {variable}, for example {example}"]
    return []


if __name__ == "__main__":
    lines = missing()
    sys.exit("\n".join(lines) if lines else 0)
