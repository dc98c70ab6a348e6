"""A document for MRI as an accountant would see it: lines by cost code, retention beside the work, totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from hub.documents import DocumentLine, DocumentView

from .documents import CODE, kind_of

ZERO = Decimal(0)
FACTS = (
    ("job_id", "Job"),
    ("vendor_id", "Vendor"),
    ("contract_number", "Contract"),
    ("number", "Number"),
    ("revision_number", "Revision"),
    ("budget_type", "Budget type"),
    ("invoice_number", "Invoice number"),
    ("date", "Date"),
    ("revision_date", "Date"),
    ("due_date", "Due"),
    ("accounting_period", "Accounting period"),
    ("retainage_percent", "Retainage, per cent"),
    ("title", "Title"),
    ("description", "Description"),
)
SUMS = (
    ("gross", "Gross"),
    ("stored", "Stored materials in it"),
    ("retained", "Retention withheld"),
    ("released", "Retention released"),
    ("tax", "Tax"),
    ("net", "Net"),
    ("amount", "Amount"),
)


def view(payload: Mapping[str, Any]) -> DocumentView:
    record, source = payload["record"], payload.get("source", {})
    called = {"vendor_id": f"{record.get('vendor_id', '')} {source.get('vendor', '')}".strip()}
    facts = tuple((label, str(called.get(name, record[name]))) for name, label in FACTS if record.get(name))
    shown = [(label, _amount(record[name])) for name, label in SUMS if name in record]
    totals = tuple((label, amount) for label, amount in shown if amount or label in ("Gross", "Net", "Amount"))
    due = source.get("payment_due")
    beside = (("Procore's current payment due", _amount(due)),) if due is not None else ()
    lines = tuple(line for row in record.get("lines", ()) for line in _lines(row))
    title = kind_of(payload).noun.capitalize()
    return DocumentView(title, facts, lines, totals, beside, ("Cost code", "", "Category", ""))


def _lines(row: Mapping[str, Any]) -> Iterator[DocumentLine]:
    """A line of a draw has up to four: work, materials, what is withheld, what is released."""
    text = str(row.get("description") or "")
    amount, stored, retained, released = (
        _amount(row.get(name)) for name in ("amount", "stored", "retained", "released")
    )
    if amount != stored or not any((stored, retained, released)):
        yield _line(row, text, amount - stored)
    if stored:
        yield _line(row, f"Materials on site: {text}", stored)
    if retained:
        yield _line(row, f"Retention: {text}", -retained)
    if released:
        yield _line(row, f"Retention released: {text}", released)


def _line(row: Mapping[str, Any], text: str, amount: Decimal) -> DocumentLine:
    code = "-".join(str(row[name]) for name in CODE[:2] if row.get(name))
    category = (str(row["cost_type"]),) if row.get("cost_type") else ()
    return DocumentLine(text, code, "", category, amount)


def _amount(value: object) -> Decimal:
    return Decimal(str(value)) if value not in (None, "") else ZERO
