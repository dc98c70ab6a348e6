"""What matters of a Xero contact, in the form that vendors of Procore are made from."""

from __future__ import annotations

from typing import Any

from integrations.xero.records import Address, Contact, Phone

_PHONES = {"business": ("DEFAULT", "OFFICE", "DDI"), "mobile": ("MOBILE",), "fax": ("FAX",)}


def contact_data(contact: Contact) -> dict[str, Any]:
    """What matters of a contact, as plain values."""
    return {
        "name": contact.name,
        "active": contact.active,
        "merged_to": contact.merged_to_contact_id,
        "email": contact.email_address.strip(),
        "tax_number": contact.tax_number.strip(),
        "phones": _phones(contact),
        "address": _address(contact),
    }


def _phones(contact: Contact) -> dict[str, str]:
    by_type = {phone.phone_type: text for phone in contact.phones if (text := _phone(phone))}
    found = {kind: next((by_type[one] for one in types if one in by_type), "") for kind, types in _PHONES.items()}
    return {kind: text for kind, text in found.items() if text}


def _phone(phone: Phone) -> str:
    country = phone.phone_country_code.strip()
    if country and country[0].isdigit():
        country = f"+{country}"
    parts = (country, phone.phone_area_code.strip(), phone.phone_number.strip())
    return " ".join(part for part in parts if part) if parts[-1] else ""


def _address(contact: Contact) -> dict[str, str]:
    """The street address, or else the postal one; {} when both are empty."""
    by_type = {address.address_type: _parts(address) for address in contact.addresses}
    return next((found for kind in ("STREET", "POBOX") if (found := by_type.get(kind))), {})


def _parts(address: Address) -> dict[str, str]:
    lines = (address.address_line1, address.address_line2, address.address_line3, address.address_line4)
    parts = {
        "lines": ", ".join(line.strip() for line in lines if line.strip()),
        "city": address.city.strip(),
        "state": address.region.strip(),
        "zip": address.postal_code.strip(),
        "country": address.country.strip(),
    }
    return {name: text for name, text in parts.items() if text}
