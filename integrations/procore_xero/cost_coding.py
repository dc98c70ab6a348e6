"""Which cost code of a project a line of the ledger means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hub.stage import Known, Problem
from integrations.procore.direct_costs import DirectCost
from integrations.procore.records import CostCode
from integrations.procore_kit import names

from . import option_names
from .cost_codes import VALUE_KIND
from .settings import CostCodeStrategy, Settings
from .splits import CostLine

CODES, PROJECTS = "cost_codes", "projects"


@dataclass
class CostSite:
    """What a project has in Procore: the codes that take costs, who holds approved commitments, its own ids of vendors,
    and direct costs by their outside key. `hidden` says why none of that can be read, "" when it can."""

    codes: Sequence[CostCode] = ()
    hidden: str = ""
    vendors: Mapping[str, int] = field(default_factory=dict)  # contact id → vendor id
    commitments: Mapping[str, Sequence[str]] = field(default_factory=dict)  # vendor id or contact id → numbers
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
    """Header-level codes take no cost."""
    rows = list(codes)
    parents = {row.parent_id for row in rows}
    return [row for row in rows if row.id not in parents and row.deleted_at is None]


class Coder:
    """Finds the codes of the lines of one project."""

    def __init__(self, project_id: str, site: CostSite, known: Known) -> None:
        link = known.link_in(PROJECTS, project_id)
        self._number = link.source_key if link else ""
        self._site, self._known = site, known
        self._settings: Settings = known.settings

    def code(self, line: CostLine) -> CostCode | Problem:
        """By what the strategy says tells; else the default code; else a person must say."""
        find: Callable[[CostLine], CostCode | Problem] = {
            CostCodeStrategy.TRACKING: self._tracked,
            CostCodeStrategy.ACCOUNT: lambda one: self._mapped(one, "account", one.account),
            CostCodeStrategy.ITEM: lambda one: self._mapped(one, "item", one.item),
            CostCodeStrategy.DESCRIPTION: self._described,
        }[self._settings.cost_code_strategy]
        found = find(line)
        wanted = self._settings.default_cost_code
        if isinstance(found, CostCode) or not wanted or found.code == "code_not_in_project":
            return found
        return self._site.full(wanted) or Problem("code_not_in_project", {"code": wanted})

    def _tracked(self, line: CostLine) -> CostCode | Problem:
        if not line.option:
            return _none(line, "no option for the cost code is chosen")
        link = self._known.owner_in(CODES, line.option_id) if line.option_id else None
        if link is None:
            return self._mapped(line, "tracking", line.option)
        found = self._site.standard(link.source_id) or self._site.full(link.source_key)
        return found or Problem("code_not_in_project", {"code": link.source_key})

    def _mapped(self, line: CostLine, kind: str, text: str) -> CostCode | Problem:
        """The code that the value map sends there."""
        wanted = names.fold(text)
        values = ((code, self._known.value(VALUE_KIND, full(code), self._number)) for code in self._site.codes)
        fitting = [code for code, value in values if wanted and value and names.fold(value.get(kind, "")) == wanted]
        if len(fitting) == 1:
            return fitting[0]
        what = {"tracking": f"the option “{text}”", "account": f"account {text}", "item": f"item “{text}”"}[kind]
        if fitting:
            shown = ", ".join(full(code) for code in fitting[:10])
            return Problem("several_codes", {"line": line.description, "mapped": what, "codes": shown})
        return _none(line, f"{what} belongs to no cost code" if text else f"it has no {kind}")

    def _described(self, line: CostLine) -> CostCode | Problem:
        fitting = [code for code in self._site.codes if option_names.fit(line.description, full(code)) > 1]
        longest = max(fitting, key=lambda code: len(full(code)), default=None)
        return longest or _none(line, "its description begins with none")


def _none(line: CostLine, why: str) -> Problem:
    return Problem("no_cost_code", {"line": line.description, "amount": f"{line.amount:,.2f}", "why": why})
