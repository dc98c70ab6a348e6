"""What every test has: no way to the real network, and limits that begin at zero."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest

from hub import connect
from tests.engine.world import World, world

pytest_plugins = ["tests.contract.plugin", "tests.collected"]

# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("house")

SERVICES = ("DATABASE_URL", "BROKER_URL", "TIEBACK_TEST_REDIS_URL", "TIEBACK_TEST_RABBITMQ_URL")


class RealNetwork(AssertionError):
    """A test was about to talk to the real network. Not an OSError: the product must not take it for an outage."""


def _allowed() -> set[str]:
    """This machine, and the services a developer has pointed the tests at."""
    return {"localhost", *filter(None, (urlsplit(os.environ.get(name, "")).hostname for name in SERVICES))}


def _refuse_unless_near(host: str) -> None:
    if host in _allowed():
        return
    try:
        near = ipaddress.ip_address(host).is_loopback or host == "0.0.0.0"
    except ValueError:
        near = False
    if not near:
        raise RealNetwork(f"a test tried to reach {host}")


@pytest.fixture(autouse=True)
def no_real_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets reach this machine only, and no other name is looked up."""
    connect_socket, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _refuse_unless_near(str(address[0]))
        connect_socket(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse_unless_near(host.decode() if isinstance(host, bytes) else str(host or "localhost"))
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """Calls that one test has made do not count against the next one's limits."""
    yield
    connect._store.cache_clear()


@pytest.fixture
def toy(db: None) -> Iterator[World]:
    """A toy tenant with three orders to send."""
    with world(orders=3) as one:
        yield one
