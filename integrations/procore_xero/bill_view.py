"""Bills, credit notes and purchase orders as an accountant reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from hub.documents import DocumentLine, DocumentView, LookUp

CENT = Decimal("0.01")
_FACTS = {
    "number": "Number",
    "reference": "Reference",
    "date": "Date",
    "due": "Due",
    "delivery": "Delivery",
    "currency": "Currency",
    "status": "Status",
}


def view(title: str, payload: Mapping[str, Any], look_up: LookUp) -> DocumentView:
    """`payload` is the body of a bill or of a purchase order, as it is stored."""
    lines = tuple(_line(line, look_up) for line in payload["lines"])
    facts = tuple((label, str(payload[name])) for name, label in _FACTS.items() if payload.get(name))
    due = payload.get("claim", {}).get("payment_due")
    beside = (("Current payment due in Procore", Decimal(str(due))),) if due is not None else ()
    return DocumentView(title, facts, lines, _totals(lines), beside)


def _line(line: Mapping[str, Any], look_up: LookUp) -> DocumentLine:
    account, rate = look_up("account", line["account"]), look_up("tax_rate", line["tax"])
    amount = Decimal(str(line["amount"]))
    return DocumentLine(
        description=line["description"],
        account=f"{line['account']} {account.name}" if account else line["account"],
        tax=rate.name if rate else line["tax"],
        tracking=tuple(_option(mark["option"], look_up) for mark in line["tracking"]),
        amount=amount,
        tax_amount=_tax(amount, rate.extra.get("percent") if rate else None),
    )


def _option(option_id: str, look_up: LookUp) -> str:
    found = look_up("tracking_option", option_id)
    return f"{found.extra.get('category', '')}: {found.name}" if found else option_id


def _tax(amount: Decimal, percent: object) -> Decimal | None:
    """As Xero computes it, line by line: https://developer.xero.com/documentation/api-guides/rounding-in-xero"""
    try:
        rate = Decimal(str(percent))
    except InvalidOperation:
        return None
    return (amount * rate / 100).quantize(CENT, ROUND_HALF_UP)


def _totals(lines: Sequence[DocumentLine]) -> tuple[tuple[str, Decimal], ...]:
    """Tax and total only when the tax of every line is known."""
    net = sum((line.amount for line in lines), Decimal(0))
    taxes = [line.tax_amount for line in lines if line.tax_amount is not None]
    if len(taxes) < len(lines):
        return (("Before tax", net),)
    tax = sum(taxes, Decimal(0))
    return ("Before tax", net), ("Tax", tax), ("Total", net + tax)
