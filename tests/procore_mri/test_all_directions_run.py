"""All directions end to end: what began in MRI comes to the site, what the site decides goes to MRI, payments and costs
come back. Twice: the second time nothing is written on either side."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hub.models import JobRecord, Problem
from integrations.mri.sandbox.state import net_of
from integrations.procore.sandbox.contracts import Contract
from integrations.procore.sandbox.project import Project
from integrations.procore_mri import PAIRING
from tests.procore_mri.claims_site import money
from tests.procore_mri.site import IRONBARK, WHARF, Site
from tests.procore_mri.world import World, world

pytestmark = pytest.mark.django_db(transaction=True)
CONCRETE, ELECTRICAL = "02-0300", "03-1600"
SUBCONTRACT = "C"  # Procore's own cost type for commitments, which MRI's category SUB is linked to
STAGES = [stage.slug for stage in PAIRING.stages if stage.enabled]
FIRST, LATER = STAGES[: STAGES.index("budgets")], STAGES[STAGES.index("budgets") :]


def run_all(w: World, stages: list[str], **more: bool) -> None:
    for stage in stages:
        job = w.go(stage, **more)
        while job.is_open:
            job = w.go_on(job)
        assert job.state == "succeeded", (stage, job.error, w.outcomes(job))


def plan_and_claim(place: Site) -> Contract:
    """What people on the site do: a budget, a change of it, a subcontract with a change order, two claims."""
    project = place.project()
    project.budget.add_line(CONCRETE, money("90,000.00"), SUBCONTRACT)
    project.budget.add_line(ELECTRICAL, money("60,000.00"), SUBCONTRACT)
    project.budget.lock()
    project.budget.add_change(1, [(ELECTRICAL, "More lights", money("5,000.00"))], cost_type=SUBCONTRACT)
    contract = project.add_commitment(place.vendor(), number="SC-001", lines=[], retainage="5")
    for code, amount in ((CONCRETE, "80,000.00"), (ELECTRICAL, "50,000.00")):
        contract.add_line(code, f"Works {code}", money(amount), SUBCONTRACT)
    order = contract.add_change_order("1", [], status="draft")
    order.add_line(ELECTRICAL, "More lights", money("4,000.00"), SUBCONTRACT)
    order.approve()
    one, two = contract.lines
    contract.claim(period_end="2026-09-30", work={one: money("20,000.00")}, stored={two: money("3,000.00")})
    contract.claim(
        period_end="2026-10-31",
        work={order.lines[0]: money("4,000.00")}, moved={two: money("3,000.00")}, released={one: money("500.00")},
    )  # fmt: skip
    return contract


def pay_and_post(w: World) -> None:
    """What accounts do in MRI: the first draw is paid, and costs come from elsewhere."""
    w.books.pay(w.books.tables["draws"][0], on=date(2026, 11, 10), check="5501")
    line = {"job_id": WHARF, "phase": "02", "cost_code": "0300", "cost_type": "MAT", "amount": money("120.00")}
    header = {"number": "A-77", "vendor_id": "0000010450", "date": date(2026, 11, 5), "status": "P"}
    w.books.add("ap_invoices", **header, amount=money("120.00"), lines=[{**line, "line_number": "1"}])


def test_all_directions_and_then_nothing_more() -> None:
    with world(default_country="AU") as w:
        run_all(w, FIRST)
        place = Site(w)
        contract = plan_and_claim(place)
        run_all(w, LATER)
        pay_and_post(w)
        run_all(w, LATER)
        _check_mri(w, contract)
        _check_procore(place.project(), contract)

        mark, problems = w.marks(), Problem.objects.filter(state="open")
        run_all(w, STAGES, full=True)
        assert w.writes(mark) == []
        assert list(problems) == []
        w.check_links()
        assert not JobRecord.objects.filter(message="", outcome__in=("skipped", "rejected")).exists()


def _check_mri(w: World, contract: Contract) -> None:
    books = w.books.tables
    (budget,), (revision,) = books["budgets"], books["budget_revisions"]
    assert (budget["amount"], revision["amount"]) == (money("150,000.00"), money("5,000.00"))
    (made,), (order,) = books["contracts"], books["change_orders"]
    assert (made["vendor_id"], made["amount"], order["amount"]) == (IRONBARK, money("130,000.00"), money("4,000.00"))
    first, second = books["draws"]
    assert [net_of(row) for row in (first, second)] == [claim.certificate.due for claim in contract.claims]
    assert (first["gross"], first["stored"], first["retained"]) == (
        money("23,000.00"), money("3,000.00"), money("1,150.00"),
    )  # fmt: skip
    assert (second["gross"], second["stored"], second["retained"], second["released"]) == (
        money("4,000.00"), Decimal(0), money("200.00"), money("500.00"),
    )  # fmt: skip
    assert {len(books[name]) for name in ("budgets", "budget_revisions", "contracts", "change_orders")} == {1}


def _check_procore(project: Project, contract: Contract) -> None:
    (payment,) = contract.payments
    assert payment["amount"] == contract.claims[0].certificate.due == money("21,850.00")
    assert payment["requisition_id"] == contract.claims[0].id
    assert str(contract.claims[0]["payment_date"]) == "2026-11-10"
    assert contract.claims[1]["payment_date"] is None
    (cost,) = project.direct_costs
    assert (cost["invoice_number"], cost.total) == ("A-77", money("120.00"))
