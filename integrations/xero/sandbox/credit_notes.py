"""The CreditNotes resource, and the allocation of credits to invoices.

https://developer.xero.com/documentation/api/accounting/creditnotes
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import route
from . import listing, settling, wire
from .bodies import amount, elements, modified_since
from .books import Allocation, Document
from .document_routes import DocumentRoutes
from .document_views import (
    Shown,
    View,
    closed_on,
    credit_name,
    show_contact,
    show_day,
    show_files,
    show_lines,
    show_payments,
    show_rate,
    ticks,
    totals,
    updated,
)
from .kinds import CREDIT_NOTES
from .organisation import Organisation
from .query import midnight
from .resource import Fate

FACTS = (
    "CreditNoteID",
    "CreditNoteNumber",
    "Type",
    "Status",
    "Date",
    "Reference",
    "UpdatedDateUTC",
    "RemainingCredit",
    "SubTotal",
    "TotalTax",
    "Total",
    "CurrencyCode",
    "Contact.ContactID",
    "Contact.Name",
)
CREDITS = "<any(CreditNotes,Prepayments,Overpayments):resource>"


def facts(note: Document, org: Organisation) -> dict[str, Any]:
    return {
        "CreditNoteID": note.id,
        "CreditNoteNumber": note.number,
        "Type": note.type,
        "Status": note.status,
        "Date": midnight(note.day),
        "Reference": note.reference,
        "UpdatedDateUTC": note.updated_at,
        "RemainingCredit": note.left,
        "SubTotal": note.subtotal,
        "TotalTax": note.tax,
        "Total": note.total,
        "CurrencyCode": note.currency,
        "Contact.ContactID": note.contact,
        "Contact.Name": org.contacts[note.contact].name,
    }


def show(note: Document, org: Organisation, view: View, places: int = 2) -> Shown:
    """A supplier's note without a number shows none."""
    shown: Shown = {"CreditNoteID": note.id}
    if note.number:
        shown["CreditNoteNumber"] = note.number
    shown |= {"Payments": show_payments(note, view), "ID": note.id, "HasErrors": False}
    if not view.alone:
        shown["InvoiceAddresses"] = []
    shown |= {**show_rate(note), "Type": note.type, "Reference": note.reference, "RemainingCredit": note.left}
    shown["Allocations"] = [show_allocation(one, org) for one in note.allocations]
    if view is not View.WRITTEN:
        shown["HasAttachments"] = bool(note.files)
    if view is View.SINGLE:
        shown["Attachments"] = show_files("CreditNotes", note.id, note.files)
    without = ("IsSupplier", "IsCustomer", "SalesTrackingCategories", "PurchasesTrackingCategories")
    shown |= {"Contact": show_contact(note, org, view, without), **show_day("Date", note.day)}
    if branding := note.fields.get("BrandingThemeID"):
        shown["BrandingThemeID"] = branding
    shown |= {"Status": note.status, "LineAmountTypes": note.amounts}
    shown |= {"LineItems": show_lines(note, org, view, places), **totals(note), **updated(note, org)}
    return {**shown, "CurrencyCode": note.currency, **closed_on(note)}


def show_allocation(allocation: Allocation, org: Organisation) -> Shown:
    invoice = org.invoices[allocation.invoice]
    thin: Shown = {"InvoiceID": invoice.id, "InvoiceNumber": invoice.number}
    thin |= {name: [] for name in ("Payments", "CreditNotes", "Prepayments", "Overpayments")}
    thin |= {"IsDiscounted": False, "InvoiceAddresses": [], "HasErrors": False, "InvoicePaymentServices": []}
    shown = {"AllocationID": allocation.id, "Amount": allocation.amount, "Date": ticks(allocation.day)}
    return {**shown, "Invoice": {**thin, "LineItems": []}}


def show_credit(credit: Document, org: Organisation, view: View) -> Shown:
    """A prepayment or overpayment."""
    name = credit_name(credit)[:-1]
    shown: Shown = {f"{name}ID": credit.id, "ID": credit.id, "Type": credit.type, "Reference": credit.reference}
    shown |= {"RemainingCredit": credit.left, "Allocations": [show_allocation(one, org) for one in credit.allocations]}
    shown |= {"Payments": show_payments(credit, view), "HasAttachments": False}
    shown |= {"Contact": show_contact(credit, org, View.LIST), **show_day("Date", credit.day)}
    shown |= {"Status": credit.status, "LineAmountTypes": credit.amounts}
    shown |= {"LineItems": show_lines(credit, org, view, 2), **totals(credit), **updated(credit, org)}
    return {**shown, "CurrencyCode": credit.currency}


