"""One customer on whose job site every stage has something to do, and pictures of what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from hub.models import SyncJob
from integrations.procore.sandbox.claims import Claim
from integrations.procore.sandbox.contracts import Contract
from integrations.procore.sandbox.project import Project
from integrations.procore.sandbox.seed import Division
from integrations.xero.sandbox.books import Document
from integrations.xero.sandbox.organisation import journal_line, line
from integrations.xero.sandbox.state import Contact
from tests.pairings.claims_world import CODES, ClaimSite, claim_site, money
from tests.pairings.world import World

STAGES = (
    "projects",
    "contacts",
    "cost_codes",
    "commitments",
    "progress_claims",
    "payments",
    "direct_invoices",
    "journal_entries",
    "claim_attachments",
)
DAY = date(2026, 11, 5)
MOST_TURNS = 12  # of a job that waits and goes on


@dataclass
class Whole:
    """`contracts` by their number."""

    site: ClaimSite
    projects: list[Project]
    contacts: list[Contact]
    contracts: dict[str, Contract]

    @property
    def w(self) -> World:
        return self.site.w

    def run(self, *stages: str) -> list[SyncJob]:
        """These stages in their order, or all of them, each until it has ended."""
        return [self.finish(self.w.go(stage)) for stage in stages or STAGES]

    def finish(self, job: SyncJob) -> SyncJob:
        for _ in range(MOST_TURNS):
            if not job.is_open:
                break
            job = self.w.go_on(job)
        return job

    def option(self, project: Project) -> str:
        return f"{project['project_number']} {project['name']}"

    def claim(self, number: str, amount: str, end: str, **more: Any) -> Claim:
        contract = self.contracts[number]
        return contract.claim(period_end=end, work={contract.lines[0]: money(amount)}, **more)

    def add_contract(self, project: Project, contact: Contact, number: str) -> Contract:
        self.contracts[number] = self.site.contract(project, contact, number)
        return self.contracts[number]

    def cost(self, number: str, *lines: tuple[str, Project | None], contact: Contact | None = None) -> Document:
        """A bill without a contract: (amount, project) for each line."""
        org = self.w.org
        tracked = [
            line(f"Cost {amount}", amount, "310", "INPUT", **self._marks(project, CODES[0]))
            for amount, project in lines
        ]
        return org.add_bill(contact or self.contacts[-1], tracked, DAY, DAY, number=number)

    def pay(self, number: str, amount: str | None = None) -> None:
        """Somebody approves the claim's bill and pays it, whole or in part."""
        bill = self.w.org.bill(number)
        if bill.status == "DRAFT":
            self.w.org.edit_bill(bill, Status="AUTHORISED")
        self.w.org.pay(bill, amount, DAY, reference=f"EFT {number}")

    def journal(self, narration: str, amount: str, project: Project) -> Any:
        lines = [
            journal_line("Accrued cost", amount, "310", **self._marks(project, CODES[1])),
            journal_line("Accrued", f"-{amount}", "804"),
        ]
        return self.w.org.add_journal(narration, lines, DAY)

    def _marks(self, project: Project | None, code: str) -> dict[str, str]:
        if project is None:
            return {}
        return {"Project": self.option(project), "Cost_Codes": f"{code} Trade {code}"}


@contextmanager
def whole(**settings: Any) -> Iterator[Whole]:
    """Two projects, three suppliers, the codes in use; projects, contacts and codes are not sent yet."""
    with claim_site(**settings) as site:
        site.w.tenant.stages.filter(stage="commitments").update(enabled=True)
        one = Whole(site, [site.project(), site.project("24-002", "Depot")], [], {})
        one.contacts += [site.supplier(name) for name in ("Kauri Ridge Builders", "Bright Spark", "Corner Hardware")]
        _codes(site)
        yield one


def _codes(site: ClaimSite) -> None:
    used = {code: f"Trade {code}" for code in CODES}
    divisions = [Division(code[:2], f"Division {code[:2]}", ((code[3:], name),)) for code, name in used.items()]
    site.w.company.add_cost_codes(divisions)
    for project in site.w.company.projects:
        site.w.company.copy_cost_codes(project)


def build(one: Whole) -> None:
    """Contracts, claims with files, costs and journals. What these need was sent."""
    first, second = one.projects
    one.add_contract(first, one.contacts[0], "SC-001")
    one.add_contract(second, one.contacts[1], "SC-002")
    one.claim("SC-001", "10,000.00", "2026-07-31", attachments=("claim.pdf", "photo.jpg"))
    one.claim("SC-002", "2,500.55", "2026-07-31")
    one.cost("INV-9", ("1000", first), ("2000", second), ("250", None))
    one.cost("INV-10", ("99.95", second))
    one.journal("October accrual", "1200", first)


# Pictures: all that counts, without ids and times, so that two worlds can be compared.


def picture(w: World) -> dict[str, list[Any]]:
    org = w.org
    projects = [project for project in w.company.projects if isinstance(project, Project)]
    return {
        "options": sorted((c.name, o.name, o.status) for c in org.categories.values() for o in c.options),
        "vendors": sorted(_vendor(w, row) for row in w.company.vendors),
        "bills": sorted(_document(w, one) for one in org.invoices.values()),
        "credits": sorted(_document(w, one) for one in org.credits.values()),
        "orders": sorted(_document(w, one) for one in org.orders.values()),
        "payments": sorted(row for project in projects for row in _payments(project)),
        "costs": sorted(_cost(cost) for project in projects for cost in project.direct_costs),
    }


def _vendor(w: World, row: Any) -> tuple[str, ...]:
    contact = w.org.contacts.get(row["origin_id"] or "")
    return (*(str(row[name]) for name in ("name", "email_address", "is_active")), contact.name if contact else "")


def _document(w: World, one: Document) -> tuple[Any, ...]:
    lines = tuple((row.description, f"{row.amount:.2f}", w.org.code(row), _tracked(w, row)) for row in one.lines)
    files = tuple(sorted(file.name for file in one.files))
    due = str(one.due or "")
    return one.number, one.reference, w.org.contacts[one.contact].name, one.status, str(one.day), due, lines, files


def _tracked(w: World, row: Any) -> str:
    return ", ".join(f"{name} {option}" for name, option in sorted(w.org.tracked(row).items()))


def _payments(project: Project) -> Iterator[tuple[str, ...]]:
    for contract in project.commitments:
        for row in contract.payments:
            told = (str(row[name]) for name in ("date", "invoice_number", "check_number"))
            yield contract["number"], f"{row['amount']:.2f}", *told
        for claim in contract.claims:
            yield contract["number"], f"claim {claim['number']}", str(claim["payment_date"]), "", ""


def _cost(cost: Any) -> tuple[Any, ...]:
    lines = tuple(sorted((str(row["description"]), f"{row['amount']:.2f}") for row in cost.lines))
    return str(cost["invoice_number"]), str(cost["description"]), cost["direct_cost_type"], lines
