"""Projects and stages of the pretend Procore: lists, filters, pages, views, updates and sync."""

from __future__ import annotations

from typing import Any

import pytest
from requests.utils import parse_header_links

from integrations.procore.sandbox import Switches
from tests.sandboxes.procore_world import ProcoreWorld, procore_world

V11, V10 = "/rest/v1.1/projects", "/rest/v1.0/projects"


def names(world: ProcoreWorld, path: str = V11, **filters: Any) -> list[str]:
    params = {f"filters[{name}]": value for name, value in filters.items()}
    answer = world.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return [row["name"] for row in answer.json()]


def three(world: ProcoreWorld) -> None:
    world.company.add_project("Harbour Tower", "HT-01", stage="Send to Xero")
    world.company.add_project("Kauri Mall", "KM-02")
    world.company.add_project("Old Wharf", "OW-03", active=False)


def test_inactive_projects_are_hidden_unless_asked_for() -> None:
    with procore_world() as world:
        three(world)
        assert names(world) == ["Harbour Tower", "Kauri Mall"]
        assert names(world, by_status="All") == ["Harbour Tower", "Kauri Mall", "Old Wharf"]
        assert names(world, by_status="Inactive") == ["Old Wharf"]
        assert world.get(V11, params={"filters[by_status]": "Some"}).status_code == 400


def test_the_default_status_is_a_switch() -> None:
    with procore_world(switches=Switches(projects_default_status="All")) as world:
        three(world)
        assert len(names(world)) == 3


def test_a_stage_is_found_by_its_id_and_never_by_its_name() -> None:
    with procore_world() as world:
        three(world)
        assert names(world, by_stage=world.company.stage("Send to Xero").id) == ["Harbour Tower"]
        assert names(world, by_stage="Send to Xero") == []


def test_version_1_0_knows_neither_stage_nor_number() -> None:
    with procore_world() as world:
        three(world)
        stage = world.company.stage("Send to Xero").id
        assert names(world, V10, by_stage=stage, project_number="HT-01") == ["Harbour Tower", "Kauri Mall"]
        assert names(world, V11, by_stage=stage, project_number="KM-02") == []
        assert names(world, V11, project_number="KM-02") == ["Kauri Mall"]


def test_unknown_filters_are_ignored_or_refused() -> None:
    with procore_world() as world:
        three(world)
        assert len(names(world, colour="red")) == 2
        world.sandbox.switches.refuses_unknown_filters = True
        assert world.get(V11, params={"filters[colour]": "red"}).status_code == 400
        assert world.get(V11, params={"filters[by_status]": "All"}).status_code == 200


def test_filters_by_id_origin_and_name() -> None:
    with procore_world() as world:
        three(world)
        first, second, _ = world.company.projects
        first.change(origin_id="x1")
        both = world.get(V11, params={"filters[id][]": [first.id, second.id]}).json()
        assert [row["id"] for row in both] == [first.id, second.id]
        assert names(world, id=second.id) == ["Kauri Mall"]
        assert names(world, origin_id="x1") == ["Harbour Tower"]
        assert names(world, name="harbour") == ["Harbour Tower"]


@pytest.mark.parametrize("column", ["is_demo", "synced"])
def test_filters_of_two_values_fold_case(column: str) -> None:
    with procore_world() as world:
        three(world)
        next(iter(world.company.projects)).change(**{column: True})
        for path in (V11, V10):
            for said in ("true", "True", "TRUE", "1"):
                assert names(world, path, **{column: said}) == ["Harbour Tower"]
            assert names(world, path, **{column: "false"}) == ["Kauri Mall"]
        assert world.get(V11, params={f"filters[{column}]": "perhaps"}).status_code == 400


def test_a_range_of_update_times_includes_both_ends() -> None:
    with procore_world() as world:
        early = world.company.add_project("Early")
        world.sandbox.clock.advance(minutes=30)
        late = world.company.add_project("Late")
        moments = [row.updated_at.strftime("%Y-%m-%dT%H:%M:%SZ") for row in (early, late)]
        assert names(world, updated_at=f"{moments[0]}...{moments[0]}") == ["Early"]
        assert names(world, updated_at=f"{moments[0]}...{moments[1]}") == ["Early", "Late"]
        early.change(name="Early, again")
        assert names(world, updated_at=f"{moments[1]}...2036-01-01T00:00:00Z") == ["Early, again", "Late"]
        for wrong in (moments[0], "soon...later", "2026-01-01..2026-02-01"):
            assert world.get(V11, params={"filters[updated_at]": wrong}).status_code == 400


def test_sorting() -> None:
    with procore_world() as world:
        for name in ("kauri", "Harbour", "Wharf"):
            world.company.add_project(name)
        assert [row["name"] for row in world.get(V11, sort="name").json()] == ["Harbour", "kauri", "Wharf"]
        assert [row["name"] for row in world.get(V11, sort="-name").json()] == ["Wharf", "kauri", "Harbour"]


def test_pages() -> None:
    with procore_world() as world:
        for number in range(7):
            world.company.add_project(f"Project {number}")
        answer = world.get(V11, page=3, per_page=2, params={"filters[by_status]": "All"})
        assert [row["name"] for row in answer.json()] == ["Project 4", "Project 5"]
        assert (answer.headers["Total"], answer.headers["Per-Page"]) == ("7", "2")
        links = {link["rel"]: link["url"] for link in parse_header_links(answer.headers["Link"])}
        assert links.keys() == {"first", "prev", "next", "last"}
        assert "page=4" in links["next"]
        assert "filters%5Bby_status%5D=All" in links["next"]
        relations = [
            {link["rel"] for link in parse_header_links(world.get(V11, page=page, per_page=2).headers["Link"])}
            for page in (1, 2, 4)
        ]
        assert relations == [{"next", "last"}, {"first", "next", "last"}, {"first", "prev"}]
        assert world.get(V11, page=9, per_page=2).json() == []


