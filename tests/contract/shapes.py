"""Comparing documents by shape: keys, their order, types, and the forms of dates and ids; not the values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

_TEXT_FORMS = (
    ("guid", re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")),
    ("date with offset", re.compile(r"/Date\(-?\d+[+-]\d{4}\)/")),
    ("date without offset", re.compile(r"/Date\(-?\d+\)/")),
    ("time with 7 digits", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}")),
    ("day and time", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")),
)


@dataclass
class Shape:
    """The union of everything seen at one place. `seen` counts how often."""

    seen: int = 0
    forms: set[str] = field(default_factory=set)
    keys: dict[str, Shape] = field(default_factory=dict)
    order: list[tuple[str, ...]] = field(default_factory=list)
    items: Shape | None = None

    def add(self, value: Any) -> Shape:
        self.seen += 1
        self.forms.add(form(value))
        if isinstance(value, dict):
            self.order.append(tuple(value))
            for key, inner in value.items():
                self.keys.setdefault(key, Shape()).add(inner)
        elif isinstance(value, list):
            self.items = self.items or Shape()
            for inner in value:
                self.items.add(inner)
        return self

    def always(self, key: str) -> bool:
        return self.keys[key].seen == len(self.order)


def form(value: Any) -> str:
    """The kind of a value, by name."""
    if isinstance(value, str):
        return next((name for name, pattern in _TEXT_FORMS if pattern.fullmatch(value)), "text" if value else "empty")
    kinds = {dict: "object", list: "list", bool: "bool", type(None): "null", int: "number", Decimal: "number"}
    return kinds.get(type(value), type(value).__name__)


def differences(recorded: Any, ours: Any) -> list[str]:
    """What `ours` has that was never recorded, lacks that always was, or writes in another form or order."""
    return [
        f"{place or 'the document'}: {what}" for place, what in _compare(Shape().add(recorded), Shape().add(ours), "")
    ]


def _compare(recorded: Shape, ours: Shape, place: str) -> Iterator[tuple[str, str]]:
    known = recorded.forms | ({"empty"} if recorded.forms & {"text"} else set())
    if strange := ours.forms - known - ({"text"} if "empty" in recorded.forms else set()):
        yield place, f"{', '.join(sorted(strange))} instead of {', '.join(sorted(recorded.forms))}"
    for key in ours.keys:
        if key not in recorded.keys:
            yield f"{place}.{key}", "was never recorded"
        else:
            yield from _compare(recorded.keys[key], ours.keys[key], f"{place}.{key}")
    for key in recorded.keys:
        if ours.order and recorded.always(key) and not (key in ours.keys and ours.always(key)):
            yield f"{place}.{key}", "is missing"
    if (pair := _other_order(recorded, ours)) is not None:
        yield place, f"{pair[0]} stands before {pair[1]}"
    if recorded.items and ours.items and recorded.items.seen and ours.items.seen:
        yield from _compare(recorded.items, ours.items, f"{place}[]")


def _other_order(recorded: Shape, ours: Shape) -> tuple[str, str] | None:
    """Two neighbouring keys of ours that always stood the other way round."""
    later = {(b, a) for keys in recorded.order for i, a in enumerate(keys) for b in keys[i + 1 :]}
    earlier = {(a, b) for keys in recorded.order for i, a in enumerate(keys) for b in keys[i + 1 :]}
    for keys in ours.order:
        for pair in zip(keys, keys[1:], strict=False):
            if pair in later and pair not in earlier:
                return pair
    return None


def same_shape(recorded: Any, ours: Any, exceptions: Mapping[str, str] | None = None) -> list[str]:
    """The differences that no exception covers. Keys of `exceptions` begin a difference; values are the reasons."""
    covered = tuple(exceptions or ())
    return [found for found in differences(recorded, ours) if not found.startswith(covered)]
