"""What a budget code looks like in an answer: https://developers.procore.com/documentation/tutorial-wbs"""

from __future__ import annotations

from typing import Any

from .company import DELIMITER, WBS_DELIMITER, Company
from .project import Project
from .shapes import moment
from .state import Row


def wbs_code(company: Company, row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "flat_code": row["flat_code"],
        "flat_name": row["description"],
        "description": row["description"],
        "status": row["status"],
        "created_at": moment(row, "created_at"),
        "updated_at": moment(row, "updated_at"),
        "segment_items": _segment_items(company, row),
    }


def _segment_items(company: Company, row: Row) -> list[dict[str, Any]]:
    code, kind = company.cost_codes.get(row["cost_code_id"]), company.line_item_types.get(row["line_item_type_id"])
    if code is None or kind is None:
        return []
    full_code = company.full_code(company.cost_codes, code)
    first, second = (_brief(*part) for part in company.segments)
    return [
        {"id": code.id, "code": full_code, "name": code["name"], "segment": first},
        {"id": kind.id, "code": kind["code"], "name": kind["name"], "segment": second},
    ]


def _brief(number: int, name: str, kind: str) -> dict[str, Any]:
    return {"id": number, "name": name, "type": kind, "delimiter": WBS_DELIMITER, "required": True}


Segment = tuple[int, str, str]  # id, name, type


def segment(company: Company, one: Segment) -> dict[str, Any]:
    """Cost codes are in tiers and a project may have its own; cost types are the company's."""
    number, name, kind = one
    tiered = kind == "cost_code"
    rows = company.standard_cost_codes if tiered else company.line_item_types
    return {
        "id": number,
        "name": name,
        "type": kind,
        "position": company.segments.index(one) + 1,
        "delimiter": WBS_DELIMITER,
        "required": True,
        "segment_items_count": len(rows),
        "project_can_modify_origin_project": tiered,
        "project_can_delete_origin_company": tiered,
        "structure": "tiered" if tiered else "flat",
        "wbs_pattern_id": company.pattern_id,
    }


def project_segment(project: Project, one: Segment) -> dict[str, Any]:
    count = len(items_of(project, one))
    own = {"selectable_tiers": False, "is_included_in_project_pattern": True}
    return {**segment(project.company, one), "segment_items_count": count, **own}


def pattern(project: Project) -> dict[str, Any]:
    company = project.company
    segments = [project_segment(project, one) for one in company.segments]
    return {"id": company.pattern_id, "segments": segments, "is_project_level_ordered": False}


def items_of(project: Project, one: Segment) -> list[Row]:
    if one[2] == "cost_code":
        return project.company.cost_codes.where(lambda row: row["project_id"] == project.id)
    return list(project.company.line_item_types)


def segment_item(project: Project, one: Segment, row: Row) -> dict[str, Any]:
    """A recorded answer has these attributes."""
    company = project.company
    path = _path(company, row)
    codes = [str(step["code"]) for step in path]
    return {
        "id": row.id,
        "code": row["code"],
        "name": row["name"],
        "parent_id": path[-2].id if len(path) > 1 else None,
        "path_code": DELIMITER.join(codes),
        "path_ids": [step.id for step in path],
        "path_codes": codes,
        "path_names": [step["name"] for step in path],
        "in_use": any(row.id in (wbs["cost_code_id"], wbs["line_item_type_id"]) for wbs in company.wbs_codes),
        "is_parent": row.has("parent_id") and not company.takes_costs(row),
        "segment": segment(company, one),
        "status": "active",
        "created_at": moment(row, "created_at"),
        "updated_at": moment(row, "updated_at"),
    }


def _path(company: Company, row: Row) -> list[Row]:
    """From the top down to the row; a cost type stands alone."""
    parent = company.cost_codes.get(row["parent_id"]) if row.has("parent_id") else None
    return [*_path(company, parent), row] if parent else [row]
