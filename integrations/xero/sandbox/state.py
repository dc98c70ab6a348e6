"""What the pretend Xero keeps: organisations with their contacts, groups, tracking, accounts and tax rates."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

Now = Callable[[], datetime]


def new_id() -> str:
    return str(uuid.uuid4())


@dataclass
class Contact:
    """`fields` holds Xero's text fields by their names, absent when never filled in; phones and addresses by type."""

    id: str
    fields: dict[str, str]
    updated_at: datetime
    status: str = "ACTIVE"
    phones: dict[str, dict[str, str]] = field(default_factory=dict)
    addresses: dict[str, dict[str, str]] = field(default_factory=dict)
    extras: dict[str, Any] = field(default_factory=dict)  # PaymentTerms, ContactPersons, BatchPayments, tracking
    is_supplier: bool = False
    is_customer: bool = False
    merged_to: str = ""
    payable: Decimal = Decimal("0.00")
    overdue: Decimal = Decimal("0.00")

    @property
    def name(self) -> str:
        return self.fields.get("Name", "")

    @property
    def email(self) -> str:
        return self.fields.get("EmailAddress", "")

    @property
    def phone(self) -> str:
        return self.phones.get("DEFAULT", {}).get("PhoneNumber", "")

    @property
    def active(self) -> bool:
        return self.status == "ACTIVE"


@dataclass
class ContactGroup:
    id: str
    name: str
    status: str = "ACTIVE"
    members: list[str] = field(default_factory=list)


@dataclass
class Option:
    id: str
    name: str
    status: str = "ACTIVE"
    used: bool = False  # stands on a document


@dataclass
class Category:
    id: str
    name: str
    status: str = "ACTIVE"
    options: list[Option] = field(default_factory=list)

    def option(self, name: str) -> Option:
        """Raises KeyError."""
        return {option.name: option for option in self.options}[name]


@dataclass
class Account:
    id: str
    code: str
    name: str
    type: str
    tax_type: str
    updated_at: datetime
    status: str = "ACTIVE"
    description: str = ""
    system_account: str = ""
    reporting: tuple[str, str] = ("", "")  # code, name
    payments: bool = False
    expense_claims: bool = False
    bank_number: str = ""
    currency: str = ""

    @property
    def account_class(self) -> str:
        return ACCOUNT_CLASSES[self.type]


# https://developer.xero.com/documentation/api/accounting/types#accounts
ACCOUNT_CLASSES = {
    **dict.fromkeys(("BANK", "CURRENT", "FIXED", "INVENTORY", "NONCURRENT", "PREPAYMENT"), "ASSET"),
    **dict.fromkeys(("EXPENSE", "DIRECTCOSTS", "OVERHEADS", "DEPRECIATN"), "EXPENSE"),
    **dict.fromkeys(("CURRLIAB", "LIABILITY", "TERMLIAB"), "LIABILITY"),
    **dict.fromkeys(("REVENUE", "SALES", "OTHERINCOME"), "REVENUE"),
    "EQUITY": "EQUITY",
}


@dataclass
class TaxRate:
    """`applies` holds the account classes it may be used with."""

    tax_type: str
    name: str
    rate: Decimal
    applies: frozenset[str]
    report_type: str = ""
    status: str = "ACTIVE"
    components: tuple[tuple[str, Decimal], ...] = ()


@dataclass
class Directory:
    """An organisation without its documents: what these refer to.

    `profile` holds the rest of what GET Organisation tells, by Xero's names.
    """

    id: str
    name: str
    country: str
    currency: str
    now: Now
    profile: dict[str, Any] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    groups: dict[str, ContactGroup] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    tax_rates: dict[str, TaxRate] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)
    refused_actions: set[str] = field(default_factory=set)
    offline: bool = False
    day_limit: int | None = None

    # Filling the books, for tests and the demo.

    def add_contact(
        self,
        name: str,
        *,
        email: str = "",
        phone: str = "",
        mobile: str = "",
        street: Mapping[str, str] | None = None,
        postal: Mapping[str, str] | None = None,
        status: str = "ACTIVE",
        payment_terms: Mapping[str, Any] | None = None,
        **fields: str,
    ) -> Contact:
        """`street` and `postal` hold AddressLine1, City, Region, PostalCode, Country; `fields` are Xero's own names."""
        contact = Contact(new_id(), {"Name": name, "EmailAddress": email, "BankAccountDetails": ""}, self.now(), status)
        contact.fields.update(fields)
        contact.phones = {"DEFAULT": {"PhoneNumber": phone}, "MOBILE": {"PhoneNumber": mobile}}
        contact.addresses = {"STREET": dict(street or {}), "POBOX": dict(postal or {})}
        if payment_terms:
            contact.extras["PaymentTerms"] = dict(payment_terms)
        self.contacts[contact.id] = contact
        return contact

    def change_contact(self, contact: Contact, *, phone: str | None = None, **fields: str) -> None:
        """As a person does it in Xero's pages; `fields` are Xero's own names."""
        contact.fields.update(fields)
        if phone is not None:
            contact.phones.setdefault("DEFAULT", {})["PhoneNumber"] = phone
        self.touch(contact)

    def archive(self, contact: Contact) -> None:
        contact.status = "ARCHIVED"
        self.touch(contact)

    def restore(self, contact: Contact) -> None:
        """Only a person can, in Xero's pages."""
        contact.status = "ACTIVE"
        self.touch(contact)

    def merge(self, loser: Contact, winner: Contact) -> None:
        """As the pages do it: the loser is archived and points to the winner.

        https://developer.xero.com/documentation/api/accounting/contacts#get-contacts (MergedToContactID)
        """
        loser.merged_to = winner.id
        self.archive(loser)

    def touch(self, contact: Contact) -> None:
        """Move the date of change, never backwards nor to a stand-still."""
        contact.updated_at = max(self.now(), contact.updated_at + timedelta(milliseconds=1))

    def add_group(self, name: str, contacts: Iterable[Contact] = ()) -> ContactGroup:
        group = ContactGroup(new_id(), name, members=[contact.id for contact in contacts])
        self.groups[group.id] = group
        return group

    def add_category(self, name: str, options: Iterable[str] = ()) -> Category:
        category = Category(new_id(), name)
        category.options = [Option(new_id(), option) for option in options]
        self.categories[category.id] = category
        return category

    def add_option(self, category: Category, name: str, status: str = "ACTIVE") -> Option:
        option = Option(new_id(), name, status)
        category.options.append(option)
        return option

    def add_account(self, code: str, name: str, type_: str = "EXPENSE", tax_type: str = "", **more: Any) -> Account:
        account = Account(new_id(), code, name, type_, tax_type or "NONE", self.now(), **more)
        self.accounts[account.id] = account
        return account

    # Finding, for tests and pages. All raise KeyError.

    def contact(self, name: str) -> Contact:
        return {c.name: c for c in self.contacts.values()}[name]

    def group(self, name: str) -> ContactGroup:
        return {g.name: g for g in self.groups.values() if g.status == "ACTIVE"}[name]

    def category(self, name: str) -> Category:
        return {c.name: c for c in self.categories.values() if c.status != "DELETED"}[name]

    def account(self, code: str) -> Account:
        return {a.code: a for a in self.accounts.values()}[code]

    def groups_of(self, contact: Contact) -> list[ContactGroup]:
        return [g for g in self.groups.values() if g.status == "ACTIVE" and contact.id in g.members]
