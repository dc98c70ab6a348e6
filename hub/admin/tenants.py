"""Tenants: a list that leads to the integration pages and starts stages, and a form with the pairing's settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hub import access, registry
from hub.models import Connection, GrantState, ProblemState, Role, Tenant, TenantStage
from hub.words import chip

from . import settings_form
from .base import ScopedAdmin, ScopedFilter, ScopedInline, WholeForm
from .tenant_page import launch
from .widgets import Select

BASICS = ["customer", "name", "slug", "pairing", "source", "target"]


class TenantForm(WholeForm):
    """The tenant's own fields; `TenantAdmin.get_form` adds those of its pairing's settings."""

    also_written: tuple[str, ...] = ()

    class Meta:
        model = Tenant
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "pairing" in self.fields:
            offered = [(slug, pairing.name) for slug, pairing in registry.pairings().items()]
            self.fields["pairing"] = forms.ChoiceField(choices=offered, widget=Select())
        if self._has_settings():
            model = self.instance.pairing_spec.settings
            self.initial = {**settings_form.initial(model, self.instance.settings), **self.initial}

    def _has_settings(self) -> bool:
        return any(name.startswith(settings_form.PREFIX) for name in self.fields)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self._has_settings() and not self.errors:
            settings, errors = settings_form.collected(self.instance.pairing_spec.settings, cleaned)
            for name, texts in errors.items():
                self.add_error(name, texts)
            if not errors and settings != self.instance.settings:
                self.instance.settings = settings
                self.also_written = ("settings",)
        return cleaned


class StageInline(ScopedInline):
    model = TenantStage
    fields = ("title", "enabled", "gate", "schedule")
    readonly_fields = ("title",)
    can_delete = False
    change_role = Role.MANAGER
    verbose_name_plural = "stages"

    @admin.display(description="Stage")
    def title(self, row: TenantStage) -> str:
        return f"{row.spec.number} {row.spec.title}" if row.stage else ""  # a form that was tampered with has rows more

    def get_queryset(self, request: HttpRequest) -> QuerySet[TenantStage]:
        return super().get_queryset(request).select_related("tenant__customer")


@admin.register(Tenant)
class TenantAdmin(ScopedAdmin):
    form = TenantForm
    inlines = (StageInline,)
    list_display = ("page_link", "customer", "ends", "standing", "problems", "settings_link")
    list_display_links = None
    list_filter = (("customer", ScopedFilter), "enabled")
    search_fields = ("name", "slug", "customer__name")
    ordering = ("customer__name", "name")
    list_select_related = ("customer", "source__grant", "target__grant")
    add_role = change_role = delete_role = Role.MANAGER
    prepopulated_fields = {"slug": ("name",)}
    change_form_outer_before_template = "hub/tenant_form_head.html"
    list_before_template = "hub/tenant_list_head.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        is_open = Q(stages__problem_rows__state=ProblemState.OPEN)
        return super().get_queryset(request).annotate(open_problems=Count("stages__problem_rows", filter=is_open))

    # The form.

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None and obj.pairing in registry.pairings() and self.has_change_permission(request, obj):
            fields = settings_form.form_fields(obj.pairing_spec.settings)
            kwargs["form"] = type("TenantSettingsForm", (TenantForm,), fields)
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": BASICS, "description": "The settings follow once the tenant is saved."})]
        basics = [("Tenant", {"fields": ["customer", "name", "slug", "pairing", "source", "target", "enabled"]})]
        if obj.pairing not in registry.pairings() or not self.has_change_permission(request, obj):
            return basics
        return basics + [
            (title, {"fields": names}) for title, names in settings_form.sections(obj.pairing_spec.settings)
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Who may not change the settings sees them all the same."""
        tenant = context.get("original")
        if tenant is not None:
            context["may_run"] = access.allows(request.user, tenant.customer_id, Role.OPERATOR)
            changes = self.has_change_permission(request, tenant)
            context["told"] = [] if changes else settings_form.told(tenant.pairing_spec.settings, tenant.settings)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("customer", "pairing") if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else self.prepopulated_fields

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name in ("source", "target"):
            vendors = {(p.left if db_field.name == "source" else p.right).slug for p in registry.pairings().values()}
            rows: QuerySet[Connection] = field.queryset
            field.queryset = rows.filter(grant__vendor__in=vendors).select_related("grant", "customer")
            field.label_from_instance = _connection_label
        return field

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        messages.success(request, f"{obj} is there. Look through its settings and stages now.")
        return HttpResponseRedirect(reverse("admin:hub_tenant_change", args=[obj.pk]))

    # The list.

    @admin.display(description="Tenant", ordering="name")
    def page_link(self, tenant: Tenant) -> SafeString:
        return format_html(
            '<a class="strong" href="{}">{}</a>', reverse("admin:hub_tenant_page", args=[tenant.pk]), tenant
        )

    @admin.display(description="Between")
    def ends(self, tenant: Tenant) -> str:
        left, right = tenant.source, tenant.target
        return f"{left.vendor.name} “{left.name}” ⇄ {right.vendor.name} “{right.name}”"

    @admin.display(description="State")
    def standing(self, tenant: Tenant) -> SafeString:
        if not tenant.enabled:
            return chip("cancelled", "switched off")
        broken = [end for end in (tenant.source, tenant.target) if end.grant.state != GrantState.OK]
        return chip("failed", "not connected") if broken else chip("ok", "connected")

    @admin.display(description="Open problems", ordering="open_problems")
    def problems(self, tenant: Any) -> SafeString | str:
        if not tenant.open_problems:
            return "–"
        link = f"{reverse('admin:hub_problem_changelist')}?tenant={tenant.pk}"
        return format_html('<a class="bad strong" href="{}">{}</a>', link, tenant.open_problems)

    @admin.display(description="Settings")
    def settings_link(self, tenant: Tenant) -> SafeString:
        return format_html(
            '<a href="{}">Open<span class="sr"> the settings of {}</span></a>',
            reverse("admin:hub_tenant_change", args=[tenant.pk]),
            tenant,
        )

    # Starting stages for several tenants.

    actions: Any = ()

    def get_actions(self, request: HttpRequest) -> Any:
        """One action per stage of the pairings in use: “Send all projects”."""
        if not access.allows_somewhere(request.user, Role.OPERATOR):
            return {}
        used = set(access.scoped(Tenant.objects.all(), request.user, Role.OPERATOR).values_list("pairing", flat=True))
        pairings = [pairing for slug, pairing in registry.pairings().items() if slug in used]
        named = len(pairings) > 1
        return {
            f"run_{pairing.slug}_{stage.slug}": (
                _starter(pairing.slug, stage.slug),
                f"run_{pairing.slug}_{stage.slug}",
                f"{pairing.name}: {stage.all_label}" if named else stage.all_label,
            )
            for pairing in pairings
            for stage in pairing.stages
        }


def _connection_label(connection: Connection) -> str:
    return f"{connection.vendor.name}: {connection.name} ({connection.customer})"


def _starter(pairing: str, stage: str) -> Callable[[TenantAdmin, HttpRequest, QuerySet[Tenant]], None]:
    """The action that starts one stage for the chosen tenants, as far as the user may run it there."""

    def run(self: TenantAdmin, request: HttpRequest, chosen: QuerySet[Tenant]) -> None:
        allowed = access.scoped(Tenant.objects.all(), request.user, Role.OPERATOR).filter(pairing=pairing)
        ids = list(chosen.order_by().values_list("pk", flat=True))
        rows = TenantStage.objects.filter(tenant__in=allowed.filter(pk__in=ids), stage=stage)
        started = [launch(request, row) for row in rows.select_related("tenant__customer")]
        if len(started) < len(ids):
            messages.warning(
                request, f"{len(ids) - len(started)} not started: another pairing, or you may not run them."
            )

    return run
