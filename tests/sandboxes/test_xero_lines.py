"""Lines of the pretend Xero's documents: amounts, tax, accounts, tracking, items."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from integrations.base.errors import Rejected
from integrations.xero import bills, documents, endpoints
from integrations.xero.answers import Verdict
from integrations.xero.sandbox import Category
from tests.sandboxes.xero_books import WORK, bill_body, change, created, lines_of, put, read, refusal
from tests.sandboxes.xero_world import XeroWorld, xero_world

D = Decimal


@pytest.fixture
def xero() -> Iterator[XeroWorld]:
    with xero_world(minute_limit=1_000) as world:
        yield world


@pytest.fixture
def project(xero: XeroWorld) -> Category:
    return xero.org.add_category("Project", ["1042 Wharf Street", "1043 Quay"])


# Amounts and tax.


def test_tax_is_rounded_for_each_line_and_then_added_up() -> None:
    """The example of https://developer.xero.com/documentation/api-guides/rounding-in-xero ."""
    with xero_world("NZ") as xero:
        bill = created(xero, *({**WORK, "UnitAmount": amount} for amount in ("25.06", "25.61", "25.63")))
        assert (bill.subtotal, bill.tax, bill.total) == (D("76.30"), D("11.44"), D("87.74"))


@pytest.mark.parametrize(
    ("amounts", "subtotal", "tax", "total"),
    [
        ("Exclusive", "100.00", "10.00", "110.00"),
        ("Inclusive", "90.91", "9.09", "100.00"),
        ("NoTax", "100", "0", "100"),
    ],
)
def test_amounts_exclude_tax_include_it_or_have_none(
    xero: XeroWorld, amounts: str, subtotal: str, tax: str, total: str
) -> None:
    shown = read(xero, created(xero, LineAmountTypes=amounts))
    assert (shown.sub_total, shown.total_tax, shown.total) == (D(subtotal), D(tax), D(total))
    assert shown.line_items[0].line_amount == 100


def test_halves_are_rounded_away_from_zero(xero: XeroWorld) -> None:
    bill = created(xero, {**WORK, "UnitAmount": "0.25"}, {**WORK, "UnitAmount": "-0.25"})
    assert [line.tax for line in bill.lines] == [D("0.03"), D("-0.03")]


def test_a_tax_amount_overrides_what_would_be_computed(xero: XeroWorld) -> None:
    assert created(xero, {**WORK, "TaxAmount": "9.99"}).total == D("109.99")
    many = {**WORK, "Quantity": 100, "UnitAmount": 1, "TaxAmount": 10}
    assert refusal(xero, many) == "TaxAmount specified cannot be greater than the UnitAmount"
    xero.sandbox.switches.tax_above_unit_price = "accept"
    assert created(xero, many).total == 110


def test_of_quantity_price_and_amount_the_third_is_computed(xero: XeroWorld) -> None:
    def amounts(**line: Any) -> tuple[Decimal, Decimal, Decimal]:
        made = created(xero, {"Description": "x", "AccountCode": "320", **line}).lines[0]
        return made.quantity, made.unit, made.amount

    assert amounts(Quantity=3, UnitAmount="2.50") == (D(3), D("2.50"), D("7.50"))
    assert amounts(Quantity=3, LineAmount="7.50") == (D(3), D("2.50"), D("7.50"))
    assert amounts(LineAmount="7.50") == (D(1), D("7.50"), D("7.50"))
    assert amounts(UnitAmount="7.50") == (D(1), D("7.50"), D("7.50"))
    assert amounts(UnitAmount="2.50", LineAmount="7.50") == (D(3), D("2.50"), D("7.50"))
    assert amounts(UnitAmount="3", LineAmount="10") == (D("3.3333"), D(3), D(10))
    assert amounts() == (D(0), D(0), D(0))


