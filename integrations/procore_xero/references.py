"""The lists that value maps are made from: accounts, tax rates and options of Xero, cost codes of Procore."""

from __future__ import annotations

from collections.abc import Sequence

from hub.pairing import ReferenceList, ReferenceRow
from integrations.base.client import ApiClient
from integrations.xero import endpoints as xero

from .clients import procore_client, xero_client
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
            {"percent": str(rate.effective_rate), "expenses": rate.can_apply_to_expenses},
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


def _cost_codes(client: ApiClient, settings: Settings) -> Sequence[ReferenceRow]:
    """Those that are sent and take costs."""
    return [
        ReferenceRow(str(listed.code.id), listed.full, listed.code.name, True, {"list": listed.list_name})
        for listed in listed_codes(procore_client(client), settings)
        if listed.chosen and not listed.header
    ]


REFERENCES = (
    ReferenceList("account", "Accounts", "right", _accounts),
    ReferenceList("tax_rate", "Tax rates", "right", _tax_rates),
    ReferenceList("tracking_option", "Tracking options", "right", _options),
    ReferenceList(VALUE_KIND, "Cost codes", "left", _cost_codes),
)
