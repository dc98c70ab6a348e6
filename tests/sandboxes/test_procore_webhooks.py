"""Webhooks of the pretend Procore: hooks and triggers, and what is delivered to them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from werkzeug.wrappers import Request, Response

from integrations.procore.sandbox import Switches
from tests.sandboxes.procore_site import Site, money, site

HOOKS = "/rest/v1.0/webhooks/hooks"
HOOK = {
    "api_version": "v2",
    "namespace": "acct-hub",
    "destination_url": "https://hub.example/hooks/procore",
    "destination_headers": {"Authorization": "Bearer s3cret"},
}


@dataclass
class Receiver:
    """Where deliveries arrive."""

    status: int = 200
    got: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        self.got.append(json.loads(request.get_data()))
        self.headers.append(dict(request.headers))
        return Response("", self.status)(environ, start_response)

    def told(self) -> list[tuple[str, str]]:
        return [(row["resource_name"], row["event_type"]) for row in self.got]


@contextmanager
def hooked(*triggers: tuple[str, str], **options: Any) -> Iterator[tuple[Site, Receiver, int]]:
    """A company's hook with these triggers, and the courier in the test's hands."""
    with site(**options) as place:
        receiver = Receiver()
        place.world.net.hosts["hub.example"] = receiver
        place.world.sandbox.courier.by_itself = False
        number = made(place)["id"]
        for name, event in triggers:
            assert trigger(place, number, name, event).status_code == 201
        yield place, receiver, number


def made(place: Site, **values: Any) -> dict[str, Any]:
    answer = place.world.post(HOOKS, hook={**HOOK, **values})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def trigger(place: Site, number: int, name: str, event: str) -> requests.Response:
    body = {"api_version": "v2", "trigger": {"resource_name": name, "event_type": event}}
    return place.world.post(f"{HOOKS}/{number}/triggers", **body)


def deliver(place: Site) -> int:
    return place.world.sandbox.courier.deliver()


# Hooks and triggers.


def test_a_hook_shows_the_end_of_its_secret_only() -> None:
    with site() as place:
        hook = made(place)
        assert hook["destination_headers"] == {"Authorization": "*****3cret"}
        assert (hook["owned_by_company_id"], hook["owned_by_project_id"]) == (place.world.company.id, None)
        assert place.world.get(HOOKS).json() == [hook]
        assert place.world.get(HOOKS, namespace="other").json() == []
        changed = place.world.patch(f"{HOOKS}/{hook['id']}", hook={"namespace": "acct-hub-2"}).json()
        assert changed == {**hook, "namespace": "acct-hub-2"}
        query = {"company_id": place.world.company.id}
        assert place.world.call("DELETE", f"{HOOKS}/{hook['id']}", params=query).status_code == 200
        assert place.world.get(f"{HOOKS}/{hook['id']}/triggers").status_code == 404


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"namespace": "Acct_Hub"}, "namespace"),
        ({"namespace": "acct hub"}, "namespace"),
        ({"destination_url": "http://hub.example/hooks"}, "destination_url"),
        ({"destination_url": None}, "destination_url"),
        ({"api_version": "v1"}, "api_version"),
        ({"api_version": None}, "api_version"),
        ({"destination_headers": {"X-Secret": "s3cret"}}, "destination_headers"),
        ({"destination_headers": {"Authorization": "a\nb"}}, "destination_headers"),
    ],
)
def test_refused_hooks(values: dict[str, Any], field: str) -> None:
    with site() as place:
        answer = place.world.post(HOOKS, hook={**HOOK, **values})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
        assert place.world.get(HOOKS).json() == []


def test_a_hook_belongs_to_its_company_or_to_one_project() -> None:
    with site() as place:
        scope = {"project_id": place.project.id}
        own = place.world.call("POST", HOOKS, json={**scope, "hook": HOOK}).json()
        assert own["owned_by_project_id"] == place.project.id
        assert place.world.call("POST", HOOKS, json={"hook": HOOK}).status_code == 400
        assert (place.get(HOOKS).json(), place.world.get(HOOKS).json()) == ([own], [])
        assert place.world.get(f"{HOOKS}/{own['id']}/triggers").status_code == 404
        body = {"api_version": "v2", "trigger": {"resource_name": "Company Vendors", "event_type": "create"}}
        assert place.world.call("POST", f"{HOOKS}/{own['id']}/triggers", json={**scope, **body}).status_code == 400


@pytest.mark.parametrize(
    ("name", "event", "status"),
    [
        ("Contract Payments", "create", 422),  # there already
        ("Requisitions", "update", 400),
        ("Project Vendors", "update", 400),
        ("Contract Payments", "paid", 400),
        ("Contract Payments", "update", 201),
    ],
)
def test_triggers_name_what_can_be_told_of(name: str, event: str, status: int) -> None:
    with hooked(("Contract Payments", "create")) as (place, _, number):
        assert trigger(place, number, name, event).status_code == status
        assert len(place.world.get(f"{HOOKS}/{number}/triggers").json()) == (2 if status == 201 else 1)


def test_many_triggers_at_once() -> None:
    with hooked() as (place, _, number):
        path, one = f"{HOOKS}/{number}/triggers/bulk", {"resource_name": "Direct Costs", "event_type": "create"}
        whole = place.world.post(path, api_version="v2", triggers=[one])
        assert (whole.status_code, whole.json()["success"][0]["event_type"]) == (200, "CREATE")
        part = place.world.post(path, api_version="v2", triggers=[{**one, "event_type": "update"}, one])
        assert (part.status_code, len(part.json()["success"]), len(part.json()["errors"])) == (207, 1, 1)
        assert place.world.post(path, api_version="v2", triggers=[one] * 501).status_code == 413
        assert place.world.post(path, api_version="v3", triggers=[]).status_code == 400
        assert place.world.post(path, triggers=[]).status_code == 400


def test_resources_do_not_name_requisitions() -> None:
    with site() as place:
        rows = place.world.get("/rest/v1.0/webhooks/resources").json()
        assert "Contract Payments" in {row["tools"] for row in rows}
        assert not [row for row in rows if "Requisition" in row["tools"]]


# Deliveries.


def test_a_change_is_delivered_without_its_data_and_without_a_signature() -> None:
    with hooked(("Contract Payments", "create")) as (place, receiver, _):
        contract = place.contract("60,000.00")
        body = {"project_id": place.project.id, "contract_id": contract.id, "contract_payment": {"amount": "1.00"}}
        paid = place.world.call("POST", "/rest/v1.0/contract_payments", json=body).json()
        assert deliver(place) == 1
        (told,) = receiver.got
        known = (told["resource_name"], told["event_type"], told["resource_id"], told["project_id"])
        assert known == ("Contract Payments", "create", paid["id"], place.project.id)
        assert (told["api_version"], len(told["ulid"])) == ("v2.0", 26)
        assert told["metadata"]["source_application_id"] == place.world.app.client_id
        assert receiver.headers[0]["Authorization"] == "Bearer s3cret"
        assert not [name for name in receiver.headers[0] if "sign" in name.lower()]
        assert deliver(place) == 0


def test_what_people_do_has_no_application() -> None:
    with hooked(("Company Vendors", "update"), ("Projects", "update")) as (place, receiver, _):
        place.vendor.change(name="Kauri Steel Ltd")
        deliver(place)
        assert receiver.told() == [("Company Vendors", "update")]
        assert receiver.got[0]["metadata"]["source_application_id"] is None


def test_each_record_is_told_of_once_a_call_and_not_when_it_was_refused() -> None:
    names = ("Direct Costs", "Direct Cost Line Items", "Work Order Contracts")
    with hooked(*((name, event) for name in names for event in ("create", "update", "delete"))) as (place, receiver, _):
        wbs = place.project.coded("03-310", "O")["wbs_code_id"]
        path = f"/rest/v1.1/projects/{place.project.id}/direct_costs"
        cost = {"direct_cost_type": "expense", "line_items": [{"wbs_code_id": wbs, "manual_amount": "1.00"}] * 2}
        number = place.world.call("POST", path, json={"direct_cost": cost}).json()["id"]
        bad = {"direct_cost": {"description": "x", "line_items": [{"manual_amount": "1.00"}]}}
        assert place.world.call("PATCH", f"{path}/{number}", json=bad).status_code == 422
        assert place.world.call("DELETE", f"{path}/{number}").status_code == 200
        contract = place.contract("1.00", status="Draft")
        query = {"project_id": place.project.id}
        place.world.call("DELETE", f"/rest/v1.0/work_order_contracts/{contract.id}", params=query)
        deliver(place)
        line, whole = ("Direct Cost Line Items", "Direct Costs")
        assert sorted(receiver.told()[:6]) == [
            *[(line, "create")] * 2, *[(line, "delete")] * 2, (whole, "create"), (whole, "delete")
        ]  # fmt: skip
        assert receiver.told()[-1] == ("Work Order Contracts", "delete")


def test_a_delivery_is_tried_again_ever_less_often_and_dropped_after_half_a_day() -> None:
    with hooked(("Company Vendors", "create")) as (place, receiver, number):
        receiver.status = 500
        place.world.company.add_vendor("Tāmaki Timber")
        clock, waits = place.world.sandbox.clock, []
        deliver(place)
        (delivery,) = place.world.sandbox.courier.deliveries
        while delivery.open:
            wait = (delivery.due - clock.now()).total_seconds()
            waits.append(round(wait))
            clock.advance(seconds=wait)
            assert deliver(place) == 1
        assert waits[:5] == [1, 2, 4, 8, 16]
        assert max(waits) == 3600
        assert 11 * 3600 <= sum(waits) <= 12 * 3600
        place.world.token = place.world.sandbox.access_token(place.world.app)
        rows = place.world.get(f"{HOOKS}/{number}/deliveries").json()
        assert {row["event"]["ulid"] for row in rows} == {receiver.got[0]["ulid"]}
        assert [row["outcome"] for row in rows] == ["retried"] * (len(rows) - 1) + ["discarded"]
        assert rows[0]["response_status"] == 500
        found = place.world.get(f"{HOOKS}/{number}/deliveries", params={"filters[status]": "discarded"}).json()
        assert len(found) == 1


def test_nobody_there_is_tried_again_as_well() -> None:
    with hooked(("Company Vendors", "create")) as (place, receiver, number):
        del place.world.net.hosts["hub.example"]
        place.world.company.add_vendor("Tāmaki Timber")
        deliver(place)
        place.world.net.hosts["hub.example"] = receiver
        place.world.sandbox.clock.advance(seconds=2)
        deliver(place)
        rows = place.world.get(f"{HOOKS}/{number}/deliveries").json()
        assert [(row["outcome"], row["response_status"]) for row in rows] == [("retried", None), ("ok", 200)]


def test_one_delivery_may_come_twice() -> None:
    with hooked(("Company Vendors", "create"), switches=Switches(deliveries_come_twice=True)) as (place, receiver, _):
        place.world.company.add_vendor("Tāmaki Timber")
        assert deliver(place) == 2
        assert len({row["resource_id"] for row in receiver.got}) == 1


def test_deliveries_go_out_by_themselves() -> None:
    with hooked(("Company Vendors", "create")) as (place, receiver, number):
        place.world.sandbox.courier.by_itself = True
        assert place.world.post("/rest/v1.0/vendors", vendor={"name": "Tāmaki Timber"}).status_code == 201
        ends = time.monotonic() + 10
        while not receiver.got and time.monotonic() < ends:
            time.sleep(0.01)
        assert receiver.told() == [("Company Vendors", "create")]


def test_lines_name_what_they_are_a_part_of() -> None:
    with hooked() as (place, receiver, number):
        newer = made(place, api_version="v3")["id"]
        body = {"api_version": "v3", "trigger": {"resource_name": "Direct Cost Line Items", "event_type": "create"}}
        assert place.world.post(f"{HOOKS}/{newer}/triggers", **body).status_code == 201
        cost = place.project.add_direct_cost(place.vendor, number="INV-1", lines=[("03-310", "x", money("1.00"))])
        deliver(place)
        assert receiver.got[0]["related_resources"] == [{"id": cost.id, "name": "Direct Costs"}]
