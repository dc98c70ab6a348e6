"""Documents of a ledger in one form: a header, and lines that know their project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from .splits import ZERO, CostLine, added_up


class CostKind(StrEnum):
    """What a document is; the values are words for people."""

    BILL = "bill"
    SPEND = "purchase"
    CREDIT = "credit note"
    JOURNAL = "journal"


class Standing(StrEnum):
    """Whether a document counts: not yet, now, or no more."""

    PENDING = "pending"
    LIVE = "live"
    ENDED = "ended"


@dataclass(frozen=True)
class CostDocument:
    """Amounts are before tax; those of a credit note are below zero. `foreign`: not in the ledger's own currency.
    `contact_key` is the outside key of the contact's vendor in Procore. `total` (None: not told), `tax` and
    `project_id` are those of its header."""

    id: str
    kind: CostKind
    standing: Standing
    number: str
    day: date | None
    text: str = ""
    contact_id: str = ""
    contact: str = ""
    contact_key: str = ""
    currency: str = ""
    foreign: bool = False
    paid: date | None = None
    lines: tuple[CostLine, ...] = ()
    changed_at: datetime | None = None
    url: str = ""
    total: Decimal | None = None
    tax: Decimal = ZERO
    project_id: str = ""

    @property
    def adds_up(self) -> bool:
        """Whether its lines come to what its header says, with the tax or without it."""
        return self.total is None or added_up(self.lines) in (self.total, self.total - self.tax)

    @property
    def called(self) -> str:
        """“Bill INV-9”, as a sentence begins."""
        named = self.number or (f"“{self.text[:60]}”" if self.text else f"of {self.day}")
        return f"{self.kind.value.capitalize()} {named}"

    @property
    def label(self) -> str:
        return " ".join(f"{self.number or self.text[:100] or self.kind} {self.contact}".split())
