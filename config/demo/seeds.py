"""Three pretend vendors, filled for the demonstration as they are before anything has run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date

from integrations.base.sandbox.kernel import Sandbox
from integrations.mri.sandbox import MriSandbox
from integrations.procore.sandbox import DIVISIONS, Company, ProcoreSandbox
from integrations.procore.sandbox import Switches as ProcoreSwitches
from integrations.xero.sandbox import Organisation, XeroSandbox
from integrations.xero.sandbox import Switches as XeroSwitches

from . import people, projects, story
from .lantern_bay import seeds as lantern_bay
from .story import XeroStory, XeroTenant
from .tenants import DemoTenant


@dataclass
class Ground:
    """The pretend vendors and who uses them. `refresh_token` is what a consent to both organisations brought."""

    procore: ProcoreSandbox
    xero: XeroSandbox
    mri: MriSandbox
    tenants: list[DemoTenant] = field(default_factory=list)
    refresh_token: str = ""

    @property
    def vendors(self) -> Mapping[str, Sandbox]:
        return {"Procore": self.procore, "Xero": self.xero, "MRI": self.mri}

    @contextmanager
    def locked(self) -> Iterator[None]:
        """For what people do while a worker may be calling."""
        with ExitStack() as stack:
            for vendor in self.vendors.values():
                stack.enter_context(vendor.lock)
            yield


SECRET = "demo-secret"  # noqa: S105  of pretend vendors that only this machine can reach


def prepare(redirect_uri: str) -> Ground:
    """Fresh pretend vendors. `redirect_uri` is where their login pages send a browser back to."""
    xero = XeroSandbox(switches=XeroSwitches(bulk_options="accept"))
    # Limits differ by customer and are told in every answer; these let a whole demonstration through.
    procore = ProcoreSandbox(spike=299, hourly=20_000, switches=ProcoreSwitches())
    ground = Ground(procore, xero, MriSandbox())
    _harbour_and_lane(ground, redirect_uri)
    _kauri_ridge(ground, redirect_uri)
    ground.tenants.append(lantern_bay.prepare(procore, ground.mri, SECRET, redirect_uri))
    return ground


def _harbour_and_lane(ground: Ground, redirect_uri: str) -> None:
    jobs = projects.HARBOUR_AND_LANE
    company = _company(ground, "Harbour & Lane Constructions", "AU", "harbour-lane", jobs, redirect_uri)
    company.add_vendor("Bluestone Formwork", abn="91999999990", city="Sydney", state_code="NSW", country_code="AU")
    australia = _organisation(ground, "Harbour & Lane Constructions Pty Ltd", "AU", people.AUSTRALIA)
    australia.add_option(australia.category("Project"), "2403")
    australia.lock(period=date(2026, 6, 30))
    australia.currencies["EUR"] = "Euro"
    zealand = _organisation(ground, "Harbour & Lane Constructions (NZ) Limited", "NZ", people.NEW_ZEALAND)
    app = ground.xero.add_app("harbour-lane-xero", SECRET, [redirect_uri])
    ground.refresh_token = ground.xero.tokens(app, [australia, zealand])["refresh_token"]
    ground.tenants += [
        _tenant("harbour-lane-au", "Harbour & Lane, Australia", "harbour-lane", company, australia, story.AUSTRALIA),
        _tenant("harbour-lane-nz", "Harbour & Lane, New Zealand", "harbour-lane", company, zealand, story.NEW_ZEALAND),
    ]


def _kauri_ridge(ground: Ground, redirect_uri: str) -> None:
    company = _company(ground, "Kauri Ridge Builders", "NZ", "kauri-ridge", projects.KAURI_RIDGE, redirect_uri)
    org = _organisation(ground, "Kauri Ridge Builders Limited", "NZ", people.KAURI_RIDGE)
    org.lock(period=date(2026, 7, 31))
    ground.xero.add_app("kauri-ridge-xero", SECRET, kind="custom", organisation=org)
    ground.tenants.append(_tenant("kauri-ridge", "Kauri Ridge", "kauri-ridge", company, org, story.KAURI_RIDGE))


def _tenant(
    slug: str, name: str, customer: str, company: Company, org: Organisation, its_story: XeroStory
) -> DemoTenant:
    return XeroTenant(slug, name, customer, company, its_story, org)


def _company(
    ground: Ground, name: str, country: str, slug: str, jobs: Sequence[projects.Job], redirect_uri: str
) -> Company:
    company = ground.procore.add_company(name, country)
    for job in jobs:
        company.add_project(job.name, job.number, job.stage, currency=job.currency)
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
