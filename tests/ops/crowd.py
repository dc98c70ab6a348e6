"""Two customers, one with two organisations under one company, and everything of every stage to be moved.

Both customers use the same job numbers, order numbers, invoice numbers and names of suppliers, and nothing but their
amounts tells them apart: what gets into the wrong books cannot hide there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from hub.models import Connection, Customer, Grant, Tenant
from integrations.base.sandbox.server import served
from integrations.procore.sandbox import Company, Division, ProcoreSandbox
from integrations.procore.sandbox.claims import Claim
from integrations.procore.sandbox.project import Project
from integrations.xero.sandbox import Contact, Organisation, XeroSandbox, journal_line, line
from integrations.xero.sandbox import Switches as XeroSwitches

BACK = "https://hub.example/back"
CODES = {"03-310": "Concrete", "05-120": "Steel"}
MANY = 1_000_000  # calls: a sandbox that does not count them
DAY = date(2026, 8, 20)
SUBCONTRACTOR, SUPPLIER = "Kauri Ridge Builders", "Bright Spark Electrical"
SETTINGS = {
    "cost_account": "310",
    "retention_payable_account": "835",
    "bill_status": "AUTHORISED",
    "negative_claims": "credit note",
}


@dataclass
class Side:
    """One tenant's two ends. `times` is what its amounts are multiplied with."""

    company: Company
    org: Organisation
    tenant: Tenant
    stage: str
    prefix: str
    tax: str
    times: Decimal
    projects: list[Project] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def money(self, amount: str) -> Decimal:
        return Decimal(amount) * self.times

    def contact(self, name: str) -> Contact:
        return self.org.contact(self.called(name))

    def called(self, name: str) -> str:
        """Two organisations of one company have suppliers of their own."""
        return f"{name}{' NZ' if self.prefix == 'N' else ''}"

    def option(self, number: int) -> str:
        """As it stands in Xero before the project is linked to it."""
        return f"{self.prefix}-{number}"


@dataclass
class Crowd:
    procore: ProcoreSandbox
    xero: XeroSandbox
    urls: tuple[str, str]
    sides: list[Side] = field(default_factory=list)

    @property
    def writes(self) -> int:
        return len(self.procore.ledger.writes()) + len(self.xero.ledger.writes())


@contextmanager
def crowd(name: str) -> Iterator[Crowd]:
    """`name` tells the customers of several crowds apart in the hub; at the vendors they are called the same."""
    procore = ProcoreSandbox(spike=MANY, hourly=MANY)
    xero = XeroSandbox(switches=XeroSwitches(minute_limit=MANY, day_limit=MANY))
    with ExitStack() as stack:
        urls = stack.enter_context(served(procore)), stack.enter_context(served(xero))
        procore.world.files_url = urls[0]
        found = Crowd(procore, xero, urls)
        _harbour_lane(found, name)
        _kauri_ridge(found, name)
        for side in found.sides:
            _fill(side)
        yield found


def _harbour_lane(found: Crowd, name: str) -> None:
    """One company, and one consent to two organisations: their tenants share both logins."""
    company = found.procore.add_company("Harbour & Lane Constructions")
    books = [_books(found.xero, f"Harbour & Lane {place}", "AU") for place in ("Sydney", "Perth")]
    customer = Customer.objects.create(name=f"Harbour & Lane {name}", slug=f"harbour-lane-{name}")
    source = _procore(found, customer, company)
    app = found.xero.add_app(customer.slug, "xero-secret", [BACK])
    tokens = {"refresh_token": found.xero.tokens(app, books)["refresh_token"]}
    login = _grant(customer, "xero", found.urls[1], kind="authorization_code", tokens=tokens)
    for org, stage, prefix, times in zip(books, ("Send to Xero", "Send to Perth"), "JN", (1, 3), strict=True):
        found.sides.append(_side(customer, source, login, company, org, stage, prefix, "INPUT", times))


def _kauri_ridge(found: Crowd, name: str) -> None:
    company = found.procore.add_company("Kauri Ridge Builders", "NZ")
    org = _books(found.xero, "Kauri Ridge Builders Limited", "NZ")
    customer = Customer.objects.create(name=f"Kauri Ridge {name}", slug=f"kauri-ridge-{name}")
    source = _procore(found, customer, company)
    found.xero.add_app(customer.slug, "xero-secret", kind="custom", organisation=org)
    login = _grant(customer, "xero", found.urls[1])
    found.sides.append(_side(customer, source, login, company, org, "Send to Xero", "J", "INPUT2", 7))


def _books(xero: XeroSandbox, name: str, country: str) -> Organisation:
    org = xero.add_organisation(name, country)
    org.add_category("Project")
    codes = org.add_category("Cost Codes")
    for code in CODES:
        org.add_option(codes, code)
    org.add_group("Procore")
    return org


