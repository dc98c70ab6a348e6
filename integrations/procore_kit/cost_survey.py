"""Reads what a project has in Procore before costs are put there: codes, cost types, commitments, what is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from integrations.base.errors import Forbidden, Missing
from integrations.procore import direct_costs as procore
from integrations.procore import endpoints
from integrations.procore.client import ProcoreClient
from integrations.procore.commitments import Commitment, project_commitments
from integrations.procore.direct_costs import DirectCost, DirectCostLine
from integrations.procore.project_vendors import project_vendors
from integrations.procore.requisitions import claim_currency

from . import names
from .cost_parts import CostPart, Part
from .cost_site import CostSite, chargeable

SINGLE_LOOKS = 3  # new costs of one project that are looked for one by one, more by reading all

# Statuses that an approved contract can have: https://developers.procore.com/reference/rest/v1/work-order-contracts
# and https://developers.procore.com/reference/rest/v1/purchase-order-contracts
APPROVED = frozenset({"approved", "complete", "partially received", "received", "closed"})


@dataclass
class CostSurvey:
    """Projects by id, and the cost type of direct costs: None when Procore has none of the name."""

    sites: dict[str, CostSite] = field(default_factory=dict)
    cost_type_id: int | None = None


class CostSurveyor:
    """Each list is read once a run: a project's codes when a part of it is looked at, the rest when one is new."""

    def __init__(self, client: ProcoreClient, cost_type: str, *, vendors: bool, commitments: bool) -> None:
        self._client, self._cost_type = client, cost_type
        self._with_vendors, self._with_commitments = vendors, commitments
        self.survey = CostSurvey()
        self._vendors: set[str] = set()  # projects whose vendors and commitments were read
        self._costs: set[str] = set()  # projects whose direct costs were all read
        self._asked: set[str] = set()  # projects whose currency was asked for

    def look_at(self, parts: Sequence[CostPart], unlinked: Collection[str]) -> CostSurvey:
        wanted = [part for part in parts if part.part is Part.COST]
        if wanted and not self.survey.sites:
            self.survey.cost_type_id = self._type()
        new: dict[str, list[CostPart]] = defaultdict(list)
        for part in wanted:
            if part.project_id not in self.survey.sites:
                self.survey.sites[part.project_id] = self._site(int(part.project_id))
            if part.id in unlinked and not self.survey.sites[part.project_id].hidden:
                new[part.project_id].append(part)
        for project, parts_of_it in new.items():
            try:
                self._look_closer(project, [part.id for part in parts_of_it])
                if any(part.document.currency for part in parts_of_it):
                    self._ask_currency(project)
            except (Forbidden, Missing) as error:
                self.survey.sites[project].hidden = error.message
        return self.survey

    def _type(self) -> int | None:
        wanted = names.fold(self._cost_type)
        types = endpoints.line_item_types(self._client)
        return next((one.id for one in types if wanted in (names.fold(one.code), names.fold(one.name))), None)

    def _site(self, project: int) -> CostSite:
        """A project that the login may not see must not stop the others."""
        try:
            return CostSite(chargeable(endpoints.cost_codes(self._client, project)))
        except (Forbidden, Missing) as error:
            return CostSite(hidden=error.message)

    def _look_closer(self, project: str, keys: Sequence[str]) -> None:
        site = self.survey.sites[project]
        if self._with_vendors and project not in self._vendors:
            self._vendors.add(project)
            site.vendors = {
                row.origin_id: row.id for row in project_vendors(self._client, int(project)) if row.origin_id
            }
            read = project_commitments(self._client, int(project)) if self._with_commitments else []
            rows = [one.commitment for one in read]
            site.commitments = _approved(rows)
            site.currency = next((row.currency for row in rows if row.currency), "")
        if project not in self._costs:
            site.costs |= {cost.origin_id: cost for cost in self._known(int(project), keys)}

    def _ask_currency(self, project: str) -> None:
        """Once a run, while nothing that was read has told it: a call for a direct cost, one for a claim. Neither is
        made where all direct costs, or all commitments, were read and there are none."""
        site = self.survey.sites[project]
        if site.currency or project in self._asked:
            return
        self._asked.add(project)
        if project not in self._costs:
            site.currency = _told(procore.direct_cost_currency, self._client, project)
        if not site.currency and not self._with_commitments:
            site.currency = _told(claim_currency, self._client, project)

    def _known(self, project: int, keys: Sequence[str]) -> list[DirectCost]:
        """Those of the new costs that are there already, whole: their link was lost."""
        if len(keys) > SINGLE_LOOKS:
            self._costs.add(str(project))
        asked = keys if len(keys) <= SINGLE_LOOKS else ("",)
        pages = chain.from_iterable(procore.direct_cost_pages(self._client, project, origin_id=key) for key in asked)
        wanted = set(keys)
        rows = [row for page in pages for row in page.rows]
        site = self.survey.sites[str(project)]
        site.currency = site.currency or next((row.currency for row in rows if row.currency), "")
        there = {row.id: row for row in rows if row.origin_id in wanted}
        if len(there) <= SINGLE_LOOKS:
            return [procore.direct_cost(self._client, project, cost_id) for cost_id in sorted(there)]
        lines = self._lines(project)
        return [row.model_copy(update={"line_items": tuple(lines[row.id])}) for row in there.values()]

    def _lines(self, project: int) -> Mapping[int, list[DirectCostLine]]:
        """All lines of a project's direct costs, by the cost."""
        found: dict[int, list[DirectCostLine]] = defaultdict(list)
        for page in procore.direct_cost_line_pages(self._client, project):
            for line in page.rows:
                if line.holder is not None:
                    found[line.holder.id].append(line)
        return found


def _approved(commitments: Iterable[Commitment]) -> Mapping[str, Sequence[str]]:
    """Who holds approved ones. A project may know its vendors by ids of its own, so the outside key counts as well."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in commitments:
        if row.vendor is None or names.fold(row.status) not in APPROVED or row.deleted_at is not None:
            continue
        for key in {str(row.vendor.id), row.vendor.origin_id} - {"", "None"}:
            found[key].append(row.number or row.title or str(row.id))
    return found


def _told(currency_of: Callable[[ProcoreClient, int], str], client: ProcoreClient, project: str) -> str:
    """ "" for a list that the login may not see: costs may still be put there."""
    try:
        return currency_of(client, int(project))
    except (Forbidden, Missing):
        return ""
