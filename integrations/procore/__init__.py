"""Procore, the construction management system: its API client and how one logs in.

https://developers.procore.com/documentation/development-environments
"""

from __future__ import annotations

from collections.abc import Sequence

from ..base.auth import OAuthApp
from ..base.client import ApiClient
from ..base.errors import Forbidden
from ..base.limits import Quota, Window
from ..base.vendor import Account, Environment, GrantKind, Login, Vendor
from . import endpoints
from .client import HOUR_SECONDS, SPIKE_SECONDS, ProcoreClient


def _app(login: Login) -> OAuthApp:
    """Rights are those of the person or of the service account: there are no scopes."""
    environment = login.environment
    return OAuthApp(
        authorize_url=f"{environment.login_url}/oauth/authorize",
        token_url=f"{environment.token_url or environment.login_url}/oauth/token",
        client_id=login.client_id,
        client_secret=login.client_secret,
        redirect_uri=login.redirect_uri,
        secret_in_body=True,  # https://developers.procore.com/documentation/oauth-endpoints
    )


def _own(client: ApiClient) -> ProcoreClient:
    if not isinstance(client, ProcoreClient):
        raise TypeError(f"a Procore client is needed, not {type(client).__name__}")
    return client


def _accounts(client: ApiClient) -> Sequence[Account]:
    return [Account(str(company.id), company.name) for company in endpoints.companies(_own(client))]


def _check(client: ApiClient) -> str:
    """The company's name, from the list of companies: the one read that names it, and needs no right inside it."""
    company_id = _own(client).company_id
    names = {account.id: account.name for account in _accounts(client)}
    if company_id not in names:
        raise Forbidden(
            f"The login does not open company {company_id}. A company administrator must install the app there."
        )
    return names[company_id]


def _account_url(company_id: str) -> str:
    """https://developers.procore.com/documentation/oauth-client-credentials"""
    return f"https://app.procore.com/{company_id}/company/home/list" if company_id else ""


VENDOR = Vendor(
    slug="procore",
    name="Procore",
    account_word="company",
    environments=(
        Environment("production", "Procore", "https://login.procore.com", "https://api.procore.com"),
        Environment(
            "sandbox", "Procore, developer sandbox", "https://login-sandbox.procore.com", "https://sandbox.procore.com"
        ),
        Environment(
            "monthly",
            "Procore, monthly sandbox",
            "https://login-sandbox-monthly.procore.com",
            "https://api-monthly.procore.com",
        ),
    ),
    grants=(GrantKind.CLIENT_CREDENTIALS, GrantKind.AUTHORIZATION_CODE),
    # https://developers.procore.com/documentation/rate-limiting : the answers' headers tell the true sizes. They name
    # the hourly limit only when it is nearly used up, so a guess that is too small would never be put right: this is
    # the largest one known.
    quota=Quota((Window("spike", SPIKE_SECONDS, 25), Window("hour", HOUR_SECONDS, 14_400, certain=False)), in_flight=8),
    app=_app,
    client=ProcoreClient,
    accounts=_accounts,
    check=_check,
    account_url=_account_url,
)
