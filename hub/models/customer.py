"""Who is served, and who may do what for them."""

from __future__ import annotations

import zoneinfo
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from .owned import Owned


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"“{name}” is not a time zone. Examples: Australia/Sydney, Pacific/Auckland.")


class Customer(Owned, models.Model):
    """The construction firm served. Owns connections and tenants."""

    CUSTOMER_PATH: ClassVar[str] = ""

    name = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(unique=True, help_text="Names the customer in files and on the command line.")
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """Each role may do what the ones before it may."""

    VIEWER = "viewer", "Viewer: looks"
    OPERATOR = "operator", "Operator: runs stages, mends problems and value maps"
    APPROVER = "approver", "Approver: lets documents go"
    MANAGER = "manager", "Manager: connections, tenants, members"

    @property
    def rank(self) -> int:
        return list(Role).index(self)

    def covers(self, other: Role) -> bool:
        return self.rank >= other.rank


class Membership(Owned, models.Model):
    """A user's role at a customer."""

    CUSTOMER_PATH: ClassVar[str] = "customer"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.VIEWER)
    verifies = models.BooleanField(
        default=False,
        db_default=False,
        verbose_name="verifies endpoints",
        help_text="May say that an operation of a vendor's interface is as the vendor has it. Only then it is used.",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "user"], name="one_role_per_member")]

    def __str__(self) -> str:
        return f"{self.user} at {self.customer}"
