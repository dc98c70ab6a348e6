"""The PurchaseOrders resource. https://developer.xero.com/documentation/api/accounting/purchaseorders ."""

from __future__ import annotations

from datetime import date

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import route
from . import wire
from .bodies import argument, elements, modified_since
from .books import ONE, Document, total
from .document_routes import DocumentRoutes
from .document_views import Shown, View, show_contact, show_day, show_lines, show_rate, totals
from .kinds import PURCHASE_ORDERS
from .listing import Listing
from .organisation import Organisation
from .query import midnight

FACTS = ("PurchaseOrderID", "PurchaseOrderNumber", "Date", "UpdatedDateUTC")
ORDERS: Listing[Document] = Listing(
    lambda row: {
        "PurchaseOrderID": row.id,
        "PurchaseOrderNumber": row.number,
        "Date": midnight(row.day),
        "UpdatedDateUTC": row.updated_at,
    },
    FACTS,
    "UpdatedDateUTC ASC, PurchaseOrderID ASC",
    filters=False,
)
NOT_IN_LISTS = (
    "FirstName",
    "LastName",
    "EmailAddress",
    "BankAccountDetails",
    "IsSupplier",
    "IsCustomer",
    "SalesTrackingCategories",
    "PurchasesTrackingCategories",
)


def show(order: Document, org: Organisation, view: View, places: int = 4) -> Shown:
    """Unit prices keep four decimals without being asked to."""
    shown: Shown = {"PurchaseOrderID": order.id, "PurchaseOrderNumber": order.number, **show_day("Date", order.day)}
    for name in ("DeliveryDate", "ExpectedArrivalDate"):
        shown |= show_day(name, order.fields.get(name))
    shown |= _texts(order, "DeliveryAddress", "AttentionTo", "Telephone", "DeliveryInstructions")
    shown |= {"HasErrors": False, "IsDiscounted": any(line.discount for line in order.lines)}
    if view.alone:
        shown |= {"TotalDiscount": total(line.quantity * line.unit - line.amount for line in order.lines)}
        shown["SentToContact"] = bool(order.fields.get("SentToContact"))
    if order.reference:
        shown["Reference"] = order.reference
    shown |= {"Type": order.type, **(show_rate(order) or {"CurrencyRate": ONE}), "CurrencyCode": order.currency}
    shown |= {"Contact": _contact(order, org, view), **_texts(order, "BrandingThemeID")}
    shown |= {"Status": order.status, "LineAmountTypes": order.amounts}
    shown |= {"LineItems": show_lines(order, org, view, places), **totals(order)}
    shown["UpdatedDateUTC"] = wire.date_utc(order.updated_at)
    return shown if view is View.WRITTEN else {**shown, "HasAttachments": bool(order.files)}


def _texts(order: Document, *names: str) -> Shown:
    return {name: order.fields[name] for name in names if name in order.fields}


def _contact(order: Document, org: Organisation, view: View) -> Shown:
    """More of it than in lists of bills, without addresses and phones."""
    whole = show_contact(order, org, View.SINGLE, () if view.alone else NOT_IN_LISTS)
    return {**whole, "Addresses": [], "Phones": [], "ContactGroups": []}


class PurchaseOrderRoutes(DocumentRoutes):
    @route("GET", "/api.xro/2.0/PurchaseOrders")
    def get_orders(self, request: Request) -> Response:
        """Always in pages; there is no `where`."""
        org, since = self.org(request), modified_since(request)
        rows = [row for row in org.orders.values() if since is None or row.updated_at >= since]
        if status := argument(request, "Status"):
            rows = [row for row in rows if row.status == status.upper()]
        if first := _day(argument(request, "DateFrom")):
            rows = [row for row in rows if row.day >= first]
        if last := _day(argument(request, "DateTo")):
            rows = [row for row in rows if row.day <= last]
        return self.listed(request, "PurchaseOrders", ORDERS, rows, lambda row: show(row, org, View.LIST), forced=True)

    @route("GET", "/api.xro/2.0/PurchaseOrders/<key>")
    def get_order(self, request: Request, key: str) -> Response:
        """By id or by number."""
        org = self.org(request)
        numbered = (row for row in org.orders.values() if row.number == key)
        found = org.orders.get(key.lower()) or next(numbered, None)
        if found is None:
            return wire.not_found()
        return self.answer(request, "PurchaseOrders", [show(found, org, View.SINGLE)])

    @route("PUT", "/api.xro/2.0/PurchaseOrders")
    def put_orders(self, request: Request) -> Response:
        return self.put_documents(request, PURCHASE_ORDERS, show)

    @route("POST", "/api.xro/2.0/PurchaseOrders")
    def post_orders(self, request: Request) -> Response:
        return self.post_documents(request, PURCHASE_ORDERS, show, lambda org, body: None)

    @route("POST", "/api.xro/2.0/PurchaseOrders/<order_id>")
    def post_order(self, request: Request, order_id: str) -> Response:
        known = self.org(request).orders.get(order_id.lower())
        if known is None:
            return wire.not_found()
        return self.change_document(request, PURCHASE_ORDERS, show, known, elements(request, "PurchaseOrders"))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
