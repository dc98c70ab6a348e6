"""One document of the ledger, cut into a part for each project. Pure.

Every part has the document's own header; each line stands in the part of its own project only; what belongs to no
project is in no part, and is counted. The parts and the rest come to the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class CostLine:
    """A line before tax. `project_id` is Procore's, "" for none; `tracked` is what the line says instead, if anything.
    Each ledger has lines of its own that say how it codes them.
    """

    id: str
    amount: Decimal
    description: str = ""
    project_id: str = ""
    tracked: str = ""


@dataclass(frozen=True)
class Split:
    """`parts` are by project; `unsent` are the lines without one."""

    parts: Mapping[str, tuple[CostLine, ...]]
    unsent: tuple[CostLine, ...]

    @property
    def total(self) -> Decimal:
        return added_up(self.unsent) + sum((added_up(part) for part in self.parts.values()), ZERO)


def added_up(lines: Iterable[CostLine]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)


def split(lines: Iterable[CostLine]) -> Split:
    """Lines without an amount are text, and left out."""
    parts: dict[str, list[CostLine]] = {}
    unsent: list[CostLine] = []
    for line in lines:
        if not line.amount:
            continue
        place = parts.setdefault(line.project_id, []) if line.project_id else unsent
        place.append(line)
    return Split({project: tuple(part) for project, part in parts.items()}, tuple(unsent))
