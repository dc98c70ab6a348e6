"""Rules of single fields of the money stages, from one service to the other; and many faults in one run."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from hub.models import LinkedEntity, Problem
from tests.ops.shell import manage
from tests.pairings.claims_world import KEY, claim_site, claimed, held, money, one_contract
from tests.pairings.costs_world import P2, amounts, costs
from tests.pairings.payments_world import FIRST, SECOND, billed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED", "AUTHORISED"])
def test_a_bill_in_the_status_of_the_settings_leads_back_to_its_claim(status: str) -> None:
    with one_contract(bill_status=status) as (site, contract, _):
        claim = claimed(contract)
        site.run()
        (bill,) = site.bills()
        assert bill.status == status
        address = f"/{contract.project.id}/project/commitments/work_order_contracts/{contract.id}"
        assert bill.fields["Url"].endswith(f"{address}/requisitions/{claim.id}")


def test_when_a_bill_is_due_by_the_period_else_the_terms_else_the_setting() -> None:
    with claim_site(due_days=10) as site:
        project = site.project()
        with_terms = site.supplier(payment_terms={"Bills": {"Day": 20, "Type": "OFFOLLOWINGMONTH"}})
        without = site.supplier("Southern Cross Fixings")
        site.send_before()
        by_period = claimed(site.contract(project, with_terms, "SC-001"))
        claimed(site.contract(project, with_terms, "SC-002")).change(period_id=None)
        claimed(site.contract(project, without, "SC-003")).change(period_id=None)
        (period,) = project.billing_periods
        assert by_period["period_id"] == period.id
        site.run()
        dues = {bill.number: str(bill.due) for bill in site.bills()}
        assert dues == {"SC-001-1": period["due_date"], "SC-002-1": "2026-08-20", "SC-003-1": "2026-08-10"}


def test_each_faulty_claim_of_one_run_says_what_is_wrong_and_the_good_one_goes() -> None:
    with claim_site() as site:
        project, closed = site.project(), site.project("24-009", "Late Start")
        good, merged, gone = (site.supplier(name) for name in ("Good Form", "Merged Away", "Archived Hire"))
        site.send_before()
        LinkedEntity.objects.filter(source_id=str(closed.id)).delete()
        stranger = site.w.company.add_vendor("Nobody Linked")
        lines = [("03-310", "Slab", money("900.00"))]
        claimed(project.add_commitment(stranger, number="V-1", lines=lines), "9.00")
        claimed(site.contract(closed, good, "P-1"))
        claimed(
            project.add_commitment(site.vendor(good), number="C-1", lines=[("99-999", "New", money("9.00"))]), "9.00"
        )
        claimed(site.contract(project, merged, "M-1"))
        claimed(site.contract(project, gone, "A-1"))
        site.w.org.lock(period=date(2026, 6, 30))
        claimed(site.contract(project, good, "L-1"), end="2026-06-30")
        claimed(site.contract(project, good, "E-1"), off_by=money("0.01"))
        claimed(site.contract(project, good, "N-1"), "-5.00")
        claimed(site.contract(project, good, "OK-1"))
        site.w.org.merge(merged, good)
        gone.status = "ARCHIVED"
        job = site.run()
        codes = {key: code for key, (_, code) in site.said(job).items()}
        assert codes == {
            "24-001/V-1/1": "vendor_not_linked",
            "24-009/P-1/1": "project_not_linked",
            "24-001/C-1/1": "code_not_linked",
            "24-001/M-1/1": "vendor_merged",
            "24-001/A-1/1": "vendor_archived",
            "24-001/L-1/1": "locked_period",
            "24-001/E-1/1": "figures_differ",
            "24-001/N-1/1": "negative_claim",
            "24-001/OK-1/1": "",
        }
        assert [bill.reference for bill in site.bills()] == ["24-001/OK-1/1"]
        for key in set(codes) - {"24-001/OK-1/1"}:
            held(site, job, key, codes[key])
        assert Problem.objects.filter(state="open").count() == 8
        start = site.w.marks()
        site.run()
        assert site.w.writes(start) == []


def test_without_a_retention_account_only_what_withholds_retention_waits() -> None:
    with claim_site(retention_payable_account="") as site:
        project, contact = site.project(), site.supplier()
        site.send_before()
        claimed(site.contract(project, contact))
        claimed(site.contract(project, contact, "SC-002", retainage=None))
        job = site.run()
        assert "name no account" in held(site, job, KEY, "no_retention_account")
        assert [bill.reference for bill in site.bills()] == ["24-001/SC-002/1"]


def test_an_overpayment_set_against_a_bill_counts_and_says_so() -> None:
    with billed() as b:
        over = b.w.org.add_prepayment(b.contact, "10450.00", FIRST, type="SPEND-OVERPAYMENT")
        b.w.org.allocate(over, b.bill)
        job = b.w.go("payments")
        assert job.counts == {"created": 1, "matched": 1}
        (payment,) = b.contract.payments
        assert (str(payment["amount"]), payment["requisition_id"]) == ("9500.00", b.claim.id)
        assert payment["notes"].startswith("No payment: overpayment of 10,450.00 with tax")
        assert b.claim["payment_date"] == b.w.org.bill("SC-001-1").fully_paid.isoformat()  # type: ignore[union-attr]


def test_the_payment_date_is_set_and_no_outside_key_locks_the_claim() -> None:
    with billed() as b:
        b.pay("5225.00")
        b.w.go("payments")
        b.pay("5225.00", SECOND)
        start = b.w.marks()
        b.w.go("payments")
        assert [f"{entry.method} {entry.path}" for entry in b.w.writes(start)] == [
            "POST /rest/v1.0/contract_payments",
            f"PATCH /rest/v1.1/requisitions/{b.claim.id}",
        ]
        assert (b.claim["payment_date"], b.claim["origin_id"]) == (SECOND.isoformat(), None)


def _shell(*arguments: str) -> tuple[int, dict[str, Any]]:
    shell = manage("run_stage", *arguments, "--json")
    return shell.status, json.loads(shell.out)


def test_the_shell_takes_the_keys_of_the_page_for_what_a_site_sends() -> None:
    with one_contract() as (site, contract, _):
        claimed(contract)
        claimed(contract, end="2026-08-31")
        site.w.tenant.stages.filter(stage="commitments").update(enabled=True)
        slug = site.w.tenant.slug
        assert _shell(slug, "commitments", "24-001", "SC-001")[1]["counts"] == {"created": 1}
        assert _shell(slug, "progress_claims", "24-001", "SC-001", "2")[1]["counts"] == {"created": 1}
        assert [bill.reference for bill in site.bills()] == ["24-001/SC-001/2"]
        status, told = _shell(slug, "progress_claims", "24-001", "SC-001", "7")
        assert (status, told["problems"][0]["code"]) == (3, "not_found")


def test_the_shell_takes_the_keys_of_the_page_for_what_comes_back() -> None:
    with costs() as c:
        c.bill()
        slug = c.w.tenant.slug
        assert _shell(slug, "direct_invoices", "24-002")[1]["counts"] == {"created": 1}
        assert (amounts(c.p1), amounts(c.p2)) == ({}, {"INV-9": ["2000.00"]})
        assert c.p2.direct_costs[0]["origin_id"] == f"{c.w.org.bill('INV-9').id}:{c.p2.id}"
        assert P2.startswith("24-002")
        assert _shell(slug, "journal_entries", "24-002")[1]["problems"][0]["code"] == "not_found"


def test_the_shell_takes_a_bills_number_or_a_payments_id() -> None:
    with billed() as b:
        b.pay("1045.00")
        assert _shell(b.w.tenant.slug, "payments", "SC-001-1")[1]["counts"] == {"created": 1}
        second = b.pay("2090.00", SECOND)
        assert _shell(b.w.tenant.slug, "payments", second.id)[1]["counts"] == {"created": 1}
        assert b.paid() == ["950.00", "1900.00"]
