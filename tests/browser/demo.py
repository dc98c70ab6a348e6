"""The demonstration as processes of its own, and a page of its Australian tenant."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests
from playwright.sync_api import Page, expect

from hub.installation import free_port
from tests.ops.test_demo import ROOT, environment
from tests.ops.worker import wait_until


@dataclass
class Demo:
    tieback: str
    procore: str
    xero: str

    def writes(self) -> dict[str, int]:
        return {name: self._writes(address) for name, address in (("Procore", self.procore), ("Xero", self.xero))}

    @staticmethod
    def _writes(address: str) -> int:
        rows = requests.get(f"{address}/_sandbox/ledger", timeout=10).json()
        return sum(1 for row in rows if row["writes"])

    def slow(self, address: str, path: str, seconds: float) -> None:
        fault = {"kind": "delay", "path": path, "seconds": seconds}
        requests.post(f"{address}/_sandbox/faults", json=fault, timeout=10).raise_for_status()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("pages")
    output = folder / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=ROOT,
            env=environment(folder, PORT=str(free_port("127.0.0.1", 0))),
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    wait_until(lambda: "Log in as" in output.read_text() or process.poll() is not None, "the demonstration", 240)
    said = output.read_text()
    assert process.poll() is None, said
    yield Demo(*_addresses(said))
    process.terminate()
    process.wait(40)


def _addresses(said: str) -> tuple[str, str, str]:
    found = {
        name: re.search(rf"^{name} .*?(http://127\.0\.0\.1:\d+)/", said, re.MULTILINE)
        for name in ("Tieback", "Procore", "Xero")
    }
    assert all(found.values()), said
    tieback, procore, xero = (match[1] for match in found.values() if match)
    return tieback, procore, xero


@pytest.fixture
def manager(demo: Demo, page: Page) -> Page:
    """A page of the Australian tenant, logged in as its manager."""
    page.goto(f"{demo.tieback}/admin/")
    page.get_by_label("Username").fill("manager")
    page.get_by_label("Password").fill("tieback-demo")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Harbour & Lane, Australia").first.click()
    expect(page.get_by_role("heading", level=2, name=re.compile("Harbour & Lane, Australia"))).to_be_visible()
    return page
