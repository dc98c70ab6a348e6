"""Outside keys of the records of a project's books, many at a time."""

from __future__ import annotations

from typing import Any

from integrations.procore.external_data import ItemType, Stamp, read_stamps, sync_external_data
from tests.sandboxes.procore_site import CONCRETE, Site, money, site


def stamp(place: Site, *stamps: Stamp) -> list[bool]:
    client = place.world.client
    reply = client.send(sync_external_data(client.company_id, stamps))
    return [result.done for result in read_stamps(reply.data, stamps)]


def test_one_call_stamps_records_of_every_type_and_locks_them() -> None:
    with site() as place:
        contract = place.contract("60,000.00")
        order = place.project.add_purchase_order(place.vendor, number="PO-1", lines=[])
        claim = contract.claim(period_end="2026-07-31")
        payment = contract.add_payment(money("1.00"), "2026-08-20", claim)
        cost = place.project.add_direct_cost(place.vendor, number="INV-1", lines=[(CONCRETE, "x", money("1.00"))])
        rows = {
            ItemType.SUBCONTRACT: contract,
            ItemType.PURCHASE_ORDER: order,
            ItemType.LINE: contract.lines[0],
            ItemType.REQUISITION: claim,
            ItemType.CONTRACT_PAYMENT: payment,
            ItemType.DIRECT_COST: cost,
            ItemType.VENDOR: place.vendor,
            ItemType.PROJECT: place.project,
            ItemType.COST_CODE: place.project.cost_code(CONCRETE),
        }
        stamps = [Stamp(kind, row.id, f"x:{kind}") for kind, row in rows.items()]
        before = place.world.sandbox.ledger.mark()
        assert all(stamp(place, *stamps))
        assert len(place.world.sandbox.ledger.writes(since=before)) == 1
        assert [row["origin_id"] for row in rows.values()] == [f"x:{kind}" for kind in rows]
        assert all(stamp(place, *(Stamp(kind, row.id, None) for kind, row in rows.items())))
        assert {row["origin_id"] for row in rows.values()} == {None}
        claim.unapprove()
        assert claim["status"] == "revise_and_resubmit"


def test_what_cannot_be_stamped_is_told_apart() -> None:
    with site() as place:
        claim = place.contract("60,000.00").claim(period_end="2026-07-31")
        other = claim.contract.claim(period_end="2026-08-31")
        stamps = [
            Stamp(ItemType.REQUISITION, claim.id, "x:1"),
            Stamp(ItemType.REQUISITION, other.id, "x:1"),
            Stamp(ItemType.REQUISITION, 1, "x:2"),
        ]
        client = place.world.client
        results = read_stamps(client.send(sync_external_data(client.company_id, stamps)).data, stamps)
        assert [result.done for result in results] == [True, False, False]
        assert results[1].messages == ("Origin has already been taken",)
        assert results[2].messages


def sent(place: Site, *updates: dict[str, Any]) -> dict[str, Any]:
    path = f"/rest/v1.0/companies/{place.world.company.id}/external_data/sync"
    body: dict[str, Any] = place.world.call("PATCH", path, json={"updates": list(updates)}).json()
    return body


def test_records_of_a_project_that_is_not_permitted_are_not_there() -> None:
    with site() as place:
        contract = place.contract("60,000.00")
        order = contract.add_change_order("1", [(CONCRETE, "More", money("1.00"))])
        claim = contract.claim(period_end="2026-07-31")
        payment = contract.add_payment(money("1.00"), "2026-08-20", claim)
        cost = place.project.add_direct_cost(place.vendor, number="INV-1", lines=[(CONCRETE, "x", money("1.00"))])
        rows = [("work_order_contract", contract), ("change_order", order), ("requisition", claim), ("item", cost)]
        rows += [("line_item", row) for row in (contract.lines[0], order.lines[0], cost.lines[0])]
        rows += [("contract_payment", payment), ("requisition_contract_item", claim.items[0])]
        rows += [("cost_code", place.project.cost_code(CONCRETE)), ("project", place.project)]
        updates = [
            {"item_type": kind, "item_id": row.id, "origin_id": f"x:{at}"} for at, (kind, row) in enumerate(rows)
        ]
        place.world.app.permit_only(place.world.company)
        answer = sent(place, *updates, {"item_type": "vendor", "item_id": place.vendor.id, "origin_id": "x:v"})
        said = {"item_id": ["Entity with this ID not found"]}
        assert answer["errors"] == [{**update, "errors": said} for update in updates]
        assert [row["item_type"] for row in answer["entities"]] == ["vendor"]
        path = f"/rest/v1.0/companies/{place.world.company.id}/external_data/bulk_destroy"
        payment.change(origin_id="x:p")
        body = {"item_type": "contract_payment", "item_ids": [payment.id]}
        assert place.world.call("DELETE", path, json=body).status_code == 404
        assert payment["origin_id"] == "x:p"
        place.world.app.permit_only(place.world.company, place.project)
        assert sent(place, *updates)["errors"] == []
        assert place.world.call("DELETE", path, json=body).status_code == 200
        assert payment["origin_id"] is None


def test_a_key_of_digits_is_a_text_like_any_other() -> None:
    with site() as place:
        contract = place.contract("60,000.00")
        claims = [contract.claim(period_end=day) for day in ("2026-07-31", "2026-08-31")]
        keys = [{"item_type": "requisition", "item_id": claim.id, "origin_id": 7} for claim in claims]
        answer = sent(place, *keys)
        assert [row["origin_id"] for row in answer["entities"]] == ["7"]
        assert answer["errors"] == [{**keys[1], "errors": {"origin_id": ["has already been taken"]}}]
        assert sent(place, {**keys[1], "origin_id": "7"})["errors"]
        assert sent(place, {**keys[0], "origin_id": ""}, {**keys[1], "origin_id": "7"})["errors"] == []


def test_a_line_of_a_claim_goes_by_its_own_type() -> None:
    with site() as place:
        claim = place.contract("60,000.00").claim(period_end="2026-07-31")
        item = {"item_id": claim.items[0].id, "origin_id": "x:1"}
        assert sent(place, {**item, "item_type": "requisition_change_order_item"})["errors"]
        assert sent(place, {**item, "item_type": "requisition_contract_item"})["errors"] == []
