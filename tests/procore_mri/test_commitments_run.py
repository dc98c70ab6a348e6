"""Commitments and their change orders, from Procore to MRI through both sandboxes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from hub.models import Problem
from integrations.mri.sandbox import Switches
from integrations.procore.sandbox.contracts import Contract
from tests.procore_mri.claims_site import JOB, VENDOR, Site, claimed, money, one_contract, site

pytestmark = pytest.mark.django_db
KEY = f"{JOB}/SC-001"


def test_a_subcontract_becomes_a_contract_with_its_schedule_of_values() -> None:
    with one_contract() as (place, contract):
        (made,) = place.rows("contracts")
        assert (made["job_id"], made["number"], made["vendor_id"]) == (JOB, "SC-001", VENDOR)
        assert (made["amount"], made["retainage_percent"]) == (money("180,000.00"), Decimal(5))
        assert [(row["phase"], row["cost_code"], row["cost_type"], row["amount"]) for row in made["lines"]] == [
            ("02", "0300", "SUB", money("60,000.00")),
            ("02", "0510", "SUB", money("60,000.00")),
            ("03", "1600", "SUB", money("60,000.00")),
        ]
        assert place.w.links("commitments") == {str(contract.id): KEY}
        place.again("commitments")
        place.w.check_links()


def test_what_is_not_approved_waits() -> None:
    with site() as place:
        place.contract(status="Out For Signature")
        assert place.said(place.w.go("commitments")) == {KEY: ("skipped", "not_approved")}


@pytest.mark.parametrize("status", ["Complete", "Closed"])
def test_one_past_approval_is_tied_to_what_mri_has_and_its_last_claim_follows(status: str) -> None:
    with one_contract() as (place, contract):
        place.w.row("commitments").links.all().delete()
        contract.change(status=status)
        claimed(contract)
        mark = place.w.marks()
        assert place.said(place.w.go("commitments")) == {KEY: ("matched", "")}
        assert place.w.writes(mark) == []
        assert place.w.links("commitments") == {str(contract.id): KEY}
        assert place.said(place.w.go("draws")) == {f"{KEY}/1": ("created", "")}
        assert [row["contract_number"] for row in place.rows("draws")] == ["SC-001"]
        place.again("commitments", "draws")
        place.w.check_links()


@pytest.mark.parametrize("status", ["Received", "Closed"])
def test_a_purchase_order_past_approval_is_tied_as_well(status: str) -> None:
    with site() as place:
        order = _order(place)
        place.w.go("commitments")
        place.w.row("commitments").links.all().delete()
        order.change(status=status)
        assert place.said(place.w.go("commitments")) == {f"{JOB}/PO-7": ("matched", "")}
        assert place.w.links("commitments") == {str(order.id): f"{JOB}/PO-7"}
        assert len(place.rows("contracts")) == 1


def test_one_past_approval_that_mri_lacks_is_not_made_anew_and_says_so() -> None:
    with site() as place:
        contract = place.contract(status="Complete")
        claimed(contract)
        mark = place.w.marks()
        job = place.w.go("commitments")
        assert place.said(job) == {KEY: ("skipped", "past_approval")}
        assert f"MRI has no contract SC-001 on the job {JOB}" in place.record(job, KEY).message
        assert "enter it in MRI" in place.record(job, KEY).message
        place.held(place.w.go("draws"), f"{KEY}/1", "commitment_not_sent")
        assert "One past “Approved” in Procore is only matched" in Problem.objects.get(state="open").fix
        assert place.w.writes(mark) == []
        assert place.rows("contracts") == []


def test_one_past_approval_that_is_different_in_mri_waits_for_a_person() -> None:
    with one_contract() as (place, contract):
        place.w.row("commitments").links.all().delete()
        contract.lines[0].change(amount=money("61,000.00"))
        contract.change(status="Complete")
        assert "60,000.00 → 61,000.00" in place.held(place.w.go("commitments"), KEY, "twin_differs")
        assert place.w.links("commitments") == {}


def _order(place: Site) -> Contract:
    lines = [("02-0510", "Beams", money("1,000.00"))]
    return place.project.add_purchase_order(place.vendor, number="PO-7", lines=lines)


@pytest.mark.parametrize(
    ("rule", "table", "outcome"),
    [
        ("contracts", "contracts", ("created", "")),
        ("purchase orders", "purchase_orders", ("created", "")),
        ("leave out", "", ("skipped", "order_left_out")),
    ],
)
def test_purchase_orders_by_setting(rule: str, table: str, outcome: tuple[str, str]) -> None:
    with site(purchase_orders=rule, purchase_order_number="P-{number}") as place:
        _order(place)
        assert place.said(place.w.go("commitments")) == {f"{JOB}/PO-7": outcome}
        for name in ("contracts", "purchase_orders"):
            assert [row["number"] for row in place.rows(name)] == (["P-PO-7"] if name == table else [])
        place.again("commitments")


@pytest.mark.parametrize(
    ("settings", "outcome"),
    [
        ({"purchase_orders": "contracts"}, ("created", "")),
        ({"purchase_orders": "purchase orders"}, ("rejected", "change_on_purchase_order")),
        ({"purchase_orders": "purchase orders", "purchase_order_changes": "send"}, ("created", "")),
        ({"purchase_orders": "leave out"}, ("skipped", "order_left_out")),
    ],
)
def test_change_orders_on_purchase_orders_are_done_or_named(settings: dict[str, Any], outcome: tuple[str, str]) -> None:
    with site(switches=Switches(change_orders_on_purchase_orders="take"), **settings) as place:
        order = _order(place)
        order.add_change_order("1", [("02-0510", "Thicker", money("50.00"))])
        claimed(order, "100.00")
        place.w.go("commitments")
        assert place.said(place.w.go("change_orders")) == {f"{JOB}/PO-7/1": outcome}
        assert len(place.rows("change_orders")) == (outcome == ("created", ""))
        drawn = {"contracts": ("created", ""), "leave out": ("skipped", "order_left_out")}
        expected = drawn.get(settings["purchase_orders"], ("rejected", "order_takes_no_draws"))
        assert place.said(place.w.go("draws")) == {f"{JOB}/PO-7/1": expected}


def test_change_orders_follow_their_contract_and_can_be_drawn_on() -> None:
    with one_contract() as (place, contract):
        order = contract.add_change_order(
            "1", [("02-0300", "Slab", money("5,000.00")), ("03-1600", "", money("-1.10"))]
        )
        contract.add_change_order("2", [("02-0300", "Perhaps", money("7.00"))], status="pending")
        assert place.said(place.w.go("change_orders")) == {
            f"{KEY}/1": ("created", ""),
            f"{KEY}/2": ("skipped", "not_approved"),
        }
        (made,) = place.rows("change_orders")
        assert (made["contract_number"], made["number"], made["amount"]) == ("SC-001", "1", money("4,998.90"))
        assert [(row["cost_code"], row["amount"]) for row in made["lines"]] == [
            ("0300", money("5,000.00")),
            ("1600", money("-1.10")),
        ]
        contract.claim(period_end="2026-07-31", work={order.lines[0]: money("100.00")})
        assert place.said(place.w.go("draws")) == {f"{KEY}/1": ("created", "")}
        assert [row["cost_code"] for row in place.rows("draws")[0]["lines"]] == ["0300"]
        place.again("commitments", "change_orders", "draws")
        place.w.check_links()


def test_a_change_order_waits_for_its_contract() -> None:
    with site() as place:
        contract = place.contract(status="Draft")
        contract.add_change_order("1", [("02-0300", "Slab", money("5.00"))])
        claimed(contract)
        assert "SC-001" in place.held(place.w.go("change_orders"), f"{KEY}/1", "commitment_not_sent")
        assert place.said(place.w.go("draws")) == {f"{KEY}/1": ("rejected", "commitment_not_sent")}
        contract.change(status="Approved")
        for stage in ("commitments", "change_orders", "draws"):
            assert set(place.said(place.w.go(stage)).values()) == {("created", "")}


def test_change_orders_without_value() -> None:
    with one_contract() as (place, contract):
        contract.add_change_order("1", [("02-0300", "Words only", Decimal(0))])
        contract.add_change_order("2", [("02-0300", "Less", money("-5.00")), ("03-1600", "More", money("5.00"))])
        job = place.w.go("change_orders")
        assert place.said(job)[f"{KEY}/1"] == ("skipped", "no_value")
        assert "moves amounts between cost codes" in place.held(job, f"{KEY}/2", "moves_between_codes")


def test_change_orders_without_value_are_sent_by_setting() -> None:
    taking = Switches(zero_change_orders="take")
    with one_contract(zero_change_orders="send", switches=taking) as (place, contract):
        contract.add_change_order("2", [("02-0300", "Less", money("-5.00")), ("03-1600", "More", money("5.00"))])
        assert place.said(place.w.go("change_orders")) == {f"{KEY}/2": ("created", "")}
        place.again("change_orders")


def test_what_mri_says_of_one_without_value_is_shown_word_for_word() -> None:
    with one_contract(zero_change_orders="send") as (place, contract):
        contract.add_change_order("1", [("02-0300", "Words only", Decimal(0))])
        assert "must have a value" in place.held(place.w.go("change_orders"), f"{KEY}/1", "refused")


def test_a_contract_changed_after_sending_is_a_persons() -> None:
    with one_contract() as (place, contract):
        contract.lines[0].change(amount=money("61,000.00"))
        contract.touch()
        said = place.held(place.w.go("commitments"), KEY, "changed_after_sending")
        assert "02-0300-SUB: amount 60,000.00 → 61,000.00" in said
        assert len(place.rows("contracts")) == 1
        contract.change(title="Another title")
        contract.lines[0].change(amount=money("60,000.00"))
        assert place.said(place.w.go("commitments")) == {KEY: ("unchanged", "")}


def test_a_contract_gone_from_mri_or_withdrawn_in_procore() -> None:
    with one_contract() as (place, contract):
        contract.change(status="Terminated")
        assert "“Terminated”" in place.held(place.w.go("commitments"), KEY, "no_longer_approved")
        place.rows("contracts").clear()
        assert place.said(place.w.go("commitments")) == {KEY: ("skipped", "withdrawn")}
        contract.change(status="Approved")
        assert f"{JOB}/SC-001" in place.held(place.w.go("commitments"), KEY, "gone_in_mri")


def test_what_is_missing_has_a_cause_and_a_fix() -> None:
    with site() as place:
        place.project.cost_code("02-0999")
        contract = place.project.add_commitment(
            place.vendor, number="SC-001", lines=[("02-0999", "Own code", money("5.00"))]
        )
        assert "02-0999" in place.held(place.w.go("commitments"), KEY, "code_not_linked")
        for line in list(contract.lines):
            contract.lines.remove(line)
        contract.add_line("02-0300", "Fees", money("5.00"), "SVC")
        assert "“Fees”" in place.held(place.w.go("commitments"), KEY, "type_not_linked")
        place.w.configure(cost_types="the code's own")
        place.w.tenant.stages.get(stage="vendors").links.all().delete()
        assert "Ironbark Concreting" in place.held(place.w.go("commitments"), KEY, "vendor_not_linked")
        assert place.rows("contracts") == []


def test_a_number_too_long_for_mri_is_said_before_anything_is_sent() -> None:
    with site() as place:
        place.contract(number="SC-001-CONCRETE-WORKS", title="A title much longer than MRI takes, " * 4)
        mark = place.w.marks()
        said = place.held(place.w.go("commitments"), f"{JOB}/SC-001-CONCRETE-WORKS", "does_not_fit")
        assert "ContractID takes 15 characters" in said
        assert place.w.writes(mark) == []
        place.w.configure(contract_number="{number}")
        place.project.commitment("SC-001-CONCRETE-WORKS").change(number="SC-001")
        assert place.said(place.w.go("commitments")) == {KEY: ("created", "")}
        title = place.rows("contracts")[0]["title"]
        assert len(title) <= 60
        assert title.endswith("…")


def test_lines_that_do_not_add_up_to_what_procore_says_are_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with site() as place:
        monkeypatch.setattr(type(place.contract()), "original", money("180,000.01"))
        said = place.held(place.w.go("commitments"), KEY, "sums_differ")
        assert "180,000.00" in said
        assert "180,000.01" in said
        assert place.rows("contracts") == []
