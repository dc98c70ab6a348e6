"""Whose turn it is: people first, tenant by tenant, some slots kept; and long runs that give way."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone

from hub import tasks, workers
from hub.engine import turn, turns
from hub.engine.run import run, work_on
from hub.engine.start import start
from hub.engine.turns import Load
from hub.models import Customer, Gate, JobState, SyncJob, TenantStage, Trigger, Worker
from tests.engine.world import make_tenant, world

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(minutes=5)


def stage_of(slug: str, customer: str = "Toy Makers") -> TenantStage:
    owner, _ = Customer.objects.get_or_create(name=customer, slug=customer.lower().replace(" ", "-"))
    return make_tenant(owner, slug).stages.get()


def job_of(row: TenantStage, trigger: Trigger = Trigger.SCHEDULE, *keys: str, **values: object) -> SyncJob:
    job = start(row, trigger=trigger, keys=keys).job
    SyncJob.objects.filter(pk=job.pk).update(**values)
    return job


def in_line() -> list[int]:
    return [one.job_id for one in turns.line(Load.now())]


def test_people_go_first_and_the_tenant_served_last_goes_last() -> None:
    rows = [stage_of(slug) for slug in ("a", "b", "c")]
    now = timezone.now()
    for row, minutes in zip(rows, (1, 9, 5), strict=True):
        TenantStage.objects.filter(pk=row.pk).update(last_attempt_at=now - timedelta(minutes=minutes))
    a, b, c = (job_of(row) for row in rows)
    assert in_line() == [b.pk, c.pk, a.pk]
    click = job_of(rows[0], Trigger.PAGE, "N1")
    assert in_line() == [click.pk, b.pk, c.pk], "and a stage has one place in the line"


def test_a_persons_long_run_shares_with_others_after_its_first_minute() -> None:
    a, b = stage_of("a"), stage_of("b")
    long_run = job_of(a, Trigger.PAGE, started_at=LONG_AGO, wanted_at=LONG_AGO)
    TenantStage.objects.filter(pk=a.pk).update(last_attempt_at=timezone.now())
    pull = job_of(b)
    assert in_line() == [pull.pk, long_run.pk]
    assert start(a, trigger=Trigger.PAGE).joined
    assert in_line() == [long_run.pk, pull.pk], "somebody asks for it again"


def test_a_flood_of_one_tenants_jobs_does_not_push_others_out_of_the_tick() -> None:
    flooded, other = stage_of("a"), stage_of("b")
    for number in range(300):
        job_of(flooded, Trigger.SHELL, f"N{number}", started_at=LONG_AGO)
    small = job_of(other)
    with mock.patch("hub.tasks.dispatch", return_value=True) as dispatch:
        assert tasks.tick() == 2
    assert small.pk in [call.args[0].pk for call in dispatch.call_args_list]


def test_jobs_that_cannot_begin_are_not_in_line() -> None:
    row = stage_of("a")
    first = job_of(row)
    later = job_of(stage_of("b"), after=first)
    waiting = job_of(stage_of("c"), state=JobState.WAITING, not_before=timezone.now() + timedelta(hours=1))
    assert in_line() == [first.pk]
    TenantStage.objects.filter(pk=row.pk).update(lease_until=timezone.now() + timedelta(minutes=1))
    assert in_line() == []
    SyncJob.objects.filter(pk=first.pk).update(state=JobState.SUCCEEDED)
    SyncJob.objects.filter(pk=waiting.pk).update(not_before=LONG_AGO)
    assert sorted(in_line()) == [later.pk, waiting.pk]


@pytest.mark.parametrize(
    ("slots", "mine", "others", "people", "background", "click"),
    [
        (0, 9, 9, 0, True, True),  # nobody has told how many slots there are
        (1, 0, 0, 0, True, True),
        (2, 0, 0, 0, True, True),
        (2, 1, 0, 0, False, True),  # the last slot is for people
        (2, 0, 1, 0, False, True),
        (4, 1, 0, 0, True, True),
        (4, 2, 0, 0, False, True),  # one for other tenants, one for people
        (4, 1, 1, 0, True, True),
        (4, 1, 2, 0, False, True),
        (4, 3, 0, 1, False, False),  # and somebody else's click finds one as well
        (8, 4, 1, 0, True, True),
        (8, 5, 0, 0, False, True),
    ],
)
def test_slots_are_kept(slots: int, mine: int, others: int, people: int, background: bool, click: bool) -> None:
    load = Load(slots, Counter({1: mine, 2: others}), Counter({1: people}))
    assert (load.admits(1, is_urgent=False), load.admits(1, is_urgent=True)) == (background, click)


def test_a_worker_tells_that_it_is_there_and_is_forgotten_when_it_is_not() -> None:
    workers.told("one 1", 4)
    workers.told("two 2", 2)
    assert workers.slots() == 6
    Worker.objects.filter(name="one 1").update(seen_at=LONG_AGO)
    assert workers.slots() == 2
    workers.told("two 2", 3)
    assert list(Worker.objects.values_list("name", "slots")) == [("two 2", 3)]
    workers.gone("two 2")
    assert workers.slots() == 0


def test_a_message_wakes_a_worker_and_the_database_says_for_whom() -> None:
    with world(orders=1) as w:
        pull = job_of(w.row)
        click = job_of(stage_of("b", "Other Makers"), Trigger.PAGE)
        tasks.run_job(pull.pk)
        assert SyncJob.objects.get(pk=click.pk).state == JobState.SUCCEEDED
        assert SyncJob.objects.get(pk=pull.pk).state == JobState.QUEUED
        tasks.run_job(click.pk)
        assert SyncJob.objects.get(pk=pull.pk).state == JobState.SUCCEEDED


def test_a_refused_turn_is_asked_for_again_when_another_ends() -> None:
    with world(orders=1) as w:
        workers.told("one 1", 2)
        other = stage_of("b", "Other Makers")
        TenantStage.objects.filter(pk=other.pk).update(lease_until=timezone.now() + timedelta(minutes=1))
        busy = job_of(other, state=JobState.RUNNING)
        pull = job_of(w.row, dispatched_at=timezone.now())
        tasks.run_job(pull.pk)
        pull.refresh_from_db()
        assert (pull.state, pull.dispatched_at) == (JobState.QUEUED, None), "the last slot is kept for people"
        TenantStage.objects.filter(pk=other.pk).update(lease_until=None)
        SyncJob.objects.filter(pk=busy.pk).update(state=JobState.QUEUED, trigger=Trigger.PAGE)
        with mock.patch("hub.tasks.dispatch") as dispatch:
            tasks.run_job(busy.pk)
        assert [call.args[0].pk for call in dispatch.call_args_list] == [pull.pk]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns are short from the first moment on."""
    monkeypatch.setattr(turn, "LOOK", -1.0)
    monkeypatch.setattr(turn.Turn, "_is_longer_than", lambda self, seconds: True)


