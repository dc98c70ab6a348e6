"""Everything our client does with money documents is in Xero's API description."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest

from integrations.base.client import Request
from integrations.xero import attachments, bank_transactions, bills, credit_notes, items, journals, payments
from integrations.xero import purchase_orders as orders
from integrations.xero.drafts import AUTHORISED, BillDraft, CreditNoteDraft, LineDraft, Mark, PurchaseOrderDraft
from integrations.xero.sandbox import Document, Organisation, journal_line, line
from tests.contract.openapi import Observer, observer
from tests.sandboxes.xero_world import XeroWorld, xero_world

DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def shared() -> Observer:
    return observer()


def lines(org: Organisation) -> list[LineDraft]:
    category = org.category("Project")
    marks = (Mark(category.id, category.options[0].id),)
    return [
        LineDraft("Work", Decimal("100.00"), "320", "INPUT", marks, tax_amount=Decimal("10.00"), item="CONC"),
        LineDraft("Retention", Decimal("-5.00"), "835", "INPUT", marks),
    ]


def filled(org: Organisation) -> None:
    """Books with one document of every kind, made by people."""
    org.add_category("Project", ["1042 Wharf Street"])
    org.add_item("CONC", "Concrete", price="12.5", account="320", tax="INPUT")
    contact = org.add_contact("Kauri Ridge Builders")
    work = [line("Work", "100.05", "320", Project="1042 Wharf Street")]
    bill = org.add_bill(contact, work, DAY, number="B-1")
    org.pay(bill, "10")
    org.pay_batch([(bill, "20")])
    for kind in ("SPEND-PREPAYMENT", "SPEND-OVERPAYMENT"):
        org.allocate(org.add_prepayment(contact, "5", type=kind), bill)
    note = org.add_credit_note(contact, work, DAY, number="CN-1")
    org.allocate(note, bill, "1.00")
    org.pay(note, "2")
    org.add_purchase_order(contact, work, DAY, number="PO-1")
    project = {"Project": "1042 Wharf Street"}
    org.add_journal("Accrual", [journal_line("A", 10, "320", **project), journal_line("B", -10, "850")], DAY)
    org.add_spend(contact, work, DAY, Reference="Card")


def writes(org: Organisation) -> Iterable[Request]:
    """One request of every kind; those after the first ones change what the people made."""
    contact, bill = org.contact("Kauri Ridge Builders"), org.bill("B-1")
    note, order = notes(org)[0], next(iter(org.orders.values()))
    draft = BillDraft(contact.id, "A-1", DAY, DAY, lines(org), AUTHORISED, "ref", url="https://hub.example/1")
    yield bills.put_bills([draft.body(), {**draft.body(), "Contact": {"ContactID": bill.id}}])
    made = org.bill("A-1")
    changed = [{**lines(org)[0].body(), "LineItemID": made.lines[0].id}]
    yield bills.post_bill(made.id, {"LineItems": changed, "DueDate": "2026-12-01"})
    yield payments.put_payments([payments.payment_body(made.id, "090", Decimal("1.00"), DAY, "ref")])
    yield payments.delete_payment(made.payments[0].id)
    yield attachments.put_attachment("Invoices", made.id, "claim [1].pdf", b"%PDF\xff", "application/pdf")
    yield bills.void_bill(made.id)
    yield credit_notes.put_credit_notes([CreditNoteDraft(contact.id, "CN-2", DAY, lines(org), AUTHORISED).body()])
    yield credit_notes.put_allocation(note.id, bill.id, Decimal("1.00"), DAY)
    yield credit_notes.delete_allocation(note.id, note.allocations[0].id)
    yield credit_notes.post_credit_note(notes(org)[-1].id, {"Status": "VOIDED"})
    wanted = PurchaseOrderDraft(contact.id, "PO-2", DAY, lines(org), delivery=DAY, instructions="Gate 2")
    yield orders.put_purchase_orders([wanted.body(), wanted.body()])
    yield orders.post_purchase_order(order.id, {"Reference": "SC-001"})
    yield orders.delete_purchase_order(order.id)


def notes(org: Organisation) -> list[Document]:
    return [row for row in org.credits.values() if row.type == "ACCPAYCREDIT"]


def reads(xero: XeroWorld) -> None:
    bill, client = xero.org.bill("B-1"), xero.client
    list(bills.bill_pages(client, xero.sandbox.clock.now(), statuses=["AUTHORISED", "PAID"]))
    list(bills.bill_pages(client))
    bills.bill(client, bill.id)
    list(bills.bills_by_ids(client, [bill.id]))
    list(bills.bills_by_numbers(client, ["B-1", "1,2", '1,"2"']))
    list(payments.payment_pages(client))
    payments.payment(client, bill.payments[0].id)
    list(payments.payments_by_ids(client, [bill.payments[0].id]))
    list(payments.payments_of_bills(client, [bill.id]))
    list(credit_notes.credit_note_pages(client))
    credit_notes.credit_notes_numbered(client, "CN-1")
    for note in xero.org.credits:
        credit_notes.credit_note(client, note)
    list(orders.purchase_order_pages(client, status="AUTHORISED"))
    orders.purchase_order_numbered(client, "PO-1")
    orders.purchase_order(client, next(iter(xero.org.orders)))
    list(journals.journal_pages(client))
    journals.journal(client, next(iter(xero.org.journals)))
    list(bank_transactions.spend_pages(client))
    bank_transactions.bank_transaction(client, next(iter(xero.org.spending)))
    items.items(client)
    attachments.attachments(client, "Invoices", bill.id)


def test_everything_our_client_does_with_money_is_described(shared: Observer) -> None:
    with xero_world(minute_limit=1_000) as xero:
        xero.net.observers[:] = [shared]
        filled(xero.org)
        reads(xero)
        for number, request in enumerate(writes(xero.org)):
            xero.client.send(request, key=f"key {number}")
        reads(xero)
        for other in ("Prepayments", "Overpayments", "BatchPayments"):
            xero.call("GET", other)
        assert shared.take() == []
        assert shared.judged >= 35
