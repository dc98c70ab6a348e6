"""One pass over a configuration file: what has been done so far, and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models

from .document import Document
from .faults import model_lines

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Line:
    """What happened to one thing: `action` is created, updated or unchanged; `fields` are those that changed."""

    action: str
    kind: str
    name: str
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.action:<9} {self.kind} {self.name}" + (f" ({', '.join(self.fields)})" if self.fields else "")


class Work:
    """Collects lines and faults, and stores rows."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.lines: list[Line] = []
        self.faults = list(document.faults)
        self._broken = set(document.broken)

    def fault(self, place: str, text: str) -> None:
        self.faults.append(f"{place}: {text}")

    def has_fault(self, place: str) -> bool:
        """Whether something has been said about this place, or a part of it, already."""
        return any(fault.startswith((f"{place}:", f"{place}.", f"{place}[")) for fault in self.faults)

    def give_up(self, *names: str) -> None:
        """These could not be made, for a reason already told; whoever needs them is not told again."""
        self._broken.update(names)

    def missing(self, place: str, what: str, name: str) -> None:
        """Somebody names something that is not there."""
        if name not in self._broken:
            self.fault(place, f"there is no {what} “{name}”, neither in this file nor in the hub")

    def put(self, place: str, row: M, values: dict[str, Any], kind: str, name: str, names: dict[str, str]) -> M | None:
        """Give a row its values, check it as the admin would, and store it if it is new or different.

        `names` are the file's names of model fields. None: it is wrong, and said so.
        """
        before = {field: getattr(row, field) for field in values} if row.pk is not None else {}
        for field, value in values.items():
            setattr(row, field, value)
        try:
            row.full_clean()
        except ValidationError as error:
            self.faults += model_lines(place, error, names)
            return None
        changed = [field for field in before if getattr(row, field) != before[field]]
        self._store(row, changed, kind, name, names)
        return row

    def _store(self, row: models.Model, changed: Sequence[str], kind: str, name: str, names: dict[str, str]) -> None:
        if row.pk is None:
            row.save()
            self.lines.append(Line("created", kind, name))
        elif changed:
            row.save(update_fields=changed)
            told = dict.fromkeys(names.get(field, field) for field in changed)
            self.lines.append(Line("updated", kind, name, tuple(told)))
        else:
            self.lines.append(Line("unchanged", kind, name))
