"""The Invoices resource: bills and sales invoices.

https://developer.xero.com/documentation/api/accounting/invoices
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import route
from . import listing, wire
from .bodies import argument, elements, ids, modified_since
from .books import Document
from .document_routes import DocumentRoutes
from .document_views import (
    Shown,
    View,
    closed_on,
    show_contact,
    show_credits,
    show_day,
    show_files,
    show_lines,
    show_payments,
    show_rate,
    totals,
    updated,
)
from .kinds import INVOICES
from .organisation import Organisation
from .query import fold, midnight

FACTS = (
    "Type",
    "Status",
    "InvoiceID",
    "InvoiceId",
    "InvoiceNumber",
    "Reference",
    "Date",
    "DueDate",
    "UpdatedDateUTC",
    "AmountDue",
    "AmountPaid",
    "AmountCredited",
    "SubTotal",
    "TotalTax",
    "Total",
    "CurrencyCode",
    "Contact.ContactID",
    "Contact.Name",
    "Contact.ContactNumber",
)
ID_LISTS: dict[str, Callable[[Document], str]] = {"IDs": lambda row: row.id, "ContactIDs": lambda row: row.contact}
LISTS: dict[str, Callable[[Document], str]] = {
    "InvoiceNumbers": lambda row: row.number,
    "Statuses": lambda row: row.status,
}
SUMMARY_LEAVES_OUT = ("Payments", "HasAttachments", "LineItems", "CISDeduction")


def facts(document: Document, org: Organisation) -> dict[str, Any]:
    contact = org.contacts[document.contact]
    return {
        "Type": document.type,
        "Status": document.status,
        "InvoiceID": document.id,
        "InvoiceId": document.id,
        "InvoiceNumber": document.number,
        "Reference": document.reference,
        "Date": midnight(document.day),
        "DueDate": midnight(document.due),
        "UpdatedDateUTC": document.updated_at,
        "AmountDue": document.left,
        "AmountPaid": document.paid,
        "AmountCredited": document.credited,
        "SubTotal": document.subtotal,
        "TotalTax": document.tax,
        "Total": document.total,
        "CurrencyCode": document.currency,
        "Contact.ContactID": contact.id,
        "Contact.Name": contact.name,
        "Contact.ContactNumber": contact.fields.get("ContactNumber"),
    }


def show(document: Document, org: Organisation, view: View, places: int = 2) -> Shown:
    """Answers to writes leave out payments and credits; single reads leave them out where there are none."""
    shown: Shown = {"Type": document.type, "InvoiceID": document.id, "InvoiceNumber": document.number}
    shown["Reference"] = document.reference
    shown |= _settled(document, org, view)
    if view.alone or (document.type == "ACCREC" and document.fields.get("SentToContact")):
        shown["SentToContact"] = bool(document.fields.get("SentToContact"))
    shown |= show_rate(document)
    shown["IsDiscounted"] = any(line.discount or line.off for line in document.lines)
    if view not in (View.WRITTEN, View.PAID):
        shown["HasAttachments"] = bool(document.files)
    if not view.alone:
        shown["InvoiceAddresses"] = []
    shown["HasErrors"] = False
    if view is View.SINGLE:
        shown["Attachments"] = show_files("Invoices", document.id, document.files)
    shown["InvoicePaymentServices"] = []
    shown["Contact"] = show_contact(document, org, view)
    shown |= {**show_day("Date", document.day), **show_day("DueDate", document.due)}
    shown |= {name: document.fields[name] for name in ("BrandingThemeID", "Url") if name in document.fields}
    if planned := document.fields.get("PlannedPaymentDate"):
        shown |= show_day("PlannedPaymentDate", planned)
    shown |= {"Status": document.status, "LineAmountTypes": document.amounts}
    shown["LineItems"] = show_lines(document, org, view, places)
    shown |= {**totals(document), **updated(document, org), "CurrencyCode": document.currency, **closed_on(document)}
    return {k: v for k, v in shown.items() if not (view is View.SUMMARY and k in SUMMARY_LEAVES_OUT)}


def _settled(document: Document, org: Organisation, view: View) -> Shown:
    credits, payments = show_credits(document, org), show_payments(document, view)
    shown: Shown = {}
    if not view.alone or (payments and view is not View.WRITTEN):
        shown["Payments"] = payments
    if not view.alone or (credits["CreditNotes"] and view is View.SINGLE):
        shown["CreditNotes"] = credits["CreditNotes"]
    shown |= {name: credits[name] for name in ("Prepayments", "Overpayments")}
    shown |= {"AmountDue": document.left, "AmountPaid": document.paid}
    if not view.alone or (document.credited and view is View.SINGLE):
        shown["AmountCredited"] = document.credited
    return shown


class InvoiceRoutes(DocumentRoutes):
    @route("GET", "/api.xro/2.0/Invoices")
    def get_invoices(self, request: Request) -> Response:
        """Without pages there are no lines; `Statuses` and `summaryOnly` bring pages in any case."""
        org, places = self.org(request), self.places(request)
        summary = argument(request, "summaryOnly").lower() == "true"
        forced = summary or bool(argument(request, "Statuses"))
        paged = forced or listing.asks_for_page(request)
        view = View.SUMMARY if summary else View.LIST if paged else View.BARE
        kind = listing.Listing[Document](lambda row: facts(row, org), FACTS, "UpdatedDateUTC ASC, InvoiceID ASC")
        rows = self._chosen(request, org)
        return self.listed(request, "Invoices", kind, rows, lambda row: show(row, org, view, places), forced=forced)

    def _chosen(self, request: Request, org: Organisation) -> list[Document]:
        """The list parameters. https://developer.xero.com/documentation/api/accounting/invoices#get-invoices ."""
        rows = list(org.invoices.values())
        for name, value in ID_LISTS.items():
            if known := ids(request, name):
                rows = [row for row in rows if value(row) in known]
        for name, value in LISTS.items():
            if wanted := {fold(part.strip()) for part in argument(request, name).split(",") if part.strip()}:
                rows = [row for row in rows if fold(value(row)) in wanted]
        if term := fold(argument(request, "searchTerm")):
            rows = [row for row in rows if term in fold(row.number) or term in fold(row.reference)]
        if argument(request, "createdByMyApp").lower() == "true":
            rows = [row for row in rows if row.made_by == self.caller(request).app.client_id]
        since = modified_since(request)
        return [row for row in rows if since is None or row.updated_at >= since]

    @route("GET", "/api.xro/2.0/Invoices/<key>")
    def get_invoice(self, request: Request, key: str) -> Response:
        """By id or by number."""
        org = self.org(request)
        found = self._invoice(org, key)
        if found is None:
            return wire.not_found()
        return self.answer(request, "Invoices", [show(found, org, View.SINGLE, self.places(request))])

    @staticmethod
    def _invoice(org: Organisation, key: str) -> Document | None:
        numbered = (row for row in org.invoices.values() if row.number and row.number == key)
        return org.invoices.get(key.lower()) or next(numbered, None)

    @route("PUT", "/api.xro/2.0/Invoices")
    def put_invoices(self, request: Request) -> Response:
        return self.put_documents(request, INVOICES, show)

    @route("POST", "/api.xro/2.0/Invoices")
    def post_invoices(self, request: Request) -> Response:
        """Creates or changes: without an id, a document with the same number is CHANGED.

        https://github.com/freakboy3742/pyxero/issues/328
        """
        return self.post_documents(request, INVOICES, show, self._match_invoice)

    def _match_invoice(self, org: Organisation, body: Mapping[str, Any]) -> Document | None:
        kind, number = body.get("Type"), body.get("InvoiceNumber")
        if not number or (kind == "ACCPAY" and not self.switches.post_matches_bill_number):
            return None
        rows = (row for row in org.invoices.values() if row.type == kind and row.number == number)
        return next(rows, None)

    @route("POST", "/api.xro/2.0/Invoices/<key>")
    def post_invoice(self, request: Request, key: str) -> Response:
        """By id or by number."""
        known = self._invoice(self.org(request), key)
        if known is None:
            return wire.not_found()
        return self.change_document(request, INVOICES, show, known, elements(request, "Invoices"))
