"""What a payment looks like in an answer: without its method and the date of the invoice.

https://developers.procore.com/reference/rest/v1/contract-payments
"""

from __future__ import annotations

from typing import Any

from .claim_item_shapes import money
from .columns import names
from .company import Company
from .file_shapes import attachment
from .shapes import moment
from .state import Row

OWN = names(
    "check_number contract_id date draw_request_number invoice_number notes origin_code origin_data origin_id "
    "payment_number project_id requisition_id"
)
ISSUED = names("check_number date draw_request_number invoice_number notes origin_data origin_id payment_number")


def payment(company: Company, row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "amount": money(row["amount"]),
        **{name: row[name] for name in OWN},
        "attachments": _attachments(company, row),
        "created_at": moment(row, "created_at"),
        "updated_at": moment(row, "updated_at"),
        "date_payment_initiated": None,
        "date_payment_settled": None,
        "external_payment_id": None,
        "status": None,
    }


def payment_issued(company: Company, row: Row) -> dict[str, Any]:
    """Within its commitment."""
    own = {"id": row.id, "amount": money(row["amount"]), **{name: row[name] for name in ISSUED}}
    return {**own, "created_at": moment(row, "created_at"), "attachments": _attachments(company, row)}


def _attachments(company: Company, row: Row) -> list[dict[str, Any]]:
    return [attachment(company, number, name) for number, name in row["attachments"]]
