"""Bodies of writes: exact amounts, sizes of batches, and what drafts become."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.base.client import parse_json
from integrations.base.errors import BadReply, Rejected
from integrations.xero import bills, documents, journals, payments, writing
from integrations.xero.drafts import AUTHORISED, BillDraft, CreditNoteDraft, LineDraft, Mark, PurchaseOrderDraft
from integrations.xero.records import TrackingCategory

D, DAY = Decimal, date(2026, 11, 20)
CONTACT = "17b44ed7-4389-4162-91cb-3dd5766e4e22"
CATEGORY = "6a68adde-f210-4465-b0a9-0d8cc6f50762"
OPTION = "dc54c220-0140-495a-b925-3246adc0075f"

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"))  # others are replaced when read
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | texts | st.decimals(allow_nan=False, allow_infinity=False, places=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(texts, plain))
def test_what_is_written_is_what_was_meant(body: dict[str, Any]) -> None:
    """Amounts given as text are numbers in the body, so texts under those names are left out here."""
    body = {key: value for key, value in body.items() if key not in writing.AMOUNTS}
    assert parse_json(writing.dumps(body)) == body


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
def test_an_amount_is_the_same_from_a_store_of_texts(amount: Decimal) -> None:
    fresh, stored = {"UnitAmount": amount}, {"UnitAmount": format(amount, "f")}
    assert writing.dumps(fresh) == writing.dumps(stored)
    assert "e" not in writing.dumps(fresh).lower()


@pytest.mark.parametrize("amount", ["ten", "", D("NaN"), D("Infinity")])
def test_what_is_no_amount_is_refused_before_it_is_sent(amount: object) -> None:
    with pytest.raises(Rejected):
        writing.dumps({"Amount": amount})


def test_bodies_without_amounts_are_written_as_ever() -> None:
    body = {"Name": 'Tom & Zürich "x"', "Contacts": [{"ContactID": CONTACT}], "Flag": True, "None": None}
    assert writing.dumps(body) == json.dumps(body, ensure_ascii=False, separators=(",", ":"))


@given(st.lists(st.integers(0, 200_000), max_size=120))
def test_batches_keep_the_order_and_fit(sizes: list[int]) -> None:
    items = list(enumerate(sizes))
    cut = list(writing.batches(items, lambda item: {"Description": "x" * item[1]}))
    assert [item for batch in cut for item in batch] == items
    for batch in cut:
        assert 0 < len(batch) <= writing.MAX_BATCH
        assert len(batch) == 1 or sum(size for _, size in batch) <= writing.MAX_BYTES
    for first, second in zip(cut, cut[1:], strict=False):
        together = sum(size + 20 for _, size in [*first, second[0]])
        assert len(first) == writing.MAX_BATCH or together > writing.MAX_BYTES - 20 * writing.MAX_BATCH


def test_five_hundred_bills_of_five_lines_take_ten_calls() -> None:
    lines = [LineDraft("Concrete to level 3, as claimed", D("12345.67"), "320", "INPUT", (Mark(CATEGORY, OPTION),) * 2)]
    drafts = [BillDraft(CONTACT, f"SC-{n:04}", DAY, DAY, lines * 5, AUTHORISED) for n in range(500)]
    cut = list(writing.batches(drafts, BillDraft.body))
    assert [len(batch) for batch in cut] == [50] * 10
    assert len(bills.put_bills([draft.body() for draft in cut[0]]).body) < writing.MAX_BYTES


# Drafts.


def test_a_bills_draft_names_the_contact_by_id_alone_and_leaves_out_what_is_empty() -> None:
    line = LineDraft("Work", D("9500.00"), "320", "INPUT", (Mark(CATEGORY, OPTION),))
    body = BillDraft(CONTACT, "SC-001-1", DAY, date(2026, 12, 20), [line], reference="1042/SC-001/1").body()
    assert body["Contact"] == {"ContactID": CONTACT}
    assert body["LineItems"] == [
        {
            "Description": "Work",
            "Quantity": D(1),
            "UnitAmount": D("9500.00"),
            "AccountCode": "320",
            "TaxType": "INPUT",
            "Tracking": [{"TrackingCategoryID": CATEGORY, "TrackingOptionID": OPTION}],
        }
    ]
    assert not {"CurrencyCode", "Url"} & set(body)
    assert (body["Date"], body["Status"], body["Type"]) == ("2026-11-20", "DRAFT", "ACCPAY")


def test_a_line_of_nothing_is_still_an_amount() -> None:
    assert LineDraft("Note", D(0), tax_amount=D(0)).body()["UnitAmount"] == 0
    assert LineDraft("Note", D(0), tax_amount=D(0)).body()["TaxAmount"] == 0


def test_other_drafts() -> None:
    note = CreditNoteDraft(CONTACT, "CN-1", DAY, [LineDraft("x", D(1))], currency="NZD").body()
    assert (note["Type"], note["CreditNoteNumber"], note["CurrencyCode"]) == ("ACCPAYCREDIT", "CN-1", "NZD")
    order = PurchaseOrderDraft(CONTACT, "PO-1", DAY, [LineDraft("x", D(1))]).body()
    assert (order["PurchaseOrderNumber"], "DeliveryDate" in order) == ("PO-1", False)


def test_a_change_never_goes_without_the_id() -> None:
    request = bills.post_bill(CONTACT, {"Status": "VOIDED"})
    assert request.path.endswith(CONTACT)
    assert parse_json(request.body)["Invoices"] == [{"Status": "VOIDED", "InvoiceID": CONTACT}]
    with pytest.raises(Rejected):
        bills.post_bill("", {"Status": "VOIDED"})


def test_the_request_of_the_same_bodies_has_the_same_bytes() -> None:
    draft = BillDraft(CONTACT, "1", DAY, DAY, [LineDraft("x", D("10.00"))])
    assert bills.put_bills([draft.body()]) == bills.put_bills([draft.body()])


# Reading.


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        (bills.Bill, {}),
        (bills.Bill, {"InvoiceID": "x", "Total": "much"}),
        (bills.Bill, {"InvoiceID": "x", "Total": [1]}),
        (bills.Bill, {"InvoiceID": "x", "LineItems": [1]}),
        (bills.Bill, {"InvoiceID": "x", "LineItems": 5}),
        (bills.Bill, {"InvoiceID": "x", "Date": "soon"}),
        (bills.Bill, {"InvoiceID": "x", "Contact": "somebody"}),
        (payments.Payment, {"PaymentID": None}),
        (payments.Payment, {"PaymentID": "x", "Invoice": "y"}),
        (journals.ManualJournal, "text"),
    ],
)
def test_a_document_of_the_wrong_shape_is_a_bad_reply(kind: Any, row: Any) -> None:
    with pytest.raises(BadReply):
        kind.read(row)


def test_what_is_absent_or_null_has_a_plain_default() -> None:
    absent = {"Total": None, "LineItems": None, "Date": None, "Contact": None, "CurrencyRate": 0}
    bill = bills.Bill.read({"InvoiceID": "x", **absent})
    assert bill.contact.contact_id == ""
    assert (bill.total, bill.line_items, bill.date, bill.rate) == (D(0), (), None, D(1))


def test_the_plain_twin_of_a_date_goes_first() -> None:
    bill = bills.Bill.read({"InvoiceID": "x", "Date": "/Date(1539129600000)/", "DateString": "2018-10-11T00:00:00"})
    assert bill.date == date(2018, 10, 11)


def test_of_two_options_with_one_name_the_active_one_counts() -> None:
    options = [
        {"TrackingOptionID": "old", "Name": "1042", "Status": "ARCHIVED"},
        {"TrackingOptionID": "new", "Name": "1042", "Status": "ACTIVE"},
    ]
    for rows in (options, options[::-1]):
        category = TrackingCategory.read({"TrackingCategoryID": "c", "Name": "Project", "Options": rows})
        index = documents.TrackingIndex([category])
        for mark in ({"Name": "Project"}, {"TrackingCategoryID": "c", "Name": "Renamed"}):
            found = index.option(documents.Tracking.read({**mark, "Option": "1042"}))
            assert found is not None
            assert found.tracking_option_id == "new"
    assert index.option(documents.Tracking.read({"Name": "Project", "Option": "1043"})) is None
    assert index.option(documents.Tracking.read({"TrackingOptionID": "old"})) is not None


def test_what_was_stored_otherwise_is_said_in_sentences() -> None:
    line = LineDraft("Work", D("10.00"), "320", "INPUT", (Mark(CATEGORY, OPTION),), tax_amount=D("1.00")).body()
    stored = {**line, "AccountCode": "400", "UnitAmount": D("10.01"), "TaxAmount": D("0.99"), "Tracking": []}
    bill = bills.Bill.read({"InvoiceID": "x", "LineItems": [stored]})
    assert documents.silent_changes({"LineItems": [line]}, bill) == [
        "Line 1: Xero stored the account “400” instead of “320”.",
        "Line 1: Xero stored the amount 10.01 instead of 10.00.",
        "Line 1: Xero stored the tax 0.99 instead of 1.00.",
        "Line 1: Xero stored other tracking than it was sent.",
    ]
    assert documents.silent_changes({"LineItems": [line, line]}, bill) == ["Xero stored 1 lines instead of 2."]
    assert documents.silent_changes({"Status": "VOIDED"}, bill) == []
