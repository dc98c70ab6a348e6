"""The whole of Tieback in Chromium: web, worker, beat and both pretend vendors as processes, used as a person would."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.demo import Demo

pytestmark = pytest.mark.browser


def test_send_all_projects_shows_progress_and_result(demo: Demo, manager: Page) -> None:
    demo.slow(demo.procore, "/rest/v1.1/projects", 4)
    before = demo.writes()
    manager.get_by_role("button", name="Send all projects").click()
    expect(manager.get_by_role("progressbar", name="Projects")).to_be_visible(timeout=10_000)
    expect(manager.get_by_role("progressbar", name="Projects")).to_be_hidden(timeout=60_000)
    assert demo.writes() == before, "everything was sent before"
    manager.locator("#facts-projects a").first.click()  # the time of the last success leads to its job
    expect(manager.get_by_role("heading", name="Job number used twice")).to_be_visible()
    expect(manager.get_by_text("Give each a number of its own in Procore")).to_have_count(3)
    manager.get_by_role("link", name="2402 Millpond School Hall").click()
    expect(manager.get_by_text("Unchanged").first).to_be_visible()
    expect(manager.get_by_role("link", name=re.compile("Procore")).first).to_be_visible()


def test_one_project_by_its_number_after_a_rename(demo: Demo, manager: Page) -> None:
    _rename(demo, manager, "2401", "Wharf Street Apartments, tower B")
    before = demo.writes()
    manager.get_by_label("Projects: Project #").fill("2401")
    manager.get_by_role("button", name="Send one project").click()
    expect(manager.get_by_text("1 updated").first).to_be_visible(timeout=60_000)
    after = demo.writes()
    assert (after["Procore"] - before["Procore"], after["Xero"] - before["Xero"]) == (0, 1)


def test_a_preview_writes_nothing(demo: Demo, manager: Page) -> None:
    _rename(demo, manager, "2404", "Café & Bar, renamed")
    before = demo.writes()
    manager.get_by_role("button", name="Preview Projects").click()
    preview = manager.get_by_role("link", name=re.compile("Preview of"))
    expect(preview.first).to_be_visible(timeout=60_000)
    expect(manager.get_by_text(re.compile("1 updated")).first).to_be_visible(timeout=60_000)
    assert demo.writes() == before
    preview.first.click()
    expect(manager.get_by_text("2404 Café & Bar, renamed").first).to_be_visible()


@pytest.mark.parametrize(
    "rows",
    ["jobrecord/?outcome__exact=rejected", "jobrecord/?outcome__exact=skipped", "linkedentity/", "apicall/"],
)
def test_lists_on_a_phone_show_every_word(demo: Demo, manager: Page, rows: str) -> None:
    manager.set_viewport_size(PHONE)
    manager.goto(f"{demo.tieback}/admin/hub/{rows}")
    cells = manager.locator("#result_list tbody :is(th, td)")
    assert cells.count() > 10
    is_cut = "one => one.scrollHeight > one.clientHeight || one.scrollWidth > one.clientWidth"
    assert cells.evaluate_all(f"all => all.filter({is_cut}).map(one => one.innerText)") == []
    assert "Select record" not in cells.evaluate_all("all => all.map(one => one.dataset.label)")
    assert manager.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("rows", ["apicall/", "jobrecord/", "linkedentity/", "syncjob/"])
def test_lists_on_a_desk_show_every_column(demo: Demo, manager: Page, rows: str) -> None:
    manager.goto(f"{demo.tieback}/admin/hub/{rows}")
    last = manager.locator("#result_list thead th").last.bounding_box()
    assert last is not None
    assert last["x"] + last["width"] <= DESKTOP["width"]


def _rename(demo: Demo, page: Page, number: str, name: str) -> None:
    """As a newcomer does on the pretend vendor's pages."""
    other = page.context.new_page()
    other.goto(demo.procore)
    other.get_by_role("link", name="Harbour & Lane Constructions").first.click()
    other.get_by_role("row").filter(has_text=number).get_by_role("link").first.click()
    other.get_by_label("Name").fill(name)
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_role("heading", name=name)).to_be_visible()
    other.close()
