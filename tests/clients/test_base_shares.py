"""Who goes first at a limit, what is kept for whom, and what a vendor tells of its limits."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from integrations.base import windows
from integrations.base.errors import Throttled, Unavailable
from integrations.base.limits import Limiter, Quota, RedisStore, Store, Window
from integrations.base.windows import Ask, Caller
from tests.clients.limit_bench import MINUTE, OTHER, PULL, WIDE, drain, name, released, take
from tests.clients.limit_bench import server as server
from tests.clients.limit_bench import store as store


def test_background_calls_leave_a_part_of_a_window_to_people(store: Store) -> None:
    day = Quota((Window("day", 86_400, 20),), in_flight=3)
    for _ in range(18):
        assert released(store, day, PULL)[0] == 0
    wait, window = released(store, day, PULL)
    assert (3_590 < wait <= 3_600, window) == (True, "day")
    assert [take(store, day, name())[0] for _ in range(2)] == [0, 0]
    assert take(store, day, name())[1] == "day"


def test_a_slot_is_kept_for_people(store: Store) -> None:
    assert [take(store, MINUTE, name(), PULL)[1] for _ in range(3)] == ["", "", "concurrent"]
    assert take(store, MINUTE, name())[0] == 0


def test_a_half_full_window_is_filled_evenly(store: Store) -> None:
    for _ in range(10):
        assert released(store, MINUTE, PULL)[0] == 0
    wait, window = released(store, MINUTE, PULL)
    assert 3.0 < wait < 30.55 / 9 + 0.01, "the rest of the window is spread over the rest of its time"
    assert window == "minute"
    assert released(store, MINUTE, Caller())[0] == 0, "a person does not wait for that"


def test_background_calls_wait_while_a_persons_call_waits(store: Store) -> None:
    held = [Ask.of(name(), MINUTE, Caller()) for _ in range(3)]
    assert [store.take("a", ask)[0] for ask in held] == [0, 0, 0]
    person = Ask.of(name(), MINUTE, Caller())
    assert store.take("a", person)[1] == "concurrent"
    for ask in held:
        store.release("a", ask)
    assert released(store, MINUTE, PULL) == (0.05, "people")
    assert store.take("a", person)[0] == 0
    assert released(store, MINUTE, PULL)[0] == 0


def test_tenants_take_turns_at_an_account(store: Store) -> None:
    narrow = replace(MINUTE, in_flight=2)
    first, waits = Ask.of(name(), narrow, PULL), Ask.of(name(), narrow, OTHER)
    assert store.take("a", first)[0] == 0
    assert store.take("a", waits)[1] == "concurrent"
    store.release("a", first)
    assert released(store, narrow, PULL) == (0.05, "turn")
    assert store.take("a", waits)[0] == 0
    store.release("a", waits)
    assert released(store, narrow, PULL)[0] == 0


def test_one_that_gives_up_leaves_its_place(store: Store) -> None:
    assert take(store, MINUTE, name())[0] == 0
    with pytest.raises(Throttled), Limiter(store, "a", Quota(in_flight=1), patience=0).slot():
        raise AssertionError("the slot must not open")
    assert released(store, MINUTE, PULL)[0] == 0


def test_one_party_cannot_use_up_what_is_kept_for_the_others(store: Store) -> None:
    day = Quota((Window("day", 86_400, 20),), in_flight=9)
    mine, others = replace(PULL, share=0.75), replace(OTHER, share=0.75)
    assert [released(store, day, mine)[0] for _ in range(13)] == [0] * 13
    assert released(store, day, mine)[1] == "day"
    assert [released(store, day, others)[0] for _ in range(5)] == [0] * 5
    assert released(store, day, others)[1] == "day"
    assert released(store, day, Caller())[0] == 0


def test_a_size_that_one_worker_learns_holds_for_all(store: Store) -> None:
    Limiter(store, "a", WIDE).learn("spike", 5)
    assert drain(store, WIDE) == 5


def test_what_the_vendor_has_counted_is_taken_over(store: Store) -> None:
    account = Quota((Window("day", 86_400, 100), Window("minute", 60, 50)), in_flight=99)
    limiter = Limiter(store, "a", account)
    limiter.told("day", 98)
    limiter.told("day", 3)
    assert drain(store, account) == 3
    limiter.told("day", 60)
    assert take(store, account, name())[0] == 0, "its day has begun anew"
    limiter.told("minute", 10)
    assert drain(store, account) == 10


DAY = Window("day", 86_400, 100, larger=(500, 2_000))


@pytest.mark.parametrize(("left", "size"), [(0, 100), (100, 100), (101, 500), (499, 500), (501, 2_000), (2_001, 100)])
def test_what_is_left_tells_the_smallest_plan_that_allows_it(store: Store, left: int, size: int) -> None:
    limiter = Limiter(store, "a", Quota((DAY,), in_flight=9))
    limiter.told("day", left)
    assert limiter.sizes == {"day": size}


def test_the_part_kept_for_people_is_one_of_the_plans_calls(store: Store) -> None:
    small, large = Quota((DAY,), in_flight=999), "b"
    Limiter(store, "a", small).told("day", 11)
    Limiter(store, large, small).told("day", 499)
    Limiter(store, large, small).told("day", 51)
    assert [released(store, small, PULL)[0] > 0 for _ in range(2)] == [False, True]
    assert take(store, small, name(), PULL, large)[0] == 0
    assert take(store, small, name(), PULL, large)[1] == "day"


def test_a_plan_that_was_seen_holds_for_all_workers_and_while_little_is_left(store: Store) -> None:
    Limiter(store, "a", Quota((DAY,))).told("day", 480)
    another = Limiter(store, "a", Quota((DAY,)))
    another.told("day", 70)
    assert another.sizes == {"day": 500}
    assert drain(store, Quota((DAY,), in_flight=999)) == 70


@pytest.mark.parametrize("caller", [Caller(), replace(PULL, share=0.5)])
def test_after_a_refusal_a_window_is_empty_when_the_vendor_begins_it_anew(store: Store, caller: Caller) -> None:
    quota = Quota((Window("minute", 60, 4), Window("day", 86_400, 100)), in_flight=99)
    limiter = Limiter(store, "a", quota, caller=lambda: caller)
    assert take(store, quota, name(), caller)[0] == 0
    limiter.told("minute", 0)
    limiter.throttled(0.2, "minute")
    assert take(store, quota, name(), caller)[1] == "minute"
    time.sleep(0.25)
    assert take(store, quota, name(), caller)[0] == 0
    limiter.told("day", 0)
    limiter.throttled(0.2, "day")
    time.sleep(0.25)
    assert take(store, quota, name(), Caller())[0] == 0


def test_a_share_of_a_day_begins_anew_with_the_day(store: Store) -> None:
    quota, mine = Quota((Window("day", 86_400, 10),), in_flight=99), replace(PULL, share=0.5)
    while take(store, quota, name(), mine)[0] == 0:
        pass
    Limiter(store, "a", quota, caller=lambda: mine).throttled(0.1, "day")
    time.sleep(0.15)
    assert take(store, quota, name(), mine)[0] == 0


def test_an_hour_after_a_days_last_call_one_more_asks_whether_it_has_begun_anew(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "ASK_AGAIN", 0.2)
    quota, mine = Quota((Window("day", 86_400, 20),), in_flight=99), replace(PULL, share=0.5)
    limiter = Limiter(store, "a", quota, caller=lambda: mine)
    while released(store, quota, mine)[0] == 0:
        pass
    wait, window = released(store, quota, mine)
    assert (0 < wait <= 0.2, window) == (True, "day")
    time.sleep(0.25)
    assert [released(store, quota, mine)[0] > 0 for _ in range(2)] == [False, True]
    limiter.told("day", 19)
    assert [released(store, quota, mine)[0] for _ in range(7)] == [0] * 7, "its share has begun anew as well"


def test_a_counter_out_of_reach_stops_calls_and_loses_no_answer() -> None:
    """The broker is being restarted: no call is made uncounted, and one under way keeps its answer."""
    store = RedisStore(redis.Redis(port=1, retry=Retry(NoBackoff(), 0)))
    with pytest.raises(Unavailable, match="calls are counted"), Limiter(store, "app", Quota()).slot():
        raise AssertionError("no slot may be given")
    store.release("app", Ask("ticket", (), 1))
    store.block("app", 1.0, "minute")
    store.learn("app", "minute", 60)
    assert store.told("app", MINUTE.windows[0], ["minute"], 3) == 20
    store.reset("app", MINUTE.windows[0], ["minute"], 3)
