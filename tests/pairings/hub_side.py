"""What the worlds of all pairings with Procore share: Procore's connection, running stages, what became of things."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.utils import timezone

from hub.engine.run import run
from hub.engine.start import start
from hub.models import Connection, Customer, Grant, JobRecord, Problem, SyncJob, Tenant, TenantStage, Trigger
from integrations.base.limits import MemoryStore
from integrations.procore.sandbox import Company

PROCORE_HOSTS = ("login.procore.com", "api.procore.com")


class LimitClock:
    """What the limits count seconds by."""

    def __init__(self) -> None:
        self.now = 0.0

    def advance(self, seconds: float) -> None:
        self.now += seconds


@contextmanager
def no_waiting(*sandboxes: Any) -> Iterator[LimitClock]:
    """Pauses take no time: sleeping moves the clocks of the services and of the limits."""
    limits = LimitClock()

    def sleep(seconds: float) -> None:
        for clock in (*(sandbox.clock for sandbox in sandboxes), limits):
            clock.advance(seconds=seconds)

    store = MemoryStore(clock=lambda: limits.now)
    with mock.patch("hub.connect.time.sleep", sleep), mock.patch("hub.connect.limit_store", return_value=store):
        yield limits


def connect_procore(customer: Customer, company: Company) -> Connection:
    grant = Grant.objects.create(
        customer=customer,
        name="Procore",
        vendor="procore",
        kind="client_credentials",
        client_id="procore-app",
        secret={"client_secret": "procore-secret"},
    )
    return Connection.objects.create(customer=customer, grant=grant, name=company.name, account_id=str(company.id))


def work_on(row: TenantStage, *keys: str, preview: bool = False, full: bool | None = None) -> SyncJob:
    """Start a stage and work on the job until it ends or waits."""
    return run(start(row, trigger=Trigger.SHELL, keys=keys, preview=preview, full=full).job.pk)


class HubSide:
    """Of a world that says which tenant it is about."""

    tenant: Any  # a field in one world, a property in another

    def row(self, stage: str) -> TenantStage:
        tenant: Tenant = self.tenant
        return tenant.stages.get(stage=stage)

    def go_on(self, job: SyncJob) -> SyncJob:
        """What the beat does when a waiting job's pause is over; else a new run of the same stage."""
        job.refresh_from_db()
        if job.is_open:
            SyncJob.objects.filter(pk=job.pk).update(not_before=timezone.now())
            return run(job.pk)
        return work_on(job.tenant_stage)

    def configure(self, **settings: object) -> None:
        self.tenant.settings = {**self.tenant.settings, **settings}
        self.tenant.save()

    def outcomes(self, job: SyncJob) -> dict[str, tuple[str, str]]:
        """(outcome, code) by label."""
        rows = JobRecord.objects.filter(job=job).values_list("label", "outcome", "code")
        return {label: (outcome, code) for label, outcome, code in rows}

    def record(self, job: SyncJob, label: str) -> JobRecord:
        return JobRecord.objects.get(job=job, label=label)

    def problem(self, label: str) -> Problem:
        return Problem.objects.get(label=label, state="open")

    def check_links(self) -> None:
        """Nothing is left open: no half links, no unsettled batch, no lease."""
        for row in TenantStage.objects.all():
            assert set(row.links.values_list("state", flat=True)) <= {"linked"}
            assert not row.batches.exclude(state="settled").exists()
            assert row.lease_until is None
