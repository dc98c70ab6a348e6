"""Tenants with very many changed records hold every worker, and another's single record does not wait for them.

With TIEBACK_TEST_RECORDS=50000 and --log-cli-level INFO turns are as long as in production, and it tells how long.
"""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from hub.dispatch import dispatch
from hub.engine.cursor import OVERLAP
from hub.engine.start import start
from hub.models import JobState, SyncJob, TenantStage, Trigger
from integrations.base.sandbox.server import served
from tests.engine.world import make_customer, make_tenant
from tests.ops.brokers import broker as broker
from tests.ops.brokers import queue as queue
from tests.ops.worker import Worker, move_to, wait_until, worker
from tests.toy.vendors import Shop, Vault

pytestmark = pytest.mark.django_db(transaction=True)
log = logging.getLogger(__name__)
REAL = "TIEBACK_TEST_RECORDS" in os.environ
RECORDS = int(os.environ.get("TIEBACK_TEST_RECORDS", "4000"))
SLOW = 0.0 if REAL else 0.15  # seconds for a write, so that few records take long enough
PROGRAM = "celery" if REAL else "tests.ops.impatient"
MOST_SECONDS = 60.0
LISTED = 300  # orders a page
SPACED = 3  # seconds between the changes of two orders


@contextmanager
def tenant_of(name: str, orders: int) -> Iterator[tuple[Shop, Vault, TenantStage]]:
    shop, vault = Shop(), Vault()
    shop.list_size = LISTED
    vault.faults.add("delay", method="PUT", times=1_000_000, seconds=SLOW)
    first = shop.clock.now() - timedelta(seconds=SPACED * orders)
    for number in range(orders):
        shop.put(f"{number:06}", changed_at=(first + timedelta(seconds=SPACED * number)).isoformat())
    with served(shop) as shop_url, served(vault) as vault_url:
        row = make_tenant(make_customer(name), name.lower(), batch=50).stages.get()
        move_to(row, shop_url, vault_url)
        yield shop, vault, row


def memory(one: Worker) -> int:
    """Resident megabytes."""
    pages = Path(f"/proc/{one.process.pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def seconds_until_done(row: TenantStage, trigger: Trigger, *keys: str) -> float:
    job, asked = start(row, trigger=trigger, keys=keys).job, time.monotonic()
    dispatch(job)
    wait_until(lambda: not SyncJob.objects.get(pk=job.pk).is_open, "the single record", seconds=300)
    job.refresh_from_db()
    assert (job.state, sum(job.counts.values())) == (JobState.SUCCEEDED, 1)
    return time.monotonic() - asked


@pytest.mark.parametrize(("threads", "floods"), [(1, 1), pytest.param(4, 4, marks=pytest.mark.services)])
def test_a_single_record_does_not_wait_for_a_flood(
    broker: str, queue: str, tmp_path: Path, threads: int, floods: int
) -> None:
    with ExitStack() as stack:
        flooded = [stack.enter_context(tenant_of(f"Flood{n}", RECORDS)) for n in range(floods)]
        _, _, small = stack.enter_context(tenant_of("Small", 1))
        one = stack.enter_context(worker(broker, queue, tmp_path / "worker", program=PROGRAM, threads=threads))
        jobs = [start(row, trigger=Trigger.SCHEDULE).job for _, _, row in flooded]
        for job in jobs:
            dispatch(job)
        wait_until(lambda: any(vault.papers for _, vault, _ in flooded), "the flood is under way")
        before = memory(one)
        pull = seconds_until_done(small, Trigger.SCHEDULE)
        wait_until(
            lambda: SyncJob.objects.filter(state=JobState.RUNNING).count() >= min(threads, floods, 3), "it goes on"
        )
        click = seconds_until_done(small, Trigger.PAGE, "N000000")
        open_ones = SyncJob.objects.filter(pk__in=[job.pk for job in jobs], finished_at=None).count()
        assert open_ones, "the flood was over before it could hold anybody up"
        log.info("Waited: %.1f s for a pull, %.1f s for a click; %d floods go on", pull, click, open_ones)
        assert max(pull, click) < MOST_SECONDS
        if floods > 1 and not REAL:
            SyncJob.objects.filter(finished_at=None).update(cancel_requested=True)
            return
        wait_until(lambda: not SyncJob.objects.filter(finished_at=None).exists(), "the flood ends", seconds=900)
        log.info("Memory: %d MB, then %d MB", before, memory(one))
        for shop, vault, row in flooded:
            _all_there_and_read_on(shop, vault, row)
        assert SyncJob.objects.get(pk=jobs[0].pk).counts == {"created": RECORDS}


def _all_there_and_read_on(shop: Shop, vault: Vault, row: TenantStage) -> None:
    """Every paper is there once. A turn reads again what the cursor's overlap holds and the page that was cut."""
    refs = Counter(paper["ref"] for paper in vault.papers.values())
    assert (len(refs), max(refs.values())) == (len(shop.orders), 1)
    read = len(shop.ledger.reads("/orders"))
    again = read - RECORDS // LISTED - 1
    row.refresh_from_db()
    log.info("%d pages read, %d of them again, in %d turns", read, again, row.fence)
    assert again <= (2 + OVERLAP.total_seconds() / SPACED / LISTED) * row.fence
