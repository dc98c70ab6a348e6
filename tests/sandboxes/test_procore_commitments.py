"""Rules of commitments in the pretend Procore: both kinds, their lines, change orders, periods, budget codes."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from integrations.procore.sandbox import Switches
from integrations.procore.sandbox.contracts import Contract
from tests.sandboxes.procore_site import CONCRETE, STEEL, Site, money, site

SUBCONTRACTS, ORDERS = "/rest/v1.0/work_order_contracts", "/rest/v1.0/purchase_order_contracts"
WRAPPERS = {SUBCONTRACTS: "work_order_contract", ORDERS: "purchase_order_contract"}
both = pytest.mark.parametrize("path", [SUBCONTRACTS, ORDERS])


def write(place: Site, method: str, path: str, **body: Any) -> requests.Response:
    return place.world.call(method, path, json={"project_id": place.project.id, **body})


def create(place: Site, path: str, **values: Any) -> requests.Response:
    return write(place, "POST", path, **{WRAPPERS[path]: values})


@both
def test_a_commitment_is_made_and_read(path: str) -> None:
    with site() as place:
        place.project.add_vendor(place.vendor)
        values = {"number": "C-1", "title": "Frame", "vendor_id": place.vendor.id, "status": "Approved"}
        made = create(place, path, retainage_percent="7.5", **values)
        assert made.status_code == 201, made.text
        row = place.get(path).json()[0]
        assert row["vendor"] == {"id": place.vendor.id, "company": "Kauri Steel"}
        assert (row["number"], row["status"], row["retainage_percent"]) == ("C-1", "Approved", "7.5")
        assert "line_items" not in row
        shown = place.get(f"{path}/{row['id']}").json()
        assert (shown["line_items"], shown["payments_issued"]) == ([], [])
        other = ORDERS if path == SUBCONTRACTS else SUBCONTRACTS
        assert place.get(f"{other}/{row['id']}").status_code == 404


@both
def test_a_vendor_is_needed_unless_it_is_a_draft(path: str) -> None:
    with site() as place:
        assert create(place, path, title="Frame").json()["status"] == "Draft"
        refused = create(place, path, title="Frame", status="Approved")
        assert (refused.status_code, list(refused.json()["errors"])) == (422, ["vendor_id"])


@both
def test_a_vendor_must_have_joined_the_project(path: str) -> None:
    with site() as place:
        values = {"title": "Frame", "vendor_id": place.vendor.id}
        assert "has not been added to this project" in create(place, path, **values).text
        place.world.call("POST", f"/rest/v1.1/projects/{place.project.id}/vendors/{place.vendor.id}/actions/add")
        assert create(place, path, **values).status_code == 201
    with site(switches=Switches(commitments_need_project_vendors=False)) as place:
        assert create(place, path, title="Frame", vendor_id=place.vendor.id).status_code == 201


def test_projects_may_know_vendors_by_ids_of_their_own() -> None:
    with site(switches=Switches(project_vendors_have_own_ids=True)) as place:
        added = place.world.call(
            "POST", f"/rest/v1.1/projects/{place.project.id}/vendors/{place.vendor.id}/actions/add"
        ).json()
        listed = place.get(f"/rest/v1.1/projects/{place.project.id}/vendors").json()
        assert added["id"] == listed[0]["id"] != place.vendor.id
        assert "has not been added" in create(place, SUBCONTRACTS, title="x", vendor_id=place.vendor.id).text
        made = create(place, SUBCONTRACTS, title="x", vendor_id=added["id"]).json()
        assert made["vendor"]["id"] == added["id"]
        place.contract("1.00").claim(period_end="2026-07-31")
        assert place.claims()[0]["vendor_id"] == added["id"]


@pytest.mark.parametrize(
    ("path", "status", "answer"),
    [
        (SUBCONTRACTS, "Complete", 201),
        (SUBCONTRACTS, "Closed", 400),
        (ORDERS, "Closed", 201),
        (ORDERS, "Complete", 400),
    ],
)
def test_each_kind_has_its_statuses(path: str, status: str, answer: int) -> None:
    with site() as place:
        place.project.add_vendor(place.vendor)
        assert create(place, path, title="x", vendor_id=place.vendor.id, status=status).status_code == answer


def locked_ways(place: Site, contract: Contract) -> list[requests.Response]:
    """What an approved contract does not allow."""
    other = place.world.company.add_vendor("Tāmaki Timber")
    place.project.add_vendor(other)
    line = {"description": "More", "cost_code_id": contract.lines[0]["cost_code_id"], "amount": "1.00"}
    line["line_item_type_id"] = contract.lines[0]["line_item_type_id"]
    address = f"{SUBCONTRACTS}/{contract.id}"
    return [
        write(place, "POST", f"{address}/line_items", line_item=line),
        write(place, "PATCH", address, work_order_contract={"vendor_id": other.id}),
        place.world.call("DELETE", address, params={"project_id": place.project.id}),
    ]


@pytest.mark.parametrize("status", ["Approved", "Complete"])
def test_approval_locks_lines_vendor_and_deletion(status: str) -> None:
    with site() as place:
        contract = place.contract("60,000.00", status=status)
        assert [answer.status_code for answer in locked_ways(place, contract)] == [422, 422, 422]
        assert write(
            place, "PATCH", f"{SUBCONTRACTS}/{contract.id}", work_order_contract={"title": "New"}
        ).status_code == 200  # fmt: skip
        assert (len(contract.lines), contract.vendor) == (1, place.vendor)


@pytest.mark.parametrize(
    ("status", "switches"), [("Draft", Switches()), ("Approved", Switches(approved_commitments_are_locked=False))]
)
def test_without_the_lock_all_of_it_goes(status: str, switches: Switches) -> None:
    with site(switches=switches) as place:
        contract = place.contract("60,000.00", status=status)
        assert [answer.status_code for answer in locked_ways(place, contract)] == [201, 200, 200]
        assert place.get(SUBCONTRACTS).json() == []
        assert len(place.get(SUBCONTRACTS, **{"filters[include_deleted]": "only"}).json()) == 1


@both
def test_syncing_commitments(path: str) -> None:
    with site() as place:
        place.project.add_vendor(place.vendor)
        first = {
            "origin_id": "po:1",
            "number": "C-1",
            "title": "Frame",
            "vendor_id": place.vendor.id,
            "status": "Approved",
        }
        answer = write(
            place, "PATCH", f"{path}/sync", updates=[first, {"origin_id": "po:2", "status": "Approved"}]
        ).json()
        assert [row["number"] for row in answer["entities"]] == ["C-1"]
        assert list(answer["errors"][0]["errors"]) == ["vendor_id"]
        again = write(
            place, "PATCH", f"{path}/sync", updates=[{"origin_id": "po:1", "title": "Frame 2"}, {"id": 1}]
        ).json()
        assert [row["title"] for row in again["entities"]] == ["Frame 2"]
        assert list(again["errors"][0]["errors"]) == ["id"]
        assert len(place.get(path).json()) == 1


def test_a_commitment_of_another_project_is_not_reached_by_sync() -> None:
    with site() as place:
        contract = place.contract("1.00")
        other = place.world.company.add_project("Kauri Ridge", "KR-01")
        body = {"project_id": other.id, "updates": [{"id": contract.id, "title": "Mine"}]}
        assert place.world.call("PATCH", f"{SUBCONTRACTS}/sync", json=body).json()["entities"] == []


def test_commitments_are_filtered_and_listed_together() -> None:
    with site() as place:
        contract = place.contract("1.00", number="SC-001", origin_id="po:1")
        place.contract("1.00", number="SC-002", status="Draft")
        place.project.add_purchase_order(place.vendor, number="PO-001", lines=[(STEEL, "Bolts", money("5.00"))])
        for name, value in (("origin_id", "po:1"), ("status", "Approved"), ("id", contract.id)):
            rows = place.get(SUBCONTRACTS, **{f"filters[{name}]": value}).json()
            assert [row["number"] for row in rows] == ["SC-001"]
        rows = place.get("/rest/v1.0/commitments").json()
        assert [row["number"] for row in rows] == ["SC-001", "SC-002", "PO-001"]
        assert place.world.get(SUBCONTRACTS).status_code == 400


def test_lines_know_their_codes_and_sum_up() -> None:
    with site() as place:
        contract = place.contract("60,000.00", "40,000.50")
        contract.add_change_order("1", [(CONCRETE, "More", money("500.00"))])
        contract.add_change_order("2", [(CONCRETE, "Less", money("-100.00"))], status="pending")
        contract.add_payment(money("10,050.05"), "2026-08-20")
        row = place.get(f"{SUBCONTRACTS}/{contract.id}").json()
        line = row["line_items"][0]
        assert (line["cost_code"]["full_code"], line["wbs_code"]["flat_code"]) == ("03-310", "03-310.C")
        assert (line["amount"], line["holder"]["holder_type"]) == ("60000.0", "WorkOrderContract")
        assert (row["grand_total"], row["approved_change_orders"], row["revised_contract"]) == (
            "100000.5",
            "500.0",
            "100500.5",
        )
        assert (row["pending_change_orders"], row["total_payments"]) == ("-100.0", "10050.05")
        assert row["percentage_paid"] == "10.0"
        assert [payment["amount"] for payment in row["payments_issued"]] == ["10050.05"]
        assert place.get(f"{SUBCONTRACTS}/{contract.id}/line_items").json() == row["line_items"]


def test_syncing_lines() -> None:
    with site() as place:
        contract = place.contract("60,000.00", status="Draft")
        header = place.project.cost_code("03")
        kind = place.world.company.cost_type("C")
        wbs = contract.lines[0]["wbs_code_id"]
        steel, of_type = {"cost_code_id": place.project.cost_code(STEEL).id}, {"line_item_type_id": kind.id}
        calculated = {"extended_type": "calculated", "quantity": "3", "unit_cost": "2.50", "wbs_code_id": wbs}
        updates = [
            {"origin_id": "l:1", "description": "By budget code", "amount": "10.00", "wbs_code_id": wbs},
            {"origin_id": "l:2", "description": "By cost code", "amount": "1", **steel, **of_type},
            {"origin_id": "l:3", "description": "A division", "amount": "1", "cost_code_id": header.id, **of_type},
            {"origin_id": "l:4", "description": "No code", "amount": "1"},
            {"origin_id": "l:5", "description": "No type", "amount": "1", **steel},
            {"origin_id": "l:6", "description": "Calculated", **calculated},
        ]
        path = f"{SUBCONTRACTS}/{contract.id}/line_items/sync"
        answer = place.world.call(
            "PATCH", path, params={"project_id": place.project.id}, json={"updates": updates}
        ).json()
        assert [row["origin_id"] for row in answer["entities"]] == ["l:1", "l:2", "l:6"]
        assert [row["amount"] for row in answer["entities"]] == ["10.0", "1.0", "7.5"]
        reasons = [error["errors"] for error in answer["errors"]]
        assert reasons[0] == {"cost_code_id": ["Cost Code is Not Chargeable"]}
        assert [list(reason) for reason in reasons[1:]] == [["wbs_code_id"], ["line_item_type_id"]]
        again = [{"origin_id": "l:1", "amount": "12.00"}]
        place.world.call("PATCH", path, params={"project_id": place.project.id}, json={"updates": again})
        assert [line["amount"] for line in contract.lines] == [60_000, 12, 1, money("7.50")]


def test_a_code_of_another_project_is_refused() -> None:
    with site() as place:
        other = place.world.company.add_project("Kauri Ridge", "KR-01", copy_cost_codes=True)
        strange = other.coded(STEEL, "C")
        contract = place.contract("1.00", status="Draft")
        for codes in ({"wbs_code_id": strange["wbs_code_id"]}, {"cost_code_id": strange["cost_code_id"]}):
            line = {"description": "x", "amount": "1", **codes, "line_item_type_id": strange["line_item_type_id"]}
            answer = write(place, "POST", f"{SUBCONTRACTS}/{contract.id}/line_items", line_item=line)
            assert (answer.status_code, list(answer.json()["errors"])) == (422, list(codes))


def test_change_orders_with_their_lines() -> None:
    with site() as place:
        contract, other = place.contract("1.00"), place.contract("1.00", number="SC-002")
        order = contract.add_change_order("1", [(CONCRETE, "More", money("500.00"))])
        other.add_change_order("1", [(STEEL, "More", money("5.00"))], status="draft")
        path = f"/rest/v1.0/projects/{place.project.id}/commitment_change_orders"
        assert [row["grand_total"] for row in place.get(path).json()] == ["500.0", "5.0"]
        assert [row["id"] for row in place.get(path, **{"filters[contract_id]": contract.id}).json()] == [order.id]
        assert [row["id"] for row in place.get(path, **{"filters[status]": "approved"}).json()] == [order.id]
        company = place.world.company.id
        lines = (
            f"/rest/v2.0/companies/{company}/projects/{place.project.id}/commitment_change_orders/{order.id}/line_items"
        )
        data = place.get(lines).json()["data"]
        assert [(row["amount"], row["id"]) for row in data] == [("500.0", str(order.lines[0].id))]


def test_billing_periods() -> None:
    with site() as place:
        path = f"/rest/v1.0/projects/{place.project.id}/billing_periods"
        period = {"start_date": "2026-07-01", "end_date": "2026-07-31", "due_date": "2026-08-20", "status": "open"}
        made = place.world.call("POST", path, json={"billing_period": period})
        assert made.status_code == 201
        place.project.billing_period("2026-08-31").change(status="closed")
        rows = place.get(path, **{"filters[status]": "open"}).json()
        assert [(row["due_date"], row["position"]) for row in rows] == [("2026-08-20", 1)]
        for wrong in ({"status": "late"}, {"due_date": "soon"}, {"due_date": None}):
            assert place.world.call("POST", path, json={"billing_period": {**period, **wrong}}).status_code == 400


def test_budget_codes_come_with_their_first_use_and_once() -> None:
    with site() as place:
        place.contract("1.00", "1.00")
        place.contract("1.00", number="SC-002")
        path = f"/rest/v1.0/projects/{place.project.id}/work_breakdown_structure/wbs_codes"
        rows = place.get(path).json()
        assert [row["flat_code"] for row in rows] == ["03-310.C", "05-120.C"]
        assert [item["segment"]["type"] for item in rows[0]["segment_items"]] == ["cost_code", "line_item_type"]


@pytest.mark.parametrize("path", [SUBCONTRACTS, ORDERS, "/rest/v1.0/commitments", "/rest/v1.1/requisitions"])
def test_a_tool_without_access_is_forbidden(path: str) -> None:
    with site() as place:
        place.world.company.tools_off.add("commitments")
        assert place.get(path).status_code == 403
