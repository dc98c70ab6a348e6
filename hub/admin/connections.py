"""Connections: the accounts that logins open."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from hub.models import Connection, Grant, ReferenceItem, Role
from hub.words import chip

from . import forecast
from .base import ChoicesFilter, ReadOnlyAdmin, ScopedAdmin, ScopedFilter, WholeForm
from .check_page import answers
from .web import back, found


@admin.register(Connection)
class ConnectionAdmin(ScopedAdmin):
    """Most are made on a login's accounts page; one can be typed in here when the vendor lists none."""

    form = WholeForm
    fields = ("customer", "grant", "name", "account_id", "kept_for_people")
    list_display = ("name", "customer", "vendor_name", "account_id", "login", "standing", "calls")
    list_filter = (("customer", ScopedFilter), ("grant", ScopedFilter), ("grant__state", ChoicesFilter))
    search_fields = ("name", "account_id", "customer__name")
    list_select_related = ("customer", "grant")
    add_role = change_role = delete_role = Role.MANAGER
    change_form_outer_before_template = "hub/connection_form_head.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("customer",) if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "grant":
            rows: QuerySet[Grant] = field.queryset
            field.queryset, field.label = rows.select_related("customer"), "Login"
            field.label_from_instance = lambda grant: f"{grant.vendor_spec.name}: {grant.name} ({grant.customer})"
        return field

    @admin.display(description="Vendor")
    def vendor_name(self, connection: Connection) -> str:
        return connection.vendor.name

    @admin.display(description="Login")
    def login(self, connection: Connection) -> SafeString:
        url = reverse("admin:hub_grant_change", args=[connection.grant_id])
        return format_html('<a href="{}">{}</a>', url, connection.grant)

    @admin.display(description="State")
    def standing(self, connection: Connection) -> SafeString:
        return chip(connection.grant.state, connection.grant.get_state_display())

    @admin.display(description="Calls left")
    def calls(self, connection: Connection) -> str:
        left = forecast.calls_left(connection)
        if left.left is None:
            return "–"
        return f"{left.left:,}{f' of {left.limit:,}' if left.limit else ''} {left.when}"


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """One read that proves the account answers."""
    connection = found(Connection.objects.select_related("grant", "customer"), request, pk, Role.OPERATOR)
    told = answers(connection)
    say = messages.success if told.ok else messages.error
    say(request, f"{told.label}. {told.detail}" if told.ok else f"{told.detail} {told.fix}")
    return back(request, reverse("admin:hub_connection_change", args=[connection.pk]))


@admin.register(ReferenceItem)
class ReferenceItemAdmin(ReadOnlyAdmin):
    """The cached lists, to look things up."""

    list_display = ("code", "name", "kind", "connection", "active", "fetched_at")
    list_filter = (("connection", ScopedFilter), "active", "kind")
    search_fields = ("code", "name", "external_id")
    list_select_related = ("connection",)
    fields = ("connection", "kind", "code", "name", "external_id", "active", "extra", "fetched_at")
