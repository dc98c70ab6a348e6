"""Programs that some tests drive. Where TIEBACK_TEST_PROGRAMS is set, as in CI, one that is missing fails its tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

import pytest

MUST_BE_THERE = bool(os.environ.get("TIEBACK_TEST_PROGRAMS"))


def needs(program: str) -> pytest.MarkDecorator:
    """Skips a test where the program is missing, unless it must be there."""
    missing = not MUST_BE_THERE and not shutil.which(program)
    return pytest.mark.skipif(missing, reason=f"the program {program} is not there")


def working(tools: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Those that answer to `version`; skips the test where none does, unless one must be there."""
    found = [tool for tool in tools if shutil.which(tool[0]) and not _run([*tool, "version"])]
    if not found and not MUST_BE_THERE:
        pytest.skip(f"none of {', '.join(' '.join(tool) for tool in tools)} is there")
    assert found, f"one of {', '.join(' '.join(tool) for tool in tools)} must be there"
    return found


def _run(command: Sequence[str]) -> int:
    return subprocess.run(command, capture_output=True, check=False).returncode
