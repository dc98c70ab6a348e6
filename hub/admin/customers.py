"""Customers and who belongs to them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Count, QuerySet
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

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = _people(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def _people(request: HttpRequest) -> QuerySet[Any]:
    users = get_user_model().objects.filter(is_active=True).order_by("username")
    if access.standing(request.user).superuser:
        return users
    managed = access.customers(request.user, Role.MANAGER)
    return users.filter(pk__in=Membership.objects.filter(customer__in=managed).values("user"))


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
