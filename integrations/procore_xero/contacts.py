"""Stage 2: Xero contacts of one contact group become vendors in Procore's company directory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property

from hub.stage import (
    Direction,
    Follow,
    KeyField,
    Known,
    LinkView,
    Mapped,
    Page,
    Payload,
    Problem,
    ReadContext,
    Record,
    Skip,
    Stage,
)
from integrations.base.client import ApiClient
from integrations.base.errors import Rejected
from integrations.procore.endpoints import MAX_SYNC
from integrations.procore_kit import names
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.unreadables import Unreadables
from integrations.procore_kit.vendor_body import BodyFault, needs_home, vendor_body
from integrations.procore_kit.vendor_match import match, shared
from integrations.procore_kit.vendor_writer import VendorWriter
from integrations.xero import endpoints as xero
from integrations.xero.client import XeroClient
from integrations.xero.ids import is_id
from integrations.xero.records import Contact, ContactGroup

from . import problems
from .clients import xero_client
from .contact_data import contact_data
from .settings import ArchivedContacts, Settings

PAGE = MAX_SYNC  # new contacts stored together: one request takes as many


def group_named(groups: Iterable[ContactGroup], name: str) -> ContactGroup | None:
    return next((group for group in groups if names.fold(group.name) == names.fold(name)), None)


class ContactReader:
    """Contacts that may become new vendors are given last: by then a merge has moved its link to the survivor, which
    would otherwise be taken for new."""

    ordered = False
    sweeps = True

    def __init__(self, client: XeroClient, context: ReadContext) -> None:
        self._client, self._linked = client, context.linked
        self._settings: Settings = context.settings
        self._broken = Unreadables()

    def changed(self, since: datetime | None, after: str) -> Iterator[Page]:
        """Without `since` one call per thousand contacts, which say themselves what groups they are in. Joining a
        group is not known to count as a change, so with `since` the members are asked for as well.

        Going on after a page means beginning anew: what was done is linked by then."""
        group = self._group()
        seen: set[str] = set()
        new: list[Record] = []
        for page in xero.contact_pages(self._client, since, broken=self._broken.sink):
            records = [*map(self._record, page.contacts), *self._broken.records()]
            seen.update(record.id for record in records)
            new += [record for record in records if self._may_be_new(record)]
            yield Page([record for record in records if not self._may_be_new(record)], total=page.total)
        if since is not None:
            new += [*self._joined(group, seen), *self._broken.records()]
        for first in range(0, len(new), PAGE):
            yield Page(new[first : first + PAGE], position=f"new {first + PAGE}")

    def _group(self) -> ContactGroup:
        """Raises Rejected when there is none of the name in the settings."""
        name = self._settings.contact_group
        found = group_named(xero.contact_groups(self._client), name)
        if found is None:
            raise Rejected(
                f"Xero has no contact group “{name}”. “Check set-up” can create it, or name another one in the "
                "tenant's settings."
            )
        return found

    def _joined(self, group: ContactGroup, seen: set[str]) -> Iterator[Record]:
        members = xero.contact_group(self._client, group.contact_group_id).contacts
        ids = [one.contact_id for one in members if one.contact_id not in seen and one.contact_id not in self._linked]
        return map(self._record, xero.contacts_by_ids(self._client, ids, self._broken.sink))

    def _may_be_new(self, record: Record) -> bool:
        return not record.unreadable and is_wanted(record) and record.id not in self._linked

    def by_ids(self, ids: Sequence[str]) -> Iterator[Page]:
        plain = [one for one in ids if is_id(one)]
        found = [*map(self._record, xero.contacts_by_ids(self._client, plain, self._broken.sink))]
        yield Page([*found, *self._broken.records()])

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        """By id, else by contact number, else by exact name; all that are called so."""
        text = keys[0].strip()
        return [self._record(contact) for contact in self._called(text)]

    def _called(self, text: str) -> Sequence[Contact]:
        if is_id(text) and (found := xero.contact(self._client, text)):
            return [found]
        return xero.contacts_numbered(self._client, text) or xero.contacts_named(self._client, text)

    def _record(self, contact: Contact) -> Record:
        data = contact_data(contact)
        data["in_group"] = self._in_group(contact)
        data["home"] = self._home if data["in_group"] and contact.active and needs_home(data) else ""
        key = contact.contact_number or contact.contact_id
        url = f"https://go.xero.com/Contacts/View/{contact.contact_id}"
        return Record(contact.contact_id, key, contact.name, data, contact.updated_date_utc, url)

    def _in_group(self, contact: Contact) -> bool:
        wanted = names.fold(self._settings.contact_group)
        return any(names.fold(group.name) == wanted and group.status == "ACTIVE" for group in contact.contact_groups)

    @cached_property
    def _home(self) -> str:
        """The country of addresses without one."""
        return self._settings.default_country or xero.organisation(self._client).country_code


def is_wanted(record: Record) -> bool:
    """Whether the contact should be a vendor, by what Xero says of it alone."""
    return bool(record.data["in_group"] and record.data["active"] and not record.data["merged_to"])


class Contacts(Stage):
    slug, number, title, noun = "contacts", 2, "Contacts → vendors", "contact"
    direction = Direction.BACKWARD
    all_label = "Get all contacts"
    summary = "Contacts in the group “{contact_group}” become vendors of the company directory."
    keys = (KeyField("contact", "Xero contact id, contact number or exact name"),)
    problems = problems.CONTACTS
    links_to = "vendor"

    def reader(self, source: ApiClient, context: ReadContext) -> ContactReader:
        return ContactReader(xero_client(source), context)

    def writer(self, target: ApiClient, settings: Settings) -> VendorWriter:
        return VendorWriter(procore_client(target))

    def needs_match(self, record: Record) -> bool:
        return is_wanted(record)

    def map(self, record: Record, known: Known) -> Mapped:
        link = known.link(record.id)
        data = record.data
        if data["merged_to"]:
            return _merged(data["merged_to"], link)
        if link is not None and "origin_id" not in link.sent and known.shared_owner(link.target_id):
            return shared(record.id, link.target_id)
        if not data["active"]:
            return _archived(link, known)
        if not data["in_group"]:
            return _outside(link, known.settings)
        return _vendor(record, link, known)


def _merged(survivor: str, link: LinkView | None) -> Mapped:
    if link is None:
        return Skip("merged", "It was merged into another contact in Xero.")
    return Follow(survivor, "It was merged into another contact in Xero; its vendor now belongs to that contact.")


def _archived(link: LinkView | None, known: Known) -> Mapped:
    settings: Settings = known.settings
    if link is None:
        return Skip("archived", "It is archived in Xero.")
    if settings.archived_contacts is ArchivedContacts.LEAVE:
        return Skip("archived", "It is archived in Xero; by setting the vendor is left as it is.")
    if known.shared_owner(link.target_id):
        said = "It is archived in Xero, but another organisation uses the same vendor, so the vendor stays active."
        return Payload(link.sent, str(link.sent.get("origin_id", "")), warnings=(said,))
    return Payload({**link.sent, "origin_id": link.source_id, "is_active": False}, link.source_id)


def _outside(link: LinkView | None, settings: Settings) -> Skip:
    group = settings.contact_group
    if link is None:
        return Skip("not_in_group", f"It is not in the contact group “{group}”.")
    return Skip("left_group", f"It left the contact group “{group}”: it stays linked and is no longer updated.")


def _vendor(record: Record, link: LinkView | None, known: Known) -> Mapped:
    try:
        body, warnings = vendor_body(record.id, record.data, record.data["home"])
    except BodyFault as fault:
        return Problem(fault.code, fault.values)
    if link is None:
        return match(body, warnings, known)
    return Payload(body, record.id, warnings=warnings)
