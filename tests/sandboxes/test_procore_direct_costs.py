"""Rules of direct costs in the pretend Procore."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
import requests

from integrations.procore.sandbox import Switches
from tests.sandboxes.procore_site import CONCRETE, STEEL, Site, money, site

HEADER = {"direct_cost_type": "invoice", "invoice_number": "INV-9", "direct_cost_date": "2026-11-05"}


def costs(place: Site, rest: str = "", version: str = "1.1") -> str:
    return f"/rest/v{version}/projects/{place.project.id}/direct_costs{rest}"


def header(place: Site, **values: Any) -> dict[str, Any]:
    return {**HEADER, "vendor_id": place.vendor.id, **values}


def sync(place: Site, *updates: dict[str, Any], lines: bool = False) -> dict[str, Any]:
    path = costs(place, "/line_items/sync" if lines else "/sync", "1.0")
    answer = place.world.call("PATCH", path, json={"updates": list(updates)})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def post(place: Site, lines: list[dict[str, Any]] | None = None, **values: Any) -> requests.Response:
    cost = {**header(place, **values), "line_items": lines or []}
    return place.world.call("POST", costs(place), json={"direct_cost": cost})


def coded(place: Site, code: str = CONCRETE) -> int:
    number: int = place.project.coded(code, "O")["wbs_code_id"]
    return number


def test_headers_are_synced_and_lines_follow_by_their_own_sync() -> None:
    with site() as place:
        made = sync(place, header(place, origin_id="b:1", status="approved"))["entities"][0]
        assert (made["grand_total"], made["line_items_count"]) == ("0.0", 0)
        wbs = coded(place)
        line = {"origin_id": "l:1", "direct_cost_id": made["id"], "wbs_code_id": wbs, "amount": "1200.00"}
        assert sync(place, {**line, "extended_type": "manual"}, lines=True)["errors"] == []
        assert place.get(costs(place)).json()[0]["grand_total"] == "1200.0"
        # The same again changes nothing.
        sync(place, header(place, origin_id="b:1", status="approved") | {"direct_cost_type": None})
        sync(place, line, lines=True)
        assert [[row["amount"] for row in cost.lines] for cost in place.project.direct_costs] == [[1200]]


def test_a_cost_with_its_lines_in_one_call() -> None:
    with site() as place:
        wbs = coded(place)
        lines = [
            {"ref": "1", "wbs_code_id": wbs, "manual_amount": "1200.00", "description": "Crane"},
            {"wbs_code_id": wbs, "quantity": "3", "unit_cost": "2.50"},
        ]
        made = post(place, lines).json()
        assert [row["amount"] for row in made["line_items"]] == ["1200.0", "7.5"]
        assert (made["grand_total"], made["vendor"]["name"]) == ("1207.5", "Kauri Steel")
        shown = place.get(costs(place, f"/{made['id']}")).json()
        assert [row["wbs_code"]["flat_code"] for row in shown["line_items"]] == ["03-310.O", "03-310.O"]
        refused = post(place, [*lines, {"manual_amount": "1.00"}])
        assert (refused.status_code, len(place.project.direct_costs)) == (422, 1)


def test_at_most_a_hundred_lines() -> None:
    with site() as place:
        line = {"wbs_code_id": coded(place), "manual_amount": "1.00"}
        assert post(place, [line] * 101).status_code == 400
        assert post(place, [line] * 100).status_code == 201


def test_the_older_create_calls_it_an_item() -> None:
    with site() as place:
        assert place.world.call("POST", costs(place, "", "1.0"), json={"item": header(place)}).status_code == 201
        assert place.world.call("POST", costs(place, "", "1.0"), json={"direct_cost": {}}).status_code == 400


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"vendor_id": None}, "vendor"),
        ({"invoice_number": None}, "invoice_number"),
        ({"direct_cost_type": None}, "direct_cost_type"),
        ({"direct_cost_type": "subscription"}, "direct_cost_type"),
        ({"status": "paid"}, "status"),
        ({"received_date": "soon"}, "received_date"),
        ({"vendor_id": 1}, "vendor_id"),
        ({"colour": "red"}, "colour"),
        ({"origin_id": "taken", "id": 1}, "id"),
    ],
)
def test_refused_costs(values: dict[str, Any], field: str) -> None:
    with site() as place:
        sent = header(place, **values)
        error = sync(place, sent)["errors"][0]
        assert list(error["errors"]) == [field]
        assert error.items() >= sent.items()
        assert place.project.direct_costs == []


def test_an_expense_needs_neither_vendor_nor_number() -> None:
    with site() as place:
        assert sync(place, {"direct_cost_type": "expense", "origin_id": "j:1"})["errors"] == []


@pytest.mark.parametrize(("reading", "errors"), [("refused", 1), ("ignored", 0)])
def test_the_type_of_a_cost_that_exists(reading: str, errors: int) -> None:
    with site(switches=Switches(direct_cost_type_in_update=reading)) as place:
        sync(place, header(place, origin_id="b:1"))
        answer = sync(place, {"origin_id": "b:1", "direct_cost_type": "expense"})
        assert len(answer["errors"]) == errors
        assert place.project.direct_costs[0]["direct_cost_type"] == "invoice"


def test_a_stamp_locks_the_header_and_deletion_but_not_the_lines() -> None:
    with site() as place:
        made = sync(place, header(place, origin_id="b:1"))["entities"][0]
        assert "synced with ERP" in str(sync(place, {"id": made["id"], "description": "New"})["errors"])
        assert "synced with ERP" in str(sync(place, {"origin_id": "b:1", "status": "approved"})["errors"])
        assert place.world.call("DELETE", costs(place, f"/{made['id']}")).status_code == 422
        line = {"direct_cost_id": made["id"], "wbs_code_id": coded(place), "amount": "1.00"}
        assert sync(place, line, lines=True)["errors"] == []
        assert sync(place, {"id": made["id"], "origin_id": None})["errors"] == []
        assert sync(place, {"id": made["id"], "description": "New"})["errors"] == []
        assert place.world.call("DELETE", costs(place, f"/{made['id']}")).json() == {"id": made["id"]}
        assert (place.project.direct_costs, len(place.world.company.lines)) == ([], 0)


def test_a_stamp_may_lock_the_lines_as_well() -> None:
    with site(switches=Switches(stamped_direct_costs_take_lines=False)) as place:
        made = sync(place, header(place, origin_id="b:1"))["entities"][0]
        line = {"direct_cost_id": made["id"], "wbs_code_id": coded(place), "amount": "1.00"}
        assert "synced with ERP" in str(sync(place, line, lines=True)["errors"])


def test_lines_one_by_one() -> None:
    with site() as place:
        cost = place.project.add_direct_cost(place.vendor, number="INV-1", lines=[(CONCRETE, "Hire", money("5.00"))])
        path = costs(place, f"/{cost.id}/line_items", "1.0")
        line = {"amount": "2.00", "wbs_code_id": coded(place), "description": "More"}
        made = place.world.call("POST", path, json={"line_item": line})
        assert made.status_code == 201
        address = f"{path}/{made.json()['id']}"
        changed = place.world.call("PATCH", address, json={"line_item": {"amount": "3.00"}})
        assert (changed.json()["amount"], cost.total) == ("3.0", money("8.00"))
        assert [row["amount"] for row in place.get(path).json()] == ["5.0", "3.0"]
        assert place.world.call("DELETE", address).status_code == 200
        assert place.world.call("DELETE", address).status_code == 404
        assert cost.total == 5


@pytest.mark.parametrize(
    ("codes", "field", "reason"),
    [
        ({}, "wbs_code_id", "can't be blank"),
        ({"wbs_code_id": 1}, "wbs_code_id", "is invalid"),
        ({"cost_code_id": "division"}, "cost_code_id", "Cost Code is Not Chargeable"),
    ],
)
def test_lines_without_a_chargeable_code(codes: dict[str, Any], field: str, reason: str) -> None:
    with site() as place:
        cost = place.project.add_direct_cost(place.vendor, number="INV-1", lines=[])
        division = place.project.cost_code("03").id
        codes = {name: division if value == "division" else value for name, value in codes.items()}
        answer = sync(place, {"direct_cost_id": cost.id, "amount": "1.00", **codes}, lines=True)
        assert answer["errors"][0]["errors"] == {field: [reason]}


def test_lines_stay_in_their_project() -> None:
    with site() as place:
        other = place.world.company.add_project("Kauri Ridge", "KR-01", copy_cost_codes=True)
        cost = other.add_direct_cost(place.vendor, number="INV-1", lines=[(STEEL, "Bolts", money("5.00"))])
        line = {"direct_cost_id": cost.id, "wbs_code_id": coded(place), "amount": "1.00"}
        assert list(sync(place, line, lines=True)["errors"][0]["errors"]) == ["direct_cost_id"]
        assert list(sync(place, {"id": cost.id, "status": "draft"})["errors"][0]["errors"]) == ["id"]
        assert place.get(costs(place, "/line_items", "1.0")).json() == []
        assert cost.total == 5


def test_costs_and_lines_are_filtered() -> None:
    with site() as place:
        first = place.project.add_direct_cost(place.vendor, number="INV-1", lines=[(STEEL, "Bolts", money("5.00"))])
        place.project.add_direct_cost(
            place.vendor, number="INV-2", lines=[(STEEL, "Nuts", money("5.00"))], origin_id="b:2"
        )
        for name, value, number in (("origin_id", "b:2", "INV-2"), ("invoice_number", "INV-1", "INV-1")):
            rows = place.get(costs(place), **{f"filters[{name}]": value}).json()
            assert [row["invoice_number"] for row in rows] == [number]
        lines = place.get(costs(place, "/line_items", "1.0"), **{"filters[direct_cost_id]": first.id}).json()
        assert [(row["description"], row["holder"]["id"]) for row in lines] == [("Bolts", first.id)]
        assert len(place.get(costs(place, "/line_items", "1.0")).json()) == 2


def at_the_same_time(place: Site) -> tuple[int, list[int]]:
    """The status of a write, and of the calls that come while it is at work."""
    others: list[int] = []

    def meanwhile(seconds: float) -> None:
        others.append(place.world.call("POST", costs(place), json={"direct_cost": header(place)}).status_code)
        others.append(place.get(costs(place)).status_code)
        elsewhere = place.world.company.add_project("Kauri Ridge", "KR-01")
        path = f"/rest/v1.1/projects/{elsewhere.id}/direct_costs"
        others.append(place.world.call("POST", path, json={"direct_cost": header(place)}).status_code)

    place.world.sandbox.faults.add("delay", path="/direct_costs", method="POST", seconds=1.0)
    with mock.patch("time.sleep", meanwhile):
        first = place.world.call("POST", costs(place), json={"direct_cost": header(place)}).status_code
    return first, others


def test_two_writes_to_one_project_collide() -> None:
    with site() as place:
        assert at_the_same_time(place) == (201, [409, 200, 201])
        assert len(place.project.direct_costs) == 1
        assert post(place).status_code == 201


def test_collisions_can_be_switched_off() -> None:
    with site(switches=Switches(direct_cost_writes_collide=False)) as place:
        assert at_the_same_time(place) == (201, [201, 200, 201])


def test_the_tool_may_be_off() -> None:
    with site() as place:
        place.project.change(tools_off=frozenset({"direct_costs"}))
        assert place.get(costs(place)).status_code == 403
        assert post(place).status_code == 403
