"""The pretend Xero answers in the shape of the real one: the same request, the same keys, types, forms and headers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from integrations.base.client import parse_json
from integrations.xero import API_URL
from tests.contract.material import recorded
from tests.contract.shapes import same_shape
from tests.sandboxes.xero_world import REDIRECT, XeroWorld, xero_world

ALL = {reply.name: reply for reply in recorded("xero")}
Scene = Callable[[XeroWorld], requests.Response]
UNKNOWN = "deadbeef"


@pytest.fixture
def xero() -> Iterator[XeroWorld]:
    with xero_world("NZ") as world:
        yield world


def _contacts(xero: XeroWorld, query: str = "") -> requests.Response:
    """As many kinds of contacts as there are in the recorded lists."""
    plain = xero.org.add_contact("Plain Ltd")
    full = xero.org.add_contact(
        "Full Ltd",
        email="full@example.org",
        phone="1234",
        postal={"AddressLine1": "1 Quay", "City": "Oaktown", "PostalCode": "1234"},
        FirstName="Ann",
        TaxNumber="12",
    )
    full.is_supplier = True
    xero.org.add_group("Procore", [plain, full])
    return xero.call("GET", f"Contacts{query}")


def _renamed(xero: XeroWorld) -> requests.Response:
    made = xero.call("PUT", "Contacts", {"Contacts": [{"Name": "Old"}]}).json()["Contacts"][0]["ContactID"]
    return xero.call("POST", "Contacts", {"Contacts": [{"ContactID": made, "Name": "New"}]})


def _refused_contact(xero: XeroWorld) -> requests.Response:
    xero.org.add_contact("Buzz Lightyear")
    sent = {key: value for key, value in _element("validation_400_contact_name").items() if not key.startswith("Has")}
    del sent["ValidationErrors"], sent["ContactID"]
    return xero.call("PUT", "Contacts", {"Contacts": [sent]})


def _element(name: str) -> dict[str, Any]:
    element: dict[str, Any] = ALL[name].body["Elements"][0]
    return element


def _refused_group(xero: XeroWorld) -> requests.Response:
    for number in range(100):
        xero.org.add_group(f"Group {number}")
    return xero.call("PUT", "ContactGroups", {"ContactGroups": [{"Name": "Suppliers"}]})


def _refused_account(xero: XeroWorld) -> requests.Response:
    xero.org.add_account("1", "Foobar")
    return xero.call("PUT", "Accounts", {"Code": "123456", "Name": "Foobar", "Type": "EXPENSE", "Description": "Hello"})


def _group(xero: XeroWorld) -> requests.Response:
    group = xero.org.add_group("Oasis", [xero.org.add_contact("A"), xero.org.add_contact("B")])
    return xero.call("GET", f"ContactGroups/{group.id}")


def _members(xero: XeroWorld) -> requests.Response:
    contact, group = xero.org.add_contact("A"), xero.org.add_group("Oasis")
    return xero.call("PUT", f"ContactGroups/{group.id}/Contacts", {"Contacts": [{"ContactID": contact.id}]})


def _put_option(xero: XeroWorld) -> requests.Response:
    return xero.call("PUT", f"TrackingCategories/{xero.org.add_category('C').id}/Options", {"Name": "Bar"})


def _deleted_option(xero: XeroWorld) -> requests.Response:
    category = xero.org.add_category("C", ["Bar"])
    return xero.call("DELETE", f"TrackingCategories/{category.id}/Options/{category.options[0].id}")


def _categories(xero: XeroWorld) -> requests.Response:
    xero.org.add_category("customer", ["Eastside", "North"])
    return xero.call("GET", "TrackingCategories")


def _organisation(xero: XeroWorld) -> requests.Response:
    xero.org.profile["PeriodLockDate"] = datetime(2026, 6, 30, tzinfo=UTC)
    return xero.call("GET", "Organisation")


def _narrow(xero: XeroWorld) -> requests.Response:
    xero.app.scopes.clear()
    xero.token = str(xero.sandbox.tokens(xero.app, [xero.org], "accounting.contacts")["access_token"])
    return xero.call("GET", "Organisation")


def _expired(xero: XeroWorld) -> requests.Response:
    xero.sandbox.faults.add("expire_token")
    return xero.call("GET", "Organisation")


def _no_minute_left(xero: XeroWorld) -> requests.Response:
    xero.sandbox.switches.minute_limit = 0
    return xero.call("GET", "Organisation")


def _refreshed(xero: XeroWorld) -> requests.Response:
    token = xero.sandbox.tokens(xero.app, [xero.org])["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": token}
    return requests.post(
        "https://identity.xero.com/connect/token", data=form, auth=("client-id", "client-secret"), timeout=5
    )


SCENES: dict[str, Scene] = {
    "account_bank_single": lambda x: x.call("GET", f"Accounts/{x.org.account('090').id}"),
    "accounts": lambda x: x.call("GET", "Accounts"),
    "accounts_page_parameter_ignored": lambda x: x.call("GET", "Accounts?page=1&pageSize=100"),
    "connections_two": lambda x: requests.get(f"{API_URL}/connections", headers=dict(x.headers()), timeout=5),
    "contact_group_add_members": _members,
    "contact_group_single": _group,
    "contact_post_id_and_name_renames": _renamed,
    "contact_put": lambda x: x.call("PUT", "Contacts", {"Contacts": [{"Name": "Test Contact"}]}),
    "contacts_page1": lambda x: _contacts(x, "?includeArchived=false&order=UpdatedDateUTC ASC&page=1"),
    "contacts_page2_past_end": lambda x: _contacts(x, "?includeArchived=false&page=2"),
    "contacts_unpaged": _contacts,
    "gateway_401_bad_token": lambda x: x.call("GET", "Organisation", Authorization="Bearer unknown"),
    "gateway_401_insufficient_scope": _narrow,
    "gateway_401_token_expired": _expired,
    "gateway_403_bad_tenant": lambda x: x.call("GET", "Organisation", xero_tenant_id=x.app.client_id),
    "gateway_403_bad_tenant_delete": lambda x: x.call("DELETE", "ContactGroups", xero_tenant_id=x.app.client_id),
    "gateway_429_minute": _no_minute_left,
    "not_found_404_html": lambda x: x.call("GET", f"Contacts/{UNKNOWN}"),
    "organisation_actions": lambda x: x.call("GET", "Organisation/Actions"),
    "organisation_nz_2020": _organisation,
    "tax_rates": lambda x: x.call("GET", "TaxRates"),
    "token_refresh": _refreshed,
    "tracking_categories": _categories,
    "tracking_option_delete": _deleted_option,
    "tracking_option_put": _put_option,
    "validation_400_account_name": _refused_account,
    "validation_400_contact_name": _refused_contact,
    "validation_400_group_limit": _refused_group,
}

# Recorded headers that are looked at. The others belong to the server and the network on the way.
WATCHED = (
    "content-type",
    "www-authenticate",
    "retry-after",
    "x-rate-limit-problem",
    "x-appminlimit-remaining",
    "x-minlimit-remaining",
    "x-daylimit-remaining",
    "xero-correlation-id",
    "cache-control",
)
HEADER_EXCEPTIONS = {
    ("gateway_401_token_expired", "content-type"): "other recordings of the same refusal have one",
    ("organisation_nz_2020", "x-appminlimit-remaining"): "the limit over all organisations came later",
}


@pytest.mark.parametrize("name", SCENES)
def test_the_answer_has_the_recorded_shape(name: str, xero: XeroWorld) -> None:
    theirs, ours = ALL[name], SCENES[name](xero)
    assert ours.status_code == theirs.status
    body = parse_json(ours.text) if theirs.json else ours.text
    assert same_shape(theirs.body, body) == []
    if not theirs.json:
        assert body == theirs.body


@pytest.mark.parametrize("name", sorted(name for name in SCENES if ALL[name].headers))
def test_the_answer_has_the_recorded_headers(name: str, xero: XeroWorld) -> None:
    theirs, ours = ALL[name], SCENES[name](xero)
    recorded_headers = {header.lower(): value for header, value in theirs.headers.items()}
    complete = "xero-correlation-id" in recorded_headers  # else the recorder kept only some of them
    for header in WATCHED:
        if (name, header) in HEADER_EXCEPTIONS:
            continue
        if header in recorded_headers:
            assert same_header(header, ours.headers.get(header), recorded_headers[header]), header
        elif complete:
            assert header not in ours.headers


def same_header(header: str, ours: str | None, theirs: str) -> bool:
    """Counts and ids differ; everything else is the same text."""
    if ours is None:
        return False
    if header.endswith("remaining") or header == "retry-after":
        return ours.isdecimal() and theirs.isdecimal()
    if header == "xero-correlation-id":
        return len(ours.replace("-", "")) == len(theirs.replace("-", ""))
    return ours.lower() == theirs.lower()


def test_the_envelopes_id_is_the_correlation_id(xero: XeroWorld) -> None:
    """As in the recorded reply of 2020, byte for byte; the same for the refusals of the gateway."""
    theirs = ALL["organisation_nz_2020"]
    assert theirs.body["Id"] == theirs.headers["Xero-Correlation-Id"]
    ours = xero.call("GET", "Organisation")
    assert ours.json()["Id"] == ours.headers["Xero-Correlation-Id"]
    refused = xero.call("GET", "Organisation", Authorization="")
    assert refused.json()["Instance"] == refused.headers["Xero-Correlation-Id"]


def test_dates_and_decimals_are_written_as_recorded(xero: XeroWorld) -> None:
    """Slashes of dates are escaped, decimals keep their places."""
    assert r'"DateTimeUTC": "\/Date(' in ALL["organisation_nz_2020"].text
    assert r'"DateTimeUTC": "\/Date(' in xero.call("GET", "Organisation").text
    assert '"EffectiveRate": 15.0000' in xero.call("GET", "TaxRates").text


def test_the_redirect_carries_code_and_state(xero: XeroWorld) -> None:
    form = {"organisation": xero.org.id, "answer": "allow"}
    query = {
        "client_id": "client-id",
        "response_type": "code",
        "redirect_uri": REDIRECT,
        "scope": "openid",
        "state": "s",
    }
    reply = requests.post(
        "https://login.xero.com/identity/connect/authorize",
        params=query,
        data=form,
        allow_redirects=False,
        timeout=5,
    )
    assert reply.headers["Location"].startswith(f"{REDIRECT}?code=")
    assert reply.headers["Location"].endswith("state=s")
