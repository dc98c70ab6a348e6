"""All that passes between Procore and MRI, both ways, on the real engine, in working order; and then once more.

Nothing is linked by hand: what comes from MRI first is what goes back to it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from integrations.procore.sandbox.project import Project
from tests.procore_mri.world import World, world

pytestmark = pytest.mark.django_db(transaction=True)

FROM_MRI = ("vendors", "cost_codes", "cost_types", "jobs")
TO_MRI = ("commitments", "change_orders", "draws")
BACK = ("payments", "direct_invoices", "journal_entries")
JOB, VENDOR, NUMBER = "WHARF01", "0000010449", "SC-001"


def run(w: World, *stages: str) -> dict[str, dict[str, tuple[str, str]]]:
    found = {}
    for stage in stages:
        w.tenant.stages.filter(stage=stage).update(enabled=True)
        job = w.go(stage)
        while job.is_open:
            job = w.go_on(job)
        assert job.state in ("succeeded", "partial"), (stage, job.error)
        found[stage] = w.outcomes(job)
    return found


def project(w: World) -> Project:
    (found,) = w.company.projects.where(lambda row: row["project_number"] == JOB)
    assert isinstance(found, Project)
    return found


def _claim(w: World) -> Any:
    """A subcontract of 100,000.00 with a change of 5,000.00, and a first claim of 10,000.00 less 5 %."""
    vendor = w.company.vendors.with_origin(f"mri:HARBOUR:vendor:{VENDOR}")
    lines = [("02-0300", "Concrete", Decimal(60_000)), ("03-1600", "Electrical", Decimal(40_000))]
    contract = project(w).add_commitment(vendor, number=NUMBER, lines=lines, retainage="5")
    claim = contract.claim(period_end="2026-10-31", work={contract.lines[0]: Decimal(10_000)})
    return contract, claim


def _in_mri(w: World) -> None:
    """The draw is paid in part; an invoice and a journal have come in without a contract."""
    (draw,) = w.books.tables["draws"]
    w.books.pay(draw, "4000.00", on=date(2026, 11, 10))
    work = {"job_id": JOB, "phase": "03", "cost_code": "9900", "cost_type": "LAB", "description": "Clean-up"}
    told = {"vendor_id": "0000010502", "date": date(2026, 11, 5), "amount": Decimal(750), "status": "P"}
    w.books.add("ap_invoices", number="A-9", lines=[{"line_number": "1", **work, "amount": Decimal(750)}], **told)
    lines = [
        {"line_number": "1", "account_id": "1510-00", **work, "amount": Decimal(120)},
        {"line_number": "2", "account_id": "2010-00", "amount": Decimal(-120)},
    ]
    w.books.add("journals", number="JE-1", date=date(2026, 11, 6), description="Accrual", lines=lines)


def _check_mri(w: World) -> None:
    books = w.books
    (contract,) = books.tables["contracts"]
    assert (contract["number"], contract["job_id"], contract["vendor_id"]) == (NUMBER, JOB, VENDOR)
    assert contract["amount"] == Decimal(100_000)
    codes = [(line["phase"], line["cost_code"], line["amount"]) for line in contract["lines"]]
    assert codes == [("02", "0300", Decimal(60_000)), ("03", "1600", Decimal(40_000))]
    (draw,) = books.tables["draws"]
    assert (draw["gross"], draw["retained"], draw["net"]) == (Decimal(10_000), Decimal(500), Decimal(9_500))
    assert len(books.tables["vendors"]) == 4
    assert len(books.tables["jobs"]) == 2


def _check_procore(w: World, contract: Any, claim: Any) -> None:
    assert len(w.company.vendors) == 4
    assert sorted(row["project_number"] for row in w.company.projects) == ["DEPOT02", JOB]
    assert len(w.company.standard_cost_codes) == 11
    (payment,) = contract.payments
    assert (str(payment["amount"]), payment["requisition_id"]) == ("4000.00", claim.id)
    costs = {one["invoice_number"]: (one["direct_cost_type"], one.total) for one in project(w).direct_costs}
    assert costs == {"A-9": ("invoice", Decimal(750)), "JE-1": ("expense", Decimal(120))}


def test_everything_both_ways_and_then_nothing_more() -> None:
    with world(default_country="AU") as w:
        for stage, found in run(w, *FROM_MRI).items():
            assert {outcome for outcome, _ in found.values()} <= {"created", "matched"}, stage
        contract, claim = _claim(w)
        sent = run(w, *TO_MRI)
        assert list(sent["commitments"].values()) == [("created", "")]
        assert list(sent["draws"].values()) == [("created", "")]
        _in_mri(w)
        back = run(w, *BACK)
        assert list(back["payments"].values()) == [("created", "")]
        _check_mri(w)
        _check_procore(w, contract, claim)
        mark = w.marks()
        for stage, found in run(w, *FROM_MRI, *TO_MRI, *BACK).items():
            assert {outcome for outcome, _ in found.values()} <= {"unchanged", "skipped"}, stage
        assert w.writes(mark) == []
        _check_mri(w)
        _check_procore(w, contract, claim)
        w.check_links()
