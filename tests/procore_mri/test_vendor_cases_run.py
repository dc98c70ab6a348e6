"""Vendors of MRI: matching, what waits for a person, and all that goes wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from integrations.mri.sandbox import Switches
from tests.procore_mri.world import World, verified, world

pytestmark = pytest.mark.django_db

IRONBARK = "0000010449 Ironbark Concreting"
ALL = 4


@pytest.fixture
def w() -> Iterator[World]:
    with world(default_country="AU") as one:
        yield one


def finish(w: World, *, full: bool = True) -> dict[str, tuple[str, str]]:
    job = w.go("vendors", full=full)
    while job.is_open:
        job = w.go_on(job)
    return w.outcomes(job)


def test_vendors_that_procore_has_are_linked_by_tax_number_or_name(w: World) -> None:
    w.books.change(w.books.one("vendors", id="0000010450") or {}, tax_number="51 824 753 556")
    by_name = w.company.add_vendor("Ironbark Concreting Pty Ltd", notes="Gate code 4")
    by_tax = w.company.add_vendor("Southern Cross Steelworks", abn="51824753556")
    found = finish(w)
    assert found[IRONBARK] == found["0000010450 Southern Cross Steel"] == ("matched", "")
    links = w.links("vendors")
    assert (links["0000010449"], links["0000010450"]) == (str(by_name.id), str(by_tax.id))
    assert (by_name["origin_id"], by_name["notes"]) == ("mri:HARBOUR:vendor:0000010449", "Gate code 4")
    assert len(w.company.vendors) == ALL


def test_two_candidates_another_owner_and_a_wrong_state_wait_for_a_person(w: World) -> None:
    w.company.add_vendor("Ironbark Concreting", city="Perth")
    w.company.add_vendor("Ironbark Concreting Ltd", city="Albany")
    w.company.add_vendor("Clearview Interiors", origin_id="xero-contact-7")
    w.books.change(w.books.one("vendors", id="0000010450") or {}, state="ZZ")
    found = finish(w)
    assert found[IRONBARK] == ("rejected", "several_vendors")
    assert found["0000010502 Clearview Interiors"] == ("rejected", "origin_taken")
    assert found["0000010450 Southern Cross Steel"] == ("rejected", "bad_state")
    assert found["00S0009003 Brightline Electrical"] == ("created", "")
    assert "Albany" in w.problem(IRONBARK).message


def test_a_change_is_sent_and_an_inactive_vendor_is_marked(w: World) -> None:
    finish(w)
    w.mri.clock.advance(days=2)
    row = w.books.one("vendors", id="0000010449") or {}
    w.books.change(row, phone="08 9000 0000")
    assert finish(w, full=False)[IRONBARK] == ("updated", "")
    (made,) = w.company.vendors.where(lambda one: one["name"] == "Ironbark Concreting")
    assert made["business_phone"] == "08 9000 0000"
    w.books.change(row, active=False)
    assert finish(w, full=False) == {IRONBARK: ("updated", "")}
    assert made["is_active"] is False


def test_a_read_begins_a_day_early_and_writes_nothing_twice(w: World) -> None:
    """MRI tells the day of a change only, in a time zone of its own."""
    finish(w)
    mark = w.marks()
    again = finish(w, full=False)
    assert set(again.values()) == {("unchanged", "")}
    assert w.writes(mark) == []
    (entry,) = w.mri.ledger.entries[mark[1] :]
    day_before = (w.mri.clock.now() - timedelta(days=1)).date()
    assert entry.query["LastUpdate"] == [f"{day_before:%m-%d-%Y}"]


@pytest.mark.parametrize(
    "switches",
    [
        Switches(page_size=2, largest_page=2),
        Switches(page_size=2, largest_page=2, links="cursor"),
        Switches(page_size=2, largest_page=2, link_format="xml"),
        Switches(nothing="null", empty_fields="missing", numbers="number", flags="True"),
    ],
)
def test_however_mri_writes_its_lists(switches: Switches) -> None:
    with world(default_country="AU", switches=switches) as w:
        w.mri.api("MRI_S-PMAP_Vendors")
        assert len(finish(w)) == ALL
        assert len(w.company.vendors) == ALL


def test_an_installation_that_knows_xml_only() -> None:
    profile = verified()
    profile["endpoints"]["vendors.list"]["format"] = "xml"
    with world(default_country="AU", profile=profile) as w:
        assert set(finish(w).values()) == {("created", "")}
        assert sorted(w.links("vendors")) == ["0000010449", "0000010450", "0000010502", "00S0009003"]


@pytest.mark.parametrize("fault", ["deadlock", "throttled", "web page", "lost answer"])
def test_what_goes_wrong_on_the_way_doubles_and_loses_nothing(w: World, fault: str) -> None:
    if fault == "deadlock":
        w.mri.deadlock(method="GET", query="Vendors")
    elif fault == "throttled":
        w.mri.faults.add("throttle", method="GET", query="Vendors")
    elif fault == "web page":
        w.mri.faults.add("status", method="GET", query="Vendors", status=200, body="<html>Sign in</html>")
    else:
        w.procore.faults.add("drop_after", method="PATCH", path="/rest/v1.0/vendors/sync")
    finish(w)
    finish(w)
    assert len(w.company.vendors) == len(w.links("vendors")) == ALL
    w.check_links()


def test_an_endpoint_that_nobody_verified_is_not_read(w: World) -> None:
    w.profile(verified("jobs.list"))
    job = w.go("vendors")
    job.refresh_from_db()
    assert job.state == "failed"
    assert "has not been verified" in job.error
    assert w.mri.calls(writes=False) == []
