"""What a project has in Procore before costs are put there, and how a ledger's line finds its cost code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from hub.stage import Known, Problem
from integrations.procore.direct_costs import DirectCost
from integrations.procore.records import CostCode

from . import names
from .splits import CostLine


class Coder(Protocol):
    """Codes the lines of one project's documents."""

    def code(self, line: CostLine) -> CostCode | Problem: ...

    def cost_type(self, line: CostLine) -> int | Problem:
        """Procore's cost type of the line."""


@dataclass
class CostSite:
    """What a project has in Procore: the codes that take costs, who holds approved commitments, its own ids of vendors,
    and direct costs by their outside key. `hidden` says why none of that can be read, "" when it can. `currency` is ""
    while nothing has told it, as in a project without commitments, claims and costs."""

    codes: Sequence[CostCode] = ()
    hidden: str = ""
    currency: str = ""
    vendors: Mapping[str, int] = field(default_factory=dict)  # a vendor's outside key → its id here
    commitments: Mapping[str, Sequence[str]] = field(default_factory=dict)  # vendor id or outside key → numbers
    costs: dict[str, DirectCost] = field(default_factory=dict)

    def standard(self, code_id: str) -> CostCode | None:
        """The project's copy of a code of the company."""
        return next((code for code in self.codes if str(code.standard_cost_code_id) == code_id), None)

    def full(self, full_code: str) -> CostCode | None:
        wanted = names.fold(full_code)
        return next((code for code in self.codes if names.fold(full(code)) == wanted), None)


def full(code: CostCode) -> str:
    return " ".join((code.full_code or code.code).split())


def chargeable(codes: Iterable[CostCode]) -> list[CostCode]:
    """Header-level codes take no cost. Those of sub jobs are left out: nothing in a ledger tells of sub jobs."""
    rows = list(codes)
    parents = {row.parent_id for row in rows}
    own = [row for row in rows if row.biller_type in ("", "Project")]
    return [row for row in own if row.id not in parents and row.deleted_at is None]


def default_type(known: Known) -> int | Problem:
    """The cost type that the settings name."""
    found: int | None = known.target.cost_type_id
    return Problem("no_cost_type", {"cost_type": known.settings.cost_type}) if found is None else found
