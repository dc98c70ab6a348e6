"""What a person edits on a document in Xero: seen by every run, never overwritten, and asked about when both change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from hub.models import LinkedEntity, WriteBatch
from integrations.procore.sandbox.contracts import Contract
from integrations.xero.sandbox.books import Document
from tests.pairings.claims_world import CODES, KEY, ClaimSite, claim_site, claimed, held, money, one_contract
from tests.pairings.test_commitments_run import orders

pytestmark = pytest.mark.django_db


def lines(bill: Document, **changes: Any) -> list[dict[str, Any]]:
    """The lines as they are, the first one changed."""
    rest = [{"LineItemID": row.id} for row in bill.lines[1:]]
    return [{"LineItemID": bill.lines[0].id, **changes}, *rest]


EDITS: dict[str, tuple[Callable[[Document], dict[str, Any]], str]] = {
    "quantity": (
        lambda bill: {"LineItems": lines(bill, Quantity="0.5")},
        "Line 1: it now has the quantity 0.5000 instead of 1.",
    ),
    "text": (
        lambda bill: {"LineItems": lines(bill, Description="Slab, half of it")},
        "Line 1: it now has the text “Slab, half of it” instead of “Works 03-310”.",
    ),
    "tax": (
        lambda bill: {"LineAmountTypes": "Inclusive"},
        "it now has the amounts as “Inclusive” instead of “Exclusive”.",
    ),
    "due": (lambda bill: {"DueDate": "2026-10-15"}, "The due date is now 2026-10-15 instead of 2026-08-30."),
    "date": (lambda bill: {"Date": "2026-08-02"}, "The date is now 2026-08-02 instead of 2026-07-31."),
}


def picture(document: Document) -> list[object]:
    rows = [(row.description, row.quantity, row.unit, row.amount) for row in document.lines]
    return [document.number, document.day, document.due, document.amounts, document.fields, *rows]


def warned(site: ClaimSite, job: Any, key: str) -> list[str]:
    """The warnings of a record that was left alone."""
    record = site.record(job, key)
    assert (record.outcome, record.code) == ("unchanged", "")
    return list(record.warnings)


@pytest.mark.parametrize("status", ["", "AUTHORISED"])
@pytest.mark.parametrize("edit", EDITS)
def test_whatever_a_person_edits_on_a_bill_is_told_and_never_overwritten(edit: str, status: str) -> None:
    changes, said = EDITS[edit]
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        claim.change(period_id=None)
        site.run()
        (bill,) = site.bills()
        site.w.org.edit_bill(bill, **changes(bill), **({"Status": status} if status else {}))
        edited = picture(bill)
        link = LinkedEntity.objects.get(source_id=str(claim.id))
        assert warned(site, site.run(), KEY) == [f"It was changed in Xero: {said}"]
        claim.revise(work={contract.lines[0]: money("1,200.00")})
        start, batches = site.w.marks(), WriteBatch.objects.count()
        told = held(site, site.run(), KEY, "edited_in_xero")
        assert "1,000.00 → 1,200.00" in told
        assert said in told
        assert (picture(bill), site.w.writes(start)) == (edited, [])
        assert WriteBatch.objects.count() == batches
        assert LinkedEntity.objects.get(pk=link.pk).sent == link.sent
        claim.revise(work={contract.lines[0]: money("1,000.00")})
        assert warned(site, site.run(), KEY) == [f"It was changed in Xero: {said}"]
        assert picture(bill) == edited


def test_what_xero_only_writes_otherwise_is_no_edit() -> None:
    """Ends of lines, blanks at the end, and tax on or off where there is none."""
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        site.run()
        (bill,) = site.bills()
        bill.lines[0].description = " Works  03-310\r\n"
        for row in bill.lines:
            row.tax = money("0.00")
        bill.amounts = "NoTax"
        assert warned(site, site.run(), KEY) == []
        claim.revise(work={contract.lines[0]: money("1,200.00")})
        assert site.said(site.run()) == {KEY: ("updated", "")}
        assert bill.subtotal == money("1,140.00")


def test_a_text_that_changes_in_procore_reaches_a_draft() -> None:
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        site.run()
        (bill,) = site.bills()
        contract.lines[0].change(description="Slab, poured")
        claim.revise(work={contract.lines[0]: money("1,000.00")})
        assert site.said(site.run()) == {KEY: ("updated", "")}
        assert bill.lines[0].description == "Slab, poured"
        assert site.said(site.run()) == {KEY: ("unchanged", "")}


def test_a_bill_whose_link_was_lost_keeps_the_due_date_a_person_gave_it() -> None:
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        site.run()
        (bill,) = site.bills()
        site.w.org.edit_bill(bill, DueDate="2026-10-15")
        LinkedEntity.objects.filter(source_id=str(claim.id)).delete()
        job = site.run()
        assert (site.said(job), site.record(job, KEY).warnings) == ({KEY: ("matched", "")}, [])
        claim.revise(work={contract.lines[0]: money("1,200.00")})
        assert site.said(site.run()) == {KEY: ("updated", "")}
        assert (bill.due, bill.lines[0].amount) == (date(2026, 10, 15), money("1,200.00"))


def test_a_lost_draft_with_half_the_quantity_has_other_amounts() -> None:
    with one_contract() as (site, contract, _):
        claim = claimed(contract)
        site.run()
        (bill,) = site.bills()
        site.w.org.edit_bill(bill, LineItems=lines(bill, Quantity="0.5"), Status="AUTHORISED")
        LinkedEntity.objects.filter(source_id=str(claim.id)).delete()
        start = site.w.marks()
        assert "the quantity 0.5000 instead of 1" in held(site, site.run(), KEY, "twin_differs")
        assert site.w.writes(start) == []


# Purchase orders.

ORDER_KEY = "24-001/PO-001"


@contextmanager
def ordered() -> Iterator[tuple[ClaimSite, Contract, Document]]:
    """A purchase order with a day of delivery, and what was made of it."""
    with claim_site() as site:
        project, contact = site.project(), site.supplier()
        site.send_before()
        rows = [(code, f"Works {code}", money("60,000.00")) for code in CODES]
        made = project.add_purchase_order(site.vendor(contact), number="PO-001", lines=rows, delivery_date="2026-12-01")
        assert site.said(site.run_orders()) == {ORDER_KEY: ("created", "")}
        (order,) = orders(site)
        yield site, made, order


def _discount(order: Document) -> None:
    order.lines[0].discount, order.lines[0].amount = money("10"), money("54,000.00")


def _quantity(order: Document) -> None:
    order.lines[0].quantity, order.lines[0].amount = money("0.5"), money("30,000.00")


def _text(order: Document) -> None:
    order.lines[0].description = "Slab"


def _delivery(order: Document) -> None:
    order.fields["DeliveryDate"] = date(2027, 1, 15)


def _date(order: Document) -> None:
    order.day = date(2027, 1, 1)


ORDER_EDITS: list[tuple[Callable[[Document], None], str]] = [
    (_discount, "Line 1: it now has the total 54000.00 instead of 60000.00."),
    (_quantity, "Line 1: it now has the quantity 0.5000 instead of 1."),
    (_text, "Line 1: it now has the text “Slab” instead of “Works 03-310”."),
    (_delivery, "The delivery date is now 2027-01-15 instead of 2026-12-01."),
    (_date, "The date is now 2027-01-01 instead of"),
]


@pytest.mark.parametrize(("edit", "said"), ORDER_EDITS)
def test_whatever_a_person_edits_on_an_order_is_told_and_never_overwritten(
    edit: Callable[[Document], None], said: str
) -> None:
    with ordered() as (site, contract, order):
        edit(order)
        edited = picture(order)
        (warning,) = warned(site, site.run_orders(), ORDER_KEY)
        assert warning.startswith(f"It was changed in Xero: {said}")
        contract.lines[1].change(amount=money("61,000.00"))
        start = site.w.marks()
        assert said in held(site, site.run_orders(), ORDER_KEY, "order_edited")
        assert (picture(order), site.w.writes(start)) == (edited, [])


def test_an_order_that_nobody_edited_is_updated() -> None:
    with ordered() as (site, contract, order):
        order.lines[0].description += "\r\n"
        contract.lines[1].change(amount=money("61,000.00"))
        assert site.said(site.run_orders()) == {ORDER_KEY: ("updated", "")}
        assert order.subtotal == money("181,000.00")
        assert warned(site, site.run_orders(), ORDER_KEY) == []
