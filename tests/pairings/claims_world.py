"""A job site with subcontractors, whose projects, vendors and cost codes were sent before: what claims start from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from hub.models import JobRecord, SyncJob
from hub.stage import Stage
from integrations.procore.sandbox.claims import Claim
from integrations.procore.sandbox.contracts import Contract
from integrations.procore.sandbox.project import Project
from integrations.procore.sandbox.seed import Division
from integrations.procore.sandbox.state import Row
from integrations.procore_xero.claim_attachments import ClaimAttachments
from integrations.procore_xero.commitments import Commitments
from integrations.procore_xero.progress_claims import ProgressClaims
from integrations.xero.sandbox.books import Document
from integrations.xero.sandbox.organisation import line
from integrations.xero.sandbox.state import Contact, new_id
from tests.pairings.ledger_world import with_stages
from tests.pairings.world import STAGE, World, world

CODES = ("03-310", "05-120", "26-050")  # one for each line of a contract
COSTS, RETENTION = "310", "835"
KEY = "24-001/SC-001/1"  # the first claim of the first contract
SETTINGS: dict[str, Any] = {"cost_account": COSTS, "retention_payable_account": RETENTION}
STAGES: tuple[Stage, ...] = (Commitments(), ProgressClaims(), ClaimAttachments())

Shown = tuple[str, str, str, str, str]  # amount, account, tax type, project, cost code


def money(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


@dataclass
class ClaimSite:
    w: World

    def project(self, number: str = "24-001", name: str = "Wharf 9 Apartments") -> Project:
        project = self.w.company.add_project(name, number, STAGE)
        assert isinstance(project, Project)
        return project

    def supplier(self, name: str = "Kauri Ridge Builders", **values: Any) -> Contact:
        contact = self.w.org.add_contact(name, **values)
        self.w.org.group("Procore").members.append(contact.id)
        return contact

    def send_before(self) -> None:
        """Projects, vendors and the cost codes in use."""
        used = {code: f"Trade {code}" for code in CODES}
        divisions = [Division(code[:2], f"Division {code[:2]}", ((code[3:], name),)) for code, name in used.items()]
        self.w.company.add_cost_codes(divisions)
        self.w.go("projects")
        self.w.go("contacts")
        for code in CODES:
            self.w.go("cost_codes", code)

    def vendor(self, contact: Contact) -> Row:
        return next(row for row in self.w.company.vendors if row["origin_id"] == contact.id)

    def contract(
        self, project: Project, contact: Contact, number: str = "SC-001", retainage: str | None = "5", **values: Any
    ) -> Contract:
        lines = [(code, f"Works {code}", money("60,000.00")) for code in CODES]
        vendor = self.vendor(contact)
        return project.add_commitment(vendor, number=number, lines=lines, retainage=retainage, **values)

    def others(self, number: str, count: int = 1_000) -> None:
        """As many older bills of other suppliers with this number: a page of Xero's lists, full of them."""
        typed = self.w.org.add_bill(
            self.supplier("Everybody Else"), [line("By hand", "1", "429", "INPUT")], number=number
        )
        for _ in range(count - 1):
            more = replace(typed, id=new_id())
            self.w.org.invoices[more.id] = more
        self.w.xero.clock.advance(hours=1)

    # What a run has done.

    def run(self, *keys: str, **more: Any) -> SyncJob:
        return self.w.go("progress_claims", *keys, **more)

    def run_orders(self, *keys: str, **more: Any) -> SyncJob:
        self.w.tenant.stages.filter(stage="commitments").update(enabled=True)
        return self.w.go("commitments", *keys, **more)

    def bills(self) -> list[Document]:
        return self.w.org.bills()

    def shown(self, document: Document) -> list[Shown]:
        org = self.w.org
        return [
            (f"{row.amount:.2f}", org.code(row), row.tax_type, *(org.tracked(row).get(c, "") for c in _CATEGORIES))  # type: ignore[misc]
            for row in document.lines
        ]

    def record(self, job: SyncJob, key: str) -> JobRecord:
        return JobRecord.objects.get(job=job, source_key=key)

    def said(self, job: SyncJob) -> dict[str, tuple[str, str]]:
        """(outcome, code) by key."""
        rows = JobRecord.objects.filter(job=job).values_list("source_key", "outcome", "code")
        return {key: (outcome, code) for key, outcome, code in rows}


_CATEGORIES = ("Project", "Cost Codes")


@contextmanager
def claim_site(country: str = "AU", *stages: Stage, **settings: Any) -> Iterator[ClaimSite]:
    with with_stages(*(stages or STAGES)), world(country, **{**SETTINGS, **settings}) as w:
        w.net.hosts["storage.procore.com"] = w.procore
        yield ClaimSite(w)


@contextmanager
def one_contract(**settings: Any) -> Iterator[tuple[ClaimSite, Contract, Contact]]:
    """A project, a supplier and a subcontract of three lines, everything linked."""
    with claim_site(**settings) as site:
        project, contact = site.project(), site.supplier()
        site.send_before()
        yield site, site.contract(project, contact), contact


def claimed(contract: Contract, amount: str = "1,000.00", end: str = "2026-07-31", **more: Any) -> Claim:
    return contract.claim(period_end=end, work={contract.lines[0]: money(amount)}, **more)


def held(site: ClaimSite, job: SyncJob, key: str, code: str) -> str:
    """The sentence of a claim that was held for this reason, which is also an open problem with a fix."""
    record = site.record(job, key)
    assert (record.outcome, record.code) == ("rejected", code)
    problem = site.w.problem(record.label)
    assert (problem.code, problem.message) == (code, record.message)
    assert problem.fix
    assert "(" + "reason" not in record.message
    return record.message
