"""Pretend vendors of a chosen size, served on ports, so that what the hub needs is measured apart from theirs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from integrations.base.sandbox.server import served
from integrations.procore.sandbox import Company, ProcoreSandbox
from integrations.procore.sandbox import Switches as ProcoreSwitches
from integrations.procore.sandbox.seed import Division
from integrations.xero.sandbox import Organisation, XeroSandbox
from integrations.xero.sandbox import Switches as XeroSwitches
from integrations.xero.sandbox.organisation import line

STAGE = "Send to Xero"
SECRET = "bench-secret"
CODES = ("03-310", "05-120", "26-050", "31-220", "32-100")  # a claim's five lines
MONTHS = [f"20{year}-{month:02}-28" for year in (24, 25) for month in range(1, 13)]


@dataclass(frozen=True)
class Size:
    """How much there is of everything."""

    contacts: int = 1
    projects: int = 1
    claims: int = 0
    bills: int = 0


@dataclass(frozen=True)
class Places:
    """Where a case finds its vendors."""

    procore_url: str
    xero_url: str
    company: str
    organisation: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Ground:
    procore: ProcoreSandbox
    xero: XeroSandbox
    places: Places


@contextmanager
def ground(size: Size) -> Iterator[Ground]:
    """No rate limits: they are measured elsewhere, and would only make every case wait."""
    free = 10_000_000
    procore = ProcoreSandbox(switches=ProcoreSwitches(), spike=free, hourly=free)
    xero = XeroSandbox(
        switches=XeroSwitches(bulk_options="accept", day_limit=free, minute_limit=free, app_minute_limit=free)
    )
    company, organisation = procore.add_company("Bench Builders"), xero.add_organisation("Bench Builders", "AU")
    procore.add_app("bench-procore", SECRET, [company])
    xero.add_app("bench-xero", SECRET, kind="custom", organisation=organisation)
    _fill(company, organisation, size)
    with served(procore) as procore_url, served(xero) as xero_url:
        yield Ground(procore, xero, Places(procore_url, xero_url, str(company.id), organisation.id))


def _fill(company: Company, organisation: Organisation, size: Size) -> None:
    houses = [(f"P-{number:03}", f"House {number}") for number in range(size.projects)]
    organisation.add_category("Project", [f"{number} {name}" for number, name in houses])
    organisation.add_category("Cost Codes", [f"{code} Trade {code}" for code in CODES])
    group = organisation.add_group("Procore")
    for number in range(size.contacts):
        contact = organisation.add_contact(f"Supplier {number:05}", email=f"s{number}@supplier.example")
        group.members.append(contact.id)
    divisions = [Division(code[:2], f"Division {code[:2]}", ((code[3:], f"Trade {code}"),)) for code in CODES]
    company.add_cost_codes(divisions)
    company.stage(STAGE)
    projects = [company.add_project(name, number, STAGE) for number, name in houses]
    for project in projects:
        company.copy_cost_codes(project)
    if size.claims:
        _claims(company, organisation, projects, size.claims)
    for number in range(size.bills):
        _bill(organisation, number, houses[number % size.projects])


def _claims(company: Company, organisation: Organisation, projects: list[Any], count: int) -> None:
    """Spread evenly: a contract of five lines a project, a claim a month."""
    contact = organisation.contact("Supplier 00000")
    vendor = company.vendors.add(name=contact.name, is_active=True, origin_id=contact.id)
    lines = [(code, f"Works {code}", Decimal(60_000)) for code in CODES]
    for number, project in enumerate(projects):
        contract = project.add_commitment(vendor, number="SC-001", lines=lines, retainage="5")
        mine = count // len(projects) + (number < count % len(projects))
        for month in MONTHS[:mine]:
            contract.claim(period_end=month, work=dict.fromkeys(contract.lines, Decimal("10.01")))


def _bill(organisation: Organisation, number: int, house: tuple[str, str]) -> None:
    tracking = {"Project": " ".join(house), "Cost_Codes": f"{CODES[0]} Trade {CODES[0]}"}
    goods = line("Goods", "12.34", "310", "INPUT", **tracking)
    contact = organisation.contact("Supplier 00001")  # without a contract
    organisation.add_bill(contact, [goods], date(2026, 10, 1), date(2026, 10, 31), number=f"B-{number:05}")
