"""The Payments resource. https://developer.xero.com/documentation/api/accounting/payments ."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import route
from . import invoices, listing, settling, wire
from .bodies import amount, day, elements, modified_since, sent_id
from .books import ONE, Batch, Document, Payment
from .document_views import Shown, View, payment_rate, show_contact, show_day, show_payments, ticks, updated
from .organisation import Organisation
from .query import midnight
from .resource import Fate, XeroResource, unknown
from .saving import today
from .state import Account

Body = Mapping[str, Any]
FACTS = (
    "PaymentID",
    "PaymentType",
    "Status",
    "Date",
    "Amount",
    "Reference",
    "UpdatedDateUTC",
    "Invoice.InvoiceID",
    "Invoice.InvoiceNumber",
    "Account.AccountID",
)
EARLY = "The payment date is prior to the invoice date."
TARGETS = ("Invoice", "CreditNote", "Prepayment", "Overpayment")
TARGET_NUMBERS = ("InvoiceNumber", "CreditNoteNumber")  # beside the amount, in place of the document


def facts(payment: Payment, org: Organisation) -> dict[str, Any]:
    target = org.document(payment.target)
    return {
        "PaymentID": payment.id,
        "PaymentType": settling.PAYMENT_TYPES[target.type],
        "Status": payment.status,
        "Date": midnight(payment.day),
        "Amount": payment.amount,
        "Reference": payment.reference,
        "UpdatedDateUTC": payment.updated_at,
        "Invoice.InvoiceID": target.id,
        "Invoice.InvoiceNumber": target.number,
        "Account.AccountID": payment.account,
    }


def show(payment: Payment, org: Organisation, view: View) -> Shown:
    """The document paid is thin in lists and rich elsewhere."""
    target = org.document(payment.target)
    shown: Shown = {"PaymentID": payment.id}
    if payment.batch:
        shown |= {"BatchPaymentID": payment.batch, "BatchPayment": _nested_batch(org.batches[payment.batch], org)}
    shown |= {"Date": ticks(payment.day), "BankAmount": payment.bank_amount, "Amount": payment.amount}
    if payment.reference is not None:
        shown["Reference"] = payment.reference
    shown |= {"CurrencyRate": payment_rate(payment, view), "PaymentType": settling.PAYMENT_TYPES[target.type]}
    shown |= {"Status": payment.status, **updated(payment, org), "HasAccount": True}
    shown |= {"IsReconciled": payment.reconciled, "Account": _account(org.accounts[payment.account], view)}
    shown["Invoice"] = _rich(target, org) if view.alone else _thin(target, org)
    return {**shown, "HasValidationErrors": False}


def _account(account: Account, view: View) -> Shown:
    shown = {"AccountID": account.id, "Code": account.code}
    return {**shown, "Name": account.name} if view.alone else shown


def _nested_batch(batch: Batch, org: Organisation) -> Shown:
    total = sum((org.payments[payment].amount for payment in batch.payments), Decimal(0))
    return {
        "Account": {"AccountID": batch.account},
        "BatchPaymentID": batch.id,
        **show_day("Date", batch.day),
        "Type": batch.type,
        "Status": batch.status,
        "TotalAmount": total,
        "UpdatedDateUTC": wire.date_utc(batch.updated_at),
        "IsReconciled": any(org.payments[payment].reconciled for payment in batch.payments),
    }


def _thin(target: Document, org: Organisation) -> Shown:
    """Its empty lists are not filled, rather than empty."""
    shown: Shown = {"Type": target.type, "InvoiceID": target.id, "InvoiceNumber": target.number}
    shown |= {name: [] for name in ("Payments", "CreditNotes", "Prepayments", "Overpayments")}
    shown |= {"IsDiscounted": False, "InvoiceAddresses": [], "HasErrors": False, "InvoicePaymentServices": []}
    shown["Contact"] = show_contact(target, org, View.LIST)
    return {**shown, "LineItems": [], "CurrencyCode": target.currency}


def _rich(target: Document, org: Organisation) -> Shown:
    """A refunded credit is shown as if it were an invoice."""
    whole = invoices.show(target, org, View.PAID)
    if not any(payment.batch for payment in target.payments if payment.counts):
        return {key: value for key, value in whole.items() if key != "Payments"}
    return {**whole, "Payments": show_payments(target, View.PAID)}


class PaymentRoutes(XeroResource):
    @route("GET", "/api.xro/2.0/Payments")
    def get_payments(self, request: Request) -> Response:
        """Deleted ones are in the list, with their status."""
        org, since = self.org(request), modified_since(request)
        rows = [row for row in org.payments.values() if since is None or row.updated_at >= since]
        if since is not None and not self.switches.deleted_payments_in_changes:
            rows = [row for row in rows if row.counts]
        kind = listing.Listing[Payment](lambda row: facts(row, org), FACTS, "UpdatedDateUTC ASC, PaymentID ASC")
        return self.listed(request, "Payments", kind, rows, lambda row: show(row, org, View.LIST))

    @route("GET", "/api.xro/2.0/Payments/<payment_id>")
    def get_payment(self, request: Request, payment_id: str) -> Response:
        org = self.org(request)
        found = org.payments.get(payment_id.lower())
        if found is None:
            return wire.not_found()
        return self.answer(request, "Payments", [show(found, org, View.SINGLE)])

    @route("PUT", "/api.xro/2.0/Payments")
    def put_payments(self, request: Request) -> Response:
        return self.batch(request, "Payments", elements(request, "Payments"), lambda body: self._payment(request, body))

    @route("POST", "/api.xro/2.0/Payments")
    def post_payment(self, request: Request) -> Response:
        """Creates one payment, or deletes the one whose id is in the body."""
        body = elements(request, "Payments")[0]
        identifier = sent_id(body, "PaymentID")
        known = self.org(request).payments.get(identifier)
        if identifier and known is None:
            return self.invalid(request, [_refused_payment(body, [unknown("PaymentID")]).refused or {}])
        return self._delete(request, known, body) if known else self.put_payments(request)

    def _payment(self, request: Request, body: Body) -> Fate:
        org = self.org(request)
        target, account = self._target(org, body), self._paying_account(org, body)
        value, on = amount(body, "Amount"), day(body, "Date") or today(org)
        errors = list(settling.payment_errors(org, target, account, value, on))
        if sum(1 for name in (*TARGETS, *TARGET_NUMBERS) if name in body) != 1:
            errors = ["Exactly one document must be named to be paid."]
        if errors or target is None or account is None or value is None:
            return _refused_payment(body, errors)
        return self._paid(org, body, settling.Paying(target, account, value, on))

    def _paid(self, org: Organisation, body: Body, paying: settling.Paying) -> Fate:
        made: list[Payment] = []

        def save() -> Shown:
            rate = amount(body, "CurrencyRate") or paying.target.rate or ONE
            made.append(settling.pay(org, paying, reference=body.get("Reference"), rate=rate))
            made[0].reconciled = body.get("IsReconciled") is True
            early = paying.day < paying.target.day
            warnings = {"Warnings": wire.errors([EARLY])} if early else {}
            return {**show(made[0], org, View.WRITTEN), **warnings}

        return Fate(save=save, undo=lambda: settling.forget_payment(org, made[0]))

    @staticmethod
    def _target(org: Organisation, body: Body) -> Document | None:
        """By id or by number."""
        if number := body.get("InvoiceNumber") or body.get("CreditNoteNumber"):
            sought = (
                (*org.invoices.values(), *org.credits.values()) if "InvoiceNumber" in body else org.credits.values()
            )
            return next((row for row in sought if row.number == number), None)
        name = next((name for name in TARGETS if isinstance(body.get(name), Mapping)), "Invoice")
        given = body.get(name) or {}
        held = org.invoices if name == "Invoice" else org.credits
        number = given.get(f"{name}Number")
        numbered = (row for row in held.values() if number and row.number == number)
        return held.get(str(given.get(f"{name}ID", "")).lower()) or next(numbered, None)

    @staticmethod
    def _paying_account(org: Organisation, body: Body) -> Account | None:
        given = body.get("Account") or {}
        found, code = org.accounts.get(str(given.get("AccountID", "")).lower()), given.get("Code") or body.get("Code")
        return found or next((a for a in org.accounts.values() if a.code and a.code == code), None)

    @route("POST", "/api.xro/2.0/Payments/<payment_id>")
    def delete_payment(self, request: Request, payment_id: str) -> Response:
        known = self.org(request).payments.get(payment_id.lower())
        if known is None:
            return wire.not_found()
        return self._delete(request, known, elements(request, "Payments")[0])

    def _delete(self, request: Request, payment: Payment, body: Body) -> Response:
        """https://developer.xero.com/documentation/api/accounting/payments#post-payments : nothing else can change."""
        org = self.org(request)
        errors = list(settling.removal_errors(payment))
        if body.get("Status") != "DELETED":
            errors = ["Payments cannot be updated, only deleted."]
        if errors:
            return self.invalid(request, [_refused_payment({**body, "PaymentID": payment.id}, errors).refused or {}])
        settling.remove_payment(org, payment)
        return self.answer(request, "Payments", [show(payment, org, View.WRITTEN)])


def _refused_payment(body: Body, errors: list[str]) -> Fate:
    shown = {"PaymentID": wire.NO_ID, **body, "HasValidationErrors": True}
    return Fate(refused={**shown, "ValidationErrors": wire.errors(errors)})
