"""Segments and budget codes, sub jobs, tax codes and cost codes of the pretend Procore."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandboxes.procore_site import CONCRETE, STEEL, Site, site

V1 = "/rest/v1.0"


def wbs(place: Site, rest: str) -> str:
    return f"{V1}/projects/{place.project.id}/work_breakdown_structure/{rest}"


def items(place: Site, code: str = CONCRETE, kind: str = "O") -> list[dict[str, int]]:
    """An item of each segment."""
    codes, kinds = (row["id"] for row in place.get(wbs(place, "segments")).json())
    return [
        {"segment_id": codes, "segment_item_id": place.project.cost_code(code).id},
        {"segment_id": kinds, "segment_item_id": place.world.company.cost_type(kind).id},
    ]


def test_a_projects_pattern_is_cost_code_and_cost_type() -> None:
    with site() as place:
        pattern = place.get(wbs(place, "patterns")).json()
        assert [row["type"] for row in pattern["segments"]] == ["cost_code", "line_item_type"]
        company = f"{V1}/companies/{place.world.company.id}/work_breakdown_structure/segments"
        found = place.world.call("GET", company).json()
        assert [row["id"] for row in found] == [row["id"] for row in pattern["segments"]]
        codes, kinds = found
        rows = place.get(wbs(place, f"segments/{codes['id']}/segment_items"), per_page=1000).json()
        known = {row["path_code"]: row for row in rows}
        assert known[CONCRETE]["path_ids"] == [known["03"]["id"], known[CONCRETE]["id"]]
        assert (known["03"]["is_parent"], known[CONCRETE]["is_parent"]) == (True, False)
        assert place.get(wbs(place, "segments/1/segment_items")).status_code == 404
        assert (
            len(place.get(wbs(place, f"segments/{kinds['id']}/segment_items")).json()) == kinds["segment_items_count"]
        )


def test_a_project_has_cost_codes_of_its_own_but_no_cost_types() -> None:
    with site() as place:
        codes, kinds = (row["id"] for row in place.get(wbs(place, "segments")).json())
        path = wbs(place, f"segments/{codes}/segment_items")
        parent = place.project.cost_code("03").id
        new = {"code": "399", "name": "Grout", "parent_id": parent}
        made = place.world.call("POST", path, json=new)
        assert (made.status_code, made.json()["path_code"], made.json()["in_use"]) == (201, "03-399", False)
        for refused, status in ((new, 422), ({**new, "parent_id": 1}, 422), ({"code": "398"}, 400)):
            assert place.world.call("POST", path, json=refused).status_code == status
        other = wbs(place, f"segments/{kinds}/segment_items")
        assert place.world.call("POST", other, json={"code": "P", "name": "Plant"}).status_code == 403


def test_a_budget_code_is_a_combination_that_occurs_once() -> None:
    with site() as place:
        path = wbs(place, "wbs_codes")
        made = place.world.call("POST", path, json={"segment_items": items(place), "description": "Pour"})
        assert (made.status_code, made.json()["flat_code"], made.json()["description"]) == (201, "03-310.O", "Pour")
        assert place.project.coded(CONCRETE, "O")["wbs_code_id"] == made.json()["id"]
        again = place.world.call("POST", path, json={"segment_items": items(place)})
        assert (again.status_code, len(place.get(path).json())) == (400, 1)


@pytest.mark.parametrize("cut", [slice(0, 1), slice(1, 2), slice(0, 0)])
def test_a_budget_code_has_an_item_of_each_segment(cut: slice) -> None:
    with site() as place:
        path = wbs(place, "wbs_codes")
        assert place.world.call("POST", path, json={"segment_items": items(place)[cut]}).status_code == 400
        other = place.world.company.add_project("Kauri Ridge", "KR-01", copy_cost_codes=True)
        strange = [{**items(place)[0], "segment_item_id": other.cost_code(CONCRETE).id}, items(place)[1]]
        assert place.world.call("POST", path, json={"segment_items": strange}).status_code == 400
        assert place.get(path).json() == []


def test_many_budget_codes_at_once() -> None:
    with site() as place:
        first = {"segment_items": items(place), "description": "Pour"}
        bulk = [first, {"segment_items": items(place, STEEL)}, {"description": "Nothing"}]
        answer = place.world.call("PATCH", wbs(place, "wbs_codes/bulk_create"), json={"bulk": bulk})
        assert answer.status_code == 201
        assert [row["flat_code"] for row in answer.json()["entities"]] == ["03-310.O", "05-120.O"]
        assert answer.json()["errors"] == [{"description": "Nothing", "errors": {"segment_items": ["required"]}}]
        again = {"bulk": [{**first, "description": "Slab"}]}
        place.world.call("PATCH", wbs(place, "wbs_codes/bulk_create"), json=again)
        assert [row["description"] for row in place.get(wbs(place, "wbs_codes")).json()][0] == "Slab"
        assert len(place.get(wbs(place, "wbs_codes")).json()) == 2
        assert place.world.call("PATCH", wbs(place, "wbs_codes/bulk_create"), json={}).status_code == 400


def test_an_inactive_budget_code_takes_no_cost() -> None:
    with site() as place:
        number = place.project.coded(CONCRETE, "O")["wbs_code_id"]
        path = wbs(place, "wbs_codes/update_all")
        body: dict[str, Any] = {"ids": [number], "attributes": {"status": "inactive"}}
        assert place.world.call("PATCH", path, json={**body, "ids": [number, 1]}).status_code == 404
        assert place.world.call("PATCH", path, json={**body, "attributes": {"status": "off"}}).status_code == 400
        assert place.world.call("PATCH", path, json=body).status_code == 204
        cost = {"direct_cost_type": "expense", "line_items": [{"wbs_code_id": number, "manual_amount": "1.00"}]}
        costs = f"/rest/v1.1/projects/{place.project.id}/direct_costs"
        assert place.world.call("POST", costs, json={"direct_cost": cost}).status_code == 422


# Sub jobs, tax codes, cost codes.


def test_sub_jobs_belong_to_their_project() -> None:
    with site() as place:
        scope = {"project_id": place.project.id}
        path = f"{V1}/sub_jobs"
        made = place.world.call("POST", path, json={**scope, "sub_job": {"name": "Tower A", "code": "A"}})
        assert made.status_code == 201
        for refused in ({"name": "Again", "code": "A"}, {"name": "Nameless"}, {"code": "B"}):
            assert place.world.call("POST", path, json={**scope, "sub_job": refused}).status_code == 400
        other = place.world.company.add_project("Kauri Ridge", "KR-01")
        strange = other.add_sub_job("A", "Tower A")
        updates = [{"id": made.json()["id"], "origin_id": 7}, {"id": strange.id, "name": "Mine"}]
        answer = place.world.call("PATCH", f"{path}/sync", params=scope, json={**scope, "updates": updates}).json()
        assert [row["origin_id"] for row in answer["entities"]] == ["7"]
        assert list(answer["errors"][0]["errors"]) == ["id"]
        assert [row["code"] for row in place.get(path).json()] == ["A"]
        assert place.world.get(path).status_code == 400


def test_lines_name_tax_codes_that_there_are() -> None:
    with site() as place:
        path = f"{V1}/tax_codes"
        sent = {"code": "GST", "description": "GST on expenses", "rate1": 10, "origin_id": "x:GST"}
        answer = place.world.patch(f"{path}/sync", updates=[sent, {"description": "Nameless"}]).json()
        assert (len(answer["entities"]), len(answer["errors"])) == (1, 1)
        place.world.patch(f"{path}/sync", updates=[{**sent, "rate1": "12.5"}])
        (row,) = place.world.get(path).json()
        assert (row["rate1"], row["archived"]) == (12.5, False)
        contract = place.contract("1.00", status="Draft")
        lines = f"{V1}/work_order_contracts/{contract.id}/line_items"
        own = {"wbs_code_id": contract.lines[0]["wbs_code_id"], "amount": "1.00", "description": "More"}
        for tax_code_id, status in ((1, 422), (row["id"], 201)):
            body = {"project_id": place.project.id, "line_item": {**own, "tax_code_id": tax_code_id}}
            assert place.world.call("POST", lines, json=body).status_code == status


def test_cost_codes_one_by_one() -> None:
    with site() as place:
        path, scope = f"{V1}/cost_codes", {"project_id": place.project.id}
        parent = place.project.cost_code("03")
        sent = {"code": "399", "name": "Grout", "parent_id": parent.id}
        made = place.world.call("POST", path, json={**scope, "cost_code": sent})
        assert (made.status_code, made.json()["full_code"]) == (201, "03-399")
        assert place.world.call("POST", path, json={**scope, "cost_code": sent}).status_code == 422
        assert place.world.call("POST", path, json={**scope, "cost_code": {"code": "1"}}).status_code == 400
        address = f"{path}/{made.json()['id']}"
        changed = place.world.call("PATCH", address, json={**scope, "cost_code": {"name": "Grouting"}})
        assert (changed.status_code, changed.json()["name"], changed.json()["code"]) == (200, "Grouting", "399")
        other = place.world.company.add_project("Kauri Ridge", "KR-01")
        body = {"project_id": other.id, "cost_code": {"name": "Mine"}}
        assert place.world.call("PATCH", address, json=body).status_code == 404
        sub_job = place.project.add_sub_job("A", "Tower A")
        within = {**scope, "sub_job_id": sub_job.id}
        part = place.world.call("POST", path, json={**within, "cost_code": {"code": "03", "name": "Concrete"}}).json()
        assert (part["biller_type"], part["biller_id"]) == ("SubJob", sub_job.id)
        strange = {**scope, "sub_job_id": other.add_sub_job("B", "Tower B").id, "cost_code": sent}
        assert place.world.call("POST", path, json=strange).status_code == 404


def test_a_new_cost_type_may_be_of_labour() -> None:
    with site() as place:
        path, sent = f"{V1}/line_item_types", {"name": "Day labour", "csv_import_code": "DL", "base_type": "labor"}
        made = place.world.post(path, line_item_type=sent)
        assert (made.status_code, made.json()["code"], made.json()["base_type"]) == (201, "DL", "labor")
        assert place.world.post(path, line_item_type={**sent, "base_type": "plant"}).status_code == 400
