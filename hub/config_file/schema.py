"""The shape of a configuration file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationInfo

from hub.models import Gate, Role
from integrations.base.vendor import GrantKind


def _secret(value: Any, info: ValidationInfo) -> Any:
    """A value, {env = "NAME"} or {file = "path"}; a path is relative to the configuration file."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict) or len(value) != 1 or not isinstance(next(iter(value.values())), str):
        raise ValueError('must be a text, { env = "NAME" } or { file = "path" }')
    (source, name), *_ = value.items()
    if source == "env":
        return _from_environment(name)
    if source == "file":
        return _from_file(name, info)
    raise ValueError('must be a text, { env = "NAME" } or { file = "path" }')


def _from_environment(name: str) -> str:
    if not os.environ.get(name):
        raise ValueError(f"the environment variable {name} is not set")
    return os.environ[name]


def _from_file(name: str, info: ValidationInfo) -> str:
    path = Path((info.context or {}).get("folder", "."), name)
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"the file {path} cannot be read: {type(error).__name__}") from None
    if not text:
        raise ValueError(f"the file {path} is empty")
    return text


Secret = Annotated[SecretStr, BeforeValidator(_secret)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class Entry(BaseModel):
    """Anything in the file: an unknown key is a mistake, and values stay out of error messages."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)


class Section(Entry):
    """An entry of a section. `identity` fields tell it from the others; the last one is what people call it."""

    IDENTITY: ClassVar[tuple[str, ...]]

    @property
    def identity(self) -> tuple[str, ...]:
        return tuple(getattr(self, name) for name in self.IDENTITY)


class Member(Entry):
    user: Name
    role: Role = Role.VIEWER
    verifies: bool | None = None


class Customer(Section):
    IDENTITY = ("slug",)

    slug: Name
    name: Name
    time_zone: str | None = None
    members: list[Member] = []


class Grant(Section):
    """`refresh_token` spares the login in the browser, for a grant of kind authorization_code. `fields` are those that
    the vendor declares for kind credentials, which has no client secret."""

    IDENTITY = ("customer", "name")

    customer: Name
    name: Name
    vendor: Name
    kind: GrantKind
    environment: str = "production"
    login_url: str = ""
    token_url: str = ""
    api_url: str = ""
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: Secret | None = None
    fields: dict[str, Secret] = {}
    refresh_token: Secret | None = None


class Connection(Section):
    """`profile` says how the vendor's interface differs here from the profile that ships."""

    IDENTITY = ("customer", "grant", "name")

    customer: Name
    name: Name
    grant: Name
    account: str = ""
    profile: dict[str, Any] | None = None
    kept_for_people: Annotated[int, Field(ge=0, le=90, strict=True)] | None = None  # per cent of the account's calls


class Stage(Entry):
    enabled: bool | None = None
    gate: Gate | None = None
    schedule: str | None = None


class Value(Entry):
    kind: Name = "cost_code"
    key: Name
    project: str = ""
    account: str | None = None
    tax_type: str | None = None
    tracking: str | None = None
    item: str | None = None


class Tenant(Section):
    IDENTITY = ("slug",)

    customer: Name
    slug: Name
    name: Name
    pairing: Name
    source: Name
    target: Name
    enabled: bool | None = None
    settings: dict[str, Any] = {}
    stages: dict[str, Stage] = {}
    values: list[Value] = []


SECTIONS: dict[str, type[Section]] = {
    "customers": Customer,
    "grants": Grant,
    "connections": Connection,
    "tenants": Tenant,
}
