"""What was passed over for a reason of our own is looked at again when the reason is gone, though nobody touched it."""

from __future__ import annotations

import pytest

from hub.models import JobRecord, Problem, ProblemState, ValueMap
from tests.pairings.claims_world import claimed, held, money, one_contract
from tests.pairings.costs_world import amounts, cost, costs
from tests.pairings.world import STAGE

pytestmark = pytest.mark.django_db


def test_the_cost_of_a_project_that_is_linked_later_comes_with_the_next_schedule() -> None:
    with costs() as c:
        late = c.w.company.add_project("Depot", "24-020", STAGE)
        c.w.company.copy_cost_codes(late)
        c.w.org.add_option(c.w.org.category("Project"), "24-020 Depot")
        c.bill("INV-20", [cost("Cable", "1000", "24-020 Depot")])
        first = c.go(full=False)
        assert first.counts == {"skipped": 1}
        waiting = "INV-20 Bright Spark Electrical · without project"
        assert "is not a project of Procore" in c.w.record(first, waiting).message
        c.w.xero.clock.advance(days=7)
        c.bill("INV-21", [cost("Cable", "5", "24-001 House")])
        c.go(full=False)
        assert waiting not in c.w.outcomes(c.go(full=False))
        c.w.go("projects")
        assert c.go(full=False).counts["created"] == 1
        assert amounts(late) == {"INV-20": ["1000.00"]}
        start = c.w.marks()
        c.go(full=False)
        assert c.w.writes(start) == []
        c.w.check_links()


def test_the_claims_of_a_project_that_enters_the_stage_later_become_bills() -> None:
    with one_contract() as (site, contract, contact):
        w = site.w
        depot = w.company.add_project("Depot", "24-020", "Course of Construction")
        order = site.contract(depot, contact, "SC-9")
        claimed(order)
        claimed(contract, "500.00")
        assert site.run(full=False).counts == {"created": 1}
        w.procore.clock.advance(days=90)
        claimed(contract, "600.00", "2026-08-31")
        site.run(full=False)
        assert "24-001/SC-001/1" not in site.said(site.run(full=False))
        depot.change(project_stage_id=w.company.stage(STAGE).id)
        w.go("projects")
        site.run(full=False)
        assert {bill.number for bill in site.bills()} == {"SC-001-1", "SC-001-2", "SC-9-1"}


def test_a_claim_that_waits_is_found_under_its_projects_new_number() -> None:
    with one_contract(cost_account="") as (site, contract, _):
        w = site.w
        claimed(contract)
        held(site, site.run(), "24-001/SC-001/1", "unmapped_code")
        w.procore.clock.advance(days=7)
        claimed(contract, "500.00", "2026-08-31")
        site.run(full=False)
        contract.project.change(project_number="24-010")
        site.run(full=False)
        assert set(Problem.objects.values_list("state", flat=True)) == {ProblemState.OPEN}
        ValueMap.objects.create(tenant=w.tenant, key="03-310", account="310")
        assert site.run(full=False).counts == {"created": 2}
        assert set(Problem.objects.values_list("state", flat=True)) == {ProblemState.RESOLVED}
        assert [bill.subtotal for bill in site.bills()] == [money("950.00"), money("475.00")]


def test_what_waits_is_not_gone_while_a_project_cannot_be_read() -> None:
    """It may be there; and neither it nor that project holds up the others."""
    with one_contract(cost_account="") as (site, contract, contact):
        w = site.w
        waits = claimed(contract)
        held(site, site.run(), "24-001/SC-001/1", "unmapped_code")
        closed = site.project("24-002", "Closed Shop")
        w.go("projects")
        closed.change(tools_off=frozenset({"commitments"}))
        waits.delete()
        w.procore.clock.advance(days=7)
        ValueMap.objects.create(tenant=w.tenant, key="03-310", account="310")
        other = claimed(contract, "500.00", "2026-08-31")
        job = site.run(full=False)
        assert JobRecord.objects.get(job=job, source_id=other.id).outcome == "created"
        record = JobRecord.objects.get(job=job, source_id=waits.id)
        assert (record.outcome, record.code) == ("rejected", "unreadable_record")
        assert "it may be in 24-002 Closed Shop, which cannot be read" in record.message
        assert Problem.objects.get(source_id=waits.id).state == ProblemState.OPEN
        closed.change(tools_off=frozenset())
        site.run(full=False)
        assert set(Problem.objects.values_list("state", flat=True)) == {ProblemState.RESOLVED}


def test_an_ignored_problem_comes_back_with_other_amounts() -> None:
    with one_contract(bill_status="AUTHORISED") as (site, contract, _):
        w = site.w
        claim = claimed(contract)
        site.run()
        w.org.pay(w.org.bill("SC-001-1"))
        claim.revise(work={contract.lines[0]: money("1,200.00")})
        held(site, site.run(), "24-001/SC-001/1", "changed_after_payment")
        Problem.objects.update(state=ProblemState.IGNORED)
        site.run()
        assert Problem.objects.get().state == ProblemState.IGNORED
        claim.revise(work={contract.lines[0]: money("1,700.00")})
        held(site, site.run(), "24-001/SC-001/1", "changed_after_payment")
