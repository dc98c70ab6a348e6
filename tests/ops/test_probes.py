"""/healthz and /readyz: what they say while parts of the installation are away, and to whom."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from celery import Celery
from django.db import Error, connection
from django.test import Client
from django.utils import timezone

from config import celery_app
from hub import health, pulse, workers
from hub.beat import Scheduler
from hub.engine.start import start
from hub.models import Pulse, SyncJob, TenantStage, Trigger, Worker
from tests.engine.world import World

TOKEN = "a-token-for-the-tests-only"
NAMES = ["database", "migrations", "broker", "beat", "worker", "queue"]


@pytest.fixture
def alive(db: None) -> None:
    pulse.give(pulse.BEAT)
    workers.told("worker@here 1", 4)


@pytest.fixture
def token(settings: Any) -> dict[str, str]:
    settings.HUB_METRICS_TOKEN = TOKEN
    return {"authorization": f"Bearer {TOKEN}"}


def failed(client: Client, query: str = "") -> dict[str, str]:
    """The names of the checks that are not good, each with its detail."""
    answer = client.get(f"/readyz{query}", headers={"authorization": f"Bearer {TOKEN}"})
    told = answer.json()
    found = {one["check"]: one["detail"] for one in told["checks"] if not one["ok"]}
    assert (answer.status_code, told["ready"]) == ((503, False) if found else (200, True))
    return found


def test_healthz_asks_nobody(client: Client) -> None:
    """No database may be used here: the test has none."""
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (200, b"ok\n", "no-store")


def test_a_probe_needs_no_host_name_and_no_https(client: Client, settings: Any, alive: None) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["hub.example.com"], True
    for path in ("/healthz", "/readyz"):
        assert client.get(path, headers={"host": "10.0.0.7:8000"}).status_code == 200
    assert client.get("/admin/", headers={"host": "10.0.0.7:8000"}).status_code == 400
    assert client.post("/readyz").status_code == 405


def test_ready_when_everything_is_there(client: Client, alive: None) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    lines = answer.content.decode().splitlines()
    assert [json.loads(line.rstrip(","))["check"] for line in lines[1:-1]] == NAMES
    assert answer.json() == {"ready": True, "checks": [{"check": name, "ok": True} for name in NAMES]}


def test_details_are_for_whoever_knows_the_token(client: Client, alive: None, token: dict[str, str]) -> None:
    assert "detail" not in client.get("/readyz").content.decode()
    assert "detail" not in client.get("/readyz", headers={"authorization": f"Bearer {TOKEN}x"}).content.decode()
    told = client.get("/readyz", headers=token).json()["checks"]
    assert told[4] == {"check": "worker", "ok": True, "detail": "1 there, for 4 jobs at a time"}


def test_a_silent_beat_and_a_dead_worker(client: Client, alive: None, token: dict[str, str]) -> None:
    Pulse.objects.filter(name=pulse.BEAT).update(at=timezone.now() - health.SILENT - timedelta(seconds=5))
    Worker.objects.update(seen_at=timezone.now() - workers.ALIVE - timedelta(seconds=1))
    assert failed(client) == {"beat": "last sign of life 2 min 5 s ago", "worker": "none is there"}
    assert failed(client, "?only=database,migrations") == {}
    Pulse.objects.all().delete()
    assert failed(client, "?only=beat") == {"beat": "has never given a sign of life"}


def test_a_check_that_does_not_exist(client: Client) -> None:
    answer = client.get("/readyz?only=database,<b>")
    assert answer.status_code == 400
    assert "<b>" not in answer.content.decode()


def test_a_broker_that_is_away(client: Client, alive: None, token: dict[str, str]) -> None:
    app = Celery("tests", broker="redis://127.0.0.1:1/0", set_as_current=False)
    app.set_current()
    try:
        assert failed(client).keys() == {"broker"}
        assert "127.0.0.1" not in client.get("/readyz", headers=token).content.decode()
    finally:
        app.close()
        celery_app.set_current()


def test_a_database_that_is_away(
    client: Client, alive: None, token: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise Error("could not connect to 10.1.2.3 as tieback")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        patch.setattr(connection, "close", lambda: None)  # the test's own transaction goes on
        told = client.get("/readyz", headers=token)
    assert told.status_code == 503
    assert {one["check"] for one in told.json()["checks"] if not one["ok"]} == {"database", "beat", "worker", "queue"}
    assert "10.1.2.3" not in told.content.decode()


def test_a_migration_that_is_missing(client: Client, alive: None, token: dict[str, str]) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    last = MigrationRecorder.Migration.objects.filter(app="hub").order_by("-name").first()
    assert last is not None
    last.delete()
    health._all_applied.clear()
    assert failed(client) == {"migrations": "1 not applied; run manage.py migrate"}
    last.save(force_insert=True)
    assert failed(client) == {}


def test_a_job_that_nobody_takes(client: Client, toy: World, alive: None, token: dict[str, str]) -> None:
    job = start(toy.row, trigger=Trigger.SCHEDULE).job
    assert failed(client) == {}
    long_ago = timezone.now() - health.PATIENCE - timedelta(minutes=2, seconds=1)
    SyncJob.objects.filter(pk=job.pk).update(created_at=long_ago)
    assert failed(client) == {"queue": "1 due, the oldest for 17 min 1 s"}
    TenantStage.objects.filter(pk=toy.row.pk).update(last_attempt_at=timezone.now())
    assert failed(client) == {}, "its stage has just had a turn"
    TenantStage.objects.filter(pk=toy.row.pk).update(last_attempt_at=None)
    SyncJob.objects.filter(pk=job.pk).update(state="waiting", not_before=timezone.now() - timedelta(minutes=1))
    assert failed(client) == {}, "it became due just now"
    SyncJob.objects.filter(pk=job.pk).update(state="queued", not_before=None)
    TenantStage.objects.filter(pk=toy.row.pk).update(lease_until=timezone.now() + timedelta(minutes=1))
    assert failed(client) == {}, "another job of its stage is at work"


@pytest.mark.django_db(transaction=True)
def test_the_beat_gives_a_sign_of_life_from_its_own_loop() -> None:
    scheduler = Scheduler(app=celery_app, lazy=True)
    assert pulse.ages() == {}
    scheduler.tick()
    first = Pulse.objects.get(name=pulse.BEAT).at
    scheduler.tick()
    assert Pulse.objects.get(name=pulse.BEAT).at == first, "not at every turn of the loop"


def test_one_process_takes_what_is_due(db: None) -> None:
    every = timedelta(minutes=1)
    assert pulse.take("x", every)
    assert not pulse.take("x", every)
    Pulse.objects.update(at=timezone.now() - every)
    assert [pulse.take("x", every) for _ in range(3)] == [True, False, False]
