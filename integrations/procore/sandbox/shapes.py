"""What a row looks like in an answer, by view. Keys and types are those of the published schema and of real answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import columns
from .company import Company
from .state import Row

# https://developers.procore.com/reference/rest/v1/projects
PROJECT_SHOW = columns.names(
    "accounting_project_number active actual_start_date address city code completion_date country_code county "
    "delivery_method description designated_market_area erp_integrated estimated_value fax is_demo latitude longitude "
    "name origin_code origin_data origin_id owners_project_id parent_job_id phone photo_id project_bid_type_id "
    "project_number project_owner_type_id project_region_id projected_finish_date sector square_feet start_date "
    "state_code store_number time_zone total_value work_scope zip"
)
PROJECT_NORMAL = columns.names(
    "accounting_project_number active address city completion_date country_code county designated_market_area "
    "estimated_value is_demo latitude longitude name origin_code origin_data origin_id owners_project_id "
    "parent_job_id phone photo_id project_bid_type_id project_number project_owner_type_id project_region_id "
    "start_date state_code store_number time_zone total_value zip"
)
PROJECT_EXTENDED = columns.names(
    "actual_start_date description estimated_completion_date estimated_start_date flag projected_finish_date "
    "public_notes square_feet standard_cost_code_list_id warranty_end_date warranty_start_date"
)
PROJECT_SYNC = columns.names(
    "active actual_start_date address city country_code description estimated_completion_date estimated_start_date "
    "flag latitude longitude name origin_data origin_id phone project_number projected_finish_date public_notes "
    "square_feet state_code zip"
)

# https://developers.procore.com/reference/rest/v1/company-vendors
VENDOR_NORMAL = columns.names(
    "abbreviated_name address authorized_bidder business_phone business_register city company_vendor country_code "
    "email_address fax_number is_active is_connected labor_union license_number mobile_phone name "
    "non_union_prevailing_wage notes origin_code origin_data origin_id prequalified state_code synced_to_erp "
    "trade_name union_member website zip"
)


def moment(row: Row, attribute: str) -> str:
    text: str = getattr(row, attribute).strftime("%Y-%m-%dT%H:%M:%SZ")
    return text


def _stamped(row: Row, names: Sequence[str]) -> dict[str, Any]:
    times = {"created_at": moment(row, "created_at"), "updated_at": moment(row, "updated_at")}
    return {"id": row.id, **{name: row[name] for name in names}, **times}


def _in_order(shown: dict[str, Any]) -> dict[str, Any]:
    """The id comes first, then everything by name, as in real answers."""
    return {"id": shown["id"], **dict(sorted(shown.items()))}


def _named(row: Row | None) -> dict[str, Any] | None:
    return {"id": row.id, "name": row["name"]} if row else None


def company(row: Company) -> dict[str, Any]:
    return {
        "id": row.id,
        "is_active": row.is_active,
        "logo_url": "",
        "my_company": True,
        "name": row.name,
        "pcn_business_experience": None,
    }


def stage(row: Row) -> dict[str, Any]:
    return {"id": row.id, **{name: row[name] for name in columns.STAGE if name not in columns.ORIGIN}}


def display_name(row: Row) -> str:
    return f"{row['project_number']} - {row['name']}" if row["project_number"] else str(row["name"])


def project_row(owner: Company, row: Row, view: str) -> dict[str, Any]:
    """A row of the project list."""
    if view == "ids":
        return {"id": row.id}
    common = {"display_name": display_name(row), "project_stage": _named(owner.stages.get(row["project_stage_id"]))}
    if view == "compact":
        return {"id": row.id, "name": row["name"], "project_number": row["project_number"], **common}
    normal = {
        **_stamped(row, PROJECT_NORMAL),
        **common,
        "company": {"id": owner.id, "name": owner.name},
        "custom_fields": {},
        "project_template": None,
    }
    return _in_order(normal if view != "extended" else {**normal, **_project_extras(row)})


def _project_extras(row: Row) -> dict[str, Any]:
    groups = ("office", "program", "project_bid_type", "project_owner_type", "project_region", "project_type")
    return {
        **{name: row[name] for name in PROJECT_EXTENDED},
        **dict.fromkeys(groups),
        "departments": [],
        "dictionary_type": None,
        "inbound_email": None,
        "logo_url": None,
        "persistent_message": None,
        "tz_name": None,
    }


def project(owner: Company, row: Row, creator: dict[str, Any]) -> dict[str, Any]:
    """One project as `show` and `update` answer it."""
    shown = {
        **_stamped(row, PROJECT_SHOW),
        "company": {"id": owner.id, "name": owner.name},
        "created_by": creator,
        "custom_fields": {},
        "display_name": display_name(row),
        "project_stage": _named(owner.stages.get(row["project_stage_id"])),
        "project_type": None,
    }
    return _in_order(shown)


def synced_project(owner: Company, row: Row) -> dict[str, Any]:
    return {
        **_stamped(row, PROJECT_SYNC),
        "departments": [],
        "display_name": display_name(row),
        "logo_url": None,
        "project_stage": _named(owner.stages.get(row["project_stage_id"])),
    }


def company_project(owner: Company, row: Row, creator: dict[str, Any]) -> dict[str, Any]:
    """The company's own list names the stage instead of giving its id."""
    stage_row = owner.stages.get(row["project_stage_id"])
    place = {name: row[name] for name in ("city", "state_code", "zip", "country_code")}
    return {
        "id": row.id,
        "name": row["name"],
        "address": {"street": row["address"], **place},
        "stage_name": stage_row["name"] if stage_row else None,
        "status_name": "Active" if row["active"] else "Inactive",
        "type_name": None,
        "open_items": [],
        "created_by": {"id": creator["id"], "email": creator["login"]},
    }


