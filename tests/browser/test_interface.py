"""MRI's login and endpoints in the browser: typed in, probed, mended and verified, on a desk and a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from hub.models import Connection, Grant, Membership, Role
from integrations.mri.sandbox import KEY, PASSWORD, USER
from tests.browser.conftest import PHONE
from tests.procore_mri.world import World, world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOGIN = "a long enough one"
VENDORS, SUPPLIERS = "MRI_S-PMAP_Vendors", "MRI_S-PMAP_Suppliers"


@pytest.fixture
def w(transactional_db: None) -> Iterator[World]:
    """As it ships, at an installation that has other names."""
    with world(profile={}) as one:
        one.mri.api(VENDORS).name = SUPPLIERS
        one.mri.api(SUPPLIERS).rename_field("VendorName", "SupplierName")
        user = User.objects.create_user("manager", password=LOGIN, first_name="Kim", last_name="Ngata")
        Membership.objects.create(customer=one.customer, user=user, role=Role.MANAGER, verifies=True)
        yield one


def address(w: World, live_server: Any, operation: str = "") -> str:
    name, args = ("edit", [operation]) if operation else ("", [])
    where = reverse(f"admin:hub_interface{'_' + name if name else ''}", args=[w.tenant.target_id, *args])
    return f"{live_server.url}{where}"


def endpoint(w: World) -> dict[str, Any]:
    found: dict[str, Any] = Connection.objects.get(pk=w.tenant.target_id).profile["endpoints"]["vendors.list"]
    return found


def test_from_a_guess_to_a_verified_endpoint(
    w: World, page: Page, live_server: Any, log_in: Callable[[str, str], None], pictures: Path
) -> None:
    log_in("manager", LOGIN)
    page.goto(address(w, live_server))
    expect(page.get_by_text("as assumed")).to_be_visible()
    page.screenshot(path=pictures / "overview.png", full_page=True)
    page.get_by_role("link", name="Vendors", exact=True).click()
    page.get_by_role("button", name="Probe: read one record").click()
    expect(page.get_by_text(f"{VENDORS} is not valid")).to_be_visible()
    page.get_by_label("API name").fill(SUPPLIERS)
    page.get_by_role("button", name="Probe: read one record").click()
    expect(page.get_by_text("the field map does not fit")).to_be_visible()
    page.screenshot(path=pictures / "probe.png", full_page=True)
    offered = page.locator("#fields-names option").evaluate_all("all => all.map(one => one.value)")
    assert "SupplierName" in offered
    name = page.get_by_label("Name at MRI: name")
    name.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Supplier Name")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was stored: 1 fault")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_accessible_description(re.compile("It may hold letters, digits"))
    name.fill("SupplierName")
    page.get_by_role("button", name="Store").click()
    expect(page.get_by_text("Nothing uses it until somebody has probed it")).to_be_visible()
    assert not endpoint(w).get("verified")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Mark verified").click()
    expect(page.get_by_text("“Vendors” is verified and may be used.")).to_be_visible()
    page.screenshot(path=pictures / "verified.png", full_page=True)
    assert (endpoint(w)["verified_by"], endpoint(w)["api"]) == ("Kim Ngata", SUPPLIERS)


def test_the_login_shows_the_parts_of_the_chosen_vendor(
    w: World, page: Page, live_server: Any, log_in: Callable[[str, str], None], pictures: Path
) -> None:
    log_in("manager", LOGIN)
    page.goto(f"{live_server.url}{reverse('admin:hub_grant_add')}")
    expect(page.get_by_label("Client secret")).to_be_visible()
    expect(page.get_by_label("Web Services user")).to_be_hidden()
    page.get_by_label("Vendor").select_option(label="MRI")
    expect(page.get_by_label("Client secret")).to_be_hidden()
    expect(page.get_by_label("Environment")).to_be_hidden()
    page.get_by_label("Customer").select_option(label=w.customer.name)
    page.locator("#id_name").fill("Second login")
    page.get_by_label("API address").fill("https://harbour.mrisoftware.com/MRIAPIServices/api.asp")
    page.get_by_label("Client id").fill("C100")
    for label, value in (("Database", "HARBOUR"), ("Web Services user", USER), ("Web Services password", PASSWORD)):
        page.get_by_label(label).fill(value)
    page.get_by_label("Partner or developer key").fill(KEY)
    page.screenshot(path=pictures / "login.png", full_page=True)
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_role("button", name="Connect to MRI")).to_be_visible()
    grant = Grant.objects.get(name="Second login")
    assert (grant.environment, grant.kind, grant.secret["key"]) == ("installation", "credentials", KEY)
    expect(page.get_by_label("Web Services password")).to_have_value("")
    page.get_by_role("button", name="Connect to MRI").click()
    expect(page.get_by_text("HARBOUR at harbour.mrisoftware.com")).to_be_visible()
    page.screenshot(path=pictures / "accounts.png", full_page=True)


def test_a_login_in_use_shows_what_belongs_to_it(
    w: World, page: Page, live_server: Any, log_in: Callable[[str, str], None], pictures: Path
) -> None:
    log_in("manager", LOGIN)
    page.goto(f"{live_server.url}{reverse('admin:hub_grant_change', args=[w.tenant.target.grant_id])}")
    for label in ("API address", "Client id", "Web Services user", "Separator"):
        expect(page.get_by_label(label)).to_be_visible()
    for label in ("Client secret", "Environment", "Login address", "Room"):
        expect(page.get_by_label(label)).to_have_count(0)
    page.screenshot(path=pictures / "in-use.png", full_page=True)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    grant = Grant.objects.get(pk=w.tenant.target.grant_id)
    assert (grant.secret["password"], grant.state) == (PASSWORD, "ok")  # nothing was typed, so nothing has changed
    page.goto(f"{live_server.url}{reverse('admin:hub_grant_change', args=[w.tenant.source.grant_id])}")
    expect(page.get_by_label("Client secret")).to_be_visible()
    expect(page.get_by_label("Environment")).to_be_visible()
    expect(page.get_by_label("API address")).to_be_hidden()


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_nothing_sticks_out(
    w: World, browser: Browser, live_server: Any, pictures: Path, dark: bool
) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme="dark" if dark else "light")
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("Username").fill("manager")
    page.get_by_label("Password").fill(LOGIN)
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="Log in").click()
    for operation in ("", "vendors.list", "draws.create"):
        page.goto(address(w, live_server, operation))
        if operation == "vendors.list":
            page.get_by_label("API name").fill(SUPPLIERS)
            with page.expect_navigation(wait_until="load"):
                page.get_by_role("button", name="Probe: read one record").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], operation
        shade = "dark" if dark else "light"
        page.screenshot(path=pictures / f"phone-{operation or 'overview'}-{shade}.png")
    context.close()
