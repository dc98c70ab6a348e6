"""The fault drill, short and with fixed seeds; docs/reliability.md has the long one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drill.system import ROOT


def drill(folder: Path, *options: str) -> tuple[int, str]:
    """The exit status and what was printed."""
    command = [sys.executable, "-m", "tests.drill", "--folder", str(folder), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def number(told: str, name: str) -> int:
    found = re.search(rf"^{re.escape(name)}\s+([\d,]+)$", told, re.MULTILINE)
    assert found, told
    return int(found[1].replace(",", ""))


def check(status: int, told: str, schedules: int) -> None:
    assert status == 0, told
    assert number(told, "schedules") == schedules
    assert number(told, "faults injected") > 5 * schedules
    assert number(told, "records compared") > 5 * schedules


def test_no_schedule_doubles_or_loses_on_the_embedded_default(tmp_path: Path) -> None:
    check(*drill(tmp_path, "--seed", "short", "--schedules", "4", "--lanes", "4", "--workers", "2"), 4)


def test_no_schedule_doubles_or_loses_between_procore_and_mri(tmp_path: Path) -> None:
    """MRI knows no idempotency keys."""
    mri = ("--pairing", "procore_mri", "--seed", "short", "--schedules", "2", "--lanes", "2", "--workers", "2")
    check(*drill(tmp_path, *mri), 2)


@pytest.mark.services  # for its length: it needs none
def test_without_waiting_for_late_writes_mri_holds_draws_twice(tmp_path: Path) -> None:
    same = ("--pairing", "procore_mri", "--seed", "late", "--workers", "2", "--block", "1", "--schedules")
    status, told = drill(tmp_path / "on", *same, "1", "--aim", "waiting")
    assert status == 0, told
    status, told = drill(tmp_path / "off", *same, "3", "--without", "waiting", "--stop-at-first")
    assert status == 1, told
    assert number(told, "duplicates") > 0, told


@pytest.mark.services
@pytest.mark.parametrize("on", ["redis", "rabbitmq"])
def test_no_schedule_doubles_or_loses_on_postgresql_with(on: str, tmp_path: Path) -> None:
    check(*drill(tmp_path, "--on", on, "--seed", "short", "--schedules", "3", "--lanes", "3", "--workers", "2"), 3)


AIMED = {
    "intents": "carried out later than the call's time",
    "lookup": "reply lost after it was carried out",
    "fence": "worker frozen while its call is under way",
}


@pytest.mark.services  # for its length: it needs none
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


@pytest.mark.services
def test_each_time_a_login_dies_one_person_is_told_once(tmp_path: Path) -> None:
    """A seed whose customers have logged in to Procore by consent: a refresh token works once there."""
    dying = ("--storm", "token's reply lost|token expired")
    status, told = drill(tmp_path, "--seed", "l488", "--schedules", "3", "--lanes", "3", "--workers", "2", *dying)
    assert status == 0, told
    assert number(told, "logins renewed by a person") > 0, told
