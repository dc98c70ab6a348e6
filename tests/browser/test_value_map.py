"""The value map in the browser: by keyboard, on a phone, in the dark, and what is wrong told where it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Browser, FilePayload, Page, expect

from hub.models import Membership, Role, ValueMap
from hub.references import refresh
from tests.browser.conftest import PHONE
from tests.pairings.claims_world import CODES, ClaimSite, claim_site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long enough one"  # noqa: S105


@pytest.fixture
def site(transactional_db: None) -> Iterator[ClaimSite]:
    """Three codes to map to accounts: one is mapped, its account archived since."""
    with claim_site(cost_code_strategy="account", cost_account="") as one:
        one.project()
        one.send_before()
        one.w.tenant.value_maps.create(kind="cost_code", key=CODES[2], account="429")
        one.w.org.account("429").status = "ARCHIVED"
        refresh(one.w.tenant)
        user = User.objects.create_user("operator", password=PASSWORD)
        Membership.objects.create(customer=one.w.customer, user=user, role=Role.OPERATOR)
        yield one


def address(site: ClaimSite, live_server: Any, page: str = "page") -> str:
    kind = ["cost_code"] if page == "values" else []
    return f"{live_server.url}{reverse(f'admin:hub_tenant_{page}', args=[site.w.tenant.pk, *kind])}"


def test_from_the_notice_to_a_table_in_order_by_keyboard(
    site: ClaimSite, page: Page, live_server: Any, log_in: Callable[[str, str], None], pictures: Path
) -> None:
    log_in("operator", PASSWORD)
    page.goto(address(site, live_server))
    expect(page.get_by_text("2 not mapped yet, 1 no longer valid")).to_be_visible()
    page.screenshot(path=pictures / "page.png", full_page=True)
    page.goto(address(site, live_server, "check"))
    expect(page.get_by_text(f"2 of 3 not mapped: {CODES[0]} (no account), {CODES[1]} (no account).")).to_be_visible()
    page.screenshot(path=pictures / "check.png", full_page=True)
    page.goto(address(site, live_server))
    page.get_by_role("link", name="Open the value map").click()
    page.get_by_label(f"Account of {CODES[0]}").focus()
    page.keyboard.type("800")
    page.keyboard.press("Tab")
    page.keyboard.type("OUTPUT")
    page.keyboard.press("Tab")
    page.keyboard.type("Cost of Goods Sold")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was stored: 1 row has errors")
    wrong = page.get_by_label(f"Account of {CODES[0]}")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_accessible_description(re.compile("800 Accounts Payable is a bank or control account"))
    page.screenshot(path=pictures / "errors.png", full_page=True)
    wrong.fill("320")
    page.get_by_label(f"Tax type of {CODES[0]}").fill("")
    page.get_by_role("button", name="Store this page").click()
    expect(page.get_by_text("2 rows changed.")).to_be_visible()
    rows = dict(ValueMap.objects.values_list("key", "account"))
    assert rows == {CODES[0]: "320", CODES[1]: "310", CODES[2]: "429"}
    page.goto(address(site, live_server, "values"))
    expect(page.get_by_text("429 General Expenses is archived, or no longer there.")).to_be_visible()
    page.screenshot(path=pictures / "values.png", full_page=True)


def test_the_picker_offers_what_can_be_used(
    site: ClaimSite, page: Page, live_server: Any, log_in: Callable[[str, str], None]
) -> None:
    log_in("operator", PASSWORD)
    page.goto(address(site, live_server, "values"))
    offered = page.locator("#list-account option").evaluate_all("all => all.map(one => one.value)")
    assert {"310", "320", "835"} <= set(offered)
    assert not {"429", "800", "200"} & set(offered)
    expect(page.locator("#list-project option")).to_have_attribute("value", "24-001")


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_nothing_sticks_out(
    site: ClaimSite, browser: Browser, live_server: Any, pictures: Path, dark: bool
) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme="dark" if dark else "light")
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("Username").fill("operator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    for name in ("values", "check", "page"):
        page.goto(address(site, live_server, name))
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], name
        page.screenshot(path=pictures / f"phone-{name}-{'dark' if dark else 'light'}.png", full_page=True)
    page.goto(address(site, live_server, "values"))
    rows = f"code,account,colour\n{CODES[0]},320,red\n{CODES[1]},800,\n{CODES[2]},310,\n"
    file: FilePayload = {"name": "map.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.get_by_label("CSV file to import").set_input_files(file)
    page.get_by_role("button", name="Import…").click()
    expect(page.get_by_role("alert")).to_contain_text("1 row with errors.")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.screenshot(path=pictures / f"phone-import-{'dark' if dark else 'light'}.png", full_page=True)
    context.close()
