"""Xero's `where` and `order`, and what its pages hold.

https://developer.xero.com/documentation/api/accounting/requests-and-responses#retrieving-a-filtered-list-of-resources
"""

from __future__ import annotations

import operator
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

Facts = Mapping[str, Any]
Test = Callable[[Facts], bool]
T = TypeVar("T")

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<guid>guid\("(?P<guid_text>[^"]*)"\))
    | (?P<date>DateTime\(\s*\d+\s*,\s*\d+\s*,\s*\d+\s*\))
    | (?P<text>"(?:[^"\\]|"")*")
    | (?P<op>==|!=|>=|<=|=|>|<)
    | (?P<and>AND\b|&&)
    | (?P<or>OR\b|\|\|)
    | (?P<method>\.(?:Contains|StartsWith|EndsWith)\()
    | (?P<number>-?\d+(?:\.\d+)?)
    | (?P<name>[A-Za-z]\w*(?:\.(?!(?:Contains|StartsWith|EndsWith)\()[A-Za-z]\w*)*)
    | (?P<open>\()
    | (?P<close>\))
    )""",
    re.VERBOSE | re.IGNORECASE,
)

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}

_METHODS: dict[str, Callable[[str, str], bool]] = {
    ".contains(": lambda text, part: part in text,
    ".startswith(": str.startswith,
    ".endswith(": str.endswith,
}


class QueryError(ValueError):
    """Xero would answer 400 with a QueryParseException."""


def fold(value: Any) -> Any:
    """Text as Xero compares it: case and accents do not count."""
    if not isinstance(value, str):
        return value
    plain = unicodedata.normalize("NFKD", value)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def where(text: str, fields: Sequence[str]) -> Test:
    """A test for records given as facts. Raises QueryError for what Xero could not read, unknown fields included."""
    parser = _Parser(text, fields)
    test = parser.either()
    parser.end()
    return test


class _Parser:
    """Recursive descent: OR over AND over comparisons and brackets."""

    def __init__(self, text: str, fields: Sequence[str]) -> None:
        self.fields = fields
        self.tokens = list(self._split(text))

    @staticmethod
    def _split(text: str) -> list[tuple[str, str]]:
        tokens, at = [], 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if found is None:
                raise QueryError(f"Syntax error at position {at}")
            kind = next(k for k, v in found.groupdict().items() if v is not None and k != "guid_text")
            tokens.append((kind, found["guid_text"] if kind == "guid" else found[kind]))
            at = found.end()
        return tokens

    def either(self) -> Test:
        tests = [self.both()]
        while self.skip("or"):
            tests.append(self.both())
        return lambda facts: any(test(facts) for test in tests)

    def both(self) -> Test:
        tests = [self.one()]
        while self.skip("and"):
            tests.append(self.one())
        return lambda facts: all(test(facts) for test in tests)

    def one(self) -> Test:
        if self.skip("open"):
            inner = self.either()
            self.take("close")
            return inner
        name = self.take("name")
        if name not in self.fields:
            raise QueryError(f"No property or field '{name}' exists in type")
        if self.tokens and self.tokens[0][0] == "method":
            return self.method(name)
        compare, value = _OPERATORS[self.take("op")], self.value()
        return lambda facts: _safely(compare, fold(facts.get(name)), value)

    def method(self, name: str) -> Test:
        method = _METHODS[self.take("method").lower()]
        part = fold(self.value())
        self.take("close")
        return lambda facts: method(fold(facts.get(name) or ""), part)

    def value(self) -> Any:
        kind, text = self.tokens.pop(0) if self.tokens else ("", "")
        if kind == "text":
            return fold(text[1:-1].replace('""', '"'))
        if kind == "guid":
            return text.lower()
        if kind == "number":
            return Decimal(text)
        if kind == "date":
            return _moment(text)
        if kind == "name" and text.lower() in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[text.lower()]
        raise QueryError("Expression expected")

    def skip(self, kind: str) -> bool:
        if self.tokens and self.tokens[0][0] == kind:
            self.tokens.pop(0)
            return True
        return False

    def take(self, kind: str) -> str:
        if not self.tokens or self.tokens[0][0] != kind:
            raise QueryError("Syntax error")
        return self.tokens.pop(0)[1]

    def end(self) -> None:
        if self.tokens:
            raise QueryError("Syntax error")


def _moment(text: str) -> datetime:
    """`DateTime(2026, 01, 31)`: midnight in UTC, as calendar dates are kept."""
    try:
        year, month, day = map(int, re.findall(r"\d+", text))
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        raise QueryError(f"'{text}' is no date") from None


def midnight(day: date | None) -> datetime | None:
    """A calendar date as a fact that can be compared."""
    return datetime.combine(day, time(), UTC) if day else None


def _safely(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    try:
        return compare(left, right)
    except TypeError:
        return False


def ordered(rows: Sequence[T], facts: Callable[[T], Facts], order: str, fields: Sequence[str]) -> list[T]:
    """Rows by `Name ASC, UpdatedDateUTC DESC`. Raises QueryError."""
    result = list(rows)
    for words in reversed([part.split() for part in order.split(",")]):
        name, way = (*words, "ASC")[:2] if 1 <= len(words) <= 2 else ("", "")
        if name not in fields or way.upper() not in ("ASC", "DESC"):
            raise QueryError(f"No property or field '{name}' exists in type")
        result.sort(key=lambda row: _sort_key(facts(row).get(name)), reverse=way.upper() == "DESC")
    return result


def _sort_key(value: Any) -> tuple[bool, Any]:
    return value is not None, "" if value is None else fold(value)
