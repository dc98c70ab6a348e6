"""A customer with a Procore company and a database of MRI, and both pretend services behind them.

Pauses take no time: sleeping moves the clocks of the services and of the limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from hub.models import (
    Connection,
    Customer,
    Grant,
    LinkedEntity,
    SyncJob,
    Tenant,
    TenantStage,
)
from integrations.base.sandbox.kernel import Entry
from integrations.mri import credentials
from integrations.mri.endpoints import assumed, dump
from integrations.mri.sandbox import KEY, PASSWORD, USER, Database, MriSandbox, Switches, fill
from integrations.procore.sandbox import Company, ProcoreSandbox
from tests.network import Network, network
from tests.pairings.hub_side import PROCORE_HOSTS, HubSide, LimitClock, connect_procore, no_waiting, work_on

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
class World(HubSide):
    customer: Customer
    procore: ProcoreSandbox
    mri: MriSandbox
    company: Company
    books: Database
    tenant: Tenant
    net: Network
    limits: LimitClock

    def go(self, stage: str, *keys: str, preview: bool = False, full: bool | None = None) -> SyncJob:
        """Start a stage and work on the job until it ends or waits."""
        return work_on(self.row(stage), *keys, preview=preview, full=full)

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
        source=connect_procore(customer, company),
        target=_mri(customer, verified() if profile is None else profile),
        settings=settings,
    )
    hosts = {**dict.fromkeys(PROCORE_HOSTS, procore), MRI_HOST: mri}
    with network(hosts) as net, no_waiting(procore, mri) as limits:
        yield World(customer, procore, mri, company, books, tenant, net, limits)


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