def vendor(owner: Company, row: Row, view: str = "normal") -> dict[str, Any]:
    if view == "compact":
        return {"id": row.id, "name": row["name"], "is_active": row["is_active"], "origin_id": row["origin_id"]}
    shown = {**project_vendor(owner, row), "contact_count": row["contact_count"]}
    del shown["project_ids"]
    return _in_order({**shown, **_vendor_extras(owner, row)} if view == "extended" else shown)


def project_vendor(owner: Company, row: Row) -> dict[str, Any]:
    """A vendor as a project's list shows it."""
    shown = {
        **_stamped(row, VENDOR_NORMAL),
        "attachments": [],
        "business_id": None,
        "company": row["name"],
        "logo": None,
        "primary_contact": None,
        "project_ids": _project_ids(owner, row),
        "vendor_group": None,
    }
    return _in_order(shown)


def _vendor_extras(owner: Company, row: Row) -> dict[str, Any]:
    flags = row["bidding"] or {}
    return {
        "bidding": {name: bool(flags.get(name)) for name in columns.BIDDING},
        "bidding_distribution": [],
        "children_count": sum(1 for other in owner.vendors if other["parent_id"] == row.id),
        "connected_to_company_id": None,
        "legal_name": row["name"],
        "parent": _named(owner.vendors.get(row["parent_id"])),
        "project_ids": _project_ids(owner, row),
        "standard_cost_codes": [],
        "trades": [],
    }


def _project_ids(owner: Company, row: Row) -> list[int]:
    return [project_row.id for project_row in owner.projects if row.id in project_row["vendor_ids"]]


def cost_code_list(row: Row) -> dict[str, Any]:
    return {"id": row.id, **{name: row[name] for name in columns.COST_CODE_LIST if name not in columns.ORIGIN}}


def standard_cost_code(owner: Company, row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "standard_cost_code_list_id": row["list_id"],
        "parent_id": row["parent_id"],
        "code": row["code"],
        "full_code": owner.full_code(owner.standard_cost_codes, row),
        "name": row["name"],
        "origin_data": row["origin_data"],
        "origin_id": row["origin_id"],
    }


def cost_code(owner: Company, row: Row) -> dict[str, Any]:
    project_row = owner.projects.get(row["project_id"])
    standard = owner.standard_cost_codes.get(row["standard_cost_code_id"])
    full_code = owner.full_code(owner.cost_codes, row)
    types = (owner.line_item_types.get(type_id) for type_id in row["line_item_type_ids"])
    sub_job = owner.sub_jobs.get(row["sub_job_id"])
    biller = sub_job or project_row
    return {
        "id": row.id,
        "name": row["name"],
        "full_code": full_code,
        "origin_id": row["origin_id"],
        "origin_data": row["origin_data"],
        "standard_cost_code_id": row["standard_cost_code_id"],
        "biller": biller["name"] if biller else None,
        "biller_id": biller.id if biller else None,
        "biller_type": "SubJob" if sub_job else "Project",
        "biller_origin_id": biller["origin_id"] if biller else None,
        "budgeted": False,
        "code": row["code"],
        "parent": {"id": row["parent_id"]},
        "sortable_code": full_code,
        "created_at": moment(row, "created_at"),
        "deleted_at": row["deleted_at"],
        "line_item_types": [line_item_type(known) for known in types if known],
        "position": row["position"],
        "updated_at": moment(row, "updated_at"),
        "standard_cost_code_list_id": standard["list_id"] if standard else None,
    }


def line_item_type(row: Row) -> dict[str, Any]:
    return {"id": row.id, **{name: row[name] for name in columns.LINE_ITEM_TYPE}}


def sub_job(row: Row) -> dict[str, Any]:
    return _stamped(row, tuple(columns.SUB_JOB_WRITABLE))


def tax_code(row: Row) -> dict[str, Any]:
    return {"id": row.id, **{name: row[name] for name in columns.TAX_CODE}}
