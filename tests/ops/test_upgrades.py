"""An update while workers of the release before hold tasks: they go on, and what they began ends once.

The release before is its models: what they read, and the columns they name when they write.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from hub.dispatch import dispatch
from hub.engine.run import run
from hub.engine.start import start
from hub.models import Connection, JobState, SyncJob, TenantStage, Trigger
from hub.tasks import tick
from integrations.base.sandbox.server import served
from tests.architecture.migration_rules import APP
from tests.architecture.test_migrations import RELEASED
from tests.engine.world import make_customer, make_tenant, world
from tests.ops.brokers import broker as broker
from tests.ops.brokers import queue as queue
from tests.ops.worker import tenant_at, wait_until, worker
from tests.toy.vendors import Shop, Vault

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def old() -> Any:
    """The models of the release before."""
    return MigrationExecutor(connection).loader.project_state((APP, RELEASED)).apps


@pytest.fixture
def released_database() -> Iterator[None]:
    """The database as the release before has left it; afterwards it is up to date whatever has happened."""
    executor = MigrationExecutor(connection)
    executor.migrate([(APP, RELEASED)])
    yield
    call_command("migrate", verbosity=0)


def test_the_database_needs_no_column_that_old_workers_do_not_name(old: Any) -> None:
    extra = 0
    with connection.cursor() as cursor:
        for model in old.get_app_config(APP).get_models():
            known = {field.column for field in model._meta.local_concrete_fields}
            table = connection.introspection.get_table_description(cursor, model._meta.db_table)
            for column in table:
                assert column.name in known or column.null_ok or column.default is not None, (model, column.name)
            extra += len({column.name for column in table} - known)
            assert known <= {column.name for column in table}
    assert extra >= 4


def test_rows_that_an_old_worker_writes_are_whole(old: Any) -> None:
    tenant = make_tenant(make_customer())
    theirs = old.get_model(APP, "Connection").objects.get(pk=tenant.source_id)
    theirs.pk, theirs.account_id = None, "another"
    theirs.save()
    row = Connection.objects.get(pk=theirs.pk)
    assert (row.kept_for_people, row.profile) == (10, {})
    theirs.name = "Renamed"
    Connection.objects.filter(pk=row.pk).update(kept_for_people=40)
    theirs.save()
    row.refresh_from_db()
    assert (row.name, row.kept_for_people) == ("Renamed", 40)  # a column that it does not know stays


class OldWorker(threading.Thread):
    """Goes on storing calls and the job's progress, as a run does, until it is told to end."""

    def __init__(self, old: Any, job: int) -> None:
        super().__init__()
        self.old, self.job, self.over, self.error, self.stored = old, job, threading.Event(), "", 0

    def run(self) -> None:
        jobs, calls = self.old.get_model(APP, "SyncJob").objects, self.old.get_model(APP, "ApiCall").objects
        try:
            while not self.over.wait(0.01):
                with transaction.atomic():
                    job = jobs.select_for_update().select_related("tenant_stage__tenant").get(pk=self.job)
                    side = job.tenant_stage.tenant.source_id
                    calls.create(connection_id=side, job=job, at=timezone.now(), method="GET", path="/", milliseconds=1)
                    job.done += 1
                    job.save()
                self.stored += 1
        except Exception as error:  # noqa: BLE001  shown by the test
            self.error = repr(error)
        finally:
            connection.close()

    def enough(self) -> bool:
        return self.stored >= 3 or bool(self.error)


