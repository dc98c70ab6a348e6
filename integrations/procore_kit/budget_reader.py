"""Reads budgets: what a project was planned to cost when its budget was locked, and what was changed since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hub.stage import Record
from integrations.procore.budgets import (
    APPROVED,
    BudgetChange,
    BudgetModification,
    BudgetRow,
    adjustment_lines,
    budget_change,
    budget_changes,
    budget_locked,
    budget_modifications,
    budget_rows,
    budget_views,
)
from integrations.procore.client import ProcoreClient

from .order_reader import OrderLine
from .site_reader import SiteReader
from .sites import BudgetCode, CodeRef, Site, SiteLists, tidy

ZERO = Decimal(0)
MODIFICATION = "modification:"  # begins the id of a budget modification's record


@dataclass(frozen=True)
class Budget:
    """The original budget of a project. `lines` are read of a locked one only; `total` is what its rows come to, and
    `modified` what was approved since."""

    site: Site
    locked: bool
    lines: tuple[OrderLine, ...]
    total: Decimal
    modified: Decimal


@dataclass(frozen=True)
class Revision:
    """A change of a budget: a budget change, or a budget modification. `total` is Procore's own figure, None where it
    gives none."""

    id: str
    site: Site
    number: str
    title: str
    status: str
    day: date | None
    total: Decimal | None
    lines: tuple[OrderLine, ...]

    @property
    def key(self) -> str:
        return f"{self.site.number}/{self.number}"


class _ProjectReader(SiteReader):
    """What a budget holds does not say when it was changed, so all of a project is read each time."""

    size = 100

    def _keys(self, ids: Sequence[str]) -> dict[str, str]:
        """A budget's own key is no more than its project's number."""
        known = self._context.keys_of(ids)
        return {one: f"{known.get(one, '')}/".lstrip("/") for one in ids}

    def _some(self, site: Site, ids: Sequence[str]) -> list[Record]:
        return [record for record in self._read(site, None) if record.id in ids]


class BudgetReader(_ProjectReader):
    def _read(self, site: Site, since: datetime | None) -> list[Record]:
        locked = budget_locked(self._client, site.id)
        rows = _rows(self._client, site) if locked else []
        codes = SiteLists(self._client, site).codes if rows else {}
        budget = Budget(
            site,
            locked,
            tuple(_budget_line(row, codes) for row in rows),
            sum((row.original_budget_amount for row in rows), ZERO),
            sum((row.budget_modifications for row in rows), ZERO),
        )
        return [Record(str(site.id), site.number, site.label, {"budget": budget})]

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        return [record for site in self._sites.numbered(tidy(keys[0])) for record in self._read(site, None)]


def _rows(client: ProcoreClient, site: Site) -> list[BudgetRow]:
    """By any view: the standard columns are the same in all of them."""
    views = budget_views(client, site.id)
    return budget_rows(client, site.id, views[0].id) if views else []


def _budget_line(row: BudgetRow, codes: Mapping[int, CodeRef]) -> OrderLine:
    code = codes.get(row.cost_code_id or 0)
    return OrderLine(str(row.id), tidy(row.cost_code), row.original_budget_amount, code, row.category_id)


class RevisionReader(_ProjectReader):
    """`from_changes`: budget changes; else the older budget modifications."""

    def __init__(self, *args: Any, from_changes: bool) -> None:
        super().__init__(*args)
        self._from_changes = from_changes

    def _read(self, site: Site, since: datetime | None) -> list[Record]:
        found = self._changes(site) if self._from_changes else self._modifications(site)
        return [self._record(one) for one in found]

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        number, revision = (tidy(key) for key in keys)
        found = [record for site in self._sites.numbered(number) for record in self._read(site, None)]
        return [record for record in found if record.key.casefold().endswith(f"/{revision.casefold()}")]

    @staticmethod
    def _record(one: Revision) -> Record:
        return Record(one.id, one.key, tidy(f"{one.key} {one.title}"), {"revision": one})

    def _changes(self, site: Site) -> Iterator[Revision]:
        """Lines of those that were sent come together, of new ones one by one, with their day."""
        lists, sent = SiteLists(self._client, site), dict[int, list[OrderLine]]()
        rows = budget_changes(self._client, site.id)
        if any(str(row.id) in self._links and row.status == APPROVED for row in rows):
            for line in adjustment_lines(self._client, site.id):
                code = _code(lists, line.wbs_code_id)
                own = OrderLine(f"{line.type}-{line.id}", tidy(line.description), line.amount, code.code, code.type_id)
                sent.setdefault(line.budget_change_id, []).append(own)
        for row in sorted(rows, key=lambda row: row.id):
            new = row.status == APPROVED and str(row.id) not in self._links
            whole = budget_change(self._client, site.id, row.id) if new else row
            lines = tuple(_change_lines(whole, lists)) if new else tuple(sent.get(row.id, ()))
            yield _revision(site, whole, row.amount, lines)

    def _modifications(self, site: Site) -> Iterator[Revision]:
        """Numbered in the order in which they were made."""
        moved = sorted(budget_modifications(self._client, site.id), key=lambda row: row.id)
        lists = SiteLists(self._client, site)
        rows = {row.id: row for row in _rows(self._client, site)} if moved else {}
        for number, row in enumerate(moved, 1):
            lines = tuple(_moved(row, rows, lists.codes))
            day = row.created_at.date() if row.created_at else None
            title = tidy(row.notes) or f"Budget modification {number}"
            yield Revision(f"{MODIFICATION}{row.id}", site, f"M{number}", title, APPROVED, day, None, lines)


def _code(lists: SiteLists, budget_code_id: int | None) -> BudgetCode:
    return lists.budget_codes.get(budget_code_id or 0, BudgetCode())


def _change_lines(row: BudgetChange, lists: SiteLists) -> Iterator[OrderLine]:
    for line in row.adjustment_line_items:
        code = _code(lists, line.wbs_code.id if line.wbs_code else None)
        yield OrderLine(f"{line.type}-{line.id}", tidy(line.description), line.amount, code.code, code.type_id)


def _revision(site: Site, row: BudgetChange, total: Decimal, lines: tuple[OrderLine, ...]) -> Revision:
    moment = row.updated_at or row.created_at
    day = moment.date() if moment else None
    return Revision(str(row.id), site, tidy(row.number), tidy(row.title), row.status, day, total, lines)


def _moved(
    row: BudgetModification, rows: Mapping[int | None, BudgetRow], codes: Mapping[int, CodeRef]
) -> Iterator[OrderLine]:
    ends = ((row.from_budget_line_item_id, -row.transfer_amount), (row.to_budget_line_item_id, row.transfer_amount))
    for line_id, amount in ends:
        if line_id is None:
            continue
        line = rows.get(line_id, BudgetRow())
        code = codes.get(line.cost_code_id or 0)
        yield OrderLine(f"{row.id}-{line_id}", tidy(line.cost_code), amount, code, line.category_id)
