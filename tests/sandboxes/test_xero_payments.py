"""Payments of the pretend Xero, alone and in batches, and what they do to the documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from integrations.base.errors import Missing, Rejected
from integrations.xero import payments
from integrations.xero.answers import ElementResult, Verdict, read_results
from integrations.xero.sandbox import Document, line
from tests.sandboxes.xero_books import read, supplier
from tests.sandboxes.xero_world import XeroWorld, xero_world

DAY = date(2026, 11, 20)


@pytest.fixture
def xero() -> Iterator[XeroWorld]:
    with xero_world(minute_limit=1_000) as world:
        yield world


@pytest.fixture
def bill(xero: XeroWorld) -> Document:
    return xero.org.add_bill(supplier(xero), [line("Work", "100", "320")], DAY, number="B-1")


def body(document: Document, amount: str = "10.00", **more: Any) -> dict[str, Any]:
    return {**payments.payment_body(document.id, "090", Decimal(amount), DAY), **more}


def put(xero: XeroWorld, *bodies: dict[str, Any]) -> list[ElementResult]:
    return read_results(xero.client.send(payments.put_payments(bodies)).data, "Payments", len(bodies))


def refusal(xero: XeroWorld, sent: dict[str, Any]) -> str:
    (result,) = put(xero, sent)
    assert (result.verdict, xero.org.payments) == (Verdict.REFUSED, {})
    return " ".join(result.messages)


def listed(xero: XeroWorld) -> list[payments.Payment]:
    return [row for page in payments.payment_pages(xero.client) for row in page.records]


# Paying.


def test_a_bill_is_paid_in_parts_and_then_is_paid(xero: XeroWorld, bill: Document) -> None:
    put(xero, body(bill, "10.00"))
    shown = read(xero, bill)
    assert (shown.status, shown.amount_due, shown.amount_paid) == ("AUTHORISED", Decimal("100.00"), Decimal("10.00"))
    (result,) = put(xero, body(bill, "100.00", Date="2026-11-25", Reference="EFT 7"))
    shown = read(xero, bill)
    assert (shown.status, shown.amount_due, shown.fully_paid_on_date) == ("PAID", Decimal(0), date(2026, 11, 25))
    assert [payment.amount for payment in shown.payments] == [10, 100]
    one = payments.payment(xero.client, result.id)
    assert one is not None
    assert (one.reference, one.rate, one.invoice.invoice_number) == ("EFT 7", Decimal(1), "B-1")


def test_a_payment_and_its_bill_change_at_the_same_moment(xero: XeroWorld, bill: Document) -> None:
    bill.updated_at -= timedelta(hours=1)
    put(xero, body(bill))
    (payment,) = xero.org.payments.values()
    assert payment.updated_at == bill.updated_at
    before = bill.updated_at
    xero.client.send(payments.delete_payment(payment.id))
    assert bill.updated_at > before
    assert payment.updated_at > before


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"Amount": "110.01"}, "Payment amount exceeds the amount outstanding on this document"),
        ({"Amount": "0"}, "greater than zero"),
        ({"Amount": "-5"}, "greater than zero"),
        ({"Account": {"Code": "320"}}, "must be a bank account"),
        ({"Account": {"Code": "nowhere"}}, "must be a bank account"),
        ({"Invoice": {"InvoiceNumber": "B-2"}}, "could not be found"),
        ({"CreditNote": {"CreditNoteNumber": "B-1"}}, "Exactly one document"),
    ],
)
def test_what_is_refused(xero: XeroWorld, bill: Document, more: dict[str, Any], said: str) -> None:
    assert said in refusal(xero, body(bill, **more))
    assert bill.left == 110


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED", "VOIDED"])
def test_only_approved_bills_are_paid(xero: XeroWorld, status: str) -> None:
    bill = xero.org.add_bill(
        supplier(xero), [line("x", 5, "320")], status="AUTHORISED" if status == "VOIDED" else status
    )
    if status == "VOIDED":
        xero.org.void(bill)
    assert "Payments can only be made against Authorised documents" in refusal(xero, body(bill, "1"))


def test_no_payment_in_a_locked_period(xero: XeroWorld, bill: Document) -> None:
    xero.org.lock(period=DAY)
    assert "period lock date" in refusal(xero, body(bill))


def test_accounts_that_payments_are_enabled_for_pay_too(xero: XeroWorld, bill: Document) -> None:
    assert put(xero, body(bill, Account={"Code": "880"}))[0].verdict is Verdict.SAVED
    account = {"AccountID": xero.org.account("090").id}
    assert put(xero, body(bill, Account=account))[0].verdict is Verdict.SAVED


def test_a_payment_before_the_bill_is_taken_with_a_warning(xero: XeroWorld, bill: Document) -> None:
    (result,) = put(xero, body(bill, Date="2026-01-15"))
    assert (result.verdict, result.warnings) == (Verdict.SAVED, ("The payment date is prior to the invoice date.",))


def test_two_payments_of_one_call_do_not_pay_twice(xero: XeroWorld, bill: Document) -> None:
    results = put(xero, body(bill, "60"), body(bill, "60"))
    assert [r.verdict for r in results] == [Verdict.SAVED, Verdict.REFUSED]
    reply = xero.call("PUT", "Payments", {"Payments": [_json(body(bill, "50")), _json(body(bill, "50"))]})
    assert reply.status_code == 400
    assert (bill.left, len(xero.org.payments)) == (Decimal(50), 1)


def _json(sent: dict[str, Any]) -> dict[str, Any]:
    return {**sent, "Amount": str(sent["Amount"])}


def test_amounts_are_in_the_bills_currency_and_in_the_banks(xero: XeroWorld) -> None:
    xero.org.currencies["USD"] = "US Dollar"
    lines = [line("x", "65", "320", "NONE")]
    bill = xero.org.add_bill(supplier(xero), lines, DAY, CurrencyCode="USD", CurrencyRate="0.65")
    put(xero, body(bill, "65"))
    (payment,) = listed(xero)
    assert (payment.amount, payment.bank_amount, payment.rate) == (Decimal(65), Decimal(100), Decimal("0.65"))


# Deleting.


def test_a_deleted_payment_is_told_and_the_bill_is_due_again(xero: XeroWorld, bill: Document) -> None:
    payment = xero.org.pay(bill)
    assert bill.status == "PAID"
    xero.client.send(payments.delete_payment(payment.id))
    assert (bill.status, bill.left, bill.fully_paid) == ("AUTHORISED", Decimal(110), None)
    assert [(row.status, row.deleted) for row in listed(xero)] == [("DELETED", True)]
    assert read(xero, bill).payments == ()


def test_deleted_payments_in_changes_are_a_switch(xero: XeroWorld, bill: Document) -> None:
    xero.org.delete_payment(xero.org.pay(bill))
    since = xero.sandbox.clock.now() - timedelta(hours=1)

    def changed() -> int:
        return sum(len(page.records) for page in payments.payment_pages(xero.client, since))

    assert changed() == 1
    xero.sandbox.switches.deleted_payments_in_changes = False
    assert changed() == 0
    assert len(listed(xero)) == 1


def test_nothing_but_deleting_and_only_once(xero: XeroWorld, bill: Document) -> None:
    payment = xero.org.pay(bill, "10")
    assert xero.call("POST", f"Payments/{payment.id}", {"Amount": 5}).status_code == 400
    xero.client.send(payments.delete_payment(payment.id))
    with pytest.raises(Rejected, match="deleted already"):
        xero.client.send(payments.delete_payment(payment.id))
    with pytest.raises(Missing):
        xero.client.send(payments.delete_payment(bill.id))


def test_a_reconciled_payment_stays(xero: XeroWorld, bill: Document) -> None:
    payment = xero.org.pay(bill, "10")
    payment.reconciled = True
    with pytest.raises(Rejected, match="reconciled"):
        xero.client.send(payments.delete_payment(payment.id))


def test_a_post_without_id_pays_or_deletes_by_body(xero: XeroWorld, bill: Document) -> None:
    made = xero.call("POST", "Payments", _json(body(bill))).json()["Payments"][0]["PaymentID"]
    assert bill.paid == 10
    assert xero.call("POST", "Payments", _json({**body(bill), "PaymentID": bill.id})).status_code == 400
    assert xero.call("POST", "Payments", {"PaymentID": made, "Status": "DELETED"}).status_code == 200
    assert bill.paid == 0


def test_a_payment_may_name_only_the_number_of_its_document(xero: XeroWorld, bill: Document) -> None:
    """https://developer.xero.com/documentation/api/accounting/payments (InvoiceNumber, CreditNoteNumber, Code)"""
    assert "Exactly one" in refusal(xero, body(bill, InvoiceNumber="B-1"))
    note = xero.org.add_credit_note(supplier(xero), [line("x", 5, "320")], number="C-1")
    for number, target in ({"InvoiceNumber": "B-1"}, bill), ({"CreditNoteNumber": "C-1"}, note):
        reply = xero.call("PUT", "Payments", {**number, "Code": "090", "Date": "2026-11-20", "Amount": 2})
        assert reply.status_code == 200
        assert target.paid == 2
    assert xero.call("PUT", "Payments", {"CreditNoteNumber": "B-1", "Code": "090", "Amount": 2}).status_code == 400


