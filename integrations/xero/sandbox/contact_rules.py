"""What Xero accepts of a contact, and how it shows one.

https://developer.xero.com/documentation/api/accounting/contacts
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from . import wire
from .query import fold
from .state import Contact
from .switches import Switches

if TYPE_CHECKING:
    from .organisation import Organisation

# In the order in which answers show them; with the longest text each may hold.
TEXT_FIELDS = {
    "ContactNumber": 50,
    "AccountNumber": 50,
    "Name": 255,
    "FirstName": 255,
    "LastName": 255,
    "CompanyNumber": 50,
    "EmailAddress": 255,
    "Website": 500,
    "BankAccountDetails": 500,
    "TaxNumber": 50,
    "AccountsReceivableTaxType": 50,
    "AccountsPayableTaxType": 50,
    "DefaultCurrency": 3,
    "PurchasesDefaultAccountCode": 10,
    "SalesDefaultAccountCode": 10,
}
EXTRAS = ("PaymentTerms", "BatchPayments", "ContactPersons", "SalesTrackingCategories", "PurchasesTrackingCategories")
PHONE_TYPES = ("DEFAULT", "DDI", "FAX", "MOBILE")
PHONE_FIELDS = {"PhoneNumber": 50, "PhoneAreaCode": 10, "PhoneCountryCode": 20}
ADDRESS_TYPES = ("STREET", "POBOX")
ADDRESS_FIELDS = {
    **{f"AddressLine{n}": 500 for n in (1, 2, 3, 4)},
    "City": 255,
    "Region": 255,
    "PostalCode": 50,
    "Country": 50,
    "AttentionTo": 255,
}
_SHOWN_EMPTY = ("City", "Region", "PostalCode", "Country")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def contact_errors(body: Mapping[str, Any], known: Contact | None, org: Organisation, switches: Switches) -> list[str]:
    """Why `body` cannot be saved, in Xero's words where they are published and in ours where not."""
    if known is not None and not known.active:
        return ["The contact is archived. Archived contacts cannot currently be edited via the API."]
    name = body.get("Name", known.name if known else "")
    return [
        *_name_errors(name, known, org),
        *_number_errors(body, known, org, switches),
        *_email_errors(body),
        *_length_errors(body),
    ]


def _name_errors(name: Any, known: Contact | None, org: Organisation) -> Iterator[str]:
    """https://developer.xero.com/documentation/api/accounting/contacts#put-contacts ."""
    if not isinstance(name, str) or not name.strip():
        yield "Contact Name cannot be empty."
        return
    if re.search(r"[<>]", name) or name != " ".join(name.split()):
        yield "The contact name contains invalid characters or spaces."
    if any(c.active and c is not known and fold(c.name) == fold(name) for c in org.contacts.values()):
        yield (
            f"The contact name {name} is already assigned to another contact. "
            "The contact name must be unique across all active contacts."
        )


def _number_errors(
    body: Mapping[str, Any], known: Contact | None, org: Organisation, switches: Switches
) -> Iterator[str]:
    others = [contact for contact in org.contacts.values() if contact is not known]
    number, account = body.get("ContactNumber"), body.get("AccountNumber")
    if number and switches.unique_contact_numbers and any(c.fields.get("ContactNumber") == number for c in others):
        yield f"The contact number {number} is already assigned to another contact."
    if account and any(c.fields.get("AccountNumber") == account for c in others):
        yield "The Account Number already exists. Please enter a different Account Number."


def _email_errors(body: Mapping[str, Any]) -> Iterator[str]:
    """https://developer.xero.com/documentation/api/accounting/responsecodes#400 ."""
    email = body.get("EmailAddress")
    if email and not (isinstance(email, str) and _EMAIL.fullmatch(email)):
        yield "Email address must be valid"


def _length_errors(body: Mapping[str, Any]) -> Iterator[str]:
    for field, longest in TEXT_FIELDS.items():
        if len(str(body.get(field) or "")) > longest:
            yield f"The {field} field must be no longer than {longest} characters."
    for kind, fields in (("Phones", PHONE_FIELDS), ("Addresses", ADDRESS_FIELDS)):
        for part in body.get(kind) or ():
            yield from (
                f"The {field} field must be no longer than {longest} characters."
                for field, longest in fields.items()
                if len(str(part.get(field) or "")) > longest
            )
    if len(body.get("ContactPersons") or ()) > 5:
        yield "A contact may have at most 5 contact persons."


