"""A real browser against a real server of the installation, with a worker beside it.

The database is a file, so that server, worker and test each have their own connection, as in production.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, sync_playwright

from hub.tasks import run_job
from tests import chromium
from tests.browser.demo import demo as demo
from tests.browser.demo import manager as manager

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop in the test's thread
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite in memory would be one connection for all threads."""
    default: dict[str, Any] = settings.DATABASES["default"]
    if default["ENGINE"].endswith("sqlite3"):
        connections["default"].settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("browser") / "test.sqlite3")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    assert path, "Chromium is missing (python -m tests.chromium says how to get it)"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh browser window, as large as a desktop's. Use `browser.new_context(viewport=PHONE)` for a phone."""
    one = browser.new_context(viewport=DESKTOP)
    one.set_default_timeout(15_000)
    yield one
    one.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails the test when the browser complains: a script error, a refused script, a missing file."""
    one = context.new_page()
    complaints: list[str] = []
    one.on("pageerror", lambda error: complaints.append(str(error)))
    one.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
    yield one
    assert complaints == []


def _is_complaint(message: ConsoleMessage) -> bool:
    return message.type == "error" and "favicon" not in message.location.get("url", "")


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Runs each dispatched job in a thread of its own, with its own connection: what a Celery worker does."""
    threads: list[threading.Thread] = []

    def work(args: list[Any]) -> None:
        try:
            run_job(*args)
        finally:
            connections.close_all()

    def send_task(name: str, args: list[Any], **options: Any) -> None:
        assert name == "hub.tasks.run_job"
        threads.append(threading.Thread(target=work, args=(list(args),), daemon=True))
        threads[-1].start()

    monkeypatch.setattr(current_app, "send_task", send_task)
    yield
    for thread in threads:
        thread.join(30)


@pytest.fixture
def log_in(page: Page, live_server: Any) -> Callable[[str, str], None]:
    """`log_in(user name, password)` by the form, as a person does."""

    def enter(name: str, password: str) -> None:
        page.goto(f"{live_server.url}/admin/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("heading", name="Dashboard").wait_for()

    return enter


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where a test may keep screenshots of itself."""
    return tmp_path
