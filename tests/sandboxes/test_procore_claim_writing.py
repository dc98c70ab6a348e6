"""Progress claims that a client writes: nothing of a refused one is kept, and what is not sent stays as it is."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.procore.sandbox import Switches
from integrations.procore.sandbox.claims import Claim, ClaimItem
from tests.sandboxes.procore_site import Site, money, site
from tests.sandboxes.test_procore_requisitions import CLAIMS, one_claim, patch, post

KIND = {"item_type": "contract_item"}


def second_claim(place: Site, **values: Any) -> tuple[Claim, ClaimItem]:
    """Of a line with materials of before that are partly built in, and with retention unlike the contract's."""
    contract = place.contract("60,000.00", "40,000.00")
    line = contract.lines[0]
    contract.claim(period_end="2026-07-31", work={line: money("1,000.00")}, stored={line: money("4,500.00")})
    amounts = {"work": "2,000.00", "moved": "1,500.00", "retained": "700.00", "stored_released": "25.00"}
    entered: dict[str, Any] = {name: {line: money(text)} for name, text in amounts.items()}
    claim = contract.claim(period_end="2026-08-31", invoice_number="KS-2", **entered, **values)
    return claim, claim.item(line)


def shown(place: Site, claim: Claim) -> dict[str, Any]:
    found: dict[str, Any] = place.get(f"{CLAIMS}/{claim.id}", view="extended").json()
    return found


@pytest.mark.parametrize("item", [{"work_completed_this_period": "60000.01"}, {"work_completed_this_period": "much"}])
def test_nothing_is_left_of_a_claim_that_was_refused(item: dict[str, str]) -> None:
    with site(switches=Switches(refuses_over_billing=True)) as place:
        contract = place.contract("60,000.00")
        place.project.billing_period("2026-07-31")
        line = {**KIND, "line_item_id": contract.lines[0].id}
        assert post(place, contract, origin_id="x:1", items=[{**line, **item}]).status_code == 422
        assert post(place, contract, origin_id="x:1", items=[{"line_item_id": line["line_item_id"]}]).status_code == 400
        assert (contract.claims, place.claims(), len(place.world.company.claim_items)) == ([], [], 0)
        assert post(place, contract, origin_id="x:1").json()["number"] == 1


@pytest.mark.parametrize("last", [{"id": 1}, {"work_completed_this_period": "60000.01"}, {"status": "paid"}])
def test_nothing_is_changed_by_a_change_that_was_refused(last: dict[str, Any]) -> None:
    with site(switches=Switches(refuses_over_billing=True)) as place:
        claim = one_claim(place, invoice_number="KS-1")
        one, two = claim.items
        before, place_in_time = shown(place, claim), claim.updated_at
        place.world.sandbox.clock.advance(minutes=1)
        items = [{**KIND, "id": one.id, "work_completed_this_period": "5.00"}, {**KIND, "id": two.id, **last}]
        answer = patch(place, claim, invoice_number="KS-9", origin_id="x:1", items=items)
        assert answer.status_code in (400, 422)
        after = shown(place, claim)
        assert {**after, "attachments": []} == {**before, "attachments": []}
        assert claim.updated_at == place_in_time
        assert patch(place, one_claim(place), origin_id="x:1").status_code == 200


def test_a_change_names_the_commitment_of_its_claim() -> None:
    with site() as place:
        claim = one_claim(place)
        other = place.contract("1.00", number="SC-002")
        for commitment_id, status in ((1, 404), (other.id, 404), (None, 400), (claim.contract.id, 200)):
            body: dict[str, Any] = {"project_id": place.project.id, "commitment_id": commitment_id, "requisition": {}}
            assert place.world.call("PATCH", f"{CLAIMS}/{claim.id}", json=body).status_code == status


@pytest.mark.parametrize("into_previous", [False, True])
@pytest.mark.parametrize("noted", [{"status": "rejected"}, {"comment": "Twice"}, {"subcontractor_claimed_amount": "1"}])
def test_a_note_leaves_the_money_of_its_line(noted: dict[str, str], into_previous: bool) -> None:
    with site() as place:
        claim, item = second_claim(place, moved_into_previous=into_previous)
        before, entry = shown(place, claim), item["entry"]
        assert patch(place, claim, items=[{**KIND, "id": item.id, **noted}]).status_code == 200
        assert (item["entry"], shown(place, claim)["summary"]) == (entry, before["summary"])
        row = {**before["items"][0], **noted}
        assert {name: shown(place, claim)["items"][0][name] for name in ("status", "comment")} == {
            name: row[name] for name in ("status", "comment")
        }


