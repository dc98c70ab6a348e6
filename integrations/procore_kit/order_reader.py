"""Reads commitments: approved ones with their schedule of values and their approved change orders."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from hub.stage import ReadContext, Record
from integrations.base.errors import BadReply
from integrations.procore.client import ProcoreClient
from integrations.procore.commitments import (
    ChangeOrder,
    ChangeOrderLine,
    Commitment,
    CommitmentKind,
    CommitmentLine,
    change_order_lines,
    change_orders,
    commitment,
    commitment_pages,
)

from .site_reader import SiteReader
from .sites import BudgetCode, CodeRef, Site, SiteLists, Sites, Ties, tidy
from .unreadables import Unreadables, one

APPROVED = "Approved"
STANDING = frozenset({APPROVED, "Complete", "Partially Received", "Received", "Closed"})  # approved once, and in force


@dataclass(frozen=True)
class OrderLine:
    """A line of the schedule of values, or of an approved change order. `key` stays the same over its life."""

    key: str
    description: str
    amount: Decimal
    code: CodeRef | None
    type_id: int | None = None  # of its cost type


@dataclass(frozen=True)
class Order:
    """A commitment with all that its order is made of. Amounts before tax, in `currency`. `payee_id` is the vendor in
    the ledger, `original` what the commitment came to without its change orders, `retainage` a percentage."""

    id: int
    kind: CommitmentKind
    site: Site
    number: str
    title: str
    status: str
    vendor_id: int | None
    vendor: str
    payee_id: str
    day: date | None
    delivery: date | None
    original: Decimal
    total: Decimal
    retainage: Decimal
    lines: tuple[OrderLine, ...]
    currency: str = ""

    @property
    def key(self) -> str:
        return f"{self.site.number}/{self.number}"


class OrderReader(SiteReader):
    """`with_changes`: lines of approved change orders follow those of the schedule of values. `statuses` are those of
    commitments that are read whole before they are linked."""

    size = 500

    def __init__(
        self,
        client: ProcoreClient,
        context: ReadContext,
        ties: Ties,
        stage: str,
        *,
        with_changes: bool = True,
        statuses: Collection[str] = (APPROVED,),
    ) -> None:
        super().__init__(client, context, ties, stage)
        self._with_changes, self._statuses = with_changes, statuses
        self._broken = Unreadables()

    def _project(self, site: Site) -> _Project:
        return _Project(self._client, self._sites, site, self._links, self._with_changes, self._statuses)

    def _read(self, site: Site, since: datetime | None) -> list[Record]:
        project = self._project(site)
        rows = [
            (kind, row)
            for kind in CommitmentKind
            for page in commitment_pages(self._client, site.id, kind, updated_since=since, broken=self._broken.sink)
            for row in page.rows
        ]
        return [*(_whole(project, kind, row) for kind, row in rows), *self._broken.records()]

    def _some(self, site: Site, ids: Sequence[str]) -> list[Record]:
        project = self._project(site)
        rows = [(kind, row) for kind in CommitmentKind for row in project.lists.commitments(kind).values()]
        found = [_whole(project, kind, row) for kind, row in rows if str(row.id) in ids]
        return [*found, *(record for record in project.lists.broken() if record.id in ids)]

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        number, order = (tidy(key) for key in keys)
        projects = [self._project(site) for site in self._sites.numbered(number)]
        return [project.record(*found) for project in projects for found in project.lists.numbered(order)]


def _whole(project: _Project, kind: CommitmentKind, row: Commitment) -> Record:
    """A commitment with its lines, which are read one by one."""
    try:
        return project.record(kind, row)
    except BadReply as error:
        return one(row.id, tidy(f"{project.site.number}/{row.number}"), error.message)


class _Project:
    """One project while its commitments are read."""

    def __init__(
        self,
        client: ProcoreClient,
        sites: Sites,
        site: Site,
        linked: Mapping[str, str],
        with_changes: bool,
        statuses: Collection[str],
    ) -> None:
        self._client, self._sites, self._linked, self.site = client, sites, linked, site
        self._with_changes, self._statuses = with_changes, statuses
        self.lists = SiteLists(client, site)

    def record(self, kind: CommitmentKind, row: Commitment) -> Record:
        wanted = row.status in self._statuses or (row.status in STANDING and str(row.id) in self._linked)
        order = Order(
            id=row.id,
            kind=kind,
            site=self.site,
            number=tidy(row.number),
            title=tidy(row.title),
            status=row.status,
            vendor_id=row.vendor_id,
            vendor=row.vendor.company if row.vendor else "",
            payee_id=self._sites.payee_id(row.vendor_id, row.vendor),
            day=row.contract_date or (row.created_at.date() if row.created_at else None),
            delivery=row.delivery_date,
            original=row.grand_total,
            total=row.grand_total + row.approved_change_orders,
            retainage=row.retainage_percent,
            lines=tuple(self._lines(kind, row)) if wanted else (),
            currency=row.currency,
        )
        url = self._client.commitment_page(self.site.id, kind, row.id)
        label = tidy(f"{order.key} {order.title}")
        return Record(str(row.id), order.key, label, {"order": order}, row.updated_at, url)

    def _lines(self, kind: CommitmentKind, row: Commitment) -> Iterator[OrderLine]:
        own = commitment(self._client, self.site.id, kind, row.id).line_items
        codes = {line.id: self._code(line) for line in own}
        for line in own:
            kind_of_cost = line.line_item_type.id if line.line_item_type else None
            yield OrderLine(str(line.id), tidy(line.description), line.amount, codes[line.id], kind_of_cost)
        for change in self._change_orders.get(row.id, ()) if self._with_changes else ():
            for added in change_order_lines(self._client, self.site.id, change.id):
                yield self._added(change, added, codes)

    def _code(self, line: CommitmentLine) -> CodeRef | None:
        return self.lists.codes.get(line.cost_code.id) if line.cost_code else None

    def _added(self, change: ChangeOrder, line: ChangeOrderLine, codes: Mapping[int, CodeRef | None]) -> OrderLine:
        text = tidy(f"Change order {change.number}: {line.description or change.title}")
        code = codes.get(line.commitment_line_item_id) if line.commitment_line_item_id else None
        if code is None and line.wbs_code_id is not None:
            code = self.lists.budget_codes.get(line.wbs_code_id, BudgetCode()).code
        return OrderLine(f"{change.id}-{line.id}", text, line.amount, code)

    @cached_property
    def _change_orders(self) -> Mapping[int, Sequence[ChangeOrder]]:
        """Approved ones by commitment, in the order of their numbers: one call for the project."""
        found: dict[int, list[ChangeOrder]] = {}
        for change in sorted(
            change_orders(self._client, self.site.id, status="approved"), key=lambda change: change.id
        ):
            found.setdefault(change.contract_id, []).append(change)
        return found
