"""A pairing in use: two connections, the settings between them, one row per stage."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from pydantic import ValidationError as SettingsError

from hub import registry
from hub.pairing import Pairing
from hub.schedules import check_schedule
from hub.stage import Direction, Stage

from .connection import Connection
from .customer import Customer
from .owned import Owned

ENDS = ("source", "target", "pairing")
STAYS = "It has links already, and they mean nothing between other accounts. Make a new tenant instead."


class Tenant(Owned, models.Model):
    """One pairing in use. `source` is the pairing's left connection, `target` its right one."""

    CUSTOMER_PATH: ClassVar[str] = "customer"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="tenants")
    name = models.CharField(max_length=200)
    slug = models.SlugField(unique=True, help_text="Names the tenant on the command line.")
    pairing = models.CharField(max_length=30)
    source = models.ForeignKey(Connection, models.PROTECT, related_name="source_of")
    target = models.ForeignKey(Connection, models.PROTECT, related_name="target_of")
    settings = models.JSONField(default=dict, blank=True)
    enabled = models.BooleanField(default=True, help_text="Off: nothing runs, by hand or on schedule.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["customer", "name"]
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "pairing"], name="pairing_once_per_accounts")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def pairing_spec(self) -> Pairing:
        return registry.pairings()[self.pairing]

    def options(self) -> Any:
        """The settings as the pairing's model, defaults filled in. Raises pydantic.ValidationError."""
        return self.pairing_spec.settings.model_validate(self.settings)

    def clean(self) -> None:
        pairing = registry.pairings().get(self.pairing)
        if pairing is None:
            raise ValidationError({"pairing": f"There is no pairing “{self.pairing}”."})
        for name, vendor in (("source", pairing.left), ("target", pairing.right)):
            self._check_side(name, vendor.slug, vendor.name)
        if moved := self.moved():
            raise ValidationError(dict.fromkeys(moved, STAYS))
        try:
            pairing.settings.model_validate(self.settings)
        except SettingsError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise ValidationError({"settings": f"{where}: {first['msg'].removeprefix('Value error, ')}"}) from error

    def _check_side(self, name: str, vendor: str, vendor_name: str) -> None:
        if getattr(self, f"{name}_id") is None:
            return
        connection: Connection = getattr(self, name)
        if connection.customer_id != self.customer_id:
            raise ValidationError({name: "This connection belongs to another customer."})
        if connection.grant.vendor != vendor:
            raise ValidationError({name: f"This side of the pairing must be a {vendor_name} connection."})

    def moved(self) -> list[str]:
        """Which of its ends and its pairing are no longer as stored, though links say which records of the two accounts
        are the same."""
        before = Tenant.objects.filter(pk=self.pk).values(*ENDS).first() if self.pk is not None else None
        now = {"source": self.source_id, "target": self.target_id, "pairing": self.pairing}
        changed = [name for name in ENDS if before is not None and now[name] != before[name]]
        return changed if changed and self.stages.filter(links__isnull=False).exists() else []


class Gate(models.TextChoices):
    """How far a run goes by itself."""

    PREVIEW = "preview", "Preview: plan and stop"
    APPROVE = "approve", "Approve: plan, wait for a person, send what was approved"
    AUTO = "auto", "Auto: send"


class TenantStage(Owned, models.Model):
    """A stage of a tenant. The lease says which worker runs it; the fence tells a worker that lost it."""

    CUSTOMER_PATH: ClassVar[str] = "tenant__customer"

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="stages")
    stage = models.CharField(max_length=40)
    enabled = models.BooleanField(default=True)
    gate = models.CharField(max_length=10, choices=Gate.choices, default=Gate.AUTO)
    schedule = models.CharField(
        max_length=60,
        blank=True,
        validators=[check_schedule],
        help_text="“every 30 minutes”, “every 4 hours”, or crontab fields such as “10 2 * * *”. Empty: by hand only.",
    )
    cursor = models.DateTimeField(null=True, blank=True, editable=False)
    read_under = models.CharField(  # a hash of what the cursor holds for: settings, maps, bounds
        max_length=64, blank=True, default="", db_default="", editable=False
    )
    gauge = models.JSONField(null=True, blank=True, editable=False)
    lease_owner = models.CharField(max_length=40, blank=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    fence = models.PositiveBigIntegerField(default=0, editable=False)
    last_attempt_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_success_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["tenant", "pk"]
        constraints = [models.UniqueConstraint(fields=["tenant", "stage"], name="stage_once_per_tenant")]

    def __str__(self) -> str:
        return f"{self.spec.title} of {self.tenant}"

    @property
    def spec(self) -> Stage:
        return self.tenant.pairing_spec.stage(self.stage)

    @property
    def connections(self) -> tuple[Connection, Connection]:
        """(where records come from, where they go): by the stage's direction."""
        left, right = self.tenant.source, self.tenant.target
        return (left, right) if self.spec.direction == Direction.FORWARD else (right, left)
