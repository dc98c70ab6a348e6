"""Watches every call of the whole test run; a breach of a vendor's API description fails the test that made it.

Installed by the test run's conftest: `pytest_plugins = ["tests.contract.plugin"]`.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests import network
from tests.contract import material
from tests.contract.openapi import Observer, observer

WATCHER = pytest.StashKey[Observer]()


def pytest_configure(config: pytest.Config) -> None:
    if material.folder() is not None:
        config.stash[WATCHER] = observer()
        network.watchers.append(config.stash[WATCHER])


def pytest_unconfigure(config: pytest.Config) -> None:
    if (watcher := config.stash.get(WATCHER, None)) is not None:
        network.watchers.remove(watcher)


def pytest_report_header(config: pytest.Config) -> str:
    place = material.folder()
    if place is None:
        return f"vendor material: none, contract tests are not collected (set {material.VARIABLE})"
    return "vendor material: found, every call to the pretend Xero is held against its API description"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Setting up counts as well: what it broke is still in the list."""
    yield
    watcher = item.config.stash.get(WATCHER, None)
    if watcher is not None and (found := watcher.take()):
        pytest.fail("Not as the vendor describes its API:\n" + "\n".join(found), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """A test that failed for another reason leaves nothing behind for the next one."""
    yield
    if (watcher := item.config.stash.get(WATCHER, None)) is not None:
        watcher.take()
