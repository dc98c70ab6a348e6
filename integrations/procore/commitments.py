"""Commitments (subcontracts and purchase orders) with their lines and change orders, and billing periods.

https://developers.procore.com/reference/rest/v1/work-order-contracts
https://developers.procore.com/reference/rest/v1/purchase-order-contracts
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import Annotated

from pydantic import BeforeValidator

from ..base.broken import Sink
from .client import ProcoreClient
from .paging import Listing, PageOf, Pairs
from .parts import PAGE, V1, by_ids, filtered, portions, updated
from .records import ZERO, CostCode, Currency, Day, Flag, Id, LineItemType, Named, Row, Sum, Text, Time, read_one
from .wbs import WbsCodeView

V2_PAGE = 100  # the most that lists of version 2 give


class CommitmentKind(StrEnum):
    """Subcontract or purchase order; the values are those of a claim's `commitment_type`."""

    SUBCONTRACT = "WorkOrderContract"
    PURCHASE_ORDER = "PurchaseOrderContract"

    @property
    def path(self) -> str:
        return f"{V1}/{'work' if self is CommitmentKind.SUBCONTRACT else 'purchase'}_order_contracts"


class CommitmentVendor(Row):
    """`id` is null while no vendor is chosen. It may be an id of the project's own list instead of the company's."""

    id: Id | None = None
    company: Text = ""
    origin_id: Text = ""


class CommitmentLine(Row):
    """A line of the schedule of values. `amount` has no tax; `wbs_code` is absent in older answers."""

    id: Id
    amount: Sum = ZERO
    description: Text = ""
    quantity: Sum = ZERO
    unit_cost: Sum = ZERO
    uom: Text = ""
    position: Id | None = None
    cost_code: CostCode | None = None
    line_item_type: LineItemType | None = None
    wbs_code: WbsCodeView | None = None
    origin_id: Text = ""
    updated_at: Time | None = None


class Commitment(Row):
    """A subcontract or purchase order. `line_items` is filled only when one commitment is read by itself."""

    id: Id
    number: Text = ""
    title: Text = ""
    description: Text = ""
    status: Text = ""
    executed: Flag = False
    accounting_method: Text = ""
    vendor: CommitmentVendor | None = None
    project: Named | None = None
    grand_total: Sum = ZERO
    approved_change_orders: Sum = ZERO
    pending_change_orders: Sum = ZERO
    draft_change_orders_amount: Sum = ZERO
    revised_contract: Sum = ZERO
    retainage_percent: Sum = ZERO
    total_payments: Sum = ZERO
    total_requisitions_amount: Sum = ZERO
    requisitions_are_enabled: Flag = False
    contract_date: Day = None
    delivery_date: Day = None
    payment_terms: Text = ""
    origin_id: Text = ""
    origin_data: Text = ""
    origin_code: Text = ""
    currency_configuration: Currency | None = None
    line_items: tuple[CommitmentLine, ...] = ()
    created_at: Time | None = None
    updated_at: Time | None = None
    deleted_at: Time | None = None

    @property
    def vendor_id(self) -> int | None:
        return self.vendor.id if self.vendor else None

    @property
    def currency(self) -> str:
        """Its ISO code, "" where Procore tells none."""
        return self.currency_configuration.currency_iso_code if self.currency_configuration else ""


class ChangeOrder(Row):
    """A change order of a commitment (`contract_id`). Only approved ones change what the contract is worth."""

    id: Id
    contract_id: Id
    number: Text = ""
    title: Text = ""
    status: Text = ""
    executed: Flag = False
    grand_total: Sum = ZERO
    reviewed_at: Time | None = None
    created_at: Time | None = None
    updated_at: Time | None = None


# Ids of version 2 are texts.
TextId = Annotated[Id, BeforeValidator(lambda value: int(value) if isinstance(value, str) else value)]


class ChangeOrderCode(Row):
    id: TextId
    flat_code: Text = ""
    description: Text = ""


class ChangeOrderLine(Row):
    """A line of a change order. `commitment_line_item_id` names the contract's line that it adds to, if any."""

    id: TextId
    amount: Sum = ZERO
    description: Text = ""
    quantity: Sum = ZERO
    unit_cost: Sum = ZERO
    uom: Text = ""
    position: Id | None = None
    commitment_line_item_id: TextId | None = None
    wbs_code_id: TextId | None = None
    wbs_code: ChangeOrderCode | None = None


