"""Direct costs: what a project costs outside of its commitments.

https://developers.procore.com/reference/rest/v1/direct-costs . Two writes to one project at the same time answer 409
(`Conflict`): one writer for each project. A cost with an origin_id is locked, but takes lines by their own sync.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from ..base.client import Request
from .client import ProcoreClient
from .paging import Listing, PageOf
from .parts import PAGE, V1, V11, by_ids, filtered, portions, sync, updated
from .records import ZERO, Amount, CostCode, Currency, Day, Id, LineItemType, Named, Row, Sum, Text, Time, read_one
from .wbs import WbsCodeView

MAX_LINES = 100  # in one POST; a sync of lines takes up to MAX_SYNC


class Holder(Row):
    id: Id
    holder_type: Text = ""


class DirectCostLine(Row):
    """A line of a direct cost. `amount` has no tax; `holder` names the cost in the list of all lines of a project."""

    id: Id
    amount: Amount
    total_amount: Sum = ZERO
    description: Text = ""
    extended_type: Text = ""
    quantity: Sum = ZERO
    unit_cost: Sum = ZERO
    uom: Text = ""
    position: Id | None = None
    holder: Holder | None = None
    cost_code: CostCode | None = None
    line_item_type: LineItemType | None = None
    wbs_code: WbsCodeView | None = None
    origin_id: Text = ""
    updated_at: Time | None = None


class DirectCost(Row):
    """`direct_cost_type`: invoice, expense, payroll. `grand_total` is the sum of its lines. `line_items` is filled only
    when one cost is read by itself."""

    id: Id
    direct_cost_type: Text = ""
    status: Text = ""
    vendor_id: Id | None = None
    vendor_name: Text = ""
    project: Named | None = None
    invoice_number: Text = ""
    direct_cost_date: Day = None
    received_date: Day = None
    payment_date: Day = None
    description: Text = ""
    terms: Text = ""
    grand_total: Sum = ZERO
    origin_id: Text = ""
    origin_data: Text = ""
    currency_configuration: Currency | None = None
    line_items: tuple[DirectCostLine, ...] = ()
    created_at: Time | None = None
    updated_at: Time | None = None
    deleted_at: Time | None = None

    @property
    def currency(self) -> str:
        """Its ISO code, "" where Procore tells none."""
        return self.currency_configuration.currency_iso_code if self.currency_configuration else ""


# Readers. All of them raise the error tree.


def direct_cost_pages(
    client: ProcoreClient,
    project_id: int,
    *,
    origin_id: str = "",
    invoice_number: str = "",
    updated_since: datetime | None = None,
    start: int = 1,
) -> Iterator[PageOf[DirectCost]]:
    """The direct costs of a project, without their lines."""
    query = [*filtered(origin_id=origin_id, invoice_number=invoice_number), *updated(updated_since)]
    return _costs(project_id).pages(client, query, start)


def direct_cost_currency(client: ProcoreClient, project_id: int) -> str:
    """A project's currency, as the first of its direct costs tells it; "" while it has none. One call."""
    first = next(Listing(DirectCost, _path(V11, project_id), "direct costs", 1).pages(client, broken=[]))
    return next((row.currency for row in first.rows), "")


def direct_costs_by_id(client: ProcoreClient, project_id: int, ids: Sequence[int]) -> Iterator[PageOf[DirectCost]]:
    """Those of the costs that exist, without their lines."""
    for some in portions(ids):
        yield from _costs(project_id).pages(client, by_ids(some))


def direct_cost(client: ProcoreClient, project_id: int, direct_cost_id: int) -> DirectCost:
    """One cost with its lines. Raises Missing."""
    return read_one(DirectCost, client.get(f"{_path(V11, project_id)}/{direct_cost_id}").data, "direct cost")


def direct_cost_line_pages(
    client: ProcoreClient, project_id: int, *, direct_cost_id: int | None = None, start: int = 1
) -> Iterator[PageOf[DirectCostLine]]:
    """The lines of all direct costs of a project, or of one of them."""
    listing = Listing(DirectCostLine, f"{_path(V1, project_id)}/line_items", "direct cost lines", PAGE)
    return listing.pages(client, filtered(direct_cost_id=direct_cost_id), start)


def _costs(project_id: int) -> Listing[DirectCost]:
    return Listing(DirectCost, _path(V11, project_id), "direct costs", PAGE)


def _path(version: str, project_id: int) -> str:
    return f"{version}/projects/{project_id}/direct_costs"


# Builders. Answer of the syncs: `answers.read_sync`.


def sync_direct_costs(project_id: int, updates: Sequence[Mapping[str, Any]]) -> Request:
    """Create and change headers, at most MAX_SYNC. `direct_cost_type` belongs to new ones only: see `for_update`."""
    return sync(f"{_path(V1, project_id)}/sync", {}, updates)


def for_update(header: Mapping[str, Any]) -> dict[str, Any]:
    """A header as an update may state it: the type of a cost that exists cannot be sent again."""
    return {name: value for name, value in header.items() if name != "direct_cost_type"}


def sync_direct_cost_lines(project_id: int, updates: Sequence[Mapping[str, Any]]) -> Request:
    """Create and change lines of any costs of the project, at most MAX_SYNC.

    A new line needs `direct_cost_id`, and `wbs_code_id` or `cost_code_id` with `line_item_type_id`. Its money is
    `amount` with `extended_type` "manual".
    """
    return sync(f"{_path(V1, project_id)}/line_items/sync", {}, updates)


def delete_direct_cost(project_id: int, direct_cost_id: int) -> Request:
    """Refused while the cost has an origin_id (`unlock_direct_cost`)."""
    return Request("DELETE", f"{_path(V11, project_id)}/{direct_cost_id}")


def delete_direct_cost_line(project_id: int, direct_cost_id: int, line_id: int) -> Request:
    return Request("DELETE", f"{_path(V1, project_id)}/{direct_cost_id}/line_items/{line_id}")


def unlock_direct_cost(project_id: int, direct_cost_id: int) -> Request:
    """Take the outside key away: only then can the cost be deleted by a person or by us.

    https://developers.procore.com/documentation/tutorial-financial-tools#direct-costs
    """
    return sync_direct_costs(project_id, [{"id": direct_cost_id, "origin_id": None}])


def direct_cost_fields(
    *,
    origin_id: str,
    kind: str,
    day: date,
    vendor_id: int | None = None,
    invoice_number: str = "",
    description: str = "",
    status: str = "approved",
    received: date | None = None,
    paid: date | None = None,
    origin_data: str = "",
) -> dict[str, Any]:
    """The header of a new direct cost. `kind`: "invoice" (needs vendor and number), "expense" or "payroll"."""
    fields = {
        "origin_id": origin_id,
        "direct_cost_type": kind,
        "direct_cost_date": day.isoformat(),
        "vendor_id": vendor_id,
        "invoice_number": invoice_number,
        "description": description,
        "status": status,
        "received_date": received.isoformat() if received else None,
        "payment_date": paid.isoformat() if paid else None,
        "origin_data": origin_data,
    }
    return {name: value for name, value in fields.items() if value not in (None, "")}
