"""A day's calls that are used up, under real workers: people still get theirs, and work goes on with the next day."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from hub.dispatch import dispatch
from hub.engine.start import start
from hub.models import JobState, Problem, SyncJob, Trigger
from hub.tasks import tick
from tests.ops.brokers import broker as broker
from tests.ops.brokers import queue as queue
from tests.ops.quota_world import APP, Ledgers, arrivals, quota_world
from tests.ops.worker import workers

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
WORKERS, PROJECTS = 2, 12
CALLS, ASKED_AGAIN = 80, 12.0  # a day; seconds, in production an hour
QUIET = 4.0  # seconds without a call: everybody waits
DAY = 86_400


def test_a_used_up_day_leaves_calls_to_people_and_goes_on_when_the_next_one_begins(
    broker: str, queue: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIEBACK_TEST_MINUTE", "60 1000")
    monkeypatch.setenv("TIEBACK_TEST_DAY", f"{CALLS} {ASKED_AGAIN}")
    with ExitStack() as stack:
        ledgers = stack.enter_context(quota_world(60, 1_000, projects=PROJECTS, slow=0.0))
        ledgers.org.day_limit = CALLS
        _move_to_noon(ledgers)
        stack.enter_context(workers(broker, queue, tmp_path, WORKERS, program="tests.ops.rationed", threads=4))
        jobs = [start(row, trigger=Trigger.SCHEDULE).job for row in ledgers.rows]
        for job in jobs:
            dispatch(job)
        _until(lambda: _is_quiet(ledgers), "the background's part is used up")
        assert SyncJob.objects.filter(finished_at=None).exists(), "there is more to do than a day allows"
        _click(ledgers)
        ended = _end_day(ledgers)
        _until(lambda: not SyncJob.objects.filter(finished_at=None).exists(), "all is done")
        assert list(Problem.objects.values_list("message", flat=True)) == []
        assert {job.state for job in SyncJob.objects.all()} == {JobState.SUCCEEDED}
        _within_the_days(ledgers, ended)


def _move_to_noon(ledgers: Ledgers) -> None:
    """Far from the organisation's own midnight."""
    clock, who = ledgers.xero.clock, f"{APP}/{ledgers.org.id}"
    clock.advance(seconds=ledgers.xero.limits.opens_in(who, DAY, clock.now()) + DAY / 2)


def _end_day(ledgers: Ledgers) -> float:
    """The organisation's midnight passes. Returns when that was, by its clock."""
    clock, who = ledgers.xero.clock, f"{APP}/{ledgers.org.id}"
    clock.advance(seconds=ledgers.xero.limits.opens_in(who, DAY, clock.now()) + 1)
    return clock.now().timestamp()


def _click(ledgers: Ledgers) -> None:
    """One project that a person asks for, while the background has used up its part."""
    company = next(iter(ledgers.procore.companies.values()))
    company.add_project("One more", "A-9999", "Send to Xero")
    row = next(row for row in ledgers.rows if row.stage == "projects")
    job = start(row, trigger=Trigger.PAGE, keys=["A-9999"]).job
    dispatch(job)
    _until(lambda: not SyncJob.objects.get(pk=job.pk).is_open, "the click is done")
    assert SyncJob.objects.get(pk=job.pk).state == JobState.SUCCEEDED


def _within_the_days(ledgers: Ledgers, ended: float) -> None:
    assert [entry.status for entry in ledgers.calls() if entry.status == 429] == []
    times = arrivals(ledgers.calls())
    first, second = [at for at in times if at < ended], [at for at in times if at >= ended]
    assert CALLS * 0.9 <= len(first) <= CALLS
    assert len(second) <= CALLS
    assert second[0] - ended < ASKED_AGAIN + 5.0, "nobody waits for longer than until it is asked for again"
    assert second[-1] - second[0] < ASKED_AGAIN + 5.0, "whoever sleeps looks again soon"


def _is_quiet(ledgers: Ledgers) -> bool:
    times = arrivals(ledgers.calls())
    return bool(times) and ledgers.xero.clock.now().timestamp() - times[-1] > QUIET


def _until(true: Callable[[], bool], what: str) -> None:
    """With a beat that ticks."""
    deadline = time.monotonic() + 60.0
    while not true():
        tick()
        assert time.monotonic() < deadline, f"{what}: not within a minute"
        time.sleep(0.3)
