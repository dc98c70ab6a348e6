"""What is in the pretend vendors of Lantern Bay: looked up there, not in the hub."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from integrations.mri.sandbox.state import net_of
from integrations.procore.sandbox.project import Project
from integrations.procore.sandbox.state import Row

from ..tenants import Found
from .tenant import MriTenant


def _vendors(tenant: MriTenant) -> Found:
    """Vendors of Procore that carry the key of one of this database."""
    start = f"mri:{tenant.books.name}:vendor:"
    return Found(len(tenant.company.vendors.where(lambda row: str(row["origin_id"] or "").startswith(start))))


def _projects(tenant: MriTenant) -> Found:
    return Found(sum(str(row["origin_id"] or "").startswith(_key(tenant, "job")) for row in tenant.company.projects))


def _codes(tenant: MriTenant) -> Found:
    """Standard cost codes of Procore that are called as MRI's."""
    company, held = tenant.company, tenant.books.tables
    wanted = {f"{row['phase']}-{row['id']} {row['name']}" for row in held["cost_codes"]}
    wanted |= {f"{row['id']} {row['name']}" for row in held["phases"]}
    codes = company.standard_cost_codes
    return Found(sum(f"{company.full_code(codes, row)} {row['name']}" in wanted for row in codes))


def _types(tenant: MriTenant) -> Found:
    """Cost types of Procore that have the code or the name of a category."""
    wanted = {str(row[name]).casefold() for row in tenant.books.tables["categories"] for name in ("id", "name")}
    rows = tenant.company.line_item_types
    return Found(sum(bool(wanted & {row["code"].casefold(), row["name"].casefold()}) for row in rows))


def _documents(table: str, *amounts: str) -> Callable[[MriTenant], Found]:
    """Documents in MRI that came through its interface or were there before, and what they come to."""

    def look(tenant: MriTenant) -> Found:
        rows = tenant.books.tables[table]
        sums = ((row.get(name) or Decimal(0)) for row in rows for name in amounts)
        return Found(len(rows), sum(sums, Decimal("0.00")))

    return look


def _draws(tenant: MriTenant) -> Found:
    """What they ask to be paid."""
    rows = tenant.books.tables["draws"]
    return Found(len(rows), sum(map(net_of, rows), Decimal("0.00")))


def _sites(tenant: MriTenant) -> Iterator[Project]:
    return (row for row in tenant.company.projects if isinstance(row, Project))


def contract_payments(tenant: MriTenant) -> list[Row]:
    """Those of claims that came from MRI."""
    rows = (row for site in _sites(tenant) for contract in site.commitments for row in contract.payments)
    return [row for row in rows if row["origin_id"]]


def _payments(tenant: MriTenant) -> Found:
    """Payments of claims, and the dates of those that are paid in full."""
    made = [row["amount"] for row in contract_payments(tenant)]
    claims = (claim for site in _sites(tenant) for contract in site.commitments for claim in contract.claims)
    dated = sum(bool(claim["payment_date"]) for claim in claims)
    return Found(len(made) + dated, sum(made, Decimal("0.00")))


def _costs(kind: str) -> Callable[[MriTenant], Found]:
    def look(tenant: MriTenant) -> Found:
        start = f"mri:{tenant.books.name}:{kind}:"
        costs = (cost for site in _sites(tenant) for cost in site.direct_costs)
        made = [cost.total for cost in costs if str(cost["origin_id"] or "").startswith(start)]
        return Found(len(made), sum(made, Decimal("0.00")))

    return look


def _key(tenant: MriTenant, kind: str) -> str:
    return f"mri:{tenant.books.name}:{kind}:"


LOOK: dict[str, Callable[[MriTenant], Found]] = {
    "vendors": _vendors,
    "jobs": _projects,
    "cost_codes": _codes,
    "cost_types": _types,
    "budgets": _documents("budgets", "amount"),
    "budget_revisions": _documents("budget_revisions", "amount"),
    "commitments": _documents("contracts", "amount"),
    "change_orders": _documents("change_orders", "amount"),
    "draws": _draws,
    "payments": _payments,
    "direct_invoices": _costs("invoice"),
    "journal_entries": _costs("journal"),
}
