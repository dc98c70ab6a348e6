"""The web view: what a person changes there is what the API shows, and it is not in the ledger."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from integrations.procore.sandbox import DIVISIONS
from tests.sandboxes.procore_world import API, ProcoreWorld, procore_world


def open_page(path: str) -> str:
    answer = requests.get(f"{API}{path}", timeout=5)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/html")
    return answer.text


def submit(path: str, **form: Any) -> requests.Response:
    return requests.post(f"{API}{path}", data=form, timeout=5, allow_redirects=False)


def full(world: ProcoreWorld) -> None:
    world.company.add_project("Harbour Tower", "HT-01", origin_id="x1")
    world.company.add_vendor("Kauri Steel", origin_id="c1", abn="51824753556")
    world.company.add_vendor("<b>Tāmaki</b> & Sons")
    world.company.add_cost_codes(DIVISIONS[:2])


def test_the_start_page_lists_companies_and_the_last_calls_but_not_itself() -> None:
    with procore_world() as world:
        world.get("/rest/v1.0/vendors")
        text = open_page("/")
        assert "Harbour &amp; Lane Constructions" in text
        assert "GET /rest/v1.0/vendors?company_id=" in text
        assert len(world.sandbox.ledger.entries) == 1


def test_every_page_opens_without_a_script() -> None:
    with procore_world() as world:
        full(world)
        company = f"/{world.company.id}/company"
        vendor, project = next(iter(world.company.vendors)), next(iter(world.company.projects))
        paths = [
            f"{company}/home/list",
            f"{company}/directory",
            f"{company}/directory/vendors/{vendor.id}/edit",
            f"{company}/cost_codes",
            f"/{project.id}/project/home",
        ]
        for path in paths:
            text = open_page(path)
            assert "<script" not in text
            assert 'name="viewport"' in text
        assert world.sandbox.ledger.entries == []


def test_names_are_shown_as_text() -> None:
    with procore_world() as world:
        full(world)
        text = open_page(f"/{world.company.id}/company/directory")
        assert "<b>Tāmaki" not in text
        assert "&lt;b&gt;Tāmaki&lt;/b&gt; &amp; Sons" in text


def test_the_green_banner_shows_as_soon_as_there_is_an_origin_id() -> None:
    with procore_world() as world:
        full(world)
        linked, plain = world.company.vendors
        path = f"/{world.company.id}/company/directory/vendors"
        assert 'class="banner"' in open_page(f"{path}/{linked.id}/edit")
        assert "51824753556" in open_page(f"{path}/{linked.id}/edit")
        assert 'class="banner"' not in open_page(f"{path}/{plain.id}/edit")
        assert 'class="banner"' in open_page(f"/{next(iter(world.company.projects)).id}/project/home")


def test_the_clients_links_for_people_lead_here() -> None:
    with procore_world() as world:
        full(world)
        pages = [
            world.client.project_page(next(iter(world.company.projects)).id),
            world.client.vendor_page(next(iter(world.company.vendors)).id),
        ]
        for page in pages:
            open_page(page.removeprefix("https://app.procore.com"))


def test_changing_a_project() -> None:
    with procore_world() as world:
        full(world)
        project, stage = next(iter(world.company.projects)), world.company.stage("Send to Xero")
        world.sandbox.clock.advance(minutes=1)
        before = project.updated_at
        form = {"name": "Harbour Towers", "project_number": "HT-02", "project_stage_id": stage.id, "active": "no"}
        assert submit(f"/{project.id}/project/home", **form).status_code == 303
        shown = world.get(f"/rest/v1.0/projects/{project.id}").json()
        assert (shown["name"], shown["project_number"], shown["active"]) == ("Harbour Towers", "HT-02", False)
        assert shown["project_stage"]["name"] == "Send to Xero"
        assert project.updated_at > before


def test_adding_a_project_gives_it_the_cost_codes() -> None:
    with procore_world() as world:
        full(world)
        stage = world.company.stage("Send to Xero")
        path = f"/{world.company.id}/company/home/list"
        form = {"name": "Kauri Mall", "project_number": "", "project_stage_id": stage.id, "active": "yes"}
        assert submit(path, **form).status_code == 303
        added = world.company.projects.named("Kauri Mall")
        assert added is not None
        assert added["project_number"] is None
        assert len(world.company.cost_codes) == len(world.company.standard_cost_codes)
        assert "Kauri Mall" in open_page(path)


def test_a_form_is_bound_by_the_rules() -> None:
    with procore_world() as world:
        full(world)
        project = next(iter(world.company.projects))
        refused = submit(f"/{project.id}/project/home", name="", project_stage_id=project["project_stage_id"])
        assert refused.status_code == 400
        assert "name can" in refused.text
        assert project["name"] == "Harbour Tower"


def test_adding_and_renaming_cost_codes() -> None:
    with procore_world() as world:
        full(world)
        path = f"/{world.company.id}/company/cost_codes"
        header = next(iter(world.company.standard_cost_codes))
        assert submit(path, parent_id=header.id, code="999", name="Sundries").status_code == 303
        assert "01-999" in open_page(path)
        added = world.company.standard_cost_codes.named("Sundries")
        assert added is not None
        assert submit(f"{path}/{added.id}", name="Odds and ends").status_code == 303
        assert added["name"] == "Odds and ends"
        assert submit(path, parent_id=header.id, code="999", name="Twice").status_code == 422
        assert submit(path, parent_id="", code="99", name="Sundry Division").status_code == 303


@pytest.mark.parametrize("path", ["/1/company/home/list", "/1/project/home", "/1/company/nothing"])
def test_pages_that_do_not_exist(path: str) -> None:
    with procore_world():
        assert requests.get(f"{API}{path}", timeout=5).status_code == 404
