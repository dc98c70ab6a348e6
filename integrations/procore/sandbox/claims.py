"""One progress claim of the pretend Procore: what a site says of each line, and what that comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .g703 import ZERO, Certificate, Entry, Progress, cents
from .rules import Invalid
from .state import Row

if TYPE_CHECKING:
    from .contracts import ChangeOrder, Contract

Amounts = Mapping[Row, Decimal]  # by line of the contract, of its details or of a change order

# https://developers.procore.com/documentation/tutorial-financial-tools#subcontractor-invoices
LOCKED = "The invoice is not editable because it has been synced with ERP"


@dataclass(frozen=True)
class Figures:
    """What a site enters for a period, line by line, in full cents and without tax.

    work and stored are new; moved leaves stored for completed work. Retention that is not given follows the
    contract's percentage, rounded line by line; what moves takes its share along. `rejected` was claimed and cut from
    the amounts; a line of `refused` is rejected without anybody changing its amounts.
    """

    work: Amounts = field(default_factory=dict)
    stored: Amounts = field(default_factory=dict)
    moved: Amounts = field(default_factory=dict)
    retained: Amounts = field(default_factory=dict)
    stored_retained: Amounts = field(default_factory=dict)
    moved_retained: Amounts = field(default_factory=dict)
    released: Amounts = field(default_factory=dict)
    stored_released: Amounts = field(default_factory=dict)
    rejected: Amounts = field(default_factory=dict)
    refused: frozenset[Row] = frozenset()

    def lines(self) -> set[Row]:
        """Every line that is mentioned."""
        maps = (getattr(self, name) for name in self.__dataclass_fields__)
        return {line for amounts in maps for line in amounts}

    def entry(self, line: Row, before: Progress, rate: Decimal) -> Entry:
        work, stored, moved = (amounts.get(line, ZERO) for amounts in (self.work, self.stored, self.moved))
        return Entry(
            work=work,
            stored=stored,
            moved=moved,
            retained=self.retained.get(line, cents(work * rate / 100)),
            stored_retained=self.stored_retained.get(line, cents(stored * rate / 100)),
            moved_retained=self.moved_retained.get(line, _share(before.stored_held, moved, before.stored)),
            released=self.released.get(line, ZERO),
            stored_released=self.stored_released.get(line, ZERO),
        )

    def review(self, line: Row, entry: Entry) -> dict[str, Any]:
        """What the reviewer noted beside the line: its status, and what the subcontractor had claimed."""
        cut = self.rejected.get(line, ZERO)
        rejected = line in self.refused or (line in self.rejected and not entry.gross)
        return {"status": "rejected" if rejected else "no_action", "claimed": entry.gross + cut}


def _share(held: Decimal, moved: Decimal, stored: Decimal) -> Decimal:
    return cents(held * moved / stored) if stored else ZERO


class ClaimItem(Row):
    """A line of one claim. `line` belongs to the contract, to a change order or, as a detail, to a contract line."""

    def __init__(self, claim: Claim, line: Row, kind: str, position: int) -> None:
        super().__init__(claim.contract.company.claim_items, {"entry": Entry(), "position": position})
        self.claim, self.line, self.kind = claim, line, kind
        self.before = next((item for item in claim.previous_items() if item.line is line), None)

    @property
    def details(self) -> list[ClaimItem]:
        if self.is_detail or not self.claim.contract.details:
            return []
        return [item for item in self.claim.items if item.is_detail and item.line["line_id"] == self.line.id]

    @property
    def is_detail(self) -> bool:
        return self.kind == "contract_detail_item"

    @property
    def entry(self) -> Entry:
        """A line with details says what its details say together."""
        entry: Entry = self["entry"]
        return sum((detail["entry"] for detail in self.details), Entry()) if self.details else entry

    @property
    def progress_before(self) -> Progress:
        return self.before.progress if self.before else Progress()

    @property
    def progress(self) -> Progress:
        return self.progress_before.then(self.entry, into_previous=self.claim["into_previous"])


class Claim(Row):
    """A progress claim. Use `Contract.claim`; afterwards `approve`, `unapprove`, `revise` act like a person."""

    def __init__(self, contract: Contract, values: dict[str, Any]) -> None:
        self.contract = contract
        self.previous = contract.claims[-1] if contract.claims else None
        own = {"commitment_id": contract.id, "project_id": contract.project.id, "number": len(contract.claims) + 1}
        super().__init__(contract.company.claims, {**own, **values})
        self.items: list[ClaimItem] = []
        self._add_items()

    def _add_items(self) -> None:
        """A line of the G703 for every line that the contract has by now."""
        for line, kind in self.contract.billable():
            item = ClaimItem(self, line, kind, len(self.items) + 1)
            self.items.append(self.contract.company.claim_items.keep(item))

    @property
    def change_orders(self) -> list[ChangeOrder]:
        """Those whose lines it shows."""
        shown = {item.line["holder_id"] for item in self.items if item.kind == "change_order_item"}
        return [order for order in self.contract.change_orders if order.id in shown]

    def previous_items(self) -> list[ClaimItem]:
        return self.previous.items if self.previous else []

    def item(self, line: Row) -> ClaimItem:
        return next(item for item in self.items if item.line is line)

    # What it comes to.

    @property
    def certificate(self) -> Certificate:
        earned = self.previous.earned if self.previous else ZERO
        original, changes = self._scheduled("contract_item"), self._scheduled("change_order_item")
        return Certificate.of(self.progress(), original, changes, earned, self["off_by"])

    def _scheduled(self, kind: str) -> Decimal:
        """A change order approved later is not in the claim."""
        return sum((item.line["amount"] for item in self.items if item.kind == kind), ZERO)

    def progress(self) -> list[Progress]:
        """Its lines, those left out that only repeat a part of another one."""
        return [item.progress for item in self.items if not item.is_detail]

    @property
    def earned(self) -> Decimal:
        return sum((line.total - line.held for line in self.progress()), ZERO)

    @property
    def due(self) -> Decimal:
        """Current payment due."""
        return self.certificate.due

    @property
    def gross(self) -> Decimal:
        """Claimed this period before retention; 0 when only retention is released."""
        return sum((item.entry.gross for item in self.items if not item.is_detail), ZERO)

    # What people do with it.

    def approve(self, *, as_noted: bool = False) -> None:
        self._set_status("approved_as_noted" if as_noted else "approved")

    def unapprove(self) -> None:
        """Take the approval back and ask for a revision."""
        self._set_status("revise_and_resubmit")

    def _set_status(self, status: str) -> None:
        self.check_open()
        self.change(status=status)

    def revise(self, *, invoice_number: str | None = None, **amounts: Any) -> None:
        """State the lines that are named anew; the others stay as they are. Arguments as in `Figures`."""
        self.check_open()
        self.enter(Figures(**amounts))
        if invoice_number is not None:
            self.change(invoice_number=invoice_number)

    def enter(self, figures: Figures) -> None:
        for line in figures.lines():
            item = self.item(line)
            if item.details:
                raise ValueError("a line with details is claimed by its details")
            entry = figures.entry(line, item.progress_before, self.contract.rate)
            item.change(entry=entry, **figures.review(line, entry))
        self.touch()

    def check_open(self) -> None:
        """Raises Invalid when an outside key locks the claim."""
        if self["origin_id"]:
            raise Invalid(422, base=LOCKED)

    def delete(self) -> None:
        """Only the latest claim of a contract may go."""
        if self.contract.claims[-1] is not self:
            raise Invalid(422, base="Only the most recent invoice can be deleted")
        self.contract.claims.remove(self)
        for item in self.items:
            item.remove()
        self.remove()
