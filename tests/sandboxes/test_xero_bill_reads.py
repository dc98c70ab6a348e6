"""Lists of the pretend Xero's bills: pages, filters, what they leave out; and how our client walks them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from integrations.base.errors import OutcomeUnknown, Rejected
from integrations.xero import bills
from integrations.xero.sandbox import Document, line
from tests.sandboxes.xero_books import WORK, bill_body, change, created, put, supplier
from tests.sandboxes.xero_world import XeroWorld, xero_world


@pytest.fixture
def xero() -> Iterator[XeroWorld]:
    with xero_world(minute_limit=1_000) as world:
        yield world


def add(xero: XeroWorld, number: str, **more: Any) -> Document:
    return xero.org.add_bill(supplier(xero), [line("Work", "100", "320")], date(2026, 11, 20), number=number, **more)


def numbers(xero: XeroWorld, query: str, **headers: str) -> list[str]:
    reply = xero.call("GET", f"Invoices{query}", **headers)
    assert reply.status_code == 200, reply.text
    return [row["InvoiceNumber"] for row in reply.json()["Invoices"]]


# What lists leave out.


def test_a_list_without_pages_has_no_lines(xero: XeroWorld) -> None:
    add(xero, "1")
    (bare,) = xero.call("GET", "Invoices").json()["Invoices"]
    assert (bare["LineItems"], bare["Total"]) == ([], 110)
    paged = xero.call("GET", "Invoices?page=1").json()
    assert len(paged["Invoices"][0]["LineItems"]) == 1
    assert paged["pagination"] == {"page": 1, "pageSize": 100, "pageCount": 1, "itemCount": 1}


@pytest.mark.parametrize("query", ["?Statuses=AUTHORISED", "?summaryOnly=true"])
def test_some_parameters_bring_pages_in_any_case(xero: XeroWorld, query: str) -> None:
    add(xero, "1")
    assert xero.call("GET", f"Invoices{query}").json()["pagination"]["itemCount"] == 1


def test_a_summary_has_no_payments_and_no_lines(xero: XeroWorld) -> None:
    xero.org.pay(add(xero, "1"), "10")
    (row,) = xero.call("GET", "Invoices?summaryOnly=true").json()["Invoices"]
    assert not {"Payments", "LineItems", "HasAttachments"} & set(row)
    assert row["AmountPaid"] == 10


def test_answers_to_writes_leave_out_payments_and_credits(xero: XeroWorld) -> None:
    (result,) = put(xero, bill_body(xero))
    left_out = {"Payments", "CreditNotes", "AmountCredited", "HasAttachments", "InvoiceAddresses"}
    assert not left_out & set(result.record)


# Filters.


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('where=Type=="ACCPAY"', ["1", "2", "3"]),
        ('where=Type=="ACCPAY" AND Status=="PAID"', ["2"]),
        ('where=InvoiceNumber=="3"', ["3"]),
        ('where=Contact.Name=="bay electrical"', ["2"]),
        ("where=AmountDue>=110", ["1", "3"]),
        ("where=Total=110.00", ["1", "2", "3"]),
        ("where=Date>=DateTime(2026,11,21)", ["3"]),
        ("where=Date<DateTime(2026, 11, 21) AND AmountPaid>0", ["2"]),
        ('where=Reference.Contains("PO 7")', ["1"]),
        ("InvoiceNumbers=1,3", ["1", "3"]),
        ("Statuses=PAID,VOIDED", ["2"]),
        ("searchTerm=po", ["1"]),
        ("order=InvoiceNumber DESC", ["3", "2", "1", "INV-0001"]),
    ],
)
def test_filters(xero: XeroWorld, query: str, found: list[str]) -> None:
    add(xero, "1", Reference="PO 7")
    xero.org.pay(
        xero.org.add_bill(supplier(xero, "Bay Electrical"), [line("x", 100, "320")], date(2026, 11, 20), number="2")
    )
    xero.org.edit_bill(add(xero, "3"), Date="2026-11-21")
    xero.org.add_bill(supplier(xero), [line("Sold", 1, "200")], Type="ACCREC")
    got = numbers(xero, f"?{query}")
    assert (got if "order" in query else sorted(n for n in got if n.isdecimal())) == sorted(
        found, reverse="DESC" in query
    )


@pytest.mark.parametrize(
    "query", ['where=Colour=="red"', "where=Date>=DateTime(2026,13,1)", "order=Colour", 'where=Total=="']
)
def test_a_filter_that_cannot_be_read(xero: XeroWorld, query: str) -> None:
    assert xero.call("GET", f"Invoices?{query}").json()["Type"] == "QueryParseException"


def test_by_ids_and_contacts(xero: XeroWorld) -> None:
    one, other = add(xero, "1"), xero.org.add_bill(supplier(xero, "B"), [line("x", 1, "320")], number="2")
    assert numbers(xero, f"?IDs={one.id}") == ["1"]
    assert numbers(xero, f"?ContactIDs={other.contact}") == ["2"]
    assert numbers(xero, f"?IDs={one.id.replace('-', '')},{other.id.upper()}") == ["1", "2"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("Invoices?IDs=6a68adde", "Supplied parameter 'Ids' cannot be parsed."),
        ("Invoices?ContactIDs=6a68adde", "Supplied parameter 'ContactIds' cannot be parsed."),
        ("Contacts?IDs=6a68adde", "Supplied parameter 'Ids' cannot be parsed."),
    ],
)
def test_ids_that_are_none_are_answered_with_a_bare_sentence(xero: XeroWorld, query: str, said: str) -> None:
    """https://github.com/XeroAPI/xero-node/issues/502"""
    reply = xero.call("GET", query)
    assert (reply.status_code, reply.text) == (400, said)
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"