def test_a_price_that_was_computed_need_not_multiply_up_to_the_amount(xero: XeroWorld) -> None:
    """https://developer.xero.com/documentation/api/accounting/invoices (LineAmount)"""
    made = created(xero, {"Description": "x", "AccountCode": "320", "Quantity": 3, "LineAmount": "10.00"})
    assert [(line.quantity, line.unit, line.amount) for line in made.lines] == [(D(3), D("3.3333"), D(10))]
    hardly = xero.call("PUT", "Invoices", bill_body(xero, {**WORK, "UnitAmount": None, "Quantity": 7, "LineAmount": 1}))
    assert hardly.json()["Invoices"][0]["SubTotal"] == 1
    change(xero, made, LineItems=[{"LineItemID": made.lines[0].id, "LineAmount": "9.00"}])
    assert [(line.quantity, line.unit, line.amount) for line in made.lines] == [(D(3), D(3), D(9))]


def test_a_change_keeps_the_prices_that_it_does_not_send(xero: XeroWorld) -> None:
    """Elements left out keep their value, also of a caller who did not ask for four decimals."""
    bill = created(xero, {**WORK, "Quantity": 1000, "UnitAmount": "0.1234"})
    (line,) = bill.lines
    for body in (
        {"Reference": "R-1"},
        {"LineItems": [{"LineItemID": line.id, "Description": "Other work"}]},
        {"LineItems": [{"LineItemID": line.id, "Quantity": 1000}]},
    ):
        assert xero.call("POST", f"Invoices/{bill.id}", body).status_code == 200
        assert (bill.lines[0].unit, bill.lines[0].amount, bill.total) == (D("0.1234"), D("123.40"), D("135.74"))
    assert (bill.reference, bill.lines[0].description) == ("R-1", "Other work")


def test_an_amount_that_is_not_the_product_is_refused_as_far_as_is_known(xero: XeroWorld) -> None:
    line = {**WORK, "LineAmount": "99.00"}
    assert refusal(xero, line) == "The line total 99.00 does not match the expected line total 100.00"
    xero.sandbox.switches.line_amount_mismatch = "ignore"
    assert created(xero, line).subtotal == 100


def test_prices_have_two_decimals_unless_four_are_asked_for(xero: XeroWorld) -> None:
    """Our client always asks for four when it writes."""
    fine = bill_body(xero, {**WORK, "Quantity": 1000, "UnitAmount": "0.1234"})
    assert xero.org.invoices[put(xero, fine)[0].id].subtotal == D("123.40")
    coarse = xero.call("PUT", "Invoices", fine).json()["Invoices"][0]
    assert coarse["SubTotal"] == 120
    address = f"Invoices/{xero.org.bills()[0].id}"
    prices = [
        xero.call("GET", f"{address}{q}").json()["Invoices"][0]["LineItems"][0]["UnitAmount"] for q in ("", "?unitdp=4")
    ]
    assert prices == [0.12, 0.1234]


@pytest.mark.parametrize("value", ["ten", "NaN", True, "1e999999"])
def test_what_is_no_number_cannot_be_read(xero: XeroWorld, value: object) -> None:
    reply = xero.call("PUT", "Invoices", bill_body(xero, {**WORK, "UnitAmount": value}))
    assert (reply.status_code, reply.json()["ErrorNumber"]) == (400, 14)


def test_there_are_no_discounts_on_bills(xero: XeroWorld) -> None:
    line = {**WORK, "DiscountRate": 10}
    assert "Discounts" in refusal(xero, line)
    xero.sandbox.switches.bill_discounts = "ignore"
    assert created(xero, line).subtotal == 100
    sale = created(xero, {**line, "AccountCode": "200"}, Type="ACCREC")
    assert sale.subtotal == 90


