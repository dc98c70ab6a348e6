"""What a claim looks like in an answer: the header, the G702 and the G703.

https://developers.procore.com/reference/rest/v1/requisitions-subcontractor-invoices
"""

from __future__ import annotations

from datetime import date
from typing import Any

from .claim_item_shapes import currency, item, money
from .claims import Claim
from .columns import names
from .file_shapes import attachment
from .g703 import ZERO, Certificate, percent
from .shapes import moment
from .switches import Switches

# What creating a claim answers in version 1.0, beside its certificate and attachments:
# https://developers.procore.com/documentation/tutorial-requisitions
CREATED_V10 = names(
    "id billing_date commitment_id invoice_number origin_data origin_id percent_complete period_id status "
    "requisition_start requisition_end number"
)


def header(claim: Claim) -> dict[str, Any]:
    """What both versions of the list show of a claim."""
    contract = claim.contract
    vendor = contract.vendor
    return {
        "id": claim.id,
        "project_id": contract.project.id,
        "commitment_id": contract.id,
        "commitment_type": contract.kind,
        "contract_name": contract["title"],
        "vendor_name": vendor["name"] if vendor else None,
        "number": claim["number"],
        **{
            name: claim[name]
            for name in (
                "billing_date",
                "final",
                "invoice_number",
                "origin_data",
                "origin_id",
                "payment_date",
                "period_id",
                "requisition_end",
                "requisition_start",
                "status",
                "submitted_at",
            )
        },
        "erp_status": None,
        "electronic_signature_id": None,
        "deletable": contract.claims[-1] is claim and not claim["origin_id"],
        "total_claimed_amount": money(claim.gross),
        "custom_fields": {},
        "currency_configuration": currency(contract.project),
        "attachments": [_attachment(claim, *file) for file in claim["attachments"]],
        "created_at": moment(claim, "created_at"),
        "updated_at": moment(claim, "updated_at"),
    }


def _attachment(claim: Claim, number: int, name: str) -> dict[str, Any]:
    return {**attachment(claim.contract.company, number, name), "content_type": "application/pdf"}


def v10(claim: Claim, switches: Switches) -> dict[str, Any]:
    """Version 1.0 has the certificate but no lines, and adds a percent sign."""
    summed = summary(claim, switches)
    del summed["new_materials"], summed["stored_materials"]
    return {
        **header(claim),
        "currency_configuration": {"currency_iso_code": claim.contract.project.currency},
        "percent_complete": f"{percent_complete(claim)}%",
        "summary": summed,
    }


def v11(claim: Claim, switches: Switches, view: str) -> dict[str, Any]:
    shown = {
        **header(claim),
        "percent_complete": percent_complete(claim),
        "previous_requisition_id": claim.previous.id if claim.previous else None,
        "vendor_id": claim.contract.shown_vendor_id,
        "invoice_type": None,
        "move_materials_to_previous_work_completed": claim["into_previous"],
    }
    if view in ("extended", "items"):
        shown["items"] = [item(row, switches) for row in claim.items]
    if view == "extended":
        shown["summary"] = summary(claim, switches)
        shown["summary_text"] = summary_text(claim)
        shown["item_packages"] = packages(claim)
    return shown


def percent_complete(claim: Claim) -> str:
    return str(percent(claim.certificate.total, claim.certificate.contract_sum))


def g702(certificate: Certificate) -> dict[str, Any]:
    """The certificate as version 1.0 answers it."""
    return {
        "balance_to_finish_including_retainage": money(certificate.contract_sum - certificate.earned),
        "completed_work_retainage_percent": money(percent(certificate.work_held, certificate.work)),
        "completed_work_retainage_amount": money(certificate.work_held),
        "contract_sum_to_date": money(certificate.contract_sum),
        "current_payment_due": money(certificate.due),
        "less_previous_certificates_for_payment": money(certificate.previous),
        "net_change_by_change_orders": money(certificate.changes),
        "original_contract_sum": money(certificate.original),
        "stored_materials_retainage_amount": money(certificate.stored_held),
        "stored_materials_retainage_percent": money(percent(certificate.stored_held, certificate.stored)),
        "total_completed_and_stored_to_date": money(certificate.total),
        "total_earned_less_retainage": money(certificate.earned),
        "total_retainage": money(certificate.held),
    }


def summary(claim: Claim, switches: Switches) -> dict[str, Any]:
    certificate, tax = claim.certificate, claim["tax"]
    new = sum((row.entry.stored for row in claim.items if not row.is_detail), ZERO)
    shown = {
        **g702(certificate),
        **_change_totals(claim),
        "formatted_period": _period(claim),
        "tax_applicable_to_this_payment": money(tax),
        "new_materials": money(new),
        "stored_materials": money(certificate.stored - new),
    }
    if switches.payment_due_includes_tax:
        shown["current_payment_due"] = money(certificate.due + tax)
    return shown


def _change_totals(claim: Claim) -> dict[str, str]:
    totals = [order.total for order in claim.change_orders]
    return {
        "positive_change_order_item_total": money(sum((total for total in totals if total > 0), ZERO)),
        "negative_change_order_item_total": money(sum((total for total in totals if total < 0), ZERO)),
    }


def _period(claim: Claim) -> str:
    days = (claim["requisition_start"], claim["requisition_end"])
    return " - ".join(date.fromisoformat(day).strftime("%m/%d/%y") for day in days if day)


def summary_text(claim: Claim) -> dict[str, Any]:
    project, vendor = claim.contract.project, claim.contract.vendor
    return {
        "project_name": project["name"],
        "project_number": project["project_number"],
        "to_general_contractor": project.company.name,
        "requisition_period_start": claim["requisition_start"],
        "requisition_period_end": claim["requisition_end"],
        "subcontractor_name": vendor["name"] if vendor else None,
        "application_number": claim["invoice_number"],  # not the claim's number
        "contract_for": claim.contract["title"],
        "contract_date": claim.contract["contract_date"],
    }


def packages(claim: Claim) -> list[dict[str, Any]]:
    return [
        {
            "id": order.id,
            "contract_id": claim.contract.id,
            "change_order_id": order.id,
            "number": order["number"],
            "title": order["title"],
            "status": order["status"],
            "position": position,
        }
        for position, order in enumerate(claim.change_orders, 1)
    ]
