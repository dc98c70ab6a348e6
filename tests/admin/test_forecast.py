"""How long work takes within the quota, and honest words where nothing is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from hub.admin import forecast
from hub.models import Connection, JobState, SyncJob
from integrations.base.limits import Quota, Window
from tests.admin.house import House
from tests.toy.vendors import VAULT

pytestmark = pytest.mark.django_db
ROOMY = replace(VAULT, quota=Quota((Window("minute", 60, 60), Window("day", 86_400, 5_000))))


@pytest.fixture
def vault(two: House, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """A connection of a vendor with sixty calls a minute."""
    monkeypatch.setattr(Connection, "vendor", ROOMY)
    return two.harbour.tenant.target


def job(minutes: float = 1, **values: object) -> SyncJob:
    now = timezone.now()
    given = {"state": JobState.RUNNING, "started_at": now - timedelta(minutes=minutes), "total": 500, "done": 100}
    return SyncJob(**{**given, "calls": {"Vault": 60}, **values})


def told(connection: Connection, day: int) -> None:
    connection.calls_left, connection.calls_left_at = {"minute": 3, "day": day}, timezone.now()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "about 4 min left at 60 Vault calls a minute"),
        ({"minutes": 20}, "about 80 min left"),  # its own pace is slower than the quota
        ({"minutes": 0.5, "calls": {"Shop": 1, "Vault": 600}}, "about 40 min left at 60 Vault calls a minute"),
        ({"calls": {}}, "about 4 min left"),
        ({"done": 4}, ""),
        ({"total": None}, ""),
        ({"done": 500}, ""),
        ({"state": JobState.WAITING}, ""),
        ({"started_at": None}, ""),
    ],
)
def test_how_much_longer_a_run_takes(vault: Connection, values: dict[str, object], said: str) -> None:
    assert forecast.left_of(job(**values), [vault]) == said  # type: ignore[arg-type]


def test_a_run_that_needs_more_than_todays_calls_says_so(vault: Connection) -> None:
    told(vault, 3_120)
    assert "needed" not in forecast.left_of(job(), [vault])
    said = forecast.left_of(job(total=20_000), [vault])
    assert said == (
        "about 3 h left at 60 Vault calls a minute; about 11,940 are needed and 3,120 of 5,000 Vault calls are left "
        "today, so it pauses until they are free again"
    )


def test_how_long_all_of_a_stage_takes(vault: Connection) -> None:
    last = job(minutes=3, finished_at=timezone.now(), done=1_240, calls={"Vault": 30})
    assert forecast.of_everything(last, [vault]) == (
        "All of it: about 3 min. The last time it was 1,240 records with 30 calls."
    )
    last.calls, last.done = {"Vault": 1_200}, 1
    assert forecast.of_everything(last, [vault]).startswith("All of it: about 20 min at 60 Vault calls a minute.")
    assert "1 record with 1,200 calls" in forecast.of_everything(last, [vault])
    assert forecast.of_everything(None, [vault]) == "How long all of it takes is not known yet."


def test_limits_are_those_that_the_vendor_has_told_of(vault: Connection) -> None:
    told(vault, 800)
    vault.call_sizes = {"day": 1_000, "minute": 120}
    left = forecast.calls_left(vault)
    assert (left.left, left.limit, left.percent) == (800, 1_000, 80)
    assert forecast.left_of(job(minutes=0.5), [vault]) == "about 2 min left at 120 Vault calls a minute"


def test_a_limit_that_is_a_guess_is_not_shown(vault: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    hour = Quota((Window("hour", 3_600, 14_400, certain=False),))
    monkeypatch.setattr(Connection, "vendor", replace(VAULT, quota=hour))
    vault.calls_left, vault.calls_left_at = {"hour": 24}, timezone.now()
    assert (forecast.calls_left(vault).left, forecast.calls_left(vault).limit) == (24, None)
    vault.calls_left_at -= timedelta(hours=2)
    assert forecast.calls_left(vault).left is None
    assert "about 2 min left" in forecast.left_of(job(minutes=0.5), [vault])
