"""Logins: what they are made of, and connecting them. A secret goes in and never comes out again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auditlog.models import LogEntry
from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Count, F
from django.http import HttpRequest
from django.utils.safestring import SafeString

from hub import logins, registry
from hub.models import Grant, GrantState, Role
from hub.tokens import redirect_uri
from hub.words import chip
from integrations.base.vendor import GrantKind, Vendor

from . import login_fields
from .base import ScopedAdmin, ScopedFilter, WholeForm
from .widgets import Password, Select

IDENTITY = {"vendor", "environment", "login_url", "token_url", "api_url", "kind", "client_id", "client_secret"}
URLS = ("login_url", "token_url", "api_url")
LABELS = {"login_url": "Login address", "token_url": "Token address", "api_url": "API address"}
KINDS = {
    GrantKind.AUTHORIZATION_CODE.value: "A person consents in the browser (authorization code)",
    GrantKind.CLIENT_CREDENTIALS.value: "Service account or custom connection (client credentials)",
    GrantKind.CREDENTIALS.value: "User, key and password with every call (no tokens)",
}


class GrantForm(WholeForm):
    """An empty secret keeps the old one. Any change of who we are at the vendor ends the present login."""

    client_secret = forms.CharField(
        required=False,
        strip=True,
        label="Client secret",
        max_length=500,
        widget=Password(attrs={"autocomplete": "new-password"}),
        help_text=login_fields.KEPT,
    )
    also_written: tuple[str, ...] = ()
    replaced: Mapping[str, list[str]] = {}  # of what is stored encrypted, for the change log

    class Meta:
        model = Grant
        fields = ("name",)  # the admin names the rest

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        vendors = registry.vendors()
        places = {place.slug: place.name for vendor in vendors.values() for place in vendor.environments}
        places |= {"custom": "Custom addresses"} if settings.HUB_CUSTOM_HOSTS else {}
        used = {kind.value for vendor in vendors.values() for kind in vendor.grants}
        offered = {
            "vendor": [(v.slug, v.name) for v in vendors.values()],
            "environment": list(places.items()),
            "kind": [(kind, text) for kind, text in KINDS.items() if kind in used],
        }
        for name, choices in offered.items():
            if name in self.fields:
                self.fields[name] = forms.ChoiceField(choices=choices, widget=Select(), label=name.capitalize())
        self._before = (self.instance.vendor, self.instance.kind, dict(self.instance.secret))
        if self.instance.pk and logins.is_keyed(self.instance):
            self.initial = {**login_fields.initial(self.instance), **self.initial}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        vendor = registry.vendors().get(cleaned.get("vendor") or self.instance.vendor)
        if vendor is None:
            return cleaned
        if login_fields.only_keyed(vendor):
            cleaned["kind"] = GrantKind.CREDENTIALS.value
            self.errors.pop("kind", None)
        if login_fields.only_installed(vendor):
            cleaned["environment"] = vendor.environments[0].slug
            self.errors.pop("environment", None)
        self._clean_secrets(vendor, cleaned)
        typed = self._typed_addresses(vendor, cleaned.get("environment"))
        return cleaned | {name: "" for name in URLS if name in cleaned and name not in typed}

    @staticmethod
    def _typed_addresses(vendor: Vendor, environment: object) -> tuple[str, ...]:
        if environment == "custom":
            return URLS
        hosted = any(place.slug == environment and place.hosts for place in vendor.environments)
        return ("api_url",) if hosted else ()

    def _clean_secrets(self, vendor: Vendor, cleaned: dict[str, Any]) -> None:
        """`secret` is what will be stored."""
        was_vendor, was_kind, stored = self._before
        if cleaned.get("kind") == GrantKind.CREDENTIALS:
            same = (was_vendor, was_kind) == (vendor.slug, GrantKind.CREDENTIALS)
            before = logins.merged(vendor, stored, stored) if same else {}
            secret = logins.merged(vendor, login_fields.given(vendor, cleaned), before)
            for name, text in logins.faults(vendor, cleaned.get("client_id", ""), secret).items():
                place = f"login_{vendor.slug}_{name}"
                self.add_error(place if place in self.fields else name if name in self.fields else None, text)
            self.replaced = login_fields.changes(vendor, before, secret)
            cleaned["secret"] = secret
            return
        kept = "" if was_kind == GrantKind.CREDENTIALS else stored.get("client_secret", "")
        given = cleaned.get("client_secret")
        if not given and not kept:
            self.add_error("client_secret", "A new login needs its client secret.")
        if given:
            self.replaced = {"client secret": ["", "replaced"]}
            cleaned["secret"] = {"client_secret": given}

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors or not (self.replaced or self._is_another()):
            return
        self.instance.secret = self.cleaned_data.get("secret", self.instance.secret)
        if self.instance.pk:
            self._forget_login()

    def _is_another(self) -> bool:
        """By what is stored, not by what stood in a field that the page did not show."""
        touched = IDENTITY & set(self.changed_data)
        return any(self.cleaned_data.get(name) != self.initial.get(name) for name in touched)

    def _forget_login(self) -> None:
        """What the old identity got is of no use to the new one. The version fences out a refresh under way."""
        self.instance.tokens, self.instance.expires_at = {}, None
        self.instance.state, self.instance.state_reason = GrantState.NEW, ""
        self.also_written = ("secret", "tokens", "expires_at", "state", "state_reason", "kind", "environment", *URLS)


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

    @property
    def conditional_fields(self) -> dict[str, str]:
        """Which fields show for which choice, as conditions in the page. A choice that is no longer open is not known
        there; then `get_fieldsets` leaves out what it makes needless."""
        keyed = [vendor for vendor in login_fields.keyed() if login_fields.only_keyed(vendor)]
        installed = [vendor for vendor in keyed if login_fields.only_installed(vendor)]
        custom = "(typeof environment === 'undefined' || environment == 'custom')"
        shown = dict.fromkeys(("kind", "client_secret"), f"!{_chosen(keyed)}")
        shown |= dict.fromkeys(("login_url", "token_url"), f"{custom} && !{_chosen(installed)}")
        shown |= {"environment": f"!{_chosen(installed)}", "api_url": f"{custom} || {_chosen(installed)}"}
        for vendor in login_fields.keyed():
            mine = f"typeof vendor === 'undefined' || {_chosen([vendor])}"
            shown |= dict.fromkeys(login_fields.names([vendor]), mine)
        return shown

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None or self.has_change_permission(request, obj):
            kwargs["form"] = type("LoginForm", (GrantForm,), login_fields.form_fields(login_fields.keyed()))
        return super().get_form(request, obj, change=change, **kwargs)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(accounts_there=Count("connections"))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = obj is not None and obj.connections.exists()
        vendors = [v for v in login_fields.keyed() if not fixed or v.slug == obj.vendor]
        places = ["environment", *(URLS if settings.HUB_CUSTOM_HOSTS else URLS[2:] if vendors else ())]
        credentials = ["kind", "client_id", "client_secret", *login_fields.names(vendors)]
        if fixed and vendors and login_fields.only_keyed(vendors[0]):
            credentials = [name for name in credentials if name not in ("kind", "client_secret")]
            places = ["api_url"] if login_fields.only_installed(vendors[0]) else places
        if obj is not None and not self.has_change_permission(request, obj):
            credentials = ["kind", "client_id"]
        about = "As registered with the vendor, or given out by it."
        return [
            ("Login", {"fields": ["customer", "name", "vendor", *places]}),
            ("Credentials", {"fields": credentials, "description": about}),
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        grant = context.get("original")
        told = logins.told(grant) if grant is not None and logins.is_keyed(grant) else ()
        changes = grant is None or self.has_change_permission(request, grant)
        more = {"redirect_uri": redirect_uri(), "told": [] if changes else [(one.label, value) for one, value in told]}
        return super().render_change_form(request, context | more, *args, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A login that opens connections stays with its customer and vendor: their links depend on it."""
        return ("customer", "vendor") if obj is not None and obj.connections.exists() else ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in URLS:
            kwargs["assume_scheme"], kwargs["label"] = "https", LABELS[db_field.name]
        if db_field.name == "api_url":
            kwargs["help_text"] = "Of a custom environment, or of the customer's own installation."
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Grant, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and form.also_written:
            Grant.objects.filter(pk=obj.pk).update(version=F("version") + 1, refreshing_by="", refreshing_until=None)
        if change and form.replaced:
            LogEntry.objects.log_create(obj, action=LogEntry.Action.UPDATE, changes=dict(form.replaced))

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


def _chosen(vendors: Sequence[Vendor]) -> str:
    """A condition in the page: one of these vendors is chosen."""
    slugs = ", ".join(f"'{vendor.slug}'" for vendor in vendors)
    return f"(typeof vendor !== 'undefined' && [{slugs}].includes(vendor))"
