"""What the client makes of odd answers about money, and the exact bytes of what it sends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from integrations.base.auth import StaticToken
from integrations.base.client import Wiring, parse_json
from integrations.base.errors import BadReply
from integrations.base.vendor import GrantKind
from integrations.procore import commitments, direct_costs, external_data, payments, requisitions
from integrations.procore.client import ProcoreClient
from integrations.procore.commitments import ChangeOrderLine, Commitment, CommitmentKind
from integrations.procore.payments import ContractPayment, NewPayment, PaymentMethod
from integrations.procore.records import read_one
from integrations.procore.requisitions import Certificate, ClaimLine, Requisition

API = "https://api.procore.com"
COMPANY = "598134325510014"
BIG = 598134325510021  # ids of the newer regions do not fit into 32 bits
CLAIM = {"id": BIG, "commitment_id": BIG + 1, "number": 2, "status": "approved"}


@pytest.fixture
def client() -> ProcoreClient:
    return ProcoreClient(API, COMPANY, GrantKind.CLIENT_CREDENTIALS, Wiring(tokens=StaticToken("t")))


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def asked(wire: responses.RequestsMock) -> dict[str, list[str]]:
    return parse_qs(urlsplit(str(wire.calls[-1].request.url)).query)


# Amounts.


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ('"9500.00"', "9500.00"),
        ("9500.00", "9500.00"),
        ("9500", "9500"),
        ('"-0.01"', "-0.01"),
        ('"123456789012345.67"', "123456789012345.67"),
        ("0.1", "0.1"),
    ],
)
def test_amounts_are_exact_however_they_are_written(written: str, amount: str) -> None:
    read = read_one(Certificate, parse_json(f'{{"current_payment_due": {written}}}'), "certificate")
    assert str(read.current_payment_due) == amount


@pytest.mark.parametrize("wrong", [None, "", "much", "NaN", "Infinity", True, [], {}, 9500.0])
def test_what_is_not_an_amount_is_refused_with_a_sentence(wrong: Any) -> None:
    with pytest.raises(BadReply, match="current_payment_due"):
        read_one(Certificate, {"current_payment_due": wrong}, "certificate")


def test_a_certificate_without_the_amount_due_is_refused() -> None:
    with pytest.raises(BadReply, match="current_payment_due"):
        read_one(Requisition, {**CLAIM, "summary": {"total_retainage": "0.00"}}, "claim")


def test_absent_columns_are_nothing() -> None:
    line = read_one(ClaimLine, {"id": BIG, "materials_moved": None}, "line")
    assert (line.materials_moved, line.work_completed_this_period) == (Decimal(0), Decimal(0))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (Requisition, {**CLAIM, "number": "two"}),
        (Requisition, {**CLAIM, "billing_date": "31/07/2026"}),
        (Requisition, {**CLAIM, "billing_date": 20260731}),
        (Requisition, {**CLAIM, "items": {}}),
        (Requisition, {**CLAIM, "items": [{"id": 1, "scheduled_value": "lots"}]}),
        (Requisition, {**CLAIM, "status": None} | {"status": 3}),
        (Requisition, {"id": BIG}),
        (Requisition, []),
        (Commitment, {"id": BIG, "vendor": "Kauri Steel"}),
        (Commitment, {"id": BIG, "line_items": [{"amount": "1.0"}]}),
        (ContractPayment, {"id": BIG}),
        (ChangeOrderLine, {"id": "one"}),
    ],
)
def test_reading_is_total(kind: Any, body: Any) -> None:
    with pytest.raises(BadReply):
        read_one(kind, body, "record")


def test_a_claim_without_its_summary_says_so() -> None:
    claim = read_one(Requisition, {**CLAIM, "commitment_type": "PurchaseOrderContract"}, "claim")
    assert (claim.summary, claim.items, claim.kind) == (None, (), CommitmentKind.PURCHASE_ORDER)
    assert (claim.id, claim.commitment_id) == (BIG, BIG + 1)


# Lists.


def test_claims_are_asked_for_with_all_their_lines(wire: responses.RequestsMock, client: ProcoreClient) -> None:
    wire.get(f"{API}/rest/v1.1/requisitions", json=[CLAIM])
    since = datetime(2026, 7, 1, 12, tzinfo=UTC)
    pages = requisitions.requisition_pages(
        client, BIG, status="approved", commitment_id=7, updated_since=since, start=3
    )
    assert next(iter(pages)).rows[0].id == BIG
    assert asked(wire) == {
        "project_id": [str(BIG)],
        "view": ["extended"],
        "filters[status]": ["approved"],
        "filters[commitment_id]": ["7"],
        "filters[updated_at]": ["2026-07-01T12:00:00Z...2036-06-28T12:00:00Z"],
        "page": ["3"],
        "per_page": ["100"],
    }


def test_claims_by_id_are_asked_for_in_portions(wire: responses.RequestsMock, client: ProcoreClient) -> None:
    wire.get(f"{API}/rest/v1.1/requisitions", json=[])
    list(requisitions.requisitions_by_id(client, BIG, range(BIG, BIG + 150)))
    assert len(wire.calls) == 2
    assert len(asked(wire)["filters[id][]"]) == 50


def test_change_orders_come_in_one_piece(wire: responses.RequestsMock, client: ProcoreClient) -> None:
    rows = [{"id": number, "contract_id": 7} for number in range(1, 2001)]
    wire.get(f"{API}/rest/v1.0/projects/{BIG}/commitment_change_orders", json=rows)
    assert len(commitments.change_orders(client, BIG)) == 2000
    assert (len(wire.calls), asked(wire)) == (1, {})


def test_lists_of_version_two_are_unwrapped_and_walked(wire: responses.RequestsMock, client: ProcoreClient) -> None:
    path = f"{API}/rest/v2.0/companies/{COMPANY}/projects/{BIG}/commitment_change_orders/5/line_items"
    row = {"amount": "12.50", "wbs_code_id": str(BIG), "commitment_line_item_id": None}
    wire.get(path, json={"data": [{"id": "1", **row}]}, headers={"Total": "101", "Per-Page": "100"})
    wire.get(path, json={"data": [{"id": "2", **row}]}, headers={"Total": "101", "Per-Page": "100"})
    found = commitments.change_order_lines(client, BIG, 5)
    assert [(line.id, line.amount, line.wbs_code_id) for line in found] == [
        (1, Decimal("12.50"), BIG),
        (2, Decimal("12.50"), BIG),
    ]


def test_a_list_of_version_two_without_its_data_is_refused(wire: responses.RequestsMock, client: ProcoreClient) -> None:
    path = f"{API}/rest/v2.0/companies/{COMPANY}/projects/{BIG}/commitment_change_orders/5/line_items"
    wire.get(path, json={"rows": []})
    with pytest.raises(BadReply, match="change order lines"):
        commitments.change_order_lines(client, BIG, 5)


# What is sent.


def test_a_payment_as_it_is_sent() -> None:
    payment = NewPayment(
        amount=Decimal("4750.00"),
        day=date(2026, 8, 20),
        origin_id="xero:payment:1",
        requisition_id=BIG,
        method=PaymentMethod.ELECTRONIC,
    )
    request = payments.create_payment(BIG, 7, payment)
    assert (request.method, request.path) == ("POST", "/rest/v1.0/contract_payments")
    assert json.loads(request.body) == {
        "project_id": BIG,
        "contract_id": 7,
        "contract_payment": {
            "amount": "4750.00",
            "origin_id": "xero:payment:1",
            "requisition_id": BIG,
            "date": "2026-08-20",
            "payment_method": "electronic",
        },
    }


def test_a_deletion_names_project_and_contract() -> None:
    request = payments.delete_payment(BIG, 7, 9)
    assert (request.method, request.path, request.body) == ("DELETE", "/rest/v1.0/contract_payments/9", "")
    assert request.params == {"project_id": str(BIG), "contract_id": "7"}


def test_the_day_of_payment_of_a_claim() -> None:
    request = requisitions.set_payment_date(BIG, 7, 9, date(2026, 8, 20))
    assert request.path == "/rest/v1.1/requisitions/9"
    assert json.loads(request.body) == {
        "project_id": BIG,
        "commitment_id": 7,
        "requisition": {"payment_date": "2026-08-20"},
    }
    assert json.loads(requisitions.set_payment_date(BIG, 7, 9, None).body)["requisition"] == {"payment_date": None}


def test_the_header_of_a_direct_cost() -> None:
    fields = direct_costs.direct_cost_fields(origin_id="b:1", kind="expense", day=date(2026, 11, 5))
    assert fields == {
        "origin_id": "b:1",
        "direct_cost_type": "expense",
        "direct_cost_date": "2026-11-05",
        "status": "approved",
    }
    assert "direct_cost_type" not in direct_costs.for_update(fields)


def test_syncs_are_limited() -> None:
    for build in (direct_costs.sync_direct_costs, direct_costs.sync_direct_cost_lines):
        with pytest.raises(ValueError, match="1 to 1000"):
            build(BIG, [{"id": 1}] * 1001)
    with pytest.raises(ValueError, match="1 to 1000"):
        external_data.sync_external_data(COMPANY, [])


def test_stamps_that_the_answer_does_not_mention() -> None:
    stamps = [external_data.Stamp(external_data.ItemType.REQUISITION, number, "x") for number in (1, 2, 3)]
    answer = {
        "entities": [{"item_type": "requisition", "item_id": 1}],
        "errors": [{"item_type": "requisition", "item_id": 2, "errors": {"origin_id": ["has already been taken"]}}],
    }
    results = external_data.read_stamps(answer, stamps)
    assert [(result.done, bool(result.messages)) for result in results] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    unreadable: list[Any] = [None, [], {"entities": {}}, {"entities": [1], "errors": []}]
    for wrong in unreadable:
        with pytest.raises(BadReply):
            external_data.read_stamps(wrong, stamps)


def test_pages_for_people(client: ProcoreClient) -> None:
    subcontract, order = CommitmentKind
    base = "https://app.procore.com/7/project"
    assert client.commitment_page(7, subcontract, 8) == f"{base}/commitments/work_order_contracts/8"
    assert client.requisition_page(7, order, 8, 9) == f"{base}/commitments/purchase_order_contracts/8/requisitions/9"
    assert client.payments_page(7, subcontract, 8) == f"{base}/commitments/work_order_contracts/8/contract_payments"
    assert client.direct_cost_page(7, 9) == f"{base}/direct_costs/9"
