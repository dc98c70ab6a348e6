"""BankTransactions, BatchPayments and Items.

https://developer.xero.com/documentation/api/accounting/banktransactions
https://developer.xero.com/documentation/api/accounting/batchpayments
https://developer.xero.com/documentation/api/accounting/items
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import route
from . import listing, settling, wire
from .bodies import amount, day, elements, modified_since
from .books import Batch, Document, Item
from .document_views import Shown, View, credit_name, show_contact, show_day, show_lines, show_rate, totals
from .organisation import Organisation
from .query import midnight
from .resource import Fate, XeroResource
from .saving import today

FACTS = (
    "BankTransactionID",
    "BankAccount.AccountID",
    "Contact.ContactID",
    "Type",
    "Status",
    "Date",
    "Reference",
    "UpdatedDateUTC",
    "SubTotal",
    "TotalTax",
    "Total",
)
TRANSACTIONS: listing.Listing[Document] = listing.Listing(
    lambda row: {
        "BankAccount.AccountID": row.bank_account,
        "Contact.ContactID": row.contact,
        "SubTotal": row.subtotal,
        "TotalTax": row.tax,
        "BankTransactionID": row.id,
        "Type": row.type,
        "Status": row.status,
        "Date": midnight(row.day),
        "Reference": row.reference,
        "UpdatedDateUTC": row.updated_at,
        "Total": row.total,
    },
    FACTS,
    "UpdatedDateUTC ASC, BankTransactionID ASC",
)
ITEMS: listing.Listing[Item] = listing.Listing(
    lambda row: {
        "ItemID": row.id,
        "Code": row.code,
        "Name": row.name,
        "Description": row.description,
        "IsTrackedAsInventory": row.tracked,
        "IsSold": bool(row.sales),
        "IsPurchased": bool(row.purchase),
        "UpdatedDateUTC": row.updated_at,
    },
    ("ItemID", "Code", "Name", "Description", "IsTrackedAsInventory", "IsSold", "IsPurchased", "UpdatedDateUTC"),
)
BATCHES: listing.Listing[Batch] = listing.Listing(
    lambda row: {
        "BatchPaymentID": row.id,
        "Account.AccountID": row.account,
        "Type": row.type,
        "Status": row.status,
        "Date": midnight(row.day),
        "Reference": row.reference,
        "UpdatedDateUTC": row.updated_at,
    },
    ("BatchPaymentID", "Account.AccountID", "Type", "Status", "Date", "Reference", "UpdatedDateUTC"),
)


def show_transaction(transaction: Document, org: Organisation, view: View, places: int = 2) -> Shown:
    account = org.accounts[transaction.bank_account]
    bank = {"AccountID": account.id, "Code": account.code, "Name": account.name}
    shown: Shown = {"BankTransactionID": transaction.id, "BankAccount": bank, "Type": transaction.type}
    if transaction.reference:
        shown["Reference"] = transaction.reference
    shown["IsReconciled"] = False
    if transaction.id in org.credits:
        shown[f"{credit_name(transaction)[:-1]}ID"] = transaction.id
    shown |= {"HasAttachments": bool(transaction.files), "Contact": show_contact(transaction, org, View.LIST)}
    # A prepayment that is used up is PAID as a credit; the movement of money stays as it is.
    status = "AUTHORISED" if transaction.status == "PAID" else transaction.status
    shown |= {**show_day("Date", transaction.day), "Status": status}
    shown |= {"LineAmountTypes": transaction.amounts, "LineItems": show_lines(transaction, org, view, places)}
    shown |= {**totals(transaction), "UpdatedDateUTC": wire.date_utc(transaction.updated_at)}
    return {**shown, **show_rate(transaction), "CurrencyCode": transaction.currency}


def show_item(item: Item) -> Shown:
    return {
        "ItemID": item.id,
        "Code": item.code,
        "Description": item.description,
        "UpdatedDateUTC": wire.date_utc(item.updated_at),
        "PurchaseDetails": _purchase_details(item),
        "SalesDetails": dict(item.sales),
        "Name": item.name,
        "IsTrackedAsInventory": item.tracked,
        "IsSold": bool(item.sales),
        "IsPurchased": bool(item.purchase),
    }


def _purchase_details(item: Item) -> Shown:
    """The account of a tracked item's purchases goes by another name:
    https://developer.xero.com/documentation/api/accounting/items"""
    names = {"AccountCode": "COGSAccountCode"} if item.tracked else {}
    return {names.get(name, name): value for name, value in item.purchase.items()}


def show_batch(batch: Batch, org: Organisation) -> Shown:
    payments = [org.payments[payment] for payment in batch.payments]
    account = org.accounts[batch.account]
    shown: Shown = {"Account": {"AccountID": account.id, "CurrencyCode": account.currency}}
    shown |= {"Reference": batch.reference, "BatchPaymentID": batch.id, **show_day("Date", batch.day)}
    shown["Payments"] = [
        {
            "Invoice": _named(org.document(payment.target)),
            "PaymentID": payment.id,
            "Amount": payment.amount,
            "BankAmount": payment.bank_amount,
        }
        for payment in payments
    ]
    whole = sum((payment.amount for payment in payments), Decimal(0))
    shown |= {"Type": batch.type, "Status": batch.status, "TotalAmount": whole}
    return {**shown, "UpdatedDateUTC": wire.date_utc(batch.updated_at), "IsReconciled": False}


