"""Which contact a document means. https://developer.xero.com/documentation/api/accounting/invoices (Contact)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .contact_rules import contact_errors
from .kinds import BUYING
from .query import fold
from .state import Contact, new_id

if TYPE_CHECKING:
    from .organisation import Organisation

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
    """By id, number or name. A name that nobody has makes a contact where `makes`; an id with another name renames.

    Where nothing is made (on purchase orders), a name alone means nobody:
    https://developer.xero.com/documentation/api/accounting/purchaseorders
    """

    def __init__(self, books: Organisation, given: Any, *, makes: bool) -> None:
        self.books, self.given, self.makes = books, given, makes
        self.errors: list[str] = []
        self.made = False
        self.renamed = ""
        self.found = self._find(given if isinstance(given, Mapping) else {})
        self._kept: tuple[str, bool, bool] | None = None

    def _find(self, given: Mapping[str, Any]) -> Contact | None:
        identifier, number, name = (given.get(field) for field in ("ContactID", "ContactNumber", "Name"))
        if not (identifier or number or (name and self.makes)):
            self.errors.append(NOBODY if self.makes and isinstance(self.given, Mapping) else UNNAMED)
            return None
        found = self._known(str(identifier or "").lower(), number, name)
        if found is not None:
            self._look_at(found, str(name or "") if identifier else "")
            return found
        if name and not identifier and self.makes:
            return self._new({"Name": name, **({"ContactNumber": number} if number else {})})
        self.errors.append("The contact could not be found." if self.makes else UNNAMED)
        return None

    def _known(self, identifier: str, number: Any, name: Any) -> Contact | None:
        """A number that nobody has leaves the name to go by."""
        rows = self.books.contacts.values()
        if identifier:
            return self.books.contacts.get(identifier)
        numbered = (c for c in rows if number and c.fields.get("ContactNumber") == number)
        named = (c for c in rows if name and self.makes and c.active and fold(c.name) == fold(name))
        return next(numbered, None) or next(named, None)

    def _look_at(self, found: Contact, name: str) -> None:
        if not found.active:
            self.errors.append(ARCHIVED)
        elif name and name != found.name:
            self.renamed = name
            self.errors += contact_errors({"Name": name}, found, self.books, self.books.switches)

    def _new(self, fields: Mapping[str, Any]) -> Contact:
        """Held to the same rules as a contact that is made by itself."""
        self.made = True
        self.errors += contact_errors(fields, None, self.books, self.books.switches)
        texts = {name: str(value) for name, value in fields.items()}
        return Contact(new_id(), {**texts, "EmailAddress": ""}, self.books.now())

    def save(self, document_type: str) -> None:
        """The first bill makes a supplier, the first sales invoice a customer; neither moves the date of change."""
        contact = self.found
        if contact is None:
            return
        self._kept = contact.name, contact.is_supplier, contact.is_customer
        if self.made:
            self.books.contacts[contact.id] = contact
        elif self.renamed:
            self.books.change_contact(contact, Name=self.renamed)
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
