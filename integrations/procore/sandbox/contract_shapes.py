"""What commitments, their lines, change orders and billing periods look like in an answer.

https://developers.procore.com/reference/rest/v1/work-order-contracts
https://developers.procore.com/reference/rest/v1/purchase-order-contracts
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from . import money_columns
from .claim_item_shapes import wbs
from .columns import names
from .contracts import ChangeOrder, Contract
from .g703 import ZERO
from .payment_shapes import payment_issued
from .project import DirectCost, Project
from .shapes import cost_code, line_item_type, moment
from .state import Row

PENDING = ("pending", "pricing", "revised", "proceeding", "pending_billable")
CHANGE_ORDER = ("description", "due_date", "executed", "number", "reviewed_at", "status", "title")


def plain(amount: Decimal | None) -> str | None:
    """Amounts here have as many decimals as they need, and at least one."""
    if amount is None:
        return None
    text = f"{amount.normalize():f}"
    return text if "." in text else f"{text}.0"


def currency(project: Project) -> dict[str, str]:
    return {"currency_iso_code": project.currency}


def _named(row: Row) -> dict[str, Any]:
    return {"id": row.id, "name": row["name"]}


def contract(row: Contract) -> dict[str, Any]:
    """A row of a list, or of a sync's answer."""
    vendor = row.vendor
    shown = {
        "id": row.id,
        **{name: row[name] for name in money_columns.CONTRACT_WRITABLE[row.kind] if name != "vendor_id"},
        **_sums(row),
        "created_at": moment(row, "created_at"),
        "currency_configuration": currency(row.project),
        "deleted_at": row["deleted_at"],
        "project": _named(row.project),
        "requisitions_are_enabled": row["requisitions_are_enabled"],
        "retainage_percent": plain(row["retainage_percent"]),
        "show_line_items_to_non_admins": row["show_line_items_to_non_admins"],
        "updated_at": moment(row, "updated_at"),
        "vendor": {"id": row.shown_vendor_id, "company": vendor["name"] if vendor else None},
    }
    return shown if row.kind == money_columns.SUBCONTRACT else {**shown, "assignee": None}


def _sums(row: Contract) -> dict[str, str | None]:
    revised, paid = row.original + row.approved_changes, row.paid
    pending = row.changes(*PENDING)
    claimed = sum((claim.gross for claim in row.claims if claim["status"].startswith("approved")), ZERO)
    return {
        "approved_change_orders": plain(row.approved_changes),
        "draft_change_orders_amount": plain(row.changes("draft")),
        "grand_total": plain(row.original),
        "pending_change_orders": plain(pending),
        "pending_revised_contract": plain(revised + pending),
        "percentage_paid": plain((paid * 100 / revised).quantize(Decimal("0.01")) if revised else ZERO),
        "remaining_balance_outstanding": plain(revised - paid),
        "revised_contract": plain(revised),
        "total_draw_requests_amount": "0.0",
        "total_payments": plain(paid),
        "total_requisitions_amount": plain(claimed),
    }


def whole_contract(row: Contract) -> dict[str, Any]:
    """One commitment by itself."""
    vendor = row.vendor
    origin = {"origin_id": vendor["origin_id"], "origin_data": vendor["origin_data"]} if vendor else {}
    shown = contract(row)
    return {
        **shown,
        "vendor": {**shown["vendor"], **origin},
        "attachments": [],
        "change_order_packages": [_package(order) for order in row.change_orders],
        "change_order_requests": [],
        "invoice_contacts": [],
        "line_items": [line(row.project, item) for item in row.lines],
        "payments_issued": [payment_issued(row.company, payment) for payment in row.payments],
        "potential_change_orders": [],
    }


def light(row: Contract) -> dict[str, Any]:
    """A row of the mixed list."""
    vendor = row.vendor
    return {
        "id": row.id,
        "title": row["title"],
        "number": row["number"],
        "status": row["status"],
        "description": row["description"],
        "executed": row["executed"],
        "created_at": moment(row, "created_at"),
        "private": row["private"],
        "vendor": {"id": row.shown_vendor_id, "name": vendor["name"]} if vendor else None,
    }


ANY = names(
    "accounting_method actual_completion_date approved_change_orders attachments change_order_packages "
    "change_order_requests contract_estimated_completion_date contract_start_date deleted_at delivery_date exclusions "
    "grand_total inclusions line_items payment_terms payments_issued pending_change_orders pending_revised_contract "
    "percentage_paid potential_change_orders remaining_balance_outstanding retainage_percent revised_contract ship_via "
    "signed_contract_received_date total_draw_requests_amount total_payments updated_at"
)