def test_by_number_in_the_address(xero: XeroWorld) -> None:
    add(xero, "A-1")
    assert xero.call("GET", "Invoices/A-1").json()["Invoices"][0]["InvoiceNumber"] == "A-1"
    assert xero.call("GET", "Invoices/A-2").status_code == 404


def test_a_bill_is_changed_under_its_number(xero: XeroWorld) -> None:
    """https://developer.xero.com/documentation/api/accounting/requests-and-responses : or by id."""
    bill = add(xero, "A-1")
    assert xero.call("POST", "Invoices/A-1", {"Reference": "new"}).status_code == 200
    assert bill.reference == "new"
    assert xero.call("POST", "Invoices/A-2", {"Reference": "new"}).status_code == 404


def test_what_this_app_has_made(xero: XeroWorld) -> None:
    add(xero, "by a person")
    created(xero, InvoiceNumber="ours")
    assert numbers(xero, "?createdByMyApp=true") == ["ours"]


def test_changed_since_has_seconds_and_only_that_form(xero: XeroWorld) -> None:
    old, bill = add(xero, "old"), add(xero, "1")
    for row in (old, bill):
        row.updated_at -= timedelta(hours=1)
    since = xero.sandbox.clock.now().strftime("%Y-%m-%dT%H:%M:%S")
    assert numbers(xero, "", If_Modified_Since=since) == []
    xero.org.pay(bill, "1")
    assert numbers(xero, "", If_Modified_Since=since) == ["1"]
    assert numbers(xero, "", If_Modified_Since=f"{since}Z") == ["old", "1"]


def test_a_list_that_is_too_long_is_refused(xero: XeroWorld) -> None:
    xero.sandbox.switches.max_rows = 1
    add(xero, "1"), add(xero, "2")
    assert xero.call("GET", "Invoices").status_code == 400


# Lines of a changed bill.


def test_the_sent_lines_replace_the_set(xero: XeroWorld) -> None:
    """With an id a line is changed, without it is new, left out it is gone."""
    bill = created(xero, {**WORK, "TaxAmount": "9.99"}, {**WORK, "Description": "Goes"})
    first = bill.lines[0].id
    kept = {"LineItemID": first, "Description": "Work, again"}
    shown = change(xero, bill, LineItems=[kept, {**WORK, "UnitAmount": 5}])
    assert [(row.description, row.line_amount) for row in shown.line_items] == [
        ("Work, again", Decimal(100)),
        ("Work", Decimal(5)),
    ]
    assert (shown.line_items[0].line_item_id, shown.line_items[0].tax_amount) == (first, Decimal("9.99"))
    assert shown.total == Decimal("115.49")
    with pytest.raises(Rejected, match="LineItemID"):
        change(xero, bill, LineItems=[{**WORK, "LineItemID": bill.id}])


