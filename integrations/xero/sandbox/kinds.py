"""The kinds of documents: how they are called, and which status may follow which.

https://developer.xero.com/documentation/api/accounting/invoices
https://developer.xero.com/documentation/api/accounting/creditnotes
https://developer.xero.com/documentation/api/accounting/purchaseorders
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Flow = Mapping[str, tuple[str, ...]]

NEW = ""
APPROVED = ("AUTHORISED", "PAID", "BILLED")
ENDED = ("VOIDED", "DELETED")

# PAID comes and goes with payments; nobody can set it.
INVOICE_FLOW: Flow = {
    NEW: ("DRAFT", "SUBMITTED", "AUTHORISED"),
    "DRAFT": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
    "SUBMITTED": ("SUBMITTED", "DRAFT", "AUTHORISED", "DELETED"),
    "AUTHORISED": ("AUTHORISED", "VOIDED"),
    "PAID": (),
    "VOIDED": (),
    "DELETED": (),
}

# No table of these is published.
ORDER_FLOW: Flow = {
    NEW: ("DRAFT", "SUBMITTED", "AUTHORISED"),
    "DRAFT": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
    "SUBMITTED": ("SUBMITTED", "DRAFT", "AUTHORISED", "DELETED"),
    "AUTHORISED": ("AUTHORISED", "BILLED", "DELETED"),
    "BILLED": ("BILLED",),
    "DELETED": (),
}


@dataclass(frozen=True)
class Kind:
    """`name` is the list's name in addresses and answers, `word` that of one document in messages."""

    name: str
    word: str
    id_field: str
    number_field: str
    types: tuple[str, ...]
    flow: Flow
    makes_contacts: bool = True
    fields: tuple[str, ...] = ()  # texts that are kept as they come


INVOICES = Kind(
    "Invoices",
    "Invoice",
    "InvoiceID",
    "InvoiceNumber",
    ("ACCPAY", "ACCREC"),
    INVOICE_FLOW,
    fields=("Url", "BrandingThemeID"),
)
CREDIT_NOTES = Kind(
    "CreditNotes",
    "Credit note",
    "CreditNoteID",
    "CreditNoteNumber",
    ("ACCPAYCREDIT", "ACCRECCREDIT"),
    INVOICE_FLOW,
    fields=("BrandingThemeID",),
)
PURCHASE_ORDERS = Kind(
    "PurchaseOrders",
    "Order",
    "PurchaseOrderID",
    "PurchaseOrderNumber",
    ("PURCHASEORDER",),
    ORDER_FLOW,
    makes_contacts=False,
    fields=("DeliveryAddress", "AttentionTo", "Telephone", "DeliveryInstructions", "BrandingThemeID"),
)

# What is bought; the others are sold.
BUYING = ("ACCPAY", "ACCPAYCREDIT", "PURCHASEORDER", "SPEND", "SPEND-PREPAYMENT", "SPEND-OVERPAYMENT")
NUMBERED = {"ACCREC": "INV", "ACCRECCREDIT": "CN", "PURCHASEORDER": "PO"}  # the others may have no number
