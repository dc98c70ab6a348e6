"""What may stand on a line of a bill: which accounts, and which tax types on them."""

from __future__ import annotations

from integrations.xero.records import TaxRate

# https://developer.xero.com/documentation/api/accounting/types#systemaccounts : only Xero itself posts to these.
CONTROL_ACCOUNTS = frozenset(
    {
        "DEBTORS",
        "CREDITORS",
        "UNPAIDEXPCLM",
        "BANKCURRENCYGAIN",
        "UNREALISEDCURRENCYGAIN",
        "REALISEDCURRENCYGAIN",
        "TRACKINGTRANSFERS",
    }
)
# The flags of a tax rate by the class of the account: https://developer.xero.com/documentation/api/accounting/taxrates
APPLIES = {
    "ASSET": "can_apply_to_assets",
    "EQUITY": "can_apply_to_equity",
    "EXPENSE": "can_apply_to_expenses",
    "LIABILITY": "can_apply_to_liabilities",
    "REVENUE": "can_apply_to_revenue",
}


def classes(rate: TaxRate) -> list[str]:
    """The classes of accounts that a tax rate may be used with."""
    return [name for name, flag in APPLIES.items() if getattr(rate, flag)]


def takes_lines(account_type: str, system_account: str) -> bool:
    """Whether Xero takes an account on a line: https://developer.xero.com/documentation/api/accounting/accounts"""
    return account_type != "BANK" and system_account not in CONTROL_ACCOUNTS


def takes_costs(*, purchased: bool, tracked: bool) -> bool:
    """Whether an item can stand for a cost: not one that is only sold, nor one whose stock a bill would change.
    https://developer.xero.com/documentation/api/accounting/items"""
    return purchased and not tracked