@pytest.mark.parametrize("into_previous", [False, True])
def test_a_line_that_is_sent_as_it_was_shown_stays_as_it_is(into_previous: bool) -> None:
    with site() as place:
        claim, item = second_claim(place, moved_into_previous=into_previous)
        row, entry = shown(place, claim)["items"][0], item["entry"]
        columns = [name for name in row if name.endswith(("this_period", "presently_stored", "currently_retained"))]
        writable = [name for name in columns if "percent" not in name and "stored_retainage_released" not in name]
        sent = {name: row[name] for name in writable}
        assert len(sent) == 5
        assert patch(place, claim, items=[{**KIND, "id": item.id, **sent}]).status_code == 200
        assert item["entry"] == entry


def test_what_is_not_sent_of_a_line_stays_as_it_is() -> None:
    with site() as place:
        claim, item = second_claim(place)
        assert patch(
            place, claim, items=[{**KIND, "id": item.id, "work_completed_retainage_released_this_period": "10"}]
        ).ok
        row = shown(place, claim)["items"][0]
        assert row["work_completed_this_period"] == "3500.00"
        assert row["work_completed_retainage_retained_this_period"] == "775.00"  # 75.00 came with what was built in
        assert row["work_completed_retainage_released_this_period"] == "10.00"
        assert row["materials_stored_retainage_released_this_period"] == "25.00"
        # Half of the work, half of what is retained of it.
        assert patch(place, claim, items=[{**KIND, "id": item.id, "work_completed_this_period": "2500.00"}]).ok
        row = shown(place, claim)["items"][0]
        assert row["work_completed_retainage_retained_this_period"] == "425.00"
        assert row["materials_moved"] == "1500.00"


def test_retention_may_be_sent_as_a_percentage() -> None:
    with site() as place:
        claim, item = second_claim(place)
        shares = {
            "work_completed_retainage_percent_this_period": "10",
            "materials_stored_retainage_percent_this_period": "2.5",
        }
        assert patch(place, claim, items=[{**KIND, "id": item.id, **shares}]).ok
        row = shown(place, claim)["items"][0]
        assert row["work_completed_retainage_retained_this_period"] == "350.00"
        assert row["materials_stored_retainage_currently_retained"] == "75.00"


# Parts of a claim.


def test_all_lines_of_a_claim_in_detail() -> None:
    with site() as place:
        claim, item = second_claim(place)
        rows = place.get(f"/rest/v1.0/requisitions/{claim.id}/detail").json()
        assert [row["item_number"] for row in rows] == [1, 2]
        first = rows[0]
        assert (first["item_type"], first["work_completed_this_period"]) == ("contract_item", "3500.00")
        assert first["balance_to_finish"] == "52500.00"
        assert first["total_retainage_currently_retained"] == f"{item.progress.held:.2f}"
        assert place.get(f"/rest/v1.0/requisitions/{claim.id}/detail", project_id=1).status_code == 404


def test_many_lines_are_changed_as_a_whole_or_not_at_all() -> None:
    with site() as place:
        claim = one_claim(place)
        one, two = claim.items
        path = f"/rest/v1.0/requisitions/{claim.id}/bulk_item_update"

        def update(*items: dict[str, Any]) -> int:
            query = {"project_id": place.project.id}
            return place.world.call("PATCH", path, params=query, json={"requisition_items": list(items)}).status_code

        changed = {"id": one.id, "work_completed_this_period": "5.00", "status": "approved"}
        assert (
            update(changed, {"id": 1}) == update(changed, {"id": two.id, "work_completed_this_period": "much"}) == 422
        )
        assert update(changed, {"comment": "Whose?"}) == 400
        assert (one.entry.work, one["status"]) == (money("10000"), "no_action")
        assert update(changed, {"id": two.id, "comment": "Fine"}) == 200
        assert (one.entry.work, one["status"], two["comment"]) == (money("5"), "approved", "Fine")
        claim.change(origin_id="x:1")
        assert update(changed) == 422


def test_the_day_a_claim_is_due_is_no_payment() -> None:
    with site() as place:
        claim = one_claim(place)
        scope = f"/rest/v2.0/companies/{place.world.company.id}/projects/{place.project.id}"
        path = f"{scope}/requisitions/{claim.id}/payment_details"
        assert place.world.call("PATCH", path, json={"due_date": "2026-09-20"}).json() == {
            "data": {"due_date": "2026-09-20"}
        }
        assert (claim["due_date"], claim["payment_date"]) == ("2026-09-20", None)
        assert place.world.call("PATCH", path, json={"due_date": "soon"}).status_code == 400
        assert place.world.call("PATCH", path, json={}).status_code == 400
        claim.change(origin_id="x:1")
        assert place.world.call("PATCH", path, json={"due_date": "2026-09-21"}).status_code == 422
