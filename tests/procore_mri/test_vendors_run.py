"""Vendors of MRI in Procore, through both sandboxes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integrations.procore.sandbox.state import Row
from tests.procore_mri.world import DATABASE, World, world

pytestmark = pytest.mark.django_db

IRONBARK, STEEL = "0000010449", "0000010450"


@pytest.fixture
def w() -> Iterator[World]:
    with world(default_country="AU") as one:
        yield one


def vendor(w: World, name: str) -> Row:
    (found,) = w.company.vendors.where(lambda row: row["name"] == name)
    return found


def test_all_vendors_and_then_nothing_more(w: World) -> None:
    job = w.go("vendors")
    assert set(w.outcomes(job).values()) == {("created", "")}
    made = vendor(w, "Brightline Electrical")
    assert made["origin_id"] == f"mri:{DATABASE}:vendor:00S0009003"
    assert (made["address"], made["city"], made["state_code"], made["zip"], made["country_code"]) == (
        "3 Circuit Court",
        "Osborne Park",
        "WA",
        "6017",
        "AU",
    )
    assert w.links("vendors")["00S0009003"] == str(made.id)
    mark = w.marks()
    again = w.go("vendors", full=True)
    assert set(w.outcomes(again).values()) == {("unchanged", "")}
    assert w.writes(mark) == []
    assert w.calls(mark) == ["GET MRI_S-PMAP_Vendors"]
    w.check_links()
