"""What is deleted after its time, and what never is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hub import pruning, pulse, stopping
from hub.engine.run import run
from hub.engine.start import approve, cancel, start
from hub.models import (
    Alert,
    ApiCall,
    Gate,
    Incident,
    JobRecord,
    JobState,
    LinkedEntity,
    Problem,
    RecordState,
    SyncJob,
    TenantStage,
    Trigger,
    WriteBatch,
)
from hub.pruning import prune
from tests.engine.world import World

YEARS = timedelta(days=900)


def age(*jobs: SyncJob, by: timedelta = YEARS) -> None:
    """As if these jobs (none: all) had ended so long ago."""
    rows = SyncJob.objects.filter(pk__in=[job.pk for job in jobs]) if jobs else SyncJob.objects.all()
    rows.exclude(finished_at=None).update(finished_at=timezone.now() - by)


def said(job: SyncJob) -> list[Any]:
    rows = JobRecord.objects.filter(job=job).order_by("pk")
    return list(rows.values("source_id", "outcome", "state", "target_id", "message", "payload_hash", "decided_by"))


def test_the_account_of_what_was_sent_outlives_everything(toy: World) -> None:
    toy.shop.put("9", number="N9", name=" ")
    first = toy.go()
    toy.go()
    links = list(LinkedEntity.objects.order_by("pk").values())
    told = said(first)
    age()
    ApiCall.objects.update(at=timezone.now() - YEARS)
    counts = prune().counts
    assert counts["records of API calls"] > 0
    assert not ApiCall.objects.exists()
    assert list(LinkedEntity.objects.order_by("pk").values()) == links
    assert said(first) == told
    assert len(told) == 4
    assert not JobRecord.objects.exclude(payload={}, diff=[]).exists()
    assert set(WriteBatch.objects.values_list("body", flat=True)) == {""}
    assert {key for batch in WriteBatch.objects.all() for one in batch.members for key in one} == {
        "source_id",
        "action",
    }
    assert Problem.objects.filter(state="open").count() == 1
    before = len(toy.vault.papers)
    toy.shop.put("1", name="renamed")
    again = toy.go()
    assert again.counts == {"updated": 1, "unchanged": 2, "rejected": 1}
    assert len(toy.vault.papers) == before
    toy.check_links()


def test_what_waits_for_approval_keeps_its_payload(toy: World) -> None:
    TenantStage.objects.filter(pk=toy.row.pk).update(gate=Gate.APPROVE)
    plan = toy.go()
    age()
    prune()
    waiting = JobRecord.objects.filter(job=plan, state=RecordState.WAITING)
    assert waiting.count() == 3
    assert not waiting.filter(payload={}).exists()
    plan.refresh_from_db()
    assert plan.pruned_at is None
    started = approve(plan, list(waiting.values_list("source_id", flat=True)), None)
    assert run(started.job.pk).counts == {"created": 3}
    age()
    prune()
    assert SyncJob.objects.filter(pk__in=[plan.pk, started.job.pk]).count() == 2, "who approved what is kept"


def test_a_write_without_an_outcome_keeps_its_request(toy: World) -> None:
    job = toy.go()
    batch = WriteBatch.objects.earliest("pk")
    WriteBatch.objects.filter(pk=batch.pk).update(state="unknown")
    age()
    prune()
    kept = WriteBatch.objects.get(pk=batch.pk)
    assert (kept.body, kept.members) == (batch.body, batch.members)
    job.refresh_from_db()
    assert job.pruned_at is None


def test_runs_without_effect_and_previews_go_the_last_one_stays(toy: World) -> None:
    worked = toy.go()
    preview = toy.go(preview=True)
    toy.shop.orders = {}
    idle = toy.go(full=False)
    cancelled = start(toy.row, trigger=Trigger.SCHEDULE).job
    cancel(cancelled)
    last = toy.go(full=False)
    assert not idle.records.exists()
    cancelled.refresh_from_db()
    assert (cancelled.state, cancelled.finished_at is not None) == (JobState.CANCELLED, True)
    age()
    assert prune().counts["jobs without effect"] == 3
    assert list(SyncJob.objects.order_by("pk")) == [worked, last]
    assert not JobRecord.objects.filter(job=preview.pk).exists()


def test_unchanged_records_go_when_a_later_full_run_has_seen_them(toy: World) -> None:
    created = toy.go()
    unchanged = toy.go(full=True)
    one = toy.go("N1")
    last = toy.go(full=True)
    same = {"1": "unchanged", "2": "unchanged", "3": "unchanged"}
    assert (toy.outcomes(unchanged), toy.outcomes(last), toy.outcomes(one)) == (same, same, {"1": "unchanged"})
    age()
    counts = prune().counts
    assert (counts["records of unchanged data"], counts["jobs without effect"]) == (4, 2)
    assert list(SyncJob.objects.order_by("pk")) == [created, last]
    assert toy.outcomes(last) == same, "nobody has seen them since"
    assert toy.outcomes(created) == {"1": "created", "2": "created", "3": "created"}


def test_nothing_young_is_deleted(toy: World) -> None:
    for preview in (False, True, False):
        toy.go(preview=preview)
    age(by=timedelta(days=89))
    models = (SyncJob, JobRecord, WriteBatch, ApiCall, LinkedEntity)
    before = [list(model._default_manager.order_by("pk").values()) for model in models]
    assert all(before)
    assert set(prune().counts.values()) == {0}
    assert [list(model._default_manager.order_by("pk").values()) for model in models] == before


def test_incidents_and_sessions_have_their_time(db: None) -> None:
    now = timezone.now()
    for closed in (now - YEARS, now, None):
        Incident.objects.create(alert=Alert.LOGIN, text="x", opened_at=now - YEARS, seen_at=now, closed_at=closed)
    for number, until in enumerate((now - YEARS, now + YEARS)):
        Session.objects.create(session_key=f"{number}", session_data="", expire_date=until)
    counts = prune().counts
    assert (counts["incidents"], counts["ended sessions"]) == (1, 1)
    assert Incident.objects.count() == 2
    assert pulse.ages()[pulse.PRUNE] < timedelta(minutes=1)


def test_it_goes_in_batches_and_stops_when_its_time_is_over(toy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    toy.go()
    ApiCall.objects.update(at=timezone.now() - YEARS)
    calls = ApiCall.objects.count()
    assert calls > 4
    assert not prune(seconds=-1).finished
    assert ApiCall.objects.count() == calls - 2, "one batch each time, and the next goes on from there"
    stopping.ask()
    try:
        assert not prune().finished
    finally:
        stopping.forget()
    assert ApiCall.objects.count() == calls - 4, "a worker that is asked to end does not finish the night's work"
    with CaptureQueriesContext(connection) as queries:
        assert prune().finished
    assert not ApiCall.objects.exists()
    deletes = [one["sql"] for one in queries if one["sql"].startswith('DELETE FROM "hub_apicall"')]
    assert len(deletes) == (calls - 4 + 1) // 2


def test_the_schedule_of_an_earlier_version_is_retired(db: None) -> None:
    from django.core.management import call_command
    from django_celery_beat.models import IntervalSchedule, PeriodicTask

    every = IntervalSchedule.objects.create(every=1, period="days")
    for name in ("Tieback: delete old call records", "of somebody else"):
        PeriodicTask.objects.create(name=name, task="hub.tasks.prune", interval=every)
    call_command("migrate", verbosity=0)
    assert list(PeriodicTask.objects.values_list("name", flat=True)) == ["of somebody else"]
