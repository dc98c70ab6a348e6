"""What Xero accepts of a document's lines, and what it makes of them.

https://developer.xero.com/documentation/api/accounting/invoices#creating-an-invoice
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .bodies import Unhandled, amount
from .books import Line, Mark, rounded, tax_on
from .prices import PRICED, Sent, price
from .state import Account, Category, Directory, Option, new_id
from .switches import Switches

MOST_TRACKING = 2
LARGEST = Decimal("9999999999.99")
LONGEST_DESCRIPTION = 4000
# https://developer.xero.com/documentation/api/accounting/types#systemaccounts
CONTROL_ACCOUNTS = (
    "DEBTORS",
    "CREDITORS",
    "UNPAIDEXPCLM",
    "BANKCURRENCYGAIN",
    "UNREALISEDCURRENCYGAIN",
    "REALISEDCURRENCYGAIN",
    "TRACKINGTRANSFERS",
)
BY_RATE, BY_AMOUNT = ("ACCREC", "PURCHASEORDER"), ("ACCREC",)  # documents that may have discounts
UNTAXED = "NONE"  # known in every country, though not among the rates of each


@dataclass
class Lines:
    """Reads the lines of one document. What is wrong with them gathers in `errors`, what was changed in `warnings`."""

    books: Directory
    switches: Switches
    type: str
    amounts: str
    approved: bool
    keeps_tax: bool = True  # of a line that is not changed otherwise
    places: int = 2  # of unit prices: https://developer.xero.com/documentation/api/accounting/invoices#unitdp
    items: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # details by code, "id" among them
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def read(self, bodies: Any, old: Sequence[Line]) -> list[Line]:
        """The new set: a line with a LineItemID changes that line, one without is new, one left out is gone."""
        if not isinstance(bodies, list) or not all(isinstance(body, Mapping) for body in bodies):
            raise Unhandled
        known = {line.id: line for line in old}
        return [self._line(body, known) for body in bodies]

    def _line(self, body: Mapping[str, Any], known: Mapping[str, Line]) -> Line:
        identifier = str(body.get("LineItemID", "")).lower()
        before = known.get(identifier)
        if identifier and before is None:
            self.errors.append("The LineItemID is not that of a line of this document.")
        line = Line(before.id if before else new_id())
        self._describe(line, body, before)
        item = self._item(line, body, before)
        self._price(line, {**item, **body}, before)
        account = self._account(line, {**item, **body}, before)
        self._tax(line, {**item, **body}, before, account)
        line.marks = self._marks(body) if "Tracking" in body else (before.marks if before else ())
        return line

    def _describe(self, line: Line, body: Mapping[str, Any], before: Line | None) -> None:
        line.description = str(body.get("Description", before.description if before else "") or "")
        if len(line.description) > LONGEST_DESCRIPTION:
            self.errors.append(f"Description cannot be longer than {LONGEST_DESCRIPTION} characters.")

    def _item(self, line: Line, body: Mapping[str, Any], before: Line | None) -> Mapping[str, Any]:
        """An item brings price, account and tax type where the line does not tell its own."""
        code = body.get("ItemCode")
        if not code:
            line.item = before.item if before else ""
            return {}
        found = self.items.get(str(code))
        if found is None:
            self.errors.append(f"Item code '{code}' is not valid")
            return {}
        line.item = str(found["id"])
        return {k: v for k, v in found.items() if k != "id"} if before is None else {}

    # Amounts.

    def _price(self, line: Line, body: Mapping[str, Any], before: Line | None) -> None:
        """A change that tells nothing of it leaves the price as it was, however many decimals it has."""
        sent = {name: amount(body, name) for name in PRICED}
        if (
            self.type == "PURCHASEORDER"
            and before is None
            and sent["Quantity"] is not None
            and sent["UnitAmount"] is None
        ):
            self.errors.append("If Quantity is given, UnitAmount must be given too.")
        self._discount(line, sent, before)
        if before is not None and not any(value is not None for value in sent.values()):
            line.quantity, line.unit, line.amount = before.quantity, before.unit, before.amount
        else:
            price(line, sent, before, self.places)
        told = sent["LineAmount"]
        if told is not None and rounded(told) != line.amount and self.switches.line_amount_mismatch == "refuse":
            self.errors.append(f"The line total {told} does not match the expected line total {line.amount}")
        if abs(line.amount) > LARGEST:
            self.errors.append(f"The line amount must be less than {LARGEST:,}.")

    def _discount(self, line: Line, sent: Sent, before: Line | None) -> None:
        """By rate or by amount; neither on bills nor on credit notes, and on orders only by rate.

        https://developer.xero.com/documentation/api/accounting/invoices (DiscountRate, DiscountAmount)
        """
        rate, off = sent["DiscountRate"], sent["DiscountAmount"]
        if rate is None and off is None:
            line.discount, line.off = (before.discount, before.off) if before else (None, None)
        elif self.type in BY_RATE and (off is None or self.type in BY_AMOUNT):
            line.discount, line.off = rate, off if rate is None else None
        elif self.switches.bill_discounts == "refuse":
            self.errors.append("Discounts cannot be applied to this type of document.")

    # Accounts and tax.

    def _account(self, line: Line, body: Mapping[str, Any], before: Line | None) -> Account | None:
        code, identifier = body.get("AccountCode"), str(body.get("AccountID") or "").lower()
        if not (code or identifier):
            line.account = before.account if before else ""
            return self._missing_account(line)
        rows = self.books.accounts.values()
        found = next((a for a in rows if (a.id == identifier if identifier else a.code == str(code))), None)
        if found is None and not self.approved and self.switches.draft_unknown_account == "remove":
            self.warnings.append(
                f"Account code '{code or identifier}' has been removed as it does not match a recognised account."
            )
            return None
        if problem := account_problem(found, str(code or identifier)):
            self.errors.append(problem)
        line.account = found.id if found else ""
        return found

    def _missing_account(self, line: Line) -> Account | None:
        found = self.books.accounts.get(line.account)
        if found is None and self.approved and (line.amount or not line.description):
            self.errors.append("Account code must be specified")
        return found

    def _tax(self, line: Line, body: Mapping[str, Any], before: Line | None, account: Account | None) -> None:
        told = amount(body, "TaxAmount")
        line.tax_type = str(body.get("TaxType") or (before.tax_type if before else "") or _default_tax(account))
        rate = self._rate(line, account)
        if told is not None and self.amounts != "NoTax":
            if abs(told) > abs(line.unit) and self.switches.tax_above_unit_price == "refuse":
                self.errors.append("TaxAmount specified cannot be greater than the UnitAmount")
            line.tax = rounded(told)
        elif before is not None and self.keeps_tax and _same_base(line, before):
            line.tax = before.tax
        else:
            line.tax = tax_on(line.amount, rate, self.amounts)

    def _rate(self, line: Line, account: Account | None) -> Decimal:
        """The percentage of the line's tax type, which must exist and suit the class of the account."""
        if line.tax_type in ("", UNTAXED):
            return Decimal(0)
        rate = self.books.tax_rates.get(line.tax_type)
        if rate is None or rate.status != "ACTIVE":
            self.errors.append(
                f"The TaxType code '{line.tax_type}' does not exist or cannot be used for this type of transaction."
            )
            return Decimal(0)
        if account is not None and account.account_class not in rate.applies:
            self.errors.append(f"The TaxType code '{line.tax_type}' cannot be used with account code '{account.code}'.")
        return rate.rate

    # Tracking.

    def _marks(self, body: Mapping[str, Any]) -> tuple[Mark, ...]:
        """https://developer.xero.com/documentation/api/accounting/invoices : at most two, one for each category.

        An object instead of a list ends in an internal error: https://github.com/XeroAPI/xero-ruby/issues/86
        """
        given = body["Tracking"]
        if given is None:
            return ()
        if not isinstance(given, list) or not all(isinstance(mark, Mapping) for mark in given):
            raise Unhandled
        if len(given) > MOST_TRACKING:
            self.errors.append(f"A line item can have at most {MOST_TRACKING} tracking categories.")
        marks = [mark for mark in map(self._mark, given) if mark]
        if len({mark.category for mark in marks}) < len(marks):
            self.errors.append("A line item can have only one option of each tracking category.")
        return tuple(marks)

    def _mark(self, given: Mapping[str, Any]) -> Mark | None:
        category, option = find_option(self.books, given)
        if category is not None and option is not None:
            return Mark(category.id, option.id)
        named = given.get("TrackingOptionID") or given.get("Option")
        if self.switches.unknown_tracking == "refuse":
            self.errors.append(f"The tracking option '{named}' does not exist or is archived.")
        elif self.switches.unknown_tracking == "warn":
            self.warnings.append(f"The tracking option '{named}' has been removed as it is not in use.")
        return None


