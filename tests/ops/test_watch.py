"""What is wrong becomes an incident, is told once, and closes by itself when it is over."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone

from config import celery_app
from hub import alerts, health, notify, pulse, tasks, watch, workers
from hub.engine.start import start
from hub.models import (
    Alert,
    ApiCall,
    Grant,
    GrantState,
    Incident,
    JobState,
    Pulse,
    SyncJob,
    TenantStage,
    Trigger,
    Worker,
    WriteBatch,
)
from tests.engine.world import World

LONG_AGO = timedelta(hours=3)


@pytest.fixture
def alive(db: None) -> User:
    """Beat and worker are there, and an operator with an address."""
    pulse.give(pulse.BEAT)
    workers.told("worker@here 1", 4)
    return User.objects.create_superuser("root", "ops@example.com", password="root")


def later(by: timedelta) -> None:
    """As if everything that has been looked at had been so much earlier."""
    Pulse.objects.filter(name=pulse.WATCH).update(at=timezone.now() - by)
    for one in Incident.objects.filter(closed_at=None):
        one.opened_at, one.seen_at = one.opened_at - by, one.seen_at - by
        one.save()


def lasting() -> None:
    """Look again after so long that the operators are told."""
    later(watch.OVERDUE)
    assert watch.look(watch.OVERDUE)


def kill_beat() -> None:
    Pulse.objects.filter(name=pulse.BEAT).update(at=timezone.now() - health.SILENT - timedelta(seconds=9))


def test_nothing_is_wrong_with_an_idle_installation(alive: User, toy: World) -> None:
    toy.go()
    assert alerts.findings() == {}
    assert watch.look(watch.OVERDUE)
    assert not Incident.objects.exists()


def test_an_incident_opens_is_told_once_and_closes(alive: User) -> None:
    kill_beat()
    assert watch.look(watch.OVERDUE)
    one = Incident.objects.get()
    assert (one.alert, one.text, one.closed_at) == (Alert.NO_BEAT, "Its last sign of life was 2 min 9 s ago.", None)
    assert mail.outbox == [], "it may be over in a moment"
    lasting()
    (told,) = mail.outbox
    assert (told.subject, told.to) == ("Tieback: The beat is silent", ["ops@example.com"])
    assert "Start the beat again." in told.body
    assert f"http://testserver/admin/hub/incident/{one.pk}/change/" in told.body
    assert not watch.look(watch.OVERDUE), "somebody has just looked"
    later(watch.OVERDUE)
    assert watch.look(watch.OVERDUE)
    assert (Incident.objects.count(), len(mail.outbox)) == (1, 1)
    pulse.give(pulse.BEAT)
    later(watch.EVERY)
    assert tasks.look_around()
    assert Incident.objects.get().closed_at is None, "it may come back with the next look"
    later(watch.OVER)
    assert watch.look(watch.OVERDUE)
    one.refresh_from_db()
    assert one.closed_at is not None
    assert [message.subject for message in mail.outbox[1:]] == ["Tieback: The beat is silent – over"]
    assert re.search(r"It lasted \d+ min", str(mail.outbox[1].body))
    later(watch.OVERDUE)
    watch.look(watch.OVERDUE)
    assert len(mail.outbox) == 2
    kill_beat()
    lasting()
    lasting()
    assert (Incident.objects.count(), len(mail.outbox)) == (2, 3), "another time is another incident"


def test_what_is_over_in_a_moment_is_on_record_and_mailed_to_nobody(alive: User) -> None:
    kill_beat()
    watch.look(watch.OVERDUE)
    pulse.give(pulse.BEAT)
    for _ in range(2):
        lasting()
    assert Incident.objects.get().closed_at is not None
    assert mail.outbox == []


def test_a_mail_that_cannot_be_sent_is_sent_later(alive: User, monkeypatch: pytest.MonkeyPatch) -> None:
    kill_beat()

    def refuse(*args: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(notify, "send_mail", refuse)
        assert watch.look(watch.OVERDUE)
        lasting()
    assert Incident.objects.get().told_at is None
    lasting()
    assert Incident.objects.get().told_at is not None
    assert len(mail.outbox) == 1


def test_alert_addresses_go_before_the_superusers(alive: User, settings: Any) -> None:
    settings.HUB_ALERT_EMAILS = ["duty@example.com"]
    kill_beat()
    watch.look(watch.OVERDUE)
    lasting()
    assert mail.outbox[0].to == ["duty@example.com"]


def test_a_part_that_has_not_started_yet_is_not_dead(db: None) -> None:
    workers.told("worker@here 1", 4)
    assert Alert.NO_BEAT not in alerts.findings()
    kill_beat()
    assert Alert.NO_BEAT in alerts.findings()


def test_beat_and_workers_look_when_nobody_else_does(alive: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the worker gone nobody does what the beat asks for; the beat looks itself, and the other way round."""
    from hub.beat import Scheduler

    assert workers._looks == [watch.look_if_nobody_does]
    Worker.objects.all().delete()
    monkeypatch.setattr("hub.beat.close_old_connections", lambda: None)
    monkeypatch.setattr(watch, "_begun", time.monotonic())
    Scheduler(app=celery_app, lazy=True)._tell()
    assert not Incident.objects.exists(), "a worker that is just starting is not dead"
    monkeypatch.setattr(watch, "_begun", time.monotonic() - watch.START.total_seconds())
    Scheduler(app=celery_app, lazy=True)._tell()
    assert Incident.objects.get().alert == Alert.NO_WORKER


