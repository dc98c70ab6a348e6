"""Procore's published schema, extracted: what the client asks for exists, and the pretend Procore answers only with
attributes that do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import yaml

from integrations.base.client import parse_json
from integrations.procore import endpoints
from integrations.procore.sandbox import DIVISIONS
from tests.contract import material
from tests.sandboxes.procore_world import ProcoreWorld, procore_world

# Of recorded answers (vendor_company_extended, cost_code_header_level), but not in the extract.
BEYOND_THE_SCHEMA = {"connected_to_company_id", "standard_cost_code_list_id"}

ANY_FIELD = "field_name"  # stands for the names of whatever fields were wrong


@cache
def described() -> list[dict[str, Any]]:
    text = (material.found() / "api" / "procore_endpoints.yaml").read_text()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    rows: list[dict[str, Any]] = yaml.load(text, Loader=loader)["endpoints"]  # noqa: S506  a safe loader
    return rows


def endpoint(method: str, path: str) -> dict[str, Any]:
    """The description of a call; an address with a word in it (`/sync`) comes before one with a parameter there."""
    for row in sorted(described(), key=lambda row: row["path"].count("{")):
        pattern = re.sub(r"\\\{\w+\\\}", r"[^/]+", re.escape(row["path"]))
        if row["method"] == method and re.fullmatch(pattern, path):
            return row
    raise LookupError(f"{method} {path} is not described")


def unknown_to(row: dict[str, Any], request: requests.PreparedRequest) -> Iterator[str]:
    """Parameters and attributes of a request that the endpoint does not have."""
    query = {name.removesuffix("[]") for name, _ in parse_qsl(urlsplit(str(request.url)).query)}
    known = {name.removesuffix("[]") for name in row.get("query", {})}
    yield from sorted(query - known)
    if request.body:
        body = parse_json(request.body if isinstance(request.body, str) else request.body.decode())
        yield from strange_keys(body, row.get("request_body", {"fields": {}}))


def strange_keys(value: Any, node: dict[str, Any], place: str = "") -> Iterator[str]:
    """Keys of a document that its description does not have."""
    if isinstance(value, list):
        for item in value:
            yield from strange_keys(item, node.get("items", {}), place)
    elif isinstance(value, dict) and "fields" in node and ANY_FIELD not in node["fields"]:
        for key, inner in value.items():
            if key not in node["fields"]:
                yield f"{place}{key}"
            else:
                yield from strange_keys(inner, node["fields"][key], f"{place}{key}.")


class Watch:
    """Collects what the description does not have, over all calls that pass."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answered: list[str] = []
        self.seen = 0

    def __call__(self, request: requests.PreparedRequest, response: requests.Response) -> None:
        path = urlsplit(str(request.url)).path
        row = endpoint(str(request.method), path)
        self.seen += 1
        self.asked += unknown_to(row, request)
        answer = row["responses"].get(str(response.status_code)) or row["responses"].get(response.status_code)
        assert answer is not None, f"{response.status_code} is not among the answers of {row['op']}"
        if response.status_code == 204:
            return  # it has no body
        self.answered += sorted({*strange_keys(parse_json(response.text), answer)} - BEYOND_THE_SCHEMA)


def everything(world: ProcoreWorld) -> None:
    """Every reader and builder once, on a company that has one of everything."""
    company, client = world.company, world.client
    company.add_cost_codes(DIVISIONS[:1])
    vendor = company.add_vendor("Kauri Steel", abn="51824753556")
    away = company.add_vendor("Tāmaki Timber", is_active=False)
    project = company.add_project("Harbour Tower", "HT-01", copy_cost_codes=True)
    since = datetime(2026, 1, 1, tzinfo=UTC)
    endpoints.me(client)
    endpoints.companies(client)
    endpoints.project_stages(client)
    stage_id = company.stage("Course of Construction").id
    assert list(endpoints.project_pages(client, stage_id=stage_id, number="HT-01", updated_since=since))[0].rows
    assert list(endpoints.projects_by_id(client, [project.id]))[0].rows
    assert list(endpoints.vendor_pages(client, search="kauri", updated_since=since))[0].rows
    assert list(endpoints.vendors_by_id(client, [vendor.id]))[0].rows
    list(endpoints.vendor_pages(client, origin_id="x1"))
    assert endpoints.inactive_vendors(client)
    list_id = endpoints.standard_cost_code_lists(client)[0].id
    code_id = endpoints.standard_cost_codes(client, list_id)[0].id
    assert endpoints.cost_codes(client, project.id)
    assert endpoints.line_item_types(client, project.id)
    writes = [
        endpoints.sync_projects(client.company_id, [{"id": project.id, "origin_id": "p1", "origin_data": "{}"}]),
        endpoints.sync_vendors(
            client.company_id,
            [
                {
                    "id": vendor.id,
                    "origin_id": "v1",
                    "name": "Kauri Steel",
                    "business_register_attributes": {"type": "abn", "identifier": "33102417032"},
                },
                {"id": 0, "name": "Nobody"},
            ],
        ),
        endpoints.sync_standard_cost_codes(client.company_id, list_id, [{"id": code_id, "name": "General"}]),
        endpoints.update_business_register(client.company_id, vendor.id, "abn", "51824753556"),
        endpoints.create_business_register(client.company_id, away.id, "ein", "123456789"),
        endpoints.reactivate_vendor(client.company_id, away.id),
    ]
    for request in writes:
        client.send(request)


def test_requests_and_answers_keep_to_the_published_schema() -> None:
    watch = Watch()
    with procore_world() as world:
        world.net.observers.append(watch)
        everything(world)
    assert watch.seen >= 19
    assert watch.asked == []
    assert watch.answered == []


@pytest.mark.parametrize("view", ["compact", "normal", "extended"])
@pytest.mark.parametrize("path", ["/rest/v1.0/vendors", "/rest/v1.1/projects"])
def test_every_view_keeps_to_the_published_schema(path: str, view: str) -> None:
    watch = Watch()
    with procore_world() as world:
        world.net.observers.append(watch)
        world.company.add_vendor("Kauri Steel")
        world.company.add_project("Harbour Tower")
        assert world.get(path, view=view).json()
    assert watch.answered == []


def test_the_watch_notices_what_is_not_described() -> None:
    watch = Watch()
    with procore_world() as world:
        world.net.observers.append(watch)
        world.get("/rest/v1.0/vendors", params={"filters[colour]": "red"})
        world.patch("/rest/v1.0/vendors/sync", updates=[{"name": "Kauri Steel", "colour": "red"}])
    assert watch.asked == ["filters[colour]", "updates.colour"]
    assert watch.answered == ["errors.colour"]
