"""Phases, cost codes and categories of MRI in Procore, through both sandboxes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integrations.procore.sandbox.seed import Division
from tests.procore_mri.world import DATABASE, World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def w() -> Iterator[World]:
    with world() as one:
        yield one


def full_codes(w: World) -> dict[str, str]:
    """Name by full code."""
    table = w.company.standard_cost_codes
    return {w.company.full_code(table, row): row["name"] for row in table}


def test_phases_become_headings_with_their_codes_and_then_nothing_more(w: World) -> None:
    job = w.go("cost_codes")
    assert set(w.outcomes(job).values()) == {("created", "")}
    assert full_codes(w) == {
        "01": "Site works",
        "02": "Structure",
        "03": "Fit-out",
        "01-0100": "Demolition",
        "01-0110": "Excavation",
        "02-0300": "Concrete",
        "02-0510": "Structural steel",
        "03-0900": "Plasterboard",
        "03-0990": "Painting",
        "03-1600": "Electrical",
        "03-9900": "Wages",
    }
    assert {row["origin_id"] for row in w.company.standard_cost_codes} >= {
        f"mri:{DATABASE}:code:01/",
        f"mri:{DATABASE}:code:01/0100",
    }
    assert len(w.writes()) == 2  # headings, then codes
    mark = w.marks()
    assert set(w.outcomes(w.go("cost_codes")).values()) == {("unchanged", "")}
    assert w.writes(mark) == []
    assert w.calls(mark) == ["GET MRI_S-PMJC_Phases", "GET MRI_S-PMJC_CostCodes"]
    w.check_links()


def test_codes_that_procore_has_are_linked_and_renamed(w: World) -> None:
    (there,) = w.company.add_cost_codes([Division("02", "Structure", (("0300", "Concreting"),))])
    preview = w.go("cost_codes", preview=True)
    assert w.outcomes(preview)["02-0300 Concrete"] == ("matched", "")
    assert "Same code as “02-0300 Concreting”" in w.record(preview, "02-0300 Concrete").message
    assert w.writes() == []
    w.go("cost_codes")
    assert w.links("cost_codes")["02/0300"] == str(there.id)
    assert there["name"] == "Concrete"
    assert len(w.company.standard_cost_codes) == 11


def test_where_procore_is_the_master_codes_are_only_linked(w: World) -> None:
    w.configure(cost_code_master="Procore")
    (there,) = w.company.add_cost_codes([Division("02", "Structure", (("0300", "Concreting"),))])
    job = w.go("cost_codes")
    found = w.outcomes(job)
    assert found["02-0300 Concrete"] == ("matched", "")
    assert found["01-0100 Demolition"] == ("skipped", "not_in_procore")
    assert there["name"] == "Concreting"
    assert w.writes() == []


def test_codes_only_of_one_list_without_those_of_a_single_job(w: World) -> None:
    w.configure(code_layout="codes only", cost_lists="STD")
    w.books.add("cost_codes", id="7000", name="Elsewhere", phase="01", cost_list="OLD")
    w.books.add("cost_codes", id="7100", name="Only here", phase="01", cost_list="STD", job_id="WHARF01")
    w.books.add("cost_codes", id="0100", name="Strip-out", phase="03", cost_list="STD", active=True)
    job = w.go("cost_codes")
    found = w.outcomes(job)
    assert found["01 7000 Elsewhere (OLD)"] == ("skipped", "left_out")
    assert found["01 7100 Only here (WHARF01)"] == ("skipped", "left_out")
    assert found["01 Site works"] == ("skipped", "phase")
    assert found["0100 Demolition"] == found["0100 Strip-out"] == ("rejected", "code_twice")
    assert full_codes(w)["0300"] == "Concrete"
    w.check_links()


def test_a_code_of_an_unknown_phase_waits(w: World) -> None:
    w.books.add("cost_codes", id="0400", name="Masonry", phase="09", cost_list="STD", active=True)
    job = w.go("cost_codes")
    assert w.outcomes(job)["09-0400 Masonry"] == ("rejected", "phase_missing")
    w.books.add("phases", id="09", name="Extras")
    w.go("cost_codes")
    assert full_codes(w)["09-0400"] == "Masonry"


def test_a_refused_heading_holds_its_codes_and_no_others(w: World) -> None:
    w.procore.faults.add("status", method="PATCH", path="/rest/v1.0/standard_cost_codes/sync", status=422)
    job = w.go("cost_codes")
    while job.is_open:
        job = w.go_on(job)
    w.go("cost_codes")
    assert len(full_codes(w)) == 11
    w.check_links()


def test_an_answer_that_is_lost_makes_no_second_code(w: World) -> None:
    w.procore.faults.add("drop_after", times=2, method="PATCH", path="/rest/v1.0/standard_cost_codes/sync")
    job = w.go("cost_codes")
    while job.is_open:
        job = w.go_on(job)
    assert len(w.company.standard_cost_codes) == len(full_codes(w)) == 11
    w.check_links()


def test_categories_are_linked_by_code_name_or_kind_and_else_created(w: World) -> None:
    """Procore has cost types of its own: Labor, Materials, Commitment…"""
    w.books.add("categories", id="EQ", name="Equipment")
    w.books.add("categories", id="TRV", name="Travel")
    job = w.go("cost_types")
    assert w.outcomes(job) == {
        "LAB Labour": ("matched", ""),
        "MAT Material": ("matched", ""),
        "SUB Subcontract": ("matched", ""),
        "OTH Other": ("matched", ""),
        "EQ Equipment": ("matched", ""),
        "TRV Travel": ("created", ""),
    }
    assert w.record(job, "SUB Subcontract").message == "The only cost type of its kind."
    assert w.links("cost_types")["SUB"] == str(w.company.cost_type("C").id)
    assert [(row["code"], row["base_type"]) for row in w.company.line_item_types if row["origin_id"]] == [
        ("TRV", "other")
    ]
    mark = w.marks()
    assert set(w.outcomes(w.go("cost_types")).values()) == {("unchanged", "")}
    assert w.writes(mark) == []
    w.check_links()


def test_two_cost_types_of_one_kind_are_not_guessed_between(w: World) -> None:
    w.company.line_item_types.add(name="Minor works", code="MW", base_type="commitment")
    assert w.outcomes(w.go("cost_types"))["SUB Subcontract"] == ("created", "")


def test_two_cost_types_of_one_name_are_a_persons_decision(w: World) -> None:
    w.company.line_item_types.add(name="other", code="O2", base_type="other")
    job = w.go("cost_types")
    assert w.outcomes(job)["OTH Other"] == ("rejected", "several_types")
    assert "“O2 other”" in w.problem("OTH Other").message
