"""The integration page of Procore and MRI in Chromium: wide, on a phone, and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from hub.models import Membership, Role
from tests.browser.conftest import PHONE
from tests.procore_mri.world import World, world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a long password"


@pytest.fixture
def w() -> Iterator[World]:
    with world(default_country="AU") as one:
        user = User.objects.create_user("operator", password=PASSWORD)
        Membership.objects.create(customer=one.customer, user=user, role=Role.OPERATOR)
        yield one


def test_a_new_tenant_and_one_at_work(
    w: World,
    page: Page,
    browser: Browser,
    live_server: Any,
    log_in: Callable[[str, str], None],
    pictures: Path,
) -> None:
    """Rows before anything has run; then with problems, and the projects that both sides have in a preview."""
    log_in("operator", PASSWORD)
    where = f"{live_server.url}{reverse('admin:hub_tenant_page', args=[w.tenant.pk])}"
    page.goto(where)
    expect(page.get_by_role("heading", name="Jobs → projects")).to_be_visible()
    page.screenshot(path=pictures / "empty.png", full_page=True)
    w.company.add_project("Wharf St", "WHARF01")
    w.company.add_vendor("Ironbark Concreting")
    w.company.add_vendor("Ironbark Concreting Ltd")
    w.go("vendors")
    w.go("cost_codes")
    preview = w.go("jobs", preview=True)
    page.goto(where)
    expect(page.get_by_role("heading", name="Jobs → projects")).to_be_visible()
    page.screenshot(path=pictures / "page.png", full_page=True)
    page.goto(f"{live_server.url}{reverse('admin:hub_syncjob_change', args=[preview.pk])}")
    expect(page.get_by_text("WHARF01 Wharf Street Tower").first).to_be_visible()
    page.screenshot(path=pictures / "preview.png", full_page=True)
    page.goto(f"{live_server.url}{reverse('admin:hub_tenant_check', args=[w.tenant.pk])}")
    expect(page.get_by_text("Database HARBOUR at harbour.mrisoftware.com.")).to_be_visible()
    page.screenshot(path=pictures / "check.png", full_page=True)
    state = page.context.storage_state()
    for name, options in (("phone", {"viewport": PHONE}), ("dark", {"color_scheme": "dark"})):
        other = browser.new_context(storage_state=state, **options)
        there = other.new_page()
        there.goto(where)
        expect(there.get_by_role("heading", name="Jobs → projects")).to_be_visible()
        if name == "phone":
            assert there.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        there.screenshot(path=pictures / f"{name}.png", full_page=True)
        other.close()
