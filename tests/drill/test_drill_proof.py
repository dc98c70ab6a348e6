"""That the drill can fail: with one safety switched off documents are there twice, and with it on they are not.

These take minutes: `make drill-proof`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drill.command import drill, number

pytestmark = pytest.mark.proof


def test_without_waiting_for_late_writes_mri_holds_draws_twice(tmp_path: Path) -> None:
    same = ("--pairing", "procore_mri", "--seed", "late", "--workers", "2", "--block", "1", "--schedules")
    status, told = drill(tmp_path / "on", *same, "1", "--aim", "waiting")
    assert status == 0, told
    status, told = drill(tmp_path / "off", *same, "3", "--without", "waiting", "--stop-at-first")
    assert status == 1, told
    assert number(told, "duplicates") > 0, told


AIMED = {
    "intents": "carried out later than the call's time",
    "lookup": "reply lost after it was carried out",
    "fence": "worker frozen while its call is under way",
}


@pytest.mark.parametrize("safety", AIMED)
def test_a_safety_holds_and_with_it_switched_off_documents_are_there_twice(safety: str, tmp_path: Path) -> None:
    same = ("--seed", "off", "--workers", "2", "--block", "1")
    status, told = drill(tmp_path / "on", *same, "--aim", safety, "--schedules", "1")
    assert status == 0, told
    assert number(told, f"  {AIMED[safety]}") == 1
    tries = ("--schedules", "6", "--stop-at-first")
    status, told = drill(tmp_path / "off", *same, "--without", safety, *tries)
    assert status == 1, told
    assert number(told, "duplicates") > 0, told


def test_each_time_a_login_dies_one_person_is_told_once(tmp_path: Path) -> None:
    """A seed whose customers have logged in to Procore by consent: a refresh token works once there."""
    dying = ("--storm", "token's reply lost|token expired")
    status, told = drill(tmp_path, "--seed", "l488", "--schedules", "3", "--lanes", "3", "--workers", "2", *dying)
    assert status == 0, told
    assert number(told, "logins renewed by a person") > 0, told
