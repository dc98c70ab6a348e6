"""The endpoints in use: requests that can be stored and sent later, readers of their answers, and reads.

Creating is PUT, changing is POST to an address with an id. A POST without an id is never built: Xero would change
whatever record happens to bear the same name.
https://developer.xero.com/documentation/api/accounting/requests-and-responses
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from xml.etree import ElementTree

from ..base.broken import Sink, sift
from ..base.client import ApiClient, Request
from ..base.errors import BadReply, Missing, Rejected
from . import dates
from .answers import ID_FIELDS, elements
from .client import ACCOUNTING
from .ids import is_id
from .records import (
    Account,
    Connection,
    Contact,
    ContactGroup,
    Currency,
    Organisation,
    TaxRate,
    TrackingCategory,
    TrackingOption,
    XeroRecord,
)
from .writing import dumps

R = TypeVar("R", bound=XeroRecord)

PAGE_SIZE = 1000  # the most Xero gives
IDS_PER_CALL = 40  # above some fifty the address is too long, and the answer a 404
MAX_NAME = 100  # of a tracking category or option, characters

LABELS = ("Name", "InvoiceNumber", "CreditNoteNumber", "Narration", "Reference")  # what people know a record by


# Building blocks.


def path(*parts: str) -> str:
    """The address of a resource. Every second part is an id and must look like one. Raises Rejected."""
    for identifier in parts[1::2]:
        if not is_id(identifier):
            raise Rejected(f"“{identifier}” is not a Xero identifier.")
    return ACCOUNTING + "/".join(parts)


def write(method: str, address: str, body: Mapping[str, Any], **params: str) -> Request:
    """A write with a JSON body. Its bytes depend on `body` alone, so they can be stored, compared and sent again."""
    return Request(method, address, params, dumps(body))


def quoted(value: str) -> str:
    """A text inside a `where`. Raises Rejected for a double quote or a backslash, which Xero may refuse."""
    if '"' in value or "\\" in value:
        raise Rejected(f"Xero cannot search for “{value}”: it holds a double quote or a backslash.")
    return f'"{value}"'


def read_list(kind: type[R], data: Any, name: str, broken: Sink | None = None) -> list[R]:
    """The records of an answer's list `name`. Raises BadReply, for a record only when nobody wants the broken ones."""
    rows = elements(data, name, strict=broken is None)
    return sift(rows, lambda _, row: kind.read(row), broken, ID_FIELDS.get(name, ""), LABELS)


def _only(records: Sequence[R], what: str) -> R:
    if len(records) != 1:
        raise BadReply(f"Xero answered {len(records)} records where one {what} was expected.")
    return records[0]


# Connections and organisation.


def connections(client: ApiClient) -> list[Connection]:
    """The organisations the login opens. Practices are left out: they keep no books."""
    rows = client.get("/connections").data
    if not isinstance(rows, list):
        raise BadReply("Xero's answer holds no list of connections.")
    return [found for found in map(Connection.read, rows) if found.tenant_type == "ORGANISATION"]


def organisation(client: ApiClient) -> Organisation:
    answer = client.get(path("Organisation")).data
    return _only(read_list(Organisation, answer, "Organisations"), "organisation")


# Tracking.


def tracking_categories(client: ApiClient, *, archived: bool = True) -> list[TrackingCategory]:
    """All categories with all their options; with `archived`, both may hold archived ones."""
    params = {"includeArchived": "true"} if archived else {}
    return read_categories(client.get(path("TrackingCategories"), params).data)


def put_category(name: str) -> Request:
    return write("PUT", path("TrackingCategories"), {"Name": name})


def read_categories(data: Any) -> list[TrackingCategory]:
    return read_list(TrackingCategory, data, "TrackingCategories")


def put_option(category_id: str, name: str) -> Request:
    return write("PUT", path("TrackingCategories", category_id, "Options"), {"Name": name})


def put_options(category_id: str, names: Sequence[str]) -> Request:
    """Several options at once, in XML, the only form in which a list is known to have been taken.

    Not documented for JSON, and not promised: use it only where a try has shown that it works.
    https://developer.xero.com/documentation/api/accounting/trackingcategories#put-options
    """
    root = ElementTree.Element("Options")
    for name in names:
        ElementTree.SubElement(ElementTree.SubElement(root, "Option"), "Name").text = name
    body = ElementTree.tostring(root, encoding="unicode")
    return Request("PUT", path("TrackingCategories", category_id, "Options"), {}, body, "application/xml")


def post_option(category_id: str, option_id: str, *, name: str = "", status: str = "") -> Request:
    """Rename an option, or change its status to ARCHIVED or ACTIVE, or both."""
    body = {key: value for key, value in (("Name", name), ("Status", status)) if value}
    return write("POST", path("TrackingCategories", category_id, "Options", option_id), body)


def read_options(data: Any) -> list[TrackingOption]:
    """The options of a write's answer. Raises BadReply for one without an id: nothing was made then."""
    return read_list(TrackingOption, data, "Options")


# Contact groups.


def contact_groups(client: ApiClient, name: str = "") -> list[ContactGroup]:
    """The active groups, without members; with `name`, only those called so."""
    params = {"where": f"Name=={quoted(name)}"} if name else {}
    return read_groups(client.get(path("ContactGroups"), params).data)


