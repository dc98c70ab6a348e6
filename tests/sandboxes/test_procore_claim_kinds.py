"""What claims can hold in the pretend Procore, and what nobody outside Procore knows for certain about it."""

from __future__ import annotations

import pytest

from integrations.procore.sandbox import Switches
from tests.sandboxes.procore_site import money, site

CLAIMS_V10 = "/rest/v1.0/requisitions"


def test_over_a_hundred_percent() -> None:
    with site() as place:
        contract = place.contract("50,000.00", retainage="10")
        line = contract.lines[0]
        contract.claim(period_end="2026-07-31", work={line: money("51,000.00")}, stored={line: money("500.00")})
        item = place.claims()[0]["items"][0]
        assert item["total_completed_and_stored_to_date_percent"] == "103.00"


def test_the_lines_of_a_doubled_schedule_repeat_each_other() -> None:
    with site() as place:
        contract = place.contract("60,000.00")
        line = contract.lines[0]
        footings, slabs = contract.add_details(line, [("Footings", money("20,000.00")), ("Slabs", money("40,000.00"))])
        contract.claim(period_end="2026-07-31", work={footings: money("5,000.00"), slabs: money("7,000.00")})
        claim = place.claims()[0]
        assert [item["item_type"] for item in claim["items"]] == ["contract_item", *["contract_detail_item"] * 2]
        assert [item["work_completed_this_period"] for item in claim["items"]] == ["12000.00", "5000.00", "7000.00"]
        assert {item["line_item_id"] for item in claim["items"]} == {line.id}
        assert claim["summary"]["current_payment_due"] == "11400.00"
        with pytest.raises(ValueError, match="details"):
            contract.claim(period_end="2026-08-31", work={line: money("1.00")})
        place.world.sandbox.switches.details_name_the_contract_line = False
        assert {item["line_item_id"] for item in place.claims()[0]["items"]} == {line.id, footings.id, slabs.id}


def test_change_orders_are_claimed_once_approved() -> None:
    with site() as place:
        contract = place.contract("60,000.00", retainage="0")
        order = contract.add_change_order("1", [("03-310", "Thicker slabs", money("5,000.00"))], status="pending")
        contract.claim(period_end="2026-07-31", work={contract.lines[0]: money("1,000.00")})
        order.approve()
        contract.claim(period_end="2026-08-31", work={order.lines[0]: money("2,000.00")})
        first, second = place.claims()
        assert (first["item_packages"], first["summary"]["contract_sum_to_date"]) == ([], "60000.00")
        assert second["item_packages"][0]["id"] == order.id
        assert second["summary"]["net_change_by_change_orders"] == "5000.00"
        assert second["summary"]["current_payment_due"] == "2000.00"
        assert second["items"][1]["item_type"] == "change_order_item"
        kinds = {"contract_items": 1, "change_order_items": 1, "contract_detail_items": 0}
        for part, count in kinds.items():
            assert len(place.get(f"{CLAIMS_V10}/{second['id']}/{part}").json()) == count


# What is not established.


def test_rejecting_a_line_leaves_its_amounts() -> None:
    with site() as place:
        contract = place.contract("60,000.00", "40,000.00", retainage="0")
        work = dict.fromkeys(contract.lines, money("1,000.00"))
        contract.claim(period_end="2026-07-31", work=work, refused=frozenset({contract.lines[1]}))
        claim = place.claims()[0]
        assert [item["status"] for item in claim["items"]] == ["no_action", "rejected"]
        assert claim["summary"]["current_payment_due"] == "2000.00"


def test_what_was_cut_may_linger_in_its_line() -> None:
    with site(switches=Switches(cut_amounts_stay_in_lines=True)) as place:
        contract = place.contract("60,000.00", "40,000.00", retainage="0")
        one, two = contract.lines
        contract.claim(period_end="2026-07-31", work={one: money("6,000.00")}, rejected={two: money("1,000.00")})
        claim = place.claims()[0]
        assert [item["work_completed_this_period"] for item in claim["items"]] == ["6000.00", "1000.00"]
        assert claim["summary"]["current_payment_due"] == "6000.00"


def test_a_claim_may_carry_tax() -> None:
    for included, due in ((False, "9500.00"), (True, "10450.00")):
        with site(switches=Switches(payment_due_includes_tax=included)) as place:
            contract = place.contract("60,000.00")
            work = {contract.lines[0]: money("10,000.00")}
            contract.claim(period_end="2026-07-31", work=work, tax=money("950.00"))
            summary = place.claims()[0]["summary"]
            assert (summary["tax_applicable_to_this_payment"], summary["current_payment_due"]) == ("950.00", due)


def test_retention_of_materials_may_be_shown_before_its_release() -> None:
    for before, shown in ((False, "125.00"), (True, "225.00")):
        with site(switches=Switches(stored_retainage_shown_before_release=before)) as place:
            contract = place.contract("60,000.00")
            line = contract.lines[0]
            contract.claim(period_end="2026-07-31", stored={line: money("4,500.00")})
            contract.claim(period_end="2026-08-31", stored_released={line: money("100.00")})
            claim = place.claims()[1]
            assert claim["items"][0]["materials_stored_retainage_currently_retained"] == shown
            assert claim["summary"]["current_payment_due"] == "100.00"


def test_attachments() -> None:
    with site() as place:
        place.contract("60,000.00").claim(period_end="2026-07-31", attachments=["claim.pdf"])
        found = place.claims()[0]["attachments"]
        assert [(row["filename"], row["content_type"]) for row in found] == [("claim.pdf", "application/pdf")]
