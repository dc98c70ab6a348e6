"""Fixtures: a broker, and a queue of its own on it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery

from config import celery_app
from hub.embedded import EmbeddedBroker

BROKERS = ["embedded", pytest.param("redis", marks=pytest.mark.services)]


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A broker's address."""
    if request.param == "redis":
        yield os.environ["TIEBACK_TEST_REDIS_URL"]
        return
    embedded = EmbeddedBroker(tmp_path)
    embedded.start()
    yield embedded.url
    embedded.stop()


@pytest.fixture
def queue(broker: str) -> Iterator[str]:
    """What this process dispatches goes there."""
    name = f"tieback-test-{uuid.uuid4().hex[:10]}"
    app = Celery("tests", broker=broker, set_as_current=False)
    app.conf.task_default_queue = name
    app.set_current()
    yield name
    with app.connection_for_write() as connection:
        connection.default_channel.queue_delete(name)
    app.close()
    celery_app.set_current()
