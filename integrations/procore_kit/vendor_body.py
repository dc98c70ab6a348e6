"""A company of the ledger as a Procore vendor: the pure part.

The company is plain data: name, email, tax_number, phones {business, mobile, fax}, and address {lines, city, state,
zip, country}, {} for none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integrations.procore.records import CompanyVendor

from . import names, places, registers

SIMPLE = ("name", "email_address", "business_phone", "mobile_phone", "fax_number", "address", "city", "zip")
REGISTER = "business_register_attributes"


class BodyFault(ValueError):
    """The company cannot become a vendor. `code` is a row of the catalogue, `values` fill its texts."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def needs_home(data: Mapping[str, Any]) -> bool:
    """Whether it takes the ledger's own country to understand the address or the tax number."""
    return bool(data["address"] or data["tax_number"]) and "country" not in data["address"]


def vendor_body(outside_key: str, data: Mapping[str, Any], home: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The vendor's fields and warnings. `home` is the country of addresses without one. Raises BodyFault."""
    if not data["name"].strip():
        raise BodyFault("no_name")
    country, state = place(data["address"], home)
    phones, address = data["phones"], data["address"]
    body: dict[str, Any] = {
        "origin_id": outside_key,
        "name": data["name"],
        "email_address": data["email"],
        "business_phone": phones.get("business", ""),
        "mobile_phone": phones.get("mobile", ""),
        "fax_number": phones.get("fax", ""),
        "address": address.get("lines", ""),
        "city": address.get("city", ""),
        "state_code": state,
        "country_code": country,
        "zip": address.get("zip", ""),
        "is_active": True,
    }
    _check_characters(body)
    found = registers.register(data["tax_number"], country or home)
    if found.kind:
        body[REGISTER] = {"type": found.kind, "identifier": found.number}
    return body, (found.warning,) if found.warning else ()


def place(address: Mapping[str, str], home: str) -> tuple[str, str]:
    """Country and state code of an address, checked. `home` is the country of one that names none. Raises BodyFault."""
    if not address:
        return "", ""
    text = address.get("country", "")
    country = places.country_code(text) if text else home
    if text and not country:
        raise BodyFault("bad_country", country=text)
    state = address.get("state", "")
    if not state or not country:
        return country, ""
    code = places.state_code(country, state)
    if not code:
        examples = places.state_examples(country)
        shown = f", for example {examples}" if examples else ""
        raise BodyFault("bad_state", state=state, country=places.country_name(country), examples=shown)
    return country, code


def _check_characters(body: Mapping[str, Any]) -> None:
    for field in SIMPLE:
        if found := names.unsendable(body[field]):
            raise BodyFault("bad_characters", reason=f"its {field.replace('_', ' ')} holds the character {found}")


def current_body(vendor: CompanyVendor, body: Mapping[str, Any]) -> dict[str, Any]:
    """What the vendor holds now, in the shape of `body`. What the ledger leaves empty counts as equal, so that a match
    does not wipe out what Procore knows."""
    now = {name: getattr(vendor, name) for name in body if name != REGISTER}
    current = {name: value if body[name] != "" else "" for name, value in now.items()}
    held = vendor.business_register
    if REGISTER in body and held is not None and held.identifier:
        current[REGISTER] = {"type": held.type, "identifier": registers.digits(held.identifier)}
    return current
