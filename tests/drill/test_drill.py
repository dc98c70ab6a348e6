"""The fault drill, short and with fixed seeds; docs/reliability.md has the long one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drill.system import ROOT

services = pytest.mark.services


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


@services
@pytest.mark.parametrize("base", ["redis", "rabbitmq"])
def test_no_schedule_doubles_or_loses_on_servers(tmp_path: Path, base: str) -> None:
    check(*drill(tmp_path, "--on", base, "--seed", "short", "--schedules", "3", "--lanes", "3", "--workers", "2"), 3)


# Which of the vendors' faults show that a safety is missing, and in how many schedules they do.
NEEDED = {
    "lookup": ("lost after it", 4),
    "intents": ("carried out later", 8),
    "fence": ("frozen", 8),
}


@services
@pytest.mark.parametrize("safety", NEEDED)
def test_without_a_safety_the_drill_reports_duplicates(tmp_path: Path, safety: str) -> None:
    """So that it is known to be able to fail."""
    storm, schedules = NEEDED[safety]
    some = ["--seed", "w", "--schedules", str(schedules), "--block", str(schedules), "--lanes", str(schedules)]
    status, told = drill(tmp_path, *some, "--workers", "2", "--storm", storm, "--without", safety)
    assert status == 1, told
    assert number(told, "duplicates") > 0, told
