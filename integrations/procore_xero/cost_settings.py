"""Settings of what comes back from the ledger: payments of claims, and costs that no claim stands for."""

from __future__ import annotations

from pydantic import BaseModel

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


class CostSettings(BaseModel):
    """What the stages for payments, direct invoices and journal entries ask of a tenant."""

    payment_tax: PaymentTax = setting(
        PaymentTax.NET,
        "Payment tax",
        "Claims in Procore have no tax, payments in Xero pay the tax too. Net of tax: of each payment the part that "
        "pays the claim, in proportion, and the last payment takes the rounding. Gross: the whole payment.",
        PAYMENTS,
    )
    payment_method: PaymentMethod = setting(
        PaymentMethod.ELECTRONIC,
        "Payment method",
        "The method shown on payments in Procore. Xero does not tell how a payment was made.",
        PAYMENTS,
    )
    deleted_payments: DeletedPayments = setting(
        DeletedPayments.ASK,
        "Deleted payments",
        "When a payment or credit was deleted in Xero after it was sent: ask a person, or remove it in Procore too.",
        PAYMENTS,
    )
    commitment_vendors: CommitmentVendors = setting(
        CommitmentVendors.SKIP,
        "Vendors with a commitment",
        "A bill whose vendor has an approved commitment on the project is probably a claim entered by hand, and would "
        "be counted twice: leave it out, send it all the same, or ask a person.",
        DIRECT_COSTS,
    )
    costs_from: Day = setting(
        "",
        "First day",
        "Bills, purchases, credit notes and journals dated before this day (such as 2026-07-01) are left alone: their "
        "cost is in Procore already, or is not wanted there. Empty: all of them are sent.",
        DIRECT_COSTS,
    )
    default_cost_code: Label = setting(
        "",
        "Default cost code",
        "The Procore cost code of lines that name none, such as 01-010. Empty: such lines wait for a person.",
        DIRECT_COSTS,
    )
    cost_type: Label = setting(
        "Other",
        "Cost type",
        "The Procore cost type of direct costs, by its code or name.",
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
        "When a bill or journal was voided in Xero after it was sent, or no longer has a line on the project: ask a "
        "person, or remove the direct cost in Procore.",
        DIRECT_COSTS,
    )
    spend_money: bool = setting(
        False,
        "Spend money",
        "Also send purchases that were paid without a bill (spend money transactions). They become expenses.",
        DIRECT_COSTS,
    )
    supplier_credits: bool = setting(
        False,
        "Supplier credit notes",
        "Also send credit notes of suppliers, as direct costs below zero.",
        DIRECT_COSTS,
    )
    journals: bool = setting(
        True,
        "Journal entries",
        "Send posted manual journals whose lines are tracked to projects, as expenses.",
        DIRECT_COSTS,
    )
