"""The short drill on PostgreSQL, with each broker."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drill.command import check, drill


@pytest.mark.services
@pytest.mark.parametrize("on", ["redis", "rabbitmq"])
def test_no_schedule_doubles_or_loses_on_postgresql_with(on: str, tmp_path: Path) -> None:
    check(*drill(tmp_path, "--on", on, "--seed", "short", "--schedules", "3", "--lanes", "3", "--workers", "2"), 3)
