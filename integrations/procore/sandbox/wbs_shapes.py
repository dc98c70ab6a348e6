"""What a budget code looks like in an answer: https://developers.procore.com/documentation/tutorial-wbs"""

from __future__ import annotations

from typing import Any

from .company import Company
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
    first, second = (_segment(*part) for part in company.segments)
    return [
        {"id": code.id, "code": full_code, "name": code["name"], "segment": first},
        {"id": kind.id, "code": kind["code"], "name": kind["name"], "segment": second},
    ]


def _segment(number: int, name: str, kind: str) -> dict[str, Any]:
    return {"id": number, "name": name, "type": kind, "delimiter": ".", "required": True}