def contact_group(client: ApiClient, group_id: str) -> ContactGroup:
    """One group with all its members. Raises Missing."""
    return _only(read_groups(client.get(path("ContactGroups", group_id)).data), "contact group")


def put_group(name: str) -> Request:
    return write("PUT", path("ContactGroups"), {"ContactGroups": [{"Name": name}]})


def put_members(group_id: str, contact_ids: Iterable[str]) -> Request:
    members = [{"ContactID": contact_id} for contact_id in contact_ids]
    return write("PUT", path("ContactGroups", group_id, "Contacts"), {"Contacts": members})


def delete_member(group_id: str, contact_id: str) -> Request:
    return Request("DELETE", path("ContactGroups", group_id, "Contacts", contact_id))


def read_groups(data: Any) -> list[ContactGroup]:
    return read_list(ContactGroup, data, "ContactGroups")


# Contacts.


@dataclass(frozen=True)
class ContactPage:
    """`number` counts from 1; `answered_at` is Xero's clock."""

    contacts: Sequence[Contact]
    number: int
    total: int | None
    answered_at: datetime
    last: bool


def contact_pages(
    client: ApiClient,
    since: datetime | None = None,
    *,
    order: str = "ContactID ASC",
    first: int = 1,
    broken: Sink | None = None,
) -> Iterator[ContactPage]:
    """All contacts, archived ones too, changed since then, page by page from page `first`.

    Ordered by id, so that a contact changed meanwhile cannot push another one over a page boundary unread.
    """
    number = first
    while True:
        page = contact_page(client, number, since, broken, order)
        yield page
        if page.last:
            return
        number += 1


def contact_page(
    client: ApiClient,
    number: int,
    since: datetime | None = None,
    broken: Sink | None = None,
    order: str = "ContactID ASC",
) -> ContactPage:
    """One page of at most PAGE_SIZE contacts with groups, terms and merges."""
    params = {"page": str(number), "pageSize": str(PAGE_SIZE), "includeArchived": "true", "order": order}
    headers = {"If-Modified-Since": dates.if_modified_since(since)} if since else {}
    data = client.get(path("Contacts"), params, **headers).data
    found = read_list(Contact, data, "Contacts", broken)
    count, total = page_counts(data)
    last = number >= count if count is not None else len(data["Contacts"]) < PAGE_SIZE
    return ContactPage(found, number, total, dates.instant(data.get("DateTimeUTC")), last)


def page_counts(data: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Number of pages and of records, as far as they are told."""
    told = data.get("pagination")
    if not isinstance(told, dict):
        return None, None
    count, total = told.get("pageCount"), told.get("itemCount")
    return (count if isinstance(count, int) else None, total if isinstance(total, int) else None)


def contact(client: ApiClient, contact_id: str) -> Contact | None:
    """One contact in full, or None when there is no such contact."""
    try:
        answer = client.get(path("Contacts", contact_id))
    except Missing:
        return None
    return _only(read_contacts(answer.data), "contact")


def contacts_by_ids(client: ApiClient, ids: Sequence[str], broken: Sink | None = None) -> Iterator[Contact]:
    """The contacts with these ids in full, archived ones too, in as few calls as the address length allows."""
    for start in range(0, len(ids), IDS_PER_CALL):
        some = ids[start : start + IDS_PER_CALL]
        for contact_id in some:
            path("Contacts", contact_id)
        yield from _contacts(client, broken, IDs=",".join(some))


def contacts_named(client: ApiClient, name: str) -> list[Contact]:
    """The contacts called exactly so, but for case. A name that no filter can hold is searched for instead."""
    try:
        found = _contacts(client, where=f"Name=={quoted(name)}")
    except Rejected:
        found = _contacts(client, searchTerm=name)
    return [contact for contact in found if contact.name.casefold() == name.casefold()]


def contacts_numbered(client: ApiClient, number: str) -> list[Contact]:
    """The contacts with exactly this contact number. A read by number in the address would pick one in silence."""
    return [found for found in _contacts(client, searchTerm=number) if found.contact_number == number]


def _contacts(client: ApiClient, broken: Sink | None = None, **params: str) -> list[Contact]:
    paging = {"page": "1", "pageSize": str(PAGE_SIZE), "includeArchived": "true"}
    return read_list(Contact, client.get(path("Contacts"), {**paging, **params}).data, "Contacts", broken)


def put_contacts(bodies: Sequence[Mapping[str, Any]]) -> Request:
    """Create contacts; the answer tells each one's fate (`answers.read_results`)."""
    return write("PUT", path("Contacts"), {"Contacts": list(bodies)}, summarizeErrors="false")


def post_contact(contact_id: str, body: Mapping[str, Any]) -> Request:
    """Change one contact. A `Name` in the body renames it in the customer's books."""
    return write("POST", path("Contacts", contact_id), {"Contacts": [dict(body)]})


def read_contacts(data: Any) -> list[Contact]:
    return read_list(Contact, data, "Contacts")


# Lists for pickers and checks.


def accounts(client: ApiClient) -> list[Account]:
    return read_list(Account, client.get(path("Accounts")).data, "Accounts")


def tax_rates(client: ApiClient) -> list[TaxRate]:
    return read_list(TaxRate, client.get(path("TaxRates")).data, "TaxRates")


def currencies(client: ApiClient) -> list[Currency]:
    return read_list(Currency, client.get(path("Currencies")).data, "Currencies")
