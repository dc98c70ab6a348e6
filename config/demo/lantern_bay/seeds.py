"""One database of the pretend MRI and one company of the pretend Procore, before anything has run."""

from __future__ import annotations

from decimal import Decimal

from integrations.mri.sandbox import Database, MriSandbox
from integrations.procore.sandbox import Company, ProcoreSandbox

from . import books
from .story import STORY
from .tenant import MriTenant

PATH = "/MRIAPIServices/api.asp"
CLIENT, DATABASE, USER = "C200", "LANTERN", "tieback"
KEY, PASSWORD = "demo-partner-key", "demo-password"  # noqa: S105  of a pretend service on this machine


def prepare(procore: ProcoreSandbox, mri: MriSandbox, secret: str, redirect_uri: str) -> MriTenant:
    company = _company(procore)
    procore.add_app("lantern-bay-procore", secret, [company], [redirect_uri])
    return MriTenant("lantern-bay", "Lantern Bay", "lantern-bay", company, STORY, _books(mri))


def _company(procore: ProcoreSandbox) -> Company:
    company = procore.add_company("Lantern Bay Properties", "US")
    for number, name in books.PROJECTS:
        company.add_project(name, number)
    for name, ein in books.DIRECTORY:
        company.add_vendor(name, ein=ein, country_code="US", state_code="MN")
    return company


def _books(mri: MriSandbox) -> Database:
    held = mri.add_database(DATABASE, client_id=CLIENT)
    held.add_user(USER, PASSWORD, KEY)
    held.add("banks", id="OPER", name="Operating account")
    for entity, name in books.ENTITIES:
        held.add("entities", id=entity, name=name, current_period=books.PERIOD)
    for account, name in books.ACCOUNTS:
        held.add("accounts", id=account, name=name, kind="B", active=True)
    _codes(held)
    for vendor in books.VENDORS:
        place = {"address1": vendor.street, "city": vendor.city, "state": vendor.state, "postcode": vendor.postcode}
        own = {"tax_number": vendor.tax_number or None, "active": vendor.active, "country": "US"}
        held.add("vendors", id=vendor.id, name=vendor.name, **place, **own)
    for job in books.JOBS:
        held.add("jobs", id=job.id, name=job.name, entity_id=job.entity, status=job.status, cost_list="STD")
    for contract in books.CONTRACTS:
        _contract(held, *contract)
    return held


def _contract(held: Database, job: str, number: str, vendor: str, code: tuple[str, str, str], amount: str) -> None:
    found = held.one("vendors", name=vendor)
    line = dict(zip(("phase", "cost_code", "cost_type"), code, strict=True), amount=Decimal(amount))
    own = {"job_id": job, "number": number, "vendor_id": found["id"] if found else None, "amount": Decimal(amount)}
    held.add("contracts", **own, lines=[line])


def _codes(held: Database) -> None:
    for phase, name in books.PHASES:
        held.add("phases", id=phase, name=name)
    for category, name in books.CATEGORIES:
        held.add("categories", id=category, name=name)
    for code, name, phase, category in (*books.CODES, books.RETIRED):
        active = (code, name, phase, category) != books.RETIRED
        held.add("cost_codes", id=code, name=name, phase=phase, cost_type=category, cost_list="STD", active=active)
