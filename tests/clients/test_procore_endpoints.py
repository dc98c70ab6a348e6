"""Lists are walked to their end and nowhere else; records are read in full or refused with a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from integrations.base.auth import StaticToken
from integrations.base.client import Wiring
from integrations.base.errors import BadReply
from integrations.base.vendor import GrantKind
from integrations.procore import endpoints
from integrations.procore.client import ProcoreClient
from integrations.procore.records import CompanyVendor, CostCode, Project, read_list, read_one

API = "https://api.procore.com"
VENDORS = f"{API}/rest/v1.0/vendors"
COMPANY = "598134325510014"


@pytest.fixture
def client() -> ProcoreClient:
    return ProcoreClient(API, COMPANY, GrantKind.CLIENT_CREDENTIALS, Wiring(tokens=StaticToken("t")))


@pytest.fixture(autouse=True)
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def rows(*ids: int) -> list[dict[str, Any]]:
    return [{"id": number, "name": f"Vendor {number}"} for number in ids]


def queries(wire: responses.RequestsMock) -> list[dict[str, list[str]]]:
    return [parse_qs(urlsplit(str(call.request.url)).query) for call in wire.calls]


def read(client: ProcoreClient) -> list[list[int]]:
    return [[vendor.id for vendor in page.rows] for page in endpoints.vendor_pages(client)]


def test_the_link_leads_from_page_to_page(wire: responses.RequestsMock, client: ProcoreClient) -> None:
    first = f'<{VENDORS}?page=9>; rel="last", <{VENDORS}?page=2&cursor=abc>; rel="next"'
    wire.get(VENDORS, json=rows(1, 2), headers={"Link": first, "Total": "3"})
    wire.get(VENDORS, json=rows(3), headers={"Link": f'<{VENDORS}?page=1>; rel="first"'})
    assert read(client) == [[1, 2], [3]]
    assert queries(wire)[1] == {"page": ["2"], "cursor": ["abc"]}


def test_pages_know_their_number_and_the_total(wire: responses.RequestsMock, client: ProcoreClient) -> None:
    wire.get(VENDORS, json=rows(1), headers={"Total": "1001", "Per-Page": "1000"})
    page = next(iter(endpoints.vendor_pages(client, start=2)))
    assert (page.number, page.total) == (2, 1001)
    assert queries(wire)[0]["page"] == ["2"]


def test_without_a_link_the_total_decides(wire: responses.RequestsMock, client: ProcoreClient) -> None:
    wire.get(VENDORS, json=rows(1, 2), headers={"Total": "4", "Per-Page": "2"})
    wire.get(VENDORS, json=rows(3, 4), headers={"Total": "4", "Per-Page": "2"})
    assert read(client) == [[1, 2], [3, 4]]


def test_without_link_and_total_a_short_page_is_the_last(wire: responses.RequestsMock, client: ProcoreClient) -> None:
    wire.get(VENDORS, json=rows(1, 2), headers={"Per-Page": "2"})
    wire.get(VENDORS, json=rows(3), headers={"Per-Page": "2"})
    assert read(client) == [[1, 2], [3]]


@pytest.mark.parametrize(
    "there",
    [
        "https://evil.example/rest/v1.0/vendors?page=2",
        "https://api.procore.com:8443/rest/v1.0/vendors?page=2",
        "https://api.procore.com@evil.example/rest/v1.0/vendors?page=2",
        "//evil.example/rest/v1.0/vendors?page=2",
        "https://api.procore.com/rest/v1.0/users?page=2",
        "/rest/v1.0/../v1.0/users",
    ],
)
def test_a_link_to_anywhere_else_is_not_followed(
    wire: responses.RequestsMock, client: ProcoreClient, there: str
) -> None:
    wire.get(VENDORS, json=rows(1), headers={"Link": f'<{there}>; rel="next"'})
    with pytest.raises(BadReply, match="another address"):
        read(client)


def test_pages_in_a_circle_end(wire: responses.RequestsMock, client: ProcoreClient) -> None:
    wire.get(VENDORS, json=rows(1), headers={"Link": f'<{VENDORS}?page=2>; rel="next"'})
    with pytest.raises(BadReply, match="already read"):
        read(client)
    assert len(wire.calls) == 2


def test_projects_are_asked_for_active_or_not_by_stage_number_and_time(
    wire: responses.RequestsMock, client: ProcoreClient
) -> None:
    wire.get(f"{API}/rest/v1.1/projects", json=[])
    since = datetime(2026, 11, 1, 13, 0, tzinfo=UTC)
    list(endpoints.project_pages(client, stage_id=7, number="HT-01", updated_since=since))
    assert queries(wire)[0] == {
        "company_id": [COMPANY],
        "view": ["normal"],
        "filters[by_status]": ["All"],
        "filters[by_stage]": ["7"],
        "filters[project_number]": ["HT-01"],
        "filters[updated_at]": ["2026-11-01T13:00:00Z...2036-10-29T13:00:00Z"],
        "page": ["1"],
        "per_page": ["300"],
    }


def test_many_ids_are_asked_for_in_portions(wire: responses.RequestsMock, client: ProcoreClient) -> None:
    wire.get(f"{API}/rest/v1.1/projects", json=[])
    list(endpoints.projects_by_id(client, range(1, 151)))
    assert [len(query["filters[id][]"]) for query in queries(wire)] == [100, 50]


def test_no_ids_no_call(wire: responses.RequestsMock, client: ProcoreClient) -> None:
    assert list(endpoints.vendors_by_id(client, [])) == []
    assert len(wire.calls) == 0


def test_records_are_read_with_nulls_as_empty_texts_and_ids_beyond_32_bits() -> None:
    vendor = read_one(
        CompanyVendor,
        {
            "id": 598134325510140,
            "name": "Tāmaki Timber",
            "city": None,
            "is_active": False,
            "business_register": {"id": 1, "type": "abn", "identifier": "51824753556"},
            "updated_at": "2026-11-02T03:04:05-07:00",
            "unheard_of": {},
        },
        "vendor",
    )
    assert (vendor.id, vendor.city, vendor.is_active) == (598134325510140, "", False)
    assert vendor.business_register is not None
    assert vendor.business_register.identifier == "51824753556"
    assert vendor.updated_at == datetime(2026, 11, 2, 10, 4, 5, tzinfo=UTC)


def test_a_cost_code_knows_its_parent() -> None:
    code: dict[str, Any] = {"id": 1, "name": "General Requirements"}
    assert read_one(CostCode, {**code, "parent": {"id": 9}}, "code").parent_id == 9
    assert read_one(CostCode, {**code, "parent": {"id": None}}, "code").parent_id is None
    assert read_one(CostCode, {**code, "parent": None}, "code").parent_id is None


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"id": "7"}, "id"),
        ({"id": 7.0}, "id"),
        ({"id": True}, "id"),
        ({"id": None}, "id"),
        ({"name": 5}, "name"),
        ({"active": "yes"}, "active"),
        ({"updated_at": 5}, "updated_at"),
        ({"updated_at": "2026-11-02T03:04:05"}, "updated_at"),
        ({"updated_at": "soon"}, "updated_at"),
        ({"project_stage": []}, "project_stage"),
        ({"project_stage": {"name": "x"}}, "project_stage.id"),
    ],
)
def test_a_wrong_type_is_a_sentence_naming_the_field(wrong: dict[str, Any], where: str) -> None:
    with pytest.raises(BadReply, match=rf"projects \(row 1\) cannot be read: {where}:"):
        read_list(Project, [{"id": 1, "name": "Harbour Tower", **wrong}], "projects")


@pytest.mark.parametrize("data", [None, {}, "text", 5, {"data": []}])
def test_a_list_that_is_none(data: Any) -> None:
    with pytest.raises(BadReply, match="not a list"):
        read_list(Project, data, "projects")


@pytest.mark.parametrize("row", [None, [], "x", 5, {}])
def test_a_row_that_is_none(row: Any) -> None:
    with pytest.raises(BadReply, match="cannot be read"):
        read_list(Project, [row], "projects")


def test_requests_are_complete_and_always_the_same_bytes() -> None:
    updates = [{"origin_id": "x1", "name": "Tāmaki Timber"}]
    request = endpoints.sync_vendors(COMPANY, updates)
    assert (request.method, request.path, dict(request.params)) == ("PATCH", "/rest/v1.0/vendors/sync", {})
    assert request.body == endpoints.sync_vendors(COMPANY, updates).body
    assert json.loads(request.body) == {"company_id": int(COMPANY), "updates": updates}
    assert "Tāmaki" in request.body


def test_the_other_builders() -> None:
    made = endpoints.create_business_register(COMPANY, 5, "abn", "51824753556")
    assert (made.method, made.path, made.params) == (
        "POST",
        "/rest/v1.0/vendors/5/business_register",
        {"company_id": COMPANY},
    )
    assert endpoints.update_business_register(COMPANY, 5, "abn", "1").method == "PATCH"
    assert endpoints.reactivate_vendor(COMPANY, 5).path == f"/rest/v1.0/companies/{COMPANY}/vendors/inactive/5"
    codes = json.loads(endpoints.sync_standard_cost_codes(COMPANY, 8, [{"id": 1}]).body)
    assert codes == {"company_id": int(COMPANY), "standard_cost_code_list_id": 8, "updates": [{"id": 1}]}
    assert json.loads(endpoints.sync_projects(COMPANY, [{"id": 1}]).body)["updates"] == [{"id": 1}]


@pytest.mark.parametrize("count", [0, 1001])
def test_a_sync_that_is_empty_or_too_large_is_not_built(count: int) -> None:
    with pytest.raises(ValueError, match=f"not {count}"):
        endpoints.sync_vendors(COMPANY, [{"id": 1}] * count)
