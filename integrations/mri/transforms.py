"""How one value passes between the hub and MRI, from a closed list.

MRI writes nearly everything as text: amounts ("-180.15"), ids with leading zeros ("0000010449"), flags (Y, N, and here
and there True, False), dates with up to seven digits of a second. Reading raises BadReply, writing Rejected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ..base import parsing
from ..base.errors import BadReply, Rejected

Value = str | Decimal | date | bool | None
Tables = Mapping[str, Mapping[str, str]]

# For people, and for strptime. A month stands for its first day.
DATE_FORMATS = {
    "YYYY-MM-DD": "%Y-%m-%d",
    "YYYY-MM-DDThh:mm:ss": "%Y-%m-%dT%H:%M:%S",
    "MM-DD-YYYY": "%m-%d-%Y",
    "MM/DD/YYYY": "%m/%d/%Y",
    "DD-MM-YYYY": "%d-%m-%Y",
    "DD/MM/YYYY": "%d/%m/%Y",
    "YYYYMMDD": "%Y%m%d",
    "YYYYMM": "%Y%m",
}
KINDS = {  # kind: what it is for
    "text": ("text",),
    "upper": ("text",),
    "pad_left": ("text",),
    "lookup": ("text",),
    "decimal": ("amount",),
    "date": ("date",),
    "yn": ("flag",),
    "const": ("text", "amount", "date", "flag"),
}
SPEC = re.compile(r"([a-z_]+)(?:\(([^()]*)\))?")
AMOUNT = re.compile(r"[+-]?(\d{1,30}(\.\d{0,10})?|\.\d{1,10})", re.ASCII)
ISO = re.compile(r"(\d{4}-\d\d-\d\d)([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
FLAGS = {"y": True, "n": False, "true": True, "false": False}
LONGEST_PAD, MOST_PLACES = 60, 6


@dataclass(frozen=True)
class Transform:
    """`kind` with its argument: pad_left(10), decimal(2), date(YYYY-MM-DD), lookup(table); text, upper, yn, const."""

    kind: str
    argument: str = ""

    @classmethod
    def of(cls, text: str) -> Transform:
        """Raises ValueError with a sentence."""
        found = SPEC.fullmatch(text.strip())
        if found is None or found[1] not in KINDS:
            raise ValueError(f"“{text}” is not in the list: {', '.join(map(_example, KINDS))}")
        transform = cls(found[1], (found[2] or "").strip())
        if not transform._argument_fits():
            raise ValueError(f"“{text}” should be written as {_example(transform.kind)}")
        return transform

    def _argument_fits(self) -> bool:
        if self.kind == "date":
            return self.argument in DATE_FORMATS
        if self.kind == "lookup":
            return bool(self.argument)
        if self.kind in ("pad_left", "decimal"):
            most = LONGEST_PAD if self.kind == "pad_left" else MOST_PLACES
            return self.argument.isdecimal() and int(self.argument) <= most
        return not self.argument

    def read(self, raw: Any, name: str, default: str = "", tables: Tables | None = None) -> Value:
        """MRI's value as the hub knows it: text as it stands, Decimal, date, bool. Nothing there: the default, else ""
        for text and None for the rest. Raises BadReply naming the field."""
        if self.kind == "const":
            return default
        text = _text_of(raw, name)
        if not text.strip():
            return self._read(default, name, tables or {}) if default else self._nothing()
        return self._read(text, name, tables or {})

    def _nothing(self) -> Value:
        return None if self.kind in ("decimal", "date", "yn") else ""

    def _read(self, text: str, name: str, tables: Tables) -> Value:
        if self.kind == "decimal":
            return read_amount(text, name)
        if self.kind == "date":
            return read_date(text, name, self.argument)
        if self.kind == "yn":
            return read_flag(text, name)
        if self.kind == "lookup":
            return self._looked_up(text, name, tables)
        return text

    def _looked_up(self, text: str, name: str, tables: Tables) -> str:
        for ours, theirs in tables.get(self.argument, {}).items():
            if theirs.casefold() == text.strip().casefold():
                return ours
        raise BadReply(f"MRI sent “{text}” as {name}, which is not in the table “{self.argument}”.")

    def write(self, value: Value, name: str, default: str = "", tables: Tables | None = None) -> str:
        """The hub's value as MRI takes it; "" for nothing. Raises Rejected naming the field."""
        if self.kind == "const":
            return default
        if value is None or value == "":
            return default
        if self.kind == "decimal":
            return write_amount(value, name, int(self.argument))
        if self.kind == "date":
            return write_date(value, name, self.argument)
        if self.kind == "yn":
            return _write_flag(value, name)
        return self._write_text(str(value), name, tables or {})

    def _write_text(self, text: str, name: str, tables: Tables) -> str:
        if self.kind == "upper":
            return text.upper()
        if self.kind == "pad_left":
            return text.rjust(int(self.argument), "0")
        if self.kind == "lookup":
            found = tables.get(self.argument, {}).get(text)
            if found is None:
                raise Rejected(f"“{text}” as {name} is not in the table “{self.argument}”. Add it there.")
            return found
        return text


