"""MRI Software, the real-estate ERP: its API client and how one logs in.

https://developers.apideck.com/apis/accounting/mrisoftware/configuration
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from ..base.client import ApiClient
from ..base.vendor import Account, Environment, GrantKind, Vendor
from . import credentials, envelope
from .client import MriClient
from .interface import MriInterface

# Hosted installations are under this name; one on the customer's premises must be allowed by the deployment.
HOSTS = ("*.mrisoftware.com",)


def _own(client: ApiClient) -> MriClient:
    if not isinstance(client, MriClient):
        raise TypeError(f"an MRI client is needed, not {type(client).__name__}")
    return client


def _accounts(client: ApiClient) -> Sequence[Account]:
    """The one database that the login is for, once it has answered."""
    database = client.wiring.options.get("database", "")
    return [Account(database, _answering(_own(client), database))]


def _check(client: ApiClient) -> str:
    return _answering(_own(client), _own(client).account)


def _answering(client: MriClient, database: str) -> str:
    """One record of the API that the login is tested with: nothing names the database, so this does."""
    envelope.opened(client.send(client.test_request()).data)
    return f"{database} at {urlsplit(client.base_url).netloc}"


VENDOR = Vendor(
    slug="mri",
    name="MRI",
    account_word="database",
    environments=(Environment("installation", "The client's own MRI", "", "", hosts=HOSTS),),
    grants=(GrantKind.CREDENTIALS,),
    quota=credentials.QUOTA,
    client=MriClient,
    accounts=_accounts,
    check=_check,
    fields=credentials.FIELDS,
    token=credentials.token,
    login_faults=credentials.login_faults,
    interface=MriInterface(),
)
