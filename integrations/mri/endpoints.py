"""Endpoints as data: which API an operation calls, how, and which of its fields is which of ours.

A profile is all endpoints of one connection. It is plain JSON on the way in and out (`load`, `dump`), and `faults`
tells everything that is wrong with one in sentences by place, for an editor or a configuration file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from ..base.errors import Rejected
from .operations import OPERATIONS, Operation
from .transforms import Transform

ASSUMED = Path(__file__).parent / "assumed.toml"
Verb = Literal["GET", "POST", "PUT"]

# Names go into addresses and element names unchanged.
ApiName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_~.\-]*$", max_length=100)]
FieldName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.\-]*$", max_length=100)]
ParameterName = Annotated[str, Field(pattern=r"^\$?[A-Za-z_][A-Za-z0-9_.\-]*$", max_length=100)]
Dotted = Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_\-]*(\.[A-Za-z_][A-Za-z0-9_\-]*)*)?$", max_length=200)]


def _spec(value: Any) -> Any:
    if isinstance(value, str):
        Transform.of(value)
        return value.strip()
    return value


def _known(value: str) -> str:
    if value not in OPERATIONS:
        raise ValueError(f"“{value}” is not an operation")
    return value


Spec = Annotated[str, BeforeValidator(_spec)]
OperationName = Annotated[str, AfterValidator(_known)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Parameter(Part):
    """One parameter of a read. `source` is what fills it: a filter of the operation, or nothing for a fixed value;
    `value` is that fixed value, or what is sent when the source gives nothing."""

    name: ParameterName
    source: str = ""
    value: str = ""
    transform: Spec = "text"
    required: bool = False


class FieldMap(Part):
    """One field: `hub` as we call it ("" for a constant), `mri` as MRI does."""

    hub: str = ""
    mri: FieldName
    required: bool = False
    max_length: Annotated[int, Field(ge=1, le=100_000)] | None = None
    transform: Spec = "text"
    default: str = ""

    @property
    def way(self) -> Transform:
        return Transform.of(self.transform)


class Endpoint(Part):
    """How one operation is carried out. Only what a person has `verified` is called, but for the probe."""

    operation: OperationName
    api: ApiName
    verb: Verb = "GET"
    format: Literal["", "json", "xml"] = ""  # "": as the login says
    parameters: tuple[Parameter, ...] = ()
    record_path: Dotted = "value"
    line_path: Dotted = ""
    key: tuple[str, ...] = ()  # hub fields that together tell a record from the others
    send_metadata: bool = True
    enabled: bool = True
    fields: tuple[FieldMap, ...] = ()
    line_fields: tuple[FieldMap, ...] = ()
    verified: bool = False
    verified_by: str = ""
    verified_at: str = ""
    sample_fields: tuple[str, ...] = ()  # what the probe saw

    @property
    def spec(self) -> Operation:
        return OPERATIONS[self.operation]

    def field(self, hub: str) -> FieldMap:
        """Raises KeyError for a field that is not mapped."""
        return {one.hub: one for one in self.fields if one.hub}[hub]

    def same_call(self, other: Endpoint) -> bool:
        """Whether both call MRI alike, so that what was verified of one holds for the other."""
        told = {"verified", "verified_by", "verified_at", "sample_fields", "enabled"}
        return self.model_dump(exclude=told) == other.model_dump(exclude=told)

    def after(self, earlier: Endpoint | None) -> Endpoint:
        """This endpoint as it replaces an earlier one: any change of how MRI is called undoes the verification."""
        if earlier is not None and self.same_call(earlier):
            told = ("verified", "verified_by", "verified_at", "sample_fields")
            return self.model_copy(update={name: getattr(earlier, name) for name in told})
        return self.model_copy(update={"verified": False, "verified_by": "", "verified_at": ""})

    def usable(self) -> None:
        """Raises Rejected when nobody has verified this endpoint, or it is switched off."""
        if not self.enabled:
            raise Rejected(f"“{self.spec.title}” is switched off. Switch its endpoint on first.")
        if not self.verified:
            raise Rejected(
                f"The endpoint {self.api} for “{self.spec.title}” has not been verified, so it is not used. "
                "Probe it, compare its fields, and mark it verified."
            )


class Profile(Part):
    """The endpoints of a connection by operation, and the tables that lookups use (table: ours → MRI's)."""

    name: str = ""
    tables: dict[str, dict[str, str]] = {}
    endpoints: dict[str, Endpoint] = {}

    def endpoint(self, operation: str) -> Endpoint:
        """Raises Rejected when the operation has no endpoint."""
        if operation not in self.endpoints:
            title = OPERATIONS[operation].title
            raise Rejected(f"No endpoint is set up for “{title}”. Add it to the connection's endpoints.")
        return self.endpoints[operation]

    def may_write(self, api: str, verb: str) -> None:
        """Raises Rejected unless a verified endpoint that writes calls this API in this way."""
        found = [e for e in self.endpoints.values() if e.spec.writes and (e.api, e.verb) == (api, verb)]
        if not found:
            named = f"{verb} {api}" if api else "A write without an API"
            raise Rejected(f"{named} is not among the connection's endpoints; nothing was sent.")
        if not any(endpoint.enabled and endpoint.verified for endpoint in found):
            found[0].usable()


def named(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same data with each endpoint told its operation, which is the name it goes by."""
    endpoints = data.get("endpoints")
    if not isinstance(endpoints, Mapping):
        return dict(data)
    told = {name: {**one, "operation": name} if isinstance(one, Mapping) else one for name, one in endpoints.items()}
    return {**data, "endpoints": told}


def load(data: Mapping[str, Any]) -> Profile:
    """A profile from plain data. Raises pydantic.ValidationError; call `checks.faults` first for sentences."""
    return Profile.model_validate(named(data))


def dump(profile: Profile) -> dict[str, Any]:
    """Plain JSON data: what is not set is left out."""
    data = profile.model_dump(mode="json", exclude_defaults=True)
    for endpoint in data.get("endpoints", {}).values():
        endpoint.pop("operation", None)
    return data


@cache
def assumed() -> Profile:
    """The profile that ships: plausible names for everything, none of them verified."""
    return load(tomllib.loads(ASSUMED.read_text()))
