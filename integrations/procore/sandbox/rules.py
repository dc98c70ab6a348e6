"""Refusals of the pretend Procore, and the checks that several resources share.

Where the wording of a real refusal is not published, the text here is a guess: no client may depend on it.
https://developers.procore.com/documentation/error-reference
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import pycountry
from werkzeug.wrappers import Response

from ...base.sandbox.kernel import json_response
from .state import Row, Table

COUNTRIES = frozenset(country.alpha_2 for country in pycountry.countries)
SUBDIVISIONS = frozenset(subdivision.code for subdivision in pycountry.subdivisions)
NO_ACCESS = "You do not have sufficient access to complete that action"


class Refusal(Exception):
    """An answer that ends the call."""

    def __init__(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status, self.body, self.headers = status, body, dict(headers or {})

    def response(self) -> Response:
        return json_response(self.body, self.status, self.headers)


class Invalid(Refusal):
    """A record that may not be saved. In a sync it goes to the answer's `errors`, elsewhere it ends the call."""

    def __init__(self, status: int, /, **fields: str) -> None:
        self.fields = {name: [text] for name, text in fields.items()}
        super().__init__(status, {"errors": self.fields})


def missing() -> Refusal:
    return Refusal(404, {"errors": ["Item not found"]})


def forbidden(text: str = NO_ACCESS) -> Refusal:
    return Refusal(403, {"errors": [text]})


def found(table: Table, row_id: object) -> Row:
    """The row, or the answer for one that does not exist here or belongs to another company."""
    row = table.get(row_id)
    if row is None:
        raise missing()
    return row


def check_fields(values: Mapping[str, Any], known: Mapping[str, Any], strict: bool) -> dict[str, Any]:
    """The fields a resource has; with `strict`, any other is not acceptable."""
    unknown = sorted(values.keys() - known.keys() - {"id"})
    if unknown and strict:
        raise Invalid(406, **{unknown[0]: "is not a field of this resource"})
    kept = {name: value for name, value in values.items() if name in known}
    if "origin_id" in kept:
        kept["origin_id"] = str(kept["origin_id"]) if kept["origin_id"] not in (None, "") else None
    return kept


def check_name(values: Mapping[str, Any], row: Row | None, field: str = "name") -> None:
    """A name need not be unique: https://developers.procore.com/reference/rest/v1/company-vendors"""
    name = values.get(field) if field in values or row is None else row[field]
    if not isinstance(name, str) or not name.strip():
        raise Invalid(400, **{field: "can't be blank"})


def check_origin(table: Table, values: Mapping[str, Any], row: Row | None) -> None:
    """https://developers.procore.com/documentation/using-sync-actions#uniqueness-constraint-on-origin-id"""
    owner = table.with_origin(values.get("origin_id"))
    if owner is not None and owner is not row:
        raise Invalid(422, origin_id="has already been taken")


def check_place(values: Mapping[str, Any], row: Row | None, home: str) -> None:
    """A state must belong to its country, both as ISO 3166 codes; without a country the company's own counts.

    https://developers.procore.com/documentation/country-codes
    """
    country = _value(values, row, "country_code")
    state = _value(values, row, "state_code")
    if country and country not in COUNTRIES:
        raise Invalid(400, country_code="is invalid")
    if state and f"{country or home}-{state}" not in SUBDIVISIONS:
        raise Invalid(400, state_code="is invalid")


def _value(values: Mapping[str, Any], row: Row | None, field: str) -> str:
    value = values[field] if field in values else row[field] if row else None
    if value is not None and not isinstance(value, str):
        raise Invalid(400, **{field: "is invalid"})
    return value or ""


def check_register(register: Any, strict: bool) -> tuple[str, str]:
    """Type and number of a business register: https://developers.procore.com/reference/rest/v1/company-vendors"""
    if not isinstance(register, Mapping):
        raise Invalid(400, business_register="is missing")
    kind, identifier = register.get("type"), register.get("identifier")
    digits = {"abn": 11, "ein": 9}.get(kind if isinstance(kind, str) else "")
    if digits is None:
        raise Invalid(422, type="is not included in the list")
    if not isinstance(identifier, str) or not identifier.strip():
        raise Invalid(422, identifier="can't be blank")
    if strict and sum(c.isdigit() for c in identifier) != digits:
        raise Invalid(422, identifier="is invalid")
    return str(kind), identifier


def check_choice(values: Mapping[str, Any], field: str, allowed: Collection[str], needed: bool = False) -> None:
    """`needed`: nothing at all is wrong as well."""
    value = values.get(field)
    if value not in allowed and (needed or value is not None):
        raise Invalid(400, **{field: "is not included in the list"})


def check_days(values: Mapping[str, Any], *names: str) -> None:
    """Days are written as ISO 8601 dates."""
    for name in names:
        value = values.get(name)
        try:
            if value is not None:
                date.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise Invalid(400, **{name: "is not a date"}) from error


def decimal(values: Mapping[str, Any], name: str) -> Decimal:
    """An amount, given as a text or a number."""
    value = values.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise Invalid(422, **{name: "is not a number"})
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        raise Invalid(422, **{name: "is not a number"}) from error
    if not amount.is_finite():
        raise Invalid(422, **{name: "is not a number"})
    return amount
