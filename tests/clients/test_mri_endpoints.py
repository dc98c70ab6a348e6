"""Endpoints as data: in and out unchanged, every fault at its place, records by map both ways."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import xmltodict

from integrations.base.client import Reply
from integrations.base.errors import BadReply, Rejected
from integrations.mri.checks import endpoint_faults, faults
from integrations.mri.endpoints import Endpoint, assumed, dump, load
from integrations.mri.operations import OPERATIONS
from integrations.mri.records import read_record, write_record
from integrations.mri.writing import Fate, create_request, read_written
from tests.clients.mri_bench import BASE, CONTRACTS, Bench, profile

DRAW = {
    "number": "3",
    "contract_number": "SC-001",
    "job_id": "0042",
    "date": date(2026, 11, 5),
    "gross": Decimal("1000"),
    "retained": Decimal("100.00"),
    "lines": [{"line_number": "1", "cost_code": "0100", "amount": Decimal("1000")}],
}


def test_the_assumed_profile_is_sound_whole_and_verified_by_nobody() -> None:
    shipped = assumed()
    assert set(shipped.endpoints) == set(OPERATIONS)
    assert not any(one.verified for one in shipped.endpoints.values())
    assert faults(dump(shipped)) == []


def test_every_operation_that_creates_has_one_that_finds() -> None:
    for operation in OPERATIONS.values():
        if operation.writes:
            assert OPERATIONS[operation.finder].fields.keys() == operation.fields.keys()


def test_a_profile_is_plain_json_and_comes_back_the_same() -> None:
    data = profile("vendors.list", "draws.create")
    assert dump(load(json.loads(json.dumps(data)))) == data


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"api": "Jobs; DROP"}, "endpoints[jobs.list].api", "letters, digits"),
        ({"apiname": "X"}, "endpoints[jobs.list].apiname", "no such setting"),
        ({"verb": "POST"}, "endpoints[jobs.list].verb", "uses GET"),
        ({"verb": "DELETE"}, "endpoints[jobs.list].verb", "'GET'"),
        ({"fields": [{"hub": "id", "mri": "JobCode"}]}, "endpoints[jobs.list].fields", "“name” must be mapped"),
        ({"fields": [{"hub": "id", "mri": "@id"}]}, "endpoints[jobs.list].fields[0].mri", "letters, digits"),
        (
            {"line_path": "Lines", "line_fields": [{"hub": "x", "mri": "X"}]},
            "endpoints[jobs.list].line_fields",
            "no lines",
        ),
        ({"key": ["colour"]}, "endpoints[jobs.list].key", "not mapped"),
        ({"parameters": [{"name": "A"}]}, "endpoints[jobs.list].parameters[0].value", "needs a value"),
        ({"parameters": [{"name": "A", "source": "colour"}]}, "endpoints[jobs.list].parameters[0].source", "since"),
        ({"parameters": [{"name": "A", "source": "since"}]}, "endpoints[jobs.list].parameters[0].transform", "date("),
    ],
)
def test_each_fault_of_an_endpoint_has_its_place_and_a_sentence(change: dict[str, Any], place: str, words: str) -> None:
    found = faults(profile(jobs__list=change))
    assert [p for p, _ in found] == [place]
    assert words in found[0][1]
    assert [place.removeprefix("endpoints[jobs.list].")] == [
        p for p, _ in endpoint_faults("jobs.list", profile(jobs__list=change)["endpoints"]["jobs.list"])
    ]


@pytest.mark.parametrize(
    ("field", "part", "words"),
    [
        ({"hub": "colour", "mri": "Colour"}, "hub", "is not one of"),
        ({"hub": "status", "mri": "S", "transform": "decimal(2)"}, "transform", "text does"),
        ({"hub": "start_date", "mri": "S"}, "transform", "date(YYYY-MM-DD) does"),
        ({"hub": "status", "mri": "S", "transform": "float"}, "transform", "not in the list"),
        ({"hub": "status", "mri": "S", "transform": "lookup(kinds)"}, "transform", "no table “kinds”"),
        ({"mri": "S"}, "hub", "Only a constant"),
        ({"mri": "S", "transform": "const"}, "default", "needs its value"),
        ({"hub": "status", "mri": "S", "max_length": 0}, "max_length", "greater than"),
        ({"hub": "status", "mri": "S", "max_length": 2, "default": "ABC"}, "default", "longer than the 2"),
    ],
)
def test_each_fault_of_a_field_too(field: dict[str, Any], part: str, words: str) -> None:
    two = [{"hub": "id", "mri": "JobCode"}, {"hub": "name", "mri": "Description"}]
    found = faults(profile(jobs__list={"fields": [*two, field]}))
    assert [place for place, _ in found] == [f"endpoints[jobs.list].fields[2].{part}"]
    assert words in found[0][1]


def test_an_unknown_operation_and_a_creating_get_are_faults() -> None:
    assert "not an operation" in faults({"endpoints": {"jobs.delete": {"api": "X"}}})[0][1]
    assert [text for _, text in faults(profile(draws__create={"verb": "GET"}))] == [
        "An operation that creates needs POST or PUT."
    ]
    assert "by its key" in faults(profile(draws__create={"key": []}))[0][1]


def test_a_change_of_the_call_undoes_the_verification_and_nothing_else_does() -> None:
    old = Endpoint(**{**_jobs(), "verified": True, "verified_by": "kim", "verified_at": "2026-11-05"})
    assert old.model_copy(update={"enabled": False, "verified": False}).after(old).verified_by == "kim"
    renamed = old.model_copy(update={"api": "MRI_S-PMJC_Project"}).after(old)
    assert (renamed.verified, renamed.verified_by) == (False, "")
    assert not old.after(None).verified  # a new one is verified by nobody, whatever it says of itself


def _jobs() -> dict[str, Any]:
    return {**profile()["endpoints"]["jobs.list"], "operation": "jobs.list"}


# Records.


def test_a_record_is_read_by_its_map() -> None:
    row = {
        "JobCode": "00S0009003",
        "Description": "Wharf  ",
        "StartDate": "2025-06-18T00:00:00.0000000",
        "City": None,
        "Surplus": {"x": 1},
    }
    found = read_record(assumed().endpoint("jobs.list"), row)
    assert found["id"] == "00S0009003"
    assert found["name"] == "Wharf  "
    assert found["start_date"] == date(2025, 6, 18)
    assert (found["city"], found["completion_date"]) == ("", None)


def test_a_record_without_its_id_is_no_record() -> None:
    with pytest.raises(BadReply, match="without JobCode"):
        read_record(assumed().endpoint("jobs.list"), {"Description": "Wharf"})


def test_a_record_is_written_by_its_map_and_empty_fields_are_left_out() -> None:
    assert write_record(assumed().endpoint("draws.create"), DRAW) == {
        "DrawNumber": "3",
        "ContractID": "SC-001",
        "JobCode": "0042",
        "InvoiceDate": "2026-11-05",
        "GrossAmount": "1000.00",
        "RetainageWithheld": "100.00",
        "Lines": {"entry": [{"LineNumber": "1", "CostCode": "0100", "Amount": "1000.00"}]},
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number": "12345678901"}, "DrawNumber takes 10 characters, and “12345678901” has 11"),
        ({"description": "x" * 61}, "Description takes 60 characters"),
        ({"contract_number": ""}, "MRI needs ContractID"),
        ({"gross": Decimal("0.001")}, "GrossAmount has more than 2 decimals"),
        ({"lines": [{"amount": Decimal(1)}]}, "MRI needs CostCode"),
    ],
)
def test_what_mri_would_refuse_or_cut_off_is_not_sent(change: dict[str, Any], words: str) -> None:
    with pytest.raises(Rejected, match=words):
        write_record(assumed().endpoint("draws.create"), {**DRAW, **change})


def test_constants_and_tables() -> None:
    data = profile(jobs__list={})
    data["tables"] = {"state": {"open": "O"}}
    data["endpoints"]["draws.create"]["fields"] += [
        {"mri": "Kind", "transform": "const", "default": "DRW"},
    ]
    for one in data["endpoints"]["draws.create"]["fields"]:
        if one.get("hub") == "status":
            one["transform"] = "lookup(state)"
    assert faults(data) == []
    made = load(data)
    body = write_record(made.endpoint("draws.create"), {**DRAW, "status": "open"}, made.tables)
    assert (body["Kind"], body["Status"]) == ("DRW", "O")


# Requests.


def test_one_record_with_the_metadata_that_the_service_writes_itself() -> None:
    request = create_request(Bench("draws.create").client, "draws.create", DRAW)
    body = json.loads(request.body)
    low = "mri_s-pmjc_contractdraws"
    assert body["odata.metadata"] == (
        f"{BASE}/api.asp?$api=MRI_S-PMJC_ContractDraws&$metadata#MRI.{low}-container/{low}"
    )
    assert len(body["value"]) == 1
    assert (request.method, request.path) == ("POST", "/api.asp")
    assert request.params == {"$api": "MRI_S-PMJC_ContractDraws", "$format": "json"}


def test_the_metadata_can_be_left_out_and_the_verb_be_another() -> None:
    bench = Bench("draws.create", draws__create={"send_metadata": False, "verb": "PUT"})
    request = create_request(bench.client, "draws.create", DRAW)
    assert request.method == "PUT"
    assert list(json.loads(request.body)) == ["value"]


def test_xml_holds_the_same_record_and_text_is_escaped() -> None:
    bench = Bench("draws.create", draws__create={"format": "xml"})
    request = create_request(bench.client, "draws.create", {**DRAW, "description": "A & B <c>"})
    entry = xmltodict.parse(request.body)["mri_s-pmjc_contractdraws"]["entry"]
    assert entry["Description"] == "A & B <c>"
    assert entry["Lines"]["entry"]["Amount"] == "1000.00"
    assert (request.content_type, request.params["$format"]) == ("application/xml", "xml")
    with pytest.raises(Rejected, match="control character"):
        create_request(bench.client, "draws.create", {**DRAW, "description": "a\x01b"})


def test_no_request_is_made_through_an_unverified_endpoint() -> None:
    with pytest.raises(Rejected, match="has not been verified"):
        create_request(Bench().client, "draws.create", DRAW)


@pytest.mark.parametrize(
    ("data", "fate", "said"),
    [
        ({"value": [{"ContractID": "SC-001", "Error": {"Message": "Period closed"}}]}, Fate.REFUSED, "Period closed"),
        ({"value": []}, Fate.UNKNOWN, "0 records"),
        (None, Fate.UNKNOWN, "0 records"),
        ({"value": [{}, {}]}, Fate.UNKNOWN, "2 records"),
        ({"value": "x"}, Fate.UNKNOWN, "MRI sent"),
        ({"value": [{"ContractKey": "21"}]}, Fate.DONE, "without ContractID"),
    ],
)
def test_the_fate_of_a_record(data: Any, fate: Fate, said: str) -> None:
    told = read_written(Bench("contracts.create").client, "contracts.create", Reply(200, {}, "", data, True))  # type: ignore[arg-type]
    assert told.fate is fate
    assert said in told.messages[0]


def test_a_record_that_was_made_is_read_back() -> None:
    row = {
        "ContractKey": "0000000021",
        "ContractID": "SC-001",
        "JobCode": "42",
        "VendorID": "0000010449",
        "ContractAmount": "10.00",
    }
    reply = Reply(200, {}, "", {"value": [row]}, True)  # type: ignore[arg-type]
    told = read_written(Bench("contracts.create").client, "contracts.create", reply)
    assert told.fate is Fate.DONE
    assert told.record
    assert (told.record["id"], told.record["amount"]) == ("0000000021", Decimal("10.00"))
    assert CONTRACTS in str(dump(assumed()))
