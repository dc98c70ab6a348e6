"""Settings of what comes back from MRI: payments of draws, and costs that no contract stands for."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, StringConstraints

from integrations.procore_kit.cost_choices import (
    CommitmentVendors,
    CostStatus,
    Day,
    DeletedPayments,
    Label,
    PaymentMethod,
    PaymentTax,
    VoidedCosts,
)
from integrations.procore_kit.setting_fields import setting

PAYMENTS, DIRECT_COSTS = "Payments", "Direct costs"
Several = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]


class CostSettings(BaseModel):
    """What the stages for payments, direct invoices and journal entries ask of a tenant."""

    payment_tax: PaymentTax = setting(
        PaymentTax.NET,
        "Payment tax",
        "Claims in Procore have no tax; a draw in MRI may have some. Net of tax: of each payment the part that pays "
        "the claim, in proportion, and the last payment takes the rounding. Gross: the whole payment.",
        PAYMENTS,
    )
    payment_method: PaymentMethod = setting(
        PaymentMethod.CHECK,
        "Payment method",
        "The method shown on payments in Procore where MRI tells none that Procore knows.",
        PAYMENTS,
    )
    deleted_payments: DeletedPayments = setting(
        DeletedPayments.ASK,
        "Voided payments",
        "When a payment was voided in MRI after it was sent: ask a person, or remove it in Procore too.",
        PAYMENTS,
    )
    commitment_vendors: CommitmentVendors = setting(
        CommitmentVendors.SKIP,
        "Vendors with a commitment",
        "An invoice without a contract, whose vendor has an approved commitment on the project, is probably a claim "
        "that was entered by hand, and would be counted twice: leave it out, send it all the same, or ask a person.",
        DIRECT_COSTS,
    )
    costs_from: Day = setting(
        "",
        "First day",
        "Invoices and journals dated before this day (such as 2026-07-01) are left alone: their cost is in Procore "
        "already, or is not wanted there. Empty: all of them are sent.",
        DIRECT_COSTS,
    )
    default_cost_code: Label = setting(
        "",
        "Default cost code",
        "The Procore cost code of lines whose own is not linked, such as 01-0100. Empty: such lines wait for a person.",
        DIRECT_COSTS,
    )
    cost_type: Label = setting(
        "Other",
        "Default cost type",
        "The Procore cost type, by its code or name, of lines whose category is not linked.",
        DIRECT_COSTS,
    )
    direct_cost_status: CostStatus = setting(
        CostStatus.APPROVED,
        "Direct cost status",
        "The status of new direct costs in Procore. Only approved ones count in the budget.",
        DIRECT_COSTS,
    )
    voided_costs: VoidedCosts = setting(
        VoidedCosts.ASK,
        "Voided documents",
        "When an invoice or journal was voided in MRI after it was sent, or no longer has a line on the job: ask a "
        "person, or remove the direct cost in Procore.",
        DIRECT_COSTS,
    )
    pending_statuses: Several = setting(
        "",
        "Statuses of unposted documents",
        "The statuses that invoices and journals have in MRI before they count, such as H, HOLD. Empty: all count.",
        DIRECT_COSTS,
    )
    void_statuses: Several = setting(
        "V, VOID, VOIDED",
        "Statuses of voided documents",
        "The statuses that invoices and journals have in MRI once they no longer count.",
        DIRECT_COSTS,
    )
    journals: bool = setting(
        True,
        "Journal entries",
        "Send journal entries whose lines are on jobs, as expenses.",
        DIRECT_COSTS,
    )
