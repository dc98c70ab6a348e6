"""A pretend Procore with one company, and a client whose app is installed there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from integrations.base.auth import StaticToken
from integrations.base.client import Wiring
from integrations.base.limits import Limiter, MemoryStore, Quota
from integrations.base.vendor import GrantKind
from integrations.procore.client import ProcoreClient
from integrations.procore.sandbox import App, Company, ProcoreSandbox
from tests.network import Network, network

API = "https://api.procore.com"
LOGIN = "https://login.procore.com"
REDIRECT = "https://hub.example/connected"
HOSTS = ("api.procore.com", "login.procore.com")


def impatient(token: str) -> Wiring:
    """No waiting: a limit that is used up is raised at once."""
    return Wiring(
        tokens=StaticToken(token),
        limiter=Limiter(MemoryStore(), "test", Quota(in_flight=99), patience=0.0),
        sleep=lambda seconds: None,
    )


@dataclass
class ProcoreWorld:
    sandbox: ProcoreSandbox
    company: Company
    app: App
    token: str
    client: ProcoreClient
    net: Network

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """A bare request with the app's token and the company's header."""
        headers = {"Authorization": f"Bearer {self.token}", "Procore-Company-Id": str(self.company.id)}
        headers |= options.pop("headers", {})
        present = {name: value for name, value in headers.items() if value}
        return requests.request(method, f"{API}{path}", headers=present, timeout=5, **options)

    def get(
        self, path: str, params: dict[str, Any] | None = None, headers: dict[str, str] | None = None, **query: Any
    ) -> requests.Response:
        """A read with company_id; filters go into `params`."""
        asked = {"company_id": self.company.id, **(params or {}), **query}
        return self.call("GET", path, params=asked, headers=headers or {})

    def patch(self, path: str, **body: Any) -> requests.Response:
        return self.call("PATCH", path, json={"company_id": self.company.id, **body})

    def post(self, path: str, **body: Any) -> requests.Response:
        return self.call("POST", path, json={"company_id": self.company.id, **body})


@contextmanager
def procore_world(**options: Any) -> Iterator[ProcoreWorld]:
    """Limits are wide unless given."""
    sandbox = ProcoreSandbox(**{"spike": 10_000, "hourly": 100_000, **options})
    company = sandbox.add_company("Harbour & Lane Constructions")
    app = sandbox.add_app("the-id", "the-secret", [company], [REDIRECT])
    token = sandbox.access_token(app)
    client = ProcoreClient(API, str(company.id), GrantKind.CLIENT_CREDENTIALS, impatient(token))
    with network(dict.fromkeys(HOSTS, sandbox)) as net:
        yield ProcoreWorld(sandbox, company, app, token, client, net)
