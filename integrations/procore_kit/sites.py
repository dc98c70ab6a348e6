"""What is read of a Procore project before its commitments and claims make sense: numbers, codes, vendors, periods."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import chain
from typing import Any

from hub.stage import Record
from integrations.base.broken import NAMELESS, Broken, Sink
from integrations.base.errors import BadReply, Forbidden, Missing, VendorError
from integrations.procore import endpoints as procore
from integrations.procore.client import ProcoreClient
from integrations.procore.commitments import (
    Commitment,
    CommitmentKind,
    CommitmentVendor,
    billing_periods,
    commitment_pages,
)
from integrations.procore.records import CostCode, Project
from integrations.procore.wbs import WbsCode, wbs_codes

from . import names
from .unreadables import Unreadables, one

ONE_DAY = timedelta(days=1)
PROJECT = "project:"  # begins the id of what stands for all records of a project
NOT_LINKED = "not_linked"  # in the data of what stands for a project of which nothing is read


def tidy(text: str) -> str:
    return " ".join(text.split())


@dataclass(frozen=True)
class CodeRef:
    """A project's cost code: its full code, and the company's code it was made from, if any."""

    full: str
    name: str
    standard_id: int | None = None
    sub_job: bool = False  # it belongs to a sub job of the project


@dataclass(frozen=True)
class BudgetCode:
    """A cost code with a cost type (its id)."""

    code: CodeRef | None = None
    type_id: int | None = None


@dataclass(frozen=True)
class Ties:
    """What of Procore is tied to the ledger: Procore's id → the ledger's. Projects in the `stage` of this name should
    be tied; "" for none. `tells`: active projects that are not are told of, each by one record."""

    projects: Mapping[str, str]
    vendors: Mapping[str, str]
    stage: str = ""
    tells: bool = False


@dataclass(frozen=True)
class Site:
    """A project whose money goes, or should go, to the ledger. `ledger_id` is what it is there (a tracking option, a
    job), "" while not linked."""

    id: int
    number: str
    name: str
    ledger_id: str = ""

    @property
    def label(self) -> str:
        return tidy(f"{self.number} {self.name}") or f"project {self.id}"


class Sites:
    """Which projects are read: those that are linked, and those that should be, whose claims must be seen to wait."""

    def __init__(self, client: ProcoreClient, ties: Ties) -> None:
        self._client, self._ties = client, ties
        self._broken = Unreadables(lambda row: row.id in ties.projects, prefix=PROJECT)

    @cached_property
    def _rows(self) -> Sequence[Project]:
        """In the order of their ids: one call per 300 projects."""
        pages = procore.project_pages(self._client, broken=self._broken.sink)
        return sorted((row for page in pages for row in page.rows), key=lambda row: row.id)

    @cached_property
    def all(self) -> Sequence[Site]:
        return [self._site(row) for row in self._rows if self._wanted(row)]

    def left_out(self) -> list[Record]:
        """One for each active project that nothing is read of, if they are told of."""
        rows = (row for row in self._rows if self._ties.tells and row.active and not self._wanted(row))
        return [_left_out(self._site(row)) for row in rows]

    def broken(self) -> list[Record]:
        """Linked projects that cannot be read themselves; what they hold is not looked at. Others are seen by the stage
        that sends projects."""
        return self._broken.records() if self.all is not None else []

    def _wanted(self, row: Project) -> bool:
        stage = row.project_stage.name if row.project_stage else ""
        should_be = bool(self._ties.stage) and names.fold(stage) == names.fold(self._ties.stage)
        return should_be or str(row.id) in self._ties.projects

    def _site(self, row: Project) -> Site:
        return Site(row.id, tidy(row.project_number), row.name, self._ties.projects.get(str(row.id), ""))

    def numbered(self, number: str) -> Sequence[Site]:
        """The projects with this job number, wanted or not; linked ones alone if there are any."""
        pages = procore.project_pages(self._client, number=tidy(number))
        found = [self._site(row) for page in pages for row in page.rows]
        exact = [site for site in found if names.fold(site.number) == names.fold(number)]
        return [site for site in exact if site.ledger_id] or exact

    def find(self, keys: Mapping[str, str], read: Callable[[Site, Sequence[str]], Iterable[Record]]) -> list[Record]:
        """The records of these ids, given the keys they went by ("24-001/SC-7/3", "" for unknown). `read` gives those
        that a project has of some ids, and raises the error tree. What is not found while a project cannot be read is
        unreadable; it may be there."""
        found: dict[str, Record] = {}
        hidden = ""
        for site in self._in_turn(list(keys.values())):
            if not (left := [record_id for record_id in keys if record_id not in found]):
                break
            try:
                found |= {record.id: record for record in read(site, left)}
            except (Forbidden, Missing, BadReply) as error:
                hidden = f"it may be in {site.label}, which cannot be read: {error.message}"
        missing = [record_id for record_id in keys if hidden and record_id not in found]
        return [*found.values(), *(one(record_id, keys[record_id], hidden) for record_id in missing)]

    def _in_turn(self, keys: Sequence[str]) -> Sequence[Site]:
        """First the projects that records of these keys can belong to, then the others, since a project may have been
        renumbered."""
        folded = [names.fold(key) for key in keys]

        def is_likely(site: Site) -> bool:
            return any(not key or key.startswith(f"{names.fold(site.number)}/") for key in folded)

        return sorted(self.all if keys else (), key=lambda site: not is_likely(site))

    def payee_id(self, vendor_id: int | None, vendor: CommitmentVendor | None) -> str:
        """What a vendor is linked to in the ledger, or "". Some projects know a vendor under an id of their own;
        the outside key that the vendor was given stays the same."""
        origin = vendor.origin_id if vendor else ""
        return self._ties.vendors.get(str(vendor_id)) or (origin if origin in self._ties.vendors.values() else "")


def unreadable(site: Site, error: VendorError) -> Record:
    """Stands for all records of a project that the login may not see: the other projects go on."""
    return Record(f"{PROJECT}{site.id}", site.number, site.label, {"unreadable": error.message})


def _left_out(site: Site) -> Record:
    return Record(f"{PROJECT}{site.id}", site.number, site.label, {NOT_LINKED: True})


def readable(records: Iterable[Record], name: str) -> list[Any]:
    """What the readers found, without what stands for projects that cannot be read."""
    return [record.data[name] for record in records if name in record.data]


def _code(row: CostCode) -> CodeRef:
    sub_job = row.biller_type == "SubJob"
    return CodeRef(tidy(row.full_code or row.code), row.name, row.standard_cost_code_id, sub_job)


class SiteLists:
    """The lists of one project, each read when it is first needed."""

    def __init__(self, client: ProcoreClient, site: Site) -> None:
        self._client, self.site = client, site
        self._commitments: dict[CommitmentKind, Mapping[int, Commitment]] = {}
        self._broken: dict[str, Broken] = {}

    def commitments(self, kind: CommitmentKind) -> Mapping[int, Commitment]:
        if kind not in self._commitments:
            broken: Sink = []
            pages = commitment_pages(self._client, self.site.id, kind, broken=broken)
            rows = chain.from_iterable(page.rows for page in pages)
            self._commitments[kind] = {row.id: row for row in rows}
            self._broken |= {row.id: row for row in broken}
        return self._commitments[kind]

    def commitment(self, kind: CommitmentKind, commitment_id: int) -> Commitment | None:
        """None when it is not shown. Raises BadReply when it is there and cannot be read, or may be."""
        found = self.commitments(kind).get(commitment_id)
        nameless = next((row for row in self._broken.values() if row.id.startswith(NAMELESS)), None)
        broken = self._broken.get(str(commitment_id)) or nameless
        if found is None and broken is not None:
            raise BadReply(broken.reason)
        return found

    def broken(self) -> list[Record]:
        """The commitments that cannot be read, of those kinds that were read."""
        return [one(row.id, row.label, row.reason) for row in self._broken.values()]

    def numbered(self, number: str) -> Iterator[tuple[CommitmentKind, Commitment]]:
        """The commitments that a person calls so; subcontracts and purchase orders are numbered apart."""
        for kind in CommitmentKind:
            for row in self.commitments(kind).values():
                if names.fold(row.number) == names.fold(number):
                    yield kind, row

    @cached_property
    def codes(self) -> Mapping[int, CodeRef]:
        rows = procore.cost_codes(self._client, self.site.id)
        return {row.id: _code(row) for row in rows}

    @cached_property
    def budget_codes(self) -> Mapping[int, BudgetCode]:
        """By their ids."""
        return {row.id: self._budget_code(row) for row in wbs_codes(self._client, self.site.id)}

    def _budget_code(self, row: WbsCode) -> BudgetCode:
        parts = {part.segment.type: part.id for part in row.segment_items if part.segment}
        return BudgetCode(self.codes.get(parts.get("cost_code", 0)), parts.get("line_item_type"))

    @cached_property
    def due_dates(self) -> Mapping[int, date]:
        """Of billing periods."""
        periods = billing_periods(self._client, self.site.id)
        return {period.id: period.due_date for period in periods if period.due_date is not None}