def apply(body: Mapping[str, Any], contact: Contact, org: Organisation) -> None:
    """Fields left out keep their value."""
    for field in TEXT_FIELDS:
        if field in body:
            contact.fields[field] = str(body[field] or "")
    for extra in EXTRAS:
        if extra in body:
            contact.extras[extra] = body[extra]
    for phone in body.get("Phones") or ():
        contact.phones[phone.get("PhoneType", "DEFAULT")] = {f: str(phone.get(f) or "") for f in PHONE_FIELDS}
    for address in body.get("Addresses") or ():
        kept = {f: str(address[f] or "") for f in ADDRESS_FIELDS if f in address}
        contact.addresses[address.get("AddressType", "POBOX")] = kept
    if body.get("ContactStatus") in ("ARCHIVED", "ACTIVE"):
        contact.status = body["ContactStatus"]
    org.touch(contact)


def contact_facts(contact: Contact) -> dict[str, Any]:
    """What contacts can be filtered and ordered by."""
    return {
        "ContactID": contact.id,
        "ContactStatus": contact.status,
        "IsSupplier": contact.is_supplier,
        "IsCustomer": contact.is_customer,
        "UpdatedDateUTC": contact.updated_at,
        **{field: contact.fields.get(field) for field in FILTERS},
    }


FILTERS = ("Name", "EmailAddress", "AccountNumber", "ContactNumber", "TaxNumber", "FirstName", "LastName")
FACTS = ("ContactID", "ContactStatus", "IsSupplier", "IsCustomer", "UpdatedDateUTC", *FILTERS)


def show(contact: Contact, org: Organisation, *, full: bool, written: bool = False) -> dict[str, Any]:
    """A contact as answers hold it. `full`: read alone or in a page. `written`: the answer to a write."""
    shown: dict[str, Any] = {"ContactID": contact.id}
    _copy(contact, shown, "ContactNumber", "AccountNumber")
    shown["ContactStatus"] = contact.status
    _copy(contact, shown, *(f for f in TEXT_FIELDS if f not in ("ContactNumber", "AccountNumber", "DefaultCurrency")))
    shown["Addresses"] = [_address(contact, kind) for kind in ADDRESS_TYPES]
    # Reads list the phones in another order than answers to writes do.
    shown["Phones"] = [_phone(contact, kind) for kind in (PHONE_TYPES if written else sorted(PHONE_TYPES))]
    shown["UpdatedDateUTC"] = wire.date_utc(contact.updated_at)
    shown["ContactGroups"] = [show_group_name(g) for g in org.groups_of(contact)] if full else []
    if full and contact.merged_to:
        shown["MergedToContactID"] = contact.merged_to
    shown |= {"IsSupplier": contact.is_supplier, "IsCustomer": contact.is_customer}
    _copy(contact, shown, "DefaultCurrency")
    shown |= _extras(contact, full or written, written)
    if not written:
        shown["HasAttachments"] = False
    return {**shown, "HasValidationErrors": False}


def _copy(contact: Contact, shown: dict[str, Any], *fields: str) -> None:
    shown.update({field: contact.fields[field] for field in fields if field in contact.fields})


def _extras(contact: Contact, full: bool, written: bool) -> dict[str, Any]:
    held = contact.extras
    shown: dict[str, Any] = {}
    if "BatchPayments" in held:
        shown["BatchPayments"] = held["BatchPayments"]
    if full and "PaymentTerms" in held:
        shown["PaymentTerms"] = held["PaymentTerms"]
    if contact.is_supplier and not written:
        owed = {"Outstanding": contact.payable, "Overdue": contact.overdue}
        nothing = {"Outstanding": contact.payable * 0, "Overdue": contact.overdue * 0}
        shown["Balances"] = {"AccountsReceivable": nothing, "AccountsPayable": owed}
    if written:
        for tracking in ("SalesTrackingCategories", "PurchasesTrackingCategories"):
            shown[tracking] = held.get(tracking, [])
    return {**shown, "ContactPersons": held.get("ContactPersons", []) if full else []}


def _address(contact: Contact, kind: str) -> dict[str, str]:
    held = contact.addresses.get(kind, {})
    fields = [f for f in ADDRESS_FIELDS if f in held or f in _SHOWN_EMPTY]
    return {"AddressType": kind, **{field: held.get(field, "") for field in fields}}


def _phone(contact: Contact, kind: str) -> dict[str, str]:
    held = contact.phones.get(kind, {})
    return {"PhoneType": kind, **{field: held.get(field, "") for field in PHONE_FIELDS}}


def show_group_name(group: Any) -> dict[str, Any]:
    return {
        "ContactGroupID": group.id,
        "Name": group.name,
        "Status": group.status,
        "Contacts": [],
        "HasValidationErrors": False,
    }
