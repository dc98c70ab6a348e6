"""What all resources share: lists, and batches in which each element has its own fate."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from werkzeug.wrappers import Request, Response

from . import listing, query, wire
from .bodies import summarised
from .core import ACCOUNTING, XeroCore

T = TypeVar("T")


@dataclass(frozen=True)
class Fate:
    """Either `refused`, the element with its errors, or `save`, which stores it and gives it as shown."""

    refused: Mapping[str, Any] | None = None
    save: Callable[[], dict[str, Any]] = dict
    undo: Callable[[], None] = lambda: None


class XeroResource(XeroCore):
    def not_found(self, request: Request) -> Response:
        """A resource that knows other methods says so; options without an id of one are nothing at all.

        https://github.com/calcinai/xero-php/issues/637 for the options.
        """
        known = self._map().bind_to_environ(request.environ).allowed_methods()
        if known and request.path.startswith(ACCOUNTING) and not request.path.rstrip("/").endswith("/Options"):
            return wire.not_implemented()
        return super().not_found(request)

    def listed(
        self,
        request: Request,
        name: str,
        kind: listing.Listing[T],
        rows: Sequence[T],
        show: Callable[[T], Mapping[str, Any]],
        *,
        forced: bool = False,
    ) -> Response:
        """A list filtered, ordered and paged as the caller asks; `forced`: in pages in any case."""
        try:
            found = listing.page(request, kind.select(request, rows, self.switches.max_rows), forced=forced)
        except query.QueryError as error:
            return self.fault_document(request, 16, "QueryParseException", str(error))
        except listing.TooMuch:
            return self.fault_document(request, 10, "ValidationException", "The result holds too many records.")
        return self.answer(request, name, [show(row) for row in found.rows], pagination=found.pagination)

    def whole(
        self,
        request: Request,
        name: str,
        kind: listing.Listing[T],
        rows: Sequence[T],
        show: Callable[[T], Mapping[str, Any]],
    ) -> Response:
        """A list of a resource that has no pages: page and pageSize are ignored."""
        try:
            found = kind.select(request, rows, self.switches.max_rows)
        except query.QueryError as error:
            return self.fault_document(request, 16, "QueryParseException", str(error))
        return self.answer(request, name, [show(row) for row in found])

    def batch(
        self,
        request: Request,
        name: str,
        bodies: Sequence[Mapping[str, Any]],
        judge: Callable[[Mapping[str, Any]], Fate],
    ) -> Response:
        """https://developer.xero.com/documentation/api/accounting/requests-and-responses#summarizeerrors .

        With errors summarised, a single bad element makes the whole call a 400 that lists the bad ones only.
        """
        rows: list[Mapping[str, Any]] = []
        saved: list[Fate] = []
        refused: list[Mapping[str, Any]] = []
        for body in bodies:
            fate = judge(body)
            if fate.refused is None:
                shown = fate.save()
                rows.append({**shown, "StatusAttributeString": "WARNING" if shown.get("Warnings") else "OK"})
                saved.append(fate)
            else:
                rows.append({**fate.refused, "StatusAttributeString": "ERROR"})
                refused.append(fate.refused)
        if not summarised(request):
            return self.answer(request, name, rows)
        if not refused:
            return self.answer(request, name, [_without_status(row) for row in rows])
        if self.switches.summarised_400_saves_nothing:
            for fate in reversed(saved):
                fate.undo()
        return self.invalid(request, refused)


def unknown(field: str) -> str:
    """What is said against an id that nobody has; such a record is not created under another id either.

    https://developer.xero.com/documentation/api/accounting/creditnotes has the words for credit notes.
    """
    word = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", field.removesuffix("ID"))
    return f"An existing {word} with the specified {field} could not be found"


def _without_status(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "StatusAttributeString"}
