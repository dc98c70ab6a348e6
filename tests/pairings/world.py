"""A customer with a Procore company and its Xero organisations, and both pretend services behind them.

Pauses take no time: sleeping moves the clocks of the services and of the limits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest import mock

from django.utils import timezone

from hub.engine.run import run
from hub.engine.start import start
from hub.models import Connection, Customer, Grant, JobRecord, Problem, SyncJob, Tenant, TenantStage, Trigger
from integrations.base.limits import MemoryStore
from integrations.base.sandbox.kernel import Entry
from integrations.procore.sandbox import Company, ProcoreSandbox
from integrations.xero.sandbox import Organisation, XeroSandbox
from tests.network import Network, network

PROCORE_HOSTS = ("login.procore.com", "api.procore.com")
XERO_HOSTS = ("login.xero.com", "identity.xero.com", "api.xero.com")
STAGE = "Send to Xero"


@dataclass
class Side:
    """One tenant: its organisation, and its stages by slug."""

    org: Organisation
    tenant: Tenant

    def row(self, stage: str) -> TenantStage:
        return self.tenant.stages.get(stage=stage)


class LimitClock:
    """What the limits count seconds by."""

    def __init__(self) -> None:
        self.now = 0.0

    def advance(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class World:
    customer: Customer
    procore: ProcoreSandbox
    xero: XeroSandbox
    company: Company
    procore_connection: Connection
    net: Network
    limits: LimitClock
    sides: list[Side] = field(default_factory=list)

    @property
    def org(self) -> Organisation:
        return self.sides[0].org

    @property
    def tenant(self) -> Tenant:
        return self.sides[0].tenant

    def row(self, stage: str) -> TenantStage:
        return self.sides[0].row(stage)

    def go(
        self, stage: str, *keys: str, preview: bool = False, full: bool | None = None, side: Side | None = None
    ) -> SyncJob:
        """Start a stage and work on the job until it ends or waits."""
        row = (side or self.sides[0]).row(stage)
        return run(start(row, trigger=Trigger.SHELL, keys=keys, preview=preview, full=full).job.pk)

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

    def connect_xero(self, org: Organisation, *, custom: bool = True) -> Connection:
        """By a custom connection, or by a person's consent."""
        name = f"xero-{org.country}-{len(self.sides)}"
        tokens = {}
        if custom:
            self.xero.add_app(name, "xero-secret", kind="custom", organisation=org)
        else:
            app = self.xero.add_app(name, "xero-secret", ["https://hub.example/back"])
            tokens = {"refresh_token": self.xero.tokens(app, [org])["refresh_token"]}
        grant = Grant.objects.create(
            customer=self.customer,
            name=name,
            vendor="xero",
            kind="client_credentials" if custom else "authorization_code",
            client_id=name,
            secret={"client_secret": "xero-secret"},
            tokens=tokens,
        )
        return Connection.objects.create(customer=self.customer, grant=grant, name=org.name, account_id=org.id)

    def add_side(self, org: Organisation, *, custom: bool = True, **settings: object) -> Side:
        connection = self.connect_xero(org, custom=custom)
        tenant = Tenant.objects.create(
            customer=self.customer,
            name=org.name,
            slug=f"tenant-{len(self.sides)}",
            pairing="procore_xero",
            source=self.procore_connection,
            target=connection,
            settings=settings,
        )
        self.sides.append(Side(org, tenant))
        return self.sides[-1]

    # What became of things.

    def outcomes(self, job: SyncJob) -> dict[str, tuple[str, str]]:
        """(outcome, code) by label."""
        rows = JobRecord.objects.filter(job=job).values_list("label", "outcome", "code")
        return {label: (outcome, code) for label, outcome, code in rows}

    def record(self, job: SyncJob, label: str) -> JobRecord:
        return JobRecord.objects.get(job=job, label=label)

    def problem(self, label: str) -> Problem:
        return Problem.objects.get(label=label, state="open")

    def options(self, category: str = "Project", side: Side | None = None) -> dict[str, str]:
        """Status by name; fails when a name is there twice."""
        options = (side or self.sides[0]).org.category(category).options
        assert len({option.name for option in options}) == len(options)
        return {option.name: option.status for option in options}

    def marks(self) -> tuple[int, int]:
        return self.procore.ledger.mark(), self.xero.ledger.mark()

    def writes(self, since: tuple[int, int] = (0, 0)) -> list[Entry]:
        return self.procore.ledger.writes(since=since[0]) + self.xero.ledger.writes(since=since[1])

    def calls(self, since: tuple[int, int]) -> list[str]:
        """API calls since then in order, Procore's first; logins and expired tokens are left out."""
        entries = self.procore.ledger.entries[since[0] :] + self.xero.ledger.entries[since[1] :]
        return [f"{e.method} {e.path.rsplit('2.0/')[-1]}" for e in entries if "token" not in e.path and e.status != 401]

    def check_links(self) -> None:
        """Nothing is left open: no half links, no unsettled batch, no lease."""
        for row in TenantStage.objects.all():
            assert set(row.links.values_list("state", flat=True)) <= {"linked"}
            assert not row.batches.exclude(state="settled").exists()
            assert row.lease_until is None


@contextmanager
def world(country: str = "AU", *, custom: bool = True, **settings: object) -> Iterator[World]:
    """One company and one organisation with both tracking categories, ready to run."""
    procore, xero = ProcoreSandbox(), XeroSandbox()
    company = procore.add_company("Harbour & Lane Constructions")
    company.stage(STAGE)
    procore.add_app("procore-app", "procore-secret", [company])
    customer = Customer.objects.create(name="Harbour & Lane Constructions", slug="harbour-lane")
    grant = Grant.objects.create(
        customer=customer,
        name="Procore",
        vendor="procore",
        kind="client_credentials",
        client_id="procore-app",
        secret={"client_secret": "procore-secret"},
    )
    connection = Connection.objects.create(
        customer=customer, grant=grant, name=company.name, account_id=str(company.id)
    )
    hosts = {**dict.fromkeys(PROCORE_HOSTS, procore), **dict.fromkeys(XERO_HOSTS, xero)}
    with network(hosts) as net, _no_waiting(procore, xero) as limits:
        one = World(customer, procore, xero, company, connection, net, limits)
        one.add_side(add_books(xero, "Harbour & Lane Constructions Pty Ltd", country), custom=custom, **settings)
        yield one


def add_books(xero: XeroSandbox, name: str, country: str) -> Organisation:
    """An organisation with both tracking categories and an empty contact group."""
    org = xero.add_organisation(name, country)
    org.add_category("Project")
    org.add_category("Cost Codes")
    org.add_group("Procore")
    return org


@contextmanager
def _no_waiting(procore: ProcoreSandbox, xero: XeroSandbox) -> Iterator[LimitClock]:
    limits = LimitClock()

    def sleep(seconds: float) -> None:
        for clock in (procore.clock, xero.clock, limits):
            clock.advance(seconds=seconds)

    store = MemoryStore(clock=lambda: limits.now)
    with mock.patch("hub.connect.time.sleep", sleep), mock.patch("hub.connect.limit_store", return_value=store):
        yield limits
