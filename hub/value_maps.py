"""The accountant's table of a tenant: what each source value means in the books, compared, checked and stored."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from hub.models import ReferenceItem, Tenant, ValueMap

COLUMNS = {"account": "account", "tax_type": "tax_rate", "tracking": "tracking_option", "item": "item"}  # to list kinds
LABELS = {"account": "Account", "tax_type": "Tax type", "tracking": "Tracking option", "item": "Item"}
HEAD = ["code", "name", "project", *COLUMNS]
MOST_ROWS = 20_000
LIMITS = {column.name: getattr(column, "max_length", None) or 100 for column in ValueMap._meta.concrete_fields}


@dataclass(frozen=True)
class Line:
    """What somebody wants one row to be. `number` is the line of the file it came from."""

    key: str
    project: str
    values: Mapping[str, str]
    number: int = 0


@dataclass(frozen=True)
class Change:
    """A wanted line against what is stored. `errors` are sentences by column."""

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


class BadFile(Exception):
    """The file cannot be read as a value map; the text says why."""


def choices(tenant: Tenant) -> dict[str, dict[str, str]]:
    """Per column, the target's active entries: value → name. A column whose list was never fetched is empty."""
    kinds = {kind: column for column, kind in COLUMNS.items()}
    rows = ReferenceItem.objects.filter(connection=tenant.target_id, kind__in=kinds, active=True).order_by(
        "code", "name"
    )
    found: dict[str, dict[str, str]] = {column: {} for column in COLUMNS}
    for kind, code, name in rows.values_list("kind", "code", "name"):
        found[kinds[kind]][code or name] = name
    return found


def source_values(tenant: Tenant, kind: str) -> dict[str, str]:
    """What there is to map: code → name, from the cached list of that kind."""
    lists = [one for one in tenant.pairing_spec.references if one.kind == kind]
    sides = {"left": tenant.source_id, "right": tenant.target_id}
    connections = [sides[one.side] for one in lists]
    rows = ReferenceItem.objects.filter(connection__in=connections, kind=kind, active=True).order_by("code")
    return {code or name: name for code, name in rows.values_list("code", "name")}


def stored(tenant: Tenant, kind: str) -> dict[tuple[str, str], dict[str, str]]:
    """Rows by (source value, project)."""
    rows = ValueMap.objects.filter(tenant=tenant, kind=kind)
    return {(row.key, row.project): row.values() for row in rows}


def compare(tenant: Tenant, kind: str, lines: Iterable[Line]) -> list[Change]:
    """What storing these lines would change, each checked against the target's lists. Reads only."""
    have, allowed = stored(tenant, kind), choices(tenant)
    seen: set[tuple[str, str]] = set()
    changes = []
    for line in lines:
        place = (line.key, line.project)
        errors = _errors(line, have.get(place), allowed)
        if place in seen:
            errors["key"] = f"{line.key} is in here twice{f' for project {line.project}' if line.project else ''}."
        seen.add(place)
        changes.append(Change(line, have.get(place), errors))
    return changes


def _errors(line: Line, before: Mapping[str, str] | None, allowed: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    errors = {}
    if not line.key:
        errors["key"] = "The code is missing."
    texts = {"key": line.key, "project": line.project, **line.values}
    for name, text in texts.items():
        if len(text) > LIMITS[name]:
            errors[name] = f"At most {LIMITS[name]} characters."
    for column, value in line.values.items():
        known, same = allowed[column], before is not None and before.get(column) == value
        if value and known and value not in known and not same:
            errors[column] = f"There is no active {LABELS[column].lower()} “{value}”."
    return errors


@transaction.atomic
def store(tenant: Tenant, kind: str, changes: Iterable[Change]) -> int:
    """Carry out changes without errors. Rows are saved one by one, so that each is in the audit log. Gives back how
    many rows are different now."""
    count = 0
    rows = {(row.key, row.project): row for row in ValueMap.objects.filter(tenant=tenant, kind=kind)}
    for change in changes:
        if change.errors or change.kind == "unchanged":
            continue
        count += 1
        row = rows.get((change.line.key, change.line.project))
        if change.kind == "removed":
            if row is not None:
                row.delete()
            continue
        row = row or ValueMap(tenant=tenant, kind=kind, key=change.line.key, project=change.line.project)
        for column, value in change.line.values.items():
            setattr(row, column, value)
        row.save()
    return count


def to_csv(tenant: Tenant, kind: str) -> str:
    """Every source value with what it is mapped to; unmapped ones are empty. Begins with a byte order mark, without
    which spreadsheets misread accents."""
    names, have = source_values(tenant, kind), stored(tenant, kind)
    places = sorted({(key, "") for key in names} | set(have))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for key, project in places:
        values = have.get((key, project), {})
        cells = [key, names.get(key, ""), project, *(values.get(column, "") for column in COLUMNS)]
        writer.writerow([_inert(cell) for cell in cells])
    return "\ufeff" + out.getvalue()


def _inert(cell: str) -> str:
    """A spreadsheet must not take a cell for a formula (https://owasp.org/www-community/attacks/CSV_Injection)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _plain(cell: str) -> str:
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:2] in ("=", "+", "-", "@") else text


def from_csv(data: bytes) -> list[Line]:
    """The lines of a file like `to_csv` makes, in any order of columns, with commas or semicolons. Raises BadFile."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile("The file is not UTF-8 text. Save it as “CSV UTF-8” and choose it again.") from None
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise BadFile(f"The file is not a readable CSV: {error}.") from None
    if len(rows) > MOST_ROWS:
        raise BadFile(f"The file has more than {MOST_ROWS:,} rows.")
    return _lines(rows)


def _lines(rows: Sequence[Sequence[str]]) -> list[Line]:
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    if "code" not in head or not set(head) & set(COLUMNS):
        raise BadFile(f"The first row must name the columns: {', '.join(HEAD)}.")
    lines = []
    for number, row in enumerate(rows[1:], start=2):
        cells = dict(zip(head, map(_plain, row), strict=False))
        values = {column: cells.get(column, "") for column in COLUMNS}
        lines.append(Line(cells.get("code", ""), cells.get("project", ""), values, number))
    return lines