def test_fields_left_out_keep_their_value(xero: XeroWorld) -> None:
    bill = created(xero, InvoiceNumber="7", Reference="r", Url="https://hub.example/7")
    shown = change(xero, bill, DueDate="2027-01-01")
    assert (shown.invoice_number, shown.reference, shown.url, shown.due_date) == (
        "7",
        "r",
        "https://hub.example/7",
        date(2027, 1, 1),
    )
    assert len(bill.lines) == 1


def test_an_empty_set_of_lines_is_refused(xero: XeroWorld) -> None:
    bill = created(xero)
    with pytest.raises(Rejected, match="One or more line items"):
        change(xero, bill, LineItems=[])
    assert len(bill.lines) == 1


def test_other_amount_types_compute_tax_again(xero: XeroWorld) -> None:
    assert change(xero, created(xero), LineAmountTypes="Inclusive").total_tax == Decimal("9.09")


# Our client.


@pytest.mark.parametrize("fault", ["drop_after", "truncate"])
def test_a_bill_whose_answer_was_lost_is_there_once(xero: XeroWorld, fault: str) -> None:
    """The same bytes under the same key give the same bill; without a key it is found by its number."""
    request = bills.put_bills([bill_body(xero, InvoiceNumber="7")])
    xero.sandbox.faults.add(fault, method="PUT")
    with pytest.raises(OutcomeUnknown):
        xero.client.send(request, key="one")
    (kept,) = xero.org.bills()
    again = xero.client.send(request, key="one").data
    assert [row["InvoiceID"] for row in again["Invoices"]] == [kept.id]
    assert [bill.invoice_id for bill in bills.bills_by_numbers(xero.client, ["7"])] == [kept.id]
    assert len(xero.org.bills()) == 1


def test_pages_follow_the_ids_whatever_changes_meanwhile(xero: XeroWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integrations.xero.paging.PAGE_SIZE", 2)
    made = [add(xero, str(n)) for n in range(5)]
    found = []
    for page in bills.bill_pages(xero.client):
        found += [bill.invoice_number for bill in page.records]
        xero.org.edit_bill(made[0], Reference="moved")
        xero.org.edit_bill(made[3], Reference="moved")
    assert sorted(found) == ["0", "1", "2", "3", "4"]
    assert [page.number for page in bills.bill_pages(xero.client, first=3)] == [3]


def test_many_ids_and_numbers_take_few_calls(xero: XeroWorld) -> None:
    made = [add(xero, f"number {n}") for n in range(90)]
    mark = xero.sandbox.ledger.mark()
    assert {bill.invoice_id for bill in bills.bills_by_ids(xero.client, [row.id for row in made])} == {
        r.id for r in made
    }
    assert len(xero.sandbox.ledger.reads(since=mark)) == 3
    assert len(list(bills.bills_by_numbers(xero.client, [row.number for row in made]))) == 90
    assert len(xero.sandbox.ledger.reads(since=mark)) == 6


def test_numbers_with_commas_and_quotes_are_found(xero: XeroWorld) -> None:
    odd = ["1,2", 'six"', 'a,"b"', "plain", "50% & more #1"]
    for number in odd:
        add(xero, number)
    add(xero, "PLAIN")
    xero.org.add_bill(supplier(xero), [line("Sold", 1, "200")], Type="ACCREC", InvoiceNumber="plain")
    found = [bill.invoice_number for bill in bills.bills_by_numbers(xero.client, odd)]
    assert sorted(found) == sorted(odd)
    assert list(bills.bills_by_numbers(xero.client, ["", "nothing"])) == []


def test_long_numbers_do_not_make_the_address_too_long(xero: XeroWorld) -> None:
    wanted = [f"{n:03}" + "%" * 200 for n in range(12)]
    for number in wanted:
        add(xero, number)
    assert len(list(bills.bills_by_numbers(xero.client, wanted))) == 12


def test_the_date_of_change_is_told_in_two_forms_once_it_is_switched_on(xero: XeroWorld) -> None:
    bill = add(xero, "1")
    bill.updated_at = datetime(2026, 11, 20, 1, 2, 3, 456000, tzinfo=UTC)
    assert "UpdatedDateUTCString" not in xero.call("GET", f"Invoices/{bill.id}").json()["Invoices"][0]
    xero.sandbox.switches.updated_twins = True
    shown = xero.call("GET", f"Invoices/{bill.id}").json()["Invoices"][0]
    assert shown["UpdatedDateUTCString"] == "2026-11-20T01:02:03Z"
