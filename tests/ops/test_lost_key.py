"""An installation that was started without the key of its stored secrets says so everywhere, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
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
def lose_the_key(settings: Any) -> Callable[[], Callable[[], None]]:
    """Calling it takes the key away, calling what it gives back puts it where it was."""

    def lose() -> Callable[[], None]:
        right = settings.HUB_FIELD_KEYS
        settings.HUB_FIELD_KEYS = [Fernet.generate_key().decode()]
        return lambda: setattr(settings, "HUB_FIELD_KEYS", right)

    return lose


def test_a_run_waits_for_the_key_however_often_it_is_tried(
    toy: World, lose_the_key: Callable[[], Callable[[], None]]
) -> None:
    find_the_key = lose_the_key()
    job = start(toy.row, trigger=Trigger.SCHEDULE).job
    for tries in (1, 2, 2_001):
        SyncJob.objects.filter(pk=job.pk).update(tries=tries - 1)
        tasks.run_job(job.pk)
        job.refresh_from_db()
        assert (job.state, job.error_code, job.error, job.tries) == (JobState.WAITING, "keys", FITS, tries)
        assert job.not_before is not None
        assert job.not_before - timezone.now() <= timedelta(minutes=30)
        due(job)
    assert not ApiCall.objects.exists()
    find_the_key()
    tasks.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.SUCCEEDED, "")


def test_one_login_without_its_key_holds_up_nobody_else(
    toy: World, lose_the_key: Callable[[], Callable[[], None]]
) -> None:
    other = make_tenant(make_customer("Other Makers"), "other")
    find_the_key = lose_the_key()
    mine = Grant.objects.filter(connections__in=[other.source, other.target])
    mine.update(secret={"client_secret": "right"}, tokens={}, state="ok")
    poor, rich = (start(row, trigger=Trigger.SCHEDULE).job for row in (toy.row, other.stages.get(stage=toy.row.stage)))
    for _ in range(2):
        tasks.run_job(poor.pk)
    assert [SyncJob.objects.get(pk=job.pk).state for job in (poor, rich)] == [JobState.WAITING, JobState.SUCCEEDED]
    find_the_key()


def due(job: Any) -> None:
    type(job).objects.filter(pk=job.pk).update(not_before=timezone.now())


def test_an_incident_names_the_logins(toy: World, lose_the_key: Callable[[], Callable[[], None]]) -> None:
    lose_the_key()
    vault = toy.row.tenant.target.grant_id
    Grant.objects.filter(pk=vault).update(tokens={"access_token": "newer"}, secret={"client_secret": "right"})
    said = alerts.findings()[Alert.KEYS]
    assert said == "None of TIEBACK_FIELD_KEYS fits what is stored for toy shop of toy-makers."


def test_pages_say_what_is_missing(
    toy: World,
    lose_the_key: Callable[[], Callable[[], None]],
    caplog: pytest.LogCaptureFixture,
    django_user_model: type[User],
) -> None:
    root = Client()
    root.force_login(django_user_model.objects.create_superuser("root"))
    pages = [
        reverse("admin:hub_grant_change", args=[toy.row.tenant.source.grant_id]),
        reverse("admin:hub_grant_changelist"),
        reverse("admin:hub_tenant_change", args=[toy.row.tenant_id]),
    ]
    find_the_key = lose_the_key()
    answers = [root.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [503, 200, 200], "only what needs the secret needs the key"
    assert "The key to the stored secrets is missing" in answers[0].content.decode()
    assert FITS in caplog.text
    assert "Traceback" not in caplog.text
    find_the_key()
    assert [root.get(page).status_code for page in pages] == [200, 200, 200]
