"""“Check set-up”: does everything exist that the stages need, and what can be made at a person's word."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence

from hub.pairing import Check, SetupFix
from integrations import procore as procore_vendor
from integrations.base.client import ApiClient
from integrations.base.errors import Rejected, VendorError
from integrations.procore import endpoints as procore
from integrations.procore.client import ProcoreClient
from integrations.procore_kit import names
from integrations.procore_kit.clients import procore_client
from integrations.xero import endpoints as xero
from integrations.xero.client import XeroClient
from integrations.xero.records import TrackingCategory

from .clients import xero_client
from .contacts import group_named
from .cost_codes import chosen_lists
from .options import MOST, MOST_ACTIVE, category_named, slot_free
from .settings import CostCodeStrategy, Settings

NEEDED_SCOPES = (
    "accounting.settings",  # options are written with it
    "accounting.contacts",
    "accounting.invoices",
    "accounting.attachments",
)
SETTINGS_FIX = "Correct the name in the tenant's settings"


def check_setup(left: ApiClient, right: ApiClient, settings: Settings) -> list[Check]:
    """One line per thing looked at. A side that does not answer ends its own list; nothing is raised."""
    return [*_side("Procore", lambda: _procore(left, settings)), *_side("Xero", lambda: _xero(right, settings))]


def _side(name: str, checks: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    try:
        yield from checks()
    except VendorError as error:
        yield Check(
            f"{name} answers", False, error.message, "Open the connection, test it, and connect again if asked."
        )


def _procore(client: ApiClient, settings: Settings) -> Iterator[Check]:
    own = procore_client(client)
    yield Check("Procore answers", True, f"Company “{procore_vendor.VENDOR.check(own)}”.")
    stages = [stage.name for stage in procore.project_stages(own)]
    found = names.fold(settings.project_stage) in map(names.fold, stages)
    yield Check(
        f"Project stage “{settings.project_stage}”",
        found,
        "It exists." if found else f"Procore has the stages {_listed(stages)}.",
        "" if found else f"{SETTINGS_FIX}, or add the stage in Procore under Company › Admin › Project stages.",
    )
    yield _cost_code_lists(own, settings)


def _cost_code_lists(client: ProcoreClient, settings: Settings) -> Check:
    label = "Standard cost codes"
    try:
        lists = [one.name for one in chosen_lists(procore.standard_cost_code_lists(client), settings)]
    except Rejected as error:
        return Check(label, False, error.message, f"{SETTINGS_FIX}, or empty it to send all lists.")
    return Check(label, bool(lists), f"Sent from {_listed(lists)}." if lists else "Procore has no list of cost codes.")


def _xero(client: ApiClient, settings: Settings) -> Iterator[Check]:
    own = xero_client(client)
    books = xero.organisation(own)
    facts = f"Organisation “{books.name}”, country {books.country_code or 'unknown'}, currency {books.base_currency}."
    yield Check("Xero answers", True, facts)
    yield from _rights(own)
    categories = xero.tracking_categories(own)
    yield _category(categories, settings.project_category, settings, "create_project_category")
    if settings.cost_code_strategy is CostCodeStrategy.TRACKING:
        yield _category(categories, settings.cost_code_category, settings, "create_cost_code_category")
    yield _slots(categories)
    group = group_named(xero.contact_groups(own), settings.contact_group)
    yield Check(
        f"Contact group “{settings.contact_group}”",
        group is not None,
        "It exists." if group else "Xero has no such contact group.",
        "" if group else f"{SETTINGS_FIX}, or have the group created, and put suppliers into it in Xero.",
        "" if group else "create_contact_group",
    )
    yield from _accounts(own, settings)


def _accounts(client: XeroClient, settings: Settings) -> Iterator[Check]:
    """Those that the settings name; the value map checks its own."""
    named = {
        "Cost account": settings.cost_account,
        "Retention payable account": settings.retention_payable_account,
        "Retention release account": settings.retention_release_account,
    }
    if not any(named.values()):
        return
    found = {account.code: account for account in xero.accounts(client)}
    for label, code in named.items():
        if not code:
            continue
        account = found.get(code)
        ok = account is not None and account.active
        detail = f"{code} {account.name}{'' if ok else ' is archived'}." if account else f"Xero has no account {code}."
        yield Check(
            label, ok, detail, "" if ok else f"{SETTINGS_FIX.replace('name', 'account')}, or restore it in Xero."
        )


def _rights(client: XeroClient) -> Iterator[Check]:
    """What the login may do, when its token tells: https://developer.xero.com/documentation/guides/oauth2/scopes"""
    granted = token_scopes(client.wiring.tokens.token())
    if granted is None:
        return
    missing = [scope for scope in NEEDED_SCOPES if scope not in granted]
    yield Check(
        "Rights in Xero",
        not missing,
        f"Not granted: {_listed(missing)}." if missing else "All that these stages need were granted.",
        "Connect the login again and allow everything it asks for." if missing else "",
    )


