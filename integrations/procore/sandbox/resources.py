"""What webhooks tell of: the records of some tables, by the names that triggers use. Of requisitions they tell nothing.

https://developers.procore.com/documentation/webhooks
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .hooks import Event
from .money_columns import PURCHASE_ORDER, SUBCONTRACT
from .state import Row, Table

if TYPE_CHECKING:
    from .company import Company

EVENTS = ("create", "update", "delete")
PROJECT_VENDORS = "Project Vendors"
HOLDERS = {
    SUBCONTRACT: "Work Order Contracts",
    PURCHASE_ORDER: "Purchase Order Contracts",
    "DirectCost": "Direct Costs",
}
LINES = {holder: f"{name.removesuffix('s')} Line Items" for holder, name in HOLDERS.items()}


@dataclass(frozen=True)
class Resource:
    tool: str
    events: tuple[str, ...] = EVENTS
    of_company: bool = False


# The category of a resource is not published with its name.
RESOURCES = {
    "Budget Changes": Resource("Budget"),
    "Budget Line Items": Resource("Budget"),
    "Change Order Packages": Resource("Change Orders"),
    "Company Vendors": Resource("Company Directory", of_company=True),
    "Contract Payments": Resource("Commitments"),
    "Cost Codes": Resource("Work Breakdown Structure"),
    "Direct Cost Line Items": Resource("Direct Costs"),
    "Direct Costs": Resource("Direct Costs"),
    "Line Item Types": Resource("Work Breakdown Structure", of_company=True),
    PROJECT_VENDORS: Resource("Directory", ("create", "delete")),  # `update` was taken away in June 2026
    "Project Stages": Resource("Company Admin", of_company=True),
    "Projects": Resource("Portfolio", of_company=True),
    "Purchase Order Contract Line Items": Resource("Commitments"),
    "Purchase Order Contracts": Resource("Commitments"),
    "Standard Cost Codes": Resource("Work Breakdown Structure", of_company=True),
    "Sub Jobs": Resource("Work Breakdown Structure"),
    "Work Order Contract Line Items": Resource("Commitments"),
    "Work Order Contracts": Resource("Commitments"),
}


def listen(company: Company) -> None:
    """From now on the company's tables tell what becomes of their rows."""
    named: dict[str, Table] = {
        "Budget Changes": company.budgets.changes,
        "Budget Line Items": company.budgets.lines,
        "Change Order Packages": company.change_orders,
        "Company Vendors": company.vendors,
        "Contract Payments": company.payments,
        "Cost Codes": company.cost_codes,
        "Direct Costs": company.direct_costs,
        "Line Item Types": company.line_item_types,
        "Project Stages": company.stages,
        "Projects": company.projects,
        "Purchase Order Contracts": company.contracts[PURCHASE_ORDER],
        "Standard Cost Codes": company.standard_cost_codes,
        "Sub Jobs": company.sub_jobs,
        "Work Order Contracts": company.contracts[SUBCONTRACT],
    }
    for resource, table in named.items():
        table.told = _teller(company, resource)
    company.lines.told = lambda kind, row: _tell_of_line(company, kind, row)


def _teller(company: Company, resource: str) -> Callable[[str, Row], None]:
    def told(kind: str, row: Row) -> None:
        gone = row.has("deleted_at") and row["deleted_at"] is not None
        owner = row["project_id"] if row.has("project_id") else row.id if resource == "Projects" else None
        tell(company, Event(company.id, owner, resource, "delete" if gone else kind, row.id))

    return told


def _tell_of_line(company: Company, kind: str, row: Row) -> None:
    """Lines of change orders are not told of."""
    resource = LINES.get(row["holder_type"])
    holder = company.contract(row["holder_id"]) or company.direct_costs.get(row["holder_id"])
    if resource is not None and holder is not None:
        part_of = (HOLDERS[row["holder_type"]], holder.id)
        tell(company, Event(company.id, holder["project_id"], resource, kind, row.id, part_of))


def tell(company: Company, event: Event) -> None:
    if len(company.triggers):
        company.world.news.add(event)