@pytest.mark.usefixtures("hasty")
def test_a_long_run_gives_way_between_two_batches_and_goes_on_where_it_was() -> None:
    with world(orders=8, batch=1) as w:
        long_run = job_of(w.row)
        other = job_of(stage_of("b", "Other Makers"), created_at=LONG_AGO)
        assert run(long_run.pk).state == JobState.QUEUED
        assert len(w.vault.ledger.writes("/papers")) == 1, "a turn gets something done"
        assert run(other.pk).state == JobState.SUCCEEDED
        job = run(long_run.pk)
        assert job.state == JobState.SUCCEEDED
        assert sum(job.counts.values()) == 8
        assert len(w.papers()) == 8, "the other one's are matched"


@pytest.mark.usefixtures("hasty")
def test_a_run_goes_on_when_nobody_waits_or_who_waits_finds_a_free_worker() -> None:
    with world(orders=8) as w:
        workers.told("one 1", 4)
        job_of(stage_of("b", "Other Makers"), created_at=LONG_AGO)
        assert run(job_of(w.row).pk).counts == {"created": 8}


@pytest.mark.usefixtures("hasty")
def test_pages_that_cannot_be_gone_on_after_are_not_read_twice() -> None:
    with world(orders=8) as w:
        w.go()
        mark = w.shop.ledger.mark()
        job_of(stage_of("b", "Other Makers"), created_at=LONG_AGO)
        ids = list(w.shop.orders)
        retry = start(w.row, trigger=Trigger.SCHEDULE, source_ids=ids).job
        assert run(retry.pk).counts == {"unchanged": 8}
        assert len(w.shop.ledger.reads("/orders", since=mark)) == 3


@pytest.mark.usefixtures("hasty")
def test_a_preview_gives_way_too() -> None:
    with world(orders=8) as w:
        job_of(stage_of("b", "Other Makers"), created_at=LONG_AGO)
        job = start(w.row, trigger=Trigger.SCHEDULE, preview=True).job
        job = run(job.pk)
        assert (job.state, job.gate, job.position) == (JobState.QUEUED, Gate.PREVIEW, "6")


@pytest.mark.usefixtures("hasty")
def test_one_record_that_a_person_asks_for_goes_before_the_rest_of_its_own_stage() -> None:
    with world(orders=8, batch=1) as w:
        workers.told("one 1", 4)
        pull = job_of(w.row)
        TenantStage.objects.filter(pk=w.row.pk).update(last_attempt_at=timezone.now())
        click = job_of(w.row, Trigger.PAGE, "N8", created_at=LONG_AGO)
        assert run(pull.pk).state == JobState.QUEUED
        tasks.run_job(pull.pk)
        assert SyncJob.objects.get(pk=click.pk).counts == {"created": 1}
        assert sorted(w.papers()) == ["N1", "N8"]


def test_a_job_that_waits_again_is_not_taken_by_who_saw_it_due() -> None:
    """Several workers see a job whose pause is over, and one of them tries it in vain. Did the others not wait as well,
    they would call the vendor in its pause and use up the job's tries."""
    with world(orders=1) as w:
        w.vault.faults.add("throttle", path="/papers", headers={"Retry-After": "3600"})
        job = start(w.row, trigger=Trigger.SCHEDULE).job
        seen = [turns.line(Load.now()) for _ in range(3)]
        mark = w.vault.ledger.mark()
        took = [work_on(one.job_id, allowed=one.admitted_now) for (one,) in seen]
        job.refresh_from_db()
        assert (took, job.state, job.tries) == ([True, False, False], "waiting", 1)
        assert len(w.vault.ledger.reads("/papers", since=mark)) == 1
        SyncJob.objects.filter(pk=job.pk).update(not_before=timezone.now())
        (one,) = turns.line(Load.now())
        assert work_on(one.job_id, allowed=one.admitted_now)
