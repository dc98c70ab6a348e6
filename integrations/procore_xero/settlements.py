"""What settled a bill of Xero: its payments and credits in one form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from integrations.procore_kit.settlements import ZERO, SettledBy, Settlement
from integrations.xero.bills import AppliedCredit, Bill


def settlements(bill: Bill) -> tuple[Settlement, ...]:
    """What settled a bill so far, oldest first. A credit that was set against it twice is one.

    A bill mentions the day of a credit itself; the credit was set against it on the later day of both documents.
    https://developer.xero.com/documentation/api/accounting/creditnotes
    """
    paid = [
        Settlement(one.payment_id, SettledBy.PAYMENT, one.date or bill.date, one.amount, one.reference)
        for one in bill.payments
    ]
    credited = [
        Settlement(found, by, _later(one.date, bill.date), one.applied_amount, one.credit_note_number)
        for by, credits in (
            (SettledBy.CREDIT_NOTE, bill.credit_notes),
            (SettledBy.PREPAYMENT, bill.prepayments),
            (SettledBy.OVERPAYMENT, bill.overpayments),
        )
        for one in credits
        if (found := _credit_id(one))
    ]
    return tuple(sorted(_merged([*paid, *credited]), key=lambda one: (one.day or date.min, one.id)))


def _later(*days: date | None) -> date | None:
    return max((day for day in days if day is not None), default=None)


def _credit_id(credit: AppliedCredit) -> str:
    return credit.credit_note_id or credit.prepayment_id or credit.overpayment_id


def _merged(found: Iterable[Settlement]) -> list[Settlement]:
    by_id: dict[str, Settlement] = {}
    for one in found:
        earlier = by_id.get(one.id)
        amount = one.amount + (earlier.amount if earlier else ZERO)
        by_id[one.id] = Settlement(one.id, one.by, one.day, amount, one.reference)
    return [one for one in by_id.values() if one.amount]
