"""What a row of the value map needs before a bill can be made with it, and what Xero would refuse of it.

The cached lists say what `coding` and `books` find out when a document is made; both ask `account_rules`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hub.pairing import Lists, ReferenceRow, ValueRules, called
from integrations.procore_kit import names

from .account_rules import takes_lines
from .settings import CostCodeStrategy, Settings

COLUMNS = {
    CostCodeStrategy.TRACKING: ("account", "tax_type", "tracking"),
    CostCodeStrategy.ACCOUNT: ("account", "tax_type"),
    CostCodeStrategy.ITEM: ("item", "account", "tax_type"),
    CostCodeStrategy.DESCRIPTION: ("account", "tax_type"),
}
OFFERED_CLASSES = ("EXPENSE", "ASSET", "LIABILITY")  # others are taken, but are not where costs go
ALLOWED_SHOWN = 6


@dataclass(frozen=True)
class _Choice:
    """An account or a tax type that a line would get, and the column that decides it. `origin` says who named it when
    the column itself did not."""

    code: str
    column: str
    origin: str = ""


class LedgerValues(ValueRules):
    projects = "projects"

    def columns(self, settings: Settings) -> Collection[str]:
        return COLUMNS[settings.cost_code_strategy]

    def listed(self, row: ReferenceRow, settings: Settings) -> bool:
        wanted = names.fold(settings.cost_code_list)
        return not wanted or names.fold(str(row.extra.get("list", ""))) == wanted

    def offers(self, column: str, row: ReferenceRow, settings: Settings) -> bool:
        extra = row.extra
        fits = {
            "account": not _refused_account(row) and extra.get("class", "EXPENSE") in OFFERED_CLASSES,
            "tracking": names.fold(str(extra.get("category", ""))) == names.fold(settings.cost_code_category),
            "item": not _refused_item(row),
        }
        return row.active and fits.get(column, True)

    def lacks(self, values: Mapping[str, str], lists: Lists, settings: Settings) -> str:
        strategy = settings.cost_code_strategy
        if strategy is CostCodeStrategy.ITEM and not values["item"]:
            return "no item"
        if strategy is CostCodeStrategy.ACCOUNT and not values["account"]:
            return "no account"
        unknown = bool(values["item"]) and not lists.find("item", values["item"])
        account = _account(values, lists, settings)
        return "" if account or (strategy is CostCodeStrategy.ITEM and unknown) else "no account"

    def faults(self, values: Mapping[str, str], lists: Lists, settings: Settings) -> dict[str, str]:
        wrong: dict[str, str] = {}
        for column, sentence in self._faults(values, lists, settings):
            wrong.setdefault(column, sentence)
        return {**super().faults(values, lists, settings), **wrong}

    def _faults(self, values: Mapping[str, str], lists: Lists, settings: Settings) -> Iterator[tuple[str, str]]:
        used = self.columns(settings)
        if "tracking" in used:
            yield from _tracking_faults(values, lists, settings)
        if "item" in used:
            yield from (("item", said) for row in _found(lists, "item", values["item"]) if (said := _refused_item(row)))
        account = _account(values, lists, settings)
        if account is None:
            return
        for row in _found(lists, "account", account.code):
            yield from _account_faults(row, account)
            yield from _tax_faults(row, account, values, lists, settings)


def _found(lists: Lists, kind: str, code: str) -> list[ReferenceRow]:
    return list(lists.find(kind, code)[:1]) if code else []


def _item(values: Mapping[str, str], lists: Lists, settings: Settings) -> ReferenceRow | None:
    if settings.cost_code_strategy is not CostCodeStrategy.ITEM:
        return None
    return next(iter(_found(lists, "item", values["item"])), None)


def _account(values: Mapping[str, str], lists: Lists, settings: Settings) -> _Choice | None:
    """As `coding` chooses it: the row's own, the item's, the settings'."""
    if values["account"]:
        return _Choice(values["account"], "account")
    item = _item(values, lists, settings)
    if item is not None and item.extra.get("account"):
        return _Choice(str(item.extra["account"]), "item", "of the item")
    return _Choice(settings.cost_account, "account", "of the settings") if settings.cost_account else None


