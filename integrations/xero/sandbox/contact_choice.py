"""Which contact a document means. https://developer.xero.com/documentation/api/accounting/invoices (Contact)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .kinds import BUYING
from .query import fold
from .state import Contact, Directory, new_id

NOBODY = (
    "The Contact must contain at least 1 of the following elements to identify the contact: "
    "Name, ContactID, ContactNumber"
)
UNNAMED = "A Contact must be specified for this type of transaction"
ARCHIVED = (
    "The contact with the specified contact details has been archived. "
    "The contact must be un-archived before creating new invoices or credit notes"
)


class ContactChoice:
    """By id, number or name. A name that nobody has makes a contact where `makes`; an id with another name renames."""

    def __init__(self, books: Directory, given: Any, *, makes: bool) -> None:
        self.books, self.given, self.makes = books, given, makes
        self.errors: list[str] = []
        self.made = False
        self.found = self._find(given if isinstance(given, Mapping) else {})
        self._kept: tuple[str, bool, bool] | None = None

    def _find(self, given: Mapping[str, Any]) -> Contact | None:
        identifier, number, name = given.get("ContactID"), given.get("ContactNumber"), given.get("Name")
        if not (identifier or number or name):
            self.errors.append(NOBODY if self.makes else UNNAMED)
            return None
        found = self._known(str(identifier or "").lower(), number, name)
        if found is not None and not found.active:
            self.errors.append(ARCHIVED)
        if found is None and name and not identifier and self.makes:
            self.made = True
            return Contact(new_id(), {"Name": str(name), "EmailAddress": ""}, self.books.now())
        if found is None:
            self.errors.append("The contact could not be found." if self.makes else UNNAMED)
        return found

    def _known(self, identifier: str, number: Any, name: Any) -> Contact | None:
        rows = self.books.contacts.values()
        if identifier:
            return self.books.contacts.get(identifier)
        if number:
            return next((c for c in rows if c.fields.get("ContactNumber") == number), None)
        return next((c for c in rows if c.active and fold(c.name) == fold(name)), None)

    def save(self, document_type: str) -> None:
        """The first bill makes a supplier, the first sales invoice a customer; neither moves the date of change."""
        contact = self.found
        if contact is None:
            return
        self._kept = contact.name, contact.is_supplier, contact.is_customer
        name = self.given.get("Name") if isinstance(self.given, Mapping) else None
        if self.made:
            self.books.contacts[contact.id] = contact
        elif name and name != contact.name and self.given.get("ContactID"):
            self.books.change_contact(contact, Name=str(name))
        if document_type in BUYING:
            contact.is_supplier = True
        else:
            contact.is_customer = True

    def undo(self) -> None:
        if self.found is None or self._kept is None:
            return
        self.found.fields["Name"], self.found.is_supplier, self.found.is_customer = self._kept
        if self.made:
            del self.books.contacts[self.found.id]
