"""Customers and who belongs to them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from hub import access
from hub.models import Customer, Membership, Role

from .base import ScopedAdmin, ScopedInline


class MemberInline(ScopedInline):
    """Members and their roles. A manager chooses among the people of the customers they manage; somebody new is
    made a user, and a first member, by an administrator."""

    model = Membership
    fields = ("user", "role", "verifies")
    add_role = change_role = delete_role = Role.MANAGER
    verbose_name_plural = "members"

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        if "user" in formset.form.base_fields:
            field: Any = formset.form.base_fields["user"]
            field.queryset, field.label_from_instance = _people(request, obj), _label
        return formset


def _people(request: HttpRequest, customer: Customer | None) -> QuerySet[Any]:
    """Who may be chosen. Members stay in the list when they are deactivated, or their rows could not be saved."""
    members = Membership.objects.filter(customer=customer).values("user")
    users = get_user_model().objects.filter(Q(is_active=True) | Q(pk__in=members)).order_by("username")
    if access.standing(request.user).superuser:
        return users
    managed = access.customers(request.user, Role.MANAGER)
    return users.filter(pk__in=Membership.objects.filter(customer__in=managed).values("user"))


def _label(user: Any) -> str:
    return str(user) if user.is_active else f"{user} (deactivated)"


@admin.register(Customer)
class CustomerAdmin(ScopedAdmin):
    """Managers keep their customer's name, time zone and members; only an administrator makes customers."""

    inlines = (MemberInline,)
    list_display = ("name", "time_zone", "tenant_count", "member_count")
    search_fields = ("name", "slug")
    ordering = ("name",)
    fields = ("name", "slug", "time_zone")
    prepopulated_fields = {"slug": ("name",)}
    change_role = Role.MANAGER

    def get_queryset(self, request: HttpRequest) -> Any:
        counted = {
            "tenants_there": Count("tenants", distinct=True),
            "members_there": Count("memberships", distinct=True),
        }
        return super().get_queryset(request).annotate(**counted)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.standing(request.user).superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access.standing(request.user).superuser

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None or access.standing(request.user).superuser else ("slug",)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else self.prepopulated_fields

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "time_zone":
            field.help_text = "Schedules and times on pages follow it. Examples: Australia/Sydney, Pacific/Auckland."
        return field

    @admin.display(description="Tenants", ordering="tenants_there")
    def tenant_count(self, customer: Any) -> int:
        return int(customer.tenants_there)

    @admin.display(description="Members", ordering="members_there")
    def member_count(self, customer: Any) -> int:
        return int(customer.members_there)
