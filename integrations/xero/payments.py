"""Payments of bills and credit notes. https://developer.xero.com/documentation/api/accounting/payments ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, model_validator

from ..base.client import ApiClient, Request
from .documents import AccountName, Amount, ContactName, Day, One, plain_dates
from .drafts import DELETED
from .endpoints import path, write
from .paging import PageOf, Resource, any_of
from .records import Flag, Id, MaybeId, Moment, Text, XeroRecord

BILL_PAYMENT = "ACCPAYPAYMENT"
IS_BILL_PAYMENT = f'PaymentType=="{BILL_PAYMENT}"'


class PaidDocument(XeroRecord):
    """What was paid. Lists fill in no more than this; empty lists in it are no truth."""

    invoice_id: MaybeId = ""
    invoice_number: Text = ""
    type: Text = ""
    contact: Annotated[ContactName, One] = ContactName()
    currency_code: Text = ""


class Payment(XeroRecord):
    """`amount` is in the currency of what was paid, `bank_amount` in that of the bank account."""

    payment_id: Id
    batch_payment_id: MaybeId = ""
    date: Day = None
    amount: Amount = Decimal(0)
    bank_amount: Amount = Decimal(0)
    currency_rate: Amount = Decimal(0)
    reference: Text = ""
    payment_type: Text = ""
    status: Text = ""
    is_reconciled: Flag = False
    account: Annotated[AccountName, One] = AccountName()
    invoice: Annotated[PaidDocument, One] = PaidDocument()
    updated_date_utc: Moment = Field(None, alias="UpdatedDateUTC")

    @model_validator(mode="before")
    @classmethod
    def _plain_dates(cls, data: Any) -> Any:
        return plain_dates(data)

    @property
    def rate(self) -> Decimal:
        """0 means 1: lists hold it for payments in the base currency."""
        return self.currency_rate or Decimal(1)

    @property
    def deleted(self) -> bool:
        return self.status == DELETED


PAYMENTS = Resource(Payment, "Payments", "PaymentID")


def payment_pages(
    client: ApiClient, since: datetime | None = None, *, first: int = 1, payment_type: str = BILL_PAYMENT
) -> Iterator[PageOf[Payment]]:
    """Payments of bills changed since then. Deleted ones are among them: look at the status."""
    return PAYMENTS.pages(client, since, first=first, where=f'PaymentType=="{payment_type}"')


def payment(client: ApiClient, payment_id: str) -> Payment | None:
    return PAYMENTS.one(client, payment_id)


def payments_by_ids(client: ApiClient, ids: Sequence[str]) -> Iterator[Payment]:
    for condition in any_of("PaymentID", ids):
        yield from PAYMENTS.matching(client, condition)


def payments_of_bills(client: ApiClient, bill_ids: Sequence[str]) -> Iterator[Payment]:
    """Every payment of these bills, deleted ones too."""
    for condition in any_of("Invoice.InvoiceID", bill_ids):
        yield from PAYMENTS.matching(client, condition)


def payment_body(bill_id: str, account: str, amount: Decimal, day: date, reference: str = "") -> dict[str, Any]:
    """A payment of one bill from the bank account with code `account`."""
    told = {"Reference": reference} if reference else {}
    whole = {"Invoice": {"InvoiceID": bill_id}, "Account": {"Code": account}, "Date": day.isoformat()}
    return {**whole, "Amount": amount, **told}


def put_payments(bodies: Sequence[Mapping[str, Any]]) -> Request:
    """Pay; the answer tells each one's fate (`answers.read_results`)."""
    return write("PUT", path("Payments"), {"Payments": list(bodies)}, summarizeErrors="false")


def delete_payment(payment_id: str) -> Request:
    """Payments cannot be changed, only deleted; not those of a batch, nor reconciled ones."""
    return write("POST", path("Payments", payment_id), {"Status": DELETED})
