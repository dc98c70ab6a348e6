"""What people see and do on the web pages of a project's money."""

from __future__ import annotations

import requests

from tests.sandboxes.procore_site import Site, money, site
from tests.sandboxes.procore_world import API


def see(path: str) -> str:
    answer = requests.get(f"{API}{path}", timeout=5)
    assert answer.status_code == 200, answer.text
    return answer.text


def fill_in(path: str, **form: str) -> requests.Response:
    return requests.post(f"{API}{path}", data=form, timeout=5)


def claim_address(place: Site) -> str:
    contract = place.contract("60,000.00")
    claim = contract.claim(period_end="2026-07-31", work={contract.lines[0]: money("10,000.00")}, status="under_review")
    client = place.world.client
    return client.requisition_page(place.project.id, contract.kind, contract.id, claim.id).removeprefix(
        "https://app.procore.com"
    )


def test_commitments_lead_to_claims_and_payments() -> None:
    with site() as place:
        address = claim_address(place)
        contract = place.project.commitments[0]
        contract.add_payment(money("4,750.00"), "2026-08-20", contract.claims[0], origin_id="x:1")
        overview = see(f"/{place.project.id}/project/commitments")
        commitment = address.partition("/requisitions")[0]
        assert commitment in overview
        assert address in see(commitment)
        payments = see(f"{commitment}/contract_payments")
        assert "4,750.00" in payments
        assert "cannot be edited or deleted" in payments
        assert place.world.sandbox.ledger.entries == []


def test_a_claim_shows_summary_and_lines_and_is_approved_and_unapproved() -> None:
    with site() as place:
        address = claim_address(place)
        claim = place.project.commitments[0].claims[0]
        text = see(address)
        assert "9,500.00" in text
        assert "10,000.00" in text
        fill_in(address, answer="approve")
        assert claim["status"] == "approved"
        fill_in(address, answer="unapprove")
        assert claim["status"] == "revise_and_resubmit"
        fill_in(address, answer="approve_as_noted")
        assert claim["status"] == "approved_as_noted"
        fill_in(address, invoice_number=" KS-7 ")
        assert claim["invoice_number"] == "KS-7"


def test_a_stamped_claim_says_why_it_cannot_be_changed() -> None:
    with site() as place:
        address = claim_address(place)
        claim = place.project.commitments[0].claims[0]
        claim.change(origin_id="x:1")
        assert "synced with ERP" in see(address)
        for form in ({"answer": "unapprove"}, {"answer": "approve"}, {"invoice_number": "KS-8"}):
            assert fill_in(address, **form).status_code == 422
        assert claim["status"] == "under_review"


def test_direct_costs_show_their_lines() -> None:
    with site() as place:
        cost = place.project.add_direct_cost(
            place.vendor, number="INV-9", lines=[("03-310", "Crane hire", money("1,200.00"))], origin_id="b:1"
        )
        overview = f"/{place.project.id}/project/direct_costs"
        assert "INV-9" in see(overview)
        text = see(f"{overview}/{cost.id}")
        assert "Crane hire" in text
        assert "1,200.00" in text
        assert requests.get(f"{API}{overview}/1", timeout=5).status_code == 404


def test_a_project_links_to_its_tools() -> None:
    with site() as place:
        assert f"/{place.project.id}/project/direct_costs" in see(f"/{place.project.id}/project/home")
        assert (
            requests.get(f"{API}/{place.project.id}/project/commitments/work_order_contracts/1", timeout=5).status_code
            == 404
        )
