"""Whoever waits for a page is not kept by a vendor that accepts a call and never answers it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
import requests
from django.urls import reverse
from requests.adapters import HTTPAdapter

from hub.connect import client_for
from integrations.base.client import Request
from tests.admin.house import House
from tests.admin.logins import manager

pytestmark = pytest.mark.django_db

PAGES = [
    ("hub_connection_check", "connection", "post"),
    ("hub_tenant_check", "tenant", "get"),
    ("hub_tenant_refresh", "tenant", "post"),
    ("hub_grant_accounts", "login", "get"),
]


@pytest.fixture
def waits(two: House) -> Iterator[list[float]]:
    """How long each call has waited for an answer in vain. The logins have their tokens already."""
    waited: list[float] = []

    def silent(*args: object, timeout: tuple[float, float], **kwargs: object) -> Any:
        waited.append(timeout[1])
        raise requests.ReadTimeout

    with mock.patch.object(HTTPAdapter, "send", silent), mock.patch("hub.connect._nap"):
        yield waited


@pytest.mark.parametrize(("name", "kind", "method"), PAGES)
def test_a_page_gives_a_silent_vendor_half_a_minute(
    two: House, waits: list[float], name: str, kind: str, method: str
) -> None:
    sides = 2 if name == "hub_tenant_refresh" else 1
    answer = getattr(manager(two), method)(reverse(f"admin:{name}", args=[two.harbour.ids()[kind]]), follow=True)
    assert "did not answer" in answer.content.decode()
    assert waits == [15.0] * 2 * sides


def test_a_job_and_a_refresh_at_night_have_all_the_time(two: House) -> None:
    side, read = two.harbour.tenant.source, Request("GET", "/orders")
    for client in (client_for(side, job=two.harbour.job), client_for(side, background=True)):
        assert client.wiring.timeout_of(read)[1] == 100
        assert client.wiring.tries(read) == 3
