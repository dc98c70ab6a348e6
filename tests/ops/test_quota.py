"""One organisation's quota under four worker processes, measured at its own ledger.

With TIEBACK_TEST_MINUTE="60 60" and --log-cli-level INFO this takes three real minutes and tells its figures.
"""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from hub.dispatch import dispatch
from hub.engine.start import start
from hub.models import JobState, SyncJob, Trigger
from integrations.base.sandbox.kernel import Entry
from tests.ops.brokers import broker as broker
from tests.ops.brokers import queue as queue
from tests.ops.quota_world import Ledgers, arrivals, most_within, quota_world, used
from tests.ops.rationed import REAL, minute
from tests.ops.worker import wait_until, workers

log = logging.getLogger(__name__)
pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
WORKERS, SPIKE = 4, (10.0, 25)
SHORT = "20 60"


@pytest.fixture
def length(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> tuple[int, int, int]:
    """(seconds of a minute, its calls, minutes to measure)."""
    monkeypatch.setenv("TIEBACK_TEST_MINUTE", os.environ.get("TIEBACK_TEST_MINUTE", SHORT))
    return (*minute(), 3 if minute() == tuple(map(int, REAL.split())) else 2)


def test_whatever_the_number_of_workers_the_quota_holds_and_is_used(
    broker: str, queue: str, tmp_path: Path, length: tuple[int, int, int]
) -> None:
    seconds, calls, minutes = length
    slow = seconds / calls * 2  # of a write, so that several are under way at a time
    with ExitStack() as stack:
        ledgers = stack.enter_context(quota_world(seconds, calls, projects=calls * minutes // 2, slow=slow))
        stack.enter_context(workers(broker, queue, tmp_path, WORKERS, program="tests.ops.rationed", threads=4))
        for row in ledgers.rows:
            dispatch(start(row, trigger=Trigger.SCHEDULE).job)
        wait_until(lambda: len(ledgers.calls()) > 0, "the first call")
        time.sleep(seconds * 0.6)
        click = _click(ledgers)
        time.sleep(max(0.0, seconds * (minutes - 0.6) + 0.5))
        assert click.state == JobState.SUCCEEDED
        _stop(ledgers)
        _within_limits(ledgers, seconds, calls)
        part = used(arrivals(ledgers.calls()), seconds, calls, minutes)
        assert part >= 0.9, f"{part:.0%} of the budget used"


def _click(ledgers: Ledgers) -> SyncJob:
    """One record that a person asks for while everything is busy is done before the next minute begins."""
    before, asked = len(ledgers.calls()), time.monotonic()
    row = next(row for row in ledgers.rows if row.stage == "projects")
    job = start(row, trigger=Trigger.PAGE, keys=["A-0001"]).job
    dispatch(job)
    wait_until(lambda: not SyncJob.objects.get(pk=job.pk).is_open, "the click is done", seconds=60)
    log.info("The click took %.1f s; %d calls meanwhile", time.monotonic() - asked, len(ledgers.calls()) - before)
    return SyncJob.objects.get(pk=job.pk)


def _stop(ledgers: Ledgers) -> None:
    SyncJob.objects.filter(finished_at=None).update(cancel_requested=True)
    log.info("Jobs: %s", dict(Counter(SyncJob.objects.values_list("state", flat=True))))


def _within_limits(ledgers: Ledgers, seconds: int, calls: int) -> None:
    xero, procore = ledgers.calls(), ledgers.procore.ledger.entries
    times = arrivals(xero)
    spread: dict[str, list[Entry]] = {entry.account: [] for entry in procore}
    for entry in procore:
        spread[entry.account].append(entry)
    spikes = [most_within(arrivals(found), SPIKE[0]) for account, found in spread.items() if account]
    told = {
        "calls": len(xero),
        "in flight": max(entry.in_flight for entry in xero),
        "most in a minute": most_within(times, seconds),
        "refused": [entry.status for entry in (*xero, *procore) if entry.status == 429],
        "most in Procore's 10 s": max(spikes),
        "budget used": used(times, seconds, calls, len(times) // calls or 1),
    }
    log.info("At the ledgers: %s", told)
    assert told["refused"] == []
    assert max(entry.in_flight for entry in xero) <= 5
    assert most_within(times, seconds) <= calls
    assert max(spikes) <= SPIKE[1]
