"""A tenant's value map as it stands: every source value, what it means in the books, and what is not in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone
from pydantic import ValidationError

from hub.models import LinkedEntity, ReferenceFetch, ReferenceItem, Tenant, ValueMap
from hub.pairing import VALUE_COLUMNS, Lists, ReferenceList, ReferenceRow, ValueColumn, ValueRules, called

STALE = timedelta(days=7)  # after which a cached list says that it is old
EMPTY = {column.name: "" for column in VALUE_COLUMNS}
Place = tuple[str, str]  # source value, project


@dataclass(frozen=True)
class Row:
    """One row. `gone`: it is stored, and the source does not list this value. `lacks` and `faults`: `ValueRules`."""

    key: str
    project: str
    name: str
    values: Mapping[str, str]
    gone: bool = False
    lacks: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def in_order(self) -> bool:
        return not (self.lacks or self.faults)


@dataclass(frozen=True)
class ListState:
    """How far a cached list can be relied on. `error` is why it could not be fetched since."""

    label: str
    entries: int
    fetched_at: datetime | None
    error: str = ""

    @property
    def stale(self) -> bool:
        return self.fetched_at is not None and self.fetched_at < timezone.now() - STALE


def fold(text: str) -> str:
    return " ".join(text.split()).casefold()


class ValueTable:
    """One kind of a tenant's value map, with all that its rows are checked against: five queries, however long it is.
    While the tenant's settings are not valid, nothing is known of what its rows need."""

    def __init__(self, tenant: Tenant, kind: str) -> None:
        self.tenant, self.kind = tenant, kind
        self.rules: ValueRules = tenant.pairing_spec.values
        self.settings: Any = None
        try:
            self.settings = tenant.options()
        except ValidationError:
            self.rules = ValueRules()

    # What is stored.

    @cached_property
    def stored(self) -> Mapping[Place, Mapping[str, str]]:
        rows = ValueMap.objects.filter(tenant=self.tenant, kind=self.kind)
        return {(row.key, row.project): row.values() for row in rows}

    @cached_property
    def _fetches(self) -> Mapping[tuple[int, str], ReferenceFetch]:
        ends = (self.tenant.source_id, self.tenant.target_id)
        return {(row.connection_id, row.kind): row for row in ReferenceFetch.objects.filter(connection__in=ends)}

    def _fetch(self, one: ReferenceList) -> ReferenceFetch | None:
        side = self.tenant.source_id if one.side == "left" else self.tenant.target_id
        return self._fetches.get((side, one.kind))

    @cached_property
    def lists(self) -> Lists:
        fetched = {one.kind: self._fetch(one) for one in self.tenant.pairing_spec.references}
        found: dict[str, list[ReferenceRow]] = {kind: [] for kind, row in fetched.items() if row and row.fetched_at}
        places = {(row.connection_id, row.kind) for row in fetched.values() if row and row.fetched_at}
        ends = (self.tenant.source_id, self.tenant.target_id)
        for item in ReferenceItem.objects.filter(connection__in=ends).order_by("code", "name"):
            if (item.connection_id, item.kind) in places:
                row = ReferenceRow(item.external_id, item.code, item.name, item.active, item.extra)
                found[item.kind].append(row)
        return Lists(found)

    @cached_property
    def projects(self) -> Mapping[str, str]:
        """Job numbers of linked projects with their labels, if this pairing links projects."""
        if not self.rules.projects:
            return {}
        links = LinkedEntity.objects.filter(tenant_stage__tenant=self.tenant, tenant_stage__stage=self.rules.projects)
        rows = links.exclude(target_id="").exclude(source_key="").order_by("source_key")
        return dict(rows.values_list("source_key", "label"))

    # What it says.

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What there is to map: code → name."""
        rows = (row for row in self.lists.rows(self.kind) if row.active and self.rules.listed(row, self.settings))
        return {row.code or row.name: row.name for row in rows}

    @property
    def states(self) -> list[ListState]:
        return [_state(one, self._fetch(one)) for one in self.tenant.pairing_spec.references]

    @cached_property
    def columns(self) -> list[ValueColumn]:
        """Those that mean something under the tenant's settings, and those in which something is stored."""
        used = set(self.rules.columns(self.settings))
        used |= {name for values in self.stored.values() for name, value in values.items() if value}
        return [column for column in VALUE_COLUMNS if column.name in used]

    def choices(self, column: ValueColumn) -> dict[str, str]:
        """What a picker shows: value → name."""
        rows = self.lists.rows(column.list)
        offered = (row for row in rows if self.rules.offers(column.name, row, self.settings))
        return {row.code or row.name: row.name for row in offered}

    def names_of(self, column: ValueColumn) -> dict[str, str]:
        """The name of every value that its list has, archived ones too."""
        return {row.code or row.name: row.name for row in reversed(self.lists.rows(column.list))}

    def lacks(self, values: Mapping[str, str]) -> str:
        return self.rules.lacks(values, self.lists, self.settings)

    def faults(self, values: Mapping[str, str]) -> dict[str, str]:
        return self.rules.faults(values, self.lists, self.settings)

    @cached_property
    def rows(self) -> list[Row]:
        """Those not in order first, then by code, each with its project overrides behind it."""
        rows = [self._row(*place) for place in {(key, "") for key in self.names} | set(self.stored)]
        return sorted(rows, key=lambda row: (row.in_order, row.key, row.project))

    def _row(self, key: str, project: str) -> Row:
        values = self.stored.get((key, project))
        gone = self.lists.fetched(self.kind) and key not in self.names
        lacks = "" if gone else self.lacks(values or EMPTY)
        faults = self.faults(values) if values else {}
        return Row(key, project, self.names.get(key, ""), values or EMPTY, gone, lacks, faults)

    # What people type.

    def spelled(self, column: str, text: str) -> str:
        """The value as its list has it, for one typed in other letters, or by the entry's name when only one entry is
        called so. Anything else comes back as it is."""
        return self._spellings[column].get(fold(text), text) if text and text not in self._exact[column] else text

    @cached_property
    def _exact(self) -> Mapping[str, frozenset[str]]:
        return {
            column.name: frozenset(row.code or row.name for row in self.lists.rows(column.list))
            for column in VALUE_COLUMNS
        }

    @cached_property
    def _spellings(self) -> Mapping[str, Mapping[str, str]]:
        return {column.name: _spellings(self.lists.rows(column.list)) for column in VALUE_COLUMNS}


def _state(one: ReferenceList, fetch: ReferenceFetch | None) -> ListState:
    return (
        ListState(one.label, fetch.entries, fetch.fetched_at, fetch.error) if fetch else ListState(one.label, 0, None)
    )


def _spellings(rows: Any) -> dict[str, str]:
    active = [row for row in rows if row.active]
    codes = {fold(row.code or row.name): row.code or row.name for row in active}
    texts = Counter(fold(row.name) for row in active)
    names = {fold(row.name): row.code or row.name for row in active if texts[fold(row.name)] == 1}
    return {**names, **{fold(called(row)): row.code or row.name for row in active}, **codes}