def any_contract(row: Contract) -> dict[str, Any]:
    """https://developers.procore.com/reference/rest/v1/commitments#show-a-commitment-contract"""
    whole, brief = whole_contract(row), light(row)
    vendor = row.vendor
    known = {**brief["vendor"], "company": vendor["name"], **whole["vendor"]} if vendor else None
    sums = {"line_items_total": plain(row.original), "line_items_extended_total": plain(row.original)}
    shown = {name: whole[name] for name in ANY if name in whole}
    for row_line in shown["line_items"]:  # shorter here
        del row_line["currency_configuration"], row_line["wbs_code"]
    return {**brief, **shown, **sums, "allow_payments": row["allow_payments"], "type": row.kind, "vendor": known}


def line(project: Project, row: Row) -> dict[str, Any]:
    """A line of a contract or of a direct cost."""
    company = project.company
    code, cost_type = company.cost_codes.get(row["cost_code_id"]), company.line_item_types.get(row["line_item_type_id"])
    return {
        "id": row.id,
        "amount": plain(row["amount"]),
        "company": {"id": company.id, "name": company.name},
        "cost_code": cost_code(company, code) if code else None,
        "created_at": moment(row, "created_at"),
        "currency_configuration": currency(project),
        "description": row["description"],
        "extended_amount": plain(row["amount"]),
        "extended_type": row["extended_type"],
        "holder": {"id": row["holder_id"], "holder_type": row["holder_type"]},
        "line_item_type": line_item_type(cost_type) if cost_type else None,
        "origin_data": row["origin_data"],
        "origin_id": row["origin_id"],
        "position": row["position"],
        "project": _named(project),
        "quantity": plain(row["quantity"]),
        "tax_code_id": row["tax_code_id"],
        "total_amount": plain(row["amount"]),
        "unit_cost": plain(row["unit_cost"]),
        "uom": row["uom"],
        "updated_at": moment(row, "updated_at"),
        "wbs_code": wbs(company, row["wbs_code_id"]),
    }


LISTED = names(
    "amount cost_code created_at currency_configuration description extended_amount extended_type holder id "
    "line_item_type origin_id position project quantity tax_code_id total_amount unit_cost uom updated_at wbs_code"
)
CODE_LISTED = ("id", "full_code", "name", "origin_id")


def listed_cost_line(project: Project, row: Row) -> dict[str, Any]:
    """A row of the list of a project's direct cost lines, which is shorter."""
    shown = {name: value for name, value in line(project, row).items() if name in LISTED}
    code = shown["cost_code"]
    return {**shown, "cost_code": {name: code[name] for name in CODE_LISTED} if code else None}


def direct_cost_line(cost: DirectCost, row: Row) -> dict[str, Any]:
    """Within its cost: without holder and project."""
    shown = {**line(cost.project, row), "ref": row["ref"]}
    del shown["holder"], shown["project"]
    return shown


# Change orders and periods.


def _package(order: ChangeOrder) -> dict[str, Any]:
    return {
        "id": order.id,
        "contract_id": order["contract_id"],
        **{name: order[name] for name in ("due_date", "number", "origin_data", "origin_id", "status", "title")},
        "created_at": moment(order, "created_at"),
        "updated_at": moment(order, "updated_at"),
    }


def change_order(order: ChangeOrder) -> dict[str, Any]:
    """https://developers.procore.com/reference/rest/v1/commitment-change-orders"""
    return {
        "id": order.id,
        "contract_id": order["contract_id"],
        **{name: order[name] for name in CHANGE_ORDER},
        "created_at": moment(order, "created_at"),
        "currency_configuration": currency(order.contract.project),
        "grand_total": plain(order.total),
        "type": "CommitmentChangeOrder",
        "updated_at": moment(order, "updated_at"),
    }


def change_order_line(order: ChangeOrder, row: Row) -> dict[str, Any]:
    """Version 2: ids are texts."""
    code = wbs(order.contract.company, row["wbs_code_id"])
    return {
        "id": str(row.id),
        "prime_line_item_id": None,
        "commitment_line_item_id": None,
        "description": row["description"],
        "uom": row["uom"],
        "quantity": row["quantity"],
        "unit_cost": plain(row["unit_cost"]),
        "amount": plain(row["amount"]),
        "extended_type": row["extended_type"],
        "wbs_code_id": str(row["wbs_code_id"]),
        "tax_code_id": None,
        "position": row["position"],
        "wbs_code": {**code, "id": str(code["id"])} if code else None,
    }


def period(row: Row) -> dict[str, Any]:
    """https://developers.procore.com/reference/rest/v1/billing-periods"""
    names = ("due_date", "end_date", "position", "project_id", "start_date", "status")
    times = {"created_at": moment(row, "created_at"), "updated_at": moment(row, "updated_at")}
    return {"id": row.id, **{name: row[name] for name in names}, **times}
