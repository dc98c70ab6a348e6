"""Paying, allocating and undoing both: what Xero refuses, and what it does to the documents.

https://developer.xero.com/documentation/api/accounting/payments
https://developer.xero.com/documentation/api/accounting/creditnotes#put-allocations
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from .books import ZERO, Allocation, Batch, Document, Payment, rounded
from .saving import lock_errors, touch
from .state import Account, new_id

if TYPE_CHECKING:
    from .organisation import Organisation

Parts = Sequence[tuple[Document | None, Decimal | None]]
TOO_MUCH = "Payment amount exceeds the amount outstanding on this document"
NOT_APPROVED = "Payments can only be made against Authorised documents"
PAYMENT_TYPES = {
    "ACCPAY": "ACCPAYPAYMENT",
    "ACCREC": "ACCRECPAYMENT",
    "ACCPAYCREDIT": "APCREDITPAYMENT",
    "ACCRECCREDIT": "ARCREDITPAYMENT",
    "SPEND-PREPAYMENT": "APPREPAYMENTPAYMENT",
    "SPEND-OVERPAYMENT": "APOVERPAYMENTPAYMENT",
}
# Which credits may be set against what.
SETTLES = {
    "ACCPAYCREDIT": "ACCPAY",
    "SPEND-PREPAYMENT": "ACCPAY",
    "SPEND-OVERPAYMENT": "ACCPAY",
    "ACCRECCREDIT": "ACCREC",
}


def payment_errors(
    org: Organisation, target: Document | None, account: Account | None, amount: Decimal | None, day: date
) -> Iterator[str]:
    if target is None:
        yield "The document to be paid could not be found."
        return
    if target.status != "AUTHORISED":
        yield NOT_APPROVED
    if account is None or account.status != "ACTIVE" or not (account.type == "BANK" or account.payments):
        yield "The account must be a bank account, or one that payments are enabled for."
    if amount is None or amount <= 0:
        yield "The payment amount must be greater than zero."
    elif target.status == "AUTHORISED" and amount > target.left:
        yield TOO_MUCH
    yield from lock_errors(org, day)


@dataclass(frozen=True)
class Paying:
    """What is about to be paid from where; `amount` is in the document's currency."""

    target: Document
    account: Account
    amount: Decimal
    day: date


def pay(
    org: Organisation, paying: Paying, *, reference: str | None = None, rate: Decimal | None = None, batch: str = ""
) -> Payment:
    """Store a payment; the document paid changes with it, at the same moment."""
    target, amount, used = paying.target, paying.amount, rate or paying.target.rate
    payment = Payment(
        new_id(),
        target.id,
        paying.account.id,
        paying.day,
        rounded(amount),
        org.now(),
        reference,
        rate=used,
        batch=batch,
    )
    foreign = target.currency != org.currency
    payment.bank_amount = rounded(amount / used) if foreign and used else payment.amount
    org.payments[payment.id] = payment
    target.payments.append(payment)
    settle(org, target)
    payment.updated_at = target.updated_at
    return payment


def remove_payment(org: Organisation, payment: Payment) -> None:
    """A deleted payment stays to be seen; the document is due again."""
    payment.status = "DELETED"
    target = org.document(payment.target)
    settle(org, target)
    touch(payment, target.updated_at)


def forget_payment(org: Organisation, payment: Payment) -> None:
    """As if it had never been: a batch of writes that was stopped."""
    target = org.document(payment.target)
    target.payments.remove(payment)
    del org.payments[payment.id]
    target.settle()


def removal_errors(payment: Payment) -> Iterator[str]:
    if payment.status == "DELETED":
        yield "The payment has been deleted already."
    if payment.batch:
        yield "A payment that is part of a batch cannot be deleted."
    if payment.reconciled:
        yield "The payment has been reconciled and cannot be deleted."


def batch_errors(org: Organisation, parts: Parts, account: Account | None, day: date) -> Iterator[str]:
    """Like payments one by one, but several parts for one document count together."""
    whole: dict[str, Decimal] = {}
    for target, amount in parts:
        if target is not None and amount is not None:
            whole[target.id] = whole.get(target.id, ZERO) + amount
    for target, amount in parts:
        positive = target is not None and amount is not None and amount > 0
        yield from payment_errors(org, target, account, whole[target.id] if target and positive else amount, day)


def pay_batch(org: Organisation, account: Account, day: date, parts: list[tuple[Document, Decimal]], ref: str) -> Batch:
    """One payment for each document, in one movement of the bank account."""
    kind = "RECBATCH" if parts[0][0].type == "ACCREC" else "PAYBATCH"
    batch = Batch(new_id(), kind, account.id, day, org.now(), reference=ref)
    batch.payments = [
        pay(org, Paying(target, account, amount, day), reference=ref, batch=batch.id).id for target, amount in parts
    ]
    org.batches[batch.id] = batch
    return batch


def forget_batch(org: Organisation, batch: Batch) -> None:
    """As if it had never been: see `forget_payment`."""
    for payment_id in batch.payments:
        forget_payment(org, org.payments[payment_id])
    del org.batches[batch.id]


def remove_batch(org: Organisation, batch: Batch) -> None:
    batch.status = "DELETED"
    for payment_id in batch.payments:
        remove_payment(org, org.payments[payment_id])
    touch(batch, org.now())


def allocation_errors(credit: Document, invoice: Document | None, amount: Decimal | None) -> Iterator[str]:
    """The words are not published."""
    if invoice is None or SETTLES.get(credit.type) != invoice.type:
        yield "The invoice to allocate to could not be found."
        return
    if credit.status != "AUTHORISED" or invoice.status != "AUTHORISED":
        yield "Credit can only be allocated between authorised documents."
    if (credit.contact, credit.currency) != (invoice.contact, invoice.currency):
        yield "The credit and the invoice must be of the same contact and currency."
    if amount is None or amount <= 0:
        yield "The amount to allocate must be greater than zero."
    elif amount > credit.left:
        yield "The amount exceeds the remaining credit."
    elif amount > invoice.left:
        yield "The amount exceeds the amount due on the invoice."


def allocate(org: Organisation, credit: Document, invoice: Document, amount: Decimal) -> Allocation:
    """The date is the later one of both documents."""
    made = Allocation(new_id(), credit.id, invoice.id, rounded(amount), max(credit.day, invoice.day))
    for document in (credit, invoice):
        document.allocations.append(made)
        settle(org, document)
    return made


def remove_allocation(org: Organisation, allocation: Allocation) -> None:
    for document in (org.credits[allocation.credit], org.invoices[allocation.invoice]):
        document.allocations.remove(allocation)
        settle(org, document)


def settle(org: Organisation, document: Document) -> None:
    document.settle()
    touch(document, org.now())
