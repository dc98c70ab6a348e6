"""What the client makes of outages, lost connections and unreadable answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
import responses

from integrations.base.errors import (
    BadReply,
    OutcomeUnknown,
    Unavailable,
)
from integrations.xero import endpoints
from tests.clients.xero_bench import ORGANISATION, READ, WRITE, Bench, refusal


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def web() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


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
