"""Jobs of MRI as projects of Procore, through both sandboxes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.models import ApiCall
from integrations.procore.sandbox.state import Row
from tests.procore_mri.world import DATABASE, World, world

pytestmark = pytest.mark.django_db

WHARF, DEPOT = "WHARF01 Wharf Street Tower", "DEPOT02 Depot Refurbishment"


@pytest.fixture
def w() -> Iterator[World]:
    with world() as one:
        yield one


def project(w: World, number: str) -> Row:
    (found,) = w.company.projects.where(lambda row: row["project_number"] == number)
    return found


def test_jobs_become_projects_with_cost_codes_and_then_nothing_more(w: World) -> None:
    mark = w.marks()
    job = w.go("jobs")
    assert w.outcomes(job) == {WHARF: ("created", ""), DEPOT: ("created", "")}
    made = project(w, "WHARF01")
    told = ("name", "origin_id", "active", "start_date", "completion_date")
    assert [made[name] for name in told] == [
        "Wharf Street Tower",
        f"mri:{DATABASE}:job:WHARF01",
        True,
        "2026-03-02",
        "2027-06-30",
    ]
    assert [entry.path for entry in w.writes(mark)] == ["/rest/v1.0/projects/sync"] * 2
    mark = w.marks()
    assert set(w.outcomes(w.go("jobs", full=True)).values()) == {("unchanged", "")}
    assert w.writes(mark) == []
    assert ApiCall.objects.filter(connection=w.tenant.target).count() == 2
    w.check_links()


def test_projects_that_both_sides_have_are_linked_in_bulk_after_a_preview(w: World) -> None:
    """The number decides; a name decides where the project has no number yet."""
    by_number = w.company.add_project("Wharf St", "wharf01")
    by_name = w.company.add_project("Depot  Refurbishment")
    preview = w.go("jobs", preview=True)
    assert w.outcomes(preview) == {WHARF: ("matched", ""), DEPOT: ("matched", "")}
    assert "Same number as “wharf01 Wharf St”" in w.record(preview, WHARF).message
    assert ["name", "Wharf St", "Wharf Street Tower"] in w.record(preview, WHARF).diff
    assert w.writes() == []
    mark = w.marks()
    assert w.outcomes(w.go("jobs")) == {WHARF: ("matched", ""), DEPOT: ("matched", "")}
    assert w.links("jobs") == {"WHARF01": str(by_number.id), "DEPOT02": str(by_name.id)}
    assert len(w.company.projects) == 2
    assert (by_name["project_number"], by_name["name"]) == ("DEPOT02", "Depot Refurbishment")
    assert len(w.writes(mark)) == 1
    w.check_links()


def test_where_procore_is_the_master_jobs_are_linked_and_nothing_is_written(w: World) -> None:
    w.configure(job_master="Procore")
    there = w.company.add_project("Their own name", "WHARF01")
    mark = w.marks()
    assert w.outcomes(w.go("jobs")) == {WHARF: ("matched", ""), DEPOT: ("skipped", "not_in_procore")}
    assert w.links("jobs") == {"WHARF01": str(there.id)}
    assert there["name"] == "Their own name"
    w.books.change(w.books.one("jobs", id="WHARF01") or {}, name="Renamed")
    w.go("jobs", full=True)
    assert w.writes(mark) == []


def test_two_candidates_and_a_name_under_another_number_wait_for_a_person(w: World) -> None:
    w.company.add_project("One", "WHARF01")
    w.company.add_project("Two", "WHARF01")
    w.company.add_project("Depot Refurbishment", "D-77")
    job = w.go("jobs")
    assert w.outcomes(job) == {WHARF: ("rejected", "several_projects"), DEPOT: ("rejected", "name_taken")}
    assert "“WHARF01 One”" in w.problem(WHARF).message
    assert w.writes() == []


def test_other_entities_and_closed_jobs_are_left_out_with_the_reason(w: World) -> None:
    w.configure(entities="100", open_job_statuses="O", closed_jobs="make inactive")
    w.books.add("jobs", id="OLD09", name="Old wing", entity_id="100", status="C")
    job = w.go("jobs")
    assert w.outcomes(job) == {
        WHARF: ("created", ""),
        DEPOT: ("skipped", "other_entity"),
        "OLD09 Old wing": ("skipped", "not_open"),
    }
    w.mri.clock.advance(days=1)
    w.books.change(w.books.one("jobs", id="WHARF01") or {}, status="C")
    assert w.outcomes(w.go("jobs"))[WHARF] == ("updated", "")
    assert project(w, "WHARF01")["active"] is False


def test_a_new_project_starts_in_the_stage_of_the_settings(w: World) -> None:
    w.configure(project_stage="From MRI")
    assert set(w.outcomes(w.go("jobs")).values()) == {("rejected", "stage_missing")}
    stage = w.company.stage("From MRI")
    w.go("jobs")
    assert project(w, "WHARF01")["project_stage_id"] == stage.id


def test_an_answer_that_is_lost_makes_no_second_project(w: World) -> None:
    w.procore.faults.add("drop_after", method="PATCH", path="/rest/v1.0/projects/sync")
    job = w.go("jobs")
    while job.is_open:
        job = w.go_on(job)
    assert sorted(row["project_number"] for row in w.company.projects) == ["DEPOT02", "WHARF01"]
    assert len(w.links("jobs")) == 2
    w.check_links()
