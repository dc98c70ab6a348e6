"""What a tenant may choose of payments and costs that come back from the ledger, whatever the ledger."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, StringConstraints


class PaymentTax(StrEnum):
    """How much of a payment counts in Procore."""

    NET = "net of tax"
    GROSS = "gross"


class DeletedPayments(StrEnum):
    """What becomes of a payment in Procore whose payment in the ledger was deleted."""

    ASK = "ask"
    REMOVE = "remove"


class PaymentMethod(StrEnum):
    """The methods that Procore knows: https://developers.procore.com/reference/rest/v1/payments"""

    ELECTRONIC = "electronic"
    CHECK = "check"
    CREDIT_CARD = "credit_card"


class CommitmentVendors(StrEnum):
    """What becomes of a bill on a project where its vendor has an approved commitment."""

    SKIP = "skip"
    SEND = "send"
    ASK = "ask"


class VoidedCosts(StrEnum):
    """What becomes of a direct cost whose document in the ledger was voided or no longer touches the project."""

    ASK = "ask"
    REMOVE = "remove"


class CostStatus(StrEnum):
    """How far along a new direct cost is in Procore."""

    DRAFT = "draft"
    PENDING = "pending"
    APPROVED = "approved"


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise ValueError("write the day as 2026-07-01") from error


Day = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_day)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
