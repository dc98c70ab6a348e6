"""A worker that is asked to end gives its run back, and another one finishes it within seconds."""

from __future__ import annotations

import signal
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery

from config import celery_app
from hub.dispatch import dispatch
from hub.embedded import EmbeddedBroker
from hub.engine.start import start
from hub.models import ApiCall, JobState, TenantStage, Trigger
from integrations.base.sandbox.server import served
from tests.ops.worker import tenant_at, wait_until, worker
from tests.toy.vendors import Shop, Vault

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = 24
LEASE_WOULD_TAKE = 240  # seconds until a killed worker's job is taken over


@pytest.fixture
def queue() -> str:
    return f"tieback-test-{uuid.uuid4().hex[:10]}"


@pytest.fixture
def broker(tmp_path: Path, queue: str) -> Iterator[str]:
    """An embedded Valkey; what this process dispatches goes there meanwhile."""
    embedded = EmbeddedBroker(tmp_path)
    embedded.start()
    app = Celery("tests", broker=embedded.url, set_as_current=False)
    app.conf.task_default_queue = queue
    app.set_current()
    yield embedded.url
    app.close()
    celery_app.set_current()
    embedded.stop()


def test_a_stopped_workers_run_ends_elsewhere_and_nothing_is_doubled(broker: str, queue: str, tmp_path: Path) -> None:
    shop, vault = Shop(), Vault()
    for number in range(ORDERS):
        shop.put(str(number))
    vault.faults.add("delay", method="PUT", path="/papers", seconds=0.3, times=ORDERS)
    with served(shop) as shop_url, served(vault) as vault_url:
        row = tenant_at(shop_url, vault_url)
        with worker(broker, queue, tmp_path / "first") as first:
            job = start(row, trigger=Trigger.PAGE).job
            dispatch(job)
            wait_until(lambda: len(vault.papers) >= 4, "the run is under way")
            first.process.send_signal(signal.SIGTERM)
            asked = time.monotonic()
            assert first.process.wait(30) == 0
        job.refresh_from_db()
        row.refresh_from_db()
        assert (job.state, row.lease_until) == (JobState.QUEUED, None)
        done_by_first = len(vault.papers)
        assert 4 <= done_by_first < ORDERS
        with worker(broker, queue, tmp_path / "second"):
            calls = ApiCall.objects.filter(job=job).count()
            wait_until(lambda: ApiCall.objects.filter(job=job).count() > calls, "the second worker has taken over")
            assert time.monotonic() - asked < LEASE_WOULD_TAKE / 2
            wait_until(lambda: _ended(row), "the job ends")
    job.refresh_from_db()
    assert (job.state, job.counts, job.tries) == (JobState.SUCCEEDED, {"created": ORDERS}, 0)
    assert sorted(paper["ref"] for paper in vault.papers.values()) == sorted(f"N{n}" for n in range(ORDERS))
    assert row.links.filter(state="linked").count() == ORDERS
    assert not row.batches.exclude(state="settled").exists()
    assert row.jobs.count() == 1


def _ended(row: TenantStage) -> bool:
    return not row.jobs.get().is_open
