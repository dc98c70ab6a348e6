"""The sandbox kernel: faults happen once, where they were asked for, and the ledger shows what the vendor saw."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import requests
from werkzeug.wrappers import Request, Response

from integrations.base.sandbox.kernel import Sandbox, json_response, route
from integrations.base.sandbox.replies import dump_json
from integrations.base.sandbox.server import server
from tests.network import network

HOST = "https://api.toy.example"


class Counter(Sandbox):
    """A vendor with one number. A token "bad" is not admitted."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.expired = False

    def admit(self, request: Request) -> Response | None:
        return json_response({"error": "expired"}, 401) if self.expired else None

    def expire_token(self, request: Request) -> None:
        self.expired = True

    def account(self, request: Request) -> str:
        return request.headers.get("X-Account", "")

    @route("GET", "/count")
    def show(self, request: Request) -> Response:
        return json_response({"count": self.count})

    @route("POST", "/count")
    def add(self, request: Request) -> Response:
        self.count += 1
        return json_response({"count": self.count}, 201)

    @route("POST", "/token")
    def login(self, request: Request) -> Response:
        return json_response({})


@pytest.fixture
def toy() -> Counter:
    return Counter()


@pytest.fixture(autouse=True)
def _routed(toy: Counter) -> Iterator[None]:
    with network({"api.toy.example": toy}):
        yield


def post(**options: Any) -> requests.Response:
    return requests.post(f"{HOST}/count", json={"by": 1}, timeout=5, **options)


def test_the_ledger_shows_what_came(toy: Counter) -> None:
    post(headers={"X-Account": "a1", "Idempotency-Key": "k"}, params={"f[]": ["1", "2"]})
    entry = toy.ledger.entries[0]
    assert (entry.method, entry.path, entry.query) == ("POST", "/count", {"f[]": ["1", "2"]})
    assert (entry.account, entry.key, json.loads(entry.body), entry.status) == ("a1", "k", {"by": 1}, 201)


def test_writes_reads_and_logins_are_told_apart(toy: Counter) -> None:
    mark = toy.ledger.mark()
    requests.get(f"{HOST}/count", timeout=5)
    post()
    requests.post(f"{HOST}/token", data={"client_secret": "s3cret"}, timeout=5)
    assert [e.path for e in toy.ledger.writes(since=mark)] == ["/count"]
    assert [e.path for e in toy.ledger.reads("count")] == ["/count"]
    assert "s3cret" not in repr(toy.ledger.entries)


@pytest.mark.parametrize(
    ("kind", "executed", "status"), [("status", 0, 503), ("status_after", 1, 503), ("html", 0, 200)]
)
def test_answers_that_are_not_the_vendors_own(toy: Counter, kind: str, executed: int, status: int) -> None:
    toy.faults.add(kind, headers={"Retry-After": "9"})
    answer = post()
    assert (toy.count, answer.status_code) == (executed, status)
    assert toy.ledger.entries[0].fault == kind
    assert post().status_code == 201


@pytest.mark.parametrize(("kind", "executed"), [("drop", 0), ("drop_after", 1)])
def test_hanging_up_before_and_after(toy: Counter, kind: str, executed: int) -> None:
    toy.faults.add(kind)
    with pytest.raises(requests.ConnectionError):
        post()
    assert toy.count == executed
    assert toy.ledger.entries[0].status == 0


def test_half_an_answer(toy: Counter) -> None:
    toy.faults.add("truncate")
    answer = post()
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    assert toy.count == 1


def test_throttled(toy: Counter) -> None:
    toy.faults.add("throttle", headers={"Retry-After": "4"})
    answer = post()
    assert (answer.status_code, answer.headers["Retry-After"], toy.count) == (429, "4", 0)


def test_a_token_that_has_just_run_out(toy: Counter) -> None:
    toy.faults.add("expire_token")
    assert post().status_code == 401
    assert toy.count == 0


def test_a_slow_answer(toy: Counter) -> None:
    toy.faults.add("delay", seconds=0.05)
    started = time.monotonic()
    assert post().status_code == 201
    assert time.monotonic() - started >= 0.05


def test_a_fault_waits_for_its_call_and_happens_as_often_as_asked(toy: Counter) -> None:
    toy.faults.add("status", method="POST", path="^/count$", times=2, skip=1)
    assert requests.get(f"{HOST}/count", timeout=5).status_code == 200
    assert [post().status_code for _ in range(4)] == [201, 503, 503, 201]


def test_faults_can_be_called_off(toy: Counter) -> None:
    toy.faults.add("drop")
    toy.faults.clear()
    assert post().status_code == 201


def test_an_unknown_path(toy: Counter) -> None:
    assert requests.get(f"{HOST}/nothing", timeout=5).status_code == 404
    assert requests.delete(f"{HOST}/count", timeout=5).status_code == 404


def test_the_clock_moves_only_forward_by_hand_and_dates_the_answers(toy: Counter) -> None:
    before = toy.clock.now()
    toy.clock.advance(hours=3)
    assert (toy.clock.now() - before).total_seconds() >= 3 * 3600
    date = post().headers["Date"]
    assert datetime.strptime(date, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC) > before


def test_control_pages_are_not_in_the_ledger(toy: Counter) -> None:
    added = requests.post(f"{HOST}/_sandbox/faults", json={"kind": "status", "status": 500}, timeout=5)
    assert added.status_code == 201
    assert post().status_code == 500
    requests.post(f"{HOST}/_sandbox/clock", json={"minutes": 5}, timeout=5)
    rows = requests.get(f"{HOST}/_sandbox/ledger", params={"since": 0}, timeout=5).json()
    assert [(row["method"], row["status"], row["writes"]) for row in rows] == [("POST", 500, True)]
    requests.post(f"{HOST}/_sandbox/faults", json={"kind": "drop"}, timeout=5)
    assert requests.delete(f"{HOST}/_sandbox/faults", timeout=5).json() == []
    assert post().status_code == 201


def test_in_flight_calls_come_down_again_after_a_hang_up(toy: Counter) -> None:
    toy.faults.add("drop")
    with pytest.raises(requests.ConnectionError):
        post(headers={"X-Account": "a1"})
    assert toy.in_flight == {"a1": 0}


def test_any_other_host_cannot_be_reached() -> None:
    with pytest.raises(requests.ConnectionError):
        requests.get("https://elsewhere.example/", timeout=5)


def test_json_of_exact_numbers_and_times() -> None:
    text = dump_json({"amount": Decimal("0.10"), "at": datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC), "name": "Tāmaki"})
    assert text == '{"amount": 0.1, "at": "2026-11-02T03:04:05Z", "name": "Tāmaki"}'
    with pytest.raises(TypeError):
        dump_json(object())


def test_it_runs_on_a_port_too_and_hangs_up_there(toy: Counter) -> None:
    running = server(toy, "127.0.0.1", 0)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    try:
        assert _raw(running.server_port, "POST") == 201
        toy.faults.add("drop_after")
        assert _raw(running.server_port, "POST") == 0
        assert toy.count == 2
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


def _raw(port: int, method: str) -> int:
    """The status over a real socket; 0 when the server hung up."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request(method, "/count", body=b"")
        return connection.getresponse().status
    except http.client.RemoteDisconnected:
        return 0
    finally:
        connection.close()
