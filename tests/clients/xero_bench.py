"""A Xero client on a clock of its own, for answers made up by hand."""

from __future__ import annotations

from typing import Any

import pytest
import responses

from integrations.base.client import Call, Request, Wiring
from integrations.base.errors import (
    VendorError,
)
from integrations.base.limits import Limiter, MemoryStore, Quota
from integrations.base.vendor import GrantKind
from integrations.xero import API_URL, endpoints
from integrations.xero.client import XeroClient

ORG = "17b44ed7-4389-4162-91cb-3dd5766e4e22"
CATEGORY = "6a68adde-f210-4465-b0a9-0d8cc6f50762"
ORGANISATION = f"{API_URL}/api.xro/2.0/Organisation"
OPTIONS = f"{API_URL}/api.xro/2.0/TrackingCategories/{CATEGORY}/Options"
READ = Request("GET", "/api.xro/2.0/Organisation")
WRITE = endpoints.put_option(CATEGORY, "1042 Wharf Street")
GOOD = {"Organisations": [{"OrganisationID": ORG, "Name": "Kauri Ridge Builders"}]}


class Tokens:
    """A token that can be renewed once."""

    def __init__(self) -> None:
        self.value, self.renewed = "old", 0

    def token(self) -> str:
        return self.value

    def renew(self, refused: str) -> str:
        self.value, self.renewed = "new", self.renewed + 1
        return self.value


class Bench:
    """A client on a clock of its own: a wait moves the clock and is noted."""

    def __init__(self, kind: GrantKind = GrantKind.AUTHORIZATION_CODE) -> None:
        self.tokens = Tokens()
        self.now, self.waits = 0.0, list[float]()
        self.calls: list[Call] = []
        wiring = Wiring(
            tokens=self.tokens,
            limiter=Limiter(MemoryStore(lambda: self.now), "test", Quota(in_flight=99), patience=5.0, sleep=self.sleep),
            record=self.calls.append,
            sleep=self.sleep,
        )
        self.client = XeroClient(API_URL, ORG, kind, wiring)

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.waits.append(seconds)


def refusal(web: responses.RequestsMock, bench: Bench, request: Request, **answer: Any) -> VendorError:
    """The error that an answer turns into."""
    web.add(request.method, API_URL + request.path, **answer)
    with pytest.raises(VendorError) as raised:
        bench.client.send(request)
    return raised.value
