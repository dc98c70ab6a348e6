"""How a ledger's payments and credits become Procore's payments, to the cent. Pure.

Procore's claims have no tax, and a payment in the ledger pays the tax as well. So a payment counts for the part of it
that pays the claim: in proportion, and so that all payments of a bill together come to what was claimed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from .cost_choices import PaymentTax

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
    """One payment or credit of a bill. `amount` includes tax, in the bill's currency; `method` is Procore's word, ""
    where the ledger does not tell."""

    id: str
    by: SettledBy
    day: date | None
    amount: Decimal
    reference: str = ""
    method: str = ""


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


def shares(settled: Sequence[Settlement], total: Decimal, net: Decimal) -> dict[str, Share]:
    """By id, for the settlements of a bill in their order."""
    before, found = ZERO, {}
    for one in settled:
        found[one.id] = Share(one.amount, before, total, net)
        before += one.amount
    return found
