"""Cost codes, cost types and outside keys of the pretend Procore."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.procore.sandbox import DIVISIONS, Switches
from tests.sandboxes.procore_world import ProcoreWorld, procore_world

LISTS, STANDARD = "/rest/v1.0/standard_cost_code_lists", "/rest/v1.0/standard_cost_codes"
CODES, TYPES = "/rest/v1.0/cost_codes", "/rest/v1.0/line_item_types"


def test_the_seeded_divisions_are_those_of_an_ordinary_builder() -> None:
    with procore_world() as world:
        chargeable = world.company.add_cost_codes(DIVISIONS)
        assert len(chargeable) > 100
        codes = [world.company.full_code(world.company.standard_cost_codes, row) for row in chargeable]
        assert len(set(codes)) == len(codes)
        assert codes[0] == "01-310"
        assert all(row["name"] and row["parent_id"] for row in chargeable)


def listed(world: ProcoreWorld, **query: Any) -> list[dict[str, Any]]:
    list_id = world.get(LISTS).json()[0]["id"]
    rows: list[dict[str, Any]] = world.get(STANDARD, standard_cost_code_list_id=list_id, **query).json()
    return rows


def test_a_list_of_standard_codes_must_be_named_and_is_paged() -> None:
    with procore_world() as world:
        world.company.add_cost_codes(DIVISIONS)
        assert world.get(STANDARD).json() == {"errors": {"standard_cost_code_list_id": ["required"]}}
        assert world.get(STANDARD, standard_cost_code_list_id=1).status_code == 404
        assert len(listed(world)) == 100
        assert len(listed(world, per_page=1000)) == len(world.company.standard_cost_codes)


def test_a_code_is_its_last_segment_and_the_full_code_holds_its_parents() -> None:
    with procore_world() as world:
        world.company.add_cost_codes(DIVISIONS)
        header, code = listed(world)[:2]
        assert (header["code"], header["full_code"], header["parent_id"]) == ("01", "01", None)
        assert (code["code"], code["full_code"], code["parent_id"]) == ("310", "01-310", header["id"])
        assert code.keys() == {
            "id",
            "standard_cost_code_list_id",
            "parent_id",
            "code",
            "full_code",
            "name",
            "origin_data",
            "origin_id",
        }


def sync(world: ProcoreWorld, *updates: dict[str, Any]) -> dict[str, Any]:
    list_id = world.company.cost_code_list.id
    answer = world.patch(f"{STANDARD}/sync", standard_cost_code_list_id=list_id, updates=list(updates))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_syncing_standard_codes() -> None:
    with procore_world() as world:
        header = sync(world, {"code": "03", "name": "Concrete"})["entities"][0]
        code = sync(world, {"origin_id": "x1", "code": "310", "name": "Concrete Supply", "parent_id": header["id"]})
        assert code["entities"][0]["full_code"] == "03-310"
        renamed = sync(world, {"origin_id": "x1", "name": "Ready-mixed Concrete"})["entities"][0]
        assert (renamed["full_code"], renamed["name"]) == ("03-310", "Ready-mixed Concrete")


@pytest.mark.parametrize(
    ("update", "field"),
    [
        ({"code": "03"}, "name"),
        ({"name": "Concrete"}, "code"),
        ({"code": "03", "name": "Concrete, again"}, "code"),
        ({"code": "04", "name": "Masonry", "parent_id": 1}, "parent_id"),
        ({"id": 1, "name": "Masonry"}, "id"),
        ({"code": "04", "name": "Masonry", "colour": "red"}, "colour"),
    ],
)
def test_refused_standard_codes(update: dict[str, Any], field: str) -> None:
    with procore_world() as world:
        sync(world, {"code": "03", "name": "Concrete"})
        assert list(sync(world, update)["errors"][0]["errors"]) == [field]
        assert len(world.company.standard_cost_codes) == 1


def test_too_many_standard_codes_at_once_are_413() -> None:
    with procore_world() as world:
        body = {"standard_cost_code_list_id": world.company.cost_code_list.id, "updates": [{"name": "x"}] * 1001}
        assert world.patch(f"{STANDARD}/sync", **body).status_code == 413


def test_a_code_cannot_be_its_own_parent() -> None:
    with procore_world() as world:
        made = sync(world, {"code": "03", "name": "Concrete"})["entities"][0]
        assert "parent_id" in sync(world, {"id": made["id"], "parent_id": made["id"]})["errors"][0]["errors"]


def test_project_codes_are_copies_with_a_parent_object() -> None:
    with procore_world() as world:
        world.company.add_cost_codes(DIVISIONS[:1])
        project = world.company.add_project("Harbour Tower", copy_cost_codes=True)
        rows = world.get(CODES, project_id=project.id, per_page=1000).json()
        header, code = rows[:2]
        assert header["parent"] == {"id": None}
        assert code["parent"] == {"id": header["id"]}
        assert (code["full_code"], code["sortable_code"]) == ("01-310", "01-310")
        assert (code["biller"], code["biller_id"], code["biller_type"]) == ("Harbour Tower", project.id, "Project")
        assert code["standard_cost_code_id"] == list(world.company.standard_cost_codes)[1].id
        # Later changes of the company's list do not reach the copies.
        list(world.company.standard_cost_codes)[1].change(name="Renamed")
        assert world.get(CODES, project_id=project.id).json()[1]["name"] == "Project Management"


def test_copying_again_adds_only_what_is_missing() -> None:
    with procore_world() as world:
        world.company.add_cost_codes(DIVISIONS[:1])
        project = world.company.add_project("Harbour Tower", copy_cost_codes=True)
        before = len(world.company.cost_codes)
        world.company.add_cost_codes(DIVISIONS[1:2])
        answer = world.post(f"{CODES}/copy_from_standard_list", project_id=project.id)
        assert answer.status_code == 201
        assert len(world.company.cost_codes) == before + 1 + len(DIVISIONS[1].codes)


def test_syncing_project_codes_stays_in_the_project() -> None:
    with procore_world() as world:
        one, two = world.company.add_project("One"), world.company.add_project("Two")
        query = {"params": {"project_id": one.id}}
        made = world.call("PATCH", f"{CODES}/sync", **query, json={"updates": [{"code": "01", "name": "General"}]})
        row = made.json()["entities"][0]
        assert row["biller_id"] == one.id
        elsewhere = world.call(
            "PATCH",
            f"{CODES}/sync",
            params={"project_id": two.id},
            json={"updates": [{"id": row["id"], "name": "x"}, {"code": "310", "name": "y", "parent_id": row["id"]}]},
        ).json()
        assert [list(error["errors"]) for error in elsewhere["errors"]] == [["id"], ["parent_id"]]
        assert world.call("PATCH", f"{CODES}/sync", json={"updates": []}).status_code == 400


def test_cost_types() -> None:
    with procore_world() as world:
        rows = world.get("/rest/v1.0/line_item_types").json()
        assert {"Labor", "Materials", "Other"} <= {row["name"] for row in rows}
        assert rows[0].keys() == {"id", "name", "code", "base_type", "origin_data", "origin_id"}


# Outside keys of any record, https://developers.procore.com/documentation/erp-external-data-details .


def external(world: ProcoreWorld, *updates: dict[str, Any]) -> dict[str, Any]:
    answer = world.patch(f"/rest/v1.0/companies/{world.company.id}/external_data/sync", updates=list(updates))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_outside_keys_are_set_and_cleared_on_records_of_any_type() -> None:
    with procore_world() as world:
        vendor, project = world.company.add_vendor("Kauri Steel"), world.company.add_project("Harbour Tower")
        answer = external(
            world,
            {"item_type": "vendor", "item_id": vendor.id, "origin_id": "v1", "origin_code": "KS"},
            {"item_type": "project", "item_id": project.id, "origin_id": "p1", "origin_data": "{}"},
        )
        assert answer["entities"][0] == {
            "item_type": "vendor",
            "item_id": vendor.id,
            "origin_id": "v1",
            "origin_data": None,
            "origin_code": "KS",
        }
        assert (vendor["origin_id"], project["origin_id"]) == ("v1", "p1")
        external(world, {"item_type": "vendor", "item_id": vendor.id, "origin_id": None})
        assert (vendor["origin_id"], vendor["origin_code"]) == (None, "KS")


@pytest.mark.parametrize(
    ("update", "field"),
    [
        ({"item_type": "spaceship", "item_id": 1}, "item_type"),
        ({"item_id": 1}, "item_type"),
        ({"item_type": "vendor", "item_id": 1}, "item_id"),
        ({"item_type": "requisition", "item_id": 1}, "item_id"),
        ({"item_type": "vendor", "origin_id": "taken"}, "origin_id"),
    ],
)
def test_refused_outside_keys(update: dict[str, Any], field: str) -> None:
    with procore_world() as world:
        world.company.add_vendor("Kauri Steel", origin_id="taken")
        other = world.company.add_vendor("Tāmaki Timber")
        sent = {"item_id": other.id, **update}
        answer = external(world, sent)
        assert answer["entities"] == []
        assert answer["errors"][0].items() >= sent.items()
        assert list(answer["errors"][0]["errors"]) == [field]


def test_clearing_many() -> None:
    with procore_world() as world:
        vendor = world.company.add_vendor("Kauri Steel", origin_id="v1", origin_data="{}")
        path = f"/rest/v1.0/companies/{world.company.id}/external_data/bulk_destroy"
        assert world.call("DELETE", path, json={"item_type": "vendor", "item_ids": [vendor.id]}).status_code == 200
        assert (vendor["origin_id"], vendor["origin_data"]) == (None, None)
        assert world.call("DELETE", path, json={"item_type": "vendor"}).status_code == 400


def test_cost_types_may_be_listed_by_project_only() -> None:
    with procore_world() as world:
        project = world.company.add_project("Harbour Tower", "HT-01")
        assert world.get(TYPES, project_id=project.id).json() == world.get(TYPES).json()
        assert world.get(TYPES, project_id=1).status_code == 404
        world.app.permit_only(world.company)
        assert world.get(TYPES, project_id=project.id).status_code == 403
        world.sandbox.switches.cost_types_need_project = True
        assert world.get(TYPES).json() == {"errors": {"project_id": ["required"]}}


def test_outside_keys_may_be_out_of_reach() -> None:
    with procore_world(switches=Switches(external_data_allowed=False)) as world:
        path = f"/rest/v1.0/companies/{world.company.id}/external_data/sync"
        assert world.patch(path, updates=[]).status_code == 403
