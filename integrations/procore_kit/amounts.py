"""From a claim's own figures (G702, G703) to what its bill must hold. Pure, in Decimals, before tax.

Nothing is computed from percentages: a contract may cap retention, and Procore has rounded it to the cent already.
https://support.procore.com/products/online/user-guide/project-level/commitments/tutorials/about-subcontractor-invoices
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)
CONTRACT_ITEM, DETAIL_ITEM = "contract_item", "contract_detail_item"
REJECTED = "rejected"


@dataclass(frozen=True)
class ClaimLine:
    """A line of a claim (G703). `before` means: as of the application before; the rest is of this one.

    `id` belongs to this application, `line_item_id` to the commitment's line and stays the same from one application
    to the next. `code_id` is the project's cost code, `budget_code_id` that code with its cost type.
    """

    id: int
    line_item_id: int | None = None
    code_id: int | None = None
    budget_code_id: int | None = None
    item_type: str = CONTRACT_ITEM
    status: str = ""
    description: str = ""
    completed: Decimal = ZERO  # and stored, to date
    completed_before: Decimal = ZERO
    stored: Decimal = ZERO  # materials on site, not yet built in
    stored_before: Decimal = ZERO
    moved: Decimal = ZERO  # out of the stored materials into completed work
    work_retained_before: Decimal = ZERO
    work_retained: Decimal = ZERO
    work_released: Decimal = ZERO
    materials_retained_now: Decimal = ZERO
    materials_retained_new: Decimal = ZERO
    materials_released: Decimal = ZERO

    @property
    def key(self) -> tuple[str, int]:
        """Tells which lines of two applications are the same."""
        return self.item_type, self.line_item_id or self.id

    @property
    def claimed(self) -> Decimal:
        """Gross this period: work and materials."""
        return self.completed - self.completed_before

    def retention_held(self, *, shown_before_release: bool = False) -> Decimal:
        """All that is retained on this line after this application. `shown_before_release`: what is retained of
        materials is shown as it was before the release of this application."""
        held = self.work_retained_before + self.work_retained - self.work_released + self.materials_retained_now
        return held - self.materials_released if shown_before_release else held


Earlier = Mapping[tuple[str, int], ClaimLine]  # the application before, by `ClaimLine.key`


class Part(StrEnum):
    """What an amount of a claim line is for."""

    WORK = "work"
    STORED = "stored"
    RETAINED = "retained"
    RELEASED = "released"


@dataclass(frozen=True)
class Amount:
    """One line of the bill: what of which claim line. Retention that is withheld is negative."""

    line: ClaimLine
    part: Part
    amount: Decimal


def claim_amounts(
    lines: Sequence[ClaimLine], before: Iterable[ClaimLine] | None, *, shown_before_release: bool = False
) -> list[Amount]:
    """The bill's lines, in the order of the claim. `before` are the lines of the application before: empty for the
    first one, None when they are not at hand. How Procore shows the release of retention on materials is not
    documented; a claim adds up by one reading only."""
    earlier = None if before is None else {line.key: line for line in before}
    found = (_of_line(line, earlier, shown_before_release) for line in billed(lines))
    return [amount for amounts in found for amount in amounts if amount.amount]


def billed(lines: Sequence[ClaimLine]) -> list[ClaimLine]:
    """The lines that count: without rejected ones, and one level of a schedule that a subcontractor's own doubles."""
    doubled = any(line.item_type == CONTRACT_ITEM for line in lines)
    return [
        line for line in lines if line.status != REJECTED and not (doubled and line.item_type == DETAIL_ITEM)
    ]  # fmt: skip


def payable(amounts: Iterable[Amount]) -> Decimal:
    return sum((amount.amount for amount in amounts), ZERO)


def adds_up(amounts: Iterable[Amount], due: Decimal, tax: Decimal = ZERO) -> bool:
    """Whether the lines are Procore's current payment due, to the cent. It is not documented whether that holds
    Procore's own tax (`tax_applicable_to_this_payment`), so both readings are right where there is any."""
    total = payable(amounts)
    return total in (due, due - tax)


def _of_line(line: ClaimLine, earlier: Earlier | None, shown_before_release: bool) -> list[Amount]:
    work, stored = _work_and_stored(line, earlier)
    released = line.work_released + line.materials_released
    withheld = _retention_change(line, earlier, shown_before_release) + released
    on_stored = _on_stored(line, work, stored, withheld)
    return [
        Amount(line, Part.WORK, work),
        Amount(line, Part.RETAINED, on_stored - withheld),
        Amount(line, Part.STORED, stored),
        Amount(line, Part.RETAINED, -on_stored),
        Amount(line, Part.RELEASED, released),
    ]


def _work_and_stored(line: ClaimLine, earlier: Earlier | None) -> tuple[Decimal, Decimal]:
    """New work and new materials. What only moved from the one to the other was billed before."""
    last = earlier.get(line.key) if earlier else None
    stored = line.stored - (line.stored_before or (last.stored if last else ZERO)) + line.moved
    work = line.claimed - stored
    if stored < 0 < work:  # a move that the line does not call one
        shift = min(-stored, work)
        return work - shift, stored + shift
    return work, stored


def _retention_change(line: ClaimLine, earlier: Earlier | None, shown_before_release: bool) -> Decimal:
    """How much more is held than before: the difference of two balances, which a move of materials leaves alone."""
    last = earlier.get(line.key) if earlier is not None else None
    if earlier is None or (last is not None and last.status == REJECTED):
        new = line.work_retained + line.materials_retained_new
        return new - line.work_released - line.materials_released
    held = last.retention_held(shown_before_release=shown_before_release) if last else ZERO
    return line.retention_held(shown_before_release=shown_before_release) - held


def _on_stored(line: ClaimLine, work: Decimal, stored: Decimal, withheld: Decimal) -> Decimal:
    """How much of what is withheld belongs to the materials. The rest belongs to the work."""
    if not stored:
        return ZERO
    if not work:
        return withheld
    return line.materials_retained_new
