"""A customer with one toy tenant, and both pretend services behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from hub import connect
from hub.engine.run import run
from hub.engine.start import start
from hub.models import Connection, Customer, Grant, JobRecord, SyncJob, Tenant, TenantStage, Trigger
from tests.network import Network, network
from tests.toy.vendors import Shop, Vault


@dataclass
class World:
    shop: Shop
    vault: Vault
    row: TenantStage
    net: Network

    def go(
        self, *keys: str, preview: bool = False, full: bool | None = None, trigger: Trigger = Trigger.SHELL
    ) -> SyncJob:
        """Start the stage and work on the job until it ends or waits."""
        self.row.refresh_from_db()
        started = start(self.row, trigger=trigger, keys=keys, preview=preview, full=full)
        return run(started.job.pk)

    def outcomes(self, job: SyncJob) -> dict[str, str]:
        return dict(JobRecord.objects.filter(job=job).order_by("source_id").values_list("source_id", "outcome"))

    def papers(self) -> dict[str, str]:
        """name by reference; fails when a reference is there twice."""
        refs = [paper["ref"] for paper in self.vault.papers.values()]
        assert len(refs) == len(set(refs)), f"doubled: {refs}"
        return {paper["ref"]: paper["name"] for paper in self.vault.papers.values()}

    @property
    def cursor(self) -> datetime:
        self.row.refresh_from_db()
        assert self.row.cursor is not None
        return self.row.cursor

    def check_links(self) -> None:
        """Every link names an existing paper with the order's number, and nothing is left open."""
        self.row.refresh_from_db()
        for link in self.row.links.all():
            assert link.state == "linked"
            paper = self.vault.papers[link.target_id]
            assert paper["ref"] == link.source_key
            if self.row.tenant.settings["pages"]:
                assert paper["pages"] == paper["name"]
        assert not self.row.batches.exclude(state="settled").exists()
        assert self.row.lease_until is None


def make_customer(name: str = "Toy Makers") -> Customer:
    return Customer.objects.create(name=name, slug=name.lower().replace(" ", "-"))


def make_tenant(customer: Customer, slug: str = "toy", **settings: object) -> Tenant:
    sides = []
    for vendor in ("shop", "vault"):
        grant = Grant.objects.create(
            customer=customer,
            name=f"{slug} {vendor}",
            vendor=vendor,
            kind="client_credentials",
            client_id=f"{slug}-{vendor}",
            secret={"client_secret": "right"},
        )
        sides.append(
            Connection.objects.create(
                customer=customer, grant=grant, name=f"{slug} {vendor}", account_id=f"{slug}-main"
            )
        )
    return Tenant.objects.create(
        customer=customer,
        name=slug.title(),
        slug=slug,
        pairing="toy",
        source=sides[0],
        target=sides[1],
        settings=settings,
    )


def own_transaction() -> None:
    """Mark the transactions that are open now as the test's own, as Django's TestCase does with its."""
    for block in connection.atomic_blocks:
        vars(block)["_from_testcase"] = True


@contextmanager
def world(
    *, keyed: bool = True, batch: int = 2, orders: int = 0, pages: bool = False, late: bool = False
) -> Iterator[World]:
    connect._store.cache_clear()  # calls counted for another world do not count for this one
    shop, vault = Shop(), Vault(keyed=keyed)
    for number in range(1, orders + 1):
        shop.put(str(number))
    tenant = make_tenant(make_customer(), keyed=keyed, batch=batch, pages=pages, late=late)
    with network({"shop.example": shop, "vault.example": vault}) as net:
        yield World(shop, vault, tenant.stages.get(), net)