def _tax(row: ReferenceRow, values: Mapping[str, str], lists: Lists, settings: Settings) -> _Choice:
    if values["tax_type"]:
        return _Choice(values["tax_type"], "tax_type")
    item = _item(values, lists, settings)
    if item is not None and item.extra.get("tax_type"):
        return _Choice(str(item.extra["tax_type"]), "tax_type", "of the item")
    if settings.cost_tax:
        return _Choice(settings.cost_tax, "tax_type", "of the settings")
    return _Choice(str(row.extra.get("tax_type", "")), "tax_type", "of the account")


def _account_faults(row: ReferenceRow, account: _Choice) -> Iterator[tuple[str, str]]:
    origin = f", the account {account.origin}," if account.origin else ""
    if not row.active:
        yield account.column, f"{called(row)}{origin} is archived, or no longer there."
    elif said := _refused_account(row):
        yield account.column, f"{called(row)}{origin} {said}"


def _refused_account(row: ReferenceRow) -> str:
    if takes_lines(str(row.extra.get("type", "")), str(row.extra.get("system", ""))):
        return ""
    return "is a bank or control account, which Xero does not take on such a line."


def _refused_item(row: ReferenceRow) -> str:
    if row.extra.get("tracked"):
        return f"{called(row)} is tracked as inventory in Xero: a bill for it would change the stock."
    return "" if row.extra.get("purchased", True) else f"{called(row)} is not an item that is purchased in Xero."


def _tracking_faults(values: Mapping[str, str], lists: Lists, settings: Settings) -> Iterator[tuple[str, str]]:
    """An option counts only in its own category, which two categories may call alike."""
    options = lists.find("tracking_option", values["tracking"]) if values["tracking"] else ()
    wanted = names.fold(settings.cost_code_category)
    own = [row for row in options if names.fold(str(row.extra.get("category", ""))) == wanted]
    if options and not own:
        other = options[0].extra.get("category", "")
        said = f"“{values['tracking']}” is an option of “{other}”, not of “{settings.cost_code_category}”."
        yield "tracking", said
    elif own and not any(row.active for row in own):
        yield "tracking", f"The option “{values['tracking']}” is archived, or no longer there."


def _tax_faults(
    row: ReferenceRow, account: _Choice, values: Mapping[str, str], lists: Lists, settings: Settings
) -> Iterator[tuple[str, str]]:
    """Whether the class of the account takes the tax type that the line would get."""
    tax, of_account = _tax(row, values, lists, settings), str(row.extra.get("class", ""))
    if not tax.code or not lists.fetched("tax_rate"):
        return
    rate = next(iter(_found(lists, "tax_rate", tax.code)), None)
    if rate is None or not rate.active:
        if tax.origin:
            yield tax.column, f"Choose one: {tax.code}, the tax type {tax.origin}, is not active in Xero."
        return
    classes = rate.extra.get("classes")
    if isinstance(classes, list) and of_account not in classes:
        origin = f", the tax type {tax.origin}," if tax.origin else ""
        allowed = _allowed(lists, of_account)
        yield tax.column, f"Xero does not take {called(rate)}{origin} on {called(row)}. It takes {allowed}."


def _allowed(lists: Lists, account_class: str) -> str:
    fitting = [row.code for row in lists.rows("tax_rate") if row.active and account_class in _classes(row)]
    shown = ", ".join(fitting[:ALLOWED_SHOWN])
    return f"{shown} and others" if len(fitting) > ALLOWED_SHOWN else shown or "none"


def _classes(row: ReferenceRow) -> list[Any]:
    classes = row.extra.get("classes")
    return classes if isinstance(classes, list) else []
