"""How the tenants of the demonstration are set up: three ways to run the same stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import projects


@dataclass(frozen=True)
class Setup:
    """`values` are rows of the value map, `stages` are switched on that are off when a tenant is made, `asks` are those
    that wait for a person's word once the demonstration is served."""

    settings: Mapping[str, Any]
    values: Sequence[Mapping[str, str]] = ()
    stages: Sequence[str] = field(default=())
    asks: Sequence[str] = field(default=())


# Accounts of a fresh Xero organisation.
COST_OF_GOODS, SUBCONTRACTORS, REPAIRS, RETENTIONS = "310", "320", "473", "835"

# Drafts that accounts approves; what is unusual waits for a person.
AUSTRALIA = Setup(
    {
        "project_stage": projects.SEND,
        "bulk_tracking_options": True,
        "cost_account": SUBCONTRACTORS,
        "retention_payable_account": RETENTIONS,
    },
    [
        {"key": "03-310", "account": COST_OF_GOODS, "tax_type": "INPUT"},
        {"key": "08-440", "account": COST_OF_GOODS},
        {"key": "08-810", "account": COST_OF_GOODS},
        {"key": "03-310", "project": "2404", "account": REPAIRS},
    ],
    ["commitments"],
)

# Bills are approved at once, a claim below zero is a credit note. Every cost code must be in the value map, and nobody
# has set an account for retention yet.
NEW_ZEALAND = Setup(
    {
        "project_stage": projects.SEND_NZ,
        "bulk_tracking_options": True,
        "bill_status": "AUTHORISED",
        "negative_claims": "credit note",
    },
    [
        {"key": "05-120", "account": SUBCONTRACTORS, "tax_type": "INPUT2"},
        {"key": "07-410", "account": SUBCONTRACTORS, "tax_type": "INPUT2"},
        {"key": "01-540", "account": COST_OF_GOODS},
    ],
)

# Bills await approval, a locked period moves their date, payments count with tax, purchases and credits come too.
KAURI_RIDGE = Setup(
    {
        "project_stage": projects.SEND,
        "bulk_tracking_options": True,
        "cost_account": SUBCONTRACTORS,
        "retention_payable_account": RETENTIONS,
        "bill_status": "SUBMITTED",
        "order_status": "AUTHORISED",
        "locked_period": "first open day",
        "payment_tax": "gross",
        "commitment_vendors": "ask",
        "default_cost_code": "01-560",
        "spend_money": True,
        "supplier_credits": True,
    },
    stages=["commitments"],
)
