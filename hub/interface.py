"""The interface of a connection, where the vendor's API looks different at each customer: kept, and every change told.

What a profile means is the vendor's (`integrations.base.interface`). Nothing here calls anybody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping

from auditlog.models import LogEntry
from django.db import transaction

from hub.models import Connection
from integrations.base.interface import Data, Interface, Sheet


class ChangedMeanwhile(Exception):
    """Somebody else has changed the operation since the form was shown."""


class Faulty(Exception):
    """The operation cannot be stored, or not be verified, as it is. `sheet` says where."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(" ".join(sheet.all_faults()))
        self.sheet = sheet


def interface_of(connection: Connection) -> Interface | None:
    return connection.vendor.interface


def profile_of(connection: Connection) -> Data:
    """What is set up here, else what ships. The vendor must have an interface."""
    interface = connection.vendor.interface
    assert interface is not None  # noqa: S101  asked before
    return connection.profile or interface.default()


def flat(sheet: Sheet) -> dict[str, str]:
    """A sheet's values by what they are called there, with the statement: for comparing, and for the change log."""
    told = {cell.label: cell.value for cell in sheet.cells}
    for table in sheet.tables:
        for number, line in enumerate(table.lines):
            row = {cell.label: cell.value for cell in line.cells if cell.kind != "hidden"}
            told |= {f"{table.label}, {line.label or number}: {label}": value for label, value in row.items()}
    return told | {"Verified": f"{sheet.operation.by}, {sheet.operation.on}".strip(", ")}


def mark(sheet: Sheet) -> str:
    """Goes with a form, to notice what others do meanwhile."""
    return hashlib.sha256(json.dumps(flat(sheet), sort_keys=True).encode()).hexdigest()[:20]


def changes(before: Mapping[str, str], after: Mapping[str, str], title: str) -> dict[str, list[str]]:
    """What is different, as the change log keeps it."""
    names = [*before, *(name for name in after if name not in before)]
    pairs = {name: [before.get(name, ""), after.get(name, "")] for name in names}
    return {f"{title}: {name}": pair for name, pair in pairs.items() if pair[0] != pair[1]}


def store(connection: Connection, operation: str, was: str, change: Callable[[Data], Data]) -> bool:
    """Change one operation; whether anything has changed. `was` is the mark of what the person saw. Raises
    ChangedMeanwhile and Faulty."""
    interface = interface_of(connection)
    assert interface is not None  # noqa: S101  asked before
    with transaction.atomic():
        row = Connection.objects.select_related("grant").select_for_update(of=("self",)).get(pk=connection.pk)
        profile = profile_of(row)
        before = interface.sheet(profile, operation)
        if mark(before) != was:
            raise ChangedMeanwhile
        fresh = change(profile)
        after = interface.sheet(fresh, operation)
        if any(after.all_faults()):
            raise Faulty(after)
        told = all_changes(interface, profile, fresh)
        Connection.objects.filter(pk=row.pk).update(profile=fresh)
        log(row, told)
    return bool(told)


def remember(connection: Connection, operation: str, names: list[str]) -> None:
    """Keep what a probe has seen, which is no change of the operation."""
    interface = interface_of(connection)
    assert interface is not None  # noqa: S101  asked before
    with transaction.atomic():
        row = Connection.objects.select_related("grant").select_for_update(of=("self",)).get(pk=connection.pk)
        Connection.objects.filter(pk=row.pk).update(profile=interface.seen(profile_of(row), operation, names))


def log(connection: Connection, told: Mapping[str, list[str]]) -> None:
    if told:
        LogEntry.objects.log_create(connection, action=LogEntry.Action.UPDATE, changes=dict(told))


def all_changes(interface: Interface, before: Data, after: Data) -> dict[str, list[str]]:
    """What is different in the operations of two profiles."""
    told: dict[str, list[str]] = {}
    for one in interface.operations(after):
        old, new = (flat(interface.sheet(profile, one.name)) for profile in (before, after))
        told |= changes(old, new, one.title)
    return told
