"""The part of a login's form that vendors declare: the fields of logins without tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from hub import logins, registry
from hub.models import Grant
from integrations.base.vendor import GrantKind, LoginField, Vendor

from .widgets import Password, Select, Text

KEPT = "Stored encrypted and never shown again. Leave it empty to keep the one that is stored."
Change = list[str]  # before and after, for the change log


def keyed() -> list[Vendor]:
    """Vendors whose logins are made of fields."""
    return [vendor for vendor in registry.vendors().values() if GrantKind.CREDENTIALS in vendor.grants]


def only_keyed(vendor: Vendor) -> bool:
    return vendor.grants == (GrantKind.CREDENTIALS,)


def only_installed(vendor: Vendor) -> bool:
    """Each customer has an installation, so that there is no environment to choose."""
    return len(vendor.environments) == 1 and bool(vendor.environments[0].hosts)


def name_of(vendor: Vendor, field: LoginField) -> str:
    return f"login_{vendor.slug}_{field.name}"


def names(vendors: list[Vendor]) -> list[str]:
    return [name_of(vendor, field) for vendor in vendors for field in vendor.fields]


def form_fields(vendors: list[Vendor]) -> dict[str, forms.Field]:
    return {name_of(vendor, field): _form_field(field) for vendor in vendors for field in vendor.fields}


def _form_field(field: LoginField) -> forms.Field:
    common: dict[str, Any] = {"required": False, "label": field.label, "help_text": field.help}
    if field.choices:
        return forms.ChoiceField(choices=field.choices, widget=Select(), initial=field.default, **common)
    if field.secret:
        common["help_text"] = f"{field.help} {KEPT}".strip()
        widget = Password(attrs={"autocomplete": "new-password"})
        return forms.CharField(widget=widget, max_length=field.max_length, **common)
    return forms.CharField(widget=Text(), max_length=field.max_length, initial=field.default, **common)


def initial(grant: Grant) -> dict[str, str]:
    """What the form shows of a stored login: never a secret."""
    vendor = grant.vendor_spec
    return {name_of(vendor, field): value for field, value in logins.told(grant)}


def given(vendor: Vendor, cleaned: Mapping[str, Any]) -> dict[str, str]:
    return {field.name: str(cleaned.get(name_of(vendor, field)) or "") for field in vendor.fields}


def changes(vendor: Vendor, before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, Change]:
    """What the change log tells: a secret only that it was replaced."""
    found = {}
    for field in vendor.fields:
        old, new = before.get(field.name, ""), after.get(field.name, "")
        if old != new:
            found[field.label] = ["", "replaced"] if field.secret else [old, new]
    return found
