"""All stages of three tenants at the same time on four workers: the end is that of one after the other, and nothing of
one tenant gets into another's books."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from hub.dispatch import dispatch
from hub.engine.run import run
from hub.engine.start import start
from hub.models import JobRecord, JobState, SyncJob, TenantStage, Trigger
from hub.tasks import tick
from tests.ops.brokers import broker as broker
from tests.ops.brokers import queue as queue
from tests.ops.crowd import Crowd, a_week_later, crowd
from tests.ops.crowd_views import calls_kept, calls_seen, picture, strangers, stray_calls
from tests.ops.hurried import no_windows
from tests.ops.worker import workers

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS, MOST_PASSES = 4, 8
MOVED = {"created", "updated", "matched"}


def rows(found: Crowd) -> list[TenantStage]:
    tenants = [side.tenant for side in found.sides]
    return sorted(TenantStage.objects.filter(tenant__in=tenants), key=lambda row: (row.spec.number, row.tenant_id))


def one_after_the_other(found: Crowd) -> list[SyncJob]:
    with no_windows():
        jobs = [run(start(row, trigger=Trigger.PAGE).job.pk) for row in rows(found)]
    assert not any(job.is_open for job in jobs)
    return jobs


def all_at_once(found: Crowd, chance: random.Random) -> list[SyncJob]:
    """In any order; the rest is the workers' affair."""
    jobs = [start(row, trigger=Trigger.PAGE).job for row in rows(found)]
    chance.shuffle(jobs)
    for job in jobs:
        dispatch(job)
    deadline = time.monotonic() + 240
    while waiting := [job for job in jobs if job.is_open]:
        assert time.monotonic() < deadline, f"still open: {[(str(job), job.state, job.error) for job in waiting]}"
        time.sleep(0.1)
        for job in waiting:
            job.refresh_from_db()
        _beat()
    return jobs


def most_at_work(jobs: list[SyncJob]) -> int:
    """How many jobs were being worked on at the busiest moment."""
    begun = [job.started_at for job in jobs if job.started_at]
    spans = [(job.started_at, job.finished_at) for job in jobs if job.started_at and job.finished_at]
    return max(sum(first <= moment < last for first, last in spans) for moment in begun)


def _beat() -> None:
    """Its tick, with pauses cut short: two writers to one project's costs take turns."""
    SyncJob.objects.filter(state=JobState.WAITING).update(not_before=timezone.now(), dispatched_at=None)
    tick()


def until_quiet(found: Crowd, one_pass: Callable[[], list[SyncJob]]) -> list[SyncJob]:
    """Passes until one moves nothing: what waits for another stage's links goes on in the next. Gives back the last."""
    for _ in range(MOST_PASSES):
        before = found.writes
        jobs = one_pass()
        assert {job.state for job in jobs} <= {JobState.SUCCEEDED, JobState.PARTIAL}, [job.error for job in jobs]
        if found.writes == before and not any(MOVED & job.counts.keys() for job in jobs):
            return jobs
    raise AssertionError(f"something still moves after {MOST_PASSES} passes")


def said(jobs: list[SyncJob]) -> list[tuple[Any, ...]]:
    """What the last pass says of every record."""
    names = ("job__tenant_stage__tenant__name", "job__tenant_stage__stage", "label", "outcome", "code", "message")
    return sorted(JobRecord.objects.filter(job__in=jobs).values_list(*names))


def test_everything_at_once_is_everything_one_after_the_other(broker: str, queue: str, tmp_path: Path) -> None:
    chance = random.Random(3)  # noqa: S311
    with ExitStack() as stack:
        calm, busy = stack.enter_context(crowd("calm")), stack.enter_context(crowd("busy"))
        stack.enter_context(workers(broker, queue, tmp_path, WORKERS, program="tests.ops.hurried", threads=1))
        _both_come_to_the_same(calm, busy, chance)
        a_week_later(calm)
        a_week_later(busy)
        _both_come_to_the_same(calm, busy, chance)
        assert all(all(picture(side).values()) for side in busy.sides), "something of every kind was moved"
        _nothing_is_mixed(busy)
        _nothing_is_left_open()


def _both_come_to_the_same(calm: Crowd, busy: Crowd, chance: random.Random) -> None:
    """The same is in all accounts, and of every record the same is said by a pass that moves nothing more."""
    planned = until_quiet(calm, lambda: one_after_the_other(calm))
    at_once = until_quiet(busy, lambda: all_at_once(busy, chance))
    assert most_at_work(at_once) > 1
    assert [picture(side) for side in busy.sides] == [picture(side) for side in calm.sides]
    assert said(at_once) == said(planned)


def _nothing_is_left_open() -> None:
    stages = TenantStage.objects.all()
    assert not any(row.batches.exclude(state="settled").exists() for row in stages)
    assert not any(row.links.exclude(state="linked").exists() for row in stages)
    assert not stages.exclude(lease_until=None).exists()


def _nothing_is_mixed(busy: Crowd) -> None:
    assert {side.tenant.slug: strangers(side) for side in busy.sides} == {s.tenant.slug: [] for s in busy.sides}
    assert stray_calls() == 0
    assert calls_kept(busy) == calls_seen(busy)
