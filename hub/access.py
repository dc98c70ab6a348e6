"""Who may do what: roles come from memberships, never from Django's own permissions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model, QuerySet

from hub.models import Customer, Membership, Role

Viewer = AbstractBaseUser | AnonymousUser
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Standing:
    """What a user is: a superuser, or a member with a role per customer. `zone` is the first customer's time zone."""

    superuser: bool
    roles: Mapping[int, Role]
    zone: str = ""
    verifies: frozenset[int] = frozenset()  # customers for whom the member may verify endpoints

    def ids(self, least: Role) -> list[int]:
        return [customer for customer, role in self.roles.items() if role.covers(least)]


def standing(user: Viewer) -> Standing:
    """One query per user object, which lives as long as a request."""
    known = getattr(user, "_standing", None)
    if isinstance(known, Standing):
        return known
    found = _look_up(user)
    user._standing = found  # type: ignore[union-attr]
    return found


def _look_up(user: Viewer) -> Standing:
    if not user.is_authenticated or not user.is_active:
        return Standing(False, {})
    rows = Membership.objects.filter(user_id=user.pk).order_by("pk")
    found = list(rows.values_list("customer_id", "role", "customer__time_zone", "verifies"))
    roles = {customer: Role(role) for customer, role, _, _ in found}
    verifies = frozenset(customer for customer, _, _, verifies in found if verifies)
    return Standing(bool(getattr(user, "is_superuser", False)), roles, found[0][2] if found else "", verifies)


def may_enter(user: Viewer) -> bool:
    """Members of any customer and superusers work here; nobody else."""
    who = standing(user)
    return who.superuser or bool(who.roles)


def customers(user: Viewer, least: Role = Role.VIEWER) -> QuerySet[Customer]:
    """The customers at which the user has at least this role."""
    return scoped(Customer.objects.all(), user, least)


def allows(user: Viewer, customer_id: int, least: Role) -> bool:
    who = standing(user)
    role = who.roles.get(customer_id)
    return who.superuser or (role is not None and role.covers(least))


def may_verify(user: Viewer, customer_id: int) -> bool:
    """Whether the user may mark endpoints verified: a permission of its own, beside the role."""
    return standing(user).superuser or customer_id in standing(user).verifies


def allows_somewhere(user: Viewer, least: Role) -> bool:
    who = standing(user)
    return who.superuser or bool(who.ids(least))


def scoped(rows: QuerySet[M], user: Viewer, least: Role = Role.VIEWER) -> QuerySet[M]:
    """Of these rows, the ones of customers at which the user has at least this role."""
    who = standing(user)
    if who.superuser:
        return rows
    path: str = getattr(rows.model, "CUSTOMER_PATH")  # noqa: B009  a model without one must not be shown at all
    return rows.filter(**{f"{path or 'pk'}__in": who.ids(least)})


def customer_id(row: Model) -> int:
    """The customer a row belongs to."""
    path: str = getattr(row, "CUSTOMER_PATH")  # noqa: B009
    *way, last = path.split("__") if path else ["pk"]
    owner: Any = row
    for name in way:
        owner = getattr(owner, name)
    return int(getattr(owner, f"{last}_id" if path else last))
