"""Documents to write, as typed drafts that become JSON bodies. Fields that are empty are left out.

Discounts are not sent (https://developer.xero.com/documentation/api/accounting/invoices : not allowed on bills), and
no line amount: Xero computes it, and might refuse ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

EXCLUSIVE, INCLUSIVE, NO_TAX = "Exclusive", "Inclusive", "NoTax"
DRAFT, SUBMITTED, AUTHORISED = "DRAFT", "SUBMITTED", "AUTHORISED"
VOIDED, DELETED = "VOIDED", "DELETED"


@dataclass(frozen=True)
class Mark:
    """What a line is tracked to, by ids: they survive renames."""

    category_id: str
    option_id: str


@dataclass(frozen=True)
class LineDraft:
    """A line of `quantity` times `unit_amount`. `tax_amount` overrides what Xero would compute.

    `line_id` names the line of the document that is changed; without it a line is added, and one left out is deleted.
    """

    description: str
    unit_amount: Decimal
    account: str = ""
    tax_type: str = ""
    tracking: tuple[Mark, ...] = ()
    quantity: Decimal = Decimal(1)
    tax_amount: Decimal | None = None
    item: str = ""
    line_id: str = ""

    def body(self) -> dict[str, Any]:
        whole: dict[str, Any] = {
            "LineItemID": self.line_id,
            "Description": self.description,
            "Quantity": self.quantity,
            "UnitAmount": self.unit_amount,
            "ItemCode": self.item,
            "AccountCode": self.account,
            "TaxType": self.tax_type,
            "TaxAmount": self.tax_amount,
            "Tracking": [{"TrackingCategoryID": m.category_id, "TrackingOptionID": m.option_id} for m in self.tracking],
        }
        return _filled(whole)


@dataclass(frozen=True)
class BillDraft:
    """`number` is what people see as the bill's reference; `reference` is kept beside it, unseen."""

    contact_id: str
    number: str
    day: date
    due: date
    lines: Sequence[LineDraft]
    status: str = DRAFT
    reference: str = ""
    line_amount_types: str = EXCLUSIVE
    currency: str = ""
    url: str = ""

    def body(self) -> dict[str, Any]:
        return _filled(
            {
                "Type": "ACCPAY",
                "Contact": {"ContactID": self.contact_id},  # an id alone: together with a name it would rename
                "InvoiceNumber": self.number,
                "Reference": self.reference,
                "Date": self.day.isoformat(),
                "DueDate": self.due.isoformat(),
                "LineAmountTypes": self.line_amount_types,
                "LineItems": [line.body() for line in self.lines],
                "CurrencyCode": self.currency,
                "Url": self.url,
                "Status": self.status,
            }
        )


@dataclass(frozen=True)
class CreditNoteDraft:
    """A supplier's credit note: its lines are positive."""

    contact_id: str
    number: str
    day: date
    lines: Sequence[LineDraft]
    status: str = DRAFT
    reference: str = ""
    line_amount_types: str = EXCLUSIVE
    currency: str = ""

    def body(self) -> dict[str, Any]:
        return _filled(
            {
                "Type": "ACCPAYCREDIT",
                "Contact": {"ContactID": self.contact_id},
                "CreditNoteNumber": self.number,
                "Reference": self.reference,
                "Date": self.day.isoformat(),
                "LineAmountTypes": self.line_amount_types,
                "LineItems": [line.body() for line in self.lines],
                "CurrencyCode": self.currency,
                "Status": self.status,
            }
        )


@dataclass(frozen=True)
class PurchaseOrderDraft:
    contact_id: str
    number: str
    day: date
    lines: Sequence[LineDraft]
    status: str = DRAFT
    reference: str = ""
    line_amount_types: str = EXCLUSIVE
    currency: str = ""
    delivery: date | None = None
    instructions: str = ""

    def body(self) -> dict[str, Any]:
        return _filled(
            {
                "Contact": {"ContactID": self.contact_id},
                "PurchaseOrderNumber": self.number,
                "Reference": self.reference,
                "Date": self.day.isoformat(),
                "DeliveryDate": self.delivery.isoformat() if self.delivery else "",
                "DeliveryInstructions": self.instructions,
                "LineAmountTypes": self.line_amount_types,
                "LineItems": [line.body() for line in self.lines],
                "CurrencyCode": self.currency,
                "Status": self.status,
            }
        )


def _filled(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value not in ("", None, [])}