# Batches.


def test_a_batch_is_one_movement_and_a_payment_for_each_bill(xero: XeroWorld, bill: Document) -> None:
    other = xero.org.add_bill(supplier(xero), [line("x", 5, "320")])
    parts = [{"Invoice": {"InvoiceID": row.id}, "Amount": "5.00"} for row in (bill, other)]
    sent = {"Account": {"AccountID": xero.org.account("090").id}, "Date": "2026-11-20", "Payments": parts}
    made = xero.call("PUT", "BatchPayments", {"BatchPayments": [sent]}).json()["BatchPayments"][0]
    assert (made["Type"], made["TotalAmount"]) == ("PAYBATCH", 10)
    assert {row.batch_payment_id for row in listed(xero)} == {made["BatchPaymentID"]}
    with pytest.raises(Rejected, match="part of a batch"):
        xero.client.send(payments.delete_payment(next(iter(xero.org.payments))))
    assert xero.call("GET", f"BatchPayments/{made['BatchPaymentID']}").status_code == 200
    gone = xero.call("POST", f"BatchPayments/{made['BatchPaymentID']}", {"Status": "DELETED"}).json()
    assert gone["BatchPayments"][0]["Status"] == "DELETED"
    assert (bill.paid, other.paid) == (Decimal(0), Decimal(0))
    assert all(row.deleted for row in listed(xero))
    by_body = {"BatchPaymentID": made["BatchPaymentID"], "Status": "DELETED"}
    assert xero.call("POST", "BatchPayments", by_body).status_code == 400


