"""A pretend Xero with one organisation, and a client that a person has connected to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from integrations.base.auth import StaticToken
from integrations.base.client import Wiring
from integrations.base.limits import Limiter, MemoryStore, Quota
from integrations.base.vendor import GrantKind
from integrations.xero import API_URL
from integrations.xero.client import XeroClient
from integrations.xero.sandbox import App, Organisation, Switches, XeroSandbox
from tests.network import Network, network

HOSTS = ("login.xero.com", "identity.xero.com", "api.xero.com")
REDIRECT = "https://hub.example/connected"


def impatient(token: str) -> Wiring:
    """No waiting: a limit that is used up is raised at once."""
    return Wiring(
        tokens=StaticToken(token),
        limiter=Limiter(MemoryStore(), "test", Quota(in_flight=99), patience=0.0),
        sleep=lambda seconds: None,
    )


@dataclass
class XeroWorld:
    sandbox: XeroSandbox
    org: Organisation
    app: App
    token: str
    client: XeroClient
    net: Network

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """A call without our client, to see the sandbox as anybody would. `path` follows /api.xro/2.0/ ."""
        return requests.request(
            method,
            f"{API_URL}/api.xro/2.0/{path}",
            json=body,
            headers={**self.headers(), **{name.replace("_", "-"): value for name, value in headers.items()}},
            timeout=5,
        )

    def headers(self) -> Mapping[str, str]:
        return {
            "Authorization": f"Bearer {self.token}",
            "xero-tenant-id": self.org.id,
            "Accept": "application/json",
        }

    def connect(self, org: Organisation, scopes: str = "") -> XeroClient:
        """Another client, for another organisation or with other rights."""
        token = str(self.sandbox.tokens(self.app, [org], scopes)["access_token"])
        return XeroClient(API_URL, org.id, GrantKind.AUTHORIZATION_CODE, impatient(token))


@contextmanager
def xero_world(country: str = "AU", **switches: Any) -> Iterator[XeroWorld]:
    sandbox = XeroSandbox(switches=Switches(**switches))
    org = sandbox.add_organisation("Harbour & Lane Constructions Pty Ltd", country)
    app = sandbox.add_app("client-id", "client-secret", [REDIRECT])
    token = str(sandbox.tokens(app, [org])["access_token"])
    client = XeroClient(API_URL, org.id, GrantKind.AUTHORIZATION_CODE, impatient(token))
    with network(dict.fromkeys(HOSTS, sandbox)) as net:
        yield XeroWorld(sandbox, org, app, token, client, net)
