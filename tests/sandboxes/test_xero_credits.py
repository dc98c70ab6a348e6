"""Credit notes, prepayments and what they are set against, in the pretend Xero."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from integrations.base.errors import Missing, Rejected
from integrations.xero import bills, credit_notes
from integrations.xero.answers import Verdict, read_results
from integrations.xero.drafts import AUTHORISED, CreditNoteDraft, LineDraft
from integrations.xero.sandbox import Document, line
from tests.sandboxes.xero_books import read, supplier
from tests.sandboxes.xero_world import XeroWorld, xero_world

D, DAY = Decimal, date(2026, 11, 20)


@pytest.fixture
def xero() -> Iterator[XeroWorld]:
    with xero_world(minute_limit=1_000) as world:
        yield world


@pytest.fixture
def bill(xero: XeroWorld) -> Document:
    return xero.org.add_bill(supplier(xero), [line("Work", "100", "320")], DAY, number="B-1")


def credit(xero: XeroWorld, amount: str = "20", **more: Any) -> Document:
    return xero.org.add_credit_note(supplier(xero), [line("Credit", amount, "320")], date(2026, 11, 25), **more)


def one(xero: XeroWorld, note: Document) -> credit_notes.CreditNote:
    found = credit_notes.credit_note(xero.client, note.id)
    assert found is not None
    return found


def allocate(xero: XeroWorld, note: Document, target: Document, amount: str) -> list[credit_notes.Allocation]:
    answer = xero.client.send(credit_notes.put_allocation(note.id, target.id, D(amount), DAY))
    return credit_notes.read_allocations(answer.data)


def test_a_credit_note_is_created_approved_and_found_by_its_number(xero: XeroWorld) -> None:
    lines = [LineDraft("Correction", D("2000.00"), "320", "INPUT")]
    draft = CreditNoteDraft(supplier(xero).id, "C-1", DAY, lines)
    (result,) = read_results(xero.client.send(credit_notes.put_credit_notes([draft.body()])).data, "CreditNotes", 1)
    xero.client.send(credit_notes.post_credit_note(result.id, {"Status": AUTHORISED}))
    (found,) = credit_notes.credit_notes_numbered(xero.client, "C-1")
    assert (found.status, found.total, found.remaining_credit) == ("AUTHORISED", D("2200.00"), D("2200.00"))
    assert (found.date, found.type, found.ended) == (DAY, "ACCPAYCREDIT", False)
    assert credit_notes.credit_notes_numbered(xero.client, "c-2") == []


def test_suppliers_numbers_may_repeat(xero: XeroWorld) -> None:
    body = CreditNoteDraft(supplier(xero).id, "C-1", DAY, [LineDraft("x", D(1), "320")]).body()
    answer = xero.client.send(credit_notes.put_credit_notes([body, body])).data
    assert [r.verdict for r in read_results(answer, "CreditNotes", 2)] == [Verdict.SAVED, Verdict.SAVED]


def test_a_bill_closed_by_credit_has_no_payment(xero: XeroWorld, bill: Document) -> None:
    xero.org.pay(bill, "100", DAY)
    note = credit(xero)
    allocate(xero, note, bill, "10")
    shown = read(xero, bill)
    assert (shown.status, shown.amount_credited, shown.settled) == ("PAID", D(10), D(110))
    assert shown.fully_paid_on_date == date(2026, 11, 25)
    assert [(c.credit_note_id, c.applied_amount) for c in shown.credit_notes] == [(note.id, D(10))]
    (kept,) = one(xero, note).allocations
    assert (kept.amount, kept.date, kept.invoice.invoice_number) == (D(10), date(2026, 11, 25), "B-1")
    assert one(xero, note).remaining_credit == 12


def test_an_allocation_is_undone(xero: XeroWorld, bill: Document) -> None:
    note = credit(xero)
    assert allocate(xero, note, bill, "22")[0].allocation_id == ""  # the answer tells none
    assert note.status == "PAID"
    allocation = one(xero, note).allocations[0].allocation_id
    answer = xero.client.send(credit_notes.delete_allocation(note.id, allocation))
    assert answer.data["IsDeleted"] is True
    assert (note.status, note.left, bill.left, bill.allocations) == ("AUTHORISED", D(22), D(110), [])
    with pytest.raises(Missing):
        xero.client.send(credit_notes.delete_allocation(note.id, allocation))


@pytest.mark.parametrize(
    ("amount", "said"),
    [("22.01", "remaining credit"), ("0", "greater than zero"), ("-1", "greater than zero")],
)
def test_amounts_that_do_not_fit(xero: XeroWorld, bill: Document, amount: str, said: str) -> None:
    with pytest.raises(Rejected, match=said):
        allocate(xero, credit(xero), bill, amount)


def test_not_more_than_is_due(xero: XeroWorld, bill: Document) -> None:
    with pytest.raises(Rejected, match="amount due"):
        allocate(xero, credit(xero, "500"), bill, "110.01")


def test_only_between_approved_documents_of_one_supplier_and_currency(xero: XeroWorld, bill: Document) -> None:
    with pytest.raises(Rejected, match="authorised"):
        allocate(xero, credit(xero, status="DRAFT"), bill, "1")
    other = xero.org.add_credit_note(supplier(xero, "Bay Electrical"), [line("x", 5, "320")], DAY)
    with pytest.raises(Rejected, match="same contact"):
        allocate(xero, other, bill, "1")
    xero.org.currencies["USD"] = "US Dollar"
    with pytest.raises(Rejected, match="currency"):
        allocate(xero, credit(xero, CurrencyCode="USD"), bill, "1")
    sale = xero.org.add_bill(supplier(xero), [line("Sold", 5, "200")], DAY, Type="ACCREC")
    with pytest.raises(Rejected, match="could not be found"):
        allocate(xero, credit(xero), sale, "1")


def test_a_used_credit_cannot_be_voided_or_edited(xero: XeroWorld, bill: Document) -> None:
    note = credit(xero)
    allocate(xero, note, bill, "10")
    for body in ({"Status": "VOIDED"}, {"Reference": "x"}):
        with pytest.raises(Rejected, match="allocated"):
            xero.client.send(credit_notes.post_credit_note(note.id, body))
    with pytest.raises(Rejected, match="cannot be applied"):
        xero.client.send(bills.void_bill(bill.id))


def test_a_refund_uses_up_the_credit(xero: XeroWorld) -> None:
    note = credit(xero)
    xero.org.pay(note, "22")
    assert (note.status, one(xero, note).remaining_credit) == ("PAID", D(0))
    (row,) = xero.call("GET", 'Payments?where=PaymentType=="APCREDITPAYMENT"').json()["Payments"]
    assert row["Amount"] == 22


@pytest.mark.parametrize(("kind", "name"), [("SPEND-PREPAYMENT", "Prepayment"), ("SPEND-OVERPAYMENT", "Overpayment")])
def test_money_paid_ahead_settles_a_bill(xero: XeroWorld, bill: Document, kind: str, name: str) -> None:
    ahead = xero.org.add_prepayment(supplier(xero), "30", DAY, type=kind)
    body = {"Amount": "30", "Invoice": {"InvoiceID": bill.id}}
    assert xero.call("PUT", f"{name}s/{ahead.id}/Allocations", body).status_code == 200
    shown = read(xero, bill)
    (applied,) = shown.prepayments if name == "Prepayment" else shown.overpayments
    assert (applied.applied_amount, shown.amount_credited, shown.credit_notes) == (D(30), D(30), ())
    assert (applied.prepayment_id or applied.overpayment_id) == ahead.id
    (row,) = xero.call("GET", f"{name}s?page=1").json()[f"{name}s"]
    assert (row["Status"], row["RemainingCredit"]) == ("PAID", 0)
    assert xero.call("GET", "CreditNotes").json()["CreditNotes"] == []
    assert xero.call("GET", f"CreditNotes/{ahead.id}").status_code == 404
    (moved,) = xero.call("GET", "BankTransactions?page=1").json()["BankTransactions"]
    assert (moved["Type"], moved["Status"], moved[f"{name}ID"]) == (kind, "AUTHORISED", ahead.id)


def test_lists_hold_every_status_and_our_client_the_suppliers_only(xero: XeroWorld) -> None:
    xero.org.add_credit_note(supplier(xero), [line("Sold", 5, "200")], DAY, Type="ACCRECCREDIT")
    ended = credit(xero)
    xero.client.send(credit_notes.post_credit_note(ended.id, {"Status": "VOIDED"}))
    (page,) = credit_notes.credit_note_pages(xero.client)
    assert [(note.credit_note_id, note.ended, note.remaining_credit) for note in page.records] == [
        (ended.id, True, D(0))
    ]
    assert xero.call("GET", "CreditNotes").json()["CreditNotes"][0]["LineItems"] == []


def test_a_credit_note_of_a_locked_day_is_refused(xero: XeroWorld) -> None:
    xero.org.lock(period=DAY)
    body = CreditNoteDraft(supplier(xero).id, "C-1", DAY, [LineDraft("x", D(1), "320")]).body()
    answer = xero.client.send(credit_notes.put_credit_notes([body])).data
    assert "period lock date" in read_results(answer, "CreditNotes", 1)[0].messages[0]
