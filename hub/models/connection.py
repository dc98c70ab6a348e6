"""Logins, and the accounts they open."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from hub import registry
from hub.connect_urls import check_custom, check_installation
from hub.fields import SecretJSONField
from integrations.base.vendor import Environment, GrantKind, Vendor

from .customer import Customer
from .owned import Owned

ANOTHER = "For another account make a new connection, and a new tenant of it."


class GrantState(models.TextChoices):
    NEW = "new", "Not connected yet"
    OK = "ok", "Connected"
    NEEDS_LOGIN = "needs_login", "Must be connected again"


class Grant(Owned, models.Model):
    """What one login or one service account gave us. One Xero login opens several organisations, so tokens live
    here, once. `secret` holds {client_secret}, or the fields of a login that needs no tokens; `tokens` holds
    {access_token, refresh_token}."""

    CUSTOMER_PATH: ClassVar[str] = "customer"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="grants")
    name = models.CharField(max_length=100, help_text="How people tell this login from others.")
    vendor = models.CharField(max_length=30)
    environment = models.CharField(max_length=20, default="production")
    login_url = models.URLField(blank=True, help_text="Custom environment only.")
    token_url = models.URLField(blank=True, help_text="Custom environment only; empty means the login address.")
    api_url = models.URLField(blank=True, help_text="Custom environment only.")
    kind = models.CharField(
        max_length=30, choices=[(kind.value, kind.name.replace("_", " ").capitalize()) for kind in GrantKind]
    )
    client_id = models.CharField(max_length=200)
    secret = SecretJSONField()
    tokens = SecretJSONField()
    expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    refreshing_by = models.CharField(max_length=40, blank=True, editable=False)
    refreshing_until = models.DateTimeField(null=True, blank=True, editable=False)
    state = models.CharField(max_length=20, choices=GrantState.choices, default=GrantState.NEW, editable=False)
    state_reason = models.CharField(max_length=500, blank=True, editable=False)
    connected_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "login"
        ordering = ["customer", "name"]
        constraints = [models.UniqueConstraint(fields=["customer", "name"], name="grant_name_per_customer")]

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<Grant {self.pk} {self.vendor}>"

    def clean(self) -> None:
        vendor = registry.vendors().get(self.vendor)
        if vendor is None:
            raise ValidationError({"vendor": f"There is no vendor “{self.vendor}”."})
        if self.pk is not None and self.connections.exclude(grant__vendor=self.vendor).exists():
            raise ValidationError({"vendor": "It opens connections, so it stays with its vendor. Make another login."})
        known = [environment.slug for environment in vendor.environments]
        if self.environment == "custom":
            for name in ("login_url", "api_url", "token_url"):
                check_custom(self, name)
        elif self.environment not in known:
            raise ValidationError({"environment": f"{vendor.name} has the environments {', '.join(known)} and custom."})
        elif hosts := vendor.environment(self.environment).hosts:
            check_installation(self, hosts)
        if self.kind not in vendor.grants:
            raise ValidationError({"kind": f"{vendor.name} does not offer this kind of login."})

    @property
    def vendor_spec(self) -> Vendor:
        return registry.vendors()[self.vendor]

    @property
    def place(self) -> Environment:
        """Where this login is used: the vendor's environment, or the addresses that were typed, checked again."""
        if self.environment != "custom":
            return self._own_installation(self.vendor_spec.environment(self.environment))
        for name in ("login_url", "api_url", "token_url"):
            check_custom(self, name)
        return Environment("custom", "Custom", self.login_url, self.api_url, self.token_url)

    def _own_installation(self, found: Environment) -> Environment:
        """Where each customer has an installation of its own, its address is the grant's. Raises ValidationError."""
        if not found.hosts:
            return found
        check_installation(self, found.hosts)
        return replace(found, api_url=self.api_url)


class Connection(Owned, models.Model):
    """One external account reached through a grant. Reconnecting replaces the grant and keeps this row, and with
    it every link and mapping."""

    CUSTOMER_PATH: ClassVar[str] = "customer"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="connections")
    grant = models.ForeignKey(Grant, models.PROTECT, related_name="connections")
    name = models.CharField(max_length=200, help_text="The account's name at the vendor.")
    account_id = models.CharField(max_length=100, verbose_name="account id")
    kept_for_people = models.PositiveSmallIntegerField(
        default=10,
        db_default=10,
        validators=[MaxValueValidator(90)],
        verbose_name="calls kept for people, %",
        help_text="Scheduled runs leave this part of the account's daily or hourly calls to what people start, and "
        "half as much of each minute's.",
    )
    profile = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        editable=False,
        help_text="How the vendor's interface looks here, by its own rules.",
    )
    calls_left = models.JSONField(default=dict, blank=True, editable=False)
    call_sizes = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        editable=False,
        help_text="How many calls the vendor allows in each of its windows, as far as it has told.",
    )
    calls_left_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["customer", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "grant", "account_id"], name="account_once_per_grant", condition=~Q(account_id="")
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def vendor(self) -> Vendor:
        return self.grant.vendor_spec

    def clean(self) -> None:
        if self.grant_id and self.customer_id and self.grant.customer_id != self.customer_id:
            raise ValidationError({"grant": "This login belongs to another customer."})
        before = Connection.objects.select_related("grant").filter(pk=self.pk).first() if self.pk is not None else None
        if before is not None and (faults := self._moved(before)) and self.has_links():
            raise ValidationError(faults)

    def _moved(self, before: Connection) -> dict[str, str]:
        """What a change of account or vendor means to links: they name records of the account that was."""
        faults = {}
        if before.account_id not in ("", self.account_id):
            faults["account_id"] = f"It has links to account {before.account_id}. {ANOTHER}"
        if self.grant_id and self.grant.vendor != before.grant.vendor:
            faults["grant"] = f"It has links to an account at {before.vendor.name}. {ANOTHER}"
        return faults

    def has_links(self) -> bool:
        """Whether records of this account are linked, in any tenant."""
        linked = {"stages__links__isnull": False}
        return self.source_of.filter(**linked).exists() or self.target_of.filter(**linked).exists()
