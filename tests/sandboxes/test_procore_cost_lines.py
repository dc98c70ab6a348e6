"""Lines of direct costs as version 1.1 takes them."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from integrations.procore.sandbox.project import DirectCost
from tests.sandboxes.procore_site import CONCRETE, STEEL, Site, money, site
from tests.sandboxes.test_procore_direct_costs import coded, costs, post, sync


def one_cost(place: Site) -> DirectCost:
    lines = [(CONCRETE, "Crane", money("1,200.00")), (STEEL, "Bolts", money("5.00"))]
    return place.project.add_direct_cost(place.vendor, number="INV-1", lines=lines)


def change(place: Site, cost: DirectCost, *lines: dict[str, Any], **values: Any) -> requests.Response:
    body = {"direct_cost": {**values, "line_items": list(lines)}}
    return place.world.call("PATCH", costs(place, f"/{cost.id}"), json=body)


def amounts(cost: DirectCost) -> list[Any]:
    return [line["amount"] for line in cost.lines]


@pytest.mark.parametrize(
    ("line", "status", "field"),
    [
        ({"manual_amount": "1.00"}, 422, "wbs_code_id"),
        ({"manual_amount": "1.00", "cost_code_id": "own", "line_item_type_id": "own"}, 406, "cost_code_id"),
        ({"wbs_code_id": "own", "amount": "1.00"}, 406, "amount"),
        ({"wbs_code_id": "own", "extended_type": "manual"}, 406, "extended_type"),
        ({"wbs_code_id": "own", "manual_amount": "much"}, 422, "amount"),
        ({"wbs_code_id": "own", "manual_amount": "1.00", "direct_cost_id": 1}, 422, "direct_cost_id"),
    ],
)
def test_refused_lines(line: dict[str, Any], status: int, field: str) -> None:
    with site() as place:
        own = place.project.coded(CONCRETE, "O")
        sent = {name: own[name] if value == "own" else value for name, value in line.items()}
        answer = post(place, [sent])
        assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])
        assert place.project.direct_costs == []


def test_a_budget_code_of_a_header_level_cost_code_takes_no_cost() -> None:
    with site() as place:
        division = place.project.coded("03", "O")["wbs_code_id"]
        answer = post(place, [{"wbs_code_id": division, "manual_amount": "1.00"}])
        assert (answer.status_code, answer.json()["errors"]) == (422, {"wbs_code_id": ["Cost Code is Not Chargeable"]})
        cost = one_cost(place)
        refused = sync(place, {"direct_cost_id": cost.id, "wbs_code_id": division, "amount": "1.00"}, lines=True)
        assert refused["errors"][0]["errors"] == {"wbs_code_id": ["Cost Code is Not Chargeable"]}
        assert amounts(cost) == [1200, 5]


def test_the_clients_own_reference_comes_back() -> None:
    with site() as place:
        made = post(place, [{"ref": "1", "wbs_code_id": coded(place), "manual_amount": 1}]).json()
        assert made["line_items"][0]["ref"] == "1"
        assert place.get(costs(place, f"/{made['id']}")).json()["line_items"][0]["ref"] == "1"


def test_a_line_keeps_its_amount_until_another_is_sent() -> None:
    with site() as place:
        cost = one_cost(place)
        crane, bolts = (line.id for line in cost.lines)
        assert change(place, cost, {"id": crane, "description": "Tower crane"}).ok
        assert (amounts(cost), cost.lines[0]["description"]) == ([1200, 5], "Tower crane")
        assert change(place, cost, {"id": bolts, "quantity": "3", "unit_cost": "2.50"}).ok
        assert change(place, cost, {"id": bolts, "description": "Nuts"}).ok
        assert amounts(cost) == [1200, money("7.5")]
        assert change(place, cost, {"id": bolts, "quantity": "4"}).ok
        assert change(place, cost, {"id": crane, "manual_amount": "1100.00"}).ok
        assert (amounts(cost), cost.lines[0]["extended_type"]) == ([1100, 10], "manual")


def test_a_change_is_refused_as_a_whole() -> None:
    with site() as place:
        cost = one_cost(place)
        crane = {"id": cost.lines[0].id, "manual_amount": "1.00"}
        assert change(place, cost, crane, {"manual_amount": "2.00"}, description="New").status_code == 422
        assert change(place, cost, crane, {"id": 1}, description="New").status_code == 404
        assert (amounts(cost), cost["description"]) == ([1200, 5], None)


def test_one_outside_key_for_one_line_within_a_call_as_well() -> None:
    with site() as place:
        line = {"wbs_code_id": coded(place), "manual_amount": "1.00", "origin_id": "l:1"}
        twice = post(place, [line, line])
        assert (twice.status_code, twice.json()["errors"]) == (422, {"origin_id": ["has already been taken"]})
        assert place.project.direct_costs == []
        cost = one_cost(place)
        stamped = [{"id": row.id, "origin_id": 7} for row in cost.lines]
        assert change(place, cost, *stamped).status_code == 422
        assert [row["origin_id"] for row in cost.lines] == [None, None]
        assert change(place, cost, stamped[0]).ok
        assert change(place, cost, {**line, "origin_id": "7"}).status_code == 422