class CreditNoteRoutes(DocumentRoutes):
    @route("GET", "/api.xro/2.0/CreditNotes")
    def get_credit_notes(self, request: Request) -> Response:
        org, places = self.org(request), self.places(request)
        view = View.LIST if listing.asks_for_page(request) else View.BARE
        rows = self._credits(request, org, "CreditNotes")
        kind = listing.Listing[Document](lambda row: facts(row, org), FACTS, "UpdatedDateUTC ASC, CreditNoteID ASC")
        return self.listed(request, "CreditNotes", kind, rows, lambda row: show(row, org, view, places))

    @staticmethod
    def _credits(request: Request, org: Organisation, name: str) -> list[Document]:
        since = modified_since(request)
        rows = (row for row in org.credits.values() if credit_name(row) == name)
        return [row for row in rows if since is None or row.updated_at >= since]

    @route("GET", "/api.xro/2.0/CreditNotes/<note_id>")
    def get_credit_note(self, request: Request, note_id: str) -> Response:
        org = self.org(request)
        note = self._note(org, note_id)
        if note is None:
            return wire.not_found()
        return self.answer(request, "CreditNotes", [show(note, org, View.SINGLE, self.places(request))])

    @staticmethod
    def _note(org: Organisation, note_id: str) -> Document | None:
        note = org.credits.get(note_id.lower())
        return note if note and credit_name(note) == "CreditNotes" else None

    @route("PUT", "/api.xro/2.0/CreditNotes")
    def put_credit_notes(self, request: Request) -> Response:
        return self.put_documents(request, CREDIT_NOTES, show)

    @route("POST", "/api.xro/2.0/CreditNotes")
    def post_credit_notes(self, request: Request) -> Response:
        return self.post_documents(request, CREDIT_NOTES, show, lambda org, body: None)

    @route("POST", "/api.xro/2.0/CreditNotes/<note_id>")
    def post_credit_note(self, request: Request, note_id: str) -> Response:
        note = self._note(self.org(request), note_id)
        if note is None:
            return wire.not_found()
        return self.change_document(request, CREDIT_NOTES, show, note, elements(request, "CreditNotes"))

    @route("GET", "/api.xro/2.0/<any(Prepayments,Overpayments):resource>")
    def get_credits(self, request: Request, resource: str) -> Response:
        """https://developer.xero.com/documentation/api/accounting/prepayments ."""
        org = self.org(request)
        view = View.LIST if listing.asks_for_page(request) else View.BARE
        rows = self._credits(request, org, resource)
        kind = listing.Listing[Document](lambda row: facts(row, org), FACTS, "UpdatedDateUTC ASC")
        return self.listed(request, resource, kind, rows, lambda row: show_credit(row, org, view))

    # Allocations: https://developer.xero.com/documentation/api/accounting/creditnotes#put-allocations

    @route("PUT", f"/api.xro/2.0/{CREDITS}/<credit_id>/Allocations")
    def put_allocations(self, request: Request, resource: str, credit_id: str) -> Response:
        org = self.org(request)
        credit = org.credits.get(credit_id.lower())
        if credit is None or credit_name(credit) != resource:
            return wire.not_found()
        bodies = elements(request, "Allocations")
        return self.batch(request, "Allocations", bodies, lambda body: self._allocation(org, credit, body))

    @staticmethod
    def _allocation(org: Organisation, credit: Document, body: Mapping[str, Any]) -> Fate:
        invoice = org.invoices.get(str((body.get("Invoice") or {}).get("InvoiceID", "")).lower())
        value = amount(body, "Amount")
        errors = list(settling.allocation_errors(credit, invoice, value))
        if errors or invoice is None or value is None:
            return Fate(refused={**body, "ValidationErrors": wire.errors(errors)})
        made: list[Allocation] = []

        def save() -> Shown:
            made.append(settling.allocate(org, credit, invoice, value))
            return _written(made[0], credit)

        return Fate(save=save, undo=lambda: settling.remove_allocation(org, made[0]))

    @route("DELETE", f"/api.xro/2.0/{CREDITS}/<credit_id>/Allocations/<allocation_id>")
    def delete_allocation(self, request: Request, resource: str, credit_id: str, allocation_id: str) -> Response:
        """The answer has no envelope."""
        org = self.org(request)
        credit = org.credits.get(credit_id.lower())
        rows = credit.allocations if credit and credit_name(credit) == resource else []
        found = next((row for row in rows if row.id == allocation_id.lower()), None)
        if found is None:
            return wire.not_found()
        settling.remove_allocation(org, found)
        shown = {"AllocationId": found.id, "Date": wire.stamp(self.clock.now())}
        return wire.respond(request, {**shown, "Invoice": [{"InvoiceID": found.invoice}], "IsDeleted": True})


def _written(allocation: Allocation, credit: Document) -> Shown:
    """The answer to a write tells no id of the allocation."""
    invoice: Shown = {"InvoiceID": allocation.invoice}
    invoice |= {name: [] for name in ("Payments", "CreditNotes", "Prepayments", "Overpayments")}
    invoice |= {"HasErrors": False, "IsDiscounted": False, "LineItems": [], "ValidationErrors": []}
    name = credit_name(credit)[:-1]
    shown: Shown = {"Amount": allocation.amount, "Date": ticks(allocation.day), "Invoice": invoice}
    return {**shown, name: {f"{name}ID": credit.id, "ID": credit.id, "LineItems": []}, "ValidationErrors": []}
