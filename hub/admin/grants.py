"""Logins: what they are made of, and connecting them. A secret goes in and never comes out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditlog.models import LogEntry
from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Count, F
from django.http import HttpRequest
from django.utils.safestring import SafeString

from hub import registry
from hub.models import Grant, GrantState, Role
from hub.tokens import redirect_uri
from hub.words import chip
from integrations.base.vendor import GrantKind

from .base import ScopedAdmin, ScopedFilter
from .widgets import Password, Select

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Grant]
else:
    ModelForm = forms.ModelForm

CREDENTIALS = {"vendor", "environment", "login_url", "token_url", "api_url", "kind", "client_id", "client_secret"}
URLS = ("login_url", "token_url", "api_url")
KINDS = {
    GrantKind.AUTHORIZATION_CODE.value: "A person consents in the browser (authorization code)",
    GrantKind.CLIENT_CREDENTIALS.value: "Service account or custom connection (client credentials)",
}


class GrantForm(ModelForm):
    """An empty secret keeps the old one. Any change of who we are at the vendor ends the present login."""

    client_secret = forms.CharField(
        required=False,
        strip=True,
        label="Client secret",
        max_length=500,
        widget=Password(attrs={"autocomplete": "new-password"}),
        help_text="Stored encrypted and never shown again. Leave it empty to keep the one that is stored.",
    )
    also_written: tuple[str, ...] = ()

    class Meta:
        model = Grant
        fields = ("name",)  # the admin names the rest

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        vendors = registry.vendors()
        places = {place.slug: place.name for vendor in vendors.values() for place in vendor.environments}
        places |= {"custom": "Custom addresses"} if settings.HUB_CUSTOM_HOSTS else {}
        offered = {
            "vendor": [(v.slug, v.name) for v in vendors.values()],
            "environment": list(places.items()),
            "kind": list(KINDS.items()),
        }
        for name, choices in offered.items():
            if name in self.fields:
                self.fields[name] = forms.ChoiceField(choices=choices, widget=Select(), label=name.capitalize())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.instance.pk and not cleaned.get("client_secret"):
            self.add_error("client_secret", "A new login needs its client secret.")
        if cleaned.get("environment") != "custom":
            cleaned |= dict.fromkeys([name for name in URLS if name in cleaned], "")
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors or not CREDENTIALS & set(self.changed_data):
            return
        if secret := self.cleaned_data.get("client_secret"):
            self.instance.secret = {"client_secret": secret}
        if self.instance.pk:
            self._forget_login()

    def _forget_login(self) -> None:
        """What the old identity got is of no use to the new one. The version fences out a refresh under way."""
        self.instance.tokens, self.instance.expires_at = {}, None
        self.instance.state, self.instance.state_reason = GrantState.NEW, ""
        self.also_written = ("secret", "tokens", "expires_at", "state", "state_reason", *URLS)


@admin.register(Grant)
class GrantAdmin(ScopedAdmin):
    form = GrantForm
    list_display = ("name", "customer", "vendor_name", "place_name", "standing", "connected_at", "account_count")
    list_filter = (("customer", ScopedFilter), "state")
    search_fields = ("name", "customer__name", "client_id")
    ordering = ("customer__name", "name")
    list_select_related = ("customer",)
    add_role = change_role = delete_role = Role.MANAGER
    change_form_outer_before_template = "hub/grant_form_head.html"
    conditional_fields = dict.fromkeys(URLS, "typeof environment === 'undefined' || environment == 'custom'")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(accounts_there=Count("connections"))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        places = ["environment", *(URLS if settings.HUB_CUSTOM_HOSTS else ())]
        secret = ["client_secret"] if obj is None or self.has_change_permission(request, obj) else []
        return [
            ("Login", {"fields": ["customer", "name", "vendor", *places]}),
            (
                "Application",
                {"fields": ["kind", "client_id", *secret], "description": "As registered with the vendor."},
            ),
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        return super().render_change_form(request, context | {"redirect_uri": redirect_uri()}, *args, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A login that opens connections stays with its customer and vendor: their links depend on it."""
        return ("customer", "vendor") if obj is not None and obj.connections.exists() else ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in URLS:
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Grant, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and form.also_written:
            Grant.objects.filter(pk=obj.pk).update(version=F("version") + 1, refreshing_by="", refreshing_until=None)
        if change and form.cleaned_data.get("client_secret"):
            LogEntry.objects.log_create(obj, action=LogEntry.Action.UPDATE, changes={"client secret": ["", "replaced"]})

    @admin.display(description="Vendor", ordering="vendor")
    def vendor_name(self, grant: Grant) -> str:
        return grant.vendor_spec.name

    @admin.display(description="Environment", ordering="environment")
    def place_name(self, grant: Grant) -> str:
        return grant.environment.capitalize()

    @admin.display(description="State", ordering="state")
    def standing(self, grant: Grant) -> SafeString:
        return chip(grant.state, grant.get_state_display())

    @admin.display(description="Connections")
    def account_count(self, grant: Any) -> int:
        return int(grant.accounts_there)
