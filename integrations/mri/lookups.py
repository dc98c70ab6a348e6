"""The tables that transforms look up in, as a form: one row for each of our words and MRI's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..base.interface import Cell, Data, Line, Operation, Sheet, State, Table, Values

NAME = "tables"
SHOWN = Operation(NAME, "Look-up tables", writes=False, state=State.PLAIN)
BLANK = 5  # empty rows below
LOOKUP = re.compile(r"lookup\(([^()]*)\)")
Tables = Mapping[str, Mapping[str, str]]


def sheet(profile: Data) -> Sheet:
    tables: Tables = profile.get("tables", {})
    rows = [(name, ours, theirs) for name, words in tables.items() for ours, theirs in words.items()]
    lines = [_line(number, *row) for number, row in enumerate([*rows, *[("", "", "")] * BLANK], 1)]
    about = (
        "Which of our words is which of MRI’s, by the name of a table that fields may pass by. Changing a table takes "
        "back the verification of every operation that looks up in it."
    )
    wanted = {name: uses(raw) - set(tables) for name, raw in profile.get("endpoints", {}).items()}
    faults = [f"{name} looks up in “{table}”, which is not here." for name, all in wanted.items() for table in all]
    return Sheet(SHOWN, (), [Table("words", "Words", lines, about, faults)])


def uses(raw: Data) -> set[str]:
    """The tables that an endpoint's transforms look up in."""
    rows = [row for table in ("parameters", "fields", "line_fields") for row in raw.get(table, ())]
    found = (LOOKUP.fullmatch(str(row.get("transform", ""))) for row in rows)
    return {one[1] for one in found if one}


def _line(number: int, name: str, ours: str, theirs: str) -> Line:
    wrong = "" if bool(name) == bool(ours) == bool(theirs) else "Table, our word and MRI’s belong together."
    odd = "" if not name or name.replace("_", "").isalnum() else "It may hold letters, digits and _ only."
    cells = [
        Cell("table", "Table", value=name, fault=wrong or odd),
        Cell("ours", "Ours", value=ours),
        Cell("theirs", "MRI’s", value=theirs),
    ]
    return Line(cells, f"{number}", "" if name else "new")


def filled(values: Values) -> dict[str, dict[str, str]]:
    """Rows that are not whole stay as they are, to be told."""
    found: dict[str, dict[str, str]] = {}
    for row in values.rows.get("words", ()):
        name, ours, theirs = (row.get(part, "").strip() for part in ("table", "ours", "theirs"))
        if name or ours or theirs:
            found.setdefault(name, {})[ours] = theirs
    return found


def changed(before: Tables, after: Tables) -> set[str]:
    """Names of tables that are not the same."""
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def names(profile: Data) -> Sequence[str]:
    return list(profile.get("tables", {}))
