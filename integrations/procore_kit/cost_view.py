"""Direct costs and payments as an accountant reads them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hub.documents import DocumentLine, DocumentView, LookUp

VALUE_KIND = "cost_code"  # the list that names of cost codes are looked up in

_COST = {
    "invoice_number": "Number",
    "direct_cost_type": "Type",
    "direct_cost_date": "Date",
    "payment_date": "Paid",
    "description": "Description",
    "status": "Status",
}
_PAYMENT = {
    "payment_number": "Payment #",
    "invoice_number": "Bill",
    "date": "Date",
    "payment_method": "Method",
    "check_number": "Reference",
    "notes": "Notes",
}


def cost_view(payload: Mapping[str, Any], look_up: LookUp) -> DocumentView:
    """`payload` is a direct cost's body as it is stored."""
    lines = tuple(_line(line, look_up) for line in payload["lines"])
    total = sum((line.amount for line in lines), Decimal(0))
    return DocumentView(
        _title("Direct cost", payload), _facts(payload["header"], _COST), lines, (("Before tax", total),)
    )


def _line(line: Mapping[str, Any], look_up: LookUp) -> DocumentLine:
    code = look_up(VALUE_KIND, line["cost_code"])
    called = f"{line['cost_code']} {code.name}" if code else line["cost_code"]
    return DocumentLine(line["description"], called, "", (), Decimal(str(line["amount"])))


def payment_view(payload: Mapping[str, Any]) -> DocumentView:
    """`payload` is the body of a payment, or of a claim's payment date."""
    if "payment" not in payload:
        return DocumentView(
            "Payment date of a claim", (("Paid", payload["payment_date"] or "not paid in full"),), (), ()
        )
    payment: Mapping[str, Any] = payload["payment"]
    amount = Decimal(str(payment["amount"]))
    return DocumentView(_title("Payment", payload), _facts(payment, _PAYMENT), (), (("Amount", amount),))


def _title(text: str, payload: Mapping[str, Any]) -> str:
    return f"{text}, to be removed" if payload.get("removed") else text


def _facts(values: Mapping[str, Any], labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((label, str(values[name])) for name, label in labels.items() if values.get(name))
