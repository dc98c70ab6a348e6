"""From the site's claim to the paid date on it: claims, payments and direct invoices in turn, to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hub.models import TenantStage
from integrations.procore_xero.payments import Payments
from integrations.xero.sandbox.organisation import line
from tests.pairings.claims_world import money, one_contract

pytestmark = pytest.mark.django_db

STAGES = ("projects", "contacts", "progress_claims", "payments", "direct_invoices", "journal_entries")


def test_a_claim_is_billed_paid_and_marked_as_paid() -> None:
    with one_contract(bill_status="AUTHORISED") as (site, contract, _):
        w = site.w
        claim = contract.claim(period_end="2026-07-31", work={contract.lines[0]: money("10,000.00")})
        site.run()
        bill = w.org.bill("SC-001-1")
        w.org.pay(bill, "5225.00", date(2026, 8, 20), reference="EFT 1")
        assert w.go("payments").counts == {"created": 1}
        w.org.pay(bill, "5225.00", date(2026, 8, 28), reference="EFT 2")
        assert w.go("payments").counts == {"unchanged": 1, "created": 1, "matched": 1}
        assert [str(row["amount"]) for row in contract.payments] == ["4750.00", "4750.00"]
        assert {row["requisition_id"] for row in contract.payments} == {claim.id}
        assert claim["payment_date"] == "2026-08-28"
        start = w.marks()
        jobs = {stage: w.go(stage) for stage in STAGES}
        assert {stage: job.state for stage, job in jobs.items()} == dict.fromkeys(STAGES, "succeeded")
        assert jobs["progress_claims"].counts == {"unchanged": 1}
        assert jobs["payments"].counts == {"unchanged": 3}
        assert w.outcomes(jobs["direct_invoices"]) == {"SC-001-1 Kauri Ridge Builders": ("skipped", "from_claim")}
        assert w.writes(start) == []
        w.check_links()


def test_uneven_amounts_paid_in_thirds_and_by_a_credit_come_to_the_claim() -> None:
    with one_contract(bill_status="AUTHORISED") as (site, contract, contact):
        w = site.w
        one, two, three = contract.lines
        work = {one: money("100.05"), two: money("100.05"), three: money("100.05")}
        retained = {one: money("10.01"), two: money("10.00"), three: money("10.01")}
        contract.claim(period_end="2026-07-31", work=work, retained=retained)
        site.run()
        bill = w.org.bill("SC-001-1")
        assert bill.subtotal == money("270.13")
        w.org.pay(bill, "99.05", date(2026, 8, 20))
        w.go("payments")
        note = w.org.add_credit_note(contact, [line("Damage", "90", "310", "INPUT")], date(2026, 8, 21), number="CN-1")
        w.org.allocate(note, bill)
        w.go("payments")
        w.org.pay(bill, date=date(2026, 8, 22))
        w.go("payments")
        assert sum((row["amount"] for row in contract.payments), Decimal()) == money("270.13")
        assert len(contract.payments) == 3


def test_payments_and_costs_come_on_schedule_by_default() -> None:
    with one_contract() as (_, _, _):
        schedules = dict(TenantStage.objects.values_list("stage", "schedule"))
        assert schedules["payments"] == "every 30 minutes"
        assert schedules["direct_invoices"] == schedules["journal_entries"] == "every 4 hours"
        assert Payments().describe(TenantStage.objects.get(stage="payments").tenant.options()).endswith("net of tax.")
