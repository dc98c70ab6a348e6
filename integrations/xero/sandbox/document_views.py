"""How Xero shows its money documents: in lists, read alone, and in answers to writes.

Key order and forms are those of recorded replies; the fields are described at
https://developer.xero.com/documentation/api/accounting/invoices
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any

from . import contact_rules, wire
from .books import ONE, Allocation, Document, File, Line, Mark, Payment, rounded
from .kinds import PURCHASE_ORDERS
from .organisation import Organisation

Shown = dict[str, Any]


class View(Enum):
    """LIST: a page. BARE: a list without pages. SUMMARY: summaryOnly. PAID: inside a payment."""

    LIST = "list"
    BARE = "bare"
    SUMMARY = "summary"
    SINGLE = "single"
    WRITTEN = "written"
    PAID = "paid"

    @property
    def alone(self) -> bool:
        return self in (View.SINGLE, View.WRITTEN, View.PAID)

    @property
    def has_lines(self) -> bool:
        return self not in (View.BARE, View.SUMMARY)


def show_day(name: str, day: date | None) -> Shown:
    """A calendar date with its plain twin."""
    if day is None:
        return {}
    return {f"{name}String": f"{day}T00:00:00", name: ticks(day)}


def ticks(day: date) -> str:
    return wire.date_utc(datetime.combine(day, time(), UTC))


def updated(record: Document | Payment, org: Organisation) -> Shown:
    shown = {"UpdatedDateUTC": wire.date_utc(record.updated_at)}
    if org.switches.updated_twins and isinstance(record, Document | Payment):
        shown["UpdatedDateUTCString"] = record.updated_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return shown


# Lines.


def show_lines(document: Document, org: Organisation, view: View, places: int) -> list[Shown]:
    if not view.has_lines:
        return []
    if document.type == PURCHASE_ORDERS.types[0]:
        return [_order_line(line, org, view) for line in document.lines]
    return [_line(line, org, view, places) for line in document.lines]


def _line(line: Line, org: Organisation, view: View, places: int) -> Shown:
    item = org.items.get(line.item)
    shown: Shown = {"ItemCode": item.code} if item else {}
    shown |= _line_amounts(line, org, places)
    if item:
        shown["Item"] = {"ItemID": item.id, "Name": item.name, "Code": item.code}
    shown |= {"Tracking": [show_mark(mark, org, view) for mark in line.marks]}
    shown |= {"Quantity": rounded(line.quantity, 4), "LineItemID": line.id}
    if line.account:
        shown["AccountID"] = line.account
    if line.discount is not None:
        shown["DiscountRate"] = line.discount
    if line.off is not None:
        shown["DiscountAmount"] = line.off
    return {**shown, "ValidationErrors": []} if view.alone else shown


def _order_line(line: Line, org: Organisation, view: View) -> Shown:
    item = org.items.get(line.item)
    shown: Shown = {"ItemCode": item.code} if item else {}
    if item and view.alone:
        shown["ItemID"] = item.id
    shown |= _line_amounts(line, org, 4)
    shown["Tracking"] = [show_mark(mark, org, view) for mark in line.marks]
    shown["Quantity"] = rounded(line.quantity, 4)
    if line.discount is not None:
        shown["DiscountRate"] = line.discount
    shown["LineItemID"] = line.id
    return {**shown, "AccountID": line.account} if line.account and view.alone else shown


def _line_amounts(line: Line, org: Organisation, places: int) -> Shown:
    shown: Shown = {"Description": line.description, "UnitAmount": _price(line.unit, places)}
    if line.tax_type:
        shown["TaxType"] = line.tax_type
    shown |= {"TaxAmount": line.tax, "LineAmount": line.amount}
    return {**shown, "AccountCode": org.code(line)} if line.account else shown


def _price(unit: Decimal, places: int) -> Decimal:
    """Two decimals; four where they are asked for and needed."""
    short = rounded(unit)
    return short if places == 2 or short == unit else rounded(unit, places)


def show_mark(mark: Mark, org: Organisation, view: View) -> Shown:
    """Lists leave out the option's id, and put an empty list in its place."""
    category = org.categories[mark.category]
    option = next(option for option in category.options if option.id == mark.option)
    shown = {"Name": category.name, "Option": option.name, "TrackingCategoryID": category.id}
    return {**shown, **({"TrackingOptionID": option.id} if view.alone else {"Options": []})}


