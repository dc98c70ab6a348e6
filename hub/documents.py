"""A document as an accountant would see it, before it goes: lines with names instead of codes, and totals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, runtime_checkable

from hub.models import JobRecord, LinkedEntity, ReferenceItem, TenantStage
from hub.pairing import ReferenceRow


@dataclass(frozen=True)
class DocumentLine:
    """`tax_amount` is what the target is expected to compute; None when the rate is not known here."""

    description: str
    account: str
    tax: str
    tracking: tuple[str, ...]
    amount: Decimal
    tax_amount: Decimal | None = None


@dataclass(frozen=True)
class DocumentView:
    """`facts` are the header; `beside` are the source's own figures, to compare with the `totals`. `headings` name the
    columns between description and amount, and the last one; one without a name is not shown."""

    title: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[DocumentLine, ...]
    totals: tuple[tuple[str, Decimal], ...]
    beside: tuple[tuple[str, Decimal], ...] = ()
    headings: tuple[str, str, str, str] = ("Account", "Tax", "Tracking", "Tax amount")

    @property
    def width(self) -> int:
        """Columns before the amount."""
        return 1 + sum(bool(heading) for heading in self.headings[:3])


LookUp = Callable[[str, str], ReferenceRow | None]  # (kind of list, code or id) → its entry, as far as it is cached


@runtime_checkable
class Documented(Protocol):
    """A stage whose payloads are documents."""

    def document(self, payload: Mapping[str, Any], look_up: LookUp) -> DocumentView:
        """Pure: same arguments, same view."""


def document_of(record: JobRecord) -> DocumentView | None:
    """What the record would send or has sent, or None when that is no document. Two queries."""
    return _document(record.job.tenant_stage, record.payload)


def last_document_of(link: LinkedEntity) -> DocumentView | None:
    """What was sent last, or None when that is no document. Two queries."""
    return _document(link.tenant_stage, link.sent)


def _document(row: TenantStage, payload: Mapping[str, Any] | None) -> DocumentView | None:
    if not payload or not isinstance(row.spec, Documented):
        return None
    _, target = row.connections
    entries: dict[tuple[str, str], ReferenceRow] = {}
    for item in ReferenceItem.objects.filter(connection=target):
        entry = ReferenceRow(item.external_id, item.code, item.name, item.active, item.extra)
        entries[item.kind, item.external_id] = entry
        entries.setdefault((item.kind, item.code), entry)
    return row.spec.document(payload, lambda kind, code: entries.get((kind, code)))
