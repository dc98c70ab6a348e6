"""Two pretend vendors, filled for the demonstration; and what the first runs must make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from integrations.procore.sandbox import DIVISIONS, Company, ProcoreSandbox
from integrations.procore.sandbox import Switches as ProcoreSwitches
from integrations.xero.sandbox import Organisation, XeroSandbox
from integrations.xero.sandbox import Switches as XeroSwitches

from . import people, projects

CODES = sum(len(division.codes) for division in DIVISIONS)
CODE_COUNTS = {"created": CODES, "skipped": len(DIVISIONS)}


@dataclass(frozen=True)
class Expected:
    """What a stage's first run must come to: records by outcome, and records found in the target afterwards."""

    counts: Mapping[str, int]
    found: int


@dataclass(frozen=True)
class DemoTenant:
    """One Procore company beside one Xero organisation."""

    slug: str
    name: str
    customer: str
    company: Company
    org: Organisation
    project_stage: str
    expected: Mapping[str, Expected]


@dataclass
class Ground:
    """The pretend vendors and who uses them. `refresh_token` is what a consent to both organisations brought."""

    procore: ProcoreSandbox
    xero: XeroSandbox
    tenants: list[DemoTenant] = field(default_factory=list)
    refresh_token: str = ""


SECRET = "demo-secret"  # noqa: S105  of pretend vendors that only this machine can reach


def prepare(redirect_uri: str) -> Ground:
    """Fresh pretend vendors. `redirect_uri` is where their login pages send a browser back to."""
    xero = XeroSandbox(switches=XeroSwitches(bulk_options="accept"))
    ground = Ground(ProcoreSandbox(switches=ProcoreSwitches()), xero)
    _harbour_and_lane(ground, redirect_uri)
    _kauri_ridge(ground, redirect_uri)
    return ground


def _harbour_and_lane(ground: Ground, redirect_uri: str) -> None:
    company = _company(ground, "Harbour & Lane Constructions", "harbour-lane", projects.HARBOUR_AND_LANE, redirect_uri)
    company.add_vendor("Bluestone Formwork", abn="91999999990", city="Sydney", state_code="NSW", country_code="AU")
    australia = _organisation(ground, "Harbour & Lane Constructions Pty Ltd", "AU", people.AUSTRALIA)
    australia.add_option(australia.category("Project"), "2403")
    zealand = _organisation(ground, "Harbour & Lane Constructions (NZ) Limited", "NZ", people.NEW_ZEALAND)
    app = ground.xero.add_app("harbour-lane-xero", SECRET, [redirect_uri])
    ground.refresh_token = ground.xero.tokens(app, [australia, zealand])["refresh_token"]
    ground.tenants += [
        DemoTenant(
            "harbour-lane-au", "Harbour & Lane, Australia", "harbour-lane", company, australia, projects.SEND,
            {
                # 2401, 2402, 2404 and 2405; 2403 is there; 2406 twice and one without a number; four in other stages
                "projects": Expected({"created": 4, "matched": 1, "rejected": 3, "skipped": 4}, found=5),
                # Bluestone is there; a region that is not Australian; one outside the group, one archived
                "contacts": Expected({"created": 5, "matched": 1, "rejected": 1, "skipped": 2}, found=6),
                "cost_codes": Expected(CODE_COUNTS, found=CODES),
            },
        ),
        DemoTenant(
            "harbour-lane-nz", "Harbour & Lane, New Zealand", "harbour-lane", company, zealand, projects.SEND_NZ,
            {
                "projects": Expected({"created": 3, "skipped": 9}, found=3),
                # Tallship is linked to the vendor that the Australian organisation looks after
                "contacts": Expected({"created": 2, "matched": 1, "skipped": 1}, found=3),
                "cost_codes": Expected(CODE_COUNTS, found=CODES),
            },
        ),
    ]  # fmt: skip


def _kauri_ridge(ground: Ground, redirect_uri: str) -> None:
    company = _company(ground, "Kauri Ridge Builders", "kauri-ridge", projects.KAURI_RIDGE, redirect_uri)
    org = _organisation(ground, "Kauri Ridge Builders Limited", "NZ", people.KAURI_RIDGE)
    ground.xero.add_app("kauri-ridge-xero", SECRET, kind="custom", organisation=org)
    expected = {
        "projects": Expected({"created": 3, "skipped": 1}, found=3),
        "contacts": Expected({"created": 4, "skipped": 2}, found=4),
        "cost_codes": Expected(CODE_COUNTS, found=CODES),
    }
    tenant = DemoTenant("kauri-ridge", "Kauri Ridge", "kauri-ridge", company, org, projects.SEND, expected)
    ground.tenants.append(tenant)


def _company(ground: Ground, name: str, slug: str, jobs: Sequence[projects.Job], redirect_uri: str) -> Company:
    company = ground.procore.add_company(name)
    for job in jobs:
        company.add_project(job.name, job.number, job.stage)
    company.add_cost_codes(DIVISIONS)
    ground.procore.add_app(f"{slug}-procore", SECRET, [company], [redirect_uri])
    return company


def _organisation(ground: Ground, name: str, country: str, suppliers: Iterable[people.Supplier]) -> Organisation:
    org = ground.xero.add_organisation(name, country)
    org.add_category("Project")
    org.add_category("Cost Codes")
    group = org.add_group("Procore")
    for supplier in suppliers:
        contact = org.add_contact(
            supplier.name,
            phone=supplier.phone,
            email=supplier.email,
            street=supplier.address,
            TaxNumber=supplier.tax_number,
            status="ARCHIVED" if supplier.archived else "ACTIVE",
        )
        if supplier.member:
            group.members.append(contact.id)
    return org
