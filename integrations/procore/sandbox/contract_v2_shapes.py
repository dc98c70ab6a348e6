"""What a commitment looks like in version 2: what can be written is shown, the rest of an answer is not published.

https://developers.procore.com/reference/rest/commitment-contracts
"""

from __future__ import annotations

from typing import Any

from . import money_columns
from .claim_item_shapes import money, wbs
from .contract_shapes import PENDING, currency, plain
from .contracts import Contract
from .g703 import ZERO
from .shapes import moment
from .state import Row


def contract(row: Contract) -> dict[str, Any]:
    known = {name: row[name] if row.has(name) else row["more"].get(name) for name in money_columns.CONTRACT_V2_SHOWN}
    vendor_id = row.shown_vendor_id
    return {
        "id": str(row.id),
        "type": row.kind,
        **known,
        "currency_iso_code": known["currency_iso_code"] or row.project.currency,
        "retainage_percent": plain(row["retainage_percent"]),
        "vendor_id": None if vendor_id is None else str(vendor_id),
        "created_at": moment(row, "created_at"),
        "updated_at": moment(row, "updated_at"),
    }


def summary(row: Contract) -> dict[str, Any]:
    claimed = sum((claim.gross for claim in row.claims if claim["status"].startswith("approved")), ZERO)
    return {
        "approved_change_total": money(row.approved_changes),
        "pending_revised_change_total": money(row.changes(*PENDING)),
        "draft_change_total": money(row.changes("draft")),
        "total_invoices_amount": money(claimed),
        "total_payments_amount": money(row.paid),
        "currency_configuration": currency(row.project),
    }


def line(row: Contract, one: Row) -> dict[str, Any]:
    code = wbs(row.company, one["wbs_code_id"])
    return {
        "id": str(one.id),
        "prime_line_item_id": None,
        "description": one["description"],
        "uom": one["uom"],
        "quantity": float(one["quantity"]),
        "unit_cost": plain(one["unit_cost"]),
        "amount": plain(one["amount"]),
        "extended_type": one["extended_type"],
        "wbs_code_id": str(one["wbs_code_id"]),
        "tax_code_id": None if one["tax_code_id"] is None else str(one["tax_code_id"]),
        "position": one["position"],
        "wbs_code": {**code, "id": str(code["id"])} if code else None,
    }