def _procore(found: Crowd, customer: Customer, company: Company) -> Connection:
    divisions = [Division(code[:2], f"Division {code[:2]}", ((code[3:], name),)) for code, name in CODES.items()]
    company.add_cost_codes(divisions)
    found.procore.add_app(customer.slug, "procore-secret", [company])
    grant = _grant(customer, "procore", found.urls[0])
    return Connection.objects.create(customer=customer, grant=grant, name=company.name, account_id=str(company.id))


def _grant(customer: Customer, vendor: str, url: str, kind: str = "client_credentials", **more: Any) -> Grant:
    grant = Grant(
        customer=customer,
        name=vendor,
        vendor=vendor,
        kind=kind,
        environment="custom",
        login_url=url,
        api_url=url,
        client_id=customer.slug,
        secret={"client_secret": f"{vendor}-secret"},
        **more,
    )
    grant.full_clean()
    grant.save()
    return grant


def _side(
    customer: Customer,
    source: Connection,
    login: Grant,
    company: Company,
    org: Organisation,
    stage: str,
    prefix: str,
    tax: str,
    times: int,
) -> Side:
    tenant = Tenant.objects.create(
        customer=customer,
        name=org.name,
        slug=f"{customer.slug}-{prefix.lower()}",
        pairing="procore_xero",
        source=source,
        target=Connection.objects.create(customer=customer, grant=login, name=org.name, account_id=org.id),
        settings={**SETTINGS, "project_stage": stage},
    )
    tenant.stages.update(enabled=True)
    return Side(company, org, tenant, stage, prefix, tax, Decimal(times))


# What there is to move.


def _fill(side: Side) -> None:
    for name in (SUBCONTRACTOR, SUPPLIER):
        contact = side.org.add_contact(side.called(name), email="office@builders.example")
        side.org.group("Procore").members.append(contact.id)
    vendor = side.company.add_vendor(side.called(SUBCONTRACTOR))
    for number in (1, 2):
        side.org.add_option(side.org.category("Project"), side.option(number))
        project = side.company.add_project(f"House {number}", side.option(number), side.stage)
        side.projects.append(project)
        lines = [(code, name, side.money("50000.00")) for code, name in CODES.items()]
        contract = project.add_commitment(vendor, number="SC-001", lines=lines, retainage="5")
        contract.add_change_order("001", [("05-120", "More steel", side.money("500.00"))])
        one, two = contract.lines
        work = {one: side.money("1000.05"), two: side.money("200.10")}
        side.claims.append(
            contract.claim(period_end="2026-06-30", work=work, invoice_number="INV-7", attachments=("claim.pdf",))
        )
        side.claims.append(contract.claim(period_end="2026-07-31", work={one: side.money("300.00")}))
        contract.claim(period_end="2026-08-31", status="under_review", work={two: side.money("-40.00")})
    side.claims[-1].change(off_by=Decimal("0.01"))  # one that waits for a person
    _fill_books(side)


def _fill_books(side: Side) -> None:
    """Costs without a contract: a bill and a journal over both projects and none."""
    one, two = side.option(1), side.option(2)

    def cost(text: str, amount: str, project: str, code: str = "03-310") -> Any:
        return line(text, side.money(amount), "310", side.tax, Project=project, Cost_Codes=code if project else "")

    bill = [cost("Cable", "11.10", one), cost("Lamps", "22.20", two, "05-120"), cost("Coffee", "2.50", "")]
    side.org.add_bill(side.contact(SUPPLIER), bill, DAY, DAY, number="D-1")
    side.org.add_journal(
        "August accrual",
        [
            journal_line("Steel on site", side.money("33.30"), "310", Project=one, Cost_Codes="05-120"),
            journal_line("Concrete", side.money("44.40"), "310", Project=two, Cost_Codes="03-310"),
            journal_line("Accrued", -side.money("77.70"), "804"),
        ],
        DAY,
    )


def a_week_later(found: Crowd) -> None:
    """On every side: claims are paid, one after a mistake is put right; another is approved; a project is renamed."""
    for side in found.sides:
        first, third = (
            next(b for b in side.org.bills() if b.reference == f"{side.option(n)}/SC-001/1") for n in (1, 2)
        )
        side.org.pay(first, side.money("500.00"), DAY, reference="EFT 1")
        side.org.pay(first, date=date(2026, 8, 27), reference="EFT 2")
        side.org.pay(third, side.money("100.00"), DAY, reference="EFT 1")
        side.claims[-1].change(off_by=Decimal(0))
        side.projects[1].commitments[0].claims[-1].approve()
        side.projects[0].change(name="House 1 and Garage")
