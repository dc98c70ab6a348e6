"""Every page that a manager reaches from the dashboard, judged by axe: landmarks, names for screen readers, contrast.

https://github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.demo import Demo

pytestmark = pytest.mark.browser
NO_PAGES = ("/logout/", "/jsi18n/", "/export", "/download", "/autocomplete/")
KEPT = ("tab", "kind", "stage")  # of an address's query: what makes it another page
MOST = 120
THEMES = (
    "simplebar-content-wrapper",  # two scrollers, made and named alike by the theme's script
    "lg:w-px",  # the title of the column with boxes for deletion
)


def _kind(url: str) -> str:
    """Two records' pages are one kind."""
    parts = urlsplit(url)
    query = sorted((name, value) for name, value in parse_qs(parts.query).items() if name in KEPT)
    return re.sub(r"/\d+", "/#", parts.path) + str([(name, re.sub(r"\d+", "#", value[0])) for name, value in query])


def _pages(page: Page, start: str) -> Iterator[str]:
    """One page of each kind; the browser is at it."""
    waiting, seen = deque([start]), {_kind(start)}
    while waiting and len(seen) < MOST:
        url = waiting.popleft()
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, f"{url}: {answer.status}"
        yield url
        for link in page.locator("a[href]").all():
            found = urljoin(url, link.get_attribute("href") or "").partition("#")[0]
            new = urlsplit(found).netloc == urlsplit(start).netloc and not any(part in found for part in NO_PAGES)
            if new and _kind(found) not in seen:
                seen.add(_kind(found))
                waiting.append(found)


def _violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    nodes = [(one["id"], node["html"]) for one in found for node in one["nodes"]]
    return [f"{rule}: {html[:160]}" for rule, html in nodes if not any(theme in html for theme in THEMES)]


def test_no_page_shuts_anybody_out(demo: Demo, manager: Page) -> None:
    judged: dict[str, list[str]] = {}
    for url in _pages(manager, f"{demo.tieback}/admin/"):
        judged[url] = _violations(manager)
        manager.set_viewport_size(PHONE)
        manager.emulate_media(color_scheme="dark")
        judged[f"{url} on a phone in the dark"] = _violations(manager)
        manager.set_viewport_size(DESKTOP)
        manager.emulate_media(color_scheme="light")
    assert len(judged) > 60
    assert {url: found for url, found in judged.items() if found} == {}


def test_the_way_in_shuts_nobody_out(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.tieback}/admin/")
    assert _violations(page) == []
