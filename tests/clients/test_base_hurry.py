"""The client while somebody waits for a page: what is cut short, and what never is."""

from __future__ import annotations

from dataclasses import replace

import pytest
import requests
import responses

from integrations.base.errors import Unavailable
from tests.clients.test_base_client import READ, WRITE, Bench, answer


def hurried() -> Bench:
    """Somebody waits for the page."""
    bench = Bench()
    bench.client.wiring = replace(bench.client.wiring, hurry=15)
    return bench


def _timeout(request: requests.PreparedRequest) -> object:
    """What `responses` notes on a request beside it."""
    return vars(request)["req_kwargs"]["timeout"]


@responses.activate
def test_a_page_waits_shortly_and_tries_a_read_once_less() -> None:
    answer(body=requests.ReadTimeout())
    with pytest.raises(Unavailable, match="did not answer"):
        hurried().client.send(READ)
    assert [_timeout(call.request) for call in responses.calls] == [(10, 15)] * 2


@responses.activate
def test_a_write_has_its_time_whoever_waits() -> None:
    answer("POST", json={})
    hurried().client.send(WRITE)
    assert _timeout(responses.calls[0].request) == (10, 100)


@responses.activate
def test_a_page_that_asks_for_several_things_waits_once_for_a_silent_vendor() -> None:
    answer(body=requests.ReadTimeout())
    client = hurried().client
    for request in (READ, READ, WRITE):
        with pytest.raises(Unavailable):
            client.send(request)
    assert len(responses.calls) == 2


@responses.activate
def test_a_page_goes_on_asking_a_vendor_that_says_it_cannot_answer() -> None:
    answer(status=503)
    client = hurried().client
    for _ in range(2):
        with pytest.raises(Unavailable):
            client.send(READ)
    assert len(responses.calls) == 4
