"""Filters, sorting and pages of lists.

https://developers.procore.com/documentation/filtering-on-list-actions
https://developers.procore.com/documentation/pagination
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response
from .rules import Invalid
from .state import R, Row

T = TypeVar("T")

# Of lists without published numbers; the documentation advises against asking for more than 2,000.
DEFAULT_SIZE, LARGEST_SIZE = 100, 2000

Test = Callable[[Row], bool]
Filter = Callable[[Sequence[str]], Test]  # the values given → what a row must pass


def equals(column: str) -> Filter:
    return lambda values: lambda row: row[column] is not None and str(row[column]) in values


def flag(name: str, test: Test | None = None) -> Filter:
    """Of a column that is true or false, or of what `test` says; letter case aside."""

    def build(values: Sequence[str]) -> Test:
        said = values[-1].casefold()
        if said not in ("true", "false", "1", "0"):
            raise Invalid(400, **{name: "is neither true nor false"})
        wanted = said in ("true", "1")
        return lambda row: (test(row) if test else bool(row[name])) is wanted

    return build


def contains(*columns: str) -> Filter:
    """Free search in some columns, letter case aside."""

    def build(values: Sequence[str]) -> Test:
        wanted = values[0].casefold()
        return lambda row: any(wanted in str(row[column] or "").casefold() for column in columns)

    return build


def ids(values: Sequence[str]) -> Test:
    return lambda row: str(row.id) in values


def moments(attribute: str) -> Filter:
    """A range `start...end` of ISO times, both ends included."""

    def build(values: Sequence[str]) -> Test:
        parts = values[0].strip('"').split("...")
        if len(parts) != 2:
            raise Invalid(400, **{attribute: "must be a range of two times"})
        first, last = (moment(part, attribute) for part in parts)
        return lambda row: bool(first <= getattr(row, attribute) <= last)

    return build


def moment(text: str, attribute: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise Invalid(400, **{attribute: "is not an ISO 8601 time"}) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def narrowed(request: Request, rows: Iterable[R], filters: Mapping[str, Filter], strict: bool) -> list[R]:
    """The rows that pass every filter of the query. Several filters are joined by AND, values of an array by OR."""
    tests = []
    for key in request.args:
        match = re.fullmatch(r"filters\[(\w+)\](\[\])?", key)
        if match and match[1] in filters:
            tests.append(filters[match[1]](request.args.getlist(key)))
        elif match and strict:
            raise Invalid(400, **{match[1]: "is not a filter of this list"})
    return [row for row in rows if all(test(row) for test in tests)]


def ordered(request: Request, rows: list[Row], columns: Sequence[str]) -> list[Row]:
    """By the `sort` fields that the list knows, each descending behind a minus; else as they were made."""
    for field in reversed(request.args.get("sort", "").split(",")):
        name = field.removeprefix("-")
        if name in columns:
            rows = sorted(rows, key=lambda row: str(row[name] or "").casefold(), reverse=field.startswith("-"))
    return rows


@dataclass(frozen=True)
class Cut:
    """The part of a list that a request asks for."""

    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    def headers(self, request: Request) -> dict[str, str]:
        links = ", ".join(f'<{self._url(request, page)}>; rel="{rel}"' for rel, page in self._relations())
        counted = {"Total": str(self.total), "Per-Page": str(self.size)}
        return {**counted, "Link": links} if links else counted

    def _relations(self) -> list[tuple[str, int]]:
        """As the documentation lists them: no `prev` on page 2, no `next` and `last` on the last page."""
        back = [("first", 1)] if self.number > 1 else []
        if self.number > 2:
            back.append(("prev", self.number - 1))
        ahead = [("last", self.last), ("next", self.number + 1)] if self.number < self.last else []
        return back + ahead

    def _url(self, request: Request, page: int) -> str:
        pairs = [(key, value) for key, value in request.args.items(multi=True) if key not in ("page", "per_page")]
        return f"{request.base_url}?{urlencode([*pairs, ('page', page), ('per_page', self.size)])}"


def paged(
    request: Request,
    rows: Sequence[T],
    show: Callable[[T], Any],
    default: int = DEFAULT_SIZE,
    largest: int = LARGEST_SIZE,
    *,
    wrapped: bool = False,
) -> Response:
    """A page as a bare array, or `wrapped` in an object (version 2). A size above the largest is cut down to it."""
    size = min(_positive(request, "per_page", default), largest)
    cut = Cut(_positive(request, "page", 1), size, len(rows))
    first = (cut.number - 1) * size
    shown = [show(row) for row in rows[first : first + size]]
    return json_response({"data": shown} if wrapped else shown, headers=cut.headers(request))


def _positive(request: Request, name: str, default: int) -> int:
    number = request.args.get(name, default, type=int)
    return number if number > 0 else default
