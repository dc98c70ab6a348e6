"""An installation that was started without the key of its stored secrets says so everywhere, and loses nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hub import alerts, tasks
from hub.engine.start import start
from hub.models import Alert, ApiCall, Grant, JobState, SyncJob, Trigger
from tests.engine.world import World, make_customer, make_tenant

FITS = "None of TIEBACK_FIELD_KEYS fits a stored secret. What to do: docs/operating.md, “Keys”."


@pytest.fixture
def right(settings: Any) -> list[str]:
    """The keys that are gone now."""
    keys: list[str] = settings.HUB_FIELD_KEYS
    return keys


@pytest.fixture
def lost(toy: World, right: list[str], settings: Any) -> World:
    settings.HUB_FIELD_KEYS = [Fernet.generate_key().decode()]
    return toy


def test_a_run_waits_for_the_key_however_often_it_is_tried(lost: World, right: list[str], settings: Any) -> None:
    job = start(lost.row, trigger=Trigger.SCHEDULE).job
    for tries in (1, 2, 2_001):
        SyncJob.objects.filter(pk=job.pk).update(tries=tries - 1)
        tasks.run_job(job.pk)
        job.refresh_from_db()
        assert (job.state, job.error_code, job.error, job.tries) == (JobState.WAITING, "keys", FITS, tries)
        assert job.not_before is not None
        assert job.not_before - timezone.now() <= timedelta(minutes=30)
        SyncJob.objects.filter(pk=job.pk).update(not_before=timezone.now())
    assert not ApiCall.objects.exists()
    settings.HUB_FIELD_KEYS = right
    tasks.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.SUCCEEDED, "")


def test_one_login_without_its_key_holds_up_nobody_else(lost: World) -> None:
    other = make_tenant(make_customer("Other Makers"), "other")
    rows = (lost.row, other.stages.get(stage=lost.row.stage))
    poor, rich = (start(row, trigger=Trigger.SCHEDULE).job for row in rows)
    for _ in range(2):
        tasks.run_job(poor.pk)
    assert [SyncJob.objects.get(pk=job.pk).state for job in (poor, rich)] == [JobState.WAITING, JobState.SUCCEEDED]


def test_an_incident_names_the_logins(lost: World) -> None:
    vault = lost.row.tenant.target.grant_id
    Grant.objects.filter(pk=vault).update(tokens={"access_token": "newer"}, secret={"client_secret": "right"})
    said = alerts.findings()[Alert.KEYS]
    assert said == "None of TIEBACK_FIELD_KEYS fits what is stored for toy shop of toy-makers."


def test_pages_say_what_is_missing(
    lost: World,
    right: list[str],
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    django_user_model: type[User],
) -> None:
    root = Client()
    root.force_login(django_user_model.objects.create_superuser("root"))
    pages = [
        reverse("admin:hub_grant_change", args=[lost.row.tenant.source.grant_id]),
        reverse("admin:hub_grant_changelist"),
        reverse("admin:hub_tenant_change", args=[lost.row.tenant_id]),
    ]
    answers = [root.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [503, 200, 200], "only what needs the secret needs the key"
    assert "The key to the stored secrets is missing" in answers[0].content.decode()
    assert FITS in caplog.text
    assert "Traceback" not in caplog.text
    settings.HUB_FIELD_KEYS = right
    assert [root.get(page).status_code for page in pages] == [200, 200, 200]
