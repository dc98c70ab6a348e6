"""Purchase orders. https://developer.xero.com/documentation/api/accounting/purchaseorders .

They post nothing to the ledger, and no bill points to one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from ..base.client import ApiClient, Request
from ..base.errors import BadReply, Missing
from .documents import Day, Document
from .drafts import DELETED
from .endpoints import path, write
from .paging import PageOf, Resource
from .records import Id, Text


class PurchaseOrder(Document):
    purchase_order_id: Id
    purchase_order_number: Text = ""
    delivery_date: Day = None


PURCHASE_ORDERS = Resource(PurchaseOrder, "PurchaseOrders", "PurchaseOrderID")


def purchase_order_pages(
    client: ApiClient, since: datetime | None = None, *, first: int = 1, status: str = ""
) -> Iterator[PageOf[PurchaseOrder]]:
    """Orders changed since then, of one status or of all. There is no `where` for them."""
    wanted: dict[str, Any] = {"Status": status} if status else {}
    return PURCHASE_ORDERS.pages(client, since, first=first, **wanted)


def purchase_order(client: ApiClient, order_id: str) -> PurchaseOrder | None:
    return PURCHASE_ORDERS.one(client, order_id)


def purchase_order_numbered(client: ApiClient, number: str) -> PurchaseOrder | None:
    """The order with this number, which is unique. None when there is none."""
    try:
        answer = client.get(f"{path('PurchaseOrders')}/{quote(number, safe='')}")
    except Missing:
        return None
    found = [order for order in PURCHASE_ORDERS.read(answer.data) if order.purchase_order_number == number]
    if len(found) > 1:
        raise BadReply(f"Xero answered {len(found)} purchase orders with one number.")
    return found[0] if found else None


def put_purchase_orders(bodies: Sequence[Mapping[str, Any]]) -> Request:
    """Create; the answer tells each one's fate (`answers.read_results`). The contacts must exist."""
    return write("PUT", path("PurchaseOrders"), {"PurchaseOrders": list(bodies)}, summarizeErrors="false")


def post_purchase_order(order_id: str, body: Mapping[str, Any]) -> Request:
    """Change one order. `LineItems` replaces all lines: give the ids of those that stay."""
    whole = {"PurchaseOrders": [{**body, "PurchaseOrderID": order_id}]}
    return write("POST", path("PurchaseOrders", order_id), whole)


def delete_purchase_order(order_id: str) -> Request:
    return post_purchase_order(order_id, {"Status": DELETED})