def test_a_bad_batch_pays_nothing(xero: XeroWorld, bill: Document) -> None:
    parts = [{"Invoice": {"InvoiceID": bill.id}, "Amount": amount} for amount in ("5", "500")]
    sent = {"Account": {"AccountID": xero.org.account("090").id}, "Payments": parts}
    assert xero.call("PUT", "BatchPayments", {"BatchPayments": [sent]}).status_code == 400
    assert xero.org.payments == {}


def test_parts_of_a_batch_for_one_bill_count_together(xero: XeroWorld, bill: Document) -> None:
    parts = [{"Invoice": {"InvoiceID": bill.id}, "Amount": str(bill.left - 10)}] * 2
    sent = {"Account": {"AccountID": xero.org.account("090").id}, "Payments": parts}
    refused = xero.call("PUT", "BatchPayments", {"BatchPayments": [sent]})
    assert [e["Message"] for e in refused.json()["Elements"][0]["ValidationErrors"]] == [
        "Payment amount exceeds the amount outstanding on this document"
    ]
    with pytest.raises(ValueError, match="exceeds"):
        xero.org.pay_batch([(bill, bill.left - 10)] * 2)
    assert xero.org.payments == {}


def test_several_batches_in_one_call_have_each_their_fate(xero: XeroWorld, bill: Document) -> None:
    """https://developer.xero.com/documentation/api/accounting/batchpayments : one or many."""
    bank = {"AccountID": xero.org.account("090").id}
    good, bad = (
        {"Account": bank, "Payments": [{"Invoice": {"InvoiceID": bill.id}, "Amount": amount}]} for amount in (5, 5000)
    )
    assert xero.call("PUT", "BatchPayments", {"BatchPayments": [good, bad]}).status_code == 400
    assert (xero.org.payments, xero.org.batches, bill.payments) == ({}, {}, [])
    rows = xero.call("PUT", "BatchPayments?summarizeErrors=false", {"BatchPayments": [good, bad, good]}).json()
    assert [row["StatusAttributeString"] for row in rows["BatchPayments"]] == ["OK", "ERROR", "OK"]
    assert (len(xero.org.batches), bill.paid) == (2, Decimal(10))


def test_a_payment_read_alone_tells_the_batch_in_place_of_itself(xero: XeroWorld, bill: Document) -> None:
    """https://api.xero.com answers so; the list of the bill itself has both ids."""
    batch = xero.org.pay_batch([(bill, "20")])
    alone = xero.call("GET", f"Payments/{batch.payments[0]}").json()["Payments"][0]
    assert [row["PaymentID"] for row in alone["Invoice"]["Payments"]] == [batch.id]
    (nested,) = read(xero, bill).payments
    assert (nested.payment_id, nested.batch_payment_id) == (batch.payments[0], batch.id)


# Reading.


def test_the_document_paid_is_thin_in_lists(xero: XeroWorld, bill: Document) -> None:
    xero.org.pay(bill, "10")
    (row,) = xero.call("GET", "Payments").json()["Payments"]
    assert (row["Invoice"]["Payments"], row["Invoice"]["LineItems"]) == ([], [])
    assert "AmountDue" not in row["Invoice"]
    alone = xero.call("GET", f"Payments/{row['PaymentID']}").json()["Payments"][0]
    assert (alone["Invoice"]["AmountDue"], len(alone["Invoice"]["LineItems"])) == (100, 1)


def test_payments_are_found_by_id_by_bill_and_by_kind(xero: XeroWorld, bill: Document) -> None:
    made = [xero.org.pay(bill, 1) for _ in range(20)]
    sale = xero.org.add_bill(supplier(xero), [line("Sold", 5, "200")], Type="ACCREC")
    xero.org.pay(sale)
    assert len(listed(xero)) == 20
    assert {p.payment_id for p in payments.payments_by_ids(xero.client, [p.id for p in made])} == {p.id for p in made}
    assert len(list(payments.payments_of_bills(xero.client, [bill.id, sale.id]))) == 21
    with pytest.raises(Rejected):
        list(payments.payments_by_ids(xero.client, ['x") OR 1==1']))
    assert payments.payment(xero.client, bill.id) is None
