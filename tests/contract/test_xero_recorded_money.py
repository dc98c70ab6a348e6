"""Recorded bills, payments, credit notes, orders, journals and files are read without loss."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.base.client import Request
from integrations.xero import (
    attachments,
    bills,
    credit_notes,
    dates,
    documents,
    endpoints,
    journals,
    payments,
    purchase_orders,
    records,
)
from integrations.xero.answers import Verdict, elements, read_results
from tests.contract.material import recorded
from tests.contract.test_xero_recorded import XML, lost, replay, resource

ALL = {reply.name: reply for reply in recorded("xero")}
NAMES_IN_USE = ("Invoices", "Payments", "CreditNotes", "PurchaseOrders", "ManualJournals")
Kind = type[records.XeroRecord]

READERS: dict[str, tuple[str, Kind]] = {
    "attachment_put": ("Attachments", attachments.Attachment),
    "attachments_list": ("Attachments", attachments.Attachment),
    "bill_put_authorised": ("Invoices", bills.Bill),
    "bill_put_authorised_rounding": ("Invoices", bills.Bill),
    "bill_single": ("Invoices", bills.Bill),
    "bill_single_paid_offset_1200": ("Invoices", bills.Bill),
    "credit_note_allocation_put": ("Allocations", credit_notes.Allocation),
    "credit_note_put": ("CreditNotes", credit_notes.CreditNote),
    "credit_note_single_allocated": ("CreditNotes", credit_notes.CreditNote),
    "credit_notes_page1": ("CreditNotes", credit_notes.CreditNote),
    "invoice_post_summarize_false_ok": ("Invoices", bills.Bill),
    "invoice_put_accrec": ("Invoices", bills.Bill),
    "invoice_single_element_error": ("Invoices", bills.Bill),
    "invoices_page1_2020": ("Invoices", bills.Bill),
    "invoices_page1_2026": ("Invoices", bills.Bill),
    "invoices_unpaged": ("Invoices", bills.Bill),
    "invoices_unpaged_offset_1200": ("Invoices", bills.Bill),
    "manual_journal_put_warning": ("ManualJournals", journals.ManualJournal),
    "manual_journal_single": ("ManualJournals", journals.ManualJournal),
    "payment_delete": ("Payments", payments.Payment),
    "payment_put_warning": ("Payments", payments.Payment),
    "payment_single_in_batch": ("Payments", payments.Payment),
    "payments_page1_with_deleted": ("Payments", payments.Payment),
    "payments_unpaged_offset_1200": ("Payments", payments.Payment),
    "purchase_order_post": ("PurchaseOrders", purchase_orders.PurchaseOrder),
    "purchase_order_put": ("PurchaseOrders", purchase_orders.PurchaseOrder),
    "purchase_order_put_element_error": ("PurchaseOrders", purchase_orders.PurchaseOrder),
    "purchase_orders_page1": ("PurchaseOrders", purchase_orders.PurchaseOrder),
    "purchase_orders_page2_past_end": ("PurchaseOrders", purchase_orders.PurchaseOrder),
}
ELSEWHERE = {
    "batch_summarize_false_ok_error_ok",  # elements without ids: read as results
    "credit_note_allocation_delete",  # has no list; only its status counts
    *XML,
}


def test_every_recorded_reply_of_these_endpoints_has_a_test() -> None:
    used = {name for name, reply in ALL.items() if resource(reply) in NAMES_IN_USE and 200 <= reply.status < 300}
    assert used - set(READERS) - ELSEWHERE == set()


@pytest.mark.parametrize("name", READERS)
def test_a_recorded_document_is_read_without_loss(name: str) -> None:
    reply, (listed, kind) = ALL[name], READERS[name]
    request = Request("GET", reply.path.replace("{", "").replace("}", ""))
    answer = replay(reply, lambda client: client.send(request)).data
    rows, raw = endpoints.read_list(kind, answer, listed), elements(answer, listed)
    assert len(rows) == len(raw)
    for record, row in zip(rows, raw, strict=True):
        assert lost(record, row) == []


def test_a_date_and_its_plain_twin_are_the_same_day() -> None:
    """Also where the documents hold midnight of New Zealand."""
    for name, reply in ALL.items():
        for row in _dicts(reply.body):
            for field in ("Date", "DueDate", "DeliveryDate"):
                if f"{field}String" in row and field in row:
                    assert dates.calendar_date(row[field]) == dates.calendar_date(row[f"{field}String"]), name


def _dicts(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(row for inner in value.values() for row in _dicts(inner))]
    return [row for inner in value for row in _dicts(inner)] if isinstance(value, list) else []


def all_bills() -> list[bills.Bill]:
    names = ("invoices_page1_2020", "invoices_page1_2026")
    return [bill for name in names for bill in endpoints.read_list(bills.Bill, ALL[name].body, "Invoices")]


def test_recorded_sums_follow_the_rules_that_are_relied_upon() -> None:
    """Lines and taxes add up to the totals; what is due is the total less payments and credits."""
    for bill in all_bills():
        lines, tax = sum(line.line_amount for line in bill.line_items), sum(line.tax_amount for line in bill.line_items)
        assert (tax, bill.sub_total + bill.total_tax) == (bill.total_tax, bill.total)
        assert lines == (bill.total if bill.line_amount_types == "Inclusive" else bill.sub_total)
        if not bill.ended:
            assert bill.amount_due == bill.total - bill.settled
        assert bill.amount_paid == sum(payment.amount for payment in bill.payments)
        assert bill.amount_credited == sum(credit.applied_amount for credit in bill.credit_notes)
        assert bill.rate == 1


def test_lists_do_not_tell_the_options_ids_and_single_reads_do() -> None:
    listed = [mark for bill in all_bills() for line in bill.line_items for mark in line.tracking]
    assert len(listed) > 10
    assert {mark.tracking_option_id for mark in listed} == {""}
    (note,) = endpoints.read_list(credit_notes.CreditNote, ALL["credit_note_single_allocated"].body, "CreditNotes")
    known = note.line_items[0].tracking[0]
    option = {"TrackingOptionID": known.tracking_option_id, "Name": known.option}
    category = {"TrackingCategoryID": known.tracking_category_id, "Name": known.name, "Options": [option]}
    index = documents.TrackingIndex([records.TrackingCategory.read(category)])
    named = known.model_copy(update={"tracking_option_id": ""})
    assert index.option(named) == index.option(known) is not None


def test_deleted_payments_and_payments_of_batches_are_told() -> None:
    rows = endpoints.read_list(payments.Payment, ALL["payments_page1_with_deleted"].body, "Payments")
    assert sum(row.deleted for row in rows) == 17
    assert sum(bool(row.batch_payment_id) for row in rows) == 9
    assert {row.rate for row in rows} == {1}


def test_an_error_in_an_answer_is_a_refusal_whatever_the_id() -> None:
    """Both printed samples carry a real-looking id."""
    for name, listed in (
        ("invoice_single_element_error", "Invoices"),
        ("purchase_order_put_element_error", "PurchaseOrders"),
    ):
        (result,) = read_results(ALL[name].body, listed, 1)
        assert result.verdict is Verdict.REFUSED
    (warned,) = read_results(ALL["payment_put_warning"].body, "Payments", 1)
    assert (warned.verdict, warned.warnings) == (Verdict.SAVED, ("The payment date is prior to the invoice date.",))


def test_recorded_pages_are_counted() -> None:
    (page,) = replay(ALL["invoices_page1_2026"], lambda c: list(bills.bill_pages(c)))
    assert (len(page.records), page.total, page.last) == (77, 77, True)
    (old,) = replay(ALL["invoices_page1_2020"], lambda c: list(bills.bill_pages(c)))
    assert (len(old.records), old.total, old.last) == (79, None, True)
    (past,) = replay(
        ALL["purchase_orders_page2_past_end"], lambda c: list(purchase_orders.purchase_order_pages(c, first=2))
    )
    assert (past.records, past.last) == ([], True)
