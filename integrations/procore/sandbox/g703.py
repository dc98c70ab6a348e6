"""The arithmetic of a progress claim: lines (G703) and the certificate they add up to (G702). Pure, exact, no tax.

https://support.procore.com/products/online/user-guide/project-level/invoicing/tutorials/about-stored-materials-on-invoices
https://support.procore.com/products/online/user-guide/project-level/invoicing/tutorials/set-or-release-retainage-on-a-subcontractor-invoice
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal

ZERO, CENT = Decimal(0), Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def percent(part: Decimal, whole: Decimal) -> Decimal:
    return cents(part * 100 / whole) if whole else cents(ZERO)


@dataclass(frozen=True)
class Entry:
    """What one claim says of one line: only what is new in this period."""

    work: Decimal = ZERO
    stored: Decimal = ZERO  # materials brought to the site
    moved: Decimal = ZERO  # materials built in: from stored to completed
    retained: Decimal = ZERO  # of the work
    stored_retained: Decimal = ZERO  # of the materials brought
    moved_retained: Decimal = ZERO  # goes along with the materials built in
    released: Decimal = ZERO  # of what was retained of work
    stored_released: Decimal = ZERO  # of what was retained of materials

    def __add__(self, other: Entry) -> Entry:
        return Entry(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    @property
    def gross(self) -> Decimal:
        return self.work + self.stored


@dataclass(frozen=True)
class Progress:
    """One line of the G703 as printed. `before`: as of the previous application."""

    work_before: Decimal = ZERO
    work: Decimal = ZERO
    stored_before: Decimal = ZERO
    stored: Decimal = ZERO
    total_before: Decimal = ZERO
    retained_before: Decimal = ZERO
    retained: Decimal = ZERO
    released: Decimal = ZERO
    stored_held: Decimal = ZERO  # retained of the materials that are still stored
    entry: Entry = Entry()

    @property
    def work_to_date(self) -> Decimal:
        return self.work_before + self.work

    @property
    def total(self) -> Decimal:
        return self.work_to_date + self.stored

    @property
    def work_held(self) -> Decimal:
        return self.retained_before + self.retained - self.released

    @property
    def held(self) -> Decimal:
        return self.work_held + self.stored_held

    def then(self, entry: Entry, *, into_previous: bool = False) -> Progress:
        """The line of the next application. Materials built in count as work of its period, or, by a setting of the
        project, as work of the application before."""
        earlier, moved = (entry.moved, ZERO) if into_previous else (ZERO, entry.moved)
        earlier_retained, moved_retained = (
            (entry.moved_retained, ZERO) if into_previous else (ZERO, entry.moved_retained)
        )
        return Progress(
            work_before=self.work_to_date + earlier,
            work=entry.work + moved,
            stored_before=self.stored,
            stored=self.stored + entry.stored - entry.moved,
            total_before=self.total,
            retained_before=self.work_held + earlier_retained,
            retained=entry.retained + moved_retained,
            released=entry.released,
            stored_held=self.stored_held + entry.stored_retained - entry.moved_retained - entry.stored_released,
            entry=entry,
        )


@dataclass(frozen=True)
class Certificate:
    """The G702. `off_by` makes it disagree with its lines, which no correct one does."""

    original: Decimal
    changes: Decimal
    total: Decimal
    work: Decimal
    stored: Decimal
    work_held: Decimal
    stored_held: Decimal
    previous: Decimal  # earned less retention, as certified by the application before
    off_by: Decimal = ZERO

    @classmethod
    def of(
        cls, lines: Sequence[Progress], original: Decimal, changes: Decimal, previous: Decimal, off_by: Decimal = ZERO
    ) -> Certificate:
        return cls(
            original=original,
            changes=changes,
            total=sum((line.total for line in lines), ZERO),
            work=sum((line.work_to_date for line in lines), ZERO),
            stored=sum((line.stored for line in lines), ZERO),
            work_held=sum((line.work_held for line in lines), ZERO),
            stored_held=sum((line.stored_held for line in lines), ZERO),
            previous=previous,
            off_by=off_by,
        )

    @property
    def contract_sum(self) -> Decimal:
        return self.original + self.changes

    @property
    def held(self) -> Decimal:
        return self.work_held + self.stored_held

    @property
    def earned(self) -> Decimal:
        """Total earned less retention."""
        return self.total - self.held

    @property
    def due(self) -> Decimal:
        return self.earned - self.previous + self.off_by
