"""The broker loses everything it held while jobs are queued and one is under way: all end by the next ticks, once.

Everything is real: a worker, the beat and the broker are processes of their own.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from celery import Celery

from config import celery_app
from hub.dispatch import dispatch
from hub.embedded import EmbeddedBroker
from hub.engine.start import start
from hub.models import JobState, SyncJob, TenantStage, Trigger
from integrations.base.sandbox.server import served
from tests.drill.bases import free_port, kill, redis_server
from tests.drill.system import Part
from tests.engine.world import make_tenant
from tests.ops.worker import database_url, move_to, tenant_at, wait_until, worker
from tests.toy.vendors import Shop, Vault

pytestmark = pytest.mark.django_db(transaction=True)
QUEUE = f"tieback-test-lost-{os.getpid()}"
ORDERS = 6


@dataclass(frozen=True)
class Broker:
    """`lose`: it is there again at once, and knows nothing of what it held."""

    url: str
    lose: Callable[[], object]


@contextmanager
def _embedded(folder: Path) -> Iterator[Broker]:
    """Killed, its data removed, started again."""
    first = EmbeddedBroker(folder)
    first.start()
    client = redis.Redis(unix_socket_path=str(first.path))

    def lose() -> None:
        os.kill(int(client.info("server")["process_id"]), signal.SIGKILL)
        wait_until(lambda: not first.alive(), "it is dead")
        shutil.rmtree(folder / "valkey")
        EmbeddedBroker(folder).start()

    yield Broker(first.url, lose)
    EmbeddedBroker(folder).stop()
    first.stop()


@contextmanager
def _redis(folder: Path) -> Iterator[Broker]:
    port = free_port()
    server = redis_server(port, folder)
    yield Broker(f"redis://127.0.0.1:{port}/0", redis.Redis(port=port).flushall)
    kill(server)


@contextmanager
def _rabbitmq(folder: Path) -> Iterator[Broker]:
    url = os.environ["TIEBACK_TEST_RABBITMQ_URL"]
    app = Celery("other", broker=url, set_as_current=False)

    def lose() -> None:
        with app.connection_for_write() as connection:
            connection.default_channel.queue_delete(QUEUE)

    yield Broker(url, lose)
    lose()
    app.close()


@pytest.fixture(
    params=[
        _embedded,
        pytest.param(_redis, marks=pytest.mark.services),
        pytest.param(_rabbitmq, marks=pytest.mark.services),
    ]
)
def broker(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """What this process dispatches goes there meanwhile. The beat ticks fast."""
    monkeypatch.setenv("TIEBACK_TICK_SECONDS", "1")
    with request.param(tmp_path) as one:
        app = Celery("tests", broker=one.url, set_as_current=False)
        app.conf.task_default_queue = QUEUE
        app.set_current()
        yield one
        app.close()
        celery_app.set_current()


@contextmanager
def beat(broker: Broker, log: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "-A", "config", "beat", "--pidfile", ""]
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": database_url(),
        "BROKER_URL": broker.url,
        "TIEBACK_TEST_QUEUE": QUEUE,
    }
    one = Part("beat", command, environment, log, threading.Event())
    one.start()
    yield
    one.stop()


def test_queued_jobs_and_one_under_way_end_once(broker: Broker, tmp_path: Path) -> None:
    shop, vault = Shop(), Vault()
    for number in range(ORDERS):
        shop.put(str(number))
    vault.faults.add("delay", method="PUT", path="/papers", seconds=0.5, times=3)
    with served(shop) as shop_url, served(vault) as vault_url:
        jobs = _jobs(shop_url, vault_url)
        with worker(broker.url, QUEUE, tmp_path / "worker.log", threads=1), beat(broker, tmp_path / "beat.log"):
            dispatch(jobs[0])
            wait_until(lambda: bool(vault.papers), "the first is under way")
            for job in jobs[1:]:
                dispatch(job)
            broker.lose()
            wait_until(lambda: all(_ended(job) for job in jobs), "all jobs end", seconds=120)
    for job in jobs:
        assert (job.state, sum(job.counts.values())) == (JobState.SUCCEEDED, ORDERS)
        assert set(job.counts) <= {"created", "matched"}  # all tenants have the same books
        assert not job.tenant_stage.batches.exclude(state="settled").exists()
    refs = sorted(paper["ref"] for paper in vault.papers.values())
    assert refs == [f"N{number}" for number in range(ORDERS)]
    assert SyncJob.objects.count() == len(jobs)


def _jobs(shop_url: str, vault_url: str) -> list[SyncJob]:
    """Three tenants, a job each."""
    rows = [tenant_at(shop_url, vault_url)]
    for slug in ("second", "third"):
        row = make_tenant(rows[0].tenant.customer, slug).stages.get()
        move_to(row, shop_url, vault_url)
        rows.append(TenantStage.objects.get(pk=row.pk))
    return [start(row, trigger=Trigger.SCHEDULE).job for row in rows]


def _ended(job: SyncJob) -> bool:
    job.refresh_from_db()
    return not job.is_open
