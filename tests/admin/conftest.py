"""A house for every test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.admin.house import House, house


@pytest.fixture
def two(db: None) -> Iterator[House]:
    """Two customers with everything a page can show."""
    with house() as both:
        yield both
