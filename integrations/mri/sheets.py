"""An endpoint as a form: its settings, and rows for each field that the operation knows, filled in or not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..base.interface import Cell, Choice, Line, Sheet, Table, Values
from ..base.interface import Operation as Shown
from .checks import endpoint_faults
from .operations import OPERATIONS, HubField, Kind, Operation
from .transforms import DATE_FORMATS

Row = Mapping[str, Any]
PADS = range(2, 21)
PLACES = range(5)
BLANK = 2  # empty rows below a table
NO_SOURCE = "fixed value"
PLACE = re.compile(r"(\w+)(?:\[(\d+)\])?(?:\.(\w+))?")
KINDS: Mapping[Kind, str] = {"text": "text", "amount": "amount", "date": "date", "flag": "yes or no"}


class Told:
    """What is wrong with an endpoint, by (table, row, column), ("", None, setting) or (table, None, "")."""

    def __init__(self, faults: Iterable[tuple[str, str]]) -> None:
        self._found: dict[tuple[str, int | None, str], list[str]] = {}
        for place, sentence in faults:
            found = PLACE.match(place)
            name, row, column = found.groups() if found else (place, None, None)
            key = (name, int(row) if row else None, column or "")
            self._found.setdefault(key, []).append(sentence)

    def setting(self, name: str) -> str:
        return " ".join(self._found.get((name, None, ""), ()))

    def table(self, name: str) -> Sequence[str]:
        return self._found.get((name, None, ""), [])

    def cell(self, table: str, row: int | None, column: str) -> str:
        return "" if row is None else " ".join(self._found.get((table, row, column), ()))


def sheet(shown: Shown, raw: Row, tables: Iterable[str]) -> Sheet:
    """`raw` is the endpoint's data, {} when there is none yet. What is wrong with it is told."""
    spec = OPERATIONS[shown.name]
    told = Told(endpoint_faults(spec.name, raw, tables) if raw else ())
    lookups = list(tables)
    return Sheet(
        operation=shown,
        cells=[cell for cell in _settings(spec, raw, told) if cell is not None],
        tables=list(_tables(spec, raw, told, lookups)),
        asks=_asks(spec, raw),
    )


# Settings.


def _settings(spec: Operation, raw: Row, told: Told) -> Iterable[Cell | None]:
    yield _flag("enabled", "Used", raw.get("enabled", True), "Switched off, it is neither read nor written.")
    yield _text("api", "API name", raw, told, help="As MRI's administrator knows it, such as MRI_S-PMAP_Bank.")
    verbs = ("POST", "PUT") if spec.writes else ("GET",)
    yield _choice("verb", "Verb", raw, told, [(verb, verb) for verb in verbs])
    forms = [("", "as the login says"), ("json", "JSON"), ("xml", "XML")]
    yield _choice("format", "Format", raw, told, forms)
    yield _text("record_path", "Path to the records", raw, told, "value", help="Usually value.")
    if not spec.name.endswith(".list"):
        yield _key(spec, raw, told)
    if spec.lines:
        yield _text("line_path", "Path to the lines", raw, told, help="Within a record, such as Lines.entry.")
    if spec.writes:
        yield _flag("send_metadata", "Send odata.metadata", raw.get("send_metadata", True), "As MRI's own answers do.")


def _text(name: str, label: str, raw: Row, told: Told, default: str = "", help: str = "") -> Cell:
    return Cell(name, label, value=str(raw.get(name, default)), help=help, fault=told.setting(name))


def _choice(name: str, label: str, raw: Row, told: Told, choices: Sequence[Choice]) -> Cell:
    value = str(raw.get(name, choices[0][0]))
    return Cell(name, label, "choice", value, _with(choices, value), fault=told.setting(name))


def _flag(name: str, label: str, value: Any, help: str = "") -> Cell:
    return Cell(name, label, "flag", "on" if value else "", help=help)


def _key(spec: Operation, raw: Row, told: Told) -> Cell:
    choices = [(name, _words(name)) for name in spec.fields]
    about = "The fields that together tell a record from all others: it is found again by them."
    return Cell("key", "Key", "choices", " ".join(raw.get("key", ())), choices, help=about, fault=told.setting("key"))


