"""Replies about money that the live service, or its documentation, really gave: the client reads them whole, and the
pretend Procore's answers look the same."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.base.client import parse_json
from integrations.procore.commitments import Commitment, CommitmentLine
from integrations.procore.payments import ContractPayment
from integrations.procore.records import CostCode, LineItemType, Row, read_one
from integrations.procore.requisitions import Certificate, ClaimLine
from integrations.procore.wbs import SegmentItem, WbsCodeView
from tests.contract import material
from tests.contract.shapes import same_shape
from tests.sandboxes.procore_site import CONCRETE, Site, money, site

REPLIES = {reply.name: reply.body for reply in material.recorded("procore")} if material.folder() else {}


def request_data(name: str) -> Any:
    return REPLIES[name]["request_data"]


READ: dict[str, tuple[type[Row], Any]] = {
    "change order items": (ClaimLine, lambda: REPLIES["requisition_change_order_items"]),
    "a changed item": (ClaimLine, lambda: [REPLIES["requisition_change_order_item_update"]]),
    "an item over 100 %": (ClaimLine, lambda: [REPLIES["requisition_contract_item_over_100"]]),
    "a certificate": (Certificate, lambda: [REPLIES["requisition_create"]["g702"]]),
    "a commitment": (Commitment, lambda: [request_data("erp_create_commitment")["commitment"]]),
    "its lines": (CommitmentLine, lambda: request_data("erp_create_commitment")["commitment_items"]),
    "their cost codes": (
        CostCode,
        lambda: [row["cost_code"] for row in request_data("erp_create_commitment")["commitment_items"]],
    ),
    "their cost types": (
        LineItemType,
        lambda: [row["line_item_type"] for row in request_data("erp_create_commitment")["commitment_items"]],
    ),
    "a payment": (ContractPayment, lambda: [request_data("erp_create_contract_payment")["contract_payment"]]),
    "budget codes": (
        WbsCodeView,
        lambda: [row["wbs_code"] for row in REPLIES["budget_view_rows"] if "wbs_code" in row],
    ),
    "a segment item": (SegmentItem, lambda: [REPLIES["wbs_segment_item_create"]]),
}


def lost(record: Any, sent: Any) -> list[str]:
    """The fields, at any depth, that a record names and that do not hold what was sent."""
    if isinstance(record, Row):
        found = []
        for name in type(record).model_fields:
            if name in sent:
                found += [f"{name} {rest}".strip() for rest in lost(getattr(record, name), sent[name])]
        return found
    if isinstance(record, tuple):
        return [text for ours, theirs in zip(record, sent, strict=True) for text in lost(ours, theirs)]
    return [] if _same(record, sent) else [""]


def _same(ours: Any, sent: Any) -> bool:
    if sent is None:
        return not ours
    if isinstance(sent, str) and not isinstance(ours, str):
        return bool(read_back(ours, sent))
    return bool(ours == sent)


def read_back(ours: Any, sent: str) -> bool:
    """Amounts, days and times that came as texts."""
    if hasattr(ours, "utctimetuple"):
        return bool(ours == type(ours).fromisoformat(sent.replace("Z", "+00:00")))
    if hasattr(ours, "isoformat"):
        return bool(ours.isoformat() == sent)
    return str(ours) == sent


@pytest.mark.parametrize("name", READ)
def test_the_client_reads_a_recorded_reply_without_loss(name: str) -> None:
    kind, rows = READ[name]
    found = rows()
    assert found
    for row in found:
        read = read_one(kind, row, name)
        assert read.model_fields_set, "nothing of the reply is known"
        assert lost(read, row) == []


def test_a_loss_would_be_noticed() -> None:
    row = {**REPLIES["requisition_contract_item_over_100"], "wbs_code": {"id": 1, "flat_code": "05.S"}}
    read = read_one(ClaimLine, row, "line")
    assert lost(read, {**row, "scheduled_value": "50000.01"}) == ["scheduled_value"]
    assert lost(read, {**row, "wbs_code": {"id": 1, "flat_code": "05.L"}}) == ["wbs_code flat_code"]


def test_a_flat_code_may_hold_the_delimiter_inside_a_segment() -> None:
    codes = [read_one(kind, row, "code") for kind, rows in [READ["budget codes"]] for row in rows()]
    assert "00-.30.14-.L" in {code.model_dump()["flat_code"] for code in codes}


# The pretend Procore.

SINCE_2016 = "the recording is of 2016; the attribute is in today's published schema"
LATER = {
    f".{name}: was never recorded": SINCE_2016
    for name in (
        "comment",
        "currency_configuration",
        "item_type",
        "materials_moved",
        "materials_retainage_retained_moved",
        "position",
        "status",
        "subcontractor_claimed_amount",
        "wbs_code",
    )
}


def without_order(differences: list[str]) -> list[str]:
    """The recorded request to an accounting system has its keys in another order than the interface."""
    return [text for text in differences if "stands before" not in text]


def call(place: Site, path: str) -> Any:
    return parse_json(place.world.call("GET", path, params={"project_id": place.project.id}).text)


def test_a_contract_item_looks_like_the_recorded_one() -> None:
    recorded = REPLIES["requisition_contract_item_over_100"]
    with site() as place:
        contract = place.contract("50,000.00", retainage="10")
        line = contract.lines[0]
        contract.claim(period_end="2026-07-31", work={line: money("51,000.00")})
        claim = contract.claim(period_end="2026-08-31", stored={line: money("500.00")})
        ours = call(place, f"/rest/v1.0/requisitions/{claim.id}/contract_items")[0]
    assert same_shape(recorded, ours, LATER) == []
    figures = [name for name in recorded if name not in ("id", "cost_code_id", "line_item_id", "description_of_work")]
    percents = {"work_completed_retainage_percent_this_period"}  # recorded as the contract's, of no work at all
    assert {name for name in figures if ours[name] != recorded[name]} == percents


def test_a_change_order_item_looks_like_the_recorded_one() -> None:
    recorded = REPLIES["requisition_change_order_items"]
    quantities = {
        ".scheduled_quantity: is missing": "quantities of contracts by unit are not kept",
        ".scheduled_unit_price: is missing": "the same",
        ".work_completed_this_period_quantity: is missing": "the same",
        ".work_completed_from_previous_application_quantity: is missing": "the same",
        ".materials_": "shown here as for contract items, as the published schema has it",
    }
    with site() as place:
        contract = place.contract("1.00", retainage="0")
        order = contract.add_change_order("1", [(CONCRETE, "Driveway", money("2,000.00"))])
        claim = contract.claim(period_end="2026-07-31", work={order.lines[0]: money("500.00")})
        ours = call(place, f"/rest/v1.0/requisitions/{claim.id}/change_order_items")[0]
    found = [text for text in same_shape(recorded, [ours], {}) if "[]" in text]
    covered = tuple(f"[]{text}" for text in (*LATER, *quantities))
    assert [text for text in found if not text.startswith(covered)] == []
    assert ours["total_completed_and_stored_to_date_percent"] == "25.00"


def test_a_new_claim_looks_like_the_recorded_one() -> None:
    recorded = REPLIES["requisition_create"]
    with site() as place:
        contract = place.contract("50,000.00", retainage="10")
        order = contract.add_change_order("1", [(CONCRETE, "More", money("5,000.00"))])
        line = contract.lines[0]
        stored = {line: money("1,000.00")}
        contract.claim(period_end="2016-10-31", work={line: money("52,000.00")}, stored=stored)
        period = place.project.billing_period("2016-11-30")
        sent = {
            "period_id": period.id,
            "requisition_start": "2016-11-01",
            "requisition_end": "2016-11-30",
            "billing_date": "2017-11-01",
            "invoice_number": 123,
            "status": "draft",
        }
        body = {"project_id": place.project.id, "commitment_id": contract.id, "requisition": sent}
        ours = parse_json(place.world.call("POST", "/rest/v1.0/requisitions", json=body).text)
    assert order.approved
    assert same_shape(recorded, ours) == []
    assert ours["g702"] == recorded["g702"]
    assert (ours["percent_complete"], ours["invoice_number"]) == ("96.36%", "123")


def test_a_commitment_looks_like_the_recorded_one() -> None:
    recorded = request_data("erp_create_commitment")["commitment"]
    of_the_request = {"erp_custom_fields", "custom_fields", "code", "type"}
    of_orders = {"assignee_id", "bill_to_address", "delivery_date", "due_date", "expected_date", "payment_terms",
                 "ship_to_address", "ship_via"}  # fmt: skip
    known = {name: value for name, value in recorded.items() if name not in of_the_request | of_orders}
    with site() as place:
        contract = place.contract("250.00", retainage=None)
        ours = call(place, f"/rest/v1.0/work_order_contracts/{contract.id}")
    differing = {
        ".requisitions_are_enabled": "switched on here",
        ".vendor.origin_": "not linked here",
        ".project.origin_": "of the request only",
    }
    found = [text for text in same_shape(known, ours, differing) if "was never recorded" not in text]
    assert without_order(found) == []
    assert [ours[name] for name in ("grand_total", "revised_contract", "percentage_paid")] == ["250.0", "250.0", "0.0"]
    assert ours["retainage_percent"] is None


def test_a_line_of_a_commitment_looks_like_the_recorded_one() -> None:
    recorded = request_data("erp_create_commitment")["commitment_items"][0]
    with site() as place:
        contract = place.contract("250.00")
        ours = call(place, f"/rest/v1.0/work_order_contracts/{contract.id}/line_items")[0]
    differing = {
        ".tax_amount": "not in the published schema", ".tax_code": "the same",
        ".cost_code.line_item_types": "none chosen here", ".line_item_type.base_type": "of the cost type",
        ".project.origin_": "of the request only", ".cost_code.origin_id": "not linked here",
        ".line_item_type.origin_id": "not linked here", ".cost_code.biller_origin_id": "not linked here",
        ".cost_code.standard_cost_code_list_id": "in another recording", ".wbs_code": "the recording is of 2020",
        ".currency_configuration": "the recording is of 2020",
    }  # fmt: skip
    assert without_order(same_shape(recorded, ours, differing)) == []
    assert (ours["amount"], ours["quantity"], ours["uom"]) == ("250.0", "0.0", None)
