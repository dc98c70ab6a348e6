"""What budgets look like in an answer.

https://developers.procore.com/reference/rest/v1/budget-view-detail-rows
https://developers.procore.com/reference/rest/v1/budget-change
"""

from __future__ import annotations

from typing import Any

from .budget import Budget, BudgetChange
from .claim_item_shapes import money, wbs
from .contract_shapes import currency
from .project import Project
from .shapes import moment
from .state import Row


def view(budget: Budget) -> dict[str, Any]:
    """A recorded answer has these attributes."""
    at = moment(budget.project, "created_at")
    path = f"https://app.procore.com/rest/v1.0/budget_views/{budget.view_id}"
    return {
        "id": budget.view_id,
        "name": "Procore Standard Budget",
        "description": "",
        "created_at": at,
        "created_by": None,
        "updated_at": at,
        "role": "budgeting",
        "links": {name: f"{path}/{name}?project_id={budget.project.id}" for name in ("detail_rows", "summary_rows")},
    }


def detail_row(budget: Budget, row: Row) -> dict[str, Any]:
    project, company = budget.project, budget.project.company
    code_row = company.wbs_codes.get(row["wbs_code_id"])
    code = company.cost_codes.get(code_row["cost_code_id"]) if code_row else None
    kind = company.line_item_types.get(code_row["line_item_type_id"]) if code_row else None
    root = _root(project, code)
    sub_job = company.sub_jobs.get(code["sub_job_id"]) if code else None
    return {
        "id": row.id,
        "deletable": not budget.locked,
        "company_id": company.id,
        "company": company.name,
        "project_id": project.id,
        "project": project["name"],
        "wbs_code_id": row["wbs_code_id"],
        "biller_id": sub_job.id if sub_job else project.id,
        "biller": sub_job["name"] if sub_job else project["name"],
        "biller_type": "SubJob" if sub_job else "Project",
        "root_cost_code_id": root.id if root else None,
        "root_cost_code": _label(project, root),
        "cost_code_id": code.id if code else None,
        "cost_code_origin_id": code["origin_id"] if code else None,
        "cost_code": _label(project, code),
        "category_id": kind.id if kind else None,
        "category": kind["name"] if kind else None,
        "original_budget_amount": money(row["original_budget_amount"]),
        "budget_modifications": money(budget.modified(row)),
        "budget_forecast": None,
        "currency_configuration": currency(project),
        "unbudgeted_reason": None,
    }


def _label(project: Project, code: Row | None) -> str | None:
    company = project.company
    return f"{company.full_code(company.cost_codes, code)} - {code['name']}" if code else None


def _root(project: Project, code: Row | None) -> Row | None:
    while code is not None and code["parent_id"]:
        code = project.company.cost_codes.get(code["parent_id"])
    return code


def columns(budget: Budget) -> list[dict[str, Any]]:
    """By which the details of a view are told apart; a recorded answer has these attributes."""
    sources = ("Direct Costs", "Commitments", "Commitment Change Orders")
    kinds = [("detail_type", "Detail Type", "standard")]
    kinds += [(str(budget.view_id + at), name, "source") for at, name in enumerate(sources, 1)]
    return [
        {
            "id": number,
            "name": name,
            "groupable": kind == "standard",
            "aggregatable": kind == "source",
            "type": kind,
            "filterable": kind == "standard",
            "position": at,
        }
        for at, (number, name, kind) in enumerate(kinds, -1)
    ]


def line(project: Project, row: Row) -> dict[str, Any]:
    """A budget line by itself; its amounts are numbers."""
    return {
        "id": row.id,
        **{name: row[name] for name in ("calculation_strategy", "uom")},
        **{name: None if row[name] is None else float(row[name]) for name in ("quantity", "unit_cost")},
        "original_budget_amount": float(row["original_budget_amount"]),
        "wbs_code": wbs(project.company, row["wbs_code_id"]),
        "currency_configuration": currency(project),
    }


def change_summary(change: BudgetChange) -> dict[str, Any]:
    return {
        "id": change.id,
        **{name: change[name] for name in ("number", "status", "title", "description")},
        "erp_status": "not_in_erp",
        "prime_contract_id": None,
        "amount": float(change.total),
        "change_event_line_item_ids": [],
        "currency_configuration": currency(change.project),
    }


def change(row: BudgetChange) -> dict[str, Any]:
    """One by itself: its lines as an answer to its making shows them, and its times."""
    return {
        "id": row.id,
        **{name: row[name] for name in ("number", "status", "title", "description")},
        "erp_status": "not_in_erp",
        "amount": float(row.total),
        "attachments": [],
        "adjustment_line_items": [adjustment(row.project, line) for line in row.lines],
        "created_change_event": None,
        "production_quantities": [],
        "currency_configuration": currency(row.project),
        "created_at": moment(row, "created_at"),
        "updated_at": moment(row, "updated_at"),
    }


def adjustment(project: Project, row: Row) -> dict[str, Any]:
    names = ("adjustment_number", "comment", "description", "type")
    return {
        "id": row.id,
        "ref": None,
        **{name: row[name] for name in names},
        "wbs_code": wbs(project.company, row["wbs_code_id"]),
        "calculation_strategy": "manual",
        "quantity": None,
        "uom": None,
        "unit_cost": None,
        "amount": float(row["amount"]),
        "change_event_line_item_id": None,
        "change_event_line_item": None,
        "currency_configuration": currency(project),
    }


def adjustment_line(change: BudgetChange, row: Row) -> dict[str, Any]:
    """Version 2: ids are texts. https://developers.procore.com/reference/rest/budget-change-adjustment-line-items"""
    return {
        "id": str(row.id),
        "type": row["type"],
        "adjustment_number": row["adjustment_number"],
        "wbs_code_id": str(row["wbs_code_id"]),
        "amount": float(row["amount"]),
        "uom": None,
        "quantity": None,
        "description": row["description"],
        "budget_change_id": str(change.id),
        "budget_change_number": str(change["number"]),
        "budget_change_name": change["title"],
        "budget_change_status": change["status"],
    }


def modification(row: Row) -> dict[str, Any]:
    names = ("from_budget_line_item_id", "notes", "origin_data", "origin_id", "to_budget_line_item_id")
    return {
        "id": row.id,
        **{name: row[name] for name in names},
        "transfer_amount": money(row["transfer_amount"]),
        "created_at": moment(row, "created_at"),
        "updated_at": moment(row, "updated_at"),
    }
