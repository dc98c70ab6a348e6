"""Which cost code of a project a line of the ledger means."""

from __future__ import annotations

from collections.abc import Callable

from hub.stage import Known, Problem
from integrations.procore.records import CostCode
from integrations.procore_kit import names
from integrations.procore_kit.cost_map import CostLedger
from integrations.procore_kit.cost_site import CostSite, default_type, full
from integrations.procore_kit.splits import CostLine

from . import option_names
from .cost_codes import VALUE_KIND
from .cost_documents import XeroLine
from .settings import CostCodeStrategy, Settings

CODES, PROJECTS, VENDORS = "cost_codes", "projects", "contacts"


class Coder:
    """Finds the codes of the lines of one project."""

    def __init__(self, project_id: str, site: CostSite, known: Known) -> None:
        link = known.link_in(PROJECTS, project_id)
        self._number = link.source_key if link else ""
        self._site, self._known = site, known
        self._settings: Settings = known.settings

    def code(self, line: CostLine) -> CostCode | Problem:
        """By what the strategy says tells; else the default code; else a person must say."""
        if not isinstance(line, XeroLine):
            raise TypeError(f"a line of Xero is needed, not {type(line).__name__}")
        find: Callable[[XeroLine], CostCode | Problem] = {
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

    def cost_type(self, line: CostLine) -> int | Problem:
        return default_type(self._known)

    def _tracked(self, line: XeroLine) -> CostCode | Problem:
        if not line.option:
            return _none(line, "no option for the cost code is chosen")
        link = self._known.owner_in(CODES, line.option_id) if line.option_id else None
        if link is None:
            return self._mapped(line, "tracking", line.option)
        found = self._site.standard(link.source_id) or self._site.full(link.source_key)
        return found or Problem("code_not_in_project", {"code": link.source_key})

    def _mapped(self, line: XeroLine, kind: str, text: str) -> CostCode | Problem:
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

    def _described(self, line: XeroLine) -> CostCode | Problem:
        fitting = [code for code in self._site.codes if option_names.fit(line.description, full(code)) > 1]
        longest = max(fitting, key=lambda code: len(full(code)), default=None)
        return longest or _none(line, "its description begins with none")


def _none(line: CostLine, why: str) -> Problem:
    return Problem("no_cost_code", {"line": line.description, "amount": f"{line.amount:,.2f}", "why": why})


def _vendor(known: Known, contact_id: str) -> str:
    link = known.link_in(VENDORS, contact_id)
    return link.target_id if link else ""


XERO = CostLedger("Xero", _vendor, Coder)
