"""Two customers with everything a page can show, and a member of each role at both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.core import serializers
from django.test import Client

from hub.engine.run import run
from hub.engine.start import start
from hub.models import (
    Connection,
    Customer,
    Gate,
    Grant,
    JobRecord,
    LinkedEntity,
    LinkState,
    Membership,
    Problem,
    Role,
    SyncJob,
    Tenant,
    TenantStage,
    Trigger,
    ValueMap,
)
from hub.references import refresh
from tests.engine.world import make_tenant
from tests.network import Network, network
from tests.toy.keyed import CLIENT_ID, PIN, ROOM
from tests.toy.vendors import Shop, Vault

MARK = "HARBOURMARK"  # in every name that belongs to the first customer
SECRET = "sekret-4711"  # noqa: S105  in every secret of the first customer
ROLES = tuple(Role)


@dataclass
class Estate:
    """One customer, one tenant, and what its runs have left behind."""

    customer: Customer
    tenant: Tenant
    row: TenantStage
    job: SyncJob
    plan: SyncJob  # its records wait for approval
    people: dict[Role, User]

    def ids(self) -> dict[str, int]:
        """A primary key for every kind of row that an address may name."""
        first: Any = {
            "tenant": self.tenant,
            "job": self.job,
            "problem": Problem.objects.filter(tenant_stage=self.row).first(),
            "link": LinkedEntity.objects.filter(tenant_stage=self.row, state=LinkState.LINKED).first(),
            "login": self.tenant.source.grant,
            "connection": self.tenant.source,
            "interface": Connection.objects.filter(customer=self.customer, grant__vendor="safe").first(),
        }
        return {name: row.pk for name, row in first.items()}


@dataclass
class House:
    harbour: Estate
    kauri: Estate
    admin: User
    shop: Shop
    vault: Vault
    net: Network
    papers: dict[str, dict[str, Any]]  # what the first customer's run made in the vault

    def as_(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client


@contextmanager
def house(orders: int = 4) -> Iterator[House]:
    """Both customers use the same two pretend vendors; the first one's records all carry MARK."""
    shop, vault = Shop(), Vault()
    shop.codes = [{"id": "1", "code": f"{MARK}-01", "name": "Concrete"}]
    vault.accounts = [{"id": "400", "code": "400", "name": f"{MARK} cost of goods"}]
    for number in range(1, orders + 1):
        shop.put(str(number), number=f"{MARK}-{number}", name=f"{MARK} order {number}")
    shop.put("90", number=f"{MARK}-90", name=" ")
    with network({"shop.example": shop, "vault.example": vault}) as net:
        harbour = _estate("Harbour & Lane Constructions " + MARK, f"{MARK}-au".lower(), "Australia/Sydney", shop)
        papers = vault.papers
        shop.orders, vault.papers = {}, {}
        shop.codes = [{"id": "1", "code": "K-01", "name": "Timber"}]
        vault.accounts = [{"id": "310", "code": "310", "name": "Materials"}]
        shop.put("7", number="K7", name="Kauri order")
        shop.put("91", number="K91", name=" ")
        kauri = _estate("Kauri Ridge Builders", "kauri", "Pacific/Auckland", shop)
        admin = User.objects.create_superuser("root", password="root")
        yield House(harbour, kauri, admin, shop, vault, net, papers)


def _estate(name: str, slug: str, zone: str, shop: Shop) -> Estate:
    customer = Customer.objects.create(name=name, slug=slug, time_zone=zone)
    people = {role: User.objects.create_user(f"{slug}-{role.value}", f"{role.value}@{slug}.example") for role in ROLES}
    for role, user in people.items():
        Membership.objects.create(customer=customer, user=user, role=role, verifies=role == Role.MANAGER)
    tenant = make_tenant(customer, slug)
    Tenant.objects.filter(pk=tenant.pk).update(name=f"{slug.upper()} tenant")
    tenant.refresh_from_db()
    Grant.objects.create(
        customer=customer,
        name=f"{slug.upper()} consent",
        vendor="shop",
        kind="authorization_code",
        client_id=f"{slug}-client",
        secret={"client_secret": SECRET},
        tokens={"access_token": f"{SECRET}-access", "refresh_token": f"{SECRET}-refresh"},
    )
    _safe(customer, slug)
    refresh(tenant)
    ValueMap.objects.create(tenant=tenant, key=f"{slug.upper()}-01", account="400")
    row = tenant.stages.get()
    job = _run(row, people[Role.OPERATOR])
    plan = _waiting_plan(row, people[Role.OPERATOR], shop)
    return Estate(customer, tenant, row, job, plan, people)


def _safe(customer: Customer, slug: str) -> Connection:
    """An account whose interface is set up by hand."""
    grant = Grant.objects.create(
        customer=customer,
        name=f"{slug.upper()} safe",
        vendor="safe",
        environment="own",
        api_url=f"https://{slug}.safe.example",
        kind="credentials",
        client_id=CLIENT_ID,
        secret={"room": ROOM, "pin": PIN, "separator": "/"},
    )
    return Connection.objects.create(customer=customer, grant=grant, name=f"{slug.upper()} cellar", account_id=ROOM)


def _run(row: TenantStage, user: User) -> SyncJob:
    return run(start(row, trigger=Trigger.PAGE, user=user).job.pk)


def _waiting_plan(row: TenantStage, user: User, shop: Shop) -> SyncJob:
    """Rename one record, and plan it without sending."""
    TenantStage.objects.filter(pk=row.pk).update(gate=Gate.APPROVE)
    row.refresh_from_db()
    first = next(iter(shop.orders.values()))
    first["name"] += " renamed"
    plan = _run(row, user)
    TenantStage.objects.filter(pk=row.pk).update(gate=Gate.AUTO)
    row.refresh_from_db()
    assert JobRecord.objects.filter(job=plan, state="waiting").exists()
    return plan


def everything() -> str:
    """All rows of the hub and of users, as text: equal before and after when nothing was changed. Encrypted columns
    are left out of dumps; logins are compared by version."""
    models: list[Any] = [*apps.get_app_config("hub").get_models(), User]
    rows = [row for model in models for row in model._default_manager.order_by("pk")]
    return str(serializers.serialize("json", rows, indent=1))