# Tables.


def _tables(spec: Operation, raw: Row, told: Told, lookups: Sequence[str]) -> Iterable[Table]:
    if not spec.writes:
        about = "What a read is narrowed by. The value is a fixed one, or goes where nothing fills it."
        yield Table("parameters", "Parameters", _parameters(spec, raw, told, lookups), about, told.table("parameters"))
    seen = [str(name) for name in raw.get("sample_fields", ())]
    path = f"{raw.get('line_path')}." if raw.get("line_path") else ""
    own = [name for name in seen if not path or not name.startswith(path)]
    about = "Which of MRI's fields is which of ours. Leave the name empty where MRI has none. Constants go last."
    lines = _fields("fields", spec.fields, raw, told, lookups, own)
    yield Table("fields", "Fields", lines, about, told.table("fields"), "Ours")
    if spec.lines:
        within = [name.removeprefix(path) for name in seen if path and name.startswith(path)]
        lines = _fields("line_fields", spec.lines, raw, told, lookups, within)
        about = "The same for each line of the record."
        yield Table("line_fields", "Fields of a line", lines, about, told.table("line_fields"), "Ours")


def _parameters(spec: Operation, raw: Row, told: Told, lookups: Sequence[str]) -> list[Line]:
    rows = list(raw.get("parameters", ()))
    sources = [("", NO_SOURCE), *((name, _words(name)) for name in spec.filters)]
    places: list[int | None] = [*range(len(rows)), *[None] * BLANK]
    found = (_parameter(rows[n] if n is not None else {}, n, told, sources, lookups) for n in places)
    return [Line(cells, f"{number}", "" if number <= len(rows) else "new") for number, cells in enumerate(found, 1)]


def _parameter(
    row: Row, number: int | None, told: Told, sources: Sequence[Choice], lookups: Sequence[str]
) -> list[Cell]:
    def fault(column: str) -> str:
        return told.cell("parameters", number, column)

    transform = str(row.get("transform", "text"))
    ways = _with([*_ways("text", lookups, const=False), *_ways("date", (), const=False)], transform)
    source = str(row.get("source", ""))
    return [
        Cell("name", "Name at MRI", value=str(row.get("name", "")), fault=fault("name")),
        Cell("source", "Filled by", "choice", source, _with(sources, source), fault=fault("source")),
        Cell("value", "Value", value=str(row.get("value", "")), fault=fault("value")),
        Cell("transform", "Written as", "choice", transform, ways, fault=fault("transform")),
        _flag("required", "Required", row.get("required", False)),
    ]


def _fields(
    table: str, known: Mapping[str, HubField], raw: Row, told: Told, lookups: Sequence[str], offers: Sequence[str]
) -> list[Line]:
    """A line for each field of ours, then those that are something else: constants, and doubles that must go."""
    rows = list(raw.get(table, ()))
    first = {str(row.get("hub", "")): n for n, row in reversed(list(enumerate(rows)))}
    lines = []
    for field in known.values():
        number = first.get(field.name)
        row = rows[number] if number is not None else {"transform": _usual(field.kind)}
        lines.append(_field(table, field.name, field.kind, row, number, told, lookups, offers, _note(field)))
    others = [n for n, row in enumerate(rows) if n != first.get(str(row.get("hub", ""))) or row.get("hub") not in known]
    for n in others:
        hub = str(rows[n].get("hub", ""))
        lines.append(_field(table, hub, "text", rows[n], n, told, lookups, offers, "constant" if not hub else "twice"))
    blank = {"transform": "const"}
    lines += [_field(table, "", "text", blank, None, told, (), offers, "a new constant") for _ in range(BLANK)]
    return lines


