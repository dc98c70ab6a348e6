"""Xero, the accounting system: its API client and how one logs in.

https://developer.xero.com/documentation/guides/oauth2/overview
"""

from __future__ import annotations

from collections.abc import Sequence

from ..base.auth import OAuthApp
from ..base.client import ApiClient
from ..base.limits import Quota, Window
from ..base.vendor import Account, Environment, GrantKind, Login, Vendor
from . import endpoints
from .client import XeroClient

LOGIN_URL = "https://login.xero.com"
TOKEN_URL = "https://identity.xero.com"  # noqa: S105  an address, not a password
API_URL = "https://api.xero.com"

# https://developer.xero.com/documentation/guides/oauth2/scopes
DATA_SCOPES = (
    "accounting.contacts",
    "accounting.settings",
    "accounting.invoices",
    "accounting.payments",
    "accounting.attachments",
    "accounting.manualjournals",
    "accounting.banktransactions.read",  # purchases without a bill are only looked at
)
PERSON_SCOPES = ("openid", "profile", "email", "offline_access")


def _app(login: Login) -> OAuthApp:
    """A custom connection (client credentials) has no person and no refresh token, so it asks for data only."""
    environment = login.environment
    person = login.kind is GrantKind.AUTHORIZATION_CODE
    return OAuthApp(
        authorize_url=f"{environment.login_url}/identity/connect/authorize",
        token_url=f"{environment.token_url or environment.login_url}/connect/token",
        client_id=login.client_id,
        client_secret=login.client_secret,
        scopes=(*PERSON_SCOPES, *DATA_SCOPES) if person else DATA_SCOPES,
        redirect_uri=login.redirect_uri,
    )


def _accounts(client: ApiClient) -> Sequence[Account]:
    """The organisations a login opens; a custom connection opens exactly one and has no list of them."""
    if isinstance(client, XeroClient) and client.kind is GrantKind.CLIENT_CREDENTIALS:
        found = endpoints.organisation(client)
        return [Account(found.organisation_id, found.name)]
    return [Account(c.tenant_id, c.tenant_name or c.tenant_id) for c in endpoints.connections(client)]


def _check(client: ApiClient) -> str:
    return endpoints.organisation(client).name


def _account_url(account: str) -> str:
    """Xero chooses the organisation by the person's own login, so this opens the one last looked at."""
    return "https://go.xero.com/app/" if account else ""


VENDOR = Vendor(
    slug="xero",
    name="Xero",
    account_word="organisation",
    environments=(
        Environment("production", "Xero", LOGIN_URL, API_URL, TOKEN_URL),
        Environment("sandbox", "Xero, a Demo Company", LOGIN_URL, API_URL, TOKEN_URL),
    ),
    grants=(GrantKind.AUTHORIZATION_CODE, GrantKind.CLIENT_CREDENTIALS),
    # https://developer.xero.com/documentation/guides/oauth2/limits : the Starter tier has 1,000 a day, others 5,000.
    # No header names the plan, but what is left of the day tells.
    quota=Quota((Window("minute", 60, 60), Window("day", 86_400, 1_000, larger=(5_000,))), in_flight=5),
    app=_app,
    client=XeroClient,
    accounts=_accounts,
    check=_check,
    account_url=_account_url,
)
