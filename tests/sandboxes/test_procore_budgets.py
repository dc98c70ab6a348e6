"""Rules of budgets in the pretend Procore, and what the client reads of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import requests

from integrations.base.errors import Missing
from integrations.procore import budgets, endpoints
from integrations.procore.sandbox import Switches
from tests.sandboxes.procore_site import CONCRETE, ROOF, STEEL, Site, money, site

LINES = "/rest/v1.1/budget_line_items"


def budgeted(place: Site) -> Site:
    budget = place.project.budget
    budget.add_line(CONCRETE, money("100,000.00"))
    budget.add_line(STEEL, money("50,000.10"))
    return place


def path(place: Site, rest: str) -> str:
    return f"/rest/v1.0/projects/{place.project.id}/{rest}"


def test_lines_are_read_through_a_view() -> None:
    with site() as place:
        client, project = budgeted(place).world.client, place.project.id
        (view,) = budgets.budget_views(client, project)
        one, two = budgets.budget_rows(client, project, view.id)
        assert (one.original_budget_amount, two.original_budget_amount) == (money("100,000.00"), money("50,000.10"))
        assert (one.biller_type, one.cost_code) == ("Project", "03-310 - Concrete Supply")
        assert place.get(f"/rest/v1.0/budget_views/{view.id + 1}/detail_rows").status_code == 404


def test_the_lock_fixes_original_amounts() -> None:
    with site() as place:
        line = budgeted(place).project.budget.lines[0]
        client, project = place.world.client, place.project.id
        assert budgets.budget_locked(client, project) is False
        assert place.world.call("POST", path(place, "budget/lock")).status_code == 201
        assert budgets.budget_locked(client, project) is True
        body = {"project_id": project, "budget_line_item": {"original_budget_amount": "1.00"}}
        refused = place.world.call("PATCH", f"{LINES}/{line.id}", json=body)
        assert (refused.status_code, list(refused.json()["errors"])) == (422, ["original_budget_amount"])
        place.world.call("DELETE", path(place, "budget/lock"))
        assert place.world.call("PATCH", f"{LINES}/{line.id}", json=body).json()["original_budget_amount"] == 1.0


def test_a_budget_code_occurs_once() -> None:
    with site() as place:
        wbs = budgeted(place).project.budget.lines[0]["wbs_code_id"]
        for wbs_code_id in (wbs, str(wbs)):
            body = {"project_id": place.project.id, "budget_line_item": {"wbs_code_id": wbs_code_id}}
            refused = place.world.call("POST", LINES, json=body)
            assert (refused.status_code, list(refused.json()["errors"])) == (422, ["wbs_code_id"])


def test_budget_changes_with_their_lines_one_by_one_and_all_together() -> None:
    with site() as place:
        budget = budgeted(place).project.budget
        approved = budget.add_change(1, [(CONCRETE, "Slab", money("-500.10")), (STEEL, "Frame", money("500.10"))])
        budget.add_change(2, [(STEEL, "More", money("7.00"))], status="draft")
        client, project = place.world.client, place.project.id
        first, second = budgets.budget_changes(client, project)
        assert (first.number, first.status, first.amount) == ("1", "approved", Decimal(0))
        assert (second.number, second.status, second.amount) == ("2", "draft", Decimal(7))
        whole = budgets.budget_change(client, project, approved.id)
        assert [line.amount for line in whole.adjustment_line_items] == [money("-500.10"), money("500.10")]
        assert whole.updated_at
        lines = budgets.adjustment_lines(client, project)
        assert [(line.budget_change_id, line.amount) for line in lines if line.budget_change_status == "approved"] == [
            (approved.id, money("-500.10")),
            (approved.id, money("500.10")),
        ]
        rows = budgets.budget_rows(client, project, budget.view_id)
        assert [row.budget_modifications for row in rows] == [money("-500.10"), money("500.10")]
        with pytest.raises(Missing):
            budgets.budget_change(client, project, 1)


def test_modifications_are_only_read_where_changes_are_used() -> None:
    with site() as place:
        one, two = budgeted(place).project.budget.lines
        body = {"budget_modification": {"to_budget_line_item_id": two.id, "transfer_amount": "5.00"}}
        refused = place.world.call("POST", path(place, "budget_modifications"), json=body)
        assert (refused.status_code, refused.headers["Allow"]) == (405, "GET")
    with site(switches=Switches(budget_changes=False)) as place:
        one, two = budgeted(place).project.budget.lines
        ends = {"from_budget_line_item_id": one.id, "to_budget_line_item_id": two.id}
        body = {"budget_modification": {**ends, "transfer_amount": "5.00"}}
        assert place.world.call("POST", path(place, "budget_modifications"), json=body).status_code == 201
        (moved,) = budgets.budget_modifications(place.world.client, place.project.id)
        assert (moved.from_budget_line_item_id, moved.transfer_amount) == (one.id, Decimal(5))
        assert [place.project.budget.modified(line) for line in (one, two)] == [Decimal(-5), Decimal(5)]


def test_a_cost_code_of_a_sub_job_says_so() -> None:
    with site() as place:
        sub_job = place.project.add_sub_job("A", "Tower A")
        place.project.cost_code(CONCRETE).change(sub_job_id=sub_job.id)
        place.project.budget.add_line(CONCRETE, Decimal(5))
        client, project = place.world.client, place.project.id
        (row,) = budgets.budget_rows(client, project, place.project.budget.view_id)
        assert (row.biller, row.biller_type) == ("Tower A", budgets.SUB_JOB)
        codes = {code.full_code: code for code in endpoints.cost_codes(client, project)}
        assert (codes[CONCRETE].biller_type, codes[STEEL].biller_type) == ("SubJob", "Project")
        assert codes[CONCRETE].biller_id == sub_job.id


def sync(place: Site, *lines: dict[str, Any]) -> requests.Response:
    body = {"project_id": place.project.id, "budget_line_items": list(lines)}
    return place.world.call("POST", "/rest/v1.0/budget_line_items/sync", json=body)


def test_many_lines_are_written_as_a_whole_or_not_at_all() -> None:
    with site() as place:
        budget = budgeted(place).project.budget
        known, new = budget.lines[0], place.project.coded(ROOF, "C")["wbs_code_id"]
        changed = {"id": known.id, "wbs_code_id": known["wbs_code_id"], "original_budget_amount": "1.00"}
        for wrong, status in (
            ({"wbs_code_id": 1}, 422),
            ({"wbs_code_id": known["wbs_code_id"]}, 422),
            ({"id": 1, "wbs_code_id": new}, 404),
            ({"wbs_code_id": new, "original_budget_amount": "much"}, 422),
            ({"wbs_code_id": new, "colour": "red"}, 406),
        ):
            assert sync(place, changed, wrong).status_code == status
        assert sync(place, {"wbs_code_id": new}, {"wbs_code_id": str(new)}).status_code == 422
        assert [row["original_budget_amount"] for row in budget.lines] == [100_000, money("50,000.10")]
        counted = {"wbs_code_id": new, "calculation_strategy": "automatic", "quantity": "3", "unit_cost": "2.50"}
        answer = sync(place, changed, counted)
        assert answer.status_code == 200
        assert [row["original_budget_amount"] for row in answer.json()] == [1.0, 7.5]
        assert len(budget.lines) == 3
        shown = place.get(f"{LINES}/{known.id}").json()
        assert shown == answer.json()[0]


def test_a_locked_budget_keeps_its_lines_and_their_amounts() -> None:
    with site() as place:
        budget = budgeted(place).project.budget
        line = budget.lines[0]
        budget.lock()
        same = {"id": line.id, "wbs_code_id": line["wbs_code_id"], "original_budget_amount": "100000.00"}
        assert sync(place, same).status_code == 200
        assert sync(place, {**same, "original_budget_amount": "1.00"}).status_code == 422
        counted = {"calculation_strategy": "automatic", "quantity": "1", "unit_cost": "1"}
        assert sync(place, {"id": line.id, "wbs_code_id": line["wbs_code_id"], **counted}).status_code == 422
        address = (
            f"/rest/v2.0/companies/{place.world.company.id}/projects/{place.project.id}/budget_line_items/{line.id}"
        )
        assert place.world.call("DELETE", address).status_code == 422
        budget.locked = False
        assert place.world.call("DELETE", address).status_code == 204
        assert place.world.call("DELETE", address).status_code == 404
        assert len(budget.lines) == 1


def test_the_columns_of_a_view() -> None:
    with site() as place:
        number = place.project.budget.view_id
        rows = place.get(f"/rest/v1.0/budget_views/{number}/budget_detail_columns").json()
        assert {row["type"] for row in rows} == {"standard", "source"}
        assert place.get(f"/rest/v1.0/budget_views/{number + 1}/budget_detail_columns").status_code == 404
