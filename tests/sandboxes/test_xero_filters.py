"""Filters and orders of the pretend Xero."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from integrations.base.errors import Rejected
from integrations.xero import API_URL, endpoints
from integrations.xero.records import Account
from tests.sandboxes.xero_world import XeroWorld, xero_world


@pytest.fixture
def xero() -> Iterator[XeroWorld]:
    with xero_world() as world:
        yield world


# Filters.


@pytest.mark.parametrize(
    "where",
    [
        'Name=="a"b"',
        'Name=="a\\b"',
        "Name==",
        "Name",
        'Nonsense=="a"',
        'Name=="a" AND',
        '(Name=="a"',
        'Name=="a" Name=="b"',
        "Name==unquoted",
        "#",
    ],
)
def test_a_filter_that_cannot_be_read_is_error_16(xero: XeroWorld, where: str) -> None:
    reply = requests.get(
        f"{API_URL}/api.xro/2.0/ContactGroups", params={"where": where}, headers=dict(xero.headers()), timeout=5
    )
    assert (reply.status_code, reply.json()["ErrorNumber"]) == (400, 16)
    assert "Elements" not in reply.json()


@pytest.mark.parametrize("order", ["Nonsense ASC", "Name UPWARDS", "Name ASC DESC", ","])
def test_an_order_that_cannot_be_read_is_error_16(xero: XeroWorld, order: str) -> None:
    with pytest.raises(Rejected):
        xero.client.get("/api.xro/2.0/Accounts", {"order": order})


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ('Code=="200"', ["200"]),
        ('Code="200" || Code=="260"', ["200", "260"]),
        ('(Code=="200" OR Code=="260") AND Name!="Sales"', ["260"]),
        ('Type=="BANK"', ["090"]),
        ('SystemAccount=="GST" or SystemAccount=="ROUNDING"', ["820", "860"]),
        ('Name.Contains("revenue") && Name.EndsWith("Revenue")', ["260"]),
        ('Code>="960"', ["960", "970"]),
        ('Name=="A ""quoted"" name"', []),
    ],
)
def test_filters(xero: XeroWorld, where: str, found: list[str]) -> None:
    data = xero.client.get("/api.xro/2.0/Accounts", {"where": where}).data
    assert [account.code for account in endpoints.read_list(Account, data, "Accounts")] == found


def test_a_guid_in_a_filter(xero: XeroWorld) -> None:
    account = xero.org.account("200")
    data = xero.client.get("/api.xro/2.0/Accounts", {"where": f'AccountID==guid("{account.id.upper()}")'}).data
    assert len(data["Accounts"]) == 1
