"""The cached lists behind value maps and pickers: fetched from the vendors, kept as ReferenceItem rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from pydantic import ValidationError

from hub import invalid, stopping
from hub.connect import client_for
from hub.models import Connection, ReferenceFetch, ReferenceItem, Tenant
from hub.pairing import ReferenceList, ReferenceRow
from integrations.base.errors import VendorError

FIELDS = ["code", "name", "active", "extra", "fetched_at"]


class OutOfTime(Exception):
    """The rest of the lists is left for the next time."""

    def __str__(self) -> str:
        return "There was no time left to fetch it."


@dataclass(frozen=True)
class Refreshed:
    """What became of one list. `vanished` are entries that the vendor no longer has; `error` is a sentence."""

    label: str
    count: int = 0
    vanished: int = 0
    error: str = ""


def refresh(tenant: Tenant, *, background: bool = False, beat: Callable[[], None] = lambda: None) -> list[Refreshed]:
    """Fetch every list of the tenant's pairing. A list that cannot be fetched stays as it is and says why. Nothing is
    raised but what `beat` raises, which is called before each list and during long waits; OutOfTime is a reason too."""
    sides, lists = {"left": tenant.source, "right": tenant.target}, tenant.pairing_spec.references
    try:
        settings = tenant.options()
    except ValidationError as error:
        return [_failed(sides[wanted.side], wanted, f"{invalid.told(error)} {invalid.FIX}") for wanted in lists]
    clients = {side: client_for(one, patience=20, background=background, beat=beat) for side, one in sides.items()}
    done = []
    for wanted in lists:
        try:
            beat()
            rows = wanted.fetch(clients[wanted.side], settings)
        except (VendorError, OutOfTime) as error:
            done.append(_failed(sides[wanted.side], wanted, str(error)))
        else:
            done.append(_store(sides[wanted.side], wanted, rows))
    return done


def within(seconds: float) -> Callable[[], None]:
    """A `beat` that raises OutOfTime after that time, and Stopping once this process is to end."""
    deadline = time.monotonic() + seconds

    def beat() -> None:
        if stopping.asked():
            raise stopping.Stopping
        if time.monotonic() > deadline:
            raise OutOfTime

    return beat


def _failed(connection: Connection, wanted: ReferenceList, text: str) -> Refreshed:
    values = {"failed_at": timezone.now(), "error": text[:500]}
    ReferenceFetch.objects.update_or_create(connection=connection, kind=wanted.kind, defaults=values)
    return Refreshed(wanted.label, error=text)


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
