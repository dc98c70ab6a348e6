"""What Xero's money documents are made of: lines, tracking, contacts, calendar dates and amounts.

Amounts are Decimals in the document's currency. A currency rate of 0, or none, means 1 in the base currency.
https://developer.xero.com/documentation/api/accounting/invoices
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ..base import parsing
from . import dates
from .drafts import EXCLUSIVE, NO_TAX
from .records import Flag, MaybeId, Moment, Text, TrackingCategory, TrackingOption, XeroRecord

HALF_A_CENT = Decimal("0.005")  # as far as a line's total may be from quantity times price, by rounding
MOST_SHOWN = 80  # characters of a text, in a sentence


def _amount(value: object) -> object:
    return Decimal(0) if value is None or value == "" else value


def _day(value: object) -> date | None:
    return None if value is None or value == "" else dates.calendar_date(value)


def _list(value: object) -> object:
    return () if value is None else value


def _record(value: object) -> object:
    return {} if value is None else value


Amount = Annotated[Decimal, BeforeValidator(_amount), AfterValidator(parsing.amount)]
Day = Annotated[date | None, BeforeValidator(_day)]
Many = BeforeValidator(_list)
One = BeforeValidator(_record)


class Tracking(XeroRecord):
    """What a line is tracked to. Lists do not tell `tracking_option_id`: see `TrackingIndex`."""

    name: Text = ""
    option: Text = ""
    tracking_category_id: MaybeId = ""
    tracking_option_id: MaybeId = ""


class Line(XeroRecord):
    """`line_amount` excludes tax or includes it, as the document's `line_amount_types` says; `tax_amount` is apart."""

    line_item_id: MaybeId = ""
    description: Text = ""
    quantity: Amount = Decimal(0)
    unit_amount: Amount = Decimal(0)
    line_amount: Amount = Decimal(0)
    tax_amount: Amount = Decimal(0)
    tax_type: Text = ""
    account_code: Text = ""
    account_id: MaybeId = ""
    item_code: Text = ""
    tracking: Annotated[tuple[Tracking, ...], Many] = ()

    def option(self, category_id: str) -> Tracking | None:
        """What this line is tracked to in a category."""
        return next((mark for mark in self.tracking if mark.tracking_category_id == category_id), None)


class ContactName(XeroRecord):
    """A contact as far as a list of documents tells."""

    contact_id: MaybeId = ""
    name: Text = ""


class AccountName(XeroRecord):
    account_id: MaybeId = ""
    code: Text = ""


class Document(XeroRecord):
    """The head that bills, credit notes, orders and bank transactions share."""

    type: Text = ""
    status: Text = ""
    contact: Annotated[ContactName, One] = ContactName()
    date: Day = None
    reference: Text = ""
    line_amount_types: Text = ""
    line_items: Annotated[tuple[Line, ...], Many] = ()
    sub_total: Amount = Decimal(0)
    total_tax: Amount = Decimal(0)
    total: Amount = Decimal(0)
    currency_code: Text = ""
    currency_rate: Amount = Decimal(0)
    has_attachments: Flag = False
    updated_date_utc: Moment = Field(None, alias="UpdatedDateUTC")

    @model_validator(mode="before")
    @classmethod
    def _plain_dates(cls, data: Any) -> Any:
        return plain_dates(data)

    @property
    def rate(self) -> Decimal:
        return self.currency_rate or Decimal(1)


def plain_dates(data: Any) -> Any:
    """A record in which a date's plain twin (`DateString`) stands in the place of the date, where there is one."""
    if not isinstance(data, Mapping):
        return data
    twins = {name: data[f"{name}String"] for name in data if name.endswith("Date") and data.get(f"{name}String")}
    return {**data, **twins}


class TrackingIndex:
    """Finds the option that a line means, by id or by the names that lists tell."""

    def __init__(self, categories: Iterable[TrackingCategory]) -> None:
        self._by_id: dict[str, TrackingOption] = {}
        self._by_name: dict[tuple[str, str], TrackingOption] = {}
        for category in categories:
            # Active ones last: of two options with one name, the one in use counts.
            for option in sorted(category.options, key=lambda option: option.active):
                self._by_id[option.tracking_option_id] = option
                for place in (category.tracking_category_id, category.name):
                    self._by_name[place, option.name] = option

    def option(self, mark: Tracking) -> TrackingOption | None:
        """The option, or None when it is not in the index."""
        if mark.tracking_option_id:
            return self._by_id.get(mark.tracking_option_id)
        return self._by_name.get((mark.tracking_category_id or mark.name, mark.option))

    def filled(self, lines: Iterable[Line]) -> tuple[Line, ...]:
        """The lines with the ids of their options; an option that is not found keeps its name only."""
        return tuple(line.model_copy(update={"tracking": tuple(map(self._fill, line.tracking))}) for line in lines)

    def _fill(self, mark: Tracking) -> Tracking:
        found = self.option(mark)
        return mark.model_copy(update={"tracking_option_id": found.tracking_option_id}) if found else mark


