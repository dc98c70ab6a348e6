"""Outside keys of the records of a project's books, many at a time."""

from __future__ import annotations

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
