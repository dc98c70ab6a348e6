"""A customer with a Procore company and its Xero organisations, and both pretend services behind them.

Pauses take no time: sleeping moves the clocks of the services and of the limits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from hub.models import Connection, Customer, Grant, SyncJob, Tenant, TenantStage
from integrations.base.sandbox.kernel import Entry
from integrations.procore.sandbox import Company, ProcoreSandbox
from integrations.xero.sandbox import Organisation, XeroSandbox
from tests.network import Network, network
from tests.pairings.hub_side import PROCORE_HOSTS, HubSide, LimitClock, connect_procore, no_waiting, work_on

XERO_HOSTS = ("login.xero.com", "identity.xero.com", "api.xero.com")
STAGE = "Send to Xero"


@dataclass
class Side:
    """One tenant: its organisation, and its stages by slug."""

    org: Organisation
    tenant: Tenant

    def row(self, stage: str) -> TenantStage:
        return self.tenant.stages.get(stage=stage)


@dataclass
class World(HubSide):
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

    def go(
        self, stage: str, *keys: str, preview: bool = False, full: bool | None = None, side: Side | None = None
    ) -> SyncJob:
        """Start a stage and work on the job until it ends or waits."""
        return work_on((side or self.sides[0]).row(stage), *keys, preview=preview, full=full)

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


@contextmanager
def world(country: str = "AU", *, custom: bool = True, **settings: object) -> Iterator[World]:
    """One company and one organisation with both tracking categories, ready to run."""
    procore, xero = ProcoreSandbox(), XeroSandbox()
    company = procore.add_company("Harbour & Lane Constructions")
    company.stage(STAGE)
    procore.add_app("procore-app", "procore-secret", [company])
    customer = Customer.objects.create(name="Harbour & Lane Constructions", slug="harbour-lane")
    connection = connect_procore(customer, company)
    hosts = {**dict.fromkeys(PROCORE_HOSTS, procore), **dict.fromkeys(XERO_HOSTS, xero)}
    with network(hosts) as net, no_waiting(procore, xero) as limits:
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
