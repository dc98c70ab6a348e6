"""Logins without tokens: made of fields that the vendor declares, and shown with every call.

All fields are stored encrypted, in the grant's `secret`. Such a login is proved by the first answer that lets it in,
and dead once the vendor turns it down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from django.utils import timezone

from hub.models import Grant, GrantState
from hub.tokens import NeedsLogin, break_grant, login_of
from integrations.base.errors import AuthBroken, Unavailable, VendorError
from integrations.base.vendor import GrantKind, LoginField, Vendor


def is_keyed(grant: Grant) -> bool:
    return grant.kind == GrantKind.CREDENTIALS


def merged(vendor: Vendor, given: Mapping[str, str], stored: Mapping[str, str]) -> dict[str, str]:
    """All fields of a login. A secret that is not given stays as it is stored; anything else takes its default."""
    found = {}
    for field in vendor.fields:
        kept = stored.get(field.name, "") if field.secret else ""
        found[field.name] = given.get(field.name, "").strip() or kept or field.default
    return found


def faults(vendor: Vendor, client_id: str, values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a login, as sentences by field name; {} when nothing is."""
    own = {field.name: told for field in vendor.fields if (told := _fault(field, values.get(field.name, "")))}
    return {**vendor.login_faults({"client_id": client_id, **values}), **own}


def _fault(field: LoginField, value: str) -> str:
    if not value:
        return f"The login needs its {field.label}." if field.required else ""
    if field.choices and value not in dict(field.choices):
        return f"It must be one of {', '.join(choice for choice, _ in field.choices)}."
    if not value.isprintable():
        return "It holds a line break or another character that cannot be typed."
    return f"It is longer than {field.max_length} characters." if len(value) > field.max_length else ""


def told(grant: Grant) -> Iterator[tuple[LoginField, str]]:
    """What may be shown of a login: its fields that are no secrets."""
    values = merged(grant.vendor_spec, grant.secret, grant.secret)
    return ((field, values[field.name]) for field in grant.vendor_spec.fields if not field.secret)


def options(grant: Grant) -> dict[str, str]:
    """The same by name, for the client."""
    return {field.name: value for field, value in told(grant)} if is_keyed(grant) else {}


class KeyedLogin:
    """`TokenSource` of a login without tokens: read anew for every call, so that a correction counts at once."""

    def __init__(self, grant_id: int) -> None:
        self._id = grant_id
        self._version = -1

    def token(self) -> str:
        """Raises NeedsLogin once the vendor has turned it down, AuthBroken when it is not complete."""
        grant = Grant.objects.get(pk=self._id)
        if grant.state == GrantState.NEEDS_LOGIN:
            raise NeedsLogin(f"“{grant.name}” must be connected again: {grant.state_reason}")
        self._version = grant.version
        values = merged(grant.vendor_spec, grant.secret, grant.secret)
        if wrong := faults(grant.vendor_spec, grant.client_id, values):
            raise AuthBroken(f"“{grant.name}” is not complete. {' '.join(wrong.values())}")
        return grant.vendor_spec.token(replace(login_of(grant), fields=values))

    def renew(self, refused: str) -> str:
        raise AuthBroken("The vendor did not accept the login, and there is nothing to renew about it.", status=401)

    def refused(self, error: AuthBroken) -> VendorError:
        """The vendor has turned this login down: nothing uses it until a person has corrected it."""
        grant = Grant.objects.get(pk=self._id)
        if grant.version != self._version:
            return Unavailable("The login was changed while it was in use; it is tried again as it is now.")
        break_grant(grant, error.message, owner="")
        return NeedsLogin(f"“{grant.name}” must be connected again: {error.message}", status=error.status)


def confirm(grant: Grant) -> None:
    """The vendor has let this login in."""
    known = {"state": GrantState.OK, "state_reason": "", "connected_at": timezone.now()}
    rows = Grant.objects.filter(pk=grant.pk, version=grant.version).exclude(state=GrantState.NEEDS_LOGIN)
    if rows.update(**known):
        grant.state = GrantState.OK
