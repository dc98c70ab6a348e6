"""The columns of commitments, claims, payments and direct costs, with what a new one holds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .columns import ORIGIN, ORIGIN_WITH_CODE, names

SUBCONTRACT, PURCHASE_ORDER = "WorkOrderContract", "PurchaseOrderContract"
ZERO = Decimal(0)

# https://developers.procore.com/reference/rest/v1/work-order-contracts
STATUSES = {
    SUBCONTRACT: ("Draft", "Out For Bid", "Out For Signature", "Approved", "Complete", "Terminated", "Void"),
    PURCHASE_ORDER: ("Draft", "Processing", "Submitted", "Partially Received", "Received", "Approved", "Closed"),
}
SHARED_CONTRACT_WRITABLE: dict[str, Any] = {
    **ORIGIN_WITH_CODE,
    "accounting_method": "amount",
    "approval_letter_date": None,
    "contract_date": None,
    "description": "",
    "executed": False,
    "execution_date": None,
    "issued_on_date": None,
    "letter_of_intent_date": None,
    "number": None,
    "private": True,
    "retainage_percent": None,
    "returned_date": None,
    "signed_contract_received_date": None,
    "status": "Draft",
    "title": None,
    "vendor_id": None,
}
CONTRACT_WRITABLE: dict[str, dict[str, Any]] = {
    SUBCONTRACT: {
        **SHARED_CONTRACT_WRITABLE,
        "actual_completion_date": None,
        "contract_estimated_completion_date": None,
        "contract_start_date": None,
        "exclusions": "",
        "inclusions": "",
    },
    PURCHASE_ORDER: {
        **SHARED_CONTRACT_WRITABLE,
        "bill_to_address": None,
        "delivery_date": None,
        "payment_terms": None,
        "ship_to_address": None,
        "ship_via": None,
    },
}
CONTRACT: dict[str, dict[str, Any]] = {
    kind: {
        **writable,
        "allow_payments": True,
        "deleted_at": None,
        "more": {},  # what only version 2 knows
        "project_id": None,
        "requisitions_are_enabled": True,
        "show_line_items_to_non_admins": False,
    }
    for kind, writable in CONTRACT_WRITABLE.items()
}

# https://developers.procore.com/reference/rest/commitment-contracts . Either kind takes all of them; no outside key.
CONTRACT_V2_SHOWN = names(
    "accounting_method actual_completion_date allow_change_orders_ssov allow_comments allow_markups "
    "allow_payment_applications allow_payments approval_letter_date assignee_id bill_to_address "
    "billing_schedule_of_values_status change_order_level_of_detail contract_date "
    "contract_estimated_completion_date contract_start_date currency_exchange_rate currency_iso_code delivery_date "
    "description display_materials_retainage display_work_retainage enable_ssov exclusions executed execution_date "
    "inclusions issued_on_date letter_of_intent_date number payment_terms private retainage_percent returned_date "
    "ship_to_address ship_via show_cost_code_on_pdf show_line_items_to_non_admins signature_required "
    "signed_contract_received_date ssr_enabled status title vendor_id"
)
CONTRACT_V2_FILES = names(
    "accessor_ids attachment_ids bill_recipient_ids change_event_attachment_ids drawing_revision_ids file_version_ids "
    "form_ids image_ids upload_ids"
)
CONTRACT_LINE_V2_WRITABLE = dict.fromkeys(
    names("amount description prime_line_item_id quantity tax_code_id unit_cost uom wbs_code_id")
)

# Lines of contracts, change orders and direct costs are one kind of record; `holder` says whose line it is.
LINE_WRITABLE: dict[str, Any] = {
    **ORIGIN,
    "amount": ZERO,
    "cost_code_id": None,
    "description": "",
    "extended_type": "manual",
    "line_item_type_id": None,
    "quantity": ZERO,
    "tax_code_id": None,
    "unit_cost": ZERO,
    "uom": None,
    "wbs_code_id": None,
}
LINE: dict[str, Any] = {**LINE_WRITABLE, "holder_id": None, "holder_type": None, "position": None, "ref": None}
# Version 1.1 writes lines of direct costs with budget codes only, and calls a fixed amount `manual_amount`:
# https://developers.procore.com/reference/rest/v1/direct-costs
COST_LINE_V11_WRITABLE: dict[str, Any] = {
    **ORIGIN,
    **dict.fromkeys(names("description direct_cost_id manual_amount quantity ref unit_cost uom wbs_code_id")),
}
DETAIL: dict[str, Any] = {**ORIGIN, "line_id": None, "description": "", "amount": ZERO, "position": None}

CHANGE_ORDER_STATUSES = names(
    "draft pricing not_pricing pending revised proceeding not_proceeding pending_billable no_charge approved rejected "
    "void"
)
CHANGE_ORDER: dict[str, Any] = {
    **ORIGIN_WITH_CODE,
    "contract_id": None,
    "description": "",
    "due_date": None,
    "executed": False,
    "number": None,
    "project_id": None,
    "reviewed_at": None,
    "status": "draft",
    "title": None,
}
# https://developers.procore.com/reference/rest/v1/budget-line-items
BUDGET_LINE_WRITABLE: dict[str, Any] = {
    "calculation_strategy": "manual",
    "original_budget_amount": ZERO,
    "quantity": None,
    "unit_cost": None,
    "uom": None,
    "wbs_code_id": None,
}
BUDGET_LINE: dict[str, Any] = {**ORIGIN, **BUDGET_LINE_WRITABLE, "project_id": None}
BUDGET_CHANGE_STATUSES = names("draft approved under_review void")
BUDGET_CHANGE: dict[str, Any] = {
    **ORIGIN,  # never shown
    "description": "",
    "number": None,
    "project_id": None,
    "status": "draft",
    "title": "",
}
ADJUSTMENT: dict[str, Any] = {
    **ORIGIN,  # never shown
    "adjustment_number": None,
    "amount": ZERO,
    "comment": "",
    "description": "",
    "type": "budget_change",
    "wbs_code_id": None,
}
MODIFICATION_WRITABLE: dict[str, Any] = {
    **ORIGIN,
    "from_budget_line_item_id": None,
    "notes": None,
    "to_budget_line_item_id": None,
    "transfer_amount": None,
}
MODIFICATION: dict[str, Any] = {**MODIFICATION_WRITABLE, "project_id": None}
WBS_CODE: dict[str, Any] = {
    **ORIGIN,  # never shown: budget codes have no outside key
    "cost_code_id": None,
    "description": None,
    "flat_code": None,
    "line_item_type_id": None,
    "project_id": None,
    "status": "active",
}
PERIOD: dict[str, Any] = {
    **ORIGIN,  # never shown
    "due_date": None,
    "end_date": None,
    "position": None,
    "project_id": None,
    "start_date": None,
    "status": "open",
}

CLAIM_STATUSES = names("draft under_review revise_and_resubmit approved approved_as_noted pending_owner_approval")
# What a client may write, https://developers.procore.com/reference/rest/v1/requisitions-subcontractor-invoices .
CLAIM_WRITABLE: dict[str, Any] = {
    **ORIGIN,
    "billing_date": None,
    "final": False,
    "invoice_number": None,
    "payment_date": None,
    "period_id": None,
    "requisition_end": None,
    "requisition_start": None,
    "status": "draft",
    "submitted_at": None,
}
CLAIM: dict[str, Any] = {
    **CLAIM_WRITABLE,
    "attachments": (),
    "commitment_id": None,
    "due_date": None,
    "into_previous": False,
    "number": None,
    "off_by": ZERO,
    "project_id": None,
    "tax": ZERO,
}
CLAIM_ITEM_STATUSES = names("approved rejected no_action")
CLAIM_ITEM_TYPES = names("contract_item contract_detail_item change_order_item whole_change_order_item")
CLAIM_ITEM_WRITABLE = dict.fromkeys(
    names(
        "comment detail_line_item_id item_type line_item_id materials_presently_stored "
        "materials_presently_stored_from_previous_progress materials_stored_retainage_currently_retained "
        "materials_stored_retainage_percent_this_period new_materials new_materials_quantity status stored_materials "
        "stored_materials_quantity subcontractor_claimed_amount work_completed_retainage_percent_this_period "
        "work_completed_retainage_released_this_period work_completed_retainage_retained_this_period "
        "work_completed_this_period work_completed_this_period_quantity"
    )
)
CLAIM_ITEM: dict[str, Any] = {
    **ORIGIN,
    "claimed": None,
    "comment": None,
    "entry": None,
    "position": None,
    "status": "no_action",
}

# https://developers.procore.com/reference/rest/v1/contract-payments
PAYMENT_METHODS = names("check credit_card electronic")
PAYMENT_WRITABLE: dict[str, Any] = {
    **ORIGIN,
    "amount": None,
    "check_number": None,
    "date": None,
    "draw_request_number": None,
    "invoice_date": None,
    "invoice_number": None,
    "notes": None,
    "payment_method": None,
    "payment_number": None,
    "requisition_id": None,
}
PAYMENT: dict[str, Any] = {
    **PAYMENT_WRITABLE,
    "attachments": (),
    "contract_id": None,
    "origin_code": None,
    "project_id": None,
}

# https://developers.procore.com/reference/rest/v1/direct-costs
DIRECT_COST_TYPES = names("invoice expense payroll")
DIRECT_COST_STATUSES = names("draft pending revise_and_resubmit approved")
DIRECT_COST_WRITABLE: dict[str, Any] = {
    **ORIGIN,
    "description": None,
    "direct_cost_date": None,
    "direct_cost_type": None,
    "employee_id": None,
    "invoice_number": None,
    "payment_date": None,
    "received_date": None,
    "status": "draft",
    "terms": None,
    "vendor_id": None,
}
DIRECT_COST: dict[str, Any] = {**DIRECT_COST_WRITABLE, "project_id": None}
