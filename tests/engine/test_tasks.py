"""What the beat does: due jobs are dispatched, orphaned ones found, lists refreshed, old call records deleted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.utils import timezone

from config import celery_app
from hub import pulse, stopping, tasks
from hub.engine.start import start
from hub.models import (
    ApiCall,
    Grant,
    GrantState,
    Pulse,
    ReferenceFetch,
    ReferenceItem,
    SyncJob,
    Tenant,
    TenantStage,
    Trigger,
)
from tests.engine.world import World, make_tenant, world

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


@contextmanager
def _three(spoilt: dict[str, Any]) -> Iterator[tuple[World, list[Tenant]]]:
    """Three tenants whose logins work; the second is spoilt by these values of its target's login or its own."""
    with world(orders=1) as w:
        tenants = [w.row.tenant, *(make_tenant(w.row.tenant.customer, slug) for slug in ("second", "third"))]
        Grant.objects.update(state=GrantState.OK)
        w.shop.codes.append({"id": "C1", "code": "01-100", "name": "Paper"})
        for model, pk in ((Grant, tenants[1].target.grant_id), (Tenant, tenants[1].pk)):
            values = {name: value for name, value in spoilt.items() if hasattr(model, name)}
            model._default_manager.filter(pk=pk).update(**values) if values else None
        yield w, tenants


def _refresh_all() -> tuple[list[int], int]:
    """What is asked for one after the other, and how many lists could not be fetched."""
    asked, failed, after = [], 0, [0]
    with mock.patch("hub.tasks.ask", side_effect=lambda task, number, **_: after.append(number)):
        while after:
            asked.append(after.pop())
            failed += tasks.refresh_lists(asked[-1])
    return asked, failed


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        ({"settings": {"batch": "many"}}, "The tenant's setting “batch” is not valid: "),
        (
            {"environment": "custom", "login_url": "https://gone.example", "api_url": "https://gone.example"},
            "gone.example",
        ),
    ],
)
def test_one_tenants_fault_does_not_keep_the_others_lists_from_being_fetched(
    spoilt: dict[str, Any], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    with _three(spoilt) as (_, tenants):
        asked, failed = _refresh_all()
        assert asked == [0, tenants[0].pk, tenants[1].pk], "one message for each"
        assert failed > 0
        assert reason in ReferenceFetch.objects.get(connection=tenants[1].target).error
        assert reason in caplog.text
        for tenant in (tenants[0], tenants[2]):
            assert ReferenceItem.objects.filter(connection=tenant.source).count() == 1


def test_lists_are_fetched_once_though_the_message_comes_twice_and_anew_when_it_comes_the_next_day() -> None:
    with _three({}) as (w, _):
        _refresh_all()
        made = ApiCall.objects.count()
        assert _refresh_all()[1] == 0
        assert ApiCall.objects.count() == made
        Pulse.objects.update(at=timezone.now() - timedelta(days=1))
        _refresh_all()
        assert ApiCall.objects.count() == 2 * made
        assert pulse.ages() == {}, "nobody watches that"


def test_a_worker_that_is_to_end_leaves_the_lists_to_another() -> None:
    with _three({}) as (_, tenants):
        stopping.ask()
        try:
            with mock.patch("hub.tasks.ask") as ask:
                assert tasks.refresh_lists(tenants[0].pk) == 0
        finally:
            stopping.forget()
        assert ask.call_args.args == ("hub.tasks.refresh_lists", tenants[0].pk)
        assert not ReferenceFetch.objects.exists()
        assert _refresh_all()[1] == 0
        assert ReferenceItem.objects.filter(connection=tenants[1].source).exists()


def test_lists_that_take_too_long_are_left_and_said_to_be() -> None:
    with _three({}) as (_, tenants), mock.patch("hub.tasks.LISTS", -1.0):
        assert _refresh_all()[1] == 3 * len(tenants[0].pairing_spec.references)
        assert {one.error for one in ReferenceFetch.objects.all()} == {"There was no time left to fetch it."}
        assert tasks.LISTS + sum(settings.HUB_CALL_TIMEOUT) < tasks.AT_LISTS.total_seconds()


def test_a_mistake_of_ours_ends_with_its_tenant() -> None:
    with _three({}) as (_, tenants), mock.patch("hub.tasks.refresh", side_effect=RuntimeError):
        with mock.patch("hub.tasks.ask") as ask, pytest.raises(RuntimeError):
            tasks.refresh_lists()
        assert ask.call_args.args == ("hub.tasks.refresh_lists", tenants[0].pk)


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
