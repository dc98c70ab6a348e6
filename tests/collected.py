"""Which of the collected tests run: on PostgreSQL only those that PostgreSQL can make a difference to."""

from __future__ import annotations

import pytest
from django.db import connection

ASKS = {"db", "transactional_db", "django_db_setup", "live_server"}  # fixtures that lead to a database


def pytest_report_header() -> str:
    if connection.vendor == "sqlite":
        return "database: SQLite, every test runs"
    return "database: PostgreSQL, tests that cannot touch a database are left to a run without DATABASE_URL"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if connection.vendor != "sqlite":
        _leave_out(config, [item for item in items if not _touches_a_database(item)], items)


def _leave_out(config: pytest.Config, some: list[pytest.Item], items: list[pytest.Item]) -> None:
    config.hook.pytest_deselected(items=some)
    left_out = set(some)
    items[:] = [item for item in items if item not in left_out]


def _touches_a_database(item: pytest.Item) -> bool:
    """Any other test is refused one by pytest-django; it reads the same settings, but for the address."""
    marked = any(item.get_closest_marker(name) for name in ("django_db", "services"))
    return marked or not ASKS.isdisjoint(getattr(item, "fixturenames", ()))
