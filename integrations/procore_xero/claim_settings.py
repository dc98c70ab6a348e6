"""Settings of what the site has committed and claimed: purchase orders, bills, retention."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, StringConstraints, field_validator

from integrations.procore_kit.claim_reader import ClaimStatus
from integrations.procore_kit.setting_fields import format_of, setting

COST_CODES, COMMITMENTS, CLAIMS, RETENTION = "Cost codes", "Commitments", "Progress claims", "Retention"


class DocumentStatus(StrEnum):
    """How far along a new document is in Xero."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    AUTHORISED = "AUTHORISED"


class NegativeClaims(StrEnum):
    """What becomes of a claim below zero."""

    HOLD = "hold"
    CREDIT_NOTE = "credit note"


class LockedPeriod(StrEnum):
    """What becomes of a claim dated in a period that is closed in Xero."""

    HOLD = "hold"
    FIRST_OPEN_DAY = "first open day"


Format = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)]
OrderNumber = Annotated[Format, AfterValidator(format_of("number", "project"))]
BillNumber = Annotated[Format, AfterValidator(format_of("application", "order", "project"))]
Code = Annotated[str, StringConstraints(strip_whitespace=True, max_length=50)]


class ClaimSettings(BaseModel):
    """What the stages for commitments and progress claims ask of a tenant."""

    cost_account: Code = setting(
        "",
        "Cost account",
        "The account code of work on cost codes that have no account in the value map. Empty: every cost code needs "
        "an account there.",
        COST_CODES,
    )
    cost_tax: Code = setting(
        "",
        "Cost tax type",
        "The tax type of work on cost codes that have none in the value map, such as INPUT. Empty: the account's own.",
        COST_CODES,
    )
    order_status: DocumentStatus = setting(
        DocumentStatus.DRAFT,
        "Order status",
        "The status of new purchase orders in Xero. Orders post nothing to the ledger.",
        COMMITMENTS,
    )
    order_number: OrderNumber = setting(
        "{project}-{number}",
        "Order number",
        "How a purchase order is numbered in Xero, from {project} (the job number) and {number} (the commitment's own "
        "number). Xero takes each number once, and commitments of two projects may have the same.",
        COMMITMENTS,
    )
    claim_statuses: tuple[ClaimStatus, ...] = setting(
        (ClaimStatus.APPROVED, ClaimStatus.APPROVED_AS_NOTED),
        "Claim statuses",
        "Claims in these Procore statuses become bills. A claim approved as noted comes without its rejected lines.",
        CLAIMS,
    )
    bill_status: DocumentStatus = setting(
        DocumentStatus.DRAFT,
        "Bill status",
        "The status of new bills in Xero: a draft, one that awaits approval, or approved and in the ledger at once.",
        CLAIMS,
    )
    bill_number: BillNumber = setting(
        "{order}-{application}",
        "Bill number",
        "The number of a bill whose claim has no invoice number, or one that the vendor has used before: from "
        "{project}, {order} (the commitment's number) and {application}.",
        CLAIMS,
    )
    due_days: int = setting(
        30,
        "Days until due",
        "When a bill is due, in days after the claim's billing date, if neither the billing period nor the contact's "
        "payment terms say.",
        CLAIMS,
        ge=0,
        le=365,
    )
    negative_claims: NegativeClaims = setting(
        NegativeClaims.HOLD,
        "Negative claims",
        "A claim below zero: hold it for a person, or send it as a supplier's credit note. Xero takes no bill below "
        "zero.",
        CLAIMS,
    )
    locked_period: LockedPeriod = setting(
        LockedPeriod.HOLD,
        "Locked period",
        "A claim dated in a period that is locked in Xero: hold it for a person, or date its bill on the first day "
        "that is open. The preview says which.",
        CLAIMS,
    )
    retention_payable_account: Code = setting(
        "",
        "Retention payable account",
        "The code of the liability account that holds what is retained from subcontractors until it is released. "
        "Needed as soon as a claim withholds retention.",
        RETENTION,
    )
    retention_release_account: Code = setting(
        "",
        "Retention release account",
        "The account that releases of retention are taken from. Empty: the retention payable account.",
        RETENTION,
    )
    retention_tax: Code = setting(
        "",
        "Retention tax type",
        "The tax type of retention lines. Empty: that of the work they belong to, so that tax is claimed on what is "
        "billed and the rest with the release. Your accountant decides whether that is right for you.",
        RETENTION,
    )

    @field_validator("claim_statuses")
    @classmethod
    def _some_status(cls, statuses: tuple[ClaimStatus, ...]) -> tuple[ClaimStatus, ...]:
        if not statuses:
            raise ValueError("choose at least one status")
        return statuses
