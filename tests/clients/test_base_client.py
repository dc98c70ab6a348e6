"""The HTTP client all vendors share: what it repeats, what it never repeats, and what it writes down."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import requests
import responses
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from integrations.base.client import ApiClient, Call, Reply, Request, Wiring
from integrations.base.errors import (
    BadReply,
    OutcomeUnknown,
    Rejected,
    Throttled,
    TokenExpired,
    Unavailable,
    VendorError,
)
from integrations.base.limits import Limiter, MemoryStore, Quota

HOST = "https://api.example"
READ = Request("GET", "/things", {"page": "1"})
WRITE = Request("POST", "/things", body='{"name": "Harbour & Lane"}')


class Plain(ApiClient):
    vendor = "The vendor"

    def classify(self, request: Request, reply: Reply) -> VendorError | None:
        if reply.status == 401:
            return TokenExpired("expired", status=401)
        if reply.status == 429:
            return Throttled("too many", retry_after=reply.retry_after or 1.0, status=429)
        return Rejected("no", status=reply.status) if reply.status >= 400 else None

    def calls_left(self, reply: Reply) -> dict[str, int]:
        return {"minute": int(reply.headers["X-Left"])} if "X-Left" in reply.headers else {}


class Tokens:
    def __init__(self) -> None:
        self.renewed: list[str] = []

    def token(self) -> str:
        return "old"

    def renew(self, refused: str) -> str:
        self.renewed.append(refused)
        return "new"


class Bench:
    """A client on a clock of its own: waits are noted and pass at once."""

    def __init__(self, quota: Quota | None = None) -> None:
        self.now, self.waits, self.calls, self.tokens = 0.0, list[float](), list[Call](), Tokens()
        limiter = Limiter(MemoryStore(lambda: self.now), "a", quota or Quota(in_flight=9), sleep=self.sleep)
        self.client = Plain(HOST, Wiring(self.tokens, limiter, self.calls.append, sleep=self.sleep))

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def bench() -> Bench:
    return Bench()


def answer(method: str = "GET", **options: Any) -> responses.BaseResponse:
    return responses.add(method, f"{HOST}/things", **options)


@responses.activate
def test_a_good_answer_is_parsed_with_exact_fractions(bench: Bench) -> None:
    answer(body='{"amount": 0.10, "id": 598134325510014}', headers={"X-Left": "59", "X-Request-Id": "r1"})
    reply = bench.client.send(READ)
    assert reply.data == {"amount": Decimal("0.10"), "id": 598134325510014}
    call = bench.calls[0]
    assert (call.status, call.correlation_id, call.calls_left, call.error) == (200, "r1", {"minute": 59}, "")
    assert bench.client.calls == 1


@responses.activate
def test_token_type_and_agent_go_along_and_a_netrc_file_cannot_replace_the_token(
    bench: Bench, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.example login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    answer("POST", json={})
    bench.client.send(WRITE, key="k1")
    headers = responses.calls[0].request.headers
    assert headers["Authorization"] == "Bearer old"
    assert headers["Content-Type"] == "application/json"
    assert headers["Idempotency-Key"] == "k1"
    assert headers["User-Agent"].startswith("Tieback/")


@responses.activate
def test_a_body_goes_out_as_utf8(bench: Bench) -> None:
    answer("POST", json={})
    bench.client.send(replace(WRITE, body='{"name": "Tāmaki Wharf"}'))
    assert responses.calls[0].request.body == '{"name": "Tāmaki Wharf"}'.encode()


@responses.activate
def test_an_expired_token_is_renewed_once_and_the_call_repeated(bench: Bench) -> None:
    answer("POST", status=401, json={})
    answer("POST", json={"ok": True})
    assert bench.client.send(WRITE).data == {"ok": True}
    assert bench.tokens.renewed == ["old"]
    assert [call.request.headers["Authorization"] for call in responses.calls] == ["Bearer old", "Bearer new"]


@responses.activate
def test_a_fresh_token_that_is_refused_too_is_not_tried_a_third_time(bench: Bench) -> None:
    answer(status=401, json={})
    with pytest.raises(TokenExpired, match="issued a moment ago"):
        bench.client.send(READ)
    assert len(responses.calls) == 2
    assert bench.tokens.renewed == ["old"]


@responses.activate
def test_a_throttled_write_is_repeated_after_the_wait_because_nothing_was_done(bench: Bench) -> None:
    answer("POST", status=429, headers={"Retry-After": "7"})
    answer("POST", json={"ok": True})
    assert bench.client.send(WRITE).data == {"ok": True}
    assert bench.waits == [7.0]


@responses.activate
def test_a_throttle_longer_than_patience_is_raised_and_holds_the_others_back(bench: Bench) -> None:
    answer(status=429, headers={"Retry-After": "3000"})
    with pytest.raises(Throttled) as caught:
        bench.client.send(READ)
    assert caught.value.retry_after == 3000
    pytest.raises(Throttled, bench.client.send, READ)
    assert len(responses.calls) == 1


@responses.activate
def test_throttling_without_end_is_given_up(bench: Bench) -> None:
    answer(status=429, headers={"Retry-After": "1"})
    pytest.raises(Throttled, bench.client.send, READ)
    assert len(responses.calls) == 4


@responses.activate
def test_a_read_is_tried_again_when_the_vendor_cannot_answer(bench: Bench) -> None:
    answer(status=503, headers={"Retry-After": "2"})
    answer(body=requests.ConnectionError("hung up"))
    answer(json=[1])
    assert bench.client.send(READ).data == [1]
    assert bench.waits[0] == 2.0
    assert [call.status for call in bench.calls] == [503, None, 200]


@responses.activate
def test_a_read_is_given_up_after_three_tries(bench: Bench) -> None:
    answer(status=502)
    with pytest.raises(Unavailable, match="502"):
        bench.client.send(READ)
    assert len(responses.calls) == 3


@responses.activate
def test_a_pause_beyond_patience_is_not_waited_for(bench: Bench) -> None:
    answer(status=503, headers={"Retry-After": "3600"})
    with pytest.raises(Unavailable) as caught:
        bench.client.send(READ)
    assert caught.value.retry_after == 3600
    assert bench.waits == []


@responses.activate
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_write_that_failed_inside_the_vendor_is_unknown_and_never_repeated(bench: Bench, status: int) -> None:
    answer("POST", status=status, body="upstream went away")
    with pytest.raises(OutcomeUnknown, match="upstream went away") as caught:
        bench.client.send(WRITE)
    assert caught.value.answered_5xx
    assert len(responses.calls) == 1


@responses.activate
@pytest.mark.parametrize("failure", [requests.ConnectionError("reset"), requests.ReadTimeout("slow")])
def test_a_write_without_an_answer_is_unknown_and_never_repeated(bench: Bench, failure: Exception) -> None:
    answer("POST", body=failure)
    with pytest.raises(OutcomeUnknown) as caught:
        bench.client.send(WRITE)
    assert not caught.value.answered_5xx
    assert len(responses.calls) == 1
    assert bench.calls[0].status is None
    assert "did not answer" in bench.calls[0].error


@responses.activate
@pytest.mark.parametrize(
    "failure",
    [
        requests.ConnectTimeout("no answer to the knock"),
        requests.ConnectionError(MaxRetryError(None, "/", NewConnectionError(None, "refused"))),  # type: ignore[arg-type]
        requests.ConnectionError(MaxRetryError(None, "/", ConnectTimeoutError())),  # type: ignore[arg-type]
        requests.exceptions.SSLError("CERTIFICATE_VERIFY_FAILED"),
    ],
)
def test_a_write_that_never_left_is_known_not_to_be_done(bench: Bench, failure: Exception) -> None:
    answer("POST", body=failure)
    with pytest.raises(Unavailable, match="could not be reached"):
        bench.client.send(WRITE)


@responses.activate
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<!DOCTYPE html><html>Please wait</html>", "a web page"),
        ('{"half": ', "not valid JSON"),
        ('{"amount": NaN}', "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("   ", "not valid JSON"),
    ],
)
def test_an_unreadable_answer_is_a_bad_reply_to_a_read_and_an_unknown_outcome_of_a_write(
    bench: Bench, body: str, kind: str
) -> None:
    answer(body=body)
    answer("POST", body=body)
    with pytest.raises(BadReply, match=kind):
        bench.client.send(READ)
    with pytest.raises(OutcomeUnknown, match=kind):
        bench.client.send(WRITE)


@responses.activate
def test_an_empty_answer_is_an_answer(bench: Bench) -> None:
    answer("DELETE", status=204)
    assert bench.client.send(Request("DELETE", "/things")).data is None


@responses.activate
def test_a_redirect_is_not_followed(bench: Bench) -> None:
    answer(status=302, headers={"Location": "https://evil.example/"})
    elsewhere = responses.get("https://evil.example/", json={})
    with pytest.raises(BadReply, match="redirect"):
        bench.client.send(READ)
    assert elsewhere.call_count == 0


@responses.activate
def test_a_refusal_is_raised_at_once_and_written_down(bench: Bench) -> None:
    answer("POST", status=422, body='{"errors": {}}')
    pytest.raises(Rejected, bench.client.send, WRITE)
    assert [(call.status, call.error, call.answer) for call in bench.calls] == [(422, "no", '{"errors": {}}')]


@responses.activate
def test_nothing_is_sent_when_the_guard_refuses(bench: Bench) -> None:
    def refuse(request: Request) -> None:
        raise RuntimeError("inside a transaction")

    client = Plain(HOST, replace(bench.client.wiring, before_call=refuse))
    with pytest.raises(RuntimeError, match="transaction"):
        client.send(READ)
    assert len(responses.calls) == 0


@responses.activate
def test_every_answer_is_observed_whatever_its_status() -> None:
    seen: list[int] = []

    class Observer(Plain):
        def observe(self, reply: Reply) -> None:
            seen.append(reply.status)

    bench = Bench()
    client = Observer(HOST, bench.client.wiring)
    answer(status=429, headers={"Retry-After": "1"})
    answer(json={})
    client.send(READ)
    assert seen == [429, 200]


@responses.activate
def test_the_servers_clock_is_read_and_nonsense_is_none(bench: Bench) -> None:
    answer(json={}, headers={"Date": "Mon, 02 Nov 2026 03:04:05 GMT", "Retry-After": "soon"})
    answer(json={}, headers={"Date": "yesterday"})
    first, second = bench.client.send(READ), bench.client.send(READ)
    assert first.date is not None
    assert first.date.isoformat() == "2026-11-02T03:04:05+00:00"
    assert first.retry_after is None
    assert second.date is None
