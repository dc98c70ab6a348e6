"""How lists are filtered, ordered and cut into pages, the same for every resource.

https://developer.xero.com/documentation/api/accounting/requests-and-responses
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from werkzeug.wrappers import Request

from . import query
from .bodies import argument

T = TypeVar("T")


class TooMuch(Exception):
    """More records than a list may hold: 400."""


@dataclass(frozen=True)
class Listing(Generic[T]):
    """What a resource can be filtered by: its facts per record, by Xero's field names."""

    facts: Callable[[T], query.Facts]
    fields: tuple[str, ...]
    default_order: str = ""

    filters: bool = True  # some resources know no `where`, and take no notice of one

    def select(self, request: Request, rows: Sequence[T], max_rows: int) -> list[T]:
        """`where` and `order`. Raises query.QueryError, TooMuch."""
        if self.filters and (condition := argument(request, "where")):
            test = query.where(condition, self.fields)
            rows = [row for row in rows if test(self.facts(row))]
        if len(rows) > max_rows:
            raise TooMuch
        order = argument(request, "order") or self.default_order
        return query.ordered(rows, self.facts, order, self.fields) if order else list(rows)


@dataclass(frozen=True)
class PageOf(Generic[T]):
    rows: list[T]
    pagination: dict[str, int] | None


def asks_for_page(request: Request) -> bool:
    return bool(argument(request, "page") or argument(request, "pageSize"))


def page(request: Request, rows: Sequence[T], *, forced: bool = False) -> PageOf[T]:
    """The page asked for; everything, without a pagination object, when none was. Sizes are clamped, not refused.

    `forced`: the first page comes even if none was asked for.
    """
    if not (forced or asks_for_page(request)):
        return PageOf(list(rows), None)
    number = max(1, _int(argument(request, "page"), 1))
    size = min(1000, max(1, _int(argument(request, "pageSize"), 100)))
    told = {"page": number, "pageSize": size, "pageCount": math.ceil(len(rows) / size), "itemCount": len(rows)}
    return PageOf(list(rows[(number - 1) * size : number * size]), told)


def _int(text: str, default: int) -> int:
    try:
        return int(text)
    except ValueError:
        return default
