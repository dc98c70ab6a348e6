"""Two new records that MRI would know by one number or name: it takes both without a word, and gives none back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest

from hub.engine.run import run
from hub.engine.start import start
from hub.models import JobRecord, Problem, SyncJob, TenantStage, Trigger
from hub.stage import Page
from integrations.mri.sandbox.state import Row as MriRow
from integrations.procore.sandbox.contracts import Contract
from integrations.procore_mri.new_vendors import VendorReader
from tests.procore_mri.claims_site import JOB, Site, money, site
from tests.procore_mri.world import World, verified, world

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "Tideline Joinery"
HELD = ("rejected", "same_name")


def order(place: Site, number: str = "001", amount: str = "1,000.00") -> Contract:
    return place.project.add_purchase_order(
        place.vendor, number=number, title="Beams", lines=[("02-0510", "Beams", money(amount))]
    )


def went(job: SyncJob) -> dict[str, tuple[str, str]]:
    rows = JobRecord.objects.filter(job=job).values_list("source_id", "outcome", "code")
    return {source: (outcome, code) for source, outcome, code in rows}


def retried(w: World, stage: str, source_id: object) -> SyncJob:
    return run(start(w.row(stage), trigger=Trigger.PAGE, source_ids=[str(source_id)]).job.pk)


@contextmanager
def twins(**settings: Any) -> Iterator[tuple[Site, Contract, Contract]]:
    """A subcontract 001 and a purchase order 001 of the same project, both new."""
    with site(**settings) as place:
        yield place, place.contract("001", title="Slabs"), order(place)


@pytest.mark.parametrize("preview", [True, False])
def test_a_subcontract_and_a_purchase_order_of_one_number_are_held_before_anything_is_sent(preview: bool) -> None:
    with twins() as (place, contract, purchase):
        mark = place.w.marks()
        job = place.w.go("commitments", preview=preview)
        assert went(job) == {str(contract.id): HELD, str(purchase.id): HELD}
        assert place.w.writes(mark) == []
        assert place.rows("contracts") == []
        assert place.w.links("commitments") == {}
        said = JobRecord.objects.get(job=job, source_id=purchase.id).message
        assert f"“{JOB}/001 Slabs”" in said
        assert "MRI would take both without a word" in said
        assert set(Problem.objects.values_list("code", flat=True)) == (set() if preview else {"same_name"})
        place.w.check_links()


def test_numbered_apart_both_go_and_nothing_is_left_open() -> None:
    with twins() as (place, contract, purchase):
        place.w.go("commitments")
        place.w.configure(purchase_order_number="PO-{number}")
        job = place.w.go("commitments")
        assert went(job) == {str(contract.id): ("created", ""), str(purchase.id): ("created", "")}
        assert sorted(row["number"] for row in place.rows("contracts")) == ["001", "PO-001"]
        assert place.w.links("commitments") == {str(contract.id): f"{JOB}/001", str(purchase.id): f"{JOB}/PO-001"}
        assert set(Problem.objects.values_list("state", flat=True)) == {"resolved"}
        place.again("commitments")
        place.w.check_links()


def test_links_tell_them_apart_by_number_even_where_mri_has_a_table_for_each() -> None:
    with twins(purchase_orders="purchase orders") as (place, contract, purchase):
        assert went(place.w.go("commitments")) == {str(contract.id): HELD, str(purchase.id): HELD}
        assert went(retried(place.w, "commitments", contract.id)) == {str(contract.id): ("created", "")}
        assert went(place.w.go("commitments"))[str(purchase.id)] == ("rejected", "target_taken")
        assert [len(place.rows(table)) for table in ("contracts", "purchase_orders")] == [1, 0]
        place.w.configure(purchase_order_number="PO-{number}")
        assert went(place.w.go("commitments"))[str(purchase.id)] == ("created", "")
        assert [row["number"] for row in place.rows("purchase_orders")] == ["PO-001"]


def test_the_number_of_one_that_is_gone_in_mri_is_not_free() -> None:
    with site() as place:
        contract = place.contract("001")
        place.w.go("commitments")
        place.rows("contracts").clear()
        purchase = order(place)
        job = place.w.go("commitments")
        assert went(job) == {
            str(contract.id): ("rejected", "gone_in_mri"),
            str(purchase.id): ("rejected", "target_taken"),
        }
        assert place.rows("contracts") == []


def test_a_person_retries_one_alone_and_the_other_finds_it_taken() -> None:
    """Their amounts differ as well: what belongs to another record is no twin to be corrected."""
    with twins() as (place, contract, purchase):
        place.w.go("commitments")
        job = retried(place.w, "commitments", purchase.id)
        assert went(job) == {str(purchase.id): ("created", "")}
        job = place.w.go("commitments")
        assert went(job) == {str(contract.id): ("rejected", "target_taken"), str(purchase.id): ("unchanged", "")}
        assert [row["number"] for row in place.rows("contracts")] == ["001"]
        assert place.w.links("commitments") == {str(purchase.id): f"{JOB}/001"}
        assert Problem.objects.get(state="open").code == "target_taken"


@pytest.mark.parametrize("numbers", [("sc-1", "SC-1 "), ("7", "007")])
def test_numbers_are_compared_as_mri_compares_them(numbers: tuple[str, str]) -> None:
    profile = verified()
    for name in ("contracts.find", "contracts.create"):
        for one in profile["endpoints"][name]["fields"]:
            if one["hub"] == "number":
                one["transform"] = "pad_left(4)"
    with site(profile=profile) as place:
        contract, purchase = place.contract(numbers[0]), order(place, numbers[1])
        assert went(place.w.go("commitments")) == {str(contract.id): HELD, str(purchase.id): HELD}
        assert place.rows("contracts") == []


def vendors(w: World) -> list[MriRow]:
    return [row for row in w.books.tables["vendors"] if str(row["name"]).casefold() == NEW.casefold()]


@pytest.fixture
def w() -> Iterator[World]:
    with world(vendor_master="Procore") as one:
        TenantStage.objects.filter(stage="new_vendors").update(enabled=True)
        yield one


@pytest.mark.parametrize("preview", [True, False])
def test_two_vendors_of_one_name_do_not_become_two_in_mri(w: World, preview: bool) -> None:
    one, other = (w.company.add_vendor(name) for name in (NEW, NEW.upper()))
    third = w.company.add_vendor("Third Joinery")
    job = w.go("new_vendors", preview=preview)
    assert went(job) == {str(one.id): HELD, str(other.id): HELD, str(third.id): ("created", "")}
    assert vendors(w) == []
    assert set(w.links("new_vendors")) == (set() if preview else {str(third.id)})
    w.check_links()


@pytest.mark.parametrize("preview", [True, False])
def test_on_another_page_the_second_is_held_as_well(w: World, preview: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A preview sends nothing that the next page could find, and tells the same all the same."""
    one, other = (w.company.add_vendor(name) for name in (NEW, NEW.upper()))
    changed = VendorReader.changed

    def one_by_one(self: VendorReader, since: datetime | None, after: str) -> Iterator[Page]:
        return (Page([record]) for page in changed(self, since, after) for record in page.records)

    monkeypatch.setattr(VendorReader, "changed", one_by_one)
    job = w.go("new_vendors", preview=preview)
    code = "same_name" if preview else "target_taken"
    assert went(job) == {str(one.id): ("created", ""), str(other.id): ("rejected", code)}
    assert [row["name"] for row in vendors(w)] == ([] if preview else [NEW])
    assert set(w.links("new_vendors")) == (set() if preview else {str(one.id)})
    w.check_links()
