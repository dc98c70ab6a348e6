"""Lists are read whole or not at all; what is found is really what was asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
import requests
import responses
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.base.errors import BadReply, Rejected
from integrations.mri.reading import find, first_request, follow, pages, probe, records
from tests.clients.mri_bench import BASE, JOBS, URL, Bench

OFF_BY_ONE, CURSOR = "skip", "cursor"


class Server:
    """Serves `rows` in pages, with links of either style, as live servers were seen to."""

    def __init__(self, rows: list[dict[str, Any]], size: int, style: str, form: str = "json", path: str = "") -> None:
        self.rows, self.size, self.style, self.form = rows, size, style, form
        self.path = path or urlsplit(URL).path
        self.asked: list[dict[str, str]] = []

    def __call__(self, sent: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        query = dict(parse_qsl(urlsplit(sent.url or "").query))
        self.asked.append(query)
        # The link names the next record, counted from 1.
        start = int(query.get("_next") or query.get("$skip") or 1) - 1
        rows = self.rows[start : start + self.size]
        body: dict[str, Any] = {"value": rows} if rows else {"odata.metadata": "x"}
        if rows and start + self.size <= len(self.rows):  # a full last page has a link as well
            body["nextLink"] = self._link(query["$api"], start + self.size + 1)
        return 200, {}, json.dumps(body)

    def _link(self, api: str, start: int) -> str:
        at = f"_next={start}" if self.style == CURSOR else f"%24top={self.size}&%24skip={start}"
        host = f"https://{urlsplit(URL).netloc}"
        return f"{host}{self.path}?%24api={quote(api)}&%24format={self.form}&PropertyID=GC%20H&{at}"


@contextmanager
def serving(server: Any, path: str = "") -> Iterator[None]:
    with responses.RequestsMock() as web:
        web.add_callback("GET", f"https://{urlsplit(URL).netloc}{path}" if path else URL, server)
        if path:
            web.add_callback("GET", URL, server)
        yield


def jobs(count: int) -> list[dict[str, Any]]:
    return [{"JobCode": f"{n:06}", "Description": f"Job {n}"} for n in range(1, count + 1)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 40), st.integers(1, 9), st.sampled_from([OFF_BY_ONE, CURSOR]), st.sampled_from(["json", "xml"]))
def test_every_record_once_whatever_the_links_look_like(count: int, size: int, style: str, form: str) -> None:
    bench, server = Bench("jobs.list"), Server(jobs(count), size, style, form)
    with serving(server):
        found = list(records(bench.client, "jobs.list"))
    assert [one["id"] for one in found] == [f"{n:06}" for n in range(1, count + 1)]
    assert {query["$format"] for query in server.asked} == {"json"}
    for query in server.asked[1:]:
        assert query["PropertyID"] == "GC H"  # the link is followed with all that is in it


def test_a_link_with_another_way_of_writing_the_path_is_followed_as_given() -> None:
    bench, server = Bench("jobs.list"), Server(jobs(4), 2, CURSOR, path="/MRIWeb/mriapiservices/API.ASP")
    with serving(server, server.path):
        assert len(list(records(bench.client, "jobs.list"))) == 4
    assert bench.calls[1].request.path == server.path


def test_a_read_goes_on_from_a_link_that_was_kept() -> None:
    bench, server = Bench("jobs.list"), Server(jobs(6), 2, OFF_BY_ONE)
    endpoint = bench.client.profile.endpoint("jobs.list")
    with serving(server):
        first = next(pages(bench.client, endpoint, {}))
        rest = [row["JobCode"] for page in pages(bench.client, endpoint, {}, first.link) for row in page.records]
    assert rest == ["000003", "000004", "000005", "000006"]


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/MRIAPIServices/api.asp?$api=X",
        "http://mri.example.mrisoftware.com/MRIAPIServices/api.asp?$api=X",
        "https://mri.example.mrisoftware.com:8443/MRIAPIServices/api.asp?$api=X",
        "https://mri.example.mrisoftware.com@evil.example/api.asp?$api=X",
        "https://mri.example.mrisoftware.com.evil.example/api.asp",
        "//evil.example/api.asp",
        "/MRIAPIServices/api.asp?$api=X",
        "https://mri.example.mrisoftware.com:port/api.asp",
        "javascript:alert(1)",
    ],
)
def test_a_link_elsewhere_is_not_followed(link: str) -> None:
    with pytest.raises(BadReply, match="links to a next page"):
        follow(Bench().client, link, "json")


def test_the_same_host_may_be_written_with_its_port_or_in_capitals() -> None:
    request = follow(Bench().client, "HTTPS://MRI.example.mrisoftware.com:443/mriapiservices/API.asp?%24api=X", "xml")
    assert (request.path, request.params) == ("/api.asp", {"$api": "X", "$format": "xml"})


def test_a_parameter_twice_with_two_values_is_not_guessed_at() -> None:
    with pytest.raises(BadReply, match="same parameter twice"):
        follow(Bench().client, f"{URL}?$api=X&A=1&A=2", "json")


def test_links_in_a_circle_end_with_an_error_not_with_half_a_list() -> None:
    answers = iter(range(99))

    def circle(sent: Any) -> tuple[int, dict[str, str], str]:
        link = f"{URL}?$api={JOBS}&_next={next(answers) % 3}"
        return 200, {}, json.dumps({"value": jobs(1), "nextLink": link})

    bench = Bench("jobs.list")
    with serving(circle), pytest.raises(BadReply, match="read already"):
        list(records(bench.client, "jobs.list"))
    assert len(bench.calls) == 4


def test_links_without_end_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integrations.mri.reading.MAX_PAGES", 5)
    bench = Bench("jobs.list")
    with serving(Server(jobs(99), 1, CURSOR)), pytest.raises(BadReply, match="more than 5 pages"):
        list(records(bench.client, "jobs.list"))


def test_an_empty_page_ends_a_list_by_skip_but_not_one_by_cursor() -> None:
    def answers(link: str) -> list[dict[str, Any]]:
        return [
            {"value": jobs(1), "nextLink": f"{URL}?$api={JOBS}&{link}=2"},
            {"value": [], "nextLink": f"{URL}?$api={JOBS}&{link}=3"},
            {"value": [{"JobCode": "9", "Description": "Last"}]},
        ]

    for link, count in (("$skip", 1), ("_next", 2)):
        bench = Bench("jobs.list")
        with responses.RequestsMock(assert_all_requests_are_fired=False) as web:
            for body in answers(link):
                web.add("GET", URL, json=body)
            assert len(list(records(bench.client, "jobs.list"))) == count


def test_an_unverified_endpoint_is_not_read_either() -> None:
    bench = Bench()
    with responses.RequestsMock(), pytest.raises(Rejected, match="has not been verified"):
        list(records(bench.client, "jobs.list"))
    with responses.RequestsMock(), pytest.raises(Rejected, match="has not been verified"):
        find(bench.client, "contracts.find", {"job_id": "1", "number": "SC-1"})


def test_parameters_are_filled_each_in_its_own_form() -> None:
    bench = Bench("ap_invoices.list")
    endpoint = bench.client.profile.endpoint("ap_invoices.list")
    request = first_request(bench.client, endpoint, {"since": "2026-11-05", "until": "2026-11-30"})
    assert request.params == {
        "$api": "MRI_S-PMAP_Invoices",
        "$format": "json",
        "$top": "300",
        "LastUpdate": "11-05-2026",
        "ENDDATE": "2026-11-30",
    }
    assert first_request(bench.client, endpoint, {}).params["LastUpdate"] == "01-01-2000"


def test_a_required_parameter_without_a_value_is_said_before_the_call() -> None:
    needed = [{"name": "JOBCODE", "source": "job_id", "required": True}]
    bench = Bench("cost_codes.list", cost_codes__list={"parameters": needed})
    with responses.RequestsMock(), pytest.raises(Rejected, match="cannot be read without JOBCODE"):
        list(records(bench.client, "cost_codes.list"))


# Finding.


def contract(number: str, job: str = "0042") -> dict[str, Any]:
    line = {"LineNumber": "1", "CostCode": "0100", "Amount": "10.00"}
    return {
        "ContractID": number,
        "JobCode": job,
        "VendorID": "0000010449",
        "ContractAmount": "10.00",
        "Lines": {"entry": line},
    }


def test_found_is_compared_for_a_server_may_ignore_a_filter() -> None:
    bench = Bench("contracts.find")
    rows = [contract("SC-001"), contract("SC-002"), contract("sc-001   "), contract("SC-001", "0043")]
    with responses.RequestsMock() as web:
        web.add("GET", URL, json={"value": rows})
        found = find(bench.client, "contracts.find", {"job_id": "0042", "number": "SC-001"})
        asked = dict(parse_qsl(urlsplit(web.calls[0].request.url or "").query))
    assert [one["number"] for one in found] == ["SC-001", "sc-001   "]  # two: a person chooses
    assert (asked["ContractID"], asked["JobCode"]) == ("SC-001", "0042")


def test_a_padded_code_is_found_by_its_short_form() -> None:
    fields = [
        {"hub": "number", "mri": "ContractID", "transform": "pad_left(8)", "required": True},
        {"hub": "job_id", "mri": "JobCode", "transform": "pad_left(6)"},
        {"hub": "vendor_id", "mri": "VendorID"},
        {"hub": "amount", "mri": "ContractAmount", "transform": "decimal(2)"},
    ]
    bench = Bench("contracts.find", contracts__find={"fields": fields})
    with responses.RequestsMock() as web:
        web.add("GET", URL, json={"value": [contract("00000007", "000042")]})
        found = find(bench.client, "contracts.find", {"job_id": "42", "number": "7"})
    assert [one["number"] for one in found] == ["00000007"]


def test_nothing_is_found_by_half_a_key() -> None:
    bench = Bench("contracts.find")
    with responses.RequestsMock(), pytest.raises(Rejected, match="without number"):
        find(bench.client, "contracts.find", {"job_id": "0042", "number": ""})


# Probing.


def test_a_probe_shows_one_record_of_an_endpoint_that_nobody_has_verified() -> None:
    bench = Bench()
    with responses.RequestsMock() as web:
        web.add("GET", URL, json={"value": [contract("SC-001")], "nextLink": f"{URL}?$skip=2"})
        told = probe(bench.client, bench.client.profile.endpoint("contracts.create"))
        asked = dict(parse_qsl(urlsplit(web.calls[0].request.url or "").query))
    assert asked["$top"] == "1"
    assert (told.ok, told.status, told.links_on) == (True, 200, True)
    assert told.fields == ("ContractID", "JobCode", "VendorID", "ContractAmount", "Lines")
    assert told.line_fields == ("LineNumber", "CostCode", "Amount")
    assert told.read
    assert told.read["lines"][0]["cost_code"] == "0100"


@pytest.mark.parametrize(
    ("kw", "ok", "words"),
    [
        ({"json": {"odata.metadata": "x"}}, True, "no record yet"),
        ({"json": {"error": {"message": "Invalid API"}}, "status": 400}, False, "Invalid API"),
        ({"body": "<html/>", "content_type": "text/html"}, False, "web page"),
        ({"status": 401}, False, "class has the right"),
        ({"json": {"value": [{"Job": "0042"}]}}, False, "field map does not fit"),
        ({"json": {"value": "x"}}, False, "MRI sent"),
    ],
)
def test_a_probe_tells_what_went_wrong_instead_of_failing(kw: dict[str, Any], ok: bool, words: str) -> None:
    bench = Bench()
    with responses.RequestsMock() as web:
        web.add("GET", URL, **kw)
        told = probe(bench.client, bench.client.profile.endpoint("jobs.list"))
    assert told.ok is ok
    assert words in told.message


def test_the_address_of_the_installation_is_used() -> None:
    assert Bench().client.base_url == BASE
