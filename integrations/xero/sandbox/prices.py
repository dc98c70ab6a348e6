"""Quantity, unit price, discount and amount of one line.

https://developer.xero.com/documentation/api/accounting/invoices#creating-an-invoice (LineItems: LineAmount)
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from .books import Line, rounded

QUANTITY_PLACES = 4
# What tells something of a line's price; a change without any of them leaves it as it is.
PRICED = ("Quantity", "UnitAmount", "LineAmount", "DiscountRate", "DiscountAmount")
Sent = Mapping[str, Decimal | None]


def price(line: Line, sent: Sent, before: Line | None, places: int) -> None:
    """Of quantity, unit price and line amount, the third is computed; what a change leaves out keeps its value."""
    told, unit, quantity = sent["LineAmount"], sent["UnitAmount"], sent["Quantity"]
    unit = None if unit is None else rounded(unit, places)
    if told is not None and quantity is None and unit:
        line.quantity, line.unit = rounded(_gross(line, told) / unit, QUANTITY_PLACES), unit
    elif told is not None and unit is None:
        line.quantity = quantity or (before.quantity if before else None) or Decimal(1)
        line.unit = rounded(_gross(line, told) / line.quantity, places)
    else:
        _two_told(line, quantity, unit, before)
        line.amount = expected(line)
        return
    line.amount = rounded(told)  # not the product: the price computed from it may have been rounded


def _two_told(line: Line, quantity: Decimal | None, unit: Decimal | None, before: Line | None) -> None:
    if before is not None:
        quantity = before.quantity if quantity is None else quantity
        unit = before.unit if unit is None else unit
    line.quantity = Decimal(0 if unit is None else 1) if quantity is None else quantity
    line.unit = unit or Decimal(0)


def expected(line: Line) -> Decimal:
    """The product, less the discount."""
    return rounded(line.quantity * line.unit * (100 - (line.discount or 0)) / 100 - (line.off or 0))


def _gross(line: Line, told: Decimal) -> Decimal:
    """What a line amount was before its discount; of a line given away whole nothing can be told."""
    share = (100 - (line.discount or 0)) / Decimal(100)
    return (told + (line.off or 0)) / share if share else told
