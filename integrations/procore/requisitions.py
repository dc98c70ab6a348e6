"""Progress claims (requisitions, “subcontractor invoices”): header, certificate (G702) and lines (G703).

https://developers.procore.com/reference/rest/v1/requisitions-subcontractor-invoices . Amounts have no tax.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from ..base.broken import Sink
from ..base.client import Request
from .client import ProcoreClient
from .commitments import CommitmentKind
from .paging import Listing, PageOf, Pairs
from .parts import V11, body, by_ids, filtered, portions, updated
from .records import ZERO, Amount, Currency, Day, Flag, Id, Row, Sum, Text, Time, read_one
from .wbs import WbsCodeView

CLAIMS_PER_PAGE = 100  # each comes with all its lines; the list's default is 30 and its maximum is not published

STATUSES = ("draft", "under_review", "revise_and_resubmit", "approved", "approved_as_noted", "pending_owner_approval")


class Certificate(Row):
    """The G702: what a claim comes to. `current_payment_due` is what the claim asks to be paid now, net of retention.

    current_payment_due = total_earned_less_retainage - less_previous_certificates_for_payment. Whether it includes
    `tax_applicable_to_this_payment`, when that is not 0, is not documented.
    """

    current_payment_due: Amount
    original_contract_sum: Sum = ZERO
    net_change_by_change_orders: Sum = ZERO
    contract_sum_to_date: Sum = ZERO
    total_completed_and_stored_to_date: Sum = ZERO
    completed_work_retainage_amount: Sum = ZERO
    completed_work_retainage_percent: Sum = ZERO
    stored_materials_retainage_amount: Sum = ZERO
    stored_materials_retainage_percent: Sum = ZERO
    total_retainage: Sum = ZERO
    total_earned_less_retainage: Sum = ZERO
    less_previous_certificates_for_payment: Sum = ZERO
    tax_applicable_to_this_payment: Sum = ZERO
    balance_to_finish_including_retainage: Sum = ZERO
    new_materials: Sum = ZERO
    stored_materials: Sum = ZERO
    formatted_period: Text = ""


class ClaimLine(Row):
    """One line of the G703.

    `item_type`: contract_item, contract_detail_item (repeats a part of a contract_item's money), change_order_item,
    whole_change_order_item. `status`: approved, rejected, no_action. Rejecting a line does not change its amounts:
    https://support.procore.com/products/online/user-guide/project-level/invoicing/tutorials/review-a-subcontractor-invoice-as-an-invoice-administrator
    `previous_progress_id` is the id of the same line in the claim before.
    """

    id: Id
    item_type: Text = ""
    accounting_method: Text = ""
    line_item_id: Id | None = None
    cost_code_id: Id | None = None
    wbs_code: WbsCodeView | None = None
    description_of_work: Text = ""
    line_number: Text = ""
    position: Id | None = None
    status: Text = ""
    comment: Text = ""
    uom: Text = ""
    previous_progress_id: Id | None = None
    scheduled_value: Sum = ZERO
    subcontractor_claimed_amount: Sum = ZERO
    work_completed_from_previous_application: Sum = ZERO
    work_completed_this_period: Sum = ZERO
    materials_presently_stored: Sum = ZERO
    materials_presently_stored_from_previous_progress: Sum = ZERO
    materials_moved: Sum = ZERO
    materials_retainage_retained_moved: Sum = ZERO
    total_completed_and_stored_to_date: Sum = ZERO
    total_completed_and_stored_to_date_from_previous: Sum = ZERO
    total_completed_and_stored_to_date_percent: Sum = ZERO
    work_completed_retainage_from_previous_application: Sum = ZERO
    work_completed_retainage_retained_this_period: Sum = ZERO
    work_completed_retainage_released_this_period: Sum = ZERO
    work_completed_retainage_percent_this_period: Sum = ZERO
    materials_stored_retainage_currently_retained: Sum = ZERO
    materials_stored_retainage_new_materials: Sum = ZERO
    materials_stored_retainage_released_this_period: Sum = ZERO
    materials_stored_retainage_percent_this_period: Sum = ZERO


class ClaimAttachment(Row):
    id: Id
    url: Text = ""
    filename: Text = ""
    content_type: Text = ""


class ClaimCurrency(Currency):
    base_currency_iso_code: Text = ""


class Requisition(Row):
    """A progress claim. `number` counts the claims of a commitment from 1; `invoice_number` is the subcontractor's own
    text, which may be blank or repeat. `total_claimed_amount` is gross: 0 when only retention is released.

    `summary` and `items` come with view=extended; the summary is None without it.
    """

    id: Id
    project_id: Id | None = None
    commitment_id: Id
    commitment_type: Text = ""
    contract_name: Text = ""
    vendor_id: Id | None = None
    vendor_name: Text = ""
    number: Id
    invoice_number: Text = ""
    status: Text
    erp_status: Text = ""
    final: Flag = False
    billing_date: Day = None
    requisition_start: Day = None
    requisition_end: Day = None
    submitted_at: Day = None
    payment_date: Day = None
    period_id: Id | None = None
    previous_requisition_id: Id | None = None
    move_materials_to_previous_work_completed: Flag = False
    percent_complete: Text = ""
    total_claimed_amount: Sum = ZERO
    currency_configuration: ClaimCurrency | None = None
    summary: Certificate | None = None
    items: tuple[ClaimLine, ...] = ()
    attachments: tuple[ClaimAttachment, ...] = ()
    origin_id: Text = ""
    origin_data: Text = ""
    created_at: Time | None = None
    updated_at: Time | None = None

    @property
    def currency(self) -> str:
        """Its ISO code, "" where Procore tells none."""
        return self.currency_configuration.currency_iso_code if self.currency_configuration else ""

    @property
    def kind(self) -> CommitmentKind:
        """Of its commitment."""
        return (
            CommitmentKind.PURCHASE_ORDER
            if self.commitment_type == CommitmentKind.PURCHASE_ORDER
            else CommitmentKind.SUBCONTRACT
        )


_CLAIMS = Listing(Requisition, f"{V11}/requisitions", "progress claims", CLAIMS_PER_PAGE)

# Readers. All of them raise the error tree.


def claim_currency(client: ProcoreClient, project_id: int) -> str:
    """A project's currency, as the first of its claims tells it; "" while it has none. One call."""
    listing = Listing(Requisition, f"{V11}/requisitions", "progress claims", 1)
    first = next(listing.pages(client, [("project_id", project_id)], broken=[]))
    return next((row.currency for row in first.rows), "")


def requisition_pages(
    client: ProcoreClient,
    project_id: int,
    *,
    status: str = "",
    commitment_id: int | None = None,
    period_id: int | None = None,
    origin_id: str = "",
    updated_since: datetime | None = None,
    start: int = 1,
    broken: Sink | None = None,
) -> Iterator[PageOf[Requisition]]:
    """The claims of a project with certificate and lines. Only one status can be asked for; none means all of them,
    which also shows a claim whose approval was taken back."""
    narrowed = filtered(status=status, commitment_id=commitment_id, period_id=period_id, origin_id=origin_id)
    return _CLAIMS.pages(client, [*_extended(project_id), *narrowed, *updated(updated_since)], start, broken)


def requisitions_by_id(
    client: ProcoreClient, project_id: int, ids: Sequence[int], broken: Sink | None = None
) -> Iterator[PageOf[Requisition]]:
    """Those of the claims that exist in this project, with certificate and lines."""
    for some in portions(ids):
        yield from _CLAIMS.pages(client, [*_extended(project_id), *by_ids(some)], broken=broken)


def requisition(client: ProcoreClient, project_id: int, requisition_id: int) -> Requisition:
    """One claim with certificate and lines. Raises Missing when it does not exist or is not shown to the login."""
    path = f"{V11}/requisitions/{requisition_id}"
    reply = client.get(path, {"project_id": str(project_id), "view": "extended"})
    return read_one(Requisition, reply.data, "progress claim")


def _extended(project_id: int) -> Pairs:
    return [("project_id", project_id), ("view", "extended")]


# Builders.


def set_payment_date(project_id: int, commitment_id: int, requisition_id: int, day: date | None) -> Request:
    """Note when a claim was paid, or that it is not. Refused once the claim has an origin_id."""
    return _update(project_id, commitment_id, requisition_id, {"payment_date": day})


def stamp_requisition(
    project_id: int, commitment_id: int, requisition_id: int, origin_id: str | None, origin_data: str | None = None
) -> Request:
    """Give a claim its outside key, which locks everything else of it; None takes the key away and unlocks.

    https://developers.procore.com/documentation/tutorial-financial-tools#subcontractor-invoices
    """
    return _update(project_id, commitment_id, requisition_id, {"origin_id": origin_id, "origin_data": origin_data})


def _update(project_id: int, commitment_id: int, requisition_id: int, values: Mapping[str, Any]) -> Request:
    scope = {"project_id": project_id, "commitment_id": commitment_id}
    return Request("PATCH", f"{V11}/requisitions/{requisition_id}", body=body({**scope, "requisition": values}))