def _example(kind: str) -> str:
    arguments = {"pad_left": "(10)", "decimal": "(2)", "date": "(YYYY-MM-DD)", "lookup": "(table)"}
    return kind + arguments.get(kind, "")


def _text_of(raw: Any, name: str) -> str:
    """Text stays as it is; a number is written out digit by digit."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "True" if raw else "False"
    if isinstance(raw, str):
        return raw
    if isinstance(raw, Decimal):
        return format(raw, "f")
    if isinstance(raw, int):
        return str(raw)
    raise BadReply(f"MRI sent a {type(raw).__name__} as {name}, where one value belongs.")


def read_amount(text: str, name: str) -> Decimal:
    """Exact, with as many places as were sent. Raises BadReply."""
    if not AMOUNT.fullmatch(text.strip()):
        raise BadReply(f"MRI sent “{text[:40]}” as {name}, which is not an amount.")
    try:
        return parsing.amount(Decimal(text.strip()))
    except ValueError as error:
        raise BadReply(f"MRI sent “{text[:40]}” as {name}: {error}.") from error


def write_amount(value: Value, name: str, places: int) -> str:
    """Never rounded. Raises Rejected when digits would be lost."""
    if not isinstance(value, Decimal) or not value.is_finite():
        raise Rejected(f"“{value}” as {name} is not an amount.")
    text = f"{value or abs(value):.{places}f}"  # no -0.00
    if Decimal(text) != value:
        raise Rejected(f"{value:f} as {name} has more than {places} decimals.")
    return text


def read_date(text: str, name: str, form: str) -> date:
    """The day of a date in its own form, or in ISO form with or without a time. No zone is applied: a date belongs to
    the entity's own calendar. Raises BadReply."""
    plain = text.strip()
    iso = ISO.fullmatch(plain)
    try:
        if iso:
            return parsing.day(date.fromisoformat(iso[1]))
        day = datetime.strptime(plain, DATE_FORMATS[form]).date()  # noqa: DTZ007  a calendar date
        if form.isalpha() and day.strftime(DATE_FORMATS[form]) != plain:  # strptime takes 2024123 for a day in December
            raise ValueError
        return parsing.day(day)
    except ValueError as error:
        raise BadReply(f"MRI sent “{plain[:40]}” as {name}, which is not a date such as {form}.") from error


def write_date(value: Value, name: str, form: str) -> str:
    """`value` is a date or its ISO text. Raises Rejected."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError as error:
        raise Rejected(f"“{value}” as {name} is not a date.") from error
    if not isinstance(day, date):
        raise Rejected(f"“{value}” as {name} is not a date.")
    return day.strftime(DATE_FORMATS[form])


def read_flag(text: str, name: str) -> bool:
    """Y, N, True or False. Raises BadReply."""
    found = FLAGS.get(text.strip().lower())
    if found is None:
        raise BadReply(f"MRI sent “{text[:40]}” as {name}, where Y or N belongs.")
    return found


def _write_flag(value: Value, name: str) -> str:
    if not isinstance(value, bool):
        raise Rejected(f"“{value}” as {name} is neither yes nor no.")
    return "Y" if value else "N"
