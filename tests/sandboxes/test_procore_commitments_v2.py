"""Commitments of both kinds at once, and over version 2 of the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandboxes.procore_site import CONCRETE, Site, money, site


def base(place: Site, rest: str = "") -> str:
    return f"/rest/v2.0/companies/{place.world.company.id}/projects/{place.project.id}/commitment_contracts{rest}"


def test_one_commitment_of_either_kind() -> None:
    with site() as place:
        contract = place.contract("60,000.00")
        order = place.project.add_purchase_order(place.vendor, number="PO-1", lines=[(CONCRETE, "x", money("5.00"))])
        for row, kind in ((contract, "WorkOrderContract"), (order, "PurchaseOrderContract")):
            shown = place.get(f"/rest/v1.0/commitments/{row.id}").json()
            assert (shown["type"], shown["number"], len(shown["line_items"])) == (kind, row["number"], 1)
            assert shown["vendor"]["name"] == "Kauri Steel"
        assert place.get("/rest/v1.0/commitments/1").status_code == 404
        other = place.world.company.add_project("Kauri Ridge", "KR-01")
        assert place.get(f"/rest/v1.0/commitments/{contract.id}", project_id=other.id).status_code == 404


def test_both_kinds_are_in_one_list_with_texts_for_ids() -> None:
    with site() as place:
        contract = place.contract("60,000.00")
        order = place.project.add_purchase_order(place.vendor, number="PO-1", lines=[], status="Draft")

        def found(**filters: Any) -> list[str]:
            query = {f"filters[{name}]": value for name, value in filters.items()}
            return [row["id"] for row in place.world.call("GET", base(place), params=query).json()["data"]]

        assert found() == [str(contract.id), str(order.id)]
        assert found(type="PurchaseOrderContract") == [str(order.id)]
        assert found(vendor_id=place.vendor.id, executed="true") == [str(contract.id)]
        assert found(status="Draft") == [str(order.id)]
        order.change(deleted_at=place.world.sandbox.clock.now())
        assert (found(), found(include_deleted="only")) == ([str(contract.id)], [str(order.id)])
        wrong = {"filters[type]": "Contract"}
        assert place.world.call("GET", base(place), params=wrong).status_code == 400


def test_a_commitment_is_made_and_changed() -> None:
    with site() as place:
        place.project.add_vendor(place.vendor)
        sent = {"type": "WorkOrderContract", "title": "Steel", "vendor_id": str(place.vendor.id), "ssr_enabled": True}
        made = place.world.call("POST", base(place), json={**sent, "retainage_percent": "5"})
        assert made.status_code == 201, made.text
        shown = made.json()["data"]
        assert (shown["vendor_id"], shown["ssr_enabled"], shown["retainage_percent"]) == (
            sent["vendor_id"],
            True,
            "5.0",
        )
        assert "origin_id" not in shown
        one = base(place, f"/{shown['id']}")
        changed = place.world.call("PATCH", one, json={"allow_payments": False, "executed": True}).json()["data"]
        assert (changed["allow_payments"], changed["executed"], changed["ssr_enabled"]) == (False, True, True)
        assert place.world.call("GET", one).json()["data"] == changed
        assert place.project.commitments[0]["allow_payments"] is False


@pytest.mark.parametrize(
    ("values", "status", "field"),
    [
        ({"type": None}, 400, "type"),
        ({"status": "Signed"}, 400, "status"),
        ({"status": "Approved"}, 422, "vendor_id"),
        ({"origin_id": "x:1"}, 406, "origin_id"),
        ({"vendor_id": "1"}, 422, "vendor_id"),
        ({"contract_date": "soon"}, 400, "contract_date"),
        ({"change_order_level_of_detail": "all"}, 400, "change_order_level_of_detail"),
    ],
)
def test_refused_commitments(values: dict[str, Any], status: int, field: str) -> None:
    with site() as place:
        answer = place.world.call("POST", base(place), json={"type": "WorkOrderContract", **values})
        assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])
        assert place.project.commitments == []


def test_lines_and_sums() -> None:
    with site() as place:
        contract = place.contract("60,000.00", status="Draft")
        contract.add_change_order("1", [(CONCRETE, "More", money("500.00"))])
        contract.add_change_order("2", [(CONCRETE, "Less", money("-7.00"))], status="draft")
        claim = contract.claim(period_end="2026-07-31", work={contract.lines[0]: money("10,000.00")})
        contract.add_payment(money("1.00"), "2026-08-20", claim)
        one = base(place, f"/{contract.id}")
        wbs = str(contract.lines[0]["wbs_code_id"])
        line = {"wbs_code_id": wbs, "quantity": "3", "unit_cost": "2.50", "description": "Bolts"}
        made = place.world.call("POST", f"{one}/line_items", json=line)
        assert (made.status_code, made.json()["data"]["amount"]) == (200, "7.5")
        assert made.json()["data"]["wbs_code"]["id"] == wbs
        for refused, status in (({"amount": "1.00"}, 422), ({**line, "cost_code_id": 1}, 406)):
            assert place.world.call("POST", f"{one}/line_items", json=refused).status_code == status
        rows = place.world.call("GET", f"{one}/line_items").json()["data"]
        assert [row["extended_type"] for row in rows] == ["manual", "calculated"]
        summary = place.world.call("GET", f"{one}/summary").json()["data"]
        assert (summary["approved_change_total"], summary["draft_change_total"]) == ("500.00", "-7.00")
        assert (summary["total_invoices_amount"], summary["total_payments_amount"]) == ("10000.00", "1.00")
        contract.change(status="Approved")
        assert place.world.call("POST", f"{one}/line_items", json=line).status_code == 422
