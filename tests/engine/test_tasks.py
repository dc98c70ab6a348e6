"""What the beat does: due jobs are dispatched, orphaned ones found, lists refreshed, old call records deleted."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone

from config import celery_app
from hub import tasks
from hub.engine.start import start
from hub.models import ApiCall, ReferenceItem, SyncJob, TenantStage, Trigger
from tests.engine.world import World, world

pytestmark = pytest.mark.django_db


def _ticked() -> list[int]:
    """The jobs that a tick dispatches."""
    with mock.patch("hub.tasks.dispatch", return_value=True) as dispatch:
        tasks.tick()
    return [call.args[0].pk for call in dispatch.call_args_list]


def _job(w: World, **values: object) -> SyncJob:
    job = start(w.row, trigger=Trigger.SHELL).job
    SyncJob.objects.filter(pk=job.pk).update(**values)
    return job


def test_the_tick_finds_what_is_due_and_only_that() -> None:
    now = timezone.now()
    with world() as w:
        job = _job(w)
        assert _ticked() == [job.pk]
        for values, due in (
            ({"dispatched_at": now}, False),
            ({"dispatched_at": now - timedelta(minutes=5)}, True),
            ({"state": "waiting", "not_before": now + timedelta(minutes=1)}, False),
            ({"state": "waiting", "not_before": now - timedelta(seconds=1)}, True),
            ({"state": "succeeded"}, False),
        ):
            SyncJob.objects.filter(pk=job.pk).update(**{"dispatched_at": None, **values})
            assert bool(_ticked()) is due, values


def test_the_tick_finds_jobs_whose_worker_died() -> None:
    with world() as w:
        job = _job(w, state="running")
        TenantStage.objects.filter(pk=w.row.pk).update(lease_until=timezone.now() + timedelta(minutes=1))
        assert _ticked() == []
        TenantStage.objects.filter(pk=w.row.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        assert _ticked() == [job.pk]


def test_a_schedule_starts_a_job_once_and_skips_what_is_switched_off() -> None:
    with world(orders=1) as w, mock.patch("hub.tasks.dispatch") as dispatch:
        tasks.start_scheduled(w.row.pk)
        tasks.start_scheduled(w.row.pk)
        assert SyncJob.objects.get().trigger == Trigger.SCHEDULE
        assert dispatch.call_count == 1
        tasks.run_job(SyncJob.objects.get().pk)
        assert len(w.papers()) == 1
        TenantStage.objects.filter(pk=w.row.pk).update(enabled=False)
        tasks.start_scheduled(w.row.pk)
        assert SyncJob.objects.count() == 1


def test_lists_are_refreshed_where_logins_work() -> None:
    with world(orders=1) as w:
        assert tasks.refresh_lists() == 0
        assert not ReferenceItem.objects.exists(), "its logins have not been used yet"
        w.go()
        w.shop.codes.append({"id": "C1", "code": "01-100", "name": "Paper"})
        w.vault.faults.add("status", path="/accounts", status=403, body="{}")
        assert tasks.refresh_lists() == 1
        assert ReferenceItem.objects.get().code == "01-100"


def test_old_call_records_are_deleted() -> None:
    with world(orders=1) as w:
        w.go()
        ApiCall.objects.filter(pk=ApiCall.objects.first().pk).update(at=timezone.now() - timedelta(days=31))  # type: ignore[union-attr]
        before = ApiCall.objects.count()
        assert tasks.prune()["records of API calls"] == 1
        assert ApiCall.objects.count() == before - 1


def test_only_a_workers_main_thread_waits_for_the_brokers_answers() -> None:
    """Celery's pool of threads would read them too, after RabbitMQ was away, and make the worker deaf for a minute."""
    assert celery_app.conf.worker_enable_prefetch_count_reduction is False
