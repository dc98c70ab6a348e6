"""Which cost code and cost type of a project a line of MRI means."""

from __future__ import annotations

from hub.stage import Known, Problem
from integrations.procore.records import CostCode
from integrations.procore_kit.cost_map import CostLedger
from integrations.procore_kit.cost_site import CostSite, default_type
from integrations.procore_kit.splits import CostLine

from .cost_reader import MriLine
from .names import code_key
from .places import CODES, TYPES, MriCode, vendor_in_procore
from .settings import Settings


class Coder:
    """By the links of cost codes and categories; else by the defaults of the settings; else a person must say."""

    def __init__(self, project_id: str, site: CostSite, known: Known) -> None:
        self._site, self._known = site, known
        self._settings: Settings = known.settings

    def code(self, line: CostLine) -> CostCode | Problem:
        found = self._linked(_own(line))
        wanted = self._settings.default_cost_code
        if isinstance(found, CostCode) or not wanted or found.code == "code_not_in_project":
            return found
        return self._site.full(wanted) or Problem("code_not_in_project", {"code": wanted})

    def _linked(self, line: MriLine) -> CostCode | Problem:
        if not line.code:
            return _none(line, "it has none in MRI")
        called = MriCode(line.phase, line.code).label
        link = self._known.link_in(CODES, code_key(line.phase, line.code))
        if link is None:
            return _none(line, f"MRI's {called} is linked to none")
        found = self._site.standard(link.target_id) or self._site.full(link.source_key)
        return found or Problem("code_not_in_project", {"code": called})

    def cost_type(self, line: CostLine) -> int | Problem:
        link = self._known.link_in(TYPES, _own(line).category)
        return int(link.target_id) if link else default_type(self._known)


def _own(line: CostLine) -> MriLine:
    if not isinstance(line, MriLine):
        raise TypeError(f"a line of MRI is needed, not {type(line).__name__}")
    return line


def _none(line: MriLine, why: str) -> Problem:
    return Problem("no_cost_code", {"line": line.description, "amount": f"{line.amount:,.2f}", "why": why})


MRI = CostLedger("MRI", vendor_in_procore, Coder)
