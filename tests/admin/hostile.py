"""What a browser, a scanner or a slip of the hand may send to any page: the addresses, and the values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle
from typing import Any
from urllib.parse import quote

from django.contrib import admin
from django.db.models import Model
from django.urls import URLPattern, get_resolver, reverse

BYTES = ("%00", "a%00b", "%ED%A0%80", "%FF%FE", "%C0%80")  # as they stand in an address: not all of them are text
NUMBERS = ("9" * 19, str(2**63), str(-(2**63) - 1), "9" * 40, "9" * 4999, "1e400", "NaN", "-1", "1.5", "٣", "²", "0x10")
DATES = ("2026-13-45", "0000-00-00", "9999-12-31T23:59:59-14:00", "99999-01-01", "today")
LONG = ("x" * 3_999, "x" * 100_000, "😀" * 300)
TEXTS = (
    *("\u202egnp", "\ufeff", "\r\n", "a,b", ",", "[", "(", "{", "\\", "%", "%s%(x)s{0.__class__}", "*", "not-a-uuid"),
    *("' OR 1=1 --", "<script>", "../../etc/passwd", "None", "True", "null", "[1", '{"a":'),
)
VALUES = (*BYTES, *(quote(text, safe="") for text in (*NUMBERS, *DATES, *LONG, *TEXTS)))
INTEGERS = ("0", "9" * 19, str(2**63), "9" * 40, "9" * 4999)

GENERAL = ("q", "p", "o", "e", "all", "_facets", "_popup", "_to_field", "_changelist_filters", "page", "unknown")
PAGES = ("tab", "state", "tenant", "stage", "code", "outcome", "next", "s", "term", "app_label", "model_name", "edit")
COMPARISONS = ("", "__exact", "__in", "__isnull", "__gte", "__range", "__year", "__regex", "__id__exact", "__x")
PIECE = re.compile(r"<(?:(\w+):)?(\w+)>")


def routes() -> list[str]:
    """Every address of the installation as a pattern: "/admin/hub/tenant/<path:object_id>/change/"."""
    return [route for route in _walk(get_resolver().url_patterns, "/") if "(?P" not in route]


def _walk(patterns: list[Any], before: str) -> Iterator[str]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route
        else:
            yield from _walk(one.url_patterns, route)


def filled(route: str, value: str) -> str:
    """An address of this pattern; `value` stands in every place that takes any text, a number or a word elsewhere."""

    def put(found: re.Match[str]) -> str:
        kind = found[1] or "str"
        return value if kind in ("path", "str") else {"int": value, "slug": "cost_code"}[kind]

    return PIECE.sub(put, route)


def lists() -> Iterator[tuple[type[Model], str]]:
    for model in admin.site._registry:
        yield model, reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def questions(model: type[Model]) -> Iterator[str]:
    """Names that a list's address may ask by: its own, its filters', and any comparison with any column."""
    yield from GENERAL
    for one in admin.site._registry[model].list_filter:
        name = one[0] if isinstance(one, tuple) else getattr(one, "parameter_name", one)
        yield from (f"{name}{form}" for form in ("", "__exact", "__isnull", "__id__exact"))
    forms = cycle(COMPARISONS)
    for field in model._meta.concrete_fields:
        yield f"{field.name}{next(forms)}"
        yield f"{field.attname}{next(forms)}"
