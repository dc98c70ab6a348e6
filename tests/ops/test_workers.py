"""Jobs through real workers: over Redis, over RabbitMQ, and when a worker is killed in the middle of a write."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from celery import Celery

from config import celery_app
from hub.dispatch import dispatch
from hub.engine.start import start
from hub.models import JobState, SyncJob, TenantStage, Trigger
from integrations.base.limits import Quota, RedisStore, Window
from integrations.base.sandbox.server import served
from integrations.base.windows import Ask, Caller
from tests.engine.world import make_tenant
from tests.ops.worker import move_to, tenant_at, wait_until, worker
from tests.toy.vendors import Shop, Vault

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

BROKERS = ("TIEBACK_TEST_REDIS_URL", "TIEBACK_TEST_RABBITMQ_URL")


@pytest.fixture
def queue() -> str:
    return f"tieback-test-{uuid.uuid4().hex[:10]}"


@pytest.fixture(params=BROKERS)
def broker(request: pytest.FixtureRequest, queue: str) -> Iterator[str]:
    """A broker's address; what this process dispatches goes there meanwhile."""
    url = os.environ[request.param]
    app = Celery("tests", broker=url, set_as_current=False)
    app.conf.task_default_queue = queue
    app.set_current()
    yield url
    with app.connection_for_write() as connection:
        connection.default_channel.queue_delete(queue)
    app.close()
    celery_app.set_current()


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    for number in "123":
        shop.put(number)
    return shop


def ended(job: SyncJob) -> bool:
    job.refresh_from_db()
    return not job.is_open


def test_a_job_through_a_worker(broker: str, queue: str, shop: Shop, tmp_path: Path) -> None:
    vault = Vault()
    with served(shop) as shop_url, served(vault) as vault_url, worker(broker, queue, tmp_path / "log"):
        job = start(tenant_at(shop_url, vault_url), trigger=Trigger.PAGE).job
        assert dispatch(job)
        wait_until(lambda: ended(job), "the job ends")
    assert (job.state, job.counts) == (JobState.SUCCEEDED, {"created": 3})
    assert sorted(paper["ref"] for paper in vault.papers.values()) == ["N1", "N2", "N3"]


def test_people_go_first_whatever_the_broker(broker: str, queue: str, shop: Shop, tmp_path: Path) -> None:
    with served(shop) as shop_url, served(Vault()) as vault_url:
        pulls = [tenant_at(shop_url, vault_url)]
        for slug in ("second", "third"):
            row = make_tenant(pulls[0].tenant.customer, slug).stages.get()
            move_to(row, shop_url, vault_url)
            pulls.append(TenantStage.objects.get(pk=row.pk))
        jobs = [start(row, trigger=Trigger.SCHEDULE).job for row in pulls[:2]]
        click = start(pulls[2], trigger=Trigger.PAGE, keys=["N1"]).job
        for job in (*jobs, click):
            assert dispatch(job)
        with worker(broker, queue, tmp_path / "log", threads=1):
            wait_until(lambda: all(ended(job) for job in (*jobs, click)), "all end")
    begun = [job.started_at for job in (click, *jobs)]
    assert all(begun)
    assert begun[0] == min(at for at in begun if at)


def test_a_killed_workers_job_is_delivered_again_and_nothing_is_doubled(
    broker: str, queue: str, shop: Shop, tmp_path: Path
) -> None:
    vault = Vault()
    vault.faults.add("delay", method="PUT", path="/papers", seconds=1.0)
    with served(shop) as shop_url, served(vault) as vault_url:
        row = tenant_at(shop_url, vault_url)
        with worker(broker, queue, tmp_path / "first") as first:
            job = start(row, trigger=Trigger.PAGE).job
            dispatch(job)
            wait_until(lambda: not vault.faults.waiting, "the write is under way")
            first.kill()
        job.refresh_from_db()
        assert job.state == JobState.RUNNING
        wait_until(lambda: bool(vault.papers), "the write is carried out, though nobody hears of it")
        TenantStage.objects.filter(pk=row.pk).update(lease_until="2020-01-01T00:00:00Z")
        with worker(broker, queue, tmp_path / "second"):
            wait_until(lambda: ended(job), "the broker delivers the job again and it ends", seconds=90)
    assert (job.state, job.counts) == (JobState.SUCCEEDED, {"created": 3})
    assert sorted(paper["ref"] for paper in vault.papers.values()) == ["N1", "N2", "N3"]
    assert not row.batches.exclude(state="settled").exists()


def test_limits_hold_across_workers_on_a_real_redis(queue: str) -> None:
    client = redis.Redis.from_url(os.environ["TIEBACK_TEST_REDIS_URL"])
    quota = Quota((Window("minute", 60, 20),), in_flight=50)
    granted: list[float] = []

    def take_many(store: RedisStore) -> None:
        granted.extend(store.take("app", Ask.of(uuid.uuid4().hex, quota, Caller()))[0] for _ in range(10))

    threads = [threading.Thread(target=take_many, args=(RedisStore(client, prefix=queue),)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(wait == 0 for wait in granted) == 20
    assert all(50 < wait <= 61 for wait in granted if wait > 0)
