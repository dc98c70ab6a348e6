"""Who changed which configuration: django-auditlog on everything a person sets up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from auditlog.cid import get_cid
from auditlog.context import disable_auditlog
from auditlog.diff import model_instance_diff
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.db.models.signals import pre_save

from hub.models import Connection, Customer, Grant, Membership, Tenant, TenantStage, ValueMap

# What the hub itself writes, and what must not be written down.
GRANT_HIDDEN = [
    "secret",
    "tokens",
    "expires_at",
    "version",
    "refreshing_by",
    "refreshing_until",
    "state",
    "state_reason",
]
CONNECTION_HIDDEN = ["calls_left", "calls_left_at", "call_sizes", "profile"]  # `hub.interface` tells of a profile
STAGE_HIDDEN = [
    "cursor",
    "read_under",
    "gauge",
    "lease_owner",
    "lease_until",
    "fence",
    "last_attempt_at",
    "last_success_at",
]

BATCH = 400  # rows stored in one query
OWN = ["id", "created_at", "updated_at"]


def register() -> None:
    _register(Customer)
    _register(Membership)
    _register(Grant, GRANT_HIDDEN)
    _register(Connection, CONNECTION_HIDDEN)
    _register(Tenant)
    _register(TenantStage, STAGE_HIDDEN)
    _register(ValueMap)


def _register(model: type[Model], hidden: Sequence[str] = ()) -> None:
    """Only columns: by itself auditlog would also note the names of relations that point here."""
    names = [column.name for column in model._meta.concrete_fields if column.name not in (*OWN, *hidden)]
    auditlog.register(model, include_fields=names)


M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Edit(Generic[M]):
    """A row before and after: None where it does not exist."""

    before: M | None
    after: M | None


def delete_many(rows: Iterable[Model]) -> None:
    """Delete rows of one table without an entry for each: `log_many` writes them."""
    gone = list(rows)
    with disable_auditlog():
        for start in range(0, len(gone), BATCH):
            some = gone[start : start + BATCH]
            type(some[0])._default_manager.filter(pk__in=[row.pk for row in some]).delete()


def log_many(edits: Iterable[Edit[Any]]) -> None:
    """The entries that saving these rows one by one would have made, in few queries. Rows have been stored already,
    deleted ones too; django-auditlog has nothing of the kind (https://django-auditlog.readthedocs.io)."""
    entries = [entry for edit in edits if (entry := _entry(edit)) is not None]
    for entry in entries:
        pre_save.send(LogEntry, instance=entry, raw=False, using=None, update_fields=None)  # fills in who it was
    LogEntry.objects.bulk_create(entries, batch_size=BATCH)


def _entry(edit: Edit[Any]) -> LogEntry | None:
    changes = model_instance_diff(edit.before, edit.after)
    if not changes:
        return None
    row: Any = edit.after or edit.before
    return LogEntry(
        content_type=ContentType.objects.get_for_model(row),
        object_pk=str(row.pk),
        object_id=row.pk,
        object_repr=str(row),
        action=_action(edit),
        changes=changes,
        additional_data=row.get_additional_data(),
        cid=get_cid(),
    )


def _action(edit: Edit[Any]) -> Any:
    if edit.before and edit.after:
        return LogEntry.Action.UPDATE
    return LogEntry.Action.CREATE if edit.after else LogEntry.Action.DELETE
