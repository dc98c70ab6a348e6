"""A pretend MRI with one client's books, and a client of ours whose endpoints have been verified."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from integrations.base.auth import StaticToken
from integrations.base.client import Wiring
from integrations.base.limits import Limiter, MemoryStore, Quota
from integrations.base.vendor import Environment, GrantKind, Login
from integrations.mri import credentials
from integrations.mri.client import MriClient
from integrations.mri.endpoints import assumed, dump
from integrations.mri.sandbox import KEY, PASSWORD, USER, Database, MriSandbox, Switches, fill
from tests.network import Network, network

HOST = "harbour.mrisoftware.com"
URL = f"https://{HOST}/MRIAPIServices/api.asp"
OPTIONS = {"database": "HARBOUR", "test_api": credentials.TEST_API}


def login(**fields: str) -> Login:
    parts = {"database": "HARBOUR", "user": USER, "key": KEY, "password": PASSWORD, "separator": "/", **fields}
    return Login(Environment("installation", "MRI", "", URL), GrantKind.CREDENTIALS, "C100", fields=parts)


def verified() -> dict[str, Any]:
    """The assumed profile as it is once a person has probed and verified every endpoint."""
    data = dump(assumed())
    for endpoint in data["endpoints"].values():
        endpoint.update(verified=True, verified_by="kim", enabled=True)
    return data


@dataclass
class MriWorld:
    sandbox: MriSandbox
    books: Database
    client: MriClient
    net: Network

    def connect(
        self, profile: Mapping[str, Any] | None = None, fields: Mapping[str, str] | None = None, **options: str
    ) -> MriClient:
        """Another client. It does not wait: a limit that is used up is raised, a read tried again at once."""
        wiring = Wiring(
            tokens=StaticToken(credentials.token(login(**(fields or {})))),
            limiter=Limiter(MemoryStore(), "test", Quota(in_flight=99), patience=5.0),
            sleep=lambda seconds: None,
            options={**OPTIONS, **options},
            profile=verified() if profile is None else profile,
        )
        return MriClient(URL, "HARBOUR", GrantKind.CREDENTIALS, wiring)

    def call(self, method: str, query: str, body: Any = None, url: str = URL, **headers: str) -> requests.Response:
        """A call without our client, to see the sandbox as anybody would."""
        auth = f"Basic {credentials.token(login())}"
        return requests.request(
            method, f"{url}?{query}", json=body, headers={"Authorization": auth, **headers}, timeout=5
        )


@contextmanager
def mri_world(**switches: Any) -> Iterator[MriWorld]:
    sandbox = MriSandbox(switches=Switches(**switches))
    books = fill(sandbox.add_database("HARBOUR"))
    with network({HOST: sandbox}) as net:
        world = MriWorld(sandbox, books, None, net)  # type: ignore[arg-type]
        world.client = world.connect()
        yield world
