"""The fault drill on the embedded default, short and with fixed seeds; docs/reliability.md has the long one."""

from __future__ import annotations

from pathlib import Path

from tests.drill.command import check, drill


def test_no_schedule_doubles_or_loses_on_the_embedded_default(tmp_path: Path) -> None:
    check(*drill(tmp_path, "--seed", "short", "--schedules", "4", "--lanes", "4", "--workers", "2"), 4)


def test_no_schedule_doubles_or_loses_between_procore_and_mri(tmp_path: Path) -> None:
    """MRI knows no idempotency keys."""
    mri = ("--pairing", "procore_mri", "--seed", "short", "--schedules", "2", "--lanes", "2", "--workers", "2")
    check(*drill(tmp_path, *mri), 2)