@pytest.mark.parametrize(
    ("query", "size"),
    [({}, "100"), ({"per_page": 1000}, "300"), ({"per_page": 1000, "view": "ids"}, "1000"), ({"per_page": -1}, "100")],
)
def test_page_sizes_have_defaults_and_maxima(query: dict[str, Any], size: str) -> None:
    with procore_world() as world:
        assert world.get(V11, params=query).headers["Per-Page"] == size


def test_views_pick_the_attributes() -> None:
    with procore_world() as world:
        project = world.company.add_project("Harbour Tower", "HT-01", total_value="1250000.0")
        rows = {view: world.get(V11, view=view).json()[0] for view in ("ids", "compact", "normal", "extended")}
        assert rows["ids"] == {"id": project.id}
        assert rows["compact"]["display_name"] == "HT-01 - Harbour Tower"
        assert rows["normal"]["project_stage"]["name"] == "Course of Construction"
        assert rows["normal"]["total_value"] == "1250000.0"
        assert rows["normal"].keys() < rows["extended"].keys()
        assert world.get(V11).json()[0] == rows["normal"]


def test_ids_need_more_than_32_bits_and_are_numbers() -> None:
    with procore_world() as world:
        world.company.add_project("Harbour Tower")
        shown = world.get(V11).json()[0]
        assert isinstance(shown["id"], int)
        assert shown["id"] > 2**48


def test_the_companys_own_list_names_the_stage_and_has_no_pages() -> None:
    with procore_world() as world:
        three(world)
        answer = world.get(f"/rest/v1.0/companies/{world.company.id}/projects", per_page=1)
        assert [row["stage_name"] for row in answer.json()] == ["Send to Xero"] + 2 * ["Course of Construction"]
        assert "Total" not in answer.headers


def test_showing_and_changing_one() -> None:
    with procore_world() as world:
        project = world.company.add_project("Harbour Tower", "HT-01")
        world.sandbox.clock.advance(hours=1)
        stage = world.company.stage("Send to Xero")
        body = {"project_stage_id": stage.id, "origin_id": "x1", "origin_code": "HT-01", "active": False}
        shown = world.patch(f"{V10}/{project.id}", project=body).json()
        assert shown["project_stage"] == {"id": stage.id, "name": "Send to Xero"}
        assert (shown["origin_id"], shown["origin_code"], shown["active"]) == ("x1", "HT-01", False)
        assert shown["updated_at"] > shown["created_at"]
        assert world.get(f"{V10}/{project.id}").json() == shown


def test_saving_the_same_again_does_not_move_the_update_time() -> None:
    with procore_world() as world:
        project = world.company.add_project("Harbour Tower")
        before = project.updated_at
        world.sandbox.clock.advance(hours=1)
        world.patch(f"{V10}/{project.id}", project={"name": "Harbour Tower"})
        assert project.updated_at == before


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"name": " "}, 400, "name"),
        ({"project_stage_id": 1}, 422, "project_stage_id"),
        ({"origin_id": "taken"}, 422, "origin_id"),
        ({"country_code": "XX"}, 400, "country_code"),
        ({"state_code": "CA"}, 400, "state_code"),
        ({"country_code": "US", "state_code": "NSW"}, 400, "state_code"),
        ({"colour": "red"}, 406, "colour"),
    ],
)
def test_refused_changes(body: dict[str, Any], status: int, field: str) -> None:
    with procore_world() as world:
        world.company.add_project("Kauri Mall", origin_id="taken")
        project = world.company.add_project("Harbour Tower")
        answer = world.patch(f"{V10}/{project.id}", project=body)
        assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])
        assert project["name"] == "Harbour Tower"


def test_unknown_fields_can_be_ignored() -> None:
    with procore_world(switches=Switches(refuses_unknown_fields=False)) as world:
        project = world.company.add_project("Harbour Tower")
        assert world.patch(f"{V10}/{project.id}", project={"colour": "red", "name": "Tower"}).status_code == 200
        assert project["name"] == "Tower"


def test_an_update_needs_its_wrapper() -> None:
    with procore_world() as world:
        project = world.company.add_project("Harbour Tower")
        assert world.patch(f"{V10}/{project.id}", name="x").json() == {"errors": {"project": ["required"]}}


def test_sync_updates_and_creates_and_refuses_the_visible_code() -> None:
    with procore_world() as world:
        project = world.company.add_project("Harbour Tower")
        answer = world.patch(
            f"{V10}/sync",
            updates=[{"id": project.id, "origin_id": "x1"}, {"name": "New"}, {"id": project.id, "origin_code": "HT"}],
        ).json()
        assert [row["origin_id"] for row in answer["entities"]] == ["x1", None]
        assert answer["errors"] == [
            {"id": project.id, "origin_code": "HT", "errors": {"origin_code": ["is not a field of this resource"]}}
        ]
        assert len(world.company.projects) == 2


def test_stages() -> None:
    with procore_world() as world:
        path = f"/rest/v1.0/companies/{world.company.id}/project_stages"
        stages = {row["name"]: row for row in world.get(path).json()}
        assert stages["Bidding"]["category"] is None
        assert stages["Course of Construction"]["category"] == "course_of_construction"
        assert stages["Course of Construction"]["default_stage"]
        made = world.post(path, project_stage={"name": "Send to Xero", "category": "course_of_construction"})
        assert (made.status_code, made.json()["default_stage"]) == (201, False)
        assert world.get(path).headers["Total"] == "8"
        for wrong in ({"name": "x", "category": "early"}, {"name": "", "category": "completed"}):
            assert world.post(path, project_stage=wrong).status_code == 400
