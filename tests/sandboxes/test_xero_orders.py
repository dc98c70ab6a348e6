"""Purchase orders, manual journals, purchases without a bill, items and files of the pretend Xero."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests

from integrations.base.errors import Missing, Rejected
from integrations.xero import API_URL, attachments, bank_transactions, items, journals
from integrations.xero import purchase_orders as orders
from integrations.xero.answers import ElementResult, Verdict, read_results
from integrations.xero.drafts import LineDraft, PurchaseOrderDraft
from integrations.xero.sandbox import Document, journal_line, line
from tests.sandboxes.xero_books import supplier
from tests.sandboxes.xero_world import XeroWorld, xero_world

D, DAY = Decimal, date(2026, 11, 20)


@pytest.fixture
def xero() -> Iterator[XeroWorld]:
    with xero_world(minute_limit=1_000) as world:
        yield world


def order_body(xero: XeroWorld, number: str = "PO-7", **more: Any) -> dict[str, Any]:
    lines = [LineDraft("Steel", D("12.3456"), "310", quantity=D(10))]
    return {**PurchaseOrderDraft(supplier(xero).id, number, DAY, lines, delivery=date(2026, 12, 1)).body(), **more}


def put(xero: XeroWorld, *bodies: dict[str, Any]) -> list[ElementResult]:
    return read_results(xero.client.send(orders.put_purchase_orders(bodies)).data, "PurchaseOrders", len(bodies))


# Purchase orders.


def test_an_order_keeps_four_decimals_and_is_found_by_number(xero: XeroWorld) -> None:
    put(xero, order_body(xero))
    found = orders.purchase_order_numbered(xero.client, "PO-7")
    assert found is not None
    assert (found.line_items[0].unit_amount, found.total) == (D("12.3456"), D("135.81"))
    assert (found.date, found.delivery_date, found.status) == (DAY, date(2026, 12, 1), "DRAFT")
    assert orders.purchase_order_numbered(xero.client, "PO/8") is None


def test_numbers_of_orders_are_unique(xero: XeroWorld) -> None:
    first, second = put(xero, order_body(xero), order_body(xero))
    assert (second.verdict, second.messages) == (Verdict.REFUSED, ("Order number must be unique",))
    xero.client.send(orders.delete_purchase_order(first.id))
    assert put(xero, order_body(xero))[0].verdict is Verdict.REFUSED
    xero.sandbox.switches.deleted_order_numbers_block = False
    assert put(xero, order_body(xero))[0].verdict is Verdict.SAVED
    unnumbered = {name: value for name, value in order_body(xero).items() if name != "PurchaseOrderNumber"}
    (made,) = put(xero, unnumbered)
    assert xero.org.orders[made.id].number == "PO-0001"


@pytest.mark.parametrize("contact", [{}, {"Name": "Nobody Yet"}, {"Name": "Kauri Ridge Builders"}])
def test_an_order_never_makes_a_contact(xero: XeroWorld, contact: dict[str, str]) -> None:
    (result,) = put(xero, order_body(xero, Contact=contact))
    assert result.messages == ("A Contact must be specified for this type of transaction",)


def test_a_quantity_needs_a_price(xero: XeroWorld) -> None:
    (result,) = put(xero, order_body(xero, LineItems=[{"Description": "x", "Quantity": 2}]))
    assert "UnitAmount" in result.messages[0]


def test_sent_is_a_warning_on_a_draft(xero: XeroWorld) -> None:
    (result,) = put(xero, order_body(xero, SentToContact=True))
    assert result.warnings == ("Only AUTHORISED and BILLED purchase orders may have SentToContact updated.",)
    assert result.record["SentToContact"] is False
    (sent,) = put(xero, order_body(xero, "PO-8", SentToContact=True, Status="AUTHORISED"))
    assert (sent.record["SentToContact"], sent.warnings) == (True, ())


def test_lists_of_orders_are_always_paged_and_know_no_where(xero: XeroWorld) -> None:
    xero.org.add_purchase_order(supplier(xero), [line("x", 1, "310")], DAY, number="1")
    xero.org.add_purchase_order(supplier(xero), [line("x", 1, "310")], date(2026, 1, 1), number="2", status="DRAFT")
    every = xero.call("GET", 'PurchaseOrders?where=Nonsense=="').json()
    assert every["pagination"]["itemCount"] == 2
    for query, found in (("Status=DRAFT", ["2"]), ("DateFrom=2026-11-01", ["1"]), ("DateTo=2026-11-01", ["2"])):
        rows = xero.call("GET", f"PurchaseOrders?{query}").json()["PurchaseOrders"]
        assert [row["PurchaseOrderNumber"] for row in rows] == found
    (page,) = orders.purchase_order_pages(xero.client, status="AUTHORISED")
    assert [order.purchase_order_number for order in page.records] == ["1"]
    assert [
        p.total for p in orders.purchase_order_pages(xero.client, xero.sandbox.clock.now() + timedelta(days=1))
    ] == [0]


def test_a_changed_order_keeps_the_lines_it_names(xero: XeroWorld) -> None:
    order = xero.org.add_purchase_order(supplier(xero), [line("x", 1, "310"), line("y", 2, "310")], DAY)
    kept = {"LineItemID": order.lines[1].id, "UnitAmount": "7.00"}
    xero.client.send(orders.post_purchase_order(order.id, {"LineItems": [kept], "Status": "BILLED"}))
    assert [(row.description, row.amount) for row in order.lines] == [("y", D("7.00"))]
    with pytest.raises(Rejected, match="not of valid status"):
        xero.client.send(orders.delete_purchase_order(order.id))
    with pytest.raises(Missing):
        xero.client.send(orders.delete_purchase_order(order.lines[0].id))


# Manual journals.


def journal_body(*amounts: str, account: str = "320", **more: Any) -> dict[str, Any]:
    lines = [{"LineAmount": amount, "AccountCode": account, "Description": "x"} for amount in amounts]
    return {"Narration": "Accrual", "JournalLines": lines, "Date": "2026-11-20", **more}


def refused_journal(xero: XeroWorld, body: dict[str, Any]) -> list[str]:
    reply = xero.call("PUT", "ManualJournals", body)
    assert (reply.status_code, xero.org.journals) == (400, {})
    return [error["Message"] for error in reply.json()["Elements"][0]["ValidationErrors"]]


def test_a_journal_balances(xero: XeroWorld) -> None:
    said = refused_journal(xero, journal_body("100.00", "-10.00"))
    assert said == ["The total debits (100.00) must equal total credits (-10.00)"]
    assert refused_journal(xero, journal_body("0")) == ["At least two journal lines must be specified."]
    assert "narration" in refused_journal(xero, journal_body("1", "-1", Narration=""))[0]


@pytest.mark.parametrize("code", ["610", "800", "090", "960"])
def test_journals_touch_neither_debtors_nor_creditors_nor_banks_nor_earnings(xero: XeroWorld, code: str) -> None:
    assert f"Account code '{code}'" in refused_journal(xero, journal_body("1", "-1", account=code))[0]


def test_tax_of_a_journal_balances_too(xero: XeroWorld) -> None:
    taxed = [
        {"LineAmount": "100", "AccountCode": "320", "TaxType": "INPUT"},
        {"LineAmount": "-110", "AccountCode": "850"},
    ]
    body = journal_body(JournalLines=taxed, LineAmountTypes="Exclusive", Status="POSTED")
    (made,) = xero.call("PUT", "ManualJournals", body).json()["ManualJournals"]
    found = journals.journal(xero.client, made["ManualJournalID"])
    assert found is not None
    assert [(row.line_amount, row.tax_amount) for row in found.journal_lines] == [(D(100), D(10)), (D(-110), D(0))]


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ("DRAFT", "POSTED", True),
        ("DRAFT", "DELETED", True),
        ("POSTED", "VOIDED", True),
        ("POSTED", "DRAFT", False),
        ("DRAFT", "VOIDED", False),
    ],
)
def test_the_statuses_of_journals(xero: XeroWorld, before: str, after: str, allowed: bool) -> None:
    journal = xero.org.add_journal("x", [journal_line("a", 1, "320"), journal_line("b", -1, "850")], DAY, status=before)
    reply = xero.call("POST", f"ManualJournals/{journal.id}", {"Narration": "x", "Status": after})
    assert (reply.status_code, journal.status) == ((200, after) if allowed else (400, before))


def test_journals_are_locked_like_other_documents(xero: XeroWorld) -> None:
    xero.org.lock(year_end=DAY)
    assert "end of year lock date" in refused_journal(xero, journal_body("1", "-1"))[0]


def test_lists_of_journals_and_what_people_change_in_them(xero: XeroWorld) -> None:
    xero.org.add_category("Project", ["1042"])
    lines = [journal_line("a", 10, "320", Project="1042"), journal_line("b", -10, "850")]
    journal = xero.org.add_journal("Wages to jobs", lines, DAY)
    assert xero.call("GET", "ManualJournals").json()["ManualJournals"][0]["JournalLines"] == []
    (page,) = journals.journal_pages(xero.client)
    (found,) = page.records
    assert (found.narration, found.date, found.status) == ("Wages to jobs", DAY, "POSTED")
    assert [row.tracking[0].option for row in found.journal_lines if row.tracking] == ["1042"]
    xero.org.edit_journal(journal, Status="VOIDED")
    since = journal.updated_at - timedelta(seconds=1)
    assert [row.status for p in journals.journal_pages(xero.client, since) for row in p.records] == ["VOIDED"]
    found_by_text = xero.call("GET", 'ManualJournals?where=Narration.Contains("wages")').json()
    assert len(found_by_text["ManualJournals"]) == 1
    assert journals.journal(xero.client, supplier(xero).id) is None


def test_a_journal_of_a_post_without_id_is_new(xero: XeroWorld) -> None:
    for _ in range(2):
        assert xero.call("POST", "ManualJournals", journal_body("1", "-1")).status_code == 200
    first = next(iter(xero.org.journals))
    assert xero.call("POST", "ManualJournals", {"ManualJournalID": first, "Narration": "New"}).status_code == 200
    assert [journal.narration for journal in xero.org.journals.values()] == ["New", "Accrual"]


# Purchases without a bill, and items.


def test_purchases_without_a_bill(xero: XeroWorld) -> None:
    xero.org.add_category("Project", ["1042"])
    spent = xero.org.add_spend(supplier(xero), [line("Nails", "7", "320", Project="1042")], DAY, Reference="Card")
    xero.org.add_prepayment(supplier(xero), 5)
    (page,) = bank_transactions.spend_pages(xero.client)
    (found,) = page.records
    assert (found.type, found.total, found.reference, found.bank_account.code) == ("SPEND", D("7.70"), "Card", "090")
    assert (xero.org.bills(), found.line_items[0].tracking[0].option) == ([], "1042")
    xero.org.end_spend(spent)
    one = bank_transactions.bank_transaction(xero.client, spent.id)
    assert one is not None
    assert one.status == "DELETED"
    assert bank_transactions.bank_transaction(xero.client, supplier(xero).id) is None


def test_an_item_brings_what_a_line_does_not_tell(xero: XeroWorld) -> None:
    xero.org.add_item("CONC", "Concrete", price="12.50", account="320", tax="INPUT")
    (item,) = items.items(xero.client)
    assert (item.code, item.is_purchased, item.purchase_details.unit_price) == ("CONC", True, D("12.50"))
    bill = xero.org.add_bill(supplier(xero), [{"ItemCode": "CONC", "Quantity": 4}], DAY)
    assert (bill.total, xero.org.code(bill.lines[0])) == (D("55.00"), "320")
    with pytest.raises(ValueError, match="Item code 'SAND' is not valid"):
        xero.org.add_bill(supplier(xero), [{"ItemCode": "SAND", "Quantity": 4}], DAY)


# Files.


@pytest.fixture
def bill(xero: XeroWorld) -> Document:
    return xero.org.add_bill(supplier(xero), [line("x", 1, "320")], DAY)


def attach(xero: XeroWorld, bill: Document, name: str, content: bytes = b"%PDF-\xff\x00") -> None:
    xero.client.send(attachments.put_attachment("Invoices", bill.id, name, content, "application/pdf"))


@pytest.mark.parametrize("name", ["claim 1.pdf", "claim [1].pdf", "50% & 7#.pdf", "Zürich.pdf"])
def test_a_file_arrives_as_it_is(xero: XeroWorld, bill: Document, name: str) -> None:
    attach(xero, bill, name)
    (file,) = bill.files
    assert (file.name, file.content, file.mime_type) == (name, b"%PDF-\xff\x00", "application/pdf")
    (shown,) = attachments.attachments(xero.client, "Invoices", bill.id)
    assert (shown.file_name, shown.content_length) == (name, 7)
    address = f"{API_URL}/api.xro/2.0/Invoices/{bill.id}/Attachments/{shown.attachment_id}"
    assert requests.get(address, headers=dict(xero.headers()), timeout=5).content == file.content
    assert xero.call("GET", f"Invoices/{bill.id}").json()["Invoices"][0]["HasAttachments"] is True


def test_the_same_name_replaces_and_ten_are_the_most(xero: XeroWorld, bill: Document) -> None:
    for n in range(10):
        attach(xero, bill, f"{n}.pdf")
    attach(xero, bill, "3.pdf", b"newer")
    assert (len(bill.files), bill.files[3].content) == (10, b"newer")
    with pytest.raises(Rejected, match="at most 10"):
        attach(xero, bill, "eleven.pdf")


def test_names_and_sizes_that_are_refused(xero: XeroWorld, bill: Document) -> None:
    assert attachments.file_name('a/b: "c"?.pdf') == "a_b_ _c__.pdf"
    for wrong in ("", "???", " . "):
        with pytest.raises(Rejected, match="no name"):
            attachments.file_name(wrong)
    for size in (b"", b"x" * (attachments.MAX_BYTES + 1)):
        with pytest.raises(Rejected, match="bytes"):
            attachments.put_attachment("Invoices", bill.id, "a.pdf", size, "")
    raw = f"{API_URL}/api.xro/2.0/Invoices/{bill.id}/Attachments/a%2Fb.pdf"
    assert requests.put(raw, data=b"x", headers=dict(xero.headers()), timeout=5).status_code == 400
    with pytest.raises(Missing):
        attachments.attachments(xero.client, "Invoices", supplier(xero).id)


def test_files_have_a_right_of_their_own(xero: XeroWorld, bill: Document) -> None:
    xero.app.scopes.clear()
    xero.token = str(xero.sandbox.tokens(xero.app, [xero.org], "accounting.invoices")["access_token"])
    assert xero.call("GET", f"Invoices/{bill.id}").status_code == 200
    assert xero.call("GET", f"Invoices/{bill.id}/Attachments").status_code == 401
