"""What the client makes of answers that are not the one hoped for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import responses

from integrations.base.client import Request
from integrations.base.errors import (
    AuthBroken,
    Forbidden,
    Missing,
    Rejected,
    Throttled,
    Unavailable,
)
from integrations.base.vendor import GrantKind
from integrations.xero import endpoints
from tests.clients.xero_bench import GOOD, ORG, ORGANISATION, READ, WRITE, Bench, refusal


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def problem(status: int, detail: str) -> dict[str, Any]:
    return {"Type": None, "Title": "x", "Status": status, "Detail": detail, "Instance": "i", "Extensions": {}}


# Headers.


def test_calls_name_the_organisation_and_ask_for_json(web: responses.RequestsMock, bench: Bench) -> None:
    web.get(ORGANISATION, json=GOOD)
    bench.client.send(READ)
    sent = web.calls[0].request.headers
    assert (sent["xero-tenant-id"], sent["Accept"], sent["Authorization"]) == (ORG, "application/json", "Bearer old")
    assert "python-requests" not in sent["User-Agent"]


def test_a_custom_connection_names_no_organisation(web: responses.RequestsMock) -> None:
    bench = Bench(GrantKind.CLIENT_CREDENTIALS)
    web.get(ORGANISATION, json=GOOD)
    bench.client.send(READ)
    assert "xero-tenant-id" not in web.calls[0].request.headers


def test_the_call_record_has_the_correlation_id_and_what_is_left(web: responses.RequestsMock, bench: Bench) -> None:
    headers = {
        "Xero-Correlation-Id": "abc",
        "X-DayLimit-Remaining": "4983",
        "X-MinLimit-Remaining": "58",
        "X-AppMinLimit-Remaining": "unknown",
    }
    web.get(ORGANISATION, json=GOOD, headers=headers)
    bench.client.send(READ)
    assert bench.calls[0].correlation_id == "abc"
    assert bench.calls[0].calls_left == {"day": 4983, "minute": 58}


# 401 and 403.


def test_an_expired_token_is_renewed_once(web: responses.RequestsMock, bench: Bench) -> None:
    web.get(ORGANISATION, status=401, json=problem(401, "TokenExpired: token expired at 04/29/2020 09:22:02"))
    web.get(ORGANISATION, json=GOOD)
    assert endpoints.organisation(bench.client).name == "Kauri Ridge Builders"
    assert bench.tokens.renewed == 1
    assert web.calls[1].request.headers["Authorization"] == "Bearer new"


def test_an_expired_token_without_content_type_is_still_seen(web: responses.RequestsMock, bench: Bench) -> None:
    body = '{"Type":null,"Status":401,"Detail":"TokenExpired: token expired at 04/29/2020 09:22:02"}'
    web.get(ORGANISATION, status=401, body=body, content_type="")
    web.get(ORGANISATION, json=GOOD)
    bench.client.send(READ)
    assert bench.tokens.renewed == 1


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (READ, "may not read organisation: the right “accounting.settings.read”"),
        (WRITE, "may not change tracking categories: the right “accounting.settings”"),
        (Request("GET", "/api.xro/2.0/Contacts"), "“accounting.contacts.read”"),
        (Request("PUT", "/api.xro/2.0/Invoices/1/Attachments/a.pdf"), "“accounting.attachments”"),
    ],
)
def test_a_missing_right_is_named(web: responses.RequestsMock, bench: Bench, request_: Request, said: str) -> None:
    error = refusal(web, bench, request_, status=401, json=problem(401, "AuthorizationUnsuccessful"))
    assert isinstance(error, Forbidden)
    assert said in error.message
    assert bench.tokens.renewed == 0


@pytest.mark.parametrize("header", ["insufficient_scope", "Bearer error=insufficent_scope"])
def test_a_missing_right_is_seen_by_the_header_alone(web: responses.RequestsMock, bench: Bench, header: str) -> None:
    error = refusal(web, bench, READ, status=401, body="", headers={"WWW-Authenticate": header})
    assert isinstance(error, Forbidden)


@pytest.mark.parametrize("body", [problem(401, "AuthenticationUnsuccessful"), {"detail": 5}, [], None])
def test_any_other_401_means_connect_again(web: responses.RequestsMock, bench: Bench, body: Any) -> None:
    error = refusal(web, bench, READ, status=401, json=body)
    assert isinstance(error, AuthBroken)
    assert bench.tokens.renewed == 0


@pytest.mark.parametrize("key", ["Detail", "detail"])
def test_a_disconnected_organisation_is_named_as_such(web: responses.RequestsMock, bench: Bench, key: str) -> None:
    error = refusal(web, bench, READ, status=403, json={key: "AuthenticationUnsuccessful"})
    assert isinstance(error, Forbidden)
    assert "no longer connected to the organisation" in error.message


def test_a_web_page_with_403_comes_from_the_edge_and_nothing_was_done(
    web: responses.RequestsMock, bench: Bench
) -> None:
    error = refusal(web, bench, WRITE, status=403, body="<HTML><H1>Access Denied</H1></HTML>", content_type="text/html")
    assert isinstance(error, Unavailable)
    assert len(web.calls) == 1


# 400, 404, 429.


def test_all_messages_however_deep_are_told_once(web: responses.RequestsMock, bench: Bench) -> None:
    element = {
        "ValidationErrors": [{"Message": "First."}, {"Description": "Second."}],
        "LineItems": [{"ValidationErrors": [{"Message": "Third."}, {"Message": "First."}]}],
        "Contact": {"Addresses": [{"ValidationErrors": [{"Message": "Fourth."}]}], "ValidationErrors": None},
    }
    document = {"ErrorNumber": 10, "Type": "ValidationException", "Message": "A validation…", "Elements": [element]}
    error = refusal(web, bench, WRITE, status=400, json=document)
    assert isinstance(error, Rejected)
    assert error.messages == ("First.", "Second.", "Third.", "Fourth.")


@pytest.mark.parametrize(("number", "kind"), [(14, "PostDataInvalidException"), (16, "QueryParseException")])
def test_an_error_without_elements_speaks_for_itself(
    web: responses.RequestsMock, bench: Bench, number: int, kind: str
) -> None:
    document = {"ErrorNumber": number, "Type": kind, "Message": "Cannot be read."}
    error = refusal(web, bench, WRITE, status=400, json=document)
    assert isinstance(error, Rejected)
    assert error.messages == ("Cannot be read.",)


@pytest.mark.parametrize("body", ["", "<html><body>no</body></html>", "[1, 2]", '{"Elements": 5}', "{"])
@pytest.mark.parametrize("status", [400, 405, 412, 413])
def test_a_refusal_without_words_still_gives_a_sentence(
    web: responses.RequestsMock, bench: Bench, status: int, body: str
) -> None:
    error = refusal(web, bench, WRITE, status=status, body=body)
    assert isinstance(error, Rejected)
    assert error.message
    assert "<" not in error.message


def test_a_deeply_nested_refusal_does_not_exhaust_the_stack(web: responses.RequestsMock, bench: Bench) -> None:
    deep = '{"Elements":' + "[" * 900 + "]" * 900 + ',"Message":"No."}'
    error = refusal(web, bench, WRITE, status=400, body=deep)
    assert isinstance(error, Rejected)


def test_404_is_a_web_page_and_means_missing(web: responses.RequestsMock, bench: Bench) -> None:
    body = "The resource you're looking for cannot be found"
    assert isinstance(refusal(web, bench, READ, status=404, body=body, content_type="text/html"), Missing)


@pytest.mark.parametrize(
    ("headers", "scope", "wait"),
    [
        ({"Retry-After": "22", "X-Rate-Limit-Problem": "minute"}, "minute", 22.0),
        ({"Retry-After": "7200", "X-Rate-Limit-Problem": "Day"}, "day", 7200.0),
        ({"X-Rate-Limit-Problem": "day"}, "day", 3600.0),
        ({"X-DayLimit-Remaining": "0"}, "day", 3600.0),
        ({"X-Rate-Limit-Problem": "app-minute"}, "appminute", 60.0),
        ({}, "minute", 60.0),
    ],
)
def test_a_used_up_limit_says_which_and_for_how_long(
    web: responses.RequestsMock, bench: Bench, headers: dict[str, str], scope: str, wait: float
) -> None:
    error = refusal(web, bench, WRITE, status=429, body="", headers=headers)
    assert isinstance(error, Throttled)
    assert (error.scope, error.retry_after) == (scope, wait)


def test_too_many_at_once_is_waited_for_a_second(web: responses.RequestsMock, bench: Bench) -> None:
    web.get(ORGANISATION, status=429, headers={"X-Rate-Limit-Problem": "concurrent"})
    web.get(ORGANISATION, json=GOOD)
    bench.client.send(READ)
    assert bench.waits == [1.0]