def _field(
    table: str,
    hub: str,
    kind: Kind,
    row: Row,
    number: int | None,
    told: Told,
    lookups: Sequence[str],
    offers: Sequence[str],
    note: str,
) -> Line:
    def fault(column: str) -> str:
        return told.cell(table, number, column)

    transform = str(row.get("transform", "text"))
    ways = _with(_ways(kind, lookups) if hub else [("const", "always the default")], transform)
    length = str(row.get("max_length") or "")
    cells = [
        Cell("hub", "", "hidden", hub),
        Cell("mri", "Name at MRI", value=str(row.get("mri", "")), offers=offers, fault=fault("mri")),
        Cell("max_length", "Length", "number", length, fault=fault("max_length")),
        Cell("transform", "Passes as", "choice", transform, ways, fault=fault("transform")),
        Cell("default", "Default", value=str(row.get("default", "")), fault=fault("default")),
        _flag("required", "Required", row.get("required", False)),
    ]
    return Line(cells, _words(hub) if hub else "", note, fault("hub"))


def _note(field: HubField) -> str:
    return f"{KINDS[field.kind]}, needed" if field.required else KINDS[field.kind]


def _usual(kind: Kind) -> str:
    return {"text": "text", "amount": "decimal(2)", "date": "date(YYYY-MM-DD)", "flag": "yn"}[kind]


def _ways(kind: Kind, lookups: Sequence[str], const: bool = True) -> list[Choice]:
    """The closed list of transforms that suit a kind of field."""
    ways: Mapping[Kind, list[Choice]] = {
        "text": [
            ("text", "as it is"),
            ("upper", "in capitals"),
            *((f"pad_left({n})", f"zeros in front, {n} characters") for n in PADS),
            *((f"lookup({name})", f"by the table {name}") for name in lookups),
        ],
        "amount": [(f"decimal({n})", f"amount, {n} decimals") for n in PLACES],
        "date": [(f"date({form})", f"date {form}") for form in DATE_FORMATS],
        "flag": [("yn", "Y or N")],
    }
    return ways[kind] + ([("const", "always the default")] if const else [])


def _asks(spec: Operation, raw: Row) -> list[Cell]:
    """What a probe may be narrowed by: some APIs refuse a read without a filter."""
    sources = [str(row.get("source", "")) for row in raw.get("parameters", ())]
    named = [name for name in dict.fromkeys(sources) if name in spec.filters]
    return [Cell(name, _words(name), help=KINDS[spec.filters[name]]) for name in named]


def _with(choices: Sequence[Choice], value: str) -> Sequence[Choice]:
    """A value that somebody has set by file stays choosable."""
    return choices if value in dict(choices) else [*choices, (value, value)]


def _words(name: str) -> str:
    return name.replace("_", " ")


# Back from the form.


def taken(spec: Operation, values: Values, earlier: Row) -> dict[str, Any]:
    """An endpoint's data as it was typed, right or wrong. Rows keep the order that they have had."""
    cells = {name: value.strip() for name, value in values.cells.items()}
    texts = ("api", "verb", "format", "record_path", "line_path")
    raw: dict[str, Any] = {name: cells[name] for name in texts if name in cells}
    raw |= {name: bool(cells[name]) for name in ("enabled", "send_metadata") if name in cells}
    if "key" in cells:
        raw["key"] = cells["key"].split()
    for table, name in (("parameters", "name"), ("fields", "mri"), ("line_fields", "mri")):
        rows = [_row(row) for row in values.rows.get(table, ())]
        raw[table] = _ordered([row for row in rows if _is_filled(row, name)], earlier.get(table, ()), name)
    return raw


def _row(row: Mapping[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {name: value.strip() for name, value in row.items()}
    told["required"] = bool(told.get("required"))
    if not told.get("max_length"):
        told.pop("max_length", None)
    return told


def _is_filled(row: Row, name: str) -> bool:
    """A field of ours without a name at MRI is one that MRI does not have. Other rows count once anything is typed."""
    return bool(row.get(name) or (not row.get("hub") and (row.get("default") or row.get("value"))))


def _ordered(rows: list[dict[str, Any]], earlier: Sequence[Row], name: str) -> list[dict[str, Any]]:
    def identity(row: Row) -> str:
        return str(row.get("hub") or row.get(name, ""))

    places = {identity(row): n for n, row in enumerate(earlier)}
    return sorted(rows, key=lambda row: places.get(identity(row), len(places)))
