"""Projects from end to end: Procore's company, the engine, Xero's tracking category."""

from __future__ import annotations

from typing import Literal

import pytest

from hub.models import JobRecord, Problem
from tests.pairings.world import STAGE, World, world

pytestmark = pytest.mark.django_db


def _seed(w: World) -> None:
    w.company.add_project("Wharf 9 Apartments", "24-001", STAGE)
    w.company.add_project("Library Extension", "24-002", STAGE)
    w.company.add_project("Not yet", "24-003", "Bidding")
    w.company.add_project("Nameless Number", None, STAGE)
    w.company.add_project("Twin One", "24-004", STAGE)
    w.company.add_project("Twin Two", "24-004", STAGE)


def test_first_run_makes_one_option_per_eligible_project_and_names_the_rest() -> None:
    with world() as w:
        _seed(w)
        job = w.go("projects")
        assert w.options() == {"24-001 Wharf 9 Apartments": "ACTIVE", "24-002 Library Extension": "ACTIVE"}
        assert w.outcomes(job) == {
            "24-001 Wharf 9 Apartments": ("created", ""),
            "24-002 Library Extension": ("created", ""),
            "24-003 Not yet": ("skipped", "other_stage"),
            "Nameless Number": ("rejected", "no_number"),
            "24-004 Twin One": ("rejected", "number_twice"),
            "24-004 Twin Two": ("rejected", "number_twice"),
        }
        assert job.state == "partial"
        assert "“24-004 Twin One”, “24-004 Twin Two”" in w.problem("24-004 Twin Two").message
        assert w.record(job, "24-003 Not yet").message == (
            "Its stage is “Bidding”; only projects in the stage “Send to Xero” are sent."
        )
        w.check_links()


def test_the_fewest_calls_and_then_none_that_write() -> None:
    with world() as w:
        _seed(w)
        start = w.marks()
        w.go("projects")
        category = w.org.category("Project").id
        put = f"PUT TrackingCategories/{category}/Options"
        assert w.calls(start) == ["GET /rest/v1.1/projects", "GET TrackingCategories", put, put]
        start = w.marks()
        job = w.go("projects")
        assert w.calls(start) == ["GET /rest/v1.1/projects", "GET TrackingCategories"]
        assert job.counts == {"unchanged": 2, "skipped": 1, "rejected": 3}


def test_a_rename_is_one_write_and_the_link_holds_in_any_stage() -> None:
    with world() as w:
        _seed(w)
        w.go("projects")
        start = w.marks()
        project = w.company.projects.named("Wharf 9 Apartments")
        assert project is not None
        project.change(name="Wharf 9 Residences", project_stage_id=w.company.stage("Completed").id)
        job = w.go("projects")
        assert len(w.writes(start)) == 1
        assert w.options() == {"24-001 Wharf 9 Residences": "ACTIVE", "24-002 Library Extension": "ACTIVE"}
        record = w.record(job, "24-001 Wharf 9 Residences")
        assert (record.outcome, record.diff) == (
            "updated",
            [["name", "24-001 Wharf 9 Apartments", "24-001 Wharf 9 Residences"]],
        )


def test_existing_options_are_matched_before_any_is_made() -> None:
    with world() as w:
        category = w.org.category("Project")
        w.org.add_option(category, "24-001")
        w.org.add_option(category, "24-002 library  extension")
        w.org.add_option(category, "24-0010 Other")
        _seed(w)
        job = w.go("projects")
        assert w.outcomes(job)["24-001 Wharf 9 Apartments"] == ("matched", "")
        assert w.outcomes(job)["24-002 Library Extension"] == ("matched", "")
        assert set(w.options()) == {"24-001 Wharf 9 Apartments", "24-002 Library Extension", "24-0010 Other"}
        assert w.record(job, "24-001 Wharf 9 Apartments").message == "“24-001” carries the number 24-001."


def test_one_by_its_number_and_a_number_nobody_has() -> None:
    with world() as w:
        _seed(w)
        job = w.go("projects", "24-002")
        assert w.options() == {"24-002 Library Extension": "ACTIVE"}
        assert job.counts == {"created": 1}
        job = w.go("projects", "24-004")
        assert set(w.outcomes(job).values()) == {("rejected", "number_twice")}
        job = w.go("projects", "99-999")
        record = JobRecord.objects.get(job=job)
        assert (record.code, record.message) == ("not_found", "Procore has no project with Project # 99-999.")


def test_preview_writes_nothing() -> None:
    with world() as w:
        _seed(w)
        job = w.go("projects", preview=True)
        assert (w.writes(), w.options()) == ([], {})
        assert w.record(job, "24-001 Wharf 9 Apartments").payload["name"] == "24-001 Wharf 9 Apartments"


def test_an_incremental_run_reads_what_changed_and_still_sees_rivals() -> None:
    with world() as w:
        _seed(w)
        w.procore.clock.advance(hours=1)
        w.company.add_project("Anchor", "24-008", "Bidding")  # the newest one is where the cursor stands
        w.go("projects")
        w.procore.clock.advance(hours=1)
        w.company.add_project("Late Twin", "24-002", STAGE)
        w.company.add_project("Newcomer", "24-009", STAGE)
        job = w.go("projects", full=False)
        outcomes = w.outcomes(job)
        assert outcomes["24-009 Newcomer"] == ("created", "")
        assert outcomes["24-002 Late Twin"] == ("rejected", "number_twice")
        assert "24-001 Wharf 9 Apartments" not in outcomes
        assert "24-009 Newcomer" in w.options()


