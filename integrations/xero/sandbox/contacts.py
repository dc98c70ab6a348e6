"""The Contacts resource. https://developer.xero.com/documentation/api/accounting/contacts ."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import route
from . import contact_rules as rules
from . import listing, wire
from .bodies import argument, elements, ids, modified_since, sent_id
from .organisation import Organisation
from .query import fold
from .resource import Fate, XeroResource, unknown
from .state import Contact, new_id

SEARCHED = ("Name", "FirstName", "LastName", "ContactNumber", "CompanyNumber", "EmailAddress")
SUMMARY_LEAVES_OUT = (
    "Addresses",
    "Balances",
    "ContactGroups",
    "ContactPersons",
    "IsCustomer",
    "IsSupplier",
    "PurchasesDefaultAccountCode",
    "SalesDefaultAccountCode",
)
CONTACTS = listing.Listing(rules.contact_facts, rules.FACTS, "UpdatedDateUTC ASC, ContactID ASC")


class ContactRoutes(XeroResource):
    @route("GET", "/api.xro/2.0/Contacts")
    def get_contacts(self, request: Request) -> Response:
        org = self.org(request)
        rows, summary = self._visible_contacts(request, org), _summary(request)
        show = self._contact_view(request, org)
        return self.listed(request, "Contacts", CONTACTS, rows, show, forced=summary)

    @staticmethod
    def _visible_contacts(request: Request, org: Organisation) -> list[Contact]:
        rows = list(org.contacts.values())
        if argument(request, "includeArchived").lower() != "true":
            rows = [row for row in rows if row.active]
        if wanted := ids(request, "IDs"):
            rows = [row for row in rows if row.id in wanted]
        if term := fold(argument(request, "searchTerm")):
            rows = [row for row in rows if any(term in fold(row.fields.get(f, "")) for f in SEARCHED)]
        if since := modified_since(request):
            rows = [row for row in rows if row.updated_at >= since]
        return rows

    @staticmethod
    def _contact_view(request: Request, org: Organisation) -> Any:
        """Unpaged lists have no groups and no merges; summaryOnly leaves out still more, and forces paging."""
        summary = _summary(request)
        full = summary or bool(argument(request, "page") or argument(request, "pageSize"))

        def show(contact: Contact) -> dict[str, Any]:
            shown = rules.show(contact, org, full=full)
            return {k: v for k, v in shown.items() if not (summary and k in SUMMARY_LEAVES_OUT)}

        return show

    @route("GET", "/api.xro/2.0/Contacts/<key>")
    def get_contact(self, request: Request, key: str) -> Response:
        """By id or by contact number; of two with one number, Xero picks one and does not say so."""
        org = self.org(request)
        found = self._contact(org, key)
        if found is None:
            return wire.not_found()
        return self.answer(request, "Contacts", [rules.show(found, org, full=True)])

    @staticmethod
    def _contact(org: Organisation, key: str) -> Contact | None:
        numbered = (c for c in org.contacts.values() if c.fields.get("ContactNumber") == key)
        return org.contacts.get(key.lower()) or next(numbered, None)

    @route("PUT", "/api.xro/2.0/Contacts")
    def put_contacts(self, request: Request) -> Response:
        """Creates, and never changes what is there."""
        bodies = elements(request, "Contacts")
        return self.batch(request, "Contacts", bodies, lambda body: self._create_contact(self.org(request), body))

    @route("POST", "/api.xro/2.0/Contacts")
    def post_contacts(self, request: Request) -> Response:
        """Creates or changes. Without an id, a contact with the same number or name is CHANGED.

        https://developer.xero.com/documentation/api/accounting/contacts#post-contacts
        """
        org, bodies = self.org(request), elements(request, "Contacts")

        def judge(body: Mapping[str, Any]) -> Fate:
            return self._save_contact(org, body, self._match_contact(org, body))

        return self.batch(request, "Contacts", bodies, judge)

    @route("POST", "/api.xro/2.0/Contacts/<key>")
    def post_contact(self, request: Request, key: str) -> Response:
        """By id or by contact number, as in reads."""
        org = self.org(request)
        known = self._contact(org, key)
        if known is None:
            return wire.not_found()
        bodies = elements(request, "Contacts")
        return self.batch(request, "Contacts", bodies, lambda body: self._save_contact(org, body, known))

    @staticmethod
    def _match_contact(org: Organisation, body: Mapping[str, Any]) -> Contact | None:
        if contact_id := sent_id(body, "ContactID"):
            return org.contacts.get(contact_id)
        number, name = body.get("ContactNumber"), fold(body.get("Name"))
        rows = [contact for contact in org.contacts.values() if contact.active]
        by_number = (c for c in rows if number and c.fields.get("ContactNumber") == number)
        by_name = (c for c in rows if name and fold(c.name) == name)
        return next(by_number, None) or next(by_name, None)

    def _create_contact(self, org: Organisation, body: Mapping[str, Any]) -> Fate:
        if sent_id(body, "ContactID") in org.contacts:
            return _refused_contact(body, ["A contact with this ContactID exists already."])
        return self._save_contact(org, body, None)

    def _save_contact(self, org: Organisation, body: Mapping[str, Any], known: Contact | None) -> Fate:
        if known is None and sent_id(body, "ContactID"):
            return _refused_contact(body, [unknown("ContactID")])
        if problems := rules.contact_errors(body, known, org, self.switches):
            return _refused_contact(body, problems)
        contact = known or Contact(new_id(), {"EmailAddress": "", "BankAccountDetails": ""}, self.clock.now())
        before = copy.deepcopy(vars(contact))

        def save() -> dict[str, Any]:
            org.contacts[contact.id] = contact
            rules.apply(body, contact, org)
            return rules.show(contact, org, full=False, written=True)

        def undo() -> None:
            vars(contact).update(before)
            if known is None:
                del org.contacts[contact.id]

        return Fate(save=save, undo=undo)


def _summary(request: Request) -> bool:
    return argument(request, "summaryOnly").lower() == "true"


def _refused_contact(body: Mapping[str, Any], problems: list[str]) -> Fate:
    """The element echoed, lists it did not have filled in empty."""
    lists = {name: body.get(name) or [] for name in ("Addresses", "Phones", "ContactGroups", "ContactPersons")}
    shown = {"ContactID": body.get("ContactID") or wire.NO_ID, **body, **lists}
    return Fate(refused={**shown, "HasValidationErrors": True, "ValidationErrors": wire.errors(problems)})