def test_only_sales_know_a_discount_by_amount(xero: XeroWorld) -> None:
    """https://developer.xero.com/documentation/api/accounting/invoices (DiscountRate, DiscountAmount)"""
    line = {**WORK, "AccountCode": "200", "DiscountAmount": 12.5}
    sale = created(xero, line, Type="ACCREC")
    assert (sale.subtotal, sale.total) == (D("87.50"), D("96.25"))
    shown = xero.call("GET", f"Invoices/{sale.id}").json()["Invoices"][0]
    assert (shown["IsDiscounted"], shown["LineItems"][0]["DiscountAmount"]) == (True, 12.5)
    assert "Discounts" in refusal(xero, {**WORK, "DiscountAmount": 10})
    for field in ("DiscountRate", "DiscountAmount"):
        note = {**bill_body(xero, {**WORK, field: 10}), "Type": "ACCRECCREDIT"}
        reply = xero.call("PUT", "CreditNotes", {k: v for k, v in note.items() if k != "DueDate"})
        assert "Discounts" in reply.json()["Elements"][0]["ValidationErrors"][0]["Message"]


def test_too_long_and_too_large(xero: XeroWorld) -> None:
    assert "4000 characters" in refusal(xero, {**WORK, "Description": "x" * 4001})
    assert "must be less than" in refusal(xero, {**WORK, "UnitAmount": "99999999999"})


# Accounts.


@pytest.mark.parametrize("code", ["999", "800", "610", "090", "877"])
def test_unknown_bank_and_control_accounts_are_refused_on_approval(xero: XeroWorld, code: str) -> None:
    said = refusal(xero, {**WORK, "AccountCode": code}, Status="AUTHORISED")
    assert f"Account code '{code}' is not a valid code for this document." in said


def test_an_archived_account_is_refused(xero: XeroWorld) -> None:
    xero.org.account("320").status = "ARCHIVED"
    assert "Account code '320' has been archived, or has been deleted." in refusal(xero, Status="AUTHORISED")


def test_a_draft_loses_an_unknown_account_with_a_warning_only(xero: XeroWorld) -> None:
    (result,) = put(xero, bill_body(xero, {**WORK, "AccountCode": "476"}))
    removed = "Account code '476' has been removed as it does not match a recognised account."
    assert (result.verdict, result.warnings) == (Verdict.SAVED, (removed,))
    assert result.record["StatusAttributeString"] == "WARNING"
    bill = bills.Bill.read(result.record)
    assert bill.line_items[0].account_code == ""
    assert documents.silent_changes(bill_body(xero, {**WORK, "AccountCode": "476"}), bill) == [
        "Line 1: Xero stored the account “” instead of “476”."
    ]
    plain = xero.call("PUT", "Invoices", bill_body(xero, {**WORK, "AccountCode": "476"})).json()["Invoices"][0]
    assert "StatusAttributeString" not in plain
    assert [warning["Message"] for warning in plain["Warnings"]] == [removed]
    xero.sandbox.switches.draft_unknown_account = "refuse"
    assert "not a valid code" in refusal(xero, {**WORK, "AccountCode": "476"})


def test_without_account_nothing_is_approved_but_a_description(xero: XeroWorld) -> None:
    bare = {"Description": "Work", "UnitAmount": 5}
    assert refusal(xero, bare, Status="AUTHORISED") == "Account code must be specified"
    draft = created(xero, bare)
    with pytest.raises(Rejected, match="Account code must be specified"):
        change(xero, draft, Status="AUTHORISED")
    assert created(xero, WORK, {"Description": "Only words"}, Status="AUTHORISED").total == 110


def test_an_account_is_found_by_id_as_well(xero: XeroWorld) -> None:
    account = xero.org.account("429")
    line = {"Description": "x", "UnitAmount": 5, "AccountID": account.id}
    assert lines_of(xero, created(xero, line))[0].account_code == "429"


# Tax types.


def test_a_tax_type_must_be_known_and_suit_the_account(xero: XeroWorld) -> None:
    assert "The TaxType code 'GST99' does not exist" in refusal(xero, {**WORK, "TaxType": "GST99"})
    said = refusal(xero, {**WORK, "TaxType": "OUTPUT"})
    assert said == "The TaxType code 'OUTPUT' cannot be used with account code '320'."
    assert lines_of(xero, created(xero, {**WORK, "TaxType": "EXEMPTEXPENSES"}))[0].tax_amount == 0