def silent_changes(sent: Mapping[str, Any], document: Document) -> list[str]:
    """What Xero stored otherwise than it was sent, in sentences: it may drop accounts and tracking without a word."""
    wanted = sent.get("LineItems")
    if wanted is None:
        return []
    told = list(_tax_changes(str(sent.get("LineAmountTypes", "")), document))
    if len(wanted) != len(document.line_items):
        return [*told, f"Xero stored {len(document.line_items)} lines instead of {len(wanted)}."]
    pairs = enumerate(zip(wanted, document.line_items, strict=True), start=1)
    return told + [sentence for number, (body, line) in pairs for sentence in _line_changes(number, body, line)]


def edits(sent: Mapping[str, Any], document: Document, heads: Iterable[tuple[str, object, object]]) -> list[str]:
    """What somebody has changed in Xero since it was sent, in sentences. `heads`: names, with what was sent and what is
    there. What was not sent is nobody's edit: an update leaves it alone."""
    told = [sentence.replace("Xero stored", "it now has", 1) for sentence in silent_changes(sent, document)]
    for what, mine, theirs in heads:
        if mine and _tidy(mine) != _tidy(theirs):
            told.append(f"The {what} is now {_tidy(theirs) or 'empty'} instead of {mine}.")
    return told


def _tax_changes(wanted: str, document: Document) -> Iterable[str]:
    """Amounts without tax are the same by two names."""
    got = document.line_amount_types
    same = got == wanted or ({got, wanted} == {EXCLUSIVE, NO_TAX} and not document.total_tax)
    if wanted and got and not same:
        yield f"Xero stored the amounts as “{got}” instead of “{wanted}”."


def _line_changes(number: int, body: Mapping[str, Any], line: Line) -> Iterable[str]:
    for field, got in (("AccountCode", line.account_code), ("TaxType", line.tax_type), ("ItemCode", line.item_code)):
        if body.get(field) and body[field] != got:
            yield f"Line {number}: Xero stored {_words(field)} “{got}” instead of “{body[field]}”."
    text = body.get("Description", "")
    if text and _tidy(text) != _tidy(line.description):
        yield f"Line {number}: Xero stored the text “{_short(line.description)}” instead of “{_short(text)}”."
    yield from _amount_changes(number, body, line)
    if _options(body.get("Tracking") or ()) != {mark.tracking_option_id for mark in line.tracking}:
        yield f"Line {number}: Xero stored other tracking than it was sent."


def _amount_changes(number: int, body: Mapping[str, Any], line: Line) -> Iterable[str]:
    """A discount, which orders may have, shows in the total alone."""
    numbers = {"Quantity": line.quantity, "UnitAmount": line.unit_amount, "TaxAmount": line.tax_amount}
    for field, amount in numbers.items():
        if body.get(field) is not None and Decimal(str(body[field])) != amount:
            yield f"Line {number}: Xero stored {_words(field)} {amount} instead of {body[field]}."
    product = line.quantity * line.unit_amount
    if "line_amount" in line.model_fields_set and abs(line.line_amount - product) > HALF_A_CENT:
        yield f"Line {number}: Xero stored the total {line.line_amount:.2f} instead of {product:.2f}."


def _options(marks: Sequence[Mapping[str, Any]]) -> set[str]:
    return {str(mark.get("TrackingOptionID", "")) for mark in marks}


def _tidy(value: object) -> str:
    """Ends of lines come back in another form, and Xero may trim."""
    return "" if value is None else " ".join(str(value).split())


def _short(text: str) -> str:
    plain = _tidy(text)
    return plain if len(plain) <= MOST_SHOWN else f"{plain[:MOST_SHOWN]}…"


def _words(field: str) -> str:
    return {
        "AccountCode": "the account",
        "TaxType": "the tax type",
        "ItemCode": "the item",
        "Quantity": "the quantity",
        "UnitAmount": "the amount",
        "TaxAmount": "the tax",
    }[field]
