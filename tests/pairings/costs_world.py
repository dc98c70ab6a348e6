"""Two projects and a supplier without a contract, for the stages that bring costs back from the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hub.models import SyncJob
from integrations.procore.sandbox.project import DirectCost, Project
from integrations.procore.sandbox.state import Row
from integrations.procore_xero.direct_invoices import DirectInvoices
from integrations.procore_xero.journal_entries import JournalEntries
from integrations.xero.sandbox.books import Document
from integrations.xero.sandbox.organisation import line
from integrations.xero.sandbox.state import Contact
from tests.pairings.ledger_world import CABLING, LIGHTING, Site, site
from tests.pairings.world import World

DAY, DUE = date(2026, 11, 5), date(2026, 12, 5)
P1, P2 = "24-001 House", "24-002 Shed"


@dataclass
class Costs:
    w: World
    at: Site
    contact: Contact
    vendor: Row
    p1: Project
    p2: Project

    def bill(self, number: str = "INV-9", lines: list[Mapping[str, Any]] | None = None, **more: Any) -> Document:
        """The bill of the worked example, or another."""
        return self.w.org.add_bill(self.contact, lines or example(), DAY, DUE, number=number, **more)

    def go(self, *keys: str, stage: str = "direct_invoices", **how: Any) -> SyncJob:
        return self.w.go(stage, *keys, **how)

    def finish(self, job: SyncJob) -> SyncJob:
        while job.is_open:
            job = self.w.go_on(job)
        return job


def cost(text: str, amount: str, project: str = "", code: str = CABLING, account: str = "310") -> Mapping[str, Any]:
    return line(text, amount, account, "INPUT", Project=project, Cost_Codes=code)


def example() -> list[Mapping[str, Any]]:
    """1,000 + 2,000 + 500 + 250 on P1, P2, P1 and none."""
    lines = [cost("Cable", "1000", P1), cost("Lamps", "2000", P2, LIGHTING), cost("Ducts", "500", P1, LIGHTING)]
    return [*lines, cost("Coffee", "250", code="")]


def amounts(project: Project) -> dict[str, list[str]]:
    """What is on a project: the amounts of its direct costs by number."""
    return {str(one["invoice_number"]): [f"{row['amount']:.2f}" for row in one.lines] for one in project.direct_costs}


def total(*projects: Project) -> Decimal:
    return sum((one.total for project in projects for one in project.direct_costs), Decimal())


def header(found: DirectCost) -> dict[str, Any]:
    names = ("direct_cost_type", "status", "vendor_id", "invoice_number", "direct_cost_date", "description")
    return {name: found[name] for name in (*names, "payment_date")}


@contextmanager
def costs(**settings: Any) -> Iterator[Costs]:
    with site(DirectInvoices(), JournalEntries(), **settings) as at:
        contact, vendor = at.vendor()
        yield Costs(at.w, at, contact, vendor, at.project("24-001", "House"), at.project("24-002", "Shed"))