class BillingPeriod(Row):
    """The window that claims are made for; `due_date` is when its claims are to be paid. `status`: open, closed."""

    id: Id
    start_date: Day = None
    end_date: Day = None
    due_date: Day = None
    status: Text = ""
    position: Id | None = None


@dataclass(frozen=True)
class KindOfCommitment:
    """A commitment and which of the two lists it came from, as the record itself does not say."""

    kind: CommitmentKind
    commitment: Commitment


# Readers. All of them raise the error tree.


def commitment_pages(
    client: ProcoreClient,
    project_id: int,
    kind: CommitmentKind,
    *,
    status: str = "",
    origin_id: str = "",
    updated_since: datetime | None = None,
    start: int = 1,
    broken: Sink | None = None,
) -> Iterator[PageOf[Commitment]]:
    """The commitments of one kind, without their lines."""
    query = [*_of(project_id), *filtered(status=status, origin_id=origin_id), *updated(updated_since)]
    return _commitments(kind).pages(client, query, start, broken)


def commitments_by_id(
    client: ProcoreClient, project_id: int, kind: CommitmentKind, ids: Sequence[int]
) -> Iterator[PageOf[Commitment]]:
    """Those of the commitments that exist, without their lines."""
    for some in portions(ids):
        yield from _commitments(kind).pages(client, [*_of(project_id), *by_ids(some)])


def project_commitments(client: ProcoreClient, project_id: int) -> list[KindOfCommitment]:
    """All subcontracts and purchase orders of a project, without their lines: one call each, if a page holds them."""
    kinds = ((kind, commitment_pages(client, project_id, kind)) for kind in CommitmentKind)
    return [KindOfCommitment(kind, row) for kind, pages in kinds for row in chain.from_iterable(p.rows for p in pages)]


def commitment(client: ProcoreClient, project_id: int, kind: CommitmentKind, commitment_id: int) -> Commitment:
    """One commitment with its lines. Raises Missing when it does not exist or is not shown to the login."""
    reply = client.get(f"{kind.path}/{commitment_id}", {"project_id": str(project_id)})
    return read_one(Commitment, reply.data, "commitment")


def commitment_lines(
    client: ProcoreClient, project_id: int, kind: CommitmentKind, commitment_id: int
) -> list[CommitmentLine]:
    listing = Listing(CommitmentLine, f"{kind.path}/{commitment_id}/line_items", "commitment lines", PAGE)
    return listing.all(client, _of(project_id))


def change_orders(
    client: ProcoreClient,
    project_id: int,
    *,
    contract_id: int | None = None,
    status: str = "",
    updated_since: datetime | None = None,
) -> list[ChangeOrder]:
    """Change orders of a project's commitments. This list is not paged.

    https://developers.procore.com/reference/rest/v1/commitment-change-orders
    """
    path = f"{V1}/projects/{project_id}/commitment_change_orders"
    query = [*filtered(contract_id=contract_id, status=status), *updated(updated_since)]
    return Listing(ChangeOrder, path, "change orders", PAGE).unpaged(client, query)


def change_order_lines(client: ProcoreClient, project_id: int, change_order_id: int) -> list[ChangeOrderLine]:
    path = f"/rest/v2.0/companies/{client.company_id}/projects/{project_id}"
    path += f"/commitment_change_orders/{change_order_id}/line_items"
    return Listing(ChangeOrderLine, path, "change order lines", V2_PAGE, wrapped=True).all(client)


def billing_periods(client: ProcoreClient, project_id: int) -> list[BillingPeriod]:
    """https://developers.procore.com/reference/rest/v1/billing-periods"""
    return Listing(BillingPeriod, f"{V1}/projects/{project_id}/billing_periods", "billing periods", PAGE).all(client)


def _commitments(kind: CommitmentKind) -> Listing[Commitment]:
    return Listing(Commitment, kind.path, "commitments", PAGE)


def _of(project_id: int) -> Pairs:
    return [("project_id", project_id)]
