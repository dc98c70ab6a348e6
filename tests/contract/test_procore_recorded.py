"""Replies that the live service, or its documentation, really gave: the client reads them whole, and the pretend
Procore's answers look the same."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from integrations.base.client import parse_json
from integrations.procore.answers import read_sync
from integrations.procore.records import CompanyVendor, CostCode, Project, Row, read_one
from integrations.procore.sandbox import columns
from tests.contract import material
from tests.contract.shapes import same_shape
from tests.sandboxes.procore_world import LOGIN, REDIRECT, ProcoreWorld, procore_world

REPLIES = {reply.name: reply for reply in material.recorded("procore")} if material.folder() else {}

READ: dict[str, tuple[type[Row], Any]] = {
    "vendor_company_extended": (CompanyVendor, lambda body: [body]),
    "vendor_project": (CompanyVendor, lambda body: [body]),
    "erp_create_vendor": (CompanyVendor, lambda body: [body["request_data"]["vendor"]]),
    "project_show": (Project, lambda body: [body]),
    "sync_projects_create": (Project, lambda body: body["entities"]),
    "sync_projects_create_by_origin_id": (Project, lambda body: body["entities"]),
    "sync_projects_update_by_origin_id": (Project, lambda body: body["entities"]),
    "sync_projects_partial_failure": (Project, lambda body: body["entities"]),
    "cost_code_header_level": (CostCode, lambda body: [body]),
    "erp_create_or_update_job": (CostCode, lambda body: body["request_data"]["all_cost_codes"]),
}


def kept(record: Row, sent: dict[str, Any]) -> list[str]:
    """The fields that a record names and that do not hold what was sent."""
    written = record.model_dump(mode="json")
    return [name for name in written.keys() & sent.keys() if not _same(written[name], sent[name])]


def _same(ours: Any, sent: Any) -> bool:
    if isinstance(sent, dict):
        return isinstance(ours, dict) and all(_same(ours[name], sent[name]) for name in ours.keys() & sent.keys())
    if isinstance(sent, list):
        return len(ours) == len(sent) and all(map(_same, ours, sent))
    return bool(ours == sent) or (sent is None and ours in ("", False))


@pytest.mark.parametrize("name", READ)
def test_the_client_reads_a_recorded_reply_without_loss(name: str) -> None:
    kind, rows = READ[name]
    found = rows(REPLIES[name].body)
    assert found
    for row in found:
        assert kept(read_one(kind, row, name), row) == []


@pytest.mark.parametrize(
    ("name", "results"),
    [
        ("sync_projects_create_by_origin_id", [(True, 0), (True, 0)]),
        ("sync_projects_update_by_origin_id", [(True, 0), (True, 0)]),
        ("sync_projects_partial_failure", [(True, 0), (False, 1)]),
        ("sync_projects_create", [(False, 0), (False, 0)]),  # sent without any key: nobody can say which is which
    ],
)
def test_the_client_tells_the_updates_of_a_recorded_sync_apart(name: str, results: list[tuple[bool, int]]) -> None:
    reply = REPLIES[name]
    found = read_sync(reply.body, reply.sent["updates"])
    assert [(result.id is not None, len(result.messages)) for result in found] == results


# The pretend Procore.

NOT_KEPT = {
    ".primary_contact: null": "the sandbox keeps no people",
    ".custom_fields.": "the customer's own fields",
}


def fill(known: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """The recorded values of the columns that a row has."""
    return {name: body[name] for name in known if name in body}


def test_a_vendor_of_the_company_looks_like_the_recorded_one() -> None:
    body = REPLIES["vendor_company_extended"].body
    with procore_world() as world:
        world.company.vendors.add(**fill(columns.VENDOR, body))
        ours = parse_json(world.get("/rest/v1.0/vendors", view="extended").text)[0]
    assert same_shape(body, ours, NOT_KEPT) == []


def test_a_vendor_of_a_project_looks_like_the_recorded_one() -> None:
    body = REPLIES["vendor_project"].body
    with procore_world() as world:
        vendor = world.company.vendors.add(**fill(columns.VENDOR, body))
        project = world.company.add_project("Harbour Tower", vendor_ids=frozenset({vendor.id}))
        ours = parse_json(world.get(f"/rest/v1.1/projects/{project.id}/vendors").text)[0]
    assert same_shape(body, ours, NOT_KEPT) == []


def test_a_project_looks_like_the_recorded_one() -> None:
    body = REPLIES["project_show"].body
    with procore_world() as world:
        values = fill(columns.PROJECT, body)
        number = values.pop("project_number")
        project = world.company.add_project(number=number, **values)
        ours = parse_json(world.get(f"/rest/v1.0/projects/{project.id}").text)
    assert ours["display_name"] == body["display_name"]
    assert same_shape(body, ours, NOT_KEPT) == []


def test_a_header_level_cost_code_looks_like_the_recorded_one() -> None:
    body = REPLIES["cost_code_header_level"].body
    with procore_world() as world:
        world.company.standard_cost_codes.add(name="General", code="00", list_id=world.company.cost_code_list.id)
        project = world.company.add_project("Harbour Tower", copy_cost_codes=True)
        ours = parse_json(world.get("/rest/v1.0/cost_codes", project_id=project.id).text)[0]
    assert same_shape(body, ours) == []


def sync(world: ProcoreWorld, *updates: dict[str, Any]) -> Any:
    return parse_json(world.patch("/rest/v1.0/projects/sync", updates=list(updates)).text)


def test_a_sync_looks_like_the_recorded_ones() -> None:
    recorded = [reply.body for name, reply in REPLIES.items() if name.startswith("sync_projects")]
    with procore_world() as world:
        project = world.company.add_project("One", actual_start_date="2016-07-25")
        keyed = world.company.add_project("Two", actual_start_date="2016-07-25", origin_id="abc")
        answers = [
            sync(world, {"id": project.id, "name": "One, again"}, {"id": 0, "name": "Nobody"}),
            sync(world, {"origin_id": keyed["origin_id"], "name": "Two, again"}),
        ]
    exceptions = {
        "[].entities[]: ": "the order of the keys differs among the recordings themselves",
        "[].entities[].logo_url": "no logo is kept",
    }
    assert same_shape(recorded, answers, exceptions) == []


def test_a_token_answer_looks_like_the_documented_one() -> None:
    with procore_world() as world:
        form = {
            "grant_type": "authorization_code",
            "code": world.sandbox.consent(world.app, REDIRECT),
            "redirect_uri": REDIRECT,
            "client_id": "the-id",
            "client_secret": "the-secret",
        }
        ours = parse_json(requests.post(f"{LOGIN}/oauth/token", data=form, timeout=5).text)
    assert same_shape(REPLIES["token_reply"].body, ours) == []


@pytest.mark.parametrize(
    ("name", "spike", "hourly"), [("rate_limit_headers_spike", 25, 600), ("rate_limit_headers_hourly", 900, 600)]
)
def test_the_limits_headers_look_like_the_documented_ones(name: str, spike: int, hourly: int) -> None:
    documented = dict(REPLIES[name].headers)
    with procore_world(spike=spike, hourly=hourly) as world:
        headers = world.get("/rest/v1.0/vendors").headers
        ours = {name: value for name, value in headers.items() if name.startswith("X-Rate-Limit")}
    assert ours.keys() == documented.keys()
    assert ours["X-Rate-Limit-Limit"] == documented["X-Rate-Limit-Limit"]
    assert all(value.isdigit() for value in ours.values())
