"""Vendors of Procore in MRI, where they begin in Procore: found first, and never made twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from unittest import mock

import pytest

from hub.models import LinkedEntity, TenantStage
from hub.stage import Change
from integrations.procore_mri.new_vendors import VendorWriter
from tests.procore_mri.world import World, verified, world

pytestmark = pytest.mark.django_db

NEW = "Tideline Joinery"


@pytest.fixture
def w() -> Iterator[World]:
    with world(vendor_master="Procore") as one:
        TenantStage.objects.filter(stage="new_vendors").update(enabled=True)
        yield one


def test_what_mri_lacks_is_created_and_what_it_has_is_linked(w: World) -> None:
    there = w.company.add_vendor("IRONBARK  Concreting")
    new = w.company.add_vendor(
        NEW, address="4 Slipway", city="Fremantle", zip="6160", email_address="a@tideline.example"
    )
    assert w.outcomes(w.go("vendors"))["0000010449 Ironbark Concreting"] == ("matched", "")
    mark = w.marks()
    job = w.go("new_vendors")
    assert w.outcomes(job) == {"IRONBARK  Concreting": ("skipped", "linked"), NEW: ("created", "")}
    (made,) = w.books.where("vendors", name=NEW)
    assert (made["address1"], made["city"], made["email"], made["active"]) == (
        "4 Slipway",
        "Fremantle",
        "a@tideline.example",
        True,
    )
    assert w.links("new_vendors") == {str(new.id): made["id"]}
    assert len(w.writes(mark)) == 1
    assert there["name"] == "IRONBARK  Concreting"
    mark = w.marks()
    assert w.outcomes(w.go("new_vendors", full=True))[NEW] == ("unchanged", "")
    assert w.outcomes(w.go("vendors", full=True))[f"{made['id']} {NEW}"] == ("matched", "")
    assert w.writes(mark) == []
    w.check_links()


def test_an_answer_that_is_lost_makes_no_second_vendor(w: World) -> None:
    w.company.add_vendor(NEW)
    w.mri.faults.add("drop_after", method="POST", query="Vendors")
    job = w.go("new_vendors")
    while job.is_open:
        job = w.go_on(job)
    assert len(list(w.books.where("vendors", name=NEW))) == 1
    assert len(w.links("new_vendors")) == 1
    w.check_links()


def test_a_lost_answer_with_two_candidates_stays_unknown_until_a_person_decides(w: World) -> None:
    """While the answer was on its way, somebody has entered the same vendor by hand."""
    new = w.company.add_vendor(NEW)
    w.mri.faults.add("drop_after", method="POST", query="Vendors")
    find = VendorWriter.find

    def entered_by_hand(self: VendorWriter, changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
        if len(list(w.books.where("vendors", name=NEW))) == 1:
            w.books.add("vendors", name=NEW, city="Bunbury", active=True)
        return find(self, changes)

    with mock.patch.object(VendorWriter, "find", entered_by_hand):
        job = w.go("new_vendors")
        while job.is_open:
            job = w.go_on(job)
    assert w.outcomes(job)[NEW] == ("rejected", "two_candidates")
    assert w.problem(NEW).code == "two_candidates"
    mark = w.marks()
    w.go("new_vendors", full=True)
    assert w.writes(mark) == []
    link = LinkedEntity.objects.get(source_id=str(new.id))
    assert (link.state, link.target_id) == ("unknown", "")


def test_what_nobody_has_verified_is_not_written(w: World) -> None:
    profile = verified()
    profile["endpoints"]["vendors.create"]["verified"] = False
    w.profile(profile)
    w.company.add_vendor(NEW)
    job = w.go("new_vendors")
    assert w.outcomes(job)[NEW] == ("rejected", "not_sent")
    said = w.record(job, NEW).message
    assert said.startswith("The vendor was not sent to MRI: The endpoint")
    assert "has not been verified" in said
    assert w.mri.calls(writes=True) == []


def test_a_vendor_that_mri_makes_late_is_not_made_twice(w: World) -> None:
    w.company.add_vendor(NEW)
    w.mri.faults.add("drop", method="POST", query="Vendors")
    job = w.go("new_vendors")
    assert (job.state, job.error_code) == ("waiting", "outcome_unknown")
    w.books.add("vendors", name=NEW, active=True)
    assert w.go_on(job).counts == {"created": 1}
    assert len(w.mri.calls(writes=True)) == 1
    w.check_links()


def test_two_vendors_of_one_name_are_a_persons_decision(w: World) -> None:
    for city in ("Perth", "Bunbury"):
        w.books.add("vendors", name=NEW, city=city, active=True)
    w.company.add_vendor(NEW)
    assert w.outcomes(w.go("new_vendors")) == {NEW: ("rejected", "several_in_mri")}
    assert "(Perth)" in w.problem(NEW).message
    assert w.writes() == []


def test_a_refusal_within_a_success_is_shown_word_for_word(w: World) -> None:
    """MRI answers 200, with an error in the record: here its field is shorter than the interface says."""
    w.mri.api("MRI_S-PMAP_Vendors").fields["city"].length = 10
    w.company.add_vendor(NEW, city="Port Fairy West")
    w.company.add_vendor("Other Joinery", city="P" * 31)
    w.company.add_vendor("Third Joinery")
    job = w.go("new_vendors")
    found = w.outcomes(job)
    assert (found[NEW][0], found["Other Joinery"][0], found["Third Joinery"]) == (
        "rejected",
        "rejected",
        ("created", ""),
    )
    assert "City exceeds its maximum length of 10." in w.record(job, NEW).message
    assert (found[NEW][1], found["Other Joinery"][1]) == ("refused", "not_sent")
    assert "City takes 30 characters" in w.record(job, "Other Joinery").message  # said before anything was sent
    assert len(w.mri.calls(writes=True)) == 2
    w.check_links()


def test_where_vendors_begin_in_mri_nothing_is_created(w: World) -> None:
    w.configure(vendor_master="MRI")
    w.company.add_vendor(NEW)
    mark = w.marks()
    assert w.outcomes(w.go("new_vendors")) == {NEW: ("skipped", "begins_in_mri")}
    assert w.writes(mark) == []
