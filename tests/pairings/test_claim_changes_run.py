"""Claims and bills that change after sending, on either side: brought up to date, left alone, or shown to a person."""

from __future__ import annotations

from datetime import date

import pytest
from auditlog.models import LogEntry

from hub.actions import act, actions_for
from hub.models import LinkedEntity
from integrations.base.errors import Rejected
from integrations.procore.sandbox.claims import Claim
from integrations.xero.sandbox.books import Document
from tests.pairings.claims_world import KEY, ClaimSite, claimed, held, money, one_contract

pytestmark = pytest.mark.django_db


def sent(site: ClaimSite, claim: Claim, status: str = "") -> Document:
    """The claim's bill, after a first run."""
    site.run()
    (bill,) = site.bills()
    if status:
        site.w.org.edit_bill(bill, Status=status)
    site.w.procore.clock.advance(hours=1)
    return bill


@pytest.mark.parametrize("status", ["", "SUBMITTED", "AUTHORISED"])
def test_an_unpaid_bill_is_updated_and_keeps_its_lines_and_status(status: str) -> None:
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        bill = sent(site, claim, status)
        before = {row.description: row.id for row in bill.lines}
        one, two, _ = contract.lines
        claim.revise(work={one: money("1,200.00"), two: money("300.00")})
        start = site.w.marks()
        job = site.run()
        assert site.said(job) == {KEY: ("updated", "")}
        assert len(site.w.writes(start)) == 1
        assert bill.status == (status or "DRAFT")
        assert [str(row.amount) for row in bill.lines] == ["1200.00", "300.00", "-60.00", "-15.00"]
        assert {row.description: row.id for row in bill.lines}.items() >= before.items()
        assert ["lines.1.amount", "1000", "1200"] in site.record(job, KEY).diff
        assert site.said(site.run()) == {KEY: ("unchanged", "")}


def test_a_new_invoice_number_and_only_that() -> None:
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        bill = sent(site, claim)
        claim.revise(invoice_number="INV-70")
        assert site.said(site.run()) == {KEY: ("updated", "")}
        assert (bill.number, bill.total) == ("INV-70", money("1,045.00"))


def test_another_billing_date_moves_date_and_due_date() -> None:
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        claim.change(period_id=None)
        bill = sent(site, claim)
        assert str(bill.due) == "2026-08-30"  # after thirty days, by setting
        claim.change(billing_date="2026-08-10")
        assert site.said(site.run()) == {KEY: ("updated", "")}
        assert (str(bill.day), str(bill.due)) == ("2026-08-10", "2026-09-09")


def test_a_paid_bill_is_left_alone_and_the_change_shown() -> None:
    with one_contract(bill_status="AUTHORISED") as (site, contract, _):
        claim = claimed(contract)
        bill = sent(site, claim)
        site.w.org.pay(bill, "500.00")
        assert site.said(site.run()) == {KEY: ("unchanged", "")}
        claim.revise(work={contract.lines[0]: money("1,200.00")})
        start = site.w.marks()
        said = held(site, site.run(), KEY, "changed_after_payment")
        assert "(500.00)" in said
        assert "Works 03-310 1,000.00 → 1,200.00" in said
        assert site.w.writes(start) == []
        claim.revise(work={contract.lines[0]: money("1,000.00")})
        assert site.said(site.run()) == {KEY: ("unchanged", "")}
        assert site.w.tenant.stages.get(stage="progress_claims").problem_rows.get().state == "resolved"


def test_a_bill_in_a_period_locked_since_is_left_alone() -> None:
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        sent(site, claim)
        site.w.org.lock(period=date(2026, 8, 31))
        assert site.said(site.run()) == {KEY: ("unchanged", "")}
        claim.revise(work={contract.lines[0]: money("1,200.00")})
        assert "2026-08-31" in held(site, site.run(), KEY, "changed_in_locked_period")


def test_a_draft_edited_in_xero_is_never_overwritten() -> None:
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        bill = sent(site, claim)
        lines = [{"LineItemID": row.id, "AccountCode": "429"} for row in bill.lines[:1]]
        lines += [{"LineItemID": row.id} for row in bill.lines[1:]]
        site.w.org.edit_bill(bill, LineItems=lines)
        job = site.run()
        assert site.said(job) == {KEY: ("unchanged", "")}
        assert "“429” instead of “310”" in site.record(job, KEY).warnings[0]
        claim.revise(work={contract.lines[0]: money("1,200.00")})
        start = site.w.marks()
        said = held(site, site.run(), KEY, "edited_in_xero")
        assert "1,000.00 → 1,200.00" in said
        assert "“429”" in said
        assert site.w.writes(start) == []


