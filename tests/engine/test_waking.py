"""What waits goes on by itself: after a login was connected again, at the reset of a day's quota, after a stop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from unittest import mock

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone

from hub import stopping, tasks
from hub.engine import run as engine
from hub.engine.start import start
from hub.models import Grant, LinkedEntity, Membership, Role, SyncJob, TenantStage, Trigger, ValueMap
from integrations.base.limits import MemoryStore
from tests.engine.world import World, make_tenant, world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _goes_on() -> Iterator[None]:
    yield
    stopping.forget()


def _tick_and_work() -> list[SyncJob]:
    """Ticks until there is nothing to do, and a worker that runs what they dispatch."""
    done: list[SyncJob] = []
    for _ in range(5):
        with mock.patch("hub.tasks.dispatch", return_value=True) as dispatch:
            tasks.tick()
        done += [engine.run(call.args[0].pk) for call in dispatch.call_args_list]
    return done


def _scheduled(row: TenantStage) -> SyncJob:
    with mock.patch("hub.tasks.dispatch"):
        tasks.start_scheduled(row.pk)
    return engine.run(SyncJob.objects.filter(tenant_stage=row).latest("pk").pk)


def _secret(w: World, secret: str, state: str) -> None:
    Grant.objects.filter(pk=w.row.tenant.target.grant_id).update(
        secret={"client_secret": secret}, tokens={}, expires_at=None, state=state
    )


def _links(row: TenantStage) -> dict[str, str]:
    return dict(LinkedEntity.objects.filter(tenant_stage=row).values_list("source_id", "target_id"))


def test_a_dead_login_stops_what_it_opens_and_everything_goes_on_after_connecting_again() -> None:
    with world(orders=3) as w:
        manager = User.objects.create_user("m", "m@example.com", "x")
        Membership.objects.create(customer=w.row.tenant.customer, user=manager, role=Role.MANAGER)
        other = make_tenant(w.row.tenant.customer, "other", keyed=True, batch=2, pages=False).stages.get()
        ValueMap.objects.create(tenant=w.row.tenant, kind="cost_code", key="01", account="200")
        assert _scheduled(w.row).state == "succeeded"
        links = _links(w.row)
        w.shop.put("4")
        _secret(w, "revoked", "ok")
        jobs = [_scheduled(w.row) for _ in range(3)]
        assert [(job.pk, job.state, job.error_code) for job in jobs] == [(jobs[0].pk, "waiting", "login_broken")] * 3
        by_hand = engine.run(start(w.row, trigger=Trigger.PAGE, keys=["N4"]).job.pk)
        assert (by_hand.state, by_hand.error_code) == ("waiting", "login_broken")
        assert [message.subject for message in mail.outbox] == ["Tieback: toy vault must be connected again"]
        later = timezone.now() + timedelta(minutes=30)
        with time_machine.travel(later):
            assert _tick_and_work() == [], "nothing is tried while the login is dead"
        assert _scheduled(other).state == "succeeded", "the other tenant's logins are its own"
        _secret(w, "right", "new")
        with time_machine.travel(later):
            done = _tick_and_work()
        assert {job.pk: job.state for job in done} == {jobs[0].pk: "succeeded", by_hand.pk: "succeeded"}
        assert _links(w.row).items() > links.items()
        assert w.papers().keys() >= {"N1", "N2", "N3", "N4"}
        assert ValueMap.objects.get().account == "200"
        assert len(mail.outbox) == 1
        w.shop.put("5")
        assert _scheduled(w.row).counts["created"] == 1


def test_a_day_quota_that_is_used_up_wakes_the_job_at_its_reset() -> None:
    with world(orders=3) as w, mock.patch("hub.connect.limit_store", return_value=MemoryStore()):
        now = timezone.now()
        w.vault.faults.add("throttle", method="PUT", path="/papers", headers={"Retry-After": "32400"})
        with time_machine.travel(now, tick=False):
            job = _scheduled(w.row)
        assert (job.state, job.error_code, job.not_before) == ("waiting", "quota", now + timedelta(hours=9))
        store = MemoryStore()  # the vendor's reset is also the end of our own block
        with mock.patch("hub.connect.limit_store", return_value=store):
            for hours, woken in ((1, []), (8.99, []), (9.01, [job.pk])):
                with time_machine.travel(now + timedelta(hours=hours)):
                    assert [one.pk for one in _tick_and_work()] == woken
        job.refresh_from_db()
        assert (job.state, job.counts) == ("succeeded", {"created": 3})
        w.check_links()


@pytest.mark.parametrize("batches", [1, 2, 3, 4, 5])
def test_a_worker_that_is_asked_to_end_gives_the_job_back_at_the_next_batch(batches: int) -> None:
    with world(orders=8, batch=1) as w:
        sent: list[object] = []
        create = w.vault.create

        def asked_during(request: object) -> object:
            sent.append(request)
            if len(sent) == batches:
                stopping.ask()
            return create(request)  # type: ignore[arg-type]

        job = start(w.row, trigger=Trigger.SHELL).job
        with mock.patch("hub.engine.policy.dispatch") as dispatch, mock.patch.object(w.vault, "create", asked_during):
            given_back = engine.run(job.pk)
        assert len(w.papers()) <= batches + 1
        assert (given_back.state, given_back.tries, given_back.error) == ("queued", 0, "")
        assert [call.args[0].pk for call in dispatch.call_args_list] == [job.pk]
        w.row.refresh_from_db()
        assert w.row.lease_until is None
        stopping.forget()
        ended = engine.run(job.pk)
        assert (ended.pk, ended.state, ended.counts) == (job.pk, "succeeded", {"created": 8})
        assert len(w.papers()) == 8
        w.check_links()


def test_a_worker_that_waits_for_a_slot_does_not_sleep_on() -> None:
    with world(orders=2) as w:
        w.vault.faults.add("throttle", method="PUT", path="/papers", headers={"Retry-After": "80"})
        naps: list[float] = []

        def nap(seconds: float) -> None:
            naps.append(seconds)
            stopping.ask()

        with mock.patch("hub.connect.time.sleep", nap), mock.patch("hub.engine.policy.dispatch"):
            job = w.go()
        assert naps == [1.0]
        assert job.state == "queued"
        assert not w.row.batches.exclude(state="settled").exists(), "it is known that nothing was sent"
        stopping.forget()
        with mock.patch("hub.connect.limit_store", return_value=MemoryStore()):
            assert engine.run(job.pk).counts == {"created": 2}
        w.check_links()
