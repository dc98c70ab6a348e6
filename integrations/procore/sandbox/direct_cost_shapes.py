"""What a direct cost looks like in an answer: https://developers.procore.com/reference/rest/v1/direct-costs"""

from __future__ import annotations

from typing import Any

from .claim_item_shapes import currency
from .columns import names
from .contract_shapes import direct_cost_line, plain
from .project import DirectCost
from .shapes import moment
from .state import Row

OWN = names(
    "description direct_cost_date direct_cost_type invoice_number origin_data origin_id payment_date received_date "
    "status terms"
)


def _common(cost: DirectCost, vendor: Row | None) -> dict[str, Any]:
    company = cost.project.company
    return {
        "id": cost.id,
        **{name: cost[name] for name in OWN},
        "created_at": moment(cost, "created_at"),
        "currency_configuration": _currency(cost),
        "deleted_at": None,
        "employee": None,
        "grand_total": plain(cost.total),
        "updated_at": moment(cost, "updated_at"),
        "vendor_id": company.vendor_id_in(cost.project, vendor) if vendor else None,
        "vendor_name": vendor["name"] if vendor else None,
    }


def _currency(cost: DirectCost) -> dict[str, str]:
    return {name: str(value) for name, value in currency(cost.project).items()}


def _vendor(cost: DirectCost) -> Row | None:
    return cost.project.company.vendors.get(cost["vendor_id"])


def listed(cost: DirectCost) -> dict[str, Any]:
    """A row of the list, where the vendor is a name."""
    vendor = _vendor(cost)
    return {
        **_common(cost, vendor),
        "amount": plain(cost.total),
        "vendor": vendor["name"] if vendor else None,
    }


def header(cost: DirectCost) -> dict[str, Any]:
    """As a sync and version 1.0 answer it: without lines."""
    vendor = _vendor(cost)
    shown = _common(cost, vendor)
    return {
        **shown,
        "attachments": [],
        "attachments_count": 0,
        "currency_configuration": {"currency_iso_code": cost.project.currency},
        "line_items_count": len(cost.lines),
        "vendor": {"id": shown["vendor_id"], "name": vendor["name"]} if vendor else None,
    }


def whole(cost: DirectCost) -> dict[str, Any]:
    """As version 1.1 answers one cost."""
    company, project = cost.project.company, cost.project
    return {
        **header(cost),
        "company": {"id": company.id, "name": company.name},
        "currency_configuration": _currency(cost),
        "line_items": [direct_cost_line(cost, row) for row in cost.lines],
        "project": {"id": project.id, "name": project["name"]},
    }
