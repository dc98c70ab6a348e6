"""What the client makes of answers that are not the one hoped for, and of the rate limit's headers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
import requests
import responses

from integrations.base.client import Call, Request, Wiring
from integrations.base.errors import (
    BadReply,
    Conflict,
    Forbidden,
    Missing,
    OutcomeUnknown,
    Rejected,
    Throttled,
    TokenExpired,
    Unavailable,
    VendorError,
)
from integrations.base.limits import Limiter, MemoryStore, Quota, Window
from integrations.base.vendor import GrantKind
from integrations.procore import endpoints
from integrations.procore.client import ProcoreClient

API = "https://api.procore.com"
COMPANY = "598134325510014"
NOW = datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC)
DATE = {"Date": format_datetime(NOW, usegmt=True)}
READ = Request("GET", "/rest/v1.0/vendors")
WRITE = endpoints.sync_vendors(COMPANY, [{"origin_id": "x1", "name": "Kauri Steel"}])
SYNC = f"{API}/rest/v1.0/vendors/sync"
VENDORS = f"{API}/rest/v1.0/vendors"


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

    def __init__(self, kind: GrantKind = GrantKind.CLIENT_CREDENTIALS, company: str = COMPANY) -> None:
        self.now, self.waits, self.calls, self.tokens = 0.0, list[float](), list[Call](), Tokens()
        quota = Quota((Window("spike", 10, 25),), in_flight=8)
        self.limiter = Limiter(MemoryStore(lambda: self.now), COMPANY, quota, sleep=self.sleep)
        wiring = Wiring(self.tokens, self.limiter, self.calls.append, sleep=self.sleep)
        self.client = ProcoreClient(API, company, kind, wiring)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture(autouse=True)
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def limits(limit: int, remaining: int, seconds: int) -> dict[str, str]:
    reset = int(NOW.timestamp()) + seconds
    values = {"Limit": limit, "Remaining": remaining, "Reset": reset}
    return {**DATE, **{f"X-Rate-Limit-{name}": str(value) for name, value in values.items()}}


@pytest.mark.parametrize(
    ("kind", "path", "sent"),
    [
        (GrantKind.CLIENT_CREDENTIALS, "/rest/v1.0/vendors", COMPANY),
        (GrantKind.CLIENT_CREDENTIALS, "/rest/v1.0/companies", COMPANY),
        (GrantKind.CLIENT_CREDENTIALS, "/rest/v1.0/me", COMPANY),
        (GrantKind.AUTHORIZATION_CODE, "/rest/v1.0/vendors", COMPANY),
        (GrantKind.AUTHORIZATION_CODE, "/rest/v1.0/companies", None),
        (GrantKind.AUTHORIZATION_CODE, "/rest/v1.0/companies?page=1", None),
        (GrantKind.AUTHORIZATION_CODE, "/rest/v1.0/me", None),
        (GrantKind.AUTHORIZATION_CODE, f"/rest/v1.0/companies/{COMPANY}/project_stages", COMPANY),
    ],
)
def test_the_company_header(wire: responses.RequestsMock, kind: GrantKind, path: str, sent: str | None) -> None:
    wire.get(f"{API}{path}", json=[])
    Bench(kind).client.get(path)
    assert wire.calls[0].request.headers.get("Procore-Company-Id") == sent


def test_without_a_company_there_is_no_header(wire: responses.RequestsMock) -> None:
    wire.get(f"{API}/rest/v1.0/companies", json=[])
    Bench(company="").client.get("/rest/v1.0/companies")
    assert "Procore-Company-Id" not in wire.calls[0].request.headers


@pytest.mark.parametrize(
    ("status", "body", "kind", "sentence"),
    [
        (400, {"errors": {"company_id": ["required"]}}, Rejected, "Company required"),
        (422, {"errors": {"name": ["can't be blank"]}}, Rejected, "Name can't be blank"),
        (405, {}, Rejected, r"refused the request \(status 405\)"),
        (406, {"errors": ["Unknown field"]}, Rejected, "Unknown field"),
        (413, {}, Rejected, "too large"),
        (403, {"errors": ["App is not connected to this company."]}, Forbidden, "must install the app"),
        (403, {"errors": ["You do not have access"]}, Forbidden, "permitted projects"),
        (404, {"errors": ["Item not found"]}, Missing, "does not know this record"),
        (409, {"message": "It is there already."}, Conflict, "It is there already"),
    ],
)
def test_each_status_means_one_thing(
    wire: responses.RequestsMock, bench: Bench, status: int, body: Any, kind: type[VendorError], sentence: str
) -> None:
    wire.get(VENDORS, status=status, json=body, headers={"X-Request-Id": "r1"})
    with pytest.raises(kind, match=sentence) as caught:
        bench.client.send(READ)
    assert caught.value.status == status
    assert caught.value.correlation_id == "r1"
    assert len(wire.calls) == 1


@pytest.mark.parametrize(("status", "kind"), [(403, Forbidden), (404, Missing), (422, Rejected)])
def test_a_web_page_instead_of_an_error_body_changes_nothing(
    wire: responses.RequestsMock, bench: Bench, status: int, kind: type[VendorError]
) -> None:
    wire.patch(SYNC, status=status, body="<html>blocked</html>", content_type="text/html")
    with pytest.raises(kind) as caught:
        bench.client.send(WRITE)
    assert "<html>" not in caught.value.message


def test_an_expired_token_is_renewed_and_the_write_sent_again(wire: responses.RequestsMock, bench: Bench) -> None:
    wire.patch(SYNC, status=401, json={"errors": ["The access token is invalid"]})
    wire.patch(SYNC, json={"entities": [], "errors": []})
    bench.client.send(WRITE)
    assert bench.tokens.renewed == 1


def test_a_second_401_keeps_what_procore_said(wire: responses.RequestsMock, bench: Bench) -> None:
    wire.get(VENDORS, status=401, json={"errors": ["The access token is invalid"]})
    with pytest.raises(TokenExpired, match="issued a moment ago") as caught:
        bench.client.send(READ)
    assert caught.value.messages == ("The access token is invalid",)


@pytest.mark.parametrize(
    ("headers", "scope", "seconds"),
    [
        ({"Retry-After": "5"}, "spike", 5),
        (limits(25, 0, 7), "spike", 7),
        ({**limits(25, 0, 7), "Retry-After": "3"}, "spike", 7),
        ({}, "spike", 10),
        (limits(25, 0, -60), "spike", 0),
    ],
)
def test_too_many_calls_wait_as_long_as_told(
    wire: responses.RequestsMock, bench: Bench, headers: dict[str, str], scope: str, seconds: float
) -> None:
    wire.get(VENDORS, status=429, json={"errors": "too many"}, headers=headers)
    wire.get(VENDORS, json=[])
    bench.client.send(READ)
    assert seconds <= sum(bench.waits) <= seconds + 1.1
    assert "10-second limit" in bench.calls[0].error


@pytest.mark.parametrize("headers", [limits(600, 0, 1800), {"Retry-After": "1800"}, limits(600, 0, 10**9)])
def test_the_hourly_limit_is_handed_up_instead_of_slept(
    wire: responses.RequestsMock, bench: Bench, headers: dict[str, str]
) -> None:
    wire.get(VENDORS, status=429, headers=headers)
    with pytest.raises(Throttled, match="hourly") as caught:
        bench.client.send(READ)
    assert caught.value.scope == "hour"
    assert 1800 <= caught.value.retry_after <= 3601
    assert bench.waits == []


def test_the_last_call_of_a_window_holds_the_next_one_until_the_reset(
    wire: responses.RequestsMock, bench: Bench
) -> None:
    wire.get(VENDORS, json=[], headers=limits(25, 0, 6))
    wire.get(VENDORS, json=[], headers=limits(25, 24, 10))
    bench.client.send(READ)
    assert bench.waits == []
    bench.client.send(READ)
    assert bench.waits == [6]


def test_the_last_call_of_the_hour_stops_the_next_one_before_it_leaves(
    wire: responses.RequestsMock, bench: Bench
) -> None:
    wire.get(VENDORS, json=[], headers=limits(600, 0, 1200))
    bench.client.send(READ)
    with pytest.raises(Throttled) as caught:
        bench.client.send(READ)
    assert caught.value.scope == "hour"
    assert len(wire.calls) == 1


def test_the_true_size_of_the_spike_window_is_learned(wire: responses.RequestsMock, bench: Bench) -> None:
    wire.get(VENDORS, json=[], headers=limits(100, 99, 10))
    bench.client.send(READ)
    assert [window.calls for window in bench.limiter.quota.windows] == [100]


def test_the_hourly_size_is_never_taken_for_the_spike_windows(wire: responses.RequestsMock, bench: Bench) -> None:
    wire.get(VENDORS, json=[], headers=limits(600, 3, 2))
    bench.client.send(READ)
    assert [window.calls for window in bench.limiter.quota.windows] == [25]


def test_calls_left_are_recorded_by_window(wire: responses.RequestsMock, bench: Bench) -> None:
    wire.get(VENDORS, json=[], headers=limits(25, 24, 10))
    wire.get(VENDORS, json=[], headers=limits(3600, 12, 900))
    wire.get(VENDORS, json=[], headers={"X-Rate-Limit-Limit": "many"})
    for _ in range(3):
        bench.client.send(READ)
    assert [call.calls_left for call in bench.calls] == [{"spike": 24}, {"hour": 12}, {}]


def test_a_slow_list_can_be_asked_again_but_a_slow_write_is_unknown(wire: responses.RequestsMock, bench: Bench) -> None:
    wire.get(VENDORS, status=408)
    wire.patch(SYNC, status=408)
    with pytest.raises(Unavailable, match="narrower filters"):
        bench.client.send(READ)
    assert len(wire.calls) == 3
    with pytest.raises(OutcomeUnknown):
        bench.client.send(WRITE)
    assert len(wire.calls) == 4


def test_maintenance_is_waited_for_by_reads_and_unknown_for_writes(wire: responses.RequestsMock, bench: Bench) -> None:
    wire.get(VENDORS, status=503, headers={"Retry-After": "4"}, body="Down for maintenance")
    wire.get(VENDORS, json=[])
    wire.patch(SYNC, status=503, headers={"Retry-After": "4"})
    bench.client.send(READ)
    assert bench.waits == [4]
    with pytest.raises(OutcomeUnknown):
        bench.client.send(WRITE)


@pytest.mark.parametrize(
    ("failure", "kind"),
    [(requests.ConnectionError("reset"), OutcomeUnknown), (requests.ConnectTimeout("no answer"), Unavailable)],
)
def test_a_lost_answer_is_unknown_and_a_call_that_never_left_is_not(
    wire: responses.RequestsMock, bench: Bench, failure: Exception, kind: type[VendorError]
) -> None:
    wire.patch(SYNC, body=failure)
    with pytest.raises(kind):
        bench.client.send(WRITE)


@pytest.mark.parametrize("body", ["<!DOCTYPE html><html></html>", '{"id": ', "NaN"])
def test_unreadable_lists_are_bad_replies(wire: responses.RequestsMock, bench: Bench, body: str) -> None:
    wire.get(VENDORS, body=body)
    with pytest.raises(BadReply):
        bench.client.send(READ)


def test_a_redirect_takes_neither_the_token_nor_the_client_along(wire: responses.RequestsMock, bench: Bench) -> None:
    wire.get(VENDORS, status=302, headers={"Location": "https://evil.example/rest/v1.0/vendors"})
    with pytest.raises(BadReply, match="redirect"):
        bench.client.send(READ)
    assert {call.request.url for call in wire.calls} == {VENDORS}


@pytest.mark.parametrize(
    ("base", "web"),
    [
        ("https://api.procore.com", "https://app.procore.com"),
        ("https://sandbox.procore.com", "https://sandbox.procore.com"),
        ("https://api-monthly.procore.com", "https://api-sandbox-monthly.procore.com"),
        ("http://127.0.0.1:9001", "http://127.0.0.1:9001"),
    ],
)
def test_pages_for_people(base: str, web: str) -> None:
    client = ProcoreClient(base, "42", GrantKind.CLIENT_CREDENTIALS, Wiring())
    assert client.project_page(7) == f"{web}/7/project/home"
    assert client.vendor_page(8) == f"{web}/42/company/directory/vendors/8/edit"