def test_tasks_of_before_the_update_end_after_it(released_database: None, old: Any) -> None:
    """An old worker works on one job while the database is migrated, and is then stopped; another job is queued."""
    running, queued = _begun_before(old)
    mine = OldWorker(old, running)
    mine.start()
    wait_until(mine.enough, "the old worker is at work")
    call_command("migrate", verbosity=0)
    mine.stored = 0
    wait_until(mine.enough, "it goes on after the update")
    mine.over.set()
    mine.join()
    assert mine.error == ""
    job = SyncJob.objects.get(pk=running)
    assert job.api_calls.count() == job.done > 3
    TenantStage.objects.update(lease_until="2020-01-01T00:00:00Z")  # what a stopped worker held ends by itself
    with world(orders=3) as new:  # the vendors of all tenants
        for _ in range(3):
            for one in (queued, running):
                run(one)
        assert set(new.papers()) == {"N1", "N2", "N3"}
    for done in SyncJob.objects.filter(pk__in=(running, queued)):
        assert (done.state, done.error, done.traceback) == (JobState.SUCCEEDED, "", "")


def _begun_before(old: Any) -> tuple[int, int]:
    """Two tenants, each with a job: one that a worker is at, one that is queued."""
    jobs = []
    new = old.get_model(APP, "SyncJob").objects
    for slug in ("one", "two"):
        row = _old_tenant(old, slug)
        jobs.append(new.create(tenant_stage=row, trigger="page", gate="auto", scope=slug))
    stages = old.get_model(APP, "TenantStage").objects
    jobs[0].state, jobs[0].started_at = "running", timezone.now()
    jobs[0].save()
    stages.filter(pk=jobs[0].tenant_stage_id).update(lease_owner="old", lease_until=timezone.now(), fence=7)
    return jobs[0].pk, jobs[1].pk


def _old_tenant(old: Any, slug: str) -> Any:
    def make(model: str, **values: Any) -> Any:
        return old.get_model(APP, model).objects.create(**values)

    customer = make("Customer", name=slug, slug=slug)
    sides = []
    for vendor in ("shop", "vault"):
        login = {"name": vendor, "vendor": vendor, "kind": "client_credentials", "client_id": f"{slug}-{vendor}"}
        grant = make("Grant", customer=customer, secret={"client_secret": "right"}, **login)
        sides.append(make("Connection", customer=customer, grant=grant, name=vendor, account_id="1"))
    tenant = make("Tenant", customer=customer, name=slug, slug=slug, pairing="toy", source=sides[0], target=sides[1])
    return make("TenantStage", tenant=tenant, stage="orders")


def test_messages_of_another_release_do_no_harm(broker: str, queue: str, tmp_path: Path) -> None:
    """Tasks that are gone, arguments that are more, fewer or others: the worker goes on, and so does the job."""
    shop, vault = Shop(), Vault()
    shop.put("1")
    with served(shop) as shop_url, served(vault) as vault_url:
        row = tenant_at(shop_url, vault_url)
        job = start(row, trigger=Trigger.PAGE).job
        with worker(broker, queue, tmp_path / "log", threads=1) as one:
            for name, args, named in MESSAGES:
                current_app.send_task(name, args, named)
            current_app.send_task("hub.tasks.run_job", [job.pk, "more"], {"request_id": "x"})
            wait_until(lambda: _ended(job), "a message that says more is understood")
            again = start(row, trigger=Trigger.PAGE).job
            dispatch(again)
            wait_until(lambda: _ended(again), "the worker is still there")
            assert one.process.poll() is None
    assert [paper["ref"] for paper in vault.papers.values()] == ["N1"]
    assert tick() == 0


MESSAGES: tuple[tuple[str, list[Any], dict[str, Any]], ...] = (
    ("hub.tasks.sent_by_a_release_to_come", [1], {}),
    ("hub.tasks.run_job", [], {}),
    ("hub.tasks.run_job", [10**30], {}),
    ("hub.tasks.run_job", ["x"], {}),
    ("hub.tasks.run_job", [None], {"job_id": {}}),
    ("hub.tasks.start_scheduled", [987654], {}),
    ("hub.tasks.start_scheduled", [[]], {}),
    ("hub.tasks.tick", ["more"], {}),
)


def _ended(job: SyncJob) -> bool:
    job.refresh_from_db()
    return not job.is_open
