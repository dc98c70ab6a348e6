"""The MRI client: how it logs in, what answers mean, and which calls never leave."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import requests
import responses

from integrations.base.client import Request
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
from integrations.mri import credentials
from integrations.mri.client import MriClient
from tests.clients.mri_bench import CONTRACTS, JOBS, URL, VENDORS, Bench, login

READ = Request("GET", "/api.asp", {"$api": JOBS, "$format": "json"})
WRITE = Request("POST", "/api.asp", {"$api": CONTRACTS, "$format": "json"}, '{"value": [{}]}')
DEADLOCK = "Transaction (Process ID 63) was deadlocked on lock resources with another process."
JOB = {"value": [{"JobCode": "0042"}]}


def answer(bench: Bench, request: Request, **kw: Any) -> VendorError:
    with responses.RequestsMock() as web:
        web.add(request.method, URL, **kw)
        with pytest.raises(VendorError) as raised:
            bench.client.send(request)
    return raised.value


def test_the_five_parts_are_shown_as_one_name_and_password() -> None:
    bench = Bench()
    with responses.RequestsMock() as web:
        web.add("GET", URL, json=JOB)
        bench.client.send(READ)
        sent = web.calls[0].request.headers["Authorization"]
    scheme, _, encoded = sent.partition(" ")
    assert scheme == "Basic"
    assert base64.b64decode(encoded).decode() == "C100/HARBOUR/tieback/p-key:pass:word"


@pytest.mark.parametrize(
    ("separator", "name"), [("\\", "C100\\HARBOUR\\tieback\\p-key"), ("", "C100/HARBOUR/tieback/p-key")]
)
def test_the_separator_is_a_setting(separator: str, name: str) -> None:
    told = credentials.token(login(separator=separator, database=" HARBOUR "))
    assert base64.b64decode(told).decode() == f"{name}:pass:word"


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"database": "A:B"}, "database"),
        ({"client_id": "C:1"}, "client_id"),
        ({"user": "kim/api"}, "user"),
        ({"key": "k:1"}, "key"),
        ({"page_size": "0"}, "page_size"),
        ({"page_size": "many"}, "page_size"),
        ({"calls": "20000"}, "calls"),
        ({"test_api": "MRI Bank"}, "test_api"),
    ],
)
def test_a_login_that_could_not_work_is_refused_by_field(values: dict[str, str], wrong: str) -> None:
    assert set(credentials.login_faults(values)) == {wrong}


def test_a_sound_login_has_no_faults() -> None:
    told = {one.name: one.default or "x" for one in credentials.FIELDS}
    assert credentials.login_faults({**told, "client_id": "C1", "key": "a/b", "password": "a:b"}) == {}


@pytest.mark.parametrize("typed", [URL, URL.removesuffix("/api.asp"), URL.upper(), f"{URL}/"])
def test_the_address_may_be_pasted_with_or_without_its_last_part(typed: str) -> None:
    bench = Bench()
    client = MriClient(typed, "", bench.client.kind, bench.client.wiring)
    assert client.address(READ).lower() == URL.lower()


@pytest.mark.parametrize(
    ("kw", "kind", "words"),
    [
        ({"json": {"error": {"code": "1", "message": "Invalid filter"}}, "status": 400}, Rejected, "Invalid filter"),
        ({"json": {"error": {"message": "Unknown API"}}, "status": 200}, Rejected, "Unknown API"),
        ({"json": {"value": [{"Error": {"Message": "A date is required"}}]}}, Rejected, "A date is required"),
        ({"json": {"message": "No"}, "status": 403}, Forbidden, "No"),
        ({"body": "gone", "status": 404}, Missing, "Check the address"),
        ({"body": DEADLOCK, "status": 500}, Unavailable, "deadlocked"),
        ({"json": {"error": {"message": DEADLOCK}}, "status": 500}, Unavailable, "deadlocked"),
        ({"json": {"error": {"message": DEADLOCK}}, "status": 400}, Unavailable, "busy"),
        ({"json": {"value": [{"Error": {"Message": DEADLOCK}}]}}, Unavailable, "busy"),
        ({"body": DEADLOCK, "status": 200}, Unavailable, "busy"),
        ({"body": "<html><body>Log in</body></html>", "content_type": "text/html"}, BadReply, "a web page"),
        ({"body": "{'value'", "content_type": "application/json"}, BadReply, "neither JSON nor XML"),
        ({"body": "", "status": 302, "headers": {"Location": "/login"}}, BadReply, "redirect"),
        ({"body": requests.ReadTimeout()}, Unavailable, "did not answer"),
    ],
)
def test_what_answers_to_reads_mean(kw: dict[str, Any], kind: type[VendorError], words: str) -> None:
    error = answer(Bench(), READ, **kw)
    assert type(error) is kind
    assert words in error.message


@pytest.mark.parametrize(
    ("kw", "kind", "words"),
    [
        ({"json": {"error": {"message": "Invalid period"}}, "status": 400}, Rejected, "Invalid period"),
        ({"body": "busy", "status": 503}, OutcomeUnknown, "not known yet"),
        ({"body": DEADLOCK, "status": 500}, OutcomeUnknown, "not known yet"),
        ({"json": {"value": [{"Error": {"Message": DEADLOCK}}]}}, OutcomeUnknown, "not known yet"),
        ({"body": "<html>Please wait</html>", "content_type": "text/html"}, OutcomeUnknown, "a web page"),
        ({"body": requests.ReadTimeout()}, OutcomeUnknown, "not known yet"),
    ],
)
def test_what_answers_to_writes_mean(kw: dict[str, Any], kind: type[VendorError], words: str) -> None:
    error = answer(Bench("contracts.create"), WRITE, **kw)
    assert type(error) is kind
    assert words in error.message


def test_a_record_that_tells_of_a_deadlock_is_not_one() -> None:
    bench = Bench()
    with responses.RequestsMock() as web:
        web.add("GET", URL, json={"value": [{"Description": "Deadlocked door, level 3"}]})
        assert bench.client.send(READ).data["value"][0]["Description"].startswith("Deadlocked")


def test_of_a_web_page_five_hundred_characters_are_kept() -> None:
    bench = Bench()
    error = answer(bench, READ, body="<html>" + "x" * 9000, content_type="text/html")
    assert len(error.messages[1]) == 500
    assert len(bench.calls[0].answer) == 500


def test_a_write_is_never_repeated_by_the_client() -> None:
    bench = Bench("contracts.create")
    answer(bench, WRITE, body=DEADLOCK, status=500)
    assert len(bench.calls) == 1


def test_a_read_is_tried_again_after_a_deadlock() -> None:
    bench = Bench()
    with responses.RequestsMock() as web:
        web.add("GET", URL, body=DEADLOCK, status=500)
        web.add("GET", URL, json=JOB)
        assert bench.client.send(READ).data == JOB
    assert len(bench.calls) == 2


# A 401 does not say what is wrong.


def both(bench: Bench, statuses: dict[str, int], request: Request = READ) -> VendorError:
    """Answer each API with its own status."""

    def by_api(sent: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        api = dict(sent.params)["$api"]  # type: ignore[attr-defined]
        return statuses[api], {}, json.dumps(JOB if statuses[api] == 200 else {})

    with responses.RequestsMock(assert_all_requests_are_fired=False) as web:
        for method in ("GET", "POST"):
            web.add_callback(method, URL, by_api)
        with pytest.raises(VendorError) as raised:
            bench.client.send(request)
    return raised.value


def test_a_login_that_works_elsewhere_lacks_a_right() -> None:
    bench = Bench()
    error = both(bench, {JOBS: 401, credentials.TEST_API: 200})
    assert type(error) is Forbidden
    assert f"no right to {JOBS}" in error.message
    assert "manifest" in error.message
    assert [call.request.params["$api"] for call in bench.calls] == [JOBS, credentials.TEST_API]


def test_a_login_that_works_nowhere_is_broken_and_names_both_causes() -> None:
    error = both(Bench(), {JOBS: 401, credentials.TEST_API: 401})
    assert type(error) is AuthBroken
    assert JOBS in error.message
    assert "key tier, password and separator" in error.message
    assert f"right to {JOBS}" in error.message


def test_a_write_with_401_is_looked_into_as_well_and_was_not_carried_out() -> None:
    error = both(Bench("contracts.create"), {CONTRACTS: 401, credentials.TEST_API: 200}, WRITE)
    assert type(error) is Forbidden


def test_when_the_api_for_testing_cannot_tell_what_has_answered_counts() -> None:
    bench = Bench()
    with responses.RequestsMock() as web:
        web.add("GET", URL, json=JOB)
        bench.client.send(Request("GET", "/api.asp", {"$api": VENDORS}))
    assert type(both(bench, {JOBS: 401, credentials.TEST_API: 400})) is Forbidden
    assert type(both(Bench(), {JOBS: 401, credentials.TEST_API: 400})) is AuthBroken


def test_the_test_itself_with_401_is_a_broken_login() -> None:
    bench = Bench()
    assert type(both(bench, {credentials.TEST_API: 401}, bench.client.test_request())) is AuthBroken
    assert len(bench.calls) == 1


# Limits.


def test_a_429_is_waited_for_and_holds_everybody_back() -> None:
    bench = Bench()
    with responses.RequestsMock() as web:
        web.add("GET", URL, status=429)
        web.add("GET", URL, json=JOB)
        bench.client.send(READ)
    assert 20 <= sum(bench.waits) <= 60


def test_a_429_beyond_patience_is_raised_with_the_time_to_wait() -> None:
    error = answer(Bench(patience=1.0), READ, status=429, headers={"Retry-After": "240"})
    assert isinstance(error, Throttled)
    assert (error.retry_after, error.scope) == (240.0, "five minutes")


def test_nine_hundred_calls_fit_in_five_minutes_and_the_login_may_say_less() -> None:
    usual, slow = Bench(patience=0.0), Bench(patience=0.0, options={"calls": "3"})
    for bench, calls in ((usual, 900), (slow, 3)):
        with responses.RequestsMock() as web:
            web.add("GET", URL, json=JOB)
            for _ in range(calls):
                bench.client.send(READ)
            with pytest.raises(Throttled, match="five minutes"):
                bench.client.send(READ)
            bench.now += 304
            bench.client.send(READ)
