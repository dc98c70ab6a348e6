"""The offices at work: bills, journals and payments are entered in the pretend Xero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from integrations.xero.sandbox import Document, Organisation, journal_line, line

from .bills import BILL, CREDIT_NOTE, JOURNAL, Item, Paper
from .payments import BANK, Payment
from .payments import CREDIT_NOTE as BY_CREDIT_NOTE

MONTH = timedelta(days=30)


def enter(org: Organisation, papers: Iterable[Paper]) -> None:
    """Once projects and cost codes are there: lines are tracked to them."""
    for paper in papers:
        _enter(org, paper)


def _enter(org: Organisation, paper: Paper) -> None:
    day = date.fromisoformat(paper.day)
    more: dict[str, Any] = {"status": paper.status} if paper.status else {}
    if paper.kind == JOURNAL:
        org.add_journal(paper.number, [_entry(org, item) for item in paper.items], day, **more)
        return
    contact, lines = org.contact(paper.supplier), [_line(org, item) for item in paper.items]
    more |= {"CurrencyCode": paper.currency} if paper.currency else {}
    if paper.kind == BILL:
        org.add_bill(contact, lines, day, day + MONTH, number=paper.number, **more)
    elif paper.kind == CREDIT_NOTE:
        org.add_credit_note(contact, lines, day, number=paper.number, **more)
    else:
        org.add_spend(contact, lines, day, Reference=paper.number, **more)


def _line(org: Organisation, item: Item) -> Mapping[str, Any]:
    return line(item.text, item.amount, item.account, **_tracking(org, item))


def _entry(org: Organisation, item: Item) -> Mapping[str, Any]:
    return journal_line(item.text, item.amount, item.account, **_tracking(org, item))


def _tracking(org: Organisation, item: Item) -> dict[str, str]:
    chosen = {"Project": item.project, "Cost Codes": item.code}
    return {name.replace(" ", "_"): _option(org, name, start) for name, start in chosen.items() if start}


def _option(org: Organisation, category: str, start: str) -> str:
    """The option that begins with a job number or a cost code."""
    return next(one.name for one in org.category(category).options if one.name.split()[0] == start)


def settle(org: Organisation, payments: Iterable[Payment]) -> None:
    """As accounts does it once the bills of the claims are there: approve them, then pay or set a credit against."""
    for batch, some in groupby(payments, lambda payment: payment.batch):
        if batch:
            _pay_together(org, list(some), batch)
        else:
            for payment in some:
                _settle(org, payment)


def bill(org: Organisation, supplier: str, number: str) -> Document:
    """Approved, so that it can be paid. Raises StopIteration when the supplier has no bill of this number."""
    found = next(one for one in org.bills(org.contact(supplier)) if one.number == number)
    return org.edit_bill(found, Status="AUTHORISED") if found.status in ("DRAFT", "SUBMITTED") else found


def _settle(org: Organisation, payment: Payment) -> None:
    due, day = bill(org, payment.supplier, payment.bill), date.fromisoformat(payment.day)
    if payment.by == BANK:
        org.pay(due, payment.amount or None, day, reference=payment.reference)
        return
    contact = org.contact(payment.supplier)
    if payment.by == BY_CREDIT_NOTE:
        lines = [line("Agreed on site", payment.amount, "320")]
        credit = org.add_credit_note(contact, lines, day, number=payment.reference, amounts="Inclusive")
    else:
        credit = org.add_prepayment(contact, payment.amount, day)
    org.allocate(credit, due, payment.amount)


def _pay_together(org: Organisation, payments: list[Payment], reference: str) -> None:
    bills = [bill(org, payment.supplier, payment.bill) for payment in payments]
    org.pay_batch([(one, one.left) for one in bills], date.fromisoformat(payments[0].day), reference)