def test_the_accounts_own_tax_type_is_taken_when_none_is_told(xero: XeroWorld) -> None:
    assert lines_of(xero, created(xero))[0].tax_type == "INPUT"
    assert lines_of(xero, created(xero, {**WORK, "AccountCode": "835"}))[0].tax_type == "BASEXCLUDED"


# Tracking.


def marks(category: Category, *options: int) -> list[dict[str, str]]:
    return [{"TrackingCategoryID": category.id, "TrackingOptionID": category.options[n].id} for n in options]


def test_tracking_by_ids_and_by_names(xero: XeroWorld, project: Category) -> None:
    named = [{"Name": "Project", "Option": "1043 Quay"}]
    bill = created(xero, {**WORK, "Tracking": marks(project, 0)}, {**WORK, "Tracking": named})
    shown = [line.tracking[0] for line in lines_of(xero, bill)]
    assert [mark.tracking_option_id for mark in shown] == [option.id for option in project.options]
    assert [option.used for option in project.options] == [True, True]


def test_lists_leave_out_the_options_ids_and_the_index_brings_them_back(xero: XeroWorld, project: Category) -> None:
    created(xero, {**WORK, "Tracking": marks(project, 0)})
    (page,) = bills.bill_pages(xero.client)
    (mark,) = page.records[0].line_items[0].tracking
    assert (mark.tracking_option_id, mark.option) == ("", "1042 Wharf Street")
    index = documents.TrackingIndex(endpoints.tracking_categories(xero.client))
    (line,) = index.filled(page.records[0].line_items)
    assert line.tracking[0].tracking_option_id == project.options[0].id


def test_at_most_two_and_one_of_each_category(xero: XeroWorld, project: Category) -> None:
    codes, other = xero.org.add_category("Codes", ["A"]), xero.org.add_category("Third", ["B"])
    two = marks(project, 0) + marks(codes, 0)
    assert len(created(xero, {**WORK, "Tracking": two}).lines[0].marks) == 2
    assert "at most 2" in refusal(xero, {**WORK, "Tracking": two + marks(other, 0)})
    assert "only one option of each" in refusal(xero, {**WORK, "Tracking": marks(project, 0, 1)})


@pytest.mark.parametrize("mode", ["drop", "warn", "refuse"])
def test_an_unknown_or_archived_option_is_a_switch(xero: XeroWorld, project: Category, mode: Any) -> None:
    xero.sandbox.switches.unknown_tracking = mode
    project.options[1].status = "ARCHIVED"
    for wrong in (marks(project, 1), [{"Name": "Project", "Option": "Nowhere"}], [{"Name": "Colour", "Option": "Red"}]):
        (result,) = put(xero, bill_body(xero, {**WORK, "Tracking": wrong}))
        assert (result.verdict is Verdict.REFUSED) == (mode == "refuse")
        assert bool(result.warnings) == (mode == "warn")
        assert all(not line.marks for bill in xero.org.bills() for line in bill.lines)


def test_what_was_dropped_in_silence_is_found(xero: XeroWorld, project: Category) -> None:
    project.options[0].status = "ARCHIVED"
    sent = bill_body(xero, {**WORK, "Tracking": marks(project, 0)})
    (result,) = put(xero, sent)
    found = documents.silent_changes(sent, bills.Bill.read(result.record))
    assert found == ["Line 1: Xero stored other tracking than it was sent."]


def test_tracking_as_an_object_ends_in_an_internal_error(xero: XeroWorld, project: Category) -> None:
    assert xero.call("PUT", "Invoices", bill_body(xero, {**WORK, "Tracking": marks(project, 0)[0]})).status_code == 500


@pytest.mark.parametrize("field", ["TrackingOptionID", "TrackingCategoryID"])
def test_an_id_that_is_none_cannot_be_read(xero: XeroWorld, project: Category, field: str) -> None:
    wrong = [{**marks(project, 0)[0], field: "6a68adde"}]
    reply = xero.call("PUT", "Invoices?summarizeErrors=false", bill_body(xero, {**WORK, "Tracking": wrong}))
    assert (reply.status_code, reply.json()["ErrorNumber"]) == (400, 14)
