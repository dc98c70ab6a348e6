"""Rules of payments issued in the pretend Procore."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from integrations.procore.sandbox import Switches
from integrations.procore.sandbox.claims import Claim
from integrations.procore.sandbox.contracts import Contract
from tests.sandboxes.procore_site import Site, money, site

PAYMENTS = "/rest/v1.0/contract_payments"
HALF = {"amount": "4750.00", "date": "2026-08-20"}


def claimed(place: Site) -> Claim:
    contract = place.contract("60,000.00")
    return contract.claim(period_end="2026-07-31", work={contract.lines[0]: money("10,000.00")})


def pay(place: Site, contract: Contract, **values: Any) -> requests.Response:
    body = {"project_id": place.project.id, "contract_id": contract.id, "contract_payment": {**HALF, **values}}
    return place.world.call("POST", PAYMENTS, json=body)


def change(place: Site, contract: Contract, number: int, **values: Any) -> requests.Response:
    body = {"project_id": place.project.id, "contract_id": contract.id, "contract_payment": values}
    return place.world.call("PATCH", f"{PAYMENTS}/{number}", json=body)


def delete(place: Site, contract: Contract, number: int) -> requests.Response:
    query = {"project_id": place.project.id, "contract_id": contract.id}
    return place.world.call("DELETE", f"{PAYMENTS}/{number}", params=query)


def test_a_payment_belongs_to_a_claim_of_its_contract() -> None:
    with site() as place:
        claim = claimed(place)
        other = place.contract("1.00", number="SC-002")
        made = pay(place, claim.contract, requisition_id=claim.id, payment_method="electronic", payment_number=1)
        assert made.status_code == 201
        refused = pay(place, other, requisition_id=claim.id)
        assert (refused.status_code, list(refused.json()["errors"])) == (422, ["requisition_id"])
        assert [row["amount"] for row in claim.contract.payments] == [money("4750.00")]
        assert other.payments == []


def test_answers_omit_the_method_and_the_date_of_the_invoice() -> None:
    with site() as place:
        claim = claimed(place)
        made = pay(
            place, claim.contract, payment_method="check", invoice_date="2026-08-01", invoice_number="KS-1"
        ).json()
        assert {"payment_method", "invoice_date"}.isdisjoint(made)
        assert (made["amount"], made["invoice_number"], made["status"]) == ("4750.00", "KS-1", None)
        row = claim.contract.payments[0]
        assert (row["payment_method"], row["invoice_date"]) == ("check", "2026-08-01")


@pytest.mark.parametrize(
    ("values", "status", "field"),
    [
        ({"amount": "much"}, 422, "amount"),
        ({"amount": None}, 422, "amount"),
        ({"amount": "-1.00"}, 422, "amount"),
        ({"amount": "NaN"}, 422, "amount"),
        ({"payment_method": "ach"}, 400, "payment_method"),
        ({"date": "20/08/2026"}, 400, "date"),
        ({"requisition_id": 1}, 422, "requisition_id"),
        ({"payment_number": "one"}, 422, "payment_number"),
        ({"colour": "red"}, 406, "colour"),
    ],
)
def test_refused_payments(values: dict[str, Any], status: int, field: str) -> None:
    with site() as place:
        claim = claimed(place)
        answer = pay(place, claim.contract, **values)
        assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])
        assert claim.contract.payments == []


def test_a_contract_may_take_no_payments() -> None:
    with site() as place:
        claim = claimed(place)
        claim.contract.change(allow_payments=False)
        assert pay(place, claim.contract).status_code == 422


def test_payments_are_listed_by_contract_only() -> None:
    with site() as place:
        claim = claimed(place)
        pay(place, claim.contract)
        assert place.get(PAYMENTS).json() == {"errors": {"contract_id": ["required"]}}
        assert place.world.get(PAYMENTS, contract_id=claim.contract.id).status_code == 400
        assert len(place.get(PAYMENTS, contract_id=claim.contract.id).json()) == 1
        other = place.world.company.add_project("Kauri Ridge", "KR-01")
        assert place.get(PAYMENTS, contract_id=claim.contract.id, project_id=other.id).status_code == 404


def test_a_stamped_payment_is_locked_until_the_stamp_is_taken_away() -> None:
    with site() as place:
        contract = claimed(place).contract
        number = pay(place, contract, origin_id="x:1").json()["id"]
        for answer in (change(place, contract, number, amount="1.00"), delete(place, contract, number)):
            assert answer.status_code == 422
            assert "cannot be edited or deleted" in answer.text
        assert change(place, contract, number, origin_data="{}").status_code == 200
        assert change(place, contract, number, origin_id=None).status_code == 200
        assert change(place, contract, number, amount="1.00").json()["amount"] == "1.00"
        assert delete(place, contract, number).status_code == 200
        assert contract.payments == []
        assert delete(place, contract, number).status_code == 404


def test_a_stamped_payment_still_takes_attachments() -> None:
    with site() as place:
        contract = claimed(place).contract
        number = pay(place, contract, origin_id="x:1").json()["id"]
        file_id = place.world.company.add_file(b"%PDF-1.4 remittance")
        answer = change(place, contract, number, prostore_file_ids=[file_id])
        assert [row["id"] for row in answer.json()["attachments"]] == [file_id]
        assert change(place, contract, number, prostore_file_ids=[file_id], amount="1.00").status_code == 422
        assert change(place, contract, number, prostore_file_ids=[1]).status_code == 422
        scope = {"project_id": place.project.id, "contract_id": contract.id}
        alone = place.world.call("PATCH", f"{PAYMENTS}/{number}", json={**scope, "attachments": []})
        assert (alone.status_code, len(alone.json()["attachments"])) == (200, 1)
        assert place.world.call("PATCH", f"{PAYMENTS}/{number}", json=scope).status_code == 400
        (shown,) = place.get(f"/rest/v1.0/work_order_contracts/{contract.id}").json()["payments_issued"]
        assert [row["id"] for row in shown["attachments"]] == [file_id]


def test_one_stamp_for_one_payment() -> None:
    with site() as place:
        contract = claimed(place).contract
        pay(place, contract, origin_id="x:1")
        again = pay(place, contract, origin_id="x:1")
        assert (again.status_code, list(again.json()["errors"])) == (422, ["origin_id"])
        assert len(contract.payments) == 1


@pytest.mark.parametrize(("sets", "day"), [(False, None), (True, "2026-08-20")])
def test_a_payment_leaves_its_claim_alone_as_far_as_is_known(sets: bool, day: str | None) -> None:
    with site(switches=Switches(payments_set_payment_date=sets)) as place:
        claim = claimed(place)
        pay(place, claim.contract, requisition_id=claim.id)
        assert (claim["status"], claim["payment_date"]) == ("approved", day)


def test_negative_payments_may_be_possible() -> None:
    with site(switches=Switches(refuses_negative_payments=False)) as place:
        contract = claimed(place).contract
        assert pay(place, contract, amount="-4750.00").status_code == 201
        assert contract.paid == money("-4750.00")
