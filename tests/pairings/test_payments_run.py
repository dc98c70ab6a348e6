"""Payments in Xero become payments in Procore, through both services, to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hub.models import JobRecord, LinkedEntity
from integrations.xero.sandbox.organisation import line
from tests.pairings.payments_world import FIRST, SECOND, billed

pytestmark = pytest.mark.django_db


def test_two_half_payments_and_the_claims_payment_date() -> None:
    with billed() as b:
        b.pay("5225.00")
        job = b.w.go("payments")
        assert (job.state, job.counts, b.paid(), b.claim["payment_date"]) == (
            "succeeded",
            {"created": 1},
            ["4750.00"],
            None,
        )
        b.pay("5225.00", SECOND, "EFT 89")
        job = b.w.go("payments")
        assert b.w.outcomes(job) == {
            "SC-001-1: payment of 5,225.00 on 2026-11-10": ("unchanged", ""),
            "SC-001-1: payment of 5,225.00 on 2026-11-20": ("created", ""),
            "SC-001-1: paid in full": ("matched", ""),
        }
        assert b.paid() == ["4750.00", "4750.00"]
        assert b.claim["payment_date"] == "2026-11-20"
        first, second = b.contract.payments
        shown = ("date", "payment_number", "check_number", "invoice_number", "payment_method", "requisition_id")
        assert [first[name] for name in shown] == ["2026-11-10", 1, "EFT 88", "SC-001-1", "electronic", b.claim.id]
        assert [second[name] for name in shown] == ["2026-11-20", 2, "EFT 89", "SC-001-1", "electronic", b.claim.id]
        assert first["origin_id"].startswith("xero:payment:")
        start = b.w.marks()
        assert b.w.go("payments").counts == {"unchanged": 3}
        assert b.w.writes(start) == []
        b.w.check_links()


def test_gross_payments_by_setting() -> None:
    with billed(payment_tax="gross", payment_method="check") as b:
        b.pay()
        b.w.go("payments")
        assert b.paid() == ["10450.00"]
        assert b.contract.payments[0]["payment_method"] == "check"


def test_a_credit_note_and_a_prepayment_close_a_bill_and_say_so() -> None:
    with billed() as b:
        ahead = b.w.org.add_prepayment(b.contact, "4950.00", FIRST)
        b.w.org.allocate(ahead, b.bill)
        note = b.w.org.add_credit_note(b.contact, [line("Rework", "500", "320", "INPUT")], FIRST, number="CN-7")
        b.w.org.allocate(note, b.bill)
        b.w.go("payments")
        assert sum(row["amount"] for row in b.contract.payments) == Decimal("5000.00")
        notes = sorted(row["notes"] for row in b.contract.payments)
        assert notes[0].startswith("No payment: credit note CN-7 of 550.00 with tax")
        assert notes[1].startswith("No payment: prepayment of 4,950.00 with tax")
        b.pay()
        b.w.go("payments")
        assert sum(row["amount"] for row in b.contract.payments) == Decimal("9500.00")
        assert b.claim["payment_date"] is not None


def test_what_was_paid_ahead_settles_the_bill_on_the_bills_day() -> None:
    """Procore must not hold a payment from before its claim, and the claim is paid on the day Xero names."""
    with billed() as b:
        ahead = b.w.org.add_prepayment(b.contact, "10450.00", date(2026, 9, 1))
        b.w.org.allocate(ahead, b.bill)
        job = b.w.go("payments")
        assert b.w.outcomes(job) == {
            "SC-001-1: prepayment of 10,450.00 on 2026-10-31": ("created", ""),
            "SC-001-1: paid in full": ("matched", ""),
        }
        assert [(row["date"], str(row["amount"])) for row in b.contract.payments] == [("2026-10-31", "9500.00")]
        assert b.claim["payment_date"] == "2026-10-31"
        assert b.w.go("payments").counts == {"unchanged": 2}
        b.w.check_links()


def test_a_deleted_payment_is_asked_about() -> None:
    with billed() as b:
        payment = b.pay()
        b.w.go("payments")
        b.w.org.delete_payment(payment)
        job = b.w.go("payments")
        assert b.w.outcomes(job) == {
            "SC-001-1: deleted payment": ("rejected", "payment_deleted"),
            "SC-001-1: not paid in full": ("updated", ""),
        }
        problem = b.w.problem("SC-001-1: deleted payment")
        assert "A payment on the bill SC-001-1 was deleted in Xero" in problem.message
        assert "a payment of 9,500.00, still stands" in problem.message
        assert (b.paid(), b.claim["payment_date"]) == (["9500.00"], None)


def test_a_deleted_payment_is_removed_by_setting_and_a_new_one_takes_its_place() -> None:
    with billed(deleted_payments="remove") as b:
        wrong = b.pay("1045.00")
        b.pay("5225.00", SECOND)
        b.w.go("payments")
        assert b.paid() == ["950.00", "4750.00"]
        b.w.org.delete_payment(wrong)
        start = b.w.marks()
        job = b.w.go("payments")
        assert job.counts == {"updated": 1, "unchanged": 1}
        assert b.w.record(job, "SC-001-1: deleted payment").warnings == ["It was deleted in Xero."]
        assert [entry.method for entry in b.w.writes(start)] == ["PATCH", "DELETE"]
        assert b.paid() == ["4750.00"]
        assert b.w.go("payments").counts == {"unchanged": 2}
        b.pay(day=SECOND)
        b.w.go("payments")
        assert b.paid() == ["4750.00", "4750.00"]
        assert [row["payment_number"] for row in b.contract.payments] == [2, 3]
        b.w.check_links()


def test_a_cent_that_moves_with_a_deletion_is_corrected() -> None:
    with billed(deleted_payments="remove") as b:
        payments = [b.pay("3483.34"), b.pay("3483.33", SECOND), b.pay("3483.33", date(2026, 11, 25))]
        b.w.go("payments")
        assert sum(row["amount"] for row in b.contract.payments) == Decimal("9500.00")
        b.w.org.delete_payment(payments[0])
        b.w.go("payments")
        settled = Decimal("6966.66") * 9500 / 10450
        assert sum(row["amount"] for row in b.contract.payments) == settled.quantize(Decimal("0.01"))
        assert all(row["origin_id"] for row in b.contract.payments)
        b.w.check_links()


def test_changing_the_tax_rule_corrects_what_was_sent() -> None:
    with billed() as b:
        b.pay()
        b.w.go("payments")
        b.w.configure(payment_tax="gross")
        job = b.w.go("payments")
        assert job.counts == {"updated": 1, "unchanged": 1}
        assert b.paid() == ["10450.00"]
        assert b.contract.payments[0]["origin_id"]
        assert JobRecord.objects.get(job=job, outcome="updated").diff == [["payment.amount", "9500.00", "10450.00"]]


def test_one_bank_payment_over_two_bills_is_a_payment_each() -> None:
    with billed() as b:
        second = b.at.claim(b.contract)
        other = b.at.bill(b.contact, second)
        b.w.org.pay_batch([(b.bill, "10450.00"), (other, "5225.00")], FIRST, "Batch 7")
        b.w.go("payments")
        assert sorted(b.paid()) == ["4750.00", "9500.00"]
        assert {row["requisition_id"] for row in b.contract.payments} == {b.claim.id, second.id}
        assert (b.claim["payment_date"], second["payment_date"]) == ("2026-11-10", None)


def test_a_scheduled_run_reads_what_changed_only() -> None:
    with billed() as b:
        b.pay("5225.00")
        b.w.go("payments")
        b.w.xero.clock.advance(hours=1)
        b.w.procore.clock.advance(hours=1)
        start = b.w.marks()
        assert b.w.go("payments", full=False).counts == {"unchanged": 1}  # read again, for what became visible late
        assert b.w.calls(start) == ["GET Invoices", "GET Payments"]
        b.pay("5225.00", SECOND)
        start = b.w.marks()
        assert b.w.go("payments", full=False).counts == {"unchanged": 1, "created": 1, "matched": 1}
        assert b.w.calls(start) == [
            "GET /rest/v1.1/requisitions",
            "GET /rest/v1.0/contract_payments",
            "POST /rest/v1.0/contract_payments",
            f"PATCH /rest/v1.1/requisitions/{b.claim.id}",
            "GET Invoices",
            "GET Payments",
        ]


def test_by_bill_number_and_by_payment_id() -> None:
    with billed() as b:
        own = b.w.org.add_bill(b.contact, [line("Paper", "10", "453", "INPUT")], FIRST, FIRST, number="X-1")
        assert b.w.outcomes(b.w.go("payments", "X-1")) == {
            "X-1 Bright Spark Electrical": ("skipped", "nothing_to_send")
        }
        assert list(b.w.outcomes(b.w.go("payments", "SC-001-1")).values()) == [("skipped", "nothing_to_send")]
        one, two = b.pay("1045.00"), b.pay("2090.00", SECOND)
        job = b.w.go("payments", two.id)
        assert b.w.outcomes(job) == {"SC-001-1: payment of 2,090.00 on 2026-11-20": ("created", "")}
        assert b.w.go("payments", "SC-001-1").counts == {"unchanged": 1, "created": 1}
        assert b.paid() == ["1900.00", "950.00"]
        stray = b.w.org.pay(own, "1", FIRST)
        assert list(b.w.outcomes(b.w.go("payments", stray.id)).values()) == [("skipped", "nothing_to_send")]
        assert b.w.outcomes(b.w.go("payments", "nothing")) != {}
        assert one.id


def test_a_lost_link_finds_the_payment_again() -> None:
    with billed() as b:
        b.pay()
        b.w.go("payments")
        LinkedEntity.objects.filter(tenant_stage__stage="payments").delete()
        start = b.w.marks()
        assert b.w.go("payments").counts == {"matched": 2}
        assert b.w.writes(start) == []
        assert b.paid() == ["9500.00"]


def test_what_procore_refuses_is_a_problem_and_the_others_go_on() -> None:
    with billed() as b:
        b.contract.change(allow_payments=False)
        _, vendor = b.at.vendor("Plain Tiling")
        contract = b.at.contract(b.at.project("24-002"), vendor, "SC-9")
        claim = b.at.claim(contract)
        bill = b.at.bill(b.w.org.contact("Plain Tiling"), claim)
        b.pay("1045.00")
        b.w.org.pay(bill, "2090.00", FIRST)
        job = b.w.go("payments")
        assert job.counts == {"created": 1, "rejected": 1}
        assert "Payments are not enabled" in b.w.problem("SC-001-1: payment of 1,045.00 on 2026-11-10").message
        b.contract.change(allow_payments=True)
        assert b.w.go("payments", full=False).counts == {"created": 1, "unchanged": 1}


def test_a_claim_that_is_locked_or_gone() -> None:
    with billed() as b:
        b.claim.change(origin_id="other:1")
        b.pay()
        job = b.w.go("payments")
        assert b.w.outcomes(job)["SC-001-1: paid in full"] == ("rejected", "claim_locked")
        assert b.paid() == ["9500.00"]
        LinkedEntity.objects.filter(tenant_stage__stage="payments").delete()
        b.contract.claims.clear()
        b.claim.remove()
        job = b.w.go("payments")
        assert {code for _, code in b.w.outcomes(job).values()} == {"claim_gone"}
