"""A customer with a Procore company and a database of MRI, and both pretend services behind them.

Pauses take no time: sleeping moves the clocks of the services and of the limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from django.utils import timezone

from hub.engine.run import run
from hub.engine.start import start
from hub.models import (
    Connection,
    Customer,
    Grant,
    JobRecord,
    LinkedEntity,
    Problem,
    SyncJob,
    Tenant,
    TenantStage,
    Trigger,
)
from integrations.base.limits import MemoryStore
from integrations.base.sandbox.kernel import Entry
from integrations.mri import credentials
from integrations.mri.endpoints import assumed, dump
from integrations.mri.sandbox import KEY, PASSWORD, USER, Database, MriSandbox, Switches, fill
from integrations.procore.sandbox import Company, ProcoreSandbox
from tests.network import Network, network
from tests.pairings.world import PROCORE_HOSTS, LimitClock

DATABASE, MRI_HOST = "HARBOUR", "harbour.mrisoftware.com"
Mark = tuple[int, int]


def verified(*names: str) -> dict[str, Any]:
    """The assumed profile as it is once a person has probed and verified these endpoints; all of them without names."""
    data = dump(assumed())
    for name, endpoint in data["endpoints"].items():
        if not names or name in names:
            endpoint.update(verified=True, verified_by="kim", enabled=True)
    return data


@dataclass
class World:
    customer: Customer
    procore: ProcoreSandbox
    mri: MriSandbox
    company: Company
    books: Database
    tenant: Tenant
    net: Network
    limits: LimitClock

    def row(self, stage: str) -> TenantStage:
        return self.tenant.stages.get(stage=stage)

    def go(self, stage: str, *keys: str, preview: bool = False, full: bool | None = None) -> SyncJob:
        """Start a stage and work on the job until it ends or waits."""
        return run(start(self.row(stage), trigger=Trigger.SHELL, keys=keys, preview=preview, full=full).job.pk)

    def go_on(self, job: SyncJob) -> SyncJob:
        """What the beat does when a waiting job's pause is over; else a new run of the same stage."""
        job.refresh_from_db()
        if job.is_open:
            SyncJob.objects.filter(pk=job.pk).update(not_before=timezone.now())
            return run(job.pk)
        return run(start(job.tenant_stage, trigger=Trigger.SHELL).job.pk)

    def configure(self, **settings: object) -> None:
        self.tenant.settings = {**self.tenant.settings, **settings}
        self.tenant.save()

    def profile(self, profile: Mapping[str, Any]) -> None:
        """The connection's endpoints from now on."""
        Connection.objects.filter(pk=self.tenant.target_id).update(profile=profile)

    def tie(self, stage: str, source_id: object, target_id: object, key: str = "") -> None:
        """A link made by hand, as if an earlier stage had run."""
        row = self.tenant.stages.filter(stage=stage).first()
        if row is None:
            (row,) = TenantStage.objects.bulk_create([TenantStage(tenant=self.tenant, stage=stage)])
        LinkedEntity.objects.create(
            tenant_stage=row, source_id=str(source_id), target_id=str(target_id), source_key=key, label=key
        )

    # What became of things.

    def outcomes(self, job: SyncJob) -> dict[str, tuple[str, str]]:
        """(outcome, code) by label."""
        rows = JobRecord.objects.filter(job=job).values_list("label", "outcome", "code")
        return {label: (outcome, code) for label, outcome, code in rows}

    def record(self, job: SyncJob, label: str) -> JobRecord:
        return JobRecord.objects.get(job=job, label=label)

    def problem(self, label: str) -> Problem:
        return Problem.objects.get(label=label, state="open")

    def links(self, stage: str) -> dict[str, str]:
        """Target id by source id."""
        return dict(self.row(stage).links.values_list("source_id", "target_id"))

    def marks(self) -> Mark:
        return self.procore.ledger.mark(), self.mri.ledger.mark()

    def writes(self, since: Mark = (0, 0)) -> list[Entry]:
        return self.procore.ledger.writes(since=since[0]) + self.mri.ledger.writes(since=since[1])

    def calls(self, since: Mark) -> list[str]:
        """API calls since then in order, Procore's first; logins and expired tokens are left out."""
        procore = [e for e in self.procore.ledger.entries[since[0] :] if "token" not in e.path and e.status != 401]
        mri = self.mri.ledger.entries[since[1] :]
        return [f"{e.method} {e.path}" for e in procore] + [f"{e.method} {e.query['$api'][0]}" for e in mri]

    def check_links(self) -> None:
        """Nothing is left open: no half links, no unsettled batch, no lease."""
        for row in TenantStage.objects.all():
            assert set(row.links.values_list("state", flat=True)) <= {"linked"}
            assert not row.batches.exclude(state="settled").exists()
            assert row.lease_until is None


@contextmanager
def world(
    *, profile: Mapping[str, Any] | None = None, switches: Switches | None = None, **settings: object
) -> Iterator[World]:
    """One company and one database with jobs, codes and vendors, ready to run. `profile`: the connection's endpoints,
    all of them verified without one."""
    procore, mri = ProcoreSandbox(), MriSandbox(switches=switches or Switches())
    company = procore.add_company("Harbour & Lane Constructions")
    procore.add_app("procore-app", "procore-secret", [company])
    books = fill(mri.add_database(DATABASE, client_id="C100"))
    customer = Customer.objects.create(name="Harbour & Lane Constructions", slug="harbour-lane")
    tenant = Tenant.objects.create(
        customer=customer,
        name="Harbour Property Trust",
        slug="harbour-mri",
        pairing="procore_mri",
        source=_procore(customer, company),
        target=_mri(customer, verified() if profile is None else profile),
        settings=settings,
    )
    hosts = {**dict.fromkeys(PROCORE_HOSTS, procore), MRI_HOST: mri}
    with network(hosts) as net, _no_waiting(procore, mri) as limits:
        yield World(customer, procore, mri, company, books, tenant, net, limits)


def _procore(customer: Customer, company: Company) -> Connection:
    grant = Grant.objects.create(
        customer=customer,
        name="Procore",
        vendor="procore",
        kind="client_credentials",
        client_id="procore-app",
        secret={"client_secret": "procore-secret"},
    )
    return Connection.objects.create(customer=customer, grant=grant, name=company.name, account_id=str(company.id))


def _mri(customer: Customer, profile: Mapping[str, Any]) -> Connection:
    fields = {"database": DATABASE, "user": USER, "key": KEY, "password": PASSWORD, "key_tier": "partner"}
    grant = Grant.objects.create(
        customer=customer,
        name="MRI",
        vendor="mri",
        environment="installation",
        api_url=f"https://{MRI_HOST}/MRIAPIServices/api.asp",
        kind="credentials",
        client_id="C100",
        secret={**fields, "separator": "/", "test_api": credentials.TEST_API},
        state="ok",
    )
    return Connection.objects.create(
        customer=customer, grant=grant, name="Harbour’s MRI", account_id=DATABASE, profile=profile
    )


@contextmanager
def _no_waiting(procore: ProcoreSandbox, mri: MriSandbox) -> Iterator[LimitClock]:
    limits = LimitClock()

    def sleep(seconds: float) -> None:
        for clock in (procore.clock, mri.clock, limits):
            clock.advance(seconds=seconds)

    store = MemoryStore(clock=lambda: limits.now)
    with mock.patch("hub.connect.time.sleep", sleep), mock.patch("hub.connect.limit_store", return_value=store):
        yield limits
