"""Settings of what goes to MRI: budgets, commitments, change orders, draws."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, StringConstraints, field_validator

from integrations.procore_kit.claim_reader import ClaimStatus
from integrations.procore_kit.setting_fields import format_of, setting

CODING, BUDGETS, COMMITMENTS, DRAWS = "Cost lines", "Budgets", "Commitments", "Draws"


class CostTypes(StrEnum):
    """Where the category of a line in MRI comes from."""

    PROCORE = "from Procore"
    DEFAULT = "the code's own"


class SubJobs(StrEnum):
    """What becomes of a line on a sub job, which MRI does not have."""

    HOLD = "hold"
    JOB = "send to the job"


class RevisionSource(StrEnum):
    """What of Procore's budget becomes revisions."""

    CHANGES = "budget changes"
    MODIFICATIONS = "budget modifications"


class PurchaseOrders(StrEnum):
    """What purchase orders of Procore become."""

    PURCHASE_ORDERS = "purchase orders"
    CONTRACTS = "contracts"
    LEAVE_OUT = "leave out"


class Sending(StrEnum):
    """Whether a kind of document that MRI may not take is sent all the same."""

    HOLD = "hold"
    SEND = "send"


class Zero(StrEnum):
    """Whether a document that comes to nothing is sent."""

    LEAVE_OUT = "leave out"
    SEND = "send"


class Retention(StrEnum):
    """Who says what a draw withholds."""

    PROCORE = "Procore's figures"
    MRI = "MRI's own"


class Tax(StrEnum):
    """What becomes of the tax that a claim shows."""

    SEND = "send"
    LEAVE_OUT = "leave out"


class Period(StrEnum):
    """The accounting period of a draw."""

    BILLING_DATE = "of the billing date"
    OPEN = "the entity's open one"
    NONE = "leave to MRI"


class DrawOrder(StrEnum):
    """Whether a draw waits for the application before it."""

    IN_ORDER = "in order"
    ANY = "any"


Format = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)]
InvoiceNumber = Annotated[Format, AfterValidator(format_of("application", "order"))]
OrderNumber = Annotated[Format, AfterValidator(format_of("number"))]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=30)]


class DocumentSettings(BaseModel):
    """What the stages that write to MRI ask of a tenant."""

    cost_types: CostTypes = setting(
        CostTypes.PROCORE,
        "Category of lines",
        "From Procore: the cost type of each line, which must be linked to a category of MRI. The code's own: lines go "
        "without one, and MRI takes the default category of their cost code.",
        CODING,
    )
    sub_jobs: SubJobs = setting(
        SubJobs.HOLD,
        "Lines on sub jobs",
        "MRI has no sub jobs. Hold a document with such a line for a person, or send the line to the job itself under "
        "its cost code, with a note.",
        CODING,
    )
    budget_type: Short = setting(
        "ORIGINAL",
        "Budget type",
        "The budget type that MRI knows the original budget and its revisions by.",
        BUDGETS,
    )
    revisions_from: RevisionSource = setting(
        RevisionSource.CHANGES,
        "Budget revisions from",
        "Budget changes: each approved one becomes a revision under its own number. Budget modifications: the older "
        "way of moving amounts, for companies that have not switched budget changes on.",
        BUDGETS,
    )
    purchase_orders: PurchaseOrders = setting(
        PurchaseOrders.CONTRACTS,
        "Purchase orders become",
        "Contracts: they can have change orders and draws in MRI. Purchase orders: MRI takes no draws on them. Or "
        "leave them out.",
        COMMITMENTS,
    )
    contract_number: OrderNumber = setting(
        "{number}",
        "Number of a subcontract",
        "How a subcontract is numbered in MRI, from {number}, its own number. MRI has each number once in a job.",
        COMMITMENTS,
    )
    purchase_order_number: OrderNumber = setting(
        "{number}",
        "Number of a purchase order",
        "How a purchase order is numbered in MRI, from {number}. Procore numbers it apart from subcontracts: where the "
        "same numbers occur, a format such as PO-{number} tells them apart.",
        COMMITMENTS,
    )
    purchase_order_changes: Sending = setting(
        Sending.HOLD,
        "Change orders on purchase orders",
        "Of purchase orders that are purchase orders in MRI too. It is not known that MRI takes them: hold them for a "
        "person, or send them as change orders.",
        COMMITMENTS,
    )
    zero_change_orders: Zero = setting(
        Zero.LEAVE_OUT,
        "Change orders without value",
        "Leave out a change order that comes to nothing, or send it. MRI may refuse it.",
        COMMITMENTS,
    )
    claim_statuses: tuple[ClaimStatus, ...] = setting(
        (ClaimStatus.APPROVED, ClaimStatus.APPROVED_AS_NOTED),
        "Claim statuses",
        "Claims in these Procore statuses become draws. A claim approved as noted comes without its rejected lines.",
        DRAWS,
    )
    draw_invoice_number: InvoiceNumber = setting(
        "{order}-{application}",
        "Invoice number",
        "The invoice number of a draw whose claim has none: from {order} (the commitment's number) and {application}.",
        DRAWS,
    )
    draw_order: DrawOrder = setting(
        DrawOrder.IN_ORDER,
        "Order of draws",
        "In order: a draw waits until the application before it is in MRI. Any: it does not.",
        DRAWS,
    )
    draw_retention: Retention = setting(
        Retention.PROCORE,
        "Retention of draws",
        "Procore's figures: what each line withholds and releases goes with the draw, to the cent. MRI's own: draws go "
        "gross and MRI withholds by the contract's percentage; a claim that releases retention waits for a person.",
        DRAWS,
    )
    draw_tax: Tax = setting(
        Tax.SEND,
        "Tax of draws",
        "Send the tax that the claim shows with the draw, or leave it out with a note. Most claims show none.",
        DRAWS,
    )
    zero_draws: Zero = setting(
        Zero.LEAVE_OUT,
        "Claims without value",
        "A claim by which nothing is due, such as one that only moves stored materials into the work: leave it out, "
        "or send a draw of 0.00. MRI may refuse it.",
        DRAWS,
    )
    negative_draws: Sending = setting(
        Sending.HOLD,
        "Negative claims",
        "A claim below zero: hold it for a person, or send it as a negative draw. MRI may refuse it.",
        DRAWS,
    )
    draw_period: Period = setting(
        Period.BILLING_DATE,
        "Accounting period",
        "The period of a draw: the month of the claim's billing date, the open period of the job's entity, or none, so "
        "that MRI decides.",
        DRAWS,
    )

    @field_validator("claim_statuses")
    @classmethod
    def _some_status(cls, statuses: tuple[ClaimStatus, ...]) -> tuple[ClaimStatus, ...]:
        if not statuses:
            raise ValueError("choose at least one status")
        return statuses
