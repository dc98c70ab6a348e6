"""What an accountant decides by table, and the cached lists to decide from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from .connection import Connection
from .owned import Owned
from .tenant import Tenant


class ValueMap(Owned, models.Model):
    """One row of the accountant's table: what a source value (a cost code) means in the books. A row with a project
    overrides the general one for that project."""

    CUSTOMER_PATH: ClassVar[str] = "tenant__customer"

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="value_maps")
    kind = models.CharField(max_length=30, default="cost_code")
    key = models.CharField(max_length=100, verbose_name="source value")
    project = models.CharField(max_length=100, blank=True, help_text="A job number, to override for that project only.")
    account = models.CharField(max_length=50, blank=True)
    tax_type = models.CharField(max_length=50, blank=True)
    tracking = models.CharField(max_length=100, blank=True, verbose_name="tracking option")
    item = models.CharField(max_length=50, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["tenant", "kind", "key", "project"]
        constraints = [models.UniqueConstraint(fields=["tenant", "kind", "key", "project"], name="value_mapped_once")]

    def __str__(self) -> str:
        return f"{self.key}{f' in {self.project}' if self.project else ''}"

    def values(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in ("account", "tax_type", "tracking", "item")}


class ReferenceItem(Owned, models.Model):
    """One row of a cached list of an account: ledger accounts, tax rates, cost codes."""

    CUSTOMER_PATH: ClassVar[str] = "connection__customer"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="reference_items")
    kind = models.CharField(max_length=30)
    external_id = models.CharField(max_length=120)
    code = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=300, blank=True)
    active = models.BooleanField(default=True)
    extra = models.JSONField(default=dict, blank=True)
    fetched_at = models.DateTimeField()

    class Meta:
        ordering = ["connection", "kind", "code", "name"]
        constraints = [models.UniqueConstraint(fields=["connection", "kind", "external_id"], name="reference_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


class ReferenceFetch(Owned, models.Model):
    """When a cached list was fetched last, and why it could not be since. A list may be fetched and empty."""

    CUSTOMER_PATH: ClassVar[str] = "connection__customer"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="reference_fetches")
    kind = models.CharField(max_length=30)
    fetched_at = models.DateTimeField(null=True, blank=True)
    entries = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["connection", "kind"]
        constraints = [models.UniqueConstraint(fields=["connection", "kind"], name="list_fetched_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.connection}"