def account_problem(account: Account | None, code: str) -> str:
    """Why an account cannot stand on a line, or ""."""
    if account is None or account.type == "BANK" or account.system_account in CONTROL_ACCOUNTS:
        return f"Account code '{code}' is not a valid code for this document."
    if account.status != "ACTIVE":
        return (
            f"Account code '{code}' has been archived, or has been deleted. "
            "Each line item must reference a valid account."
        )
    return ""


def find_option(books: Directory, given: Mapping[str, Any]) -> tuple[Category | None, Option | None]:
    """By ids or by names; archived ones count as unknown."""
    category = next((c for c in books.categories.values() if c.status == "ACTIVE" and _means(c, given)), None)
    wanted, name = str(given.get("TrackingOptionID", "")).lower(), given.get("Option")
    options = category.options if category else []
    matching = (o for o in options if o.status == "ACTIVE" and (o.id == wanted if wanted else o.name == name))
    return category, next(matching, None)


def _means(category: Category, given: Mapping[str, Any]) -> bool:
    identifier, option = str(given.get("TrackingCategoryID", "")).lower(), given.get("TrackingOptionID")
    if identifier:
        return category.id == identifier
    if given.get("Name"):
        return bool(category.name == given["Name"])
    return any(o.id == str(option).lower() for o in category.options)


def _default_tax(account: Account | None) -> str:
    return account.tax_type if account else ""


def _same_base(line: Line, before: Line) -> bool:
    return (line.amount, line.tax_type) == (before.amount, before.tax_type)
