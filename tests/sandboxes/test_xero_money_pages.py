"""The pages of the books: a person pays, voids and locks, and sees why something is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
import requests

from integrations.xero import API_URL
from integrations.xero.sandbox import Document, journal_line, line
from tests.sandboxes.xero_books import supplier
from tests.sandboxes.xero_world import XeroWorld, xero_world

DAY = date(2026, 11, 20)


@pytest.fixture
def xero() -> Iterator[XeroWorld]:
    with xero_world() as world:
        yield world


@pytest.fixture
def bill(xero: XeroWorld) -> Document:
    xero.org.add_category("Project", ["1042 <Wharf>"])
    lines = [line("Work & more", "10000", "320", Project="1042 <Wharf>"), line("Retention", "-500", "835", "INPUT")]
    return xero.org.add_bill(supplier(xero), lines, DAY, number="A-1", status="DRAFT")


def page(xero: XeroWorld, path: str) -> str:
    reply = requests.get(f"{API_URL}/organisations/{xero.org.id}/{path}", timeout=5)
    assert reply.status_code == 200
    return reply.text


def act(xero: XeroWorld, bill: Document, **form: str) -> str:
    address = f"{API_URL}/organisations/{xero.org.id}/bills/{bill.id}"
    reply = requests.post(address, data=form, timeout=5)
    assert reply.status_code == 200
    return reply.text


def test_a_bill_is_approved_paid_and_voided_by_hand(xero: XeroWorld, bill: Document) -> None:
    assert "A-1" in page(xero, "bills")
    shown = page(xero, f"bills/{bill.id}")
    for text in ("Work &amp; more", "Project: 1042 &lt;Wharf&gt;", "9,500.00 and tax of 950.00 make 10,450.00."):
        assert text in shown
    act(xero, bill, do="edit", number="A-1b", due="2026-12-31")
    assert (bill.number, bill.due) == ("A-1b", date(2026, 12, 31))
    act(xero, bill, do="approve")
    act(xero, bill, do="pay", amount="450.00", date="2026-11-25", reference="EFT")
    assert (bill.status, bill.left) == ("AUTHORISED", Decimal(10_000))
    assert "payment or credit note allocated" in act(xero, bill, do="edit", number="x", due="2027-01-01")
    act(xero, bill, do="delete payment", payment=bill.payments[0].id)
    act(xero, bill, do="pay")
    assert bill.status == "PAID"
    assert "cannot be applied" in act(xero, bill, do="void")
    act(xero, bill, do="delete payment", payment=bill.payments[1].id)
    act(xero, bill, do="void")
    assert bill.status == "VOIDED"
    assert xero.sandbox.ledger.entries == []


def test_what_is_refused_is_said_on_the_page(xero: XeroWorld, bill: Document) -> None:
    act(xero, bill, do="approve")
    assert "That is not an amount." in act(xero, bill, do="pay", amount="much")
    assert "exceeds the amount outstanding" in act(xero, bill, do="pay", amount="99999")
    assert bill.payments == []


def test_lock_dates_are_set_by_hand(xero: XeroWorld, bill: Document) -> None:
    address = f"{API_URL}/organisations/{xero.org.id}/locks"
    requests.post(address, data={"period": "2026-11-30", "year_end": "2026-06-30"}, timeout=5)
    assert "2026-06-30" in page(xero, "bills")
    assert "before the period lock date" in act(xero, bill, do="approve")
    requests.post(address, data={"period": "", "year_end": ""}, timeout=5)
    act(xero, bill, do="approve")
    assert bill.status == "AUTHORISED"


def test_the_other_books_have_pages(xero: XeroWorld, bill: Document) -> None:
    note = xero.org.add_credit_note(supplier(xero), [line("Credit", "20", "320")], DAY, number="CN-9")
    xero.org.edit_bill(bill, Status="AUTHORISED")
    xero.org.allocate(note, bill)
    xero.org.attach(bill, "claim.pdf", b"x", "application/pdf")
    order = xero.org.add_purchase_order(supplier(xero), [line("Steel", "5", "310")], DAY, number="PO-9")
    assert "None yet." in page(xero, "journals")
    xero.org.add_journal("Wages to jobs", [journal_line("a", 1, "320"), journal_line("b", -1, "850")], DAY)
    assert "Wages to jobs" in page(xero, "journals")
    assert "CN-9" in page(xero, "credits")
    assert "allocation" in page(xero, f"credits/{note.id}")
    assert "claim.pdf" in page(xero, f"bills/{bill.id}")
    assert "PO-9" in page(xero, "orders")
    assert "Steel" in page(xero, f"orders/{order.id}")
    start = requests.get(f"{API_URL}/organisations/{xero.org.id}", timeout=5).text
    assert "/journals" in start


@pytest.mark.parametrize("path", ["bills", "credits", "orders", "journals", "bills/x"])
def test_pages_of_nothing(xero: XeroWorld, path: str) -> None:
    assert requests.get(f"{API_URL}/organisations/unknown/{path}", timeout=5).status_code == 404


def test_forms_for_nothing(xero: XeroWorld, bill: Document) -> None:
    own = f"{API_URL}/organisations/{xero.org.id}"
    assert requests.post(f"{own}/bills/{bill.id}", data={"do": "burn"}, timeout=5).status_code == 404
    assert requests.post(f"{own}/bills/x", data={"do": "pay"}, timeout=5).status_code == 404
    assert requests.get(f"{own}/bills/x", timeout=5).status_code == 404
    assert requests.post(f"{API_URL}/organisations/x/locks", timeout=5).status_code == 404
