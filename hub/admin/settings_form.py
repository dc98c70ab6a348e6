"""A form made of a pairing's settings model: one field per setting, its section, help and default from the model."""

from __future__ import annotations

import types
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from django import forms
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from .widgets import CheckboxList, Number, Select, Switch, Text

PREFIX = "setting_"
OTHER = "Other settings"


def form_fields(model: type[BaseModel]) -> dict[str, forms.Field]:
    """Form fields by name, "setting_…" each."""
    return {PREFIX + name: _form_field(name, info) for name, info in model.model_fields.items()}


def sections(model: type[BaseModel]) -> list[tuple[str, list[str]]]:
    """(section, field names) in the model's order."""
    found: dict[str, list[str]] = {}
    for name, info in model.model_fields.items():
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        found.setdefault(str(extra.get("group", OTHER)), []).append(PREFIX + name)
    return list(found.items())


def initial(model: type[BaseModel], settings: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows for stored settings: what is stored, else the default."""
    shown = {}
    for name, info in model.model_fields.items():
        value = settings.get(name, info.get_default(call_default_factory=True))
        shown[PREFIX + name] = _plain(value)
    return shown


def told(model: type[BaseModel], settings: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, Any]]]]:
    """(section, (title, value) of each setting), for those who only read."""
    values, fields = initial(model, settings), form_fields(model)
    return [(title, [(str(fields[name].label), values[name]) for name in names]) for title, names in sections(model)]


def collected(model: type[BaseModel], cleaned: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str | None, list[str]]]:
    """(settings to store, errors by form field). Only what differs from the defaults is stored; an error that belongs
    to no single field is under None."""
    values = {name: cleaned[PREFIX + name] for name in model.model_fields if PREFIX + name in cleaned}
    try:
        settings = model.model_validate(values)
    except ValidationError as error:
        return {}, _errors(model, error)
    return settings.model_dump(mode="json", exclude_defaults=True), {}


def _errors(model: type[BaseModel], error: ValidationError) -> dict[str | None, list[str]]:
    found: dict[str | None, list[str]] = {}
    for one in error.errors():
        name = str(one["loc"][0]) if one["loc"] else ""
        text = one["msg"].removeprefix("Value error, ")
        found.setdefault(PREFIX + name if name in model.model_fields else None, []).append(
            f"{text[:1].upper()}{text[1:]}."
        )
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    return value


def _form_field(name: str, info: FieldInfo) -> forms.Field:
    default = info.get_default(call_default_factory=True)
    common: dict[str, Any] = {
        "label": info.title or name.replace("_", " ").capitalize(),
        "help_text": f"{info.description or ''} {_default_text(default)}".strip(),
        "required": False,  # the model says what may be empty
    }
    kind = _without_none(info.annotation)
    many = get_origin(kind) in (list, tuple, set, frozenset)
    choices = _choices(get_args(kind)[0] if many else kind)
    if choices:
        field, widget = (forms.MultipleChoiceField, CheckboxList()) if many else (forms.ChoiceField, Select())
        return field(choices=choices, widget=widget, **common)
    if kind is bool:
        return forms.BooleanField(widget=Switch(), **common)
    if kind is int:
        return forms.IntegerField(widget=Number(), **common)
    if kind is Decimal:
        return forms.DecimalField(widget=Number(), **common)
    return forms.CharField(widget=Text(), **common)


def _default_text(default: Any) -> str:
    plain = _plain(default)
    if isinstance(plain, bool):
        return f"Default: {'on' if plain else 'off'}."
    if isinstance(plain, list):
        plain = ", ".join(str(one).replace("_", " ") for one in plain)
    return f"Default: {plain}." if plain not in ("", None) else "Default: empty."


def _without_none(kind: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        left = [one for one in get_args(kind) if one is not type(None)]
        return left[0] if len(left) == 1 else str
    return kind


def _choices(kind: Any) -> list[tuple[str, str]]:
    if get_origin(kind) is Literal:
        values = [str(value) for value in get_args(kind)]
    elif isinstance(kind, type) and issubclass(kind, Enum):
        values = [str(member.value) for member in kind]
    else:
        return []
    return [(value, value.replace("_", " ").capitalize() if value.islower() else value) for value in values]
