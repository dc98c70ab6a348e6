"""Who changed which configuration: django-auditlog on everything a person sets up."""

from __future__ import annotations

from collections.abc import Sequence

from auditlog.registry import auditlog
from django.db.models import Model

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
STAGE_HIDDEN = ["cursor", "gauge", "lease_owner", "lease_until", "fence", "last_attempt_at", "last_success_at"]

OWN = ["id", "created_at", "updated_at"]


def register() -> None:
    _register(Customer)
    _register(Membership)
    _register(Grant, GRANT_HIDDEN)
    _register(Connection, ["calls_left", "calls_left_at"])
    _register(Tenant)
    _register(TenantStage, STAGE_HIDDEN)
    _register(ValueMap)


def _register(model: type[Model], hidden: Sequence[str] = ()) -> None:
    """Only columns: by itself auditlog would also note the names of relations that point here."""
    names = [column.name for column in model._meta.concrete_fields if column.name not in (*OWN, *hidden)]
    auditlog.register(model, include_fields=names)