@pytest.mark.django_db(transaction=True)
def test_the_beat_knows_its_own_schedules() -> None:
    """Each names a task that exists; a wish to look round that nobody heard in time is forgotten."""
    from django_celery_beat.models import PeriodicTask

    from hub.beat import Scheduler

    Scheduler(app=celery_app).setup_schedule()
    rows = {
        row.name.removeprefix("Tieback: "): row for row in PeriodicTask.objects.filter(name__startswith="Tieback: ")
    }
    assert {row.task for row in rows.values()} <= celery_app.tasks.keys()
    watched = rows["look for what is stuck"]
    assert (watched.interval.every, watched.interval.period, watched.expire_seconds) == (60, "seconds", 60)
    assert (rows["delete old data"].crontab.hour, rows["delete old data"].crontab.minute) == ("2", "40")


def no_worker(world: World) -> None:
    Worker.objects.all().delete()


def no_beat(world: World) -> None:
    kill_beat()


def not_started(world: World) -> None:
    job = start(world.row, trigger=Trigger.SCHEDULE).job
    SyncJob.objects.filter(pk=job.pk).update(created_at=timezone.now() - LONG_AGO)


def orphaned(world: World) -> None:
    not_started(world)
    SyncJob.objects.update(state=JobState.RUNNING)
    TenantStage.objects.filter(pk=world.row.pk).update(lease_until=timezone.now() - alerts.ORPHANED * 2)


def endless(world: World) -> None:
    not_started(world)
    SyncJob.objects.update(state=JobState.RUNNING)
    now = timezone.now()
    TenantStage.objects.filter(pk=world.row.pk).update(
        lease_until=now + timedelta(minutes=2), last_attempt_at=now - alerts.ENDLESS * 2
    )


def unknown(world: World) -> None:
    world.go()
    old = timezone.now() - LONG_AGO
    WriteBatch.objects.filter(pk=WriteBatch.objects.earliest("pk").pk).update(state="unknown", created_at=old)


def dead_login(world: World) -> None:
    Grant.objects.filter(pk=world.row.tenant.source.grant_id).update(state=GrantState.NEEDS_LOGIN)


def failing(world: World) -> None:
    world.go()
    jobs = [start(world.row, trigger=Trigger.SCHEDULE, keys=[str(n)]).job.pk for n in range(alerts.IN_A_ROW)]
    SyncJob.objects.filter(pk__in=jobs).update(state=JobState.FAILED, finished_at=timezone.now())


def silent_vendor(world: World) -> None:
    ApiCall.objects.bulk_create(
        ApiCall(connection=world.row.tenant.target, at=timezone.now(), method="GET", path="/", milliseconds=1, status=s)
        for s in (500, 503, None, 200) * 3
    )


def not_pruned(world: World) -> None:
    Pulse.objects.create(name=pulse.PRUNE, at=timezone.now() - alerts.NIGHTS - timedelta(hours=1))


WRONG: list[tuple[Callable[[World], None], Alert, str]] = [
    (no_worker, Alert.NO_WORKER, "No worker has given a sign of life for a minute and a half."),
    (no_beat, Alert.NO_BEAT, "Its last sign of life was 2 min 9 s ago."),
    (not_started, Alert.NOT_STARTED, "Job 1 could have gone on more than 15 minutes ago."),
    (orphaned, Alert.STUCK, "Job 1: no worker is at it any more."),
    (endless, Alert.STUCK, "Job 1: its turn has lasted more than 60 minutes."),
    (unknown, Alert.UNKNOWN, "Sent more than 60 minutes ago, and not found out since: orders of toy."),
    (dead_login, Alert.LOGIN, "What they open is paused: toy shop."),
    (failing, Alert.FAILING, "3 runs or more have failed since the last good one: orders of toy."),
    (silent_vendor, Alert.VENDOR, "No answer or an error of its own in the last 15 minutes: vault (9 of 12 calls)."),
    (not_pruned, Alert.NOT_PRUNED, "It was last done 3 days ago."),
]


@pytest.mark.parametrize(("break_it", "alert", "text"), WRONG, ids=[one.__name__ for one, _, _ in WRONG])
def test_what_is_wrong_is_found_and_nothing_else(
    alive: User, toy: World, break_it: Callable[[World], None], alert: Alert, text: str
) -> None:
    break_it(toy)
    text = text.replace("Job 1", f"Job {SyncJob.objects.order_by('pk').values_list('pk', flat=True).first()}")
    assert alerts.findings() == {alert: text}


def test_a_broker_that_is_away(alive: User) -> None:
    app = Celery("tests", broker="redis://127.0.0.1:1/0", set_as_current=False)
    app.set_current()
    try:
        assert alerts.findings() == {Alert.NO_BROKER: "The broker cannot be reached (ConnectionError)."}
    finally:
        app.close()
        celery_app.set_current()


def test_failures_before_the_last_success_do_not_count(alive: User, toy: World) -> None:
    failing(toy)
    TenantStage.objects.filter(pk=toy.row.pk).update(last_success_at=timezone.now() + timedelta(seconds=1))
    assert alerts.findings() == {}


def test_every_alert_is_looked_for_told_of_and_explained() -> None:
    assert set(alerts.LOOKS) == set(alerts.FIRST) == set(Alert)
    text = (Path(django_settings.ROOT) / "docs" / "operating.md").read_text()
    section = text.split("\n## When an alert fires\n")[1].split("\n## ")[0]
    assert re.findall(r"^### (.+)$", section, re.M) == [alert.label for alert in Alert]
