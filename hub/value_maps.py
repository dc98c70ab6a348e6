"""The accountant's table of a tenant: what somebody wants its rows to be, compared, checked and stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace

from django.db import transaction

from hub import audit
from hub.models import Tenant, ValueMap
from hub.pairing import VALUE_COLUMNS
from hub.value_table import EMPTY, Place, ValueTable, fold

COLUMNS = tuple(column.name for column in VALUE_COLUMNS)
LIMITS = {column.name: getattr(column, "max_length", None) or 100 for column in ValueMap._meta.concrete_fields}


@dataclass(frozen=True)
class Line:
    """What somebody wants one row to be: a column that is not named stays as it is. `number` is the row of the file it
    came from. `was` is what somebody saw when they decided; None when nobody looked at the row before."""

    key: str
    project: str
    values: Mapping[str, str]
    number: int = 0
    was: Mapping[str, str] | None = None

    @property
    def place(self) -> Place:
        return self.key, self.project


@dataclass(frozen=True)
class Change:
    """A wanted line, all its columns filled in, against what is stored. `errors` are sentences by column."""

    line: Line
    before: Mapping[str, str] | None
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """new, changed, removed or unchanged."""
        if not any(self.line.values.values()):
            return "removed" if self.before else "unchanged"
        if self.before is None:
            return "new"
        return "unchanged" if dict(self.before) == dict(self.line.values) else "changed"


def compare(table: ValueTable, lines: Iterable[Line]) -> list[Change]:
    """What storing these lines would change, each checked against the target's lists. Reads only."""
    seen: dict[Place, int] = {}
    numbers = {fold(number): number for number in table.projects}
    changes = []
    for given in lines:
        line = replace(given, project=numbers.get(fold(given.project), given.project))
        before = table.stored.get(line.place)
        change = Change(replace(line, values=_wanted(table, line, before)), before)
        errors = _errors(table, change)
        if line.place in seen:
            errors["key"] = _twice(line, seen[line.place])
        seen.setdefault(line.place, line.number)
        changes.append(replace(change, errors=errors))
    return changes


def _wanted(table: ValueTable, line: Line, before: Mapping[str, str] | None) -> dict[str, str]:
    typed = {column: table.spelled(column, value) for column, value in line.values.items()}
    return {**EMPTY, **(before or {}), **typed}


def _twice(line: Line, first: int) -> str:
    project = f" for project {line.project}" if line.project else ""
    where = f": see row {first}" if first else ""
    return f"{line.key} is in here twice{project}{where}."


def _errors(table: ValueTable, change: Change) -> dict[str, str]:
    """A row that stays as it is is nobody's mistake today, whatever has become of its account."""
    line = change.line
    errors = {} if line.key else {"key": "The code is missing."}
    texts = {"key": line.key, "project": line.project, **line.values}
    errors |= {name: f"At most {LIMITS[name]} characters." for name, text in texts.items() if len(text) > LIMITS[name]}
    if change.kind == "unchanged":
        return errors
    if line.was is not None and dict(line.was) != dict(change.before or EMPTY):
        errors["key"] = _overtaken(line, change.before)
    if change.kind == "removed":
        return errors
    if line.project and table.projects and line.project not in table.projects:
        errors["project"] = f"No project {line.project} is linked. Correct the number, or send the project first."
    return {**table.faults(line.values), **errors}


def _overtaken(line: Line, before: Mapping[str, str] | None) -> str:
    if not any((line.was or EMPTY).values()):
        return f"{line.key} has a row already: look for it and change it there."
    now = ", ".join(value for value in (before or EMPTY).values() if value) or "empty"
    return f"Somebody else has changed this row meanwhile; it is now: {now}. Store again to put yours in its place."


@transaction.atomic
def store(tenant: Tenant, kind: str, changes: Iterable[Change]) -> int:
    """Carry out changes without errors, each with an entry of its own in the audit log, in as many queries for one row
    as for hundreds. Gives back how many rows are different now."""
    rows = {(row.key, row.project): row for row in ValueMap.objects.filter(tenant=tenant, kind=kind)}
    edits: list[audit.Edit[ValueMap]] = []
    for change in changes:
        if change.errors or change.kind == "unchanged":
            continue
        before = rows.get(change.line.place)
        if before is not None:
            before.tenant = tenant
        edits.append(audit.Edit(before, None if change.kind == "removed" else _row(tenant, kind, change.line, before)))
    wanted = [edit.after for edit in edits if edit.after]
    place = ["tenant", "kind", "key", "project"]
    ValueMap.objects.bulk_create(
        wanted, batch_size=100, update_conflicts=True, unique_fields=place, update_fields=[*COLUMNS, "updated_at"]
    )
    audit.delete_many(edit.before for edit in edits if edit.before and not edit.after)
    audit.log_many(edits)
    return len(edits)


def _row(tenant: Tenant, kind: str, line: Line, before: ValueMap | None) -> ValueMap:
    row = copy(before) if before else ValueMap(tenant=tenant, kind=kind, key=line.key, project=line.project)
    for column, value in line.values.items():
        setattr(row, column, value)
    return row
