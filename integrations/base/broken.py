"""Rows of a list that cannot be read, beside those that can: one broken record must not hold up the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from .errors import BadReply
from .parsing import identifier

T = TypeVar("T")
NAMELESS = "?"  # begins the id of a row whose own cannot be read either


@dataclass(frozen=True)
class Broken:
    """`id` is the row's own, or NAMELESS with its place; `label` what a person may know it by; `reason` a sentence."""

    id: str
    label: str
    reason: str


Sink = list[Broken]  # where a reader wants broken rows; without one the first of them is raised


def sift(
    rows: Iterable[Any], read: Callable[[int, Any], T], sink: Sink | None, id_field: str, labels: Sequence[str]
) -> list[T]:
    """The rows that `read` (number from 1, row) can read. Raises BadReply for the first other one without a sink."""
    good = []
    for number, row in enumerate(rows, 1):
        try:
            good.append(read(number, row))
        except BadReply as error:
            if sink is None:
                raise
            sink.append(_broken(row, len(sink) + 1, error.message, id_field, labels))
    return good


def _broken(row: Any, number: int, reason: str, id_field: str, labels: Sequence[str]) -> Broken:
    known = row if isinstance(row, Mapping) else {}
    told = (known.get(name) for name in labels)
    label = next((text for text in told if isinstance(text, str) and text.strip()), "")
    return Broken(_id(known.get(id_field)) or f"{NAMELESS}{number}", " ".join(label.split())[:200], reason)


def _id(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    try:
        return identifier(str(value))
    except ValueError:
        return ""
