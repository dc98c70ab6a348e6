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
    | (?P<date>DateTime\(\s*\d+(?:\s*,\s*\d+){2}(?:(?:\s*,\s*\d+){3})?\s*\))
    | (?P<parsed>DateTime\.Parse\("(?P<date_text>[^"]*)"\))
    | (?P<text>"(?:[^"\\]|"")*")
    | (?P<op>==|!=|>=|<=|=|>|<)
    | (?P<and>AND\b|&&)
    | (?P<or>OR\b|\|\|)
    | (?P<case>\.To(?:Lower|Upper)\(\))
    | (?P<method>\.(?:Contains|StartsWith|EndsWith)\()
    | (?P<number>-?\d+(?:\.\d+)?)
    | (?P<name>[A-Za-z]\w*(?:\.(?!(?:Contains|StartsWith|EndsWith|ToLower|ToUpper)\()[A-Za-z]\w*)*)
    | (?P<open>\()
    | (?P<close>\))
    )""",
    re.VERBOSE | re.IGNORECASE,
)

_INNER = {"guid": "guid_text", "parsed": "date_text"}  # what counts of a token, where it is not the whole

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}

# What a field holds, by the last part of its name; what fits none is text. Xero calls the kinds by the names that .NET
# has for them.
_KINDS = (
    (re.compile(r"\w*I[Dd]"), "Guid"),
    (re.compile(r"\w*Date(UTC)?"), "DateTime?"),
    (re.compile(r"(Is|Has)[A-Z]\w*"), "Boolean?"),
    (re.compile(r"Amount\w*|\w*Total\w*|RemainingCredit|CurrencyRate"), "Decimal?"),
)
TEXT, NULL = "String", ""
_NUMBERS = ("Int32", "Double")
_NAMED: dict[str, tuple[str, Any]] = {"true": ("Boolean", True), "false": ("Boolean", False), "null": (NULL, None)}

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
            kind = next(k for k, v in found.groupdict().items() if v is not None and not k.endswith("_text"))
            tokens.append((kind, found[_INNER.get(kind, kind)]))
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
        kind = kind_of(name)
        while self.tokens and self.tokens[0][0] == "case":
            _only_text(kind, self.take("case"))
        if self.tokens and self.tokens[0][0] == "method":
            return self.method(name, kind)
        sign = self.take("op")
        literal, value = self.value()
        _comparable(sign, kind, literal)
        return lambda facts: _safely(_OPERATORS[sign], fold(facts.get(name)), value)

    def method(self, name: str, kind: str) -> Test:
        called = self.take("method")
        literal, part = self.value()
        self.take("close")
        _only_text(kind, called)
        _only_text(kind, called, literal)
        method = _METHODS[called.lower()]
        return lambda facts: method(fold(facts.get(name) or ""), part)

    def value(self) -> tuple[str, Any]:
        """What kind of value stands next, and the value."""
        kind, text = self.tokens.pop(0) if self.tokens else ("", "")
        if kind == "text":
            return TEXT, fold(text[1:-1].replace('""', '"'))
        if kind == "guid":
            return "Guid", text.lower()
        if kind == "number":
            return "Double" if "." in text else "Int32", Decimal(text)
        if kind in ("date", "parsed"):
            return "DateTime", _moment(text) if kind == "date" else _parsed(text)
        if kind == "name" and text.lower() in _NAMED:
            return _NAMED[text.lower()]
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


def kind_of(field: str) -> str:
    """What a field holds, in the words of Xero's refusals: Guid, DateTime?, Boolean?, Decimal? or String."""
    last = field.rpartition(".")[2]
    return next((kind for pattern, kind in _KINDS if pattern.fullmatch(last)), TEXT)


def _comparable(sign: str, field: str, literal: str) -> None:
    """Raises QueryError where the kinds do not fit; null fits everywhere.

    Xero's words: https://github.com/XeroAPI/Xero-NetStandard/issues/597
    """
    kind = field.rstrip("?")
    fits = literal in _NUMBERS if kind == "Decimal" else literal == kind
    ordered_by = kind not in ("Guid", "Boolean") or sign in ("=", "==", "!=")
    if literal != NULL and not (fits and ordered_by):
        raise QueryError(f"Operator '{sign}' incompatible with operand types '{field}' and '{literal}'")


def _only_text(field: str, called: str, argument: str = TEXT) -> None:
    """Only text has methods, and they take only text."""
    if (field, argument) != (TEXT, TEXT):
        raise QueryError(f"No applicable method '{called.strip('.()')}' exists in type '{field}'")


def _moment(text: str) -> datetime:
    """`DateTime(2026, 01, 31)`: midnight in UTC, as calendar dates are kept; a time of day may follow."""
    try:
        year, month, day, *clock = map(int, re.findall(r"\d+", text))
        hour, minute, second = clock or (0, 0, 0)
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise QueryError(f"'{text}' is no date") from None


def _parsed(text: str) -> datetime:
    """`DateTime.Parse("2026-01-31T00:00:00")`: https://github.com/waynerobinson/xeroizer/issues/164 ."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise QueryError("String was not recognized as a valid DateTime.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


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
