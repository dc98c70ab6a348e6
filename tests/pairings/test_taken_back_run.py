"""A change is carried out, its answer is lost, and before the next try it is taken back where it came from: the other
system must not keep it."""

from __future__ import annotations

from typing import Any

import pytest

from hub.models import JobRecord, SyncJob
from integrations.base.sandbox.kernel import Sandbox
from tests.pairings.claims_world import KEY, ClaimSite, claimed, money, one_contract
from tests.pairings.costs_world import P1, amounts, cost, costs
from tests.pairings.test_commitments_run import orders
from tests.pairings.test_contacts_run import add, vendors
from tests.pairings.world import STAGE, world

pytestmark = pytest.mark.django_db


def unheard(sandbox: Sandbox, path: str, method: str = "POST") -> None:
    """Both tries of one run are carried out, and neither is answered."""
    sandbox.faults.add("status_after", method=method, path=path, times=2, status=503)


def told(job: SyncJob) -> tuple[str, str]:
    row = JobRecord.objects.get(job=job)
    assert row.diff == []
    return row.outcome, row.message


SENT_AGAIN = ("updated", "Whether an earlier change arrived is not known, so it is sent as it is now.")


def _raise_and_take_back(site: ClaimSite, claim: Any, contract: Any, between: Any = None) -> SyncJob:
    """The second line's amount arrives and is taken back; another line as well."""
    one, two, _ = contract.lines
    site.w.procore.clock.advance(hours=1)
    claim.revise(work={one: money("1,200.00"), two: money("300.00")})
    unheard(site.w.xero, "/Invoices/")
    job = site.run()
    (bill,) = site.bills()
    assert (job.is_open, str(bill.lines[0].amount)) == (True, "1200.00")
    if between:
        between(bill)
    claim.revise(work={one: money("1,000.00"), two: money("0.00")})
    return site.w.go_on(job)


def test_a_bills_amounts() -> None:
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        site.run()
        job = _raise_and_take_back(site, claim, contract)
        (bill,) = site.bills()
        assert bill.total == money("1,045.00")
        assert told(job) == SENT_AGAIN
        start = site.w.marks()
        assert site.said(site.run(full=True)) == {KEY: ("unchanged", "")}
        assert site.w.writes(start) == []
        site.w.check_links()


def test_a_bill_that_somebody_has_edited_meanwhile_is_not_overwritten() -> None:
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        site.run()

        def edit(bill: Any) -> None:
            lines = [{"LineItemID": row.id, "AccountCode": "429"} for row in bill.lines]
            site.w.org.edit_bill(bill, LineItems=lines)

        start = site.w.marks()
        job = _raise_and_take_back(site, claim, contract, between=edit)
        row = site.record(job, KEY)
        assert (row.outcome, len(site.w.writes(start))) == ("unchanged", 2)
        assert row.warnings == ["It was changed in Xero: it now has 4 lines instead of 2."]
        assert site.bills()[0].lines[0].amount == money("1,200.00")


def test_a_paid_bill_is_a_persons_matter() -> None:
    with one_contract(bill_status="AUTHORISED") as (site, contract, _):
        claim = claimed(contract)
        site.run()
        job = _raise_and_take_back(site, claim, contract, between=site.w.org.pay)
        row = site.record(job, KEY)
        assert (row.outcome, row.code) == ("rejected", "changed_after_payment")
        assert "Works 03-310 1,200.00 → 1,000.00" in row.message


def test_an_orders_amounts() -> None:
    with one_contract() as (site, contract, _):
        site.run_orders()
        line = contract.lines[0]
        site.w.procore.clock.advance(hours=1)
        line.change(amount=money("61,000.00"))
        contract.change()
        unheard(site.w.xero, "/PurchaseOrders/")
        job = site.run_orders()
        (order,) = orders(site)
        assert (job.is_open, order.subtotal) == (True, money("181,000.00"))
        line.change(amount=money("60,000.00"))
        contract.change()
        job = site.w.go_on(job)
        assert order.subtotal == money("180,000.00")
        assert told(job) == SENT_AGAIN
        site.w.check_links()


def test_a_vendors_phone_and_nothing_else() -> None:
    """What somebody has changed of the vendor in Procore stays."""
    with world() as w:
        contact = add(w, "Plain Tiling", phone="02 5550 1234", email="a@plain.example")
        w.go("contacts")
        w.xero.clock.advance(hours=1)
        w.org.change_contact(contact, phone="02 5550 9999")
        unheard(w.procore, "/vendors/sync", "PATCH")
        job = w.go("contacts")
        vendor = vendors(w)[contact.id]
        assert (job.is_open, vendor["business_phone"]) == (True, "02 5550 9999")
        vendor.change(email_address="b@plain.example")
        w.org.change_contact(contact, phone="02 5550 1234")
        job = w.go_on(job)
        vendor = vendors(w)[contact.id]
        assert (vendor["business_phone"], vendor["email_address"]) == ("02 5550 1234", "b@plain.example")
        assert told(job) == SENT_AGAIN
        start = w.marks()
        assert w.go("contacts", full=True).counts == {"unchanged": 1}
        assert w.writes(start) == []
        w.check_links()


@pytest.mark.parametrize("status", [False, True])
def test_an_options_name_and_status(status: bool) -> None:
    with world(archive_closed_projects=True) as w:
        project = w.company.add_project("Wharf 9", "24-001", STAGE)
        w.go("projects")
        project.change(**({"active": False} if status else {"name": "Wharf 10"}))
        unheard(w.xero, "/Options/")
        job = w.go("projects")
        assert job.is_open, (job.state, job.counts, job.error)
        assert w.options() != {"24-001 Wharf 9": "ACTIVE"}
        project.change(active=True, name="Wharf 9")
        job = w.go_on(job)
        assert job.state == "succeeded"
        assert w.options() == {"24-001 Wharf 9": "ACTIVE"}
        w.check_links()


def test_a_direct_costs_header_and_lines() -> None:
    with costs(voided_costs="remove") as c:
        bill = c.bill(lines=[cost("Cable", "1000", P1)])
        c.go()
        kept = {"LineItemID": bill.lines[0].id, **cost("Cable", "1100", P1)}
        c.w.org.edit_bill(bill, InvoiceNumber="INV-9a", LineItems=[kept, cost("Ducts", "500", P1)])
        c.w.procore.faults.add("status_after", method="PATCH", path="line_items/sync", times=2, status=503)
        job = c.go()
        assert (job.is_open, amounts(c.p1)) == (True, {"INV-9a": ["1100.00", "500.00"]})
        c.w.org.edit_bill(bill, InvoiceNumber="INV-9", LineItems=[{**kept, **cost("Cable", "1000", P1)}])
        c.finish(job)
        assert amounts(c.p1) == {"INV-9": ["1000.00", "0.00"]}
        c.w.check_links()


def test_a_direct_costs_header_whose_lines_were_never_sent() -> None:
    with costs(voided_costs="remove") as c:
        bill = c.bill(lines=[cost("Cable", "1000", P1)])
        c.go()
        c.w.org.edit_bill(bill, InvoiceNumber="INV-9a")
        c.w.procore.faults.add("status_after", method="PATCH", path="direct_costs/sync", times=2, status=503)
        job = c.go()
        assert (job.is_open, amounts(c.p1)) == (True, {"INV-9a": ["1000.00"]})
        c.w.org.edit_bill(bill, InvoiceNumber="INV-9")
        c.finish(job)
        assert amounts(c.p1) == {"INV-9": ["1000.00"]}
        c.w.check_links()