def token_scopes(token: str) -> frozenset[str] | None:
    """The rights written in an access token, or None when it cannot be read. The token is not checked: Xero does."""
    try:
        part = token.split(".")[1]
        scopes = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["scope"]
    except (IndexError, ValueError, KeyError, TypeError):
        return None
    return frozenset(scopes) if isinstance(scopes, list) else frozenset(str(scopes).split())


def _category(categories: Sequence[TrackingCategory], name: str, settings: Settings, repair: str) -> Check:
    label, found = f"Tracking category “{name}”", category_named(categories, name)
    if found is None:
        room = slot_free(categories)
        advice = "have it created" if room else "archive or delete another category in Xero first"
        fix = f"{SETTINGS_FIX}, or {advice}."
        return Check(label, False, "Xero has no such tracking category.", fix, repair if room else "")
    if not found.active:
        return Check(label, False, "It is archived.", "Restore it in Xero under Settings › Tracking categories.")
    used = sum(option.active for option in found.options)
    full = used > settings.option_warning
    advice = f"More than {settings.option_warning} slow Xero's reports down; archive options no longer used."
    return Check(
        label, True, f"{used} active options of {settings.option_warning} recommended.", advice if full else ""
    )


def _slots(categories: Sequence[TrackingCategory]) -> Check:
    active = sum(category.active for category in categories)
    detail = f"{active} of {MOST_ACTIVE} active, {len(categories)} of {MOST} in all."
    return Check("Tracking categories", True, detail)


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts) or "none"


# What can be put right. Each looks first, so that pressing twice makes nothing twice.


def _create_project_category(left: ApiClient, right: ApiClient, settings: Settings) -> str:
    return _create_category(right, settings.project_category)


def _create_cost_code_category(left: ApiClient, right: ApiClient, settings: Settings) -> str:
    if settings.cost_code_strategy is not CostCodeStrategy.TRACKING:
        return "The cost code strategy needs no tracking category, so none was created."
    return _create_category(right, settings.cost_code_category)


def _create_category(client: ApiClient, name: str) -> str:
    own = xero_client(client)
    categories = xero.tracking_categories(own)
    if found := category_named(categories, name):
        state = "exists already" if found.active else "is archived; restore it in Xero"
        return f"The tracking category “{found.name}” {state}. Nothing was created."
    if not slot_free(categories):
        return f"Xero allows {MOST_ACTIVE} active tracking categories and {MOST} in all; there is no room for “{name}”."
    own.send(xero.put_category(name))
    return f"The tracking category “{name}” was created in Xero."


def _create_contact_group(left: ApiClient, right: ApiClient, settings: Settings) -> str:
    own = xero_client(right)
    if found := group_named(xero.contact_groups(own), settings.contact_group):
        return f"The contact group “{found.name}” exists already. Nothing was created."
    own.send(xero.put_group(settings.contact_group))
    return f"The contact group “{settings.contact_group}” was created in Xero. Now put suppliers into it there."


FIXES = (
    SetupFix("create_project_category", "Create the project category in Xero", _create_project_category),
    SetupFix("create_cost_code_category", "Create the cost code category in Xero", _create_cost_code_category),
    SetupFix("create_contact_group", "Create the contact group in Xero", _create_contact_group),
)
