"""What the client makes of answers that are not the one hoped for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses

from integrations.base.client import Call, Request, Wiring
from integrations.base.errors import (
    AuthBroken,
    BadReply,
    Forbidden,
    Missing,
    OutcomeUnknown,
    Rejected,
    Throttled,
    Unavailable,
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


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def refusal(web: responses.RequestsMock, bench: Bench, request: Request, **answer: Any) -> VendorError:
    """The error that an answer turns into."""
    web.add(request.method, API_URL + request.path, **answer)
    with pytest.raises(VendorError) as raised:
        bench.client.send(request)
    return raised.value


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


# Outages and bad answers.


@pytest.mark.parametrize("text", ["The Xero API is currently offline for maintenance", "The Organisation is offline"])
def test_the_reason_of_an_outage_reaches_the_reader(web: responses.RequestsMock, bench: Bench, text: str) -> None:
    error = refusal(web, bench, READ, status=503, body=text)
    assert isinstance(error, Unavailable)
    assert text in error.message
    assert len(web.calls) == 3


@pytest.mark.parametrize("status", [500, 501, 502, 503, 504])
def test_a_write_that_met_an_outage_is_unknown_and_not_repeated(
    web: responses.RequestsMock, bench: Bench, status: int
) -> None:
    error = refusal(web, bench, WRITE, status=status, body="<html>")
    assert isinstance(error, OutcomeUnknown)
    assert error.answered_5xx
    assert len(web.calls) == 1


def test_a_timed_out_write_is_unknown_a_read_is_not(web: responses.RequestsMock, bench: Bench) -> None:
    assert isinstance(refusal(web, bench, WRITE, status=408), OutcomeUnknown)
    assert isinstance(refusal(web, bench, READ, status=408), Unavailable)


@pytest.mark.parametrize(
    "body", ["<html>maintenance</html>", '{"Organisations": [', '{"a": NaN}', '{"a": ' + "[" * 5000, "plain words"]
)
def test_an_unreadable_answer_is_a_bad_reply_for_reads_and_unknown_for_writes(
    web: responses.RequestsMock, bench: Bench, body: str
) -> None:
    assert isinstance(refusal(web, bench, READ, body=body), BadReply)
    assert isinstance(refusal(web, bench, WRITE, body=body), OutcomeUnknown)


@pytest.mark.parametrize(
    "body", ["5", "null", "[]", "{}", '{"Organisations": 5}', '{"Organisations": [5]}', '{"Organisations": [{}]}', ""]
)
def test_an_answer_of_another_shape_is_a_bad_reply(web: responses.RequestsMock, bench: Bench, body: str) -> None:
    web.get(ORGANISATION, body=body)
    with pytest.raises(BadReply):
        endpoints.organisation(bench.client)


def test_a_connection_that_was_never_made_leaves_nothing_behind(web: responses.RequestsMock, bench: Bench) -> None:
    error = refusal(web, bench, WRITE, body=requests.ConnectTimeout())
    assert isinstance(error, Unavailable)


def test_a_connection_lost_after_sending_leaves_a_write_unknown(web: responses.RequestsMock, bench: Bench) -> None:
    assert isinstance(refusal(web, bench, WRITE, body=requests.ConnectionError("reset")), OutcomeUnknown)
    assert isinstance(refusal(web, bench, WRITE, body=requests.ReadTimeout()), OutcomeUnknown)


def test_a_redirect_is_not_followed(web: responses.RequestsMock, bench: Bench) -> None:
    error = refusal(web, bench, READ, status=302, headers={"Location": "https://elsewhere.example/"})
    assert isinstance(error, BadReply)
    assert {call.request.url for call in web.calls} == {ORGANISATION}