def test_other_coding_reaches_drafts_and_not_what_was_approved() -> None:
    with one_contract() as (site, contract, _):
        claimed(contract)
        claimed(contract, end="2026-08-31")
        site.run()
        one, two = site.bills()
        site.w.org.edit_bill(two, Status="AUTHORISED")
        site.w.configure(cost_account="429")
        assert site.said(site.run()) == {KEY: ("updated", ""), "24-001/SC-001/2": ("unchanged", "")}
        assert [site.w.org.code(bill.lines[0]) for bill in (one, two)] == ["429", "310"]


def test_an_approval_taken_back_is_a_problem_until_it_is_given_again_or_the_bill_is_voided() -> None:
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        bill = sent(site, claim)
        claim.unapprove()
        start = site.w.marks()
        assert "now “revise and resubmit”" in held(site, site.run(full=False), KEY, "unapproved")
        assert site.w.writes(start) == []
        claim.approve()
        assert site.said(site.run(full=False)) == {KEY: ("unchanged", "")}
        claim.unapprove()
        site.w.org.void(bill)
        assert site.said(site.run()) == {KEY: ("skipped", "withdrawn")}


@pytest.mark.parametrize(("status", "end"), [("", "DELETED"), ("AUTHORISED", "VOIDED")])
def test_a_person_may_void_the_bill_of_a_withdrawn_claim(status: str, end: str) -> None:
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        bill = sent(site, claim, status)
        claim.unapprove()
        site.run()
        link = LinkedEntity.objects.get(source_id=str(claim.id))
        assert [action.code for action in actions_for(link)] == ["void"]
        start = site.w.marks()
        said = act(link, "void", None)
        assert said == f"SC-001-1 was {end.lower()} in Xero."
        assert (bill.status, len(site.w.writes(start))) == (end, 1)
        assert act(link, "void", None).endswith("before.")
        assert site.said(site.run()) == {KEY: ("skipped", "withdrawn")}
        assert LogEntry.objects.filter(object_repr=str(link), changes__has_key="void").count() == 2


def test_a_paid_bill_cannot_be_voided_from_here() -> None:
    with one_contract(bill_status="AUTHORISED") as (site, contract, _):
        claim = claimed(contract)
        bill = sent(site, claim)
        site.w.org.pay(bill, "1.00")
        with pytest.raises(Rejected, match="payments or credits"):
            act(LinkedEntity.objects.get(source_id=str(claim.id)), "void", None)
        assert bill.status == "AUTHORISED"


def test_a_credit_note_can_be_ended_too() -> None:
    with one_contract(negative_claims="credit note") as (site, contract, _):
        claim = claimed(contract, "-10.00", retained={contract.lines[0]: money("0")})
        site.run()
        act(LinkedEntity.objects.get(source_id=str(claim.id)), "void", None)
        assert [note.status for note in site.w.org.credits.values()] == ["DELETED"]


def test_a_bill_voided_in_xero_is_never_made_again() -> None:
    with one_contract() as (site, contract, _):
        bill = sent(site, claimed(contract))
        site.w.org.void(bill)
        assert "(DELETED)" in held(site, site.run(), KEY, "bill_ended")
        assert len(site.bills()) == 1


def test_a_claim_that_comes_to_nothing_or_turns_negative_after_sending() -> None:
    with one_contract(negative_claims="credit note") as (site, contract, _):
        claim = claimed(contract)
        sent(site, claim)
        claim.revise(work={contract.lines[0]: money("0.00")})
        held(site, site.run(), KEY, "nothing_left")
        claim.revise(work={contract.lines[0]: money("-10.00")})
        held(site, site.run(), KEY, "kind_changed")
        assert len(site.bills()) == 1


def test_a_merged_contact_takes_its_bills_along() -> None:
    with one_contract() as (site, contract, contact):
        claim = claimed(contract)
        bill = sent(site, claim)
        survivor = site.supplier("Kauri Ridge Group")
        site.w.org.merge(contact, survivor)
        bill.contact = survivor.id
        site.w.go("contacts")
        assert site.said(site.run()) == {KEY: ("unchanged", "")}
        claim.revise(work={contract.lines[0]: money("1,200.00")})
        assert site.said(site.run()) == {KEY: ("updated", "")}
        assert bill.contact == survivor.id
