"""A person at work in the browser: starts a stage, watches it, reads what became of it, sends one, previews."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect

from hub.models import JobRecord, Membership, Role, SyncJob
from tests.browser.conftest import PHONE
from tests.engine.world import World, world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long enough one"  # noqa: S105


@pytest.fixture
def gate() -> threading.Event:
    """Holds back the vault's answers to writes until it is set, so that a run stands still to be looked at."""
    return threading.Event()


def hold(gate: threading.Event) -> None:
    assert gate.wait(30), "the gate was never opened"


@pytest.fixture
def site(transactional_db: None, worker: None, gate: threading.Event) -> Iterator[World]:
    """Nine orders, one without a name."""
    with world(orders=8) as one:
        one.shop.put("9", name=" ")
        one.net.observers.append(lambda request, response: hold(gate) if request.method == "PUT" else None)
        user = User.objects.create_user("operator", password=PASSWORD)
        Membership.objects.create(customer=one.row.tenant.customer, user=user, role=Role.APPROVER)
        yield one


def until(true: Callable[[], bool]) -> None:
    """Wait for something outside of the browser."""
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def ended() -> None:
    until(lambda: not any(job.is_open for job in SyncJob.objects.all()))


def test_send_all_watch_it_and_read_the_result(
    site: World, page: Page, gate: threading.Event, log_in: Callable[[str, str], None]
) -> None:
    log_in("operator", PASSWORD)
    page.get_by_role("link", name="Toy", exact=True).first.click()
    page.get_by_role("button", name="Send all orders").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_label("Order #").fill("N1")  # what one types stays while the page renews itself
    gate.set()
    expect(page.get_by_text("8 created, 1 rejected").first).to_be_visible(timeout=30_000)
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.get_by_label("Order #")).to_have_value("N1")
    assert set(site.papers()) == {f"N{n}" for n in range(1, 9)}

    page.get_by_role("listitem").filter(has_text="Orders").locator("dl a.good").first.click()
    expect(page.get_by_text("What needs a person")).to_be_visible()
    expect(page.get_by_text("Give it a name in the shop.").first).to_be_visible()
    page.get_by_role("link", name="order 3").click()
    expect(page.get_by_role("row", name="name – order 3")).to_be_visible()
    expect(page.get_by_role("link", name="Open in Vault")).to_have_attribute("href", "https://vault.example/P4")


def test_one_by_number_and_a_preview_that_writes_nothing(
    site: World, page: Page, gate: threading.Event, log_in: Callable[[str, str], None]
) -> None:
    gate.set()
    log_in("operator", PASSWORD)
    page.get_by_role("link", name="Toy", exact=True).first.click()
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Preview of")).to_be_visible(timeout=30_000)
    assert site.vault.ledger.writes() == []
    assert set(JobRecord.objects.values_list("state", flat=True)) == {"preview"}
    page.get_by_label("Order #").fill("N5")
    page.get_by_role("button", name="Send one").click()
    ended()
    assert site.papers() == {"N5": "order 5"}
    expect(page.get_by_text("1 created", exact=True)).to_be_visible()


def test_a_running_job_is_cancelled(
    site: World, page: Page, gate: threading.Event, log_in: Callable[[str, str], None]
) -> None:
    log_in("operator", PASSWORD)
    page.get_by_role("link", name="Toy", exact=True).first.click()
    page.get_by_role("button", name="Send all orders").click()
    until(lambda: len(site.papers()) > 0)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("stopping at the next batch")).to_be_visible()
    gate.set()
    ended()
    assert SyncJob.objects.get().state == "cancelled"
    assert len(site.papers()) == 2  # the batch that was under way
    expect(page.get_by_text("cancelled").first).to_be_visible()


def test_the_page_fits_a_phone_and_needs_no_mouse(
    site: World, browser: Browser, live_server: Any, gate: threading.Event
) -> None:
    gate.set()
    phone = browser.new_context(viewport=PHONE)
    page = phone.new_page()
    page.goto(f"{live_server.url}/admin/hub/tenant/{site.row.tenant_id}/page/")
    page.get_by_label("Username").focus()
    page.keyboard.type("operator")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Send all orders")
    button.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_text("started.").wait_for()
    ended()
    phone.close()
    assert len(site.papers()) == 8
