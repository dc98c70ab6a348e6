"""Records that are put into the pretend MRI: made, or changed where they are there already."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.sandboxes.mri_world import MriWorld, mri_world
from tests.sandboxes.test_mri_books import contract


def put(world: MriWorld, api: str, **record: Any) -> dict[str, Any]:
    answer = world.call("PUT", f"$api={api}", {"value": [record]})
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()["value"][0]
    return told


def test_the_same_record_put_twice_is_one() -> None:
    with mri_world() as world:
        contract(world)
        line = {"LineNumber": "1", "PhaseCode": "02", "CostCode": "0300", "Category": "SUB"}
        sent = {"DrawNumber": "1", "JobCode": "WHARF01", "ContractID": "SC-001", "InvoiceDate": "2026-11-05"}
        first = put(
            world, "MRI_S-PMJC_ContractDraws", **sent, GrossAmount="1000.00", Lines=[{**line, "Amount": "1000.00"}]
        )
        again = put(
            world, "MRI_S-PMJC_ContractDraws", **sent, GrossAmount="900.00", Lines=[{**line, "Amount": "900.00"}]
        )
        assert again["DrawKey"] == first["DrawKey"]
        assert [row["gross"] for row in world.books.tables["draws"]] == [Decimal("900.00")]
        assert [row["amount"] for row in world.books.tables["job_costs"]] == [Decimal("900.00")]
        world.sandbox.switches.overbilling = "refuse"
        most = put(
            world, "MRI_S-PMJC_ContractDraws", **sent, GrossAmount="1500.00", Lines=[{**line, "Amount": "1500.00"}]
        )
        assert "Error" not in most
        over = put(
            world, "MRI_S-PMJC_ContractDraws", **sent, GrossAmount="1500.01", Lines=[{**line, "Amount": "1500.01"}]
        )
        assert over["Error"] == {"Message": "The draw exceeds the contract."}
        assert [row["gross"] for row in world.books.tables["draws"]] == [Decimal("1500.00")]


def test_a_record_is_put_by_its_id() -> None:
    with mri_world() as world:
        made = put(world, "MRI_S-PMAP_Vendors", VendorName="Kauri")
        put(world, "MRI_S-PMAP_Vendors", VendorID=made["VendorID"], VendorName="Kauri Steel")
        found = [row for row in world.books.tables["vendors"] if row["name"].startswith("Kauri")]
        assert [(row["id"], row["name"]) for row in found] == [(made["VendorID"], "Kauri Steel")]


def test_put_may_only_create() -> None:
    with mri_world() as world:
        world.sandbox.switches.put_updates = False
        ids = {put(world, "MRI_S-PMAP_Vendors", VendorName="Kauri")["VendorID"] for _ in range(2)}
        assert len(ids) == 2
