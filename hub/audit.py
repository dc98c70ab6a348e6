"""Who changed which configuration: django-auditlog on everything a person sets up."""

from __future__ import annotations

from auditlog.registry import auditlog

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


def register() -> None:
    auditlog.register(Customer)
    auditlog.register(Membership)
    auditlog.register(Grant, exclude_fields=GRANT_HIDDEN)
    auditlog.register(Connection, exclude_fields=["calls_left", "calls_left_at"])
    auditlog.register(Tenant)
    auditlog.register(TenantStage, exclude_fields=STAGE_HIDDEN)
    auditlog.register(ValueMap)
