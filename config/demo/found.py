"""What is in the pretend vendors: looked up there, not in the hub."""

from __future__ import annotations

from .seeds import DemoTenant


def found(tenant: DemoTenant, stage: str) -> int:
    """How many records a stage has brought about in its target."""
    return {"projects": _projects, "contacts": _vendors, "cost_codes": _cost_codes}[stage](tenant)


def options(tenant: DemoTenant, category: str) -> list[str]:
    """Names of the active options of a tracking category."""
    return [option.name for option in tenant.org.category(category).options if option.status == "ACTIVE"]


def _projects(tenant: DemoTenant) -> int:
    """Options that carry the number of a project of the tenant's stage."""
    stage = tenant.company.stage(tenant.project_stage)
    rows = tenant.company.projects.where(lambda row: row["project_stage_id"] == stage.id)
    numbers = {row["project_number"] for row in rows}
    return sum(name.split()[0] in numbers and len(name.split()) > 1 for name in options(tenant, "Project"))


def _cost_codes(tenant: DemoTenant) -> int:
    company = tenant.company
    wanted = {
        f"{company.full_code(company.standard_cost_codes, row)} {row['name']}" for row in company.standard_cost_codes
    }
    return sum(name in wanted for name in options(tenant, "Cost Codes"))


def _vendors(tenant: DemoTenant) -> int:
    """Integrated vendors of the company that are called like a member of the organisation's contact group."""
    members = {tenant.org.contacts[contact].name for contact in tenant.org.group("Procore").members}
    return len(tenant.company.vendors.where(lambda row: bool(row["origin_id"]) and row["name"] in members))
