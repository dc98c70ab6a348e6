"""From a claim's amounts to the lines of a draw: gross with materials, what is withheld, what is released. Pure.

Gross less retained plus released, with the tax, is what the draw asks to be paid. Stored materials are in the gross
amount; `stored` says how much of it they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from integrations.procore_kit.amounts import ZERO, Amount, ClaimLine, Part


@dataclass(frozen=True)
class DrawLine:
    """What a draw says of one line of its claim. Retained and released are both positive."""

    line: ClaimLine
    gross: Decimal = ZERO
    stored: Decimal = ZERO
    retained: Decimal = ZERO
    released: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        return self.gross - self.retained + self.released


@dataclass(frozen=True)
class Totals:
    gross: Decimal
    stored: Decimal
    retained: Decimal
    released: Decimal

    @property
    def net(self) -> Decimal:
        return self.gross - self.retained + self.released


def draw_lines(amounts: Iterable[Amount]) -> list[DrawLine]:
    """In the order of the claim, each line once."""
    found: dict[int, DrawLine] = {}
    for one in amounts:
        line = found.get(one.line.id, DrawLine(one.line))
        found[one.line.id] = _with(line, one)
    return list(found.values())


def _with(line: DrawLine, one: Amount) -> DrawLine:
    if one.part is Part.RETAINED:
        return replace(line, retained=line.retained - one.amount)
    if one.part is Part.RELEASED:
        return replace(line, released=line.released + one.amount)
    stored = line.stored + one.amount if one.part is Part.STORED else line.stored
    return replace(line, gross=line.gross + one.amount, stored=stored)


def totals(lines: Iterable[DrawLine]) -> Totals:
    rows = list(lines)
    parts = ("gross", "stored", "retained", "released")
    return Totals(*(sum((getattr(row, part) for row in rows), ZERO) for part in parts))
