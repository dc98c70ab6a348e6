"""Rules of progress claims in the pretend Procore."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from integrations.procore.sandbox import Switches
from integrations.procore.sandbox.claims import Claim
from integrations.procore.sandbox.contracts import Contract
from tests.sandboxes.procore_site import Site, money, site

CLAIMS, CLAIMS_V10 = "/rest/v1.1/requisitions", "/rest/v1.0/requisitions"


def one_claim(place: Site, **values: Any) -> Claim:
    contract = place.contract("60,000.00", "40,000.00")
    return contract.claim(period_end="2026-07-31", work={contract.lines[0]: money("10,000.00")}, **values)


def patch(place: Site, claim: Claim, **values: Any) -> requests.Response:
    body = {"project_id": place.project.id, "commitment_id": claim.contract.id, "requisition": values}
    return place.world.call("PATCH", f"{CLAIMS}/{claim.id}", json=body)


def post(place: Site, contract: Contract, path: str = CLAIMS, **values: Any) -> requests.Response:
    body = {"project_id": place.project.id, "commitment_id": contract.id, "requisition": values}
    return place.world.call("POST", path, json=body)


def test_lines_and_summary_come_with_the_extended_view_only() -> None:
    with site() as place:
        claim = one_claim(place)
        plain = place.get(CLAIMS).json()[0]
        assert {"items", "summary"}.isdisjoint(plain)
        assert {"items", "summary"} <= place.get(CLAIMS, view="extended").json()[0].keys()
        assert "summary" not in place.get(CLAIMS, view="items").json()[0]
        assert "items" not in place.get(CLAIMS_V10, view="extended").json()[0]
        assert "items" in place.get(f"{CLAIMS}/{claim.id}", view="extended").json()
        assert place.get(CLAIMS_V10).json()[0]["percent_complete"] == "10.00%"


def test_a_claim_is_in_its_projects_currency() -> None:
    with site() as place:
        claim = one_claim(place)
        assert place.get(f"{CLAIMS}/{claim.id}").json()["currency_configuration"] == {
            "currency_iso_code": "AUD",
            "currency_exchange_rate": 1.0,
            "base_currency_iso_code": "AUD",
        }
        place.project.own_currency = "NZD"
        shown = place.get(f"{CLAIMS}/{claim.id}", view="extended").json()
        configurations = [shown["currency_configuration"], *(row["currency_configuration"] for row in shown["items"])]
        assert {one["currency_iso_code"] for one in configurations} == {"NZD"}
        assert {one["base_currency_iso_code"] for one in configurations} == {"AUD"}


def test_a_claim_needs_its_project() -> None:
    with site() as place:
        claim = one_claim(place)
        other = place.world.company.add_project("Kauri Ridge", "KR-01")
        assert place.world.get(CLAIMS).status_code == 400
        assert place.get(f"{CLAIMS}/{claim.id}", project_id=other.id).status_code == 404
        assert place.get(CLAIMS, project_id=other.id).json() == []


def test_claims_are_filtered() -> None:
    with site() as place:
        first = one_claim(place, invoice_number="KS-1")
        second = first.contract.claim(period_end="2026-08-31", status="draft")
        other = place.contract("1,000.00", number="SC-002").claim(period_end="2026-08-31")
        first.change(origin_id="x:1")
        ids = {"first": first.id, "second": second.id, "other": other.id}

        def found(**filters: Any) -> set[str]:
            query = {f"filters[{name}]": value for name, value in filters.items()}
            rows = {row["id"] for row in place.claims(**query)}
            return {name for name, number in ids.items() if number in rows}

        assert found(status="approved") == {"first", "other"}
        assert found(commitment_id=first.contract.id) == {"first", "second"}
        assert found(period_id=second["period_id"]) == {"second", "other"}
        assert found(origin_id="x:1") == {"first"}
        assert found(is_last="true") == found(is_last="TRUE") == {"second", "other"}
        assert found(is_last="false") == {"first"}
        assert {row["id"] for row in place.claims(**{"filters[id][]": [first.id, other.id]})} == {first.id, other.id}
        assert place.get(CLAIMS, **{"filters[status]": "paid"}).status_code == 400
        assert place.get(CLAIMS, **{"filters[is_last]": "perhaps"}).status_code == 400


def test_changes_move_the_time_that_the_filter_asks_for() -> None:
    with site() as place:
        claim = one_claim(place)
        place.world.sandbox.clock.advance(minutes=20)
        since = place.world.sandbox.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        recent = {"filters[updated_at]": f"{since}...2036-01-01T00:00:00Z"}
        assert place.claims(**recent) == []
        place.world.sandbox.clock.advance(minutes=1)
        claim.unapprove()
        assert [row["status"] for row in place.claims(**recent)] == ["revise_and_resubmit"]
        place.world.sandbox.clock.advance(minutes=20)
        claim.revise(work={claim.contract.lines[0]: money("9,000.00")})
        later = place.world.sandbox.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        recent = {"filters[updated_at]": f"{later}...2036-01-01T00:00:00Z"}
        assert [row["summary"]["current_payment_due"] for row in place.claims(**recent)] == ["8550.00"]


def test_pages_of_claims() -> None:
    with site() as place:
        contract = place.contract("60,000.00")
        for month in range(1, 13):
            contract.claim(period_end=f"2026-{month:02}-28")
        for _ in range(29):
            contract.claim(period_end="2026-12-31")
        answer = place.get(CLAIMS)
        assert (len(answer.json()), answer.headers["Total"]) == (30, "41")
        assert len(place.get(CLAIMS, per_page=1000).json()) == 41
        assert [row["number"] for row in place.get(CLAIMS, page=2).json()] == list(range(31, 42))


def test_numbers_follow_each_other_in_each_contract() -> None:
    with site() as place:
        first = one_claim(place)
        second = first.contract.claim(period_end="2026-08-31", invoice_number="again")
        third = first.contract.claim(period_end="2026-09-30", invoice_number="again")
        other = place.contract("1,000.00", number="SC-002").claim(period_end="2026-08-31")
        assert [claim["number"] for claim in (first, second, third, other)] == [1, 2, 3, 1]
        rows = place.claims()
        assert [row["previous_requisition_id"] for row in rows] == [None, first.id, second.id, None]
        assert [item["previous_progress_id"] for item in rows[1]["items"]] == [item["id"] for item in rows[0]["items"]]


@pytest.mark.parametrize("change", [{"payment_date": "2026-08-20"}, {"invoice_number": "KS-9"}, {"status": "draft"}])
def test_a_stamp_locks_a_claim_until_it_is_taken_away(change: dict[str, str]) -> None:
    with site() as place:
        claim = one_claim(place)
        assert patch(place, claim, origin_id="x:1", origin_data="{}").status_code == 200
        refused = patch(place, claim, **change)
        assert refused.status_code == 422
        assert "synced with ERP" in refused.text
        assert patch(place, claim, origin_data='{"a":1}').status_code == 200
        assert (
            place.world.call("DELETE", f"{CLAIMS}/{claim.id}", params={"project_id": place.project.id}).status_code
            == 422
        )
        assert patch(place, claim, origin_id=None).status_code == 200
        assert patch(place, claim, **change).status_code == 200


def test_two_claims_cannot_have_one_stamp() -> None:
    with site() as place:
        claim = one_claim(place)
        second = claim.contract.claim(period_end="2026-08-31")
        patch(place, claim, origin_id="x:1")
        answer = patch(place, second, origin_id="x:1")
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["origin_id"])


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"status": "paid"}, 400),
        ({"payment_date": "20/08/2026"}, 400),
        ({"period_id": 1}, 422),
        ({"colour": "red"}, 406),
        ({"items": [{"item_type": "contract_item", "id": 1}]}, 422),
        ({"items": [{"item_type": "contract_item", "comment": "Whose?"}]}, 400),
        ({"items": [{"id": 1}]}, 400),
        ({"items": [{"item_type": "line", "id": 1}]}, 400),
        ({"items": [{"item_type": "contract_item", "id": 1, "colour": "red"}]}, 406),
        ({"items": "all"}, 400),
    ],
)
def test_refused_changes(change: dict[str, Any], status: int) -> None:
    with site() as place:
        claim = one_claim(place)
        assert patch(place, claim, **change).status_code == status
        assert (claim["status"], claim["payment_date"]) == ("approved", None)


def test_only_the_latest_claim_can_be_deleted() -> None:
    with site() as place:
        first = one_claim(place)
        second = first.contract.claim(period_end="2026-08-31")
        query = {"project_id": place.project.id}
        assert [row["deletable"] for row in place.get(CLAIMS).json()] == [False, True]
        assert place.world.call("DELETE", f"{CLAIMS}/{first.id}", params=query).status_code == 422
        assert place.world.call("DELETE", f"{CLAIMS}/{second.id}", params=query).status_code == 200
        assert place.world.call("DELETE", f"{CLAIMS}/{first.id}", params=query).status_code == 200
        assert (place.claims(), first.contract.claims) == ([], [])


# Claims by API.


def test_a_claim_is_written_by_the_columns_of_its_lines() -> None:
    with site() as place:
        contract = place.contract("60,000.00", "40,000.00")
        one, two = contract.lines
        period = place.project.billing_period("2026-07-31")
        items = [
            {"item_type": "contract_item", "line_item_id": one.id, "work_completed_this_period": "10000.00"},
            {"item_type": "contract_item", "line_item_id": two.id, "materials_presently_stored": "4500.00"},
        ]
        made = post(place, contract, period_id=period.id, status="approved", items=items).json()
        built_in = {"materials_presently_stored": "0", "work_completed_this_period": "4500.00"}
        line = {"item_type": "contract_item", "line_item_id": two.id, **built_in}
        second = post(place, contract, period_id=period.id, items=[line]).json()
        assert (made["number"], made["status"], second["status"]) == (1, "approved", "draft")
        summaries = [row["summary"]["current_payment_due"] for row in place.claims()]
        assert summaries == ["13775.00", "0.00"]
        moved = place.claims()[1]["items"][1]
        assert (moved["materials_moved"], moved["materials_retainage_retained_moved"]) == ("4500.00", "225.00")


def test_a_claim_needs_an_open_period() -> None:
    with site() as place:
        contract = place.contract("60,000.00")
        assert "open billing period" in post(place, contract).text
        closed = place.project.billing_period("2026-07-31")
        closed.change(status="closed")
        assert post(place, contract).status_code == 422
        assert post(place, contract, period_id=closed.id).status_code == 201
        open_one = place.project.billing_period("2026-08-31")
        assert post(place, contract).json()["period_id"] == open_one.id


def test_billing_over_the_scheduled_value_may_be_refused() -> None:
    items = [{"item_type": "contract_item", "work_completed_this_period": "60000.01"}]
    for refuses, status in ((False, 201), (True, 422)):
        with site(switches=Switches(refuses_over_billing=refuses)) as place:
            contract = place.contract("60,000.00")
            place.project.billing_period("2026-07-31")
            row = {**items[0], "line_item_id": contract.lines[0].id}
            answer = post(place, contract, items=[row])
            assert answer.status_code == status
            assert ("over billed" in answer.text) is refuses
