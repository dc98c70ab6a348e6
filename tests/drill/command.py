"""The drill as a command, and what it printed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

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
