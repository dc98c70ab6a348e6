"""The cached lists behind value maps and pickers: fetched from the vendors, kept as ReferenceItem rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from hub.connect import client_for
from hub.models import Connection, ReferenceFetch, ReferenceItem, Tenant
from hub.pairing import ReferenceList, ReferenceRow
from integrations.base.errors import VendorError

FIELDS = ["code", "name", "active", "extra", "fetched_at"]


@dataclass(frozen=True)
class Refreshed:
    """What became of one list. `vanished` are entries that the vendor no longer has; `error` is a sentence."""

    label: str
    count: int = 0
    vanished: int = 0
    error: str = ""


def refresh(tenant: Tenant, *, background: bool = False) -> list[Refreshed]:
    """Fetch every list of the tenant's pairing. A list that cannot be fetched stays as it is and says why; nothing
    is raised but pydantic.ValidationError for settings that are not valid."""
    settings = tenant.options()
    sides = {"left": tenant.source, "right": tenant.target}
    clients = {side: client_for(connection, patience=20, background=background) for side, connection in sides.items()}
    done = []
    for wanted in tenant.pairing_spec.references:
        try:
            rows = wanted.fetch(clients[wanted.side], settings)
        except VendorError as error:
            done.append(_failed(sides[wanted.side], wanted, error))
        else:
            done.append(_store(sides[wanted.side], wanted, rows))
    return done


def _failed(connection: Connection, wanted: ReferenceList, error: VendorError) -> Refreshed:
    values = {"failed_at": timezone.now(), "error": error.message[:500]}
    ReferenceFetch.objects.update_or_create(connection=connection, kind=wanted.kind, defaults=values)
    return Refreshed(wanted.label, error=error.message)


@transaction.atomic
def _store(connection: Connection, wanted: ReferenceList, rows: Sequence[ReferenceRow]) -> Refreshed:
    now = timezone.now()
    items = [
        ReferenceItem(
            connection=connection,
            kind=wanted.kind,
            external_id=row.external_id,
            code=row.code[:120],
            name=row.name[:300],
            active=row.active,
            extra=row.extra,
            fetched_at=now,
        )
        for row in {row.external_id: row for row in rows}.values()
    ]
    ReferenceItem.objects.bulk_create(
        items,
        batch_size=400,
        update_conflicts=True,
        unique_fields=["connection", "kind", "external_id"],
        update_fields=FIELDS,
    )
    told = {"fetched_at": now, "entries": len(items), "failed_at": None, "error": ""}
    ReferenceFetch.objects.update_or_create(connection=connection, kind=wanted.kind, defaults=told)
    old = ReferenceItem.objects.filter(connection=connection, kind=wanted.kind, active=True, fetched_at__lt=now)
    return Refreshed(wanted.label, len(items), old.update(active=False))
