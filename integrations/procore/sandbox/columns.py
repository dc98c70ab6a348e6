"""The columns of each type of record, with what a new one holds."""

from __future__ import annotations

from typing import Any


def names(text: str) -> tuple[str, ...]:
    """Several names written in one text."""
    return tuple(text.split())


ORIGIN: dict[str, Any] = {"origin_id": None, "origin_data": None}
ORIGIN_WITH_CODE: dict[str, Any] = {**ORIGIN, "origin_code": None}

PLACE: dict[str, Any] = {"address": None, "city": None, "state_code": None, "country_code": None, "zip": None}

STAGE: dict[str, Any] = {
    **ORIGIN,  # never shown: stages have no outside key, but every table keeps one
    "name": None,
    "category": None,
    "is_bidding_stage": False,
    "is_concept_stage": False,
    "readonly": False,
    "default_stage": False,
    "hideable": True,
    "has_rfi_prefixes": False,
    "project_stage_has_children": False,
}

# What a client may write to a project, https://developers.procore.com/reference/rest/v1/projects .
PROJECT_WRITABLE: dict[str, Any] = {
    **PLACE,
    **ORIGIN_WITH_CODE,
    "accounting_project_number": None,
    "active": True,
    "completion_date": None,
    "county": None,
    "delivery_method": None,
    "description": None,
    "designated_market_area": None,
    "enable_copy_of_standard_cost_codes": False,
    "erp_integrated": False,
    "estimated_completion_date": None,
    "estimated_start_date": None,
    "estimated_value": None,
    "fax": None,
    "flag": None,
    "name": None,
    "parent_job_id": None,
    "phone": None,
    "project_bid_type_id": None,
    "project_number": None,
    "project_owner_type_id": None,
    "project_region_id": None,
    "project_stage_id": None,
    "public_notes": None,
    "sector": None,
    "square_feet": None,
    "standard_cost_code_list_id": None,
    "start_date": None,
    "store_number": None,
    "time_zone": None,
    "total_value": None,
    "warranty_end_date": None,
    "warranty_start_date": None,
    "work_scope": None,
}
PROJECT: dict[str, Any] = {
    **PROJECT_WRITABLE,
    "actual_start_date": None,
    "code": "",
    "is_demo": False,
    "latitude": None,
    "longitude": None,
    "owners_project_id": None,
    "photo_id": None,
    "projected_finish_date": None,
    "synced": False,
    "tools_off": frozenset(),
    "vendor_ids": frozenset(),
}

# What a client may write to a vendor, https://developers.procore.com/reference/rest/v1/company-vendors .
VENDOR_WRITABLE: dict[str, Any] = {
    **PLACE,
    **ORIGIN_WITH_CODE,
    "abbreviated_name": "",
    "authorized_bidder": True,
    "bidding": None,
    "bidding_distribution_ids": (),
    "business_phone": "",
    "email_address": "",
    "fax_number": "",
    "is_active": True,
    "labor_union": "",
    "license_number": "",
    "mobile_phone": None,
    "name": None,
    "non_union_prevailing_wage": False,
    "notes": "",
    "parent_id": None,
    "prequalified": False,
    "primary_contact_id": None,
    "standard_cost_code_ids": (),
    "trade_ids": (),
    "trade_name": "",
    "union_member": False,
    "vendor_group_id": None,
    "website": "",
}
VENDOR: dict[str, Any] = {
    **VENDOR_WRITABLE,
    "business_register": None,
    "company_vendor": False,
    "contact_count": 0,
    "is_connected": False,
    "synced_to_erp": False,
}
BIDDING = (
    "affirmative_action",
    "african_american_business",
    "asian_american_business",
    "certified_business_enterprise",
    "disadvantaged_business",
    "eight_a_business",
    "hispanic_business",
    "historically_underutilized_business",
    "minority_business_enterprise",
    "native_american_business",
    "sdvo_business",
    "small_business",
    "womens_business",
)

COST_CODE_LIST: dict[str, Any] = {
    **ORIGIN,
    "name": None,
    "is_erp_list": False,
    "available_to_use_on_new_projects": True,
}
STANDARD_COST_CODE_WRITABLE: dict[str, Any] = {**ORIGIN, "name": None, "code": None, "parent_id": None}
STANDARD_COST_CODE: dict[str, Any] = {**STANDARD_COST_CODE_WRITABLE, "list_id": None}
COST_CODE_WRITABLE: dict[str, Any] = {
    **STANDARD_COST_CODE_WRITABLE,
    "position": None,
    "standard_cost_code_id": None,
}
# A code is written as csv_import_code: https://developers.procore.com/reference/rest/v1/line-item-types-cost-types
LINE_ITEM_TYPE_WRITABLE: dict[str, Any] = {**ORIGIN, "name": None, "csv_import_code": None, "base_type": "other"}
COST_CODE: dict[str, Any] = {
    **COST_CODE_WRITABLE,
    "project_id": None,
    "deleted_at": None,
    "line_item_type_ids": (),
    "sub_job_id": None,
}
SUB_JOB_WRITABLE: dict[str, Any] = {**ORIGIN, "name": None, "code": None}
SUB_JOB: dict[str, Any] = {**SUB_JOB_WRITABLE, "project_id": None}
# https://developers.procore.com/reference/rest/v1/tax-codes
TAX_CODE: dict[str, Any] = {
    **ORIGIN,
    "archived": False,
    "code": None,
    "default_tax_code": False,
    "description": None,
    "rate1": None,
}
LINE_ITEM_TYPE: dict[str, Any] = {**ORIGIN, "name": None, "code": None, "base_type": None}

HOOK: dict[str, Any] = {
    **ORIGIN,  # never shown
    "authorization": "",
    "destination_url": None,
    "namespace": None,
    "project_id": None,
    "status": "active",
    "user_id": None,
    "version": None,
}
TRIGGER: dict[str, Any] = {**ORIGIN, "event_type": None, "hook_id": None, "resource_name": None}