def _named(target: Document) -> Shown:
    shown: Shown = {"InvoiceID": target.id, "CurrencyCode": target.currency}
    shown |= {name: [] for name in ("Payments", "CreditNotes", "Prepayments", "Overpayments")}
    return {**shown, "HasErrors": False, "IsDiscounted": False, "LineItems": []}


class BankRoutes(XeroResource):
    @route("GET", "/api.xro/2.0/BankTransactions")
    def get_transactions(self, request: Request) -> Response:
        org, since = self.org(request), modified_since(request)
        view = View.LIST if listing.asks_for_page(request) else View.BARE
        rows = [row for row in org.spending.values() if since is None or row.updated_at >= since]
        return self.listed(
            request, "BankTransactions", TRANSACTIONS, rows, lambda row: show_transaction(row, org, view)
        )

    @route("GET", "/api.xro/2.0/BankTransactions/<transaction_id>")
    def get_transaction(self, request: Request, transaction_id: str) -> Response:
        org = self.org(request)
        found = org.spending.get(transaction_id.lower())
        if found is None:
            return wire.not_found()
        return self.answer(request, "BankTransactions", [show_transaction(found, org, View.SINGLE)])

    @route("GET", "/api.xro/2.0/Items")
    def get_items(self, request: Request) -> Response:
        """Not paged."""
        since = modified_since(request)
        rows = [row for row in self.org(request).items.values() if since is None or row.updated_at >= since]
        return self.whole(request, "Items", ITEMS, rows, show_item)

    # Batch payments.

    @route("GET", "/api.xro/2.0/BatchPayments")
    def get_batches(self, request: Request) -> Response:
        org, since = self.org(request), modified_since(request)
        rows = [row for row in org.batches.values() if since is None or row.updated_at >= since]
        return self.whole(request, "BatchPayments", BATCHES, rows, lambda row: show_batch(row, org))

    @route("GET", "/api.xro/2.0/BatchPayments/<batch_id>")
    def get_batch(self, request: Request, batch_id: str) -> Response:
        org = self.org(request)
        found = org.batches.get(batch_id.lower())
        return self.answer(request, "BatchPayments", [show_batch(found, org)]) if found else wire.not_found()

    @route("PUT", "/api.xro/2.0/BatchPayments")
    def put_batches(self, request: Request) -> Response:
        """One or many: https://developer.xero.com/documentation/api/accounting/batchpayments#put-batchpayments ."""
        org, bodies = self.org(request), elements(request, "BatchPayments")
        return self.batch(request, "BatchPayments", bodies, lambda body: _batch(org, body))

    @route("POST", "/api.xro/2.0/BatchPayments/<batch_id>")
    def delete_batch(self, request: Request, batch_id: str) -> Response:
        return self._delete_batch(request, batch_id, elements(request, "BatchPayments")[0])

    @route("POST", "/api.xro/2.0/BatchPayments")
    def delete_batch_by_body(self, request: Request) -> Response:
        body = elements(request, "BatchPayments")[0]
        return self._delete_batch(request, str(body.get("BatchPaymentID", "")), body)

    def _delete_batch(self, request: Request, batch_id: str, body: Mapping[str, Any]) -> Response:
        org = self.org(request)
        batch = org.batches.get(batch_id.lower())
        if batch is None:
            return wire.not_found()
        if body.get("Status") != "DELETED" or batch.status == "DELETED":
            why = wire.errors(["Batch payments can only be deleted, and only once."])
            return self.invalid(request, [{**body, "BatchPaymentID": batch.id, "ValidationErrors": why}])
        settling.remove_batch(org, batch)
        return self.answer(request, "BatchPayments", [show_batch(batch, org)])


def _batch(org: Organisation, body: Mapping[str, Any]) -> Fate:
    account = org.accounts.get(str((body.get("Account") or {}).get("AccountID", "")).lower())
    on = day(body, "Date") or today(org)
    parts = [_part(org, row) for row in body.get("Payments") or ()]
    errors = list(settling.batch_errors(org, parts, account, on))
    if errors or not parts or account is None:
        why = wire.errors(dict.fromkeys(errors or ["A batch needs an account and payments."]))
        return Fate(refused={"BatchPaymentID": wire.NO_ID, **body, "ValidationErrors": why})
    paid = [(target, value) for target, value in parts if target and value]
    made: list[Batch] = []

    def save() -> Shown:
        made.append(settling.pay_batch(org, account, on, paid, str(body.get("Reference") or "")))
        return show_batch(made[0], org)

    return Fate(save=save, undo=lambda: settling.forget_batch(org, made[0]))


def _part(org: Organisation, row: Mapping[str, Any]) -> tuple[Document | None, Decimal | None]:
    named = str((row.get("Invoice") or {}).get("InvoiceID", "")).lower()
    return org.invoices.get(named), amount(row, "Amount")
