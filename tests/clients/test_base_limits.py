"""Slots and windows: the same promises in one process and on a real server shared by many."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from integrations.base.errors import Throttled
from integrations.base.limits import Limiter, MemoryStore, Quota, Store, Window
from integrations.base.windows import Ask
from tests.clients.limit_bench import SHORT, SPIKE, WIDE, drain, take
from tests.clients.limit_bench import server as server
from tests.clients.limit_bench import store as store


def test_a_window_lets_its_calls_through_and_tells_how_long_the_next_one_waits(store: Store) -> None:
    assert drain(store, WIDE) == 3
    wait, window = take(store, WIDE, "late")
    assert window == "spike"
    assert 0 < wait <= SPIKE.length


def test_a_refused_call_is_not_counted(store: Store) -> None:
    drain(store, WIDE)
    first = take(store, WIDE, "late")[0]
    again = take(store, WIDE, "late")[0]
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
    assert take(store, quota, "late")[1] == "hour"


def test_accounts_do_not_share_windows(store: Store) -> None:
    drain(store, WIDE)
    assert take(store, WIDE, "other", account="b")[0] == 0


def test_slots_in_flight_are_limited_and_come_back(store: Store) -> None:
    quota = Quota(in_flight=2)
    for ticket in ("first", "second"):
        assert take(store, quota, ticket)[0] == 0
    assert take(store, quota, "third") == (0.05, "concurrent")
    store.release("a", Ask("first", (), 2))
    assert take(store, quota, "third")[0] == 0


def test_a_block_holds_everybody_back_and_names_its_window(store: Store) -> None:
    store.block("a", 30, "hour")
    wait, window = take(store, WIDE, "x")
    assert 29 < wait <= 30
    assert window == "hour"


def test_a_shorter_block_does_not_end_a_longer_one(store: Store) -> None:
    store.block("a", 30, "hour")
    store.block("a", 1, "spike")
    wait, window = take(store, WIDE, "x")
    assert wait > 29
    assert window == "hour"


def test_a_longer_block_replaces_a_shorter_one(store: Store) -> None:
    store.block("a", 1, "spike")
    store.block("a", 30, "hour")
    assert take(store, WIDE, "x")[0] > 29


def test_a_block_ends_by_itself(store: Store) -> None:
    store.block("a", 0.05, "spike")
    with Limiter(store, "a", WIDE, patience=5).slot():
        assert take(store, WIDE, "x")[0] == 0


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
        take(store, Quota(in_flight=2), f"held {_}")
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
    assert take(store, Quota(in_flight=1), "killed")[0] == 0
    clock[0] = 181.0
    assert take(store, Quota(in_flight=1), "next")[0] == 0


def test_a_learned_limit_counts_from_then_on(store: Store) -> None:
    limiter = Limiter(store, "a", WIDE)
    limiter.learn("spike", 5)
    limiter.learn("day", 1)
    assert limiter.quota.windows == (replace(SPIKE, calls=5),)
    assert drain(store, limiter.quota) == 5
