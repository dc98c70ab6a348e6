"""What of a tenant's value maps a person should see to before a document fails on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse

from hub.models import Tenant
from hub.pairing import Check
from hub.value_table import EMPTY, Row, ValueTable

MOST_NAMED = 5


@dataclass(frozen=True)
class Notice:
    """`unmapped` values of the source, and `invalid` rows, which the target would refuse. `url` shows only these."""

    label: str
    unmapped: int
    invalid: int
    url: str


def notices(tenant: Tenant) -> list[Notice]:
    """One for each value map that is not in order."""
    told = []
    for kind, label in tenant.pairing_spec.value_kinds:
        rows = ValueTable(tenant, kind).rows
        unmapped, invalid = sum(bool(row.lacks) for row in rows), sum(bool(row.faults) for row in rows)
        if unmapped or invalid:
            told.append(Notice(label, unmapped, invalid, _url(tenant, kind, "unmapped" if unmapped else "invalid")))
    return told


def _url(tenant: Tenant, kind: str, show: str = "") -> str:
    return reverse("admin:hub_tenant_values", args=[tenant.pk, kind]) + (f"?show={show}" if show else "")


def checks(tenant: Tenant) -> Iterator[Check]:
    """Two lines of “Check set-up” for each value map. Looks at the cached lists only."""
    for kind, label in tenant.pairing_spec.value_kinds:
        table = ValueTable(tenant, kind)
        yield _mapped(table, label)
        if table.stored:
            yield _valid(table, label)


def _mapped(table: ValueTable, label: str) -> Check:
    title = f"{label}: value map"
    missing = [row for row in table.rows if row.lacks]
    if missing:
        detail = f"{len(missing):,} of {len(table.names):,} not mapped: {_first(missing)}."
        return _wrong(table, title, detail, "Complete them in the value map.", "unmapped")
    if table.lists.fetched(table.kind):
        return Check(title, True, f"All {len(table.names):,} of the list are mapped, or need no row of their own.")
    if not table.lacks(EMPTY):
        return Check(title, True, "None needs a row of its own; the list has not been fetched yet.")
    fix = "Press “Refresh lists” on the page of the value map."
    return _wrong(table, title, "The list has not been fetched yet, so what is missing is not known.", fix, "")


def _valid(table: ValueTable, label: str) -> Check:
    title = f"{label}: rows of the value map"
    broken = [row for row in table.rows if row.faults]
    if not broken:
        return Check(title, True, _as_of(table))
    told = " ".join(f"{_called(row)}: {next(iter(row.faults.values()))}" for row in broken[:MOST_NAMED])
    more = f" And {len(broken) - MOST_NAMED:,} more." if len(broken) > MOST_NAMED else ""
    return _wrong(table, title, told + more, "Choose others in the value map, or restore them there.", "invalid")


def _as_of(table: ValueTable) -> str:
    """How far the check reaches: as far as the cached lists."""
    count, missing = len(table.stored), [one.label for one in table.states if one.fetched_at is None]
    rows = f"{count:,} row{'' if count == 1 else 's'}"
    if missing:
        return f"{rows}; not fetched yet, so not checked: {', '.join(missing)}."
    old = [one.label for one in table.states if one.stale]
    return f"{rows}, by lists fetched over a week ago: {', '.join(old)}." if old else f"{rows}, all in order."


def _wrong(table: ValueTable, title: str, detail: str, fix: str, show: str) -> Check:
    return Check(title, False, detail, fix, url=_url(table.tenant, table.kind, show))


def _first(rows: Sequence[Row]) -> str:
    named = ", ".join(f"{_called(row)} ({row.lacks})" for row in rows[:MOST_NAMED])
    return f"{named} and {len(rows) - MOST_NAMED:,} more" if len(rows) > MOST_NAMED else named


def _called(row: Row) -> str:
    return f"{row.key} in project {row.project}" if row.project else row.key