# Contacts, payments and credits as documents mention them.


def show_contact(document: Document, org: Organisation, view: View, leave_out: tuple[str, ...] = ()) -> Shown:
    contact = org.contacts[document.contact]
    name: Shown = {"ContactID": contact.id, "Name": contact.name}
    end: Shown = {"ContactPersons": [], "HasValidationErrors": False}
    if view is View.PAID:
        return {**name, **end}
    if not view.alone:
        return {**name, "Addresses": [], "Phones": [], "ContactGroups": [], **end}
    whole = contact_rules.show(contact, org, full=True, written=True)
    return {key: value for key, value in whole.items() if key not in ("BatchPayments", "PaymentTerms", *leave_out)}


def show_payments(document: Document, view: View) -> list[Shown]:
    """As documents nest them. Inside a payment of a batch, the id is that of the batch."""
    return [_nested(payment, document, view) for payment in document.payments if payment.counts]


def _nested(payment: Payment, document: Document, view: View) -> Shown:
    inside = view is View.PAID and payment.batch
    shown: Shown = {"PaymentID": payment.batch if inside else payment.id}
    if payment.batch and not inside:
        shown["BatchPaymentID"] = payment.batch
    shown |= {"Date": ticks(payment.day), "Amount": payment.amount}
    if payment.reference is not None:
        shown["Reference"] = payment.reference
    if inside:
        shown["CurrencyRate"] = Decimal(0)
    elif payment.rate is not None:
        shown["CurrencyRate"] = payment.rate
    return {**shown, "HasAccount": False, "HasValidationErrors": False}


def show_credits(document: Document, org: Organisation) -> Shown:
    """What was set against an invoice, by the kind of credit."""
    found: Shown = {"CreditNotes": [], "Prepayments": [], "Overpayments": []}
    for allocation in document.allocations:
        credit = org.credits[allocation.credit]
        name, part = _credit(credit, allocation)
        found[name].append(part)
    return found


def _credit(credit: Document, allocation: Allocation) -> tuple[str, Shown]:
    name = credit_name(credit)
    shown: Shown = {f"{name[:-1]}ID": credit.id}
    if name == "CreditNotes":
        shown |= {"CreditNoteNumber": credit.number, "ID": credit.id, "HasErrors": False, "InvoiceAddresses": []}
    shown["AppliedAmount"] = allocation.amount
    return name, {**shown, **show_day("Date", credit.day), "LineItems": [], "Total": credit.total}


def credit_name(credit: Document) -> str:
    """The list a credit is in."""
    if credit.type.endswith("PREPAYMENT"):
        return "Prepayments"
    return "Overpayments" if credit.type.endswith("OVERPAYMENT") else "CreditNotes"


def show_files(resource: str, owner: str, files: list[File]) -> list[Shown]:
    return [show_file(resource, owner, file) for file in files]


def show_file(resource: str, owner: str, file: File) -> Shown:
    shown: Shown = {
        "AttachmentID": file.id,
        "FileName": file.name,
        "Url": f"https://api.xero.com/api.xro/2.0/{resource}/{owner}/Attachments/{file.name}",
        "MimeType": file.mime_type,
        "ContentLength": len(file.content),
    }
    return {**shown, "IncludeOnline": file.online} if resource in ("Invoices", "CreditNotes") else shown


def show_rate(document: Document) -> Mapping[str, Decimal]:
    return {} if document.rate is None else {"CurrencyRate": rounded(document.rate, 6)}


def totals(document: Document) -> Shown:
    return {"SubTotal": document.subtotal, "TotalTax": document.tax, "Total": document.total}


def closed_on(document: Document) -> Shown:
    return {"FullyPaidOnDate": ticks(document.fully_paid)} if document.fully_paid else {}


def payment_rate(payment: Payment, view: View) -> Decimal:
    """Lists hold 0 where nobody told a rate; a payment read alone holds 1."""
    return payment.rate if payment.rate is not None else (ONE if view.alone else Decimal(0))
