"""What a document must respect in a Xero organisation: accounts, tax rates, tracking, contacts, lock dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from integrations.procore_kit import names
from integrations.procore_kit.faults import Fault
from integrations.procore_kit.sites import ONE_DAY
from integrations.xero import endpoints as xero
from integrations.xero.client import XeroClient
from integrations.xero.documents import TrackingIndex
from integrations.xero.items import Item, items
from integrations.xero.records import Account, Contact, Organisation, TaxRate, TrackingCategory

from .account_rules import classes, takes_lines


@dataclass(frozen=True)
class Place:
    """A tracking option, and the category it stands in."""

    category_id: str
    category: str
    option_id: str
    option: str
    active: bool


@dataclass
class Books:
    """The lists of one organisation. What is wrong with a wish is raised as a Fault."""

    organisation: Organisation
    accounts: Mapping[str, Account]  # by code
    tax_rates: Mapping[str, TaxRate]  # by tax type
    categories: Sequence[TrackingCategory] = ()
    items: Mapping[str, Item] = field(default_factory=dict)  # by code
    currencies: frozenset[str] = frozenset()

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """By the option's id."""
        return {
            option.tracking_option_id: Place(
                category.tracking_category_id,
                category.name,
                option.tracking_option_id,
                option.name,
                option.active and category.active,
            )
            for category in self.categories
            for option in category.options
        }

    @cached_property
    def index(self) -> TrackingIndex:
        return TrackingIndex(self.categories)

    def place(self, option_id: str, what: str) -> Place:
        """An active option. `what` is what it stands for, in words."""
        found = self.places.get(option_id)
        if found is None or not found.active:
            raise Fault("option_gone", what=what, option=found.option if found else option_id)
        return found

    def named(self, category: str, option: str, what: str) -> Place:
        """An active option of a category, by its name."""
        for place in self.places.values():
            same = names.fold(place.category) == names.fold(category) and names.fold(place.option) == names.fold(option)
            if same and place.active:
                return place
        raise Fault("option_gone", what=what, option=option)

    def account(self, code: str, what: str) -> Account:
        """An account that a bill's line may stand on: https://developer.xero.com/documentation/api/accounting/accounts"""
        found = self.accounts.get(code)
        if found is None:
            raise Fault("account_missing", account=code, what=what)
        if not found.active:
            raise Fault("account_archived", account=_called(found), what=what)
        if not takes_lines(found.type, found.system_account):
            raise Fault("account_not_allowed", account=_called(found), what=what)
        return found

    def tax_type(self, tax_type: str, account: Account) -> str:
        """The tax type, or the account's own for ""; checked against what the account's class allows."""
        wanted = tax_type or account.tax_type
        if not wanted:
            return ""
        rate = self.tax_rates.get(wanted)
        if rate is None or rate.status != "ACTIVE":
            raise Fault("tax_unknown", tax=wanted, account=_called(account))
        if (account.class_ or "EXPENSE") not in classes(rate):
            raise Fault("tax_refused", tax=f"{wanted} ({rate.name})", account=_called(account))
        return wanted

    def currency(self, code: str) -> str:
        """The document's currency; the organisation's own when the source tells none."""
        home = self.organisation.base_currency
        if code and code != home and code not in self.currencies:
            raise Fault("currency_not_subscribed", currency=code, home=home)
        return code or home

    @property
    def locked_until(self) -> date | None:
        """The last day of the locked period: nothing dated then or before can be made, changed or voided."""
        told = [self.organisation.period_lock_date, self.organisation.end_of_year_lock_date]
        return max((day for day in told if day is not None), default=None)

    def locked(self, day: date | None) -> bool:
        return day is not None and self.locked_until is not None and day <= self.locked_until

    @property
    def first_open_day(self) -> date | None:
        return self.locked_until + ONE_DAY if self.locked_until else None


def _called(account: Account) -> str:
    return f"{account.code} {account.name}".strip()


def usable_contact(contact: Contact | None, vendor: str) -> Contact:
    """A contact that documents may be made for. Xero takes none for one that was merged or archived."""
    if contact is None:
        raise Fault("contact_gone", vendor=vendor)
    if contact.merged_to_contact_id:
        raise Fault("vendor_merged", contact=contact.name, vendor=vendor)
    if not contact.active:
        raise Fault("vendor_archived", contact=contact.name, vendor=vendor)
    return contact


class BooksKeeper:
    """Reads the lists once, those that are rarely needed only when they are."""

    def __init__(self, client: XeroClient, *, with_items: bool) -> None:
        self._client, self._with_items = client, with_items
        self._books: Books | None = None
        self._contacts: dict[str, Contact] = {}

    def books(self, currencies: Iterable[str] = ()) -> Books:
        """Four calls, the first time; one more for items, and for currencies other than the organisation's own."""
        if self._books is None:
            self._books = self._read()
        foreign = set(currencies) - {"", self._books.organisation.base_currency}
        if foreign and not self._books.currencies:
            self._books.currencies = frozenset(one.code for one in xero.currencies(self._client))
        return self._books

    def _read(self) -> Books:
        return Books(
            organisation=xero.organisation(self._client),
            accounts={account.code: account for account in xero.accounts(self._client) if account.code},
            tax_rates={rate.tax_type: rate for rate in xero.tax_rates(self._client)},
            categories=xero.tracking_categories(self._client),
            items={item.code: item for item in items(self._client)} if self._with_items else {},
        )

    def contacts(self, ids: Iterable[str]) -> Mapping[str, Contact]:
        """In full, 40 a call; those read before are remembered for the run."""
        missing = sorted({one for one in ids if one} - set(self._contacts))
        self._contacts |= {one.contact_id: one for one in xero.contacts_by_ids(self._client, missing)}
        return self._contacts