def test_a_mended_twin_goes_out_with_the_next_run() -> None:
    with world() as w:
        _seed(w)
        w.go("projects")
        twin = w.company.projects.named("Twin Two")
        assert twin is not None
        twin.change(project_number="24-005")
        job = w.go("projects", full=False)
        assert w.outcomes(job)["24-004 Twin One"] == ("created", "")
        assert w.outcomes(job)["24-005 Twin Two"] == ("created", "")
        assert {p.label for p in Problem.objects.filter(state="open")} == {"Nameless Number"}


def test_linked_projects_may_swap_their_numbers() -> None:
    with world() as w:
        one, two = w.company.add_project("One", "1", STAGE), w.company.add_project("Two", "2", STAGE)
        w.go("projects")
        one.change(project_number="2")
        two.change(project_number="1")
        assert w.go("projects").counts == {"updated": 2}
        assert set(w.options()) == {"2 One", "1 Two"}


def test_closed_projects_are_archived_and_come_back() -> None:
    with world(archive_closed_projects=True) as w:
        project = w.company.add_project("Depot", "7", STAGE)
        w.company.add_project("Old Depot", "6", STAGE, active=False)
        job = w.go("projects")
        assert w.outcomes(job)["6 Old Depot"] == ("skipped", "closed")
        project.change(active=False)
        start = w.marks()
        assert w.go("projects").counts == {"updated": 1, "skipped": 1}
        assert w.options() == {"7 Depot": "ARCHIVED"}
        assert len(w.writes(start)) == 1
        assert w.go("projects").counts == {"unchanged": 1, "skipped": 1}
        project.change(active=True)
        w.go("projects")
        assert w.options() == {"7 Depot": "ACTIVE"}


def test_a_deleted_or_archived_twin_is_asked_about_and_never_made_again() -> None:
    with world() as w:
        w.company.add_project("Depot", "7", STAGE)
        w.go("projects")
        option = w.org.category("Project").options[0]
        option.status = "ARCHIVED"
        start = w.marks()
        assert w.outcomes(w.go("projects")) == {"7 Depot": ("rejected", "twin_deleted")}
        w.org.category("Project").options.clear()
        assert w.outcomes(w.go("projects")) == {"7 Depot": ("rejected", "twin_deleted")}
        assert w.writes(start) == []
        assert "no longer exists or was archived" in w.problem("7 Depot").message


def test_a_name_changed_in_xero_is_left_alone_with_a_warning() -> None:
    with world() as w:
        w.company.add_project("Depot", "7", STAGE)
        w.go("projects")
        w.org.category("Project").options[0].name = "7 The depot"
        start = w.marks()
        job = w.go("projects")
        assert w.writes(start) == []
        assert w.record(job, "7 Depot").outcome == "unchanged"
        assert "“7 The depot”" in w.record(job, "7 Depot").warnings[0]


def test_without_the_category_the_run_fails_with_what_to_do() -> None:
    with world(project_category="Job") as w:
        w.company.add_project("Depot", "7", STAGE)
        job = w.go("projects")
        assert (job.state, job.error_code) == ("failed", "refused")
        assert job.error.startswith("Xero has no tracking category “Job”.")
        assert "2 active categories and 4 in all" in job.error


@pytest.mark.parametrize(
    "name",
    [
        "Ä" * 120,
        "The “Big” & 'small' job #3 <phase 2> 100%",
        "Züri Größe 🏗️👷🏽‍♀️ " + "🏗️" * 60,
        "日本語の現場 é",
        "a\\b/c ; DROP",
    ],
)
def test_awkward_names_arrive_whole_or_shortened_and_stay_unchanged(name: str) -> None:
    with world() as w:
        w.company.add_project(name, "24-001", STAGE)
        assert w.go("projects").counts == {"created": 1}
        stored = next(iter(w.options()))
        assert stored == f"24-001 {name}" or (stored.startswith("24-001 ") and stored.endswith("…"))
        assert len(stored) <= 100
        assert w.go("projects").counts == {"unchanged": 1}


def test_over_a_hundred_options_are_a_gauge_and_a_warning() -> None:
    with world(bulk_tracking_options=True) as w:
        w.xero.switches.bulk_options = "accept"
        for number in range(1, 108):
            w.company.add_project(f"House {number}", f"H-{number:03}", STAGE)
        start = w.marks()
        job = w.go("projects")
        assert job.state == "succeeded"
        assert [len(w.options()), len(w.writes(start))] == [107, 3]
        assert w.row("projects").gauge == {"label": "“Project” options", "used": 107, "limit": 100}
        assert JobRecord.objects.filter(job=job).exclude(warnings=[]).count() == 7


@pytest.mark.parametrize("answer", ["refuse", "partial", "ignore"])
def test_bulk_falls_back_to_one_by_one(answer: Literal["refuse", "partial", "ignore"]) -> None:
    with world(bulk_tracking_options=True) as w:
        w.xero.switches.bulk_options = answer
        for number in range(1, 6):
            w.company.add_project(f"House {number}", f"H-{number}", STAGE)
        job = w.go("projects")
        assert (job.state, job.counts) == ("succeeded", {"created": 5})
        assert len(w.options()) == 5
        w.check_links()
