"""What Prometheus reads, who may read it, and what reading costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from hub import metrics, pulse, workers
from hub.engine.start import start
from hub.models import Alert, ApiCall, Connection, Grant, Incident, SyncJob, Trigger
from tests.admin.house import MARK, SECRET, House, house
from tests.engine.world import World

TOKEN = "a-token-for-the-tests-only"
QUERIES = 11
Figures = dict[tuple[str, ...], float]


@pytest.fixture
def token(settings: Any) -> dict[str, str]:
    settings.HUB_METRICS_TOKEN = TOKEN
    return {"authorization": f"Bearer {TOKEN}"}


def figures(client: Client) -> Figures:
    """(name, label values in the order of the labels' names): value."""
    answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (one.name, *(text for _, text in sorted(one.labels.items()))): one.value
        for family in families
        for one in family.samples
    }


def test_who_may_read(client: Client, db: None, settings: Any) -> None:
    settings.HUB_METRICS_TOKEN = ""
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404
    settings.HUB_METRICS_TOKEN = TOKEN
    for given in ("", "Bearer", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN} x", "Bearer ü"):
        answer = client.get("/metrics", headers={"authorization": given} if given else {})
        assert (answer.status_code, b"tieback_" in answer.content) == (401, False), given
    answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")


def test_an_empty_installation(client: Client, db: None, token: dict[str, str]) -> None:
    found = figures(client)
    assert {name[1] for name in found if name[0] == "tieback_incidents_open"} == {alert.value for alert in Alert}
    assert found[("tieback_workers",)] == found[("tieback_jobs_due",)] == 0


def test_figures_are_those_of_the_database(client: Client, toy: World, token: dict[str, str]) -> None:
    toy.shop.put("9", number="N9", name=" ")
    toy.go()
    now = timezone.now()
    job = start(toy.row, trigger=Trigger.SCHEDULE).job
    SyncJob.objects.filter(pk=job.pk).update(created_at=now - timedelta(seconds=90))
    workers.told("worker@here 1", 4)
    pulse.give(pulse.BEAT)
    Grant.objects.filter(vendor="shop").update(state="needs_login")
    Connection.objects.filter(grant__vendor="vault").update(calls_left={"day": 4711, "minute": 60})
    Incident.objects.create(alert=Alert.NO_BROKER, text="x", opened_at=now, seen_at=now)
    calls = ApiCall.objects.filter(connection__grant__vendor="vault")
    first = calls.earliest("pk")
    ApiCall.objects.filter(pk=first.pk).update(status=429)
    ApiCall.objects.filter(connection__grant__vendor="shop").update(status=None)
    ApiCall.objects.filter(pk=calls.latest("pk").pk).update(at=now - metrics.WINDOW * 2)
    found = figures(client)
    vault = Connection.objects.get(grant__vendor="vault").pk
    expected: Figures = {
        ("tieback_jobs", "orders", "queued"): 1,
        ("tieback_jobs_ended_recently", "orders", "partial"): 1,
        ("tieback_jobs_due",): 1,
        ("tieback_writes_unsettled",): 0,
        ("tieback_vendor_calls_recently", "429", "vault"): 1,
        ("tieback_vendor_calls_recently", "2xx", "vault"): calls.count() - 2,
        ("tieback_vendor_calls_recently", "4xx", "vault"): 0,
        ("tieback_vendor_calls_recently", "none", "shop"): ApiCall.objects.filter(status=None).count(),
        ("tieback_workers",): 1,
        ("tieback_worker_slots",): 4,
        ("tieback_calls_left", str(vault), "vault", "day"): 4711,
        ("tieback_problems_open", "orders"): 1,
        ("tieback_logins", "needs_login", "shop"): 1,
        ("tieback_logins", "ok", "shop"): 0,
        ("tieback_logins", "ok", "vault"): 1,
        ("tieback_incidents_open", "no_broker"): 1,
        ("tieback_incidents_open", "no_beat"): 0,
    }
    assert {name: found.get(name) for name in expected} == expected
    assert found[("tieback_pulse_age_seconds", "beat")] < 60


def test_a_scrape_costs_the_same_whatever_is_there(client: Client, db: None, token: dict[str, str]) -> None:
    counted = []
    for fill in (False, True):
        if fill:
            with house() as two:
                text = _read(client)
                assert isinstance(two, House)
                for secret in (MARK, MARK.lower(), SECRET, "Kauri", "Harbour"):
                    assert secret not in text
        with CaptureQueriesContext(connection) as queries:
            _read(client)
        counted.append(len(queries))
    assert counted == [QUERIES, QUERIES]


def _read(client: Client) -> str:
    return client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"}).content.decode()
