"""The lists that value maps are made from: accounts, tax rates, options and items of Xero, cost codes of Procore."""

from __future__ import annotations

from collections.abc import Sequence

from hub.pairing import ReferenceList, ReferenceRow
from integrations.base.client import ApiClient
from integrations.procore_kit.clients import procore_client
from integrations.xero import endpoints as xero
from integrations.xero.items import items

from .account_rules import classes
from .clients import xero_client
from .cost_codes import VALUE_KIND, listed_codes
from .settings import Settings


def _accounts(client: ApiClient, settings: Settings) -> Sequence[ReferenceRow]:
    """Accounts without a code, such as bank accounts, cannot stand on a bill's line."""
    return [
        ReferenceRow(
            account.account_id,
            account.code,
            account.name,
            account.active,
            {
                "type": account.type,
                "class": account.class_,
                "tax_type": account.tax_type,
                "system": account.system_account,
            },
        )
        for account in xero.accounts(xero_client(client))
        if account.code
    ]


def _tax_rates(client: ApiClient, settings: Settings) -> Sequence[ReferenceRow]:
    return [
        ReferenceRow(
            rate.tax_type,
            rate.tax_type,
            rate.name,
            rate.status == "ACTIVE",
            {
                "percent": str(rate.effective_rate),
                "classes": classes(rate),
            },
        )
        for rate in xero.tax_rates(xero_client(client))
    ]


def _options(client: ApiClient, settings: Settings) -> Sequence[ReferenceRow]:
    """Options of all categories. A line names an option by its name, so that is also its code."""
    return [
        ReferenceRow(
            option.tracking_option_id,
            option.name,
            option.name,
            option.active and category.active,
            {"category": category.name, "category_id": category.tracking_category_id},
        )
        for category in xero.tracking_categories(xero_client(client))
        for option in category.options
    ]


def _items(client: ApiClient, settings: Settings) -> Sequence[ReferenceRow]:
    """Xero tells no status of an item; one that was deleted is not among them."""
    return [
        ReferenceRow(
            item.item_id,
            item.code,
            item.name,
            True,
            {
                "purchased": item.is_purchased,
                "tracked": item.is_tracked_as_inventory,
                "account": item.purchase_details.account_code,
                "tax_type": item.purchase_details.tax_type,
            },
        )
        for item in items(xero_client(client))
    ]


def _cost_codes(client: ApiClient, settings: Settings) -> Sequence[ReferenceRow]:
    """Those that take costs, of all lists: another tenant of the same company may send another one."""
    return [
        ReferenceRow(str(listed.code.id), listed.full, listed.code.name, True, {"list": listed.list_name})
        for listed in listed_codes(procore_client(client), settings)
        if not listed.header
    ]


REFERENCES = (
    ReferenceList("account", "Accounts", "right", _accounts),
    ReferenceList("tax_rate", "Tax rates", "right", _tax_rates),
    ReferenceList("tracking_option", "Tracking options", "right", _options),
    ReferenceList("item", "Items", "right", _items),
    ReferenceList(VALUE_KIND, "Cost codes", "left", _cost_codes),
)
