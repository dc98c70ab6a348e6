"""What is in the pretend vendors: looked up there, not in the hub."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from integrations.procore.sandbox.project import DirectCost, Project
from integrations.procore.sandbox.state import Row
from integrations.xero.sandbox import Document

from .lantern_bay.found import LOOK as IN_MRI
from .lantern_bay.tenant import MriTenant
from .story import XeroTenant
from .tenants import DemoTenant, Found


def found(tenant: DemoTenant, stage: str) -> Found:
    if isinstance(tenant, MriTenant):
        return IN_MRI[stage](tenant)
    if isinstance(tenant, XeroTenant):
        return _LOOK[stage](tenant)
    raise TypeError(tenant)


def options(tenant: XeroTenant, category: str) -> list[str]:
    """Names of the active options of a tracking category."""
    return [option.name for option in tenant.org.category(category).options if option.status == "ACTIVE"]


def bills(tenant: XeroTenant) -> list[Document]:
    """Those that an app has made."""
    return [bill for bill in tenant.org.bills() if bill.made_by]


def contract_payments(tenant: XeroTenant) -> list[Row]:
    """Those that an app has made."""
    rows = (row for site in _sites(tenant) for contract in site.commitments for row in contract.payments)
    return [row for row in rows if row["origin_id"]]


def _projects(tenant: XeroTenant) -> Found:
    """Options that carry the number of a project of the tenant's stage."""
    numbers = {site["project_number"] for site in _sites(tenant)}
    names = options(tenant, "Project")
    return Found(sum(name.split()[0] in numbers and len(name.split()) > 1 for name in names))


def _sites(tenant: XeroTenant) -> Iterator[Project]:
    """The projects in the tenant's stage."""
    stage = tenant.company.stage(tenant.project_stage)
    for row in tenant.company.projects:
        if isinstance(row, Project) and row["project_stage_id"] == stage.id:
            yield row


def _vendors(tenant: XeroTenant) -> Found:
    """Integrated vendors of the company that are called like a member of the organisation's contact group."""
    members = {tenant.org.contacts[contact].name for contact in tenant.org.group("Procore").members}
    return Found(len(tenant.company.vendors.where(lambda row: bool(row["origin_id"]) and row["name"] in members)))


def _cost_codes(tenant: XeroTenant) -> Found:
    company = tenant.company
    wanted = {
        f"{company.full_code(company.standard_cost_codes, row)} {row['name']}" for row in company.standard_cost_codes
    }
    return Found(sum(name in wanted for name in options(tenant, "Cost Codes")))


def _orders(tenant: XeroTenant) -> Found:
    return _together(order.total for order in tenant.org.orders.values() if order.made_by)


def _bills(tenant: XeroTenant) -> Found:
    """Bills, less the credit notes of claims below zero."""
    credits = [note for note in tenant.org.credits.values() if note.made_by]
    return _together([*(bill.total for bill in bills(tenant)), *(-note.total for note in credits)])


def _payments(tenant: XeroTenant) -> Found:
    """Payments of claims, and the dates of those that are paid."""
    paid = _together(row["amount"] for row in contract_payments(tenant))
    claims = [claim for site in _sites(tenant) for contract in site.commitments for claim in contract.claims]
    return paid._replace(records=paid.records + sum(bool(claim["payment_date"]) for claim in claims))


def _direct_invoices(tenant: XeroTenant) -> Found:
    return _together(cost.total for cost, journal in _costs(tenant) if not journal)


def _journal_entries(tenant: XeroTenant) -> Found:
    return _together(cost.total for cost, journal in _costs(tenant) if journal)


def _costs(tenant: XeroTenant) -> Iterator[tuple[DirectCost, bool]]:
    """Direct costs that an app has made, and whether they stand for a journal. Their key begins with the document."""
    for site in _sites(tenant):
        for cost in site.direct_costs:
            if cost["origin_id"]:
                yield cost, cost["origin_id"].partition(":")[0] in tenant.org.journals


def _files(tenant: XeroTenant) -> Found:
    return Found(sum(len(bill.files) for bill in bills(tenant)))


def _together(amounts: Iterable[Decimal]) -> Found:
    rows = list(amounts)
    return Found(len(rows), sum(rows, Decimal("0.00")))


_LOOK: dict[str, Callable[[XeroTenant], Found]] = {
    "projects": _projects,
    "contacts": _vendors,
    "cost_codes": _cost_codes,
    "commitments": _orders,
    "progress_claims": _bills,
    "payments": _payments,
    "direct_invoices": _direct_invoices,
    "journal_entries": _journal_entries,
    "claim_attachments": _files,
}
