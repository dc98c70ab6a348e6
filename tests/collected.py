"""Which of the collected tests run and in what order: on PostgreSQL only those that PostgreSQL can make a difference
to, and first of all those that wait."""

from __future__ import annotations

import pytest
from django.db import connection

ASKS = {"db", "transactional_db", "django_db_setup", "live_server"}  # fixtures that lead to a database

# Tests that wait for other processes more than they compute, the longest first. `--dist worksteal` gives each process
# neighbours: one waits through these while the others compute, and what is left to be stolen at the end is short.
WAITING = (
    "tests/drill/",
    *(
        f"tests/ops/test_{name}.py"
        for name in (
            "quota",
            "day_budget",
            "all_at_once",
            "fairness",
            "lost_broker",
            "workers",
            "up",
            "demo",
            "shutdown",
            "restore_file",
            "token_race",
        )
    ),
)


def pytest_report_header() -> str:
    if connection.vendor == "sqlite":
        return "database: SQLite, every test runs"
    return "database: PostgreSQL, tests that cannot touch a database are left to a run without DATABASE_URL"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """After pytest-django, which sorts by the kind of database a test asks for, and within what it leaves."""
    if connection.vendor != "sqlite":
        _leave_out(config, [item for item in items if not _touches_a_database(item)], items)
    items.sort(key=_turn)


def _leave_out(config: pytest.Config, some: list[pytest.Item], items: list[pytest.Item]) -> None:
    config.hook.pytest_deselected(items=some)
    left_out = set(some)
    items[:] = [item for item in items if item not in left_out]


def _touches_a_database(item: pytest.Item) -> bool:
    """Any other test is refused one by pytest-django; it reads the same settings, but for the address."""
    marked = any(item.get_closest_marker(name) for name in ("django_db", "services"))
    return marked or not ASKS.isdisjoint(getattr(item, "fixturenames", ()))


def _turn(item: pytest.Item) -> int:
    return next((turn for turn, place in enumerate(WAITING) if item.nodeid.startswith(place)), len(WAITING))
