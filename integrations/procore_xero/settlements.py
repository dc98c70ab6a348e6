"""How Xero's payments and credits become Procore's payments, to the cent. Pure.

Procore's claims have no tax, and a payment in Xero pays the tax as well. So a payment counts for the part of it that
pays the claim: in proportion, and so that all payments of a bill together come to what was claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from integrations.xero.bills import AppliedCredit, Bill

from .cost_settings import PaymentTax

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


class SettledBy(StrEnum):
    """What a bill was settled with; the values are words for people."""

    PAYMENT = "payment"
    CREDIT_NOTE = "credit note"
    PREPAYMENT = "prepayment"
    OVERPAYMENT = "overpayment"


@dataclass(frozen=True)
class Settlement:
    """One payment or credit of a bill. `amount` includes tax, in the bill's currency."""

    id: str
    by: SettledBy
    day: date | None
    amount: Decimal
    reference: str = ""


@dataclass(frozen=True)
class Share:
    """A settlement's place among those of its bill: `before` was settled before it, `total` and `net` are the bill's
    with and without tax."""

    amount: Decimal
    before: Decimal
    total: Decimal
    net: Decimal

    def counted(self, rule: PaymentTax) -> Decimal:
        """What it counts for in Procore. The last one takes the rounding: all of them come to the bill without tax."""
        if rule is PaymentTax.GROSS:
            return self.amount
        return self._net_of(self.before + self.amount) - self._net_of(self.before)

    def _net_of(self, settled: Decimal) -> Decimal:
        if settled == self.total:
            return self.net
        return (settled * self.net / self.total).quantize(CENT, ROUND_HALF_UP) if self.total else ZERO


def settlements(bill: Bill) -> tuple[Settlement, ...]:
    """What settled a bill so far, oldest first. A credit that was set against it twice is one; what has no date has
    that of the bill."""
    paid = [
        Settlement(one.payment_id, SettledBy.PAYMENT, one.date or bill.date, one.amount, one.reference)
        for one in bill.payments
    ]
    credited = [
        Settlement(found, by, one.date or bill.date, one.applied_amount, one.credit_note_number)
        for by, credits in (
            (SettledBy.CREDIT_NOTE, bill.credit_notes),
            (SettledBy.PREPAYMENT, bill.prepayments),
            (SettledBy.OVERPAYMENT, bill.overpayments),
        )
        for one in credits
        if (found := _credit_id(one))
    ]
    return tuple(sorted(_merged([*paid, *credited]), key=lambda one: (one.day or date.min, one.id)))


def _credit_id(credit: AppliedCredit) -> str:
    return credit.credit_note_id or credit.prepayment_id or credit.overpayment_id


def _merged(found: Iterable[Settlement]) -> list[Settlement]:
    by_id: dict[str, Settlement] = {}
    for one in found:
        earlier = by_id.get(one.id)
        amount = one.amount + (earlier.amount if earlier else ZERO)
        by_id[one.id] = Settlement(one.id, one.by, one.day, amount, one.reference)
    return [one for one in by_id.values() if one.amount]


def shares(settled: Sequence[Settlement], total: Decimal, net: Decimal) -> dict[str, Share]:
    """By id, for the settlements of a bill in their order."""
    before, found = ZERO, {}
    for one in settled:
        found[one.id] = Share(one.amount, before, total, net)
        before += one.amount
    return found
