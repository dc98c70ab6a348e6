"""Reads change orders of commitments, whatever their status, so that one that is taken back is seen too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from hub.stage import ReadContext, Record
from integrations.base.errors import BadReply
from integrations.procore.client import ProcoreClient
from integrations.procore.commitments import (
    ChangeOrder,
    ChangeOrderLine,
    Commitment,
    CommitmentKind,
    change_order_lines,
    change_orders,
)

from .order_reader import OrderLine
from .site_reader import SiteReader
from .sites import BudgetCode, Site, SiteLists, Ties, tidy
from .unreadables import one

APPROVED = "approved"


@dataclass(frozen=True)
class Change:
    """A change order with all that its document is made of. Amounts before tax; lines are read of approved ones only.
    `order` is the commitment's number, `payee_id` its vendor in the ledger."""

    id: int
    site: Site
    commitment_id: int
    kind: CommitmentKind
    order: str
    number: str
    title: str
    status: str
    vendor: str
    payee_id: str
    day: date | None
    total: Decimal
    lines: tuple[OrderLine, ...]

    @property
    def key(self) -> str:
        return f"{self.site.number}/{self.order}/{self.number}"


class ChangeReader(SiteReader):
    size = 200

    def __init__(self, client: ProcoreClient, context: ReadContext, ties: Ties, stage: str) -> None:
        super().__init__(client, context, ties, stage)

    def _read(self, site: Site, since: datetime | None) -> list[Record]:
        return self._records(SiteLists(self._client, site), change_orders(self._client, site.id, updated_since=since))

    def _some(self, site: Site, ids: Sequence[str]) -> list[Record]:
        rows = [row for row in change_orders(self._client, site.id) if str(row.id) in ids]
        return self._records(SiteLists(self._client, site), rows)

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        number, order, change = (tidy(key) for key in keys)
        found: list[Record] = []
        for site in self._sites.numbered(number):
            lists = SiteLists(self._client, site)
            for _, commitment in lists.numbered(order):
                rows = change_orders(self._client, site.id, contract_id=commitment.id)
                found += self._records(lists, [row for row in rows if tidy(row.number) == change])
        return found

    def _records(self, lists: SiteLists, rows: Iterable[ChangeOrder]) -> list[Record]:
        return [self._record(lists, row) for row in rows]

    def _record(self, lists: SiteLists, row: ChangeOrder) -> Record:
        try:
            kind, commitment = _commitment(lists, row.contract_id)
            lines = tuple(self._lines(lists, row)) if row.status == APPROVED else ()
        except BadReply as error:
            return one(row.id, tidy(f"{lists.site.number} {row.number} {row.title}"), error.message)
        change = self._change(lists.site, row, kind, commitment, lines)
        url = self._client.commitment_page(lists.site.id, kind, row.contract_id)
        label = tidy(f"{change.key} {change.title}")
        return Record(str(row.id), change.key, label, {"change": change}, row.updated_at, url)

    def _change(
        self,
        site: Site,
        row: ChangeOrder,
        kind: CommitmentKind,
        commitment: Commitment | None,
        lines: tuple[OrderLine, ...],
    ) -> Change:
        vendor = commitment.vendor if commitment else None
        moment = row.reviewed_at or row.created_at
        return Change(
            id=row.id,
            site=site,
            commitment_id=row.contract_id,
            kind=kind,
            order=tidy(commitment.number) if commitment else "",
            number=tidy(row.number),
            title=tidy(row.title),
            status=row.status,
            vendor=vendor.company if vendor else "",
            payee_id=self._sites.payee_id(vendor.id if vendor else None, vendor),
            day=moment.date() if moment else None,
            total=row.grand_total,
            lines=lines,
        )

    def _lines(self, lists: SiteLists, row: ChangeOrder) -> Iterator[OrderLine]:
        for line in change_order_lines(self._client, lists.site.id, row.id):
            yield _line(line, lists.budget_codes)


def _line(line: ChangeOrderLine, codes: Mapping[int, BudgetCode]) -> OrderLine:
    found = codes.get(line.wbs_code_id or 0, BudgetCode())
    return OrderLine(str(line.id), tidy(line.description), line.amount, found.code, found.type_id)


def _commitment(lists: SiteLists, commitment_id: int) -> tuple[CommitmentKind, Commitment | None]:
    """Raises BadReply when it is there and cannot be read, or may be."""
    for kind in CommitmentKind:
        found = lists.commitment(kind, commitment_id)
        if found is not None:
            return kind, found
    return CommitmentKind.SUBCONTRACT, None
