"""The money documents that the pretend Xero keeps, and their arithmetic.

Tax is computed for each line, rounded to two decimals, then added up:
https://developer.xero.com/documentation/api-guides/rounding-in-xero . How halves are rounded is not published; here
they are rounded away from zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

ZERO = Decimal("0.00")
ONE = Decimal("1.000000")

EXCLUSIVE, INCLUSIVE, NO_TAX = "Exclusive", "Inclusive", "NoTax"
AMOUNT_TYPES = (EXCLUSIVE, INCLUSIVE, NO_TAX)


def rounded(amount: Decimal, places: int = 2) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def tax_on(amount: Decimal, percent: Decimal, amounts: str) -> Decimal:
    """The tax of one line, which is in the amount or comes on top of it."""
    if amounts == NO_TAX:
        return ZERO
    part = percent / (100 + percent) if amounts == INCLUSIVE else percent / 100
    return rounded(amount * part)


@dataclass(frozen=True)
class Mark:
    """What a line is tracked to."""

    category: str
    option: str


@dataclass
class Line:
    """`account` and `item` are ids, "" for none. `tax` is what was computed or sent."""

    id: str
    description: str = ""
    quantity: Decimal = Decimal(0)
    unit: Decimal = ZERO
    amount: Decimal = ZERO
    tax: Decimal = ZERO
    account: str = ""
    tax_type: str = ""
    item: str = ""
    marks: tuple[Mark, ...] = ()
    discount: Decimal | None = None  # per cent, on sales and orders only
    off: Decimal | None = None  # a discount as an amount, on sales only


@dataclass
class File:
    id: str
    name: str
    mime_type: str
    content: bytes
    online: bool = False


@dataclass
class Payment:
    """A payment, or the refund of a credit: `target` is the document's id. `reference` is None when never filled in."""

    id: str
    target: str
    account: str
    day: date
    amount: Decimal
    updated_at: datetime
    reference: str | None = None
    status: str = "AUTHORISED"
    rate: Decimal | None = None  # not told: in the base currency, made by a person
    bank_amount: Decimal = ZERO
    batch: str = ""
    reconciled: bool = False

    @property
    def counts(self) -> bool:
        return self.status == "AUTHORISED"


@dataclass
class Allocation:
    """A part of a credit (a note, a prepayment, an overpayment) set against an invoice or bill."""

    id: str
    credit: str
    invoice: str
    amount: Decimal
    day: date


@dataclass
class Document:
    """Invoices, bills, credits, orders and bank transactions.

    `fields` holds the rest by Xero's names (Url, DeliveryAddress…). `made_by` is the app's client id, "" for a person.
    """

    id: str
    type: str
    contact: str
    day: date
    updated_at: datetime
    status: str = "DRAFT"
    number: str = ""
    reference: str = ""
    due: date | None = None
    amounts: str = EXCLUSIVE
    lines: list[Line] = field(default_factory=list)
    currency: str = ""
    rate: Decimal | None = None  # not told: in the base currency, made by a person
    fields: dict[str, Any] = field(default_factory=dict)
    made_by: str = ""
    payments: list[Payment] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    bank_account: str = ""
    fully_paid: date | None = None

    @property
    def tax(self) -> Decimal:
        return total(line.tax for line in self.lines)

    @property
    def subtotal(self) -> Decimal:
        gross = total(line.amount for line in self.lines)
        return gross - self.tax if self.amounts == INCLUSIVE else gross

    @property
    def total(self) -> Decimal:
        return self.subtotal + self.tax

    @property
    def paid(self) -> Decimal:
        return total(payment.amount for payment in self.payments if payment.counts)

    @property
    def credited(self) -> Decimal:
        return total(allocation.amount for allocation in self.allocations)

    @property
    def left(self) -> Decimal:
        """What is still due, or of a credit what is still to be used. Documents that have ended owe nothing."""
        return ZERO if self.status in ("VOIDED", "DELETED") else self.total - self.paid - self.credited

    @property
    def touched(self) -> bool:
        """Something was paid or allocated."""
        return bool(self.paid or self.credited)

    def settle(self) -> None:
        """Approved documents are PAID while nothing is left, and AUTHORISED otherwise: only Xero sets this status.

        https://developer.xero.com/documentation/api/accounting/types#invoices
        """
        if self.status not in ("AUTHORISED", "PAID"):
            return
        self.status = "AUTHORISED" if self.left else "PAID"
        days = [p.day for p in self.payments if p.counts] + [a.day for a in self.allocations]
        self.fully_paid = None if self.left else max(days, default=self.day)


@dataclass
class Batch:
    """Several payments in one movement of a bank account."""

    id: str
    type: str  # PAYBATCH, RECBATCH
    account: str
    day: date
    updated_at: datetime
    payments: list[str] = field(default_factory=list)
    reference: str = ""
    status: str = "AUTHORISED"


@dataclass
class Journal:
    """A manual journal; debits are positive. `Line.amount` and `Line.tax` hold its amounts."""

    id: str
    narration: str
    day: date
    updated_at: datetime
    status: str = "DRAFT"
    amounts: str = NO_TAX
    lines: list[Line] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)


@dataclass
class Item:
    id: str
    code: str
    name: str
    updated_at: datetime
    description: str = ""
    purchase: dict[str, Any] = field(default_factory=dict)  # UnitPrice, AccountCode, TaxType
    sales: dict[str, Any] = field(default_factory=dict)
    tracked: bool = False  # as inventory


def total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
