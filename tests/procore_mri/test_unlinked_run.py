"""Projects that are not linked to a job: nothing of them is read, and every full run says so."""

from __future__ import annotations

import pytest

from hub.engine.run import run
from hub.engine.start import start
from hub.models import Problem, Trigger
from integrations.procore.sandbox.project import Project
from tests.procore_mri.claims_site import JOB, Site, claimed, money, site

pytestmark = pytest.mark.django_db(transaction=True)
STAGES = ("budgets", "budget_revisions", "commitments", "change_orders", "draws")
LABEL, LEFT_OUT = "OLD-7 Old Depot", ("skipped", "project_not_linked")


def unlinked(place: Site) -> Project:
    """An active project with a budget, a commitment and a claim, that no job is linked to."""
    project = place.w.company.add_project("Old Depot", "OLD-7", copy_cost_codes=True)
    assert isinstance(project, Project)
    project.budget.add_line("02-0300", money("5,000.00"), "C")
    project.budget.lock()
    claimed(project.add_commitment(place.vendor, number="SC-9", lines=[("02-0300", "Slabs", money("5,000.00"))]))
    return project


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("preview", [True, False])
def test_an_active_project_without_a_job_is_told_of_and_not_read(stage: str, preview: bool) -> None:
    with site() as place:
        project = unlinked(place)
        place.w.company.add_project("Long done", "OLD-1", active=False)
        mark = place.w.marks()
        job = place.w.go(stage, preview=preview)
        found = {label: told for label, told in place.w.outcomes(job).items() if JOB not in label}
        assert found == {LABEL: LEFT_OUT}
        assert "run the stage for jobs" in place.w.record(job, LABEL).message
        assert not [entry for entry in place.w.procore.ledger.entries[mark[0] :] if str(project.id) in str(entry)]
        assert place.w.writes(mark) == []
        assert not Problem.objects.exists()
        assert place.w.links(stage) == {}


def test_once_it_is_linked_its_documents_go() -> None:
    with site() as place:
        project = unlinked(place)
        assert place.w.outcomes(place.w.go("commitments")) == {LABEL: LEFT_OUT}
        again = start(place.w.row("commitments"), trigger=Trigger.PAGE, source_ids=[f"project:{project.id}"]).job
        assert place.w.outcomes(run(again.pk)) == {LABEL: LEFT_OUT}
        place.w.tie("jobs", "DEPOT02", project.id, "DEPOT02")
        assert place.said(place.w.go("commitments")) == {"OLD-7/SC-9": ("created", "")}
        assert [row["job_id"] for row in place.rows("contracts")] == ["DEPOT02"]
        place.w.check_links()


def test_a_run_of_what_changed_does_not_repeat_it() -> None:
    with site() as place:
        unlinked(place)
        place.contract()
        assert place.w.outcomes(place.w.go("commitments"))[LABEL] == LEFT_OUT
        assert LABEL not in place.w.outcomes(place.w.go("commitments", full=False))
