"""A value map as a file for a spreadsheet, there and back."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from hub.texts import storable
from hub.value_maps import COLUMNS, Line
from hub.value_table import ValueTable

HEAD = ("code", "name", "project", *COLUMNS)
MOST_ROWS = 20_000
DELIMITERS = (",", ";", "\t")  # a spreadsheet takes that of its country
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  the wide ones too


class BadFile(Exception):
    """The file cannot be read as a value map; the text says why."""


@dataclass(frozen=True)
class Sheet:
    """What a file says. `ignored` columns mean nothing here; `absent` ones stay as they are in every row."""

    lines: Sequence[Line]
    ignored: Sequence[str] = ()
    absent: Sequence[str] = ()


def to_csv(table: ValueTable) -> str:
    """Every source value with what it is mapped to; unmapped ones are empty. Begins with a byte order mark, without
    which spreadsheets misread accents."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for row in sorted(table.rows, key=lambda row: (row.key, row.project)):
        cells = [row.key, row.name, row.project, *(row.values[column] for column in COLUMNS)]
        writer.writerow([inert(cell) for cell in cells])
    return "\ufeff" + out.getvalue()


def inert(cell: str) -> str:
    """A spreadsheet must not take a cell for a formula: it begins with an apostrophe then, as does one that would
    lose its own on the way back."""
    return f"'{cell}" if cell.startswith(FORMULA) or _guarded(cell) else cell


def plain(cell: str) -> str:
    """What `inert` was given."""
    text = cell.strip()
    return text[1:] if _guarded(text) else text


def _guarded(text: str) -> bool:
    return text.startswith("'") and text.lstrip("'").startswith(FORMULA)


def from_csv(data: bytes) -> Sheet:
    """The lines of a file like `to_csv` makes, in any order of columns. Raises BadFile."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile("The file is not UTF-8 text. Save it as “CSV UTF-8” and choose it again.") from None
    if not storable(text):
        raise BadFile(
            "The file holds characters that cannot be stored (NUL). Save it as “CSV UTF-8” and choose it again."
        )
    first = text.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise BadFile(f"The file is not a readable CSV: {error}.") from None
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    if len(filled) > MOST_ROWS:
        raise BadFile(f"The file has more than {MOST_ROWS:,} rows.")
    return _sheet(filled)


def _sheet(rows: Sequence[tuple[int, Sequence[str]]]) -> Sheet:
    head = [cell.strip().lower() for cell in rows[0][1]] if rows else []
    if "code" not in head or not set(head) & set(COLUMNS):
        raise BadFile(f"The first row must name the columns: {', '.join(HEAD)}.")
    doubled = sorted({name for name in head if name and head.count(name) > 1})
    if doubled:
        raise BadFile(f"The first row names a column twice: {', '.join(doubled)}.")
    lines = [_line(number, dict(zip(head, map(plain, row), strict=False))) for number, row in rows[1:]]
    ignored = [name for name in head if name and name not in HEAD]
    return Sheet(lines, ignored, [name for name in COLUMNS if name not in head])


def _line(number: int, cells: dict[str, str]) -> Line:
    values = {column: cells[column] for column in COLUMNS if column in cells}
    return Line(cells.get("code", ""), cells.get("project", ""), values, number)
