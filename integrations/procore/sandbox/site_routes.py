"""What surrounds commitments and claims in a project: change orders and billing periods.

https://developers.procore.com/reference/rest/v1/commitment-change-orders
https://developers.procore.com/reference/rest/v1/billing-periods
"""

from __future__ import annotations

from datetime import date

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import contract_shapes
from .books import BooksRoutes
from .contracts import ChangeOrder
from .lists import Filter, equals, flag, ids, moments, narrowed, paged
from .project import Project
from .rules import check_choice, check_days, missing

TOOL = "commitments"
V2_SIZE, V2_LARGEST = 10, 100  # of lists of version 2: https://developers.procore.com/documentation/pagination
PERIOD = "/rest/v1.0/projects/<int:project_id>/billing_periods"
CHANGE_ORDERS = "/rest/v1.0/projects/<int:project_id>/commitment_change_orders"
CHANGE_ORDER_LINES = (
    "/rest/v2.0/companies/<int:company_id>/projects/<int:project_id>/commitment_change_orders/<int:order_id>/line_items"
)

CHANGE_ORDER_FILTERS: dict[str, Filter] = {
    "contract_id": equals("contract_id"),
    "executed": flag("executed"),
    "id": ids,
    "status": equals("status"),
    "updated_at": moments("updated_at"),
}
PERIOD_FILTERS: dict[str, Filter] = {
    "created_at": moments("created_at"),
    "id": ids,
    "status": equals("status"),
    "updated_at": moments("updated_at"),
}


class SiteRoutes(BooksRoutes):
    @route("GET", CHANGE_ORDERS)
    def list_change_orders(self, request: Request, project_id: int) -> Response:
        """Not paged."""
        project = self.books_asked(request, project_id, TOOL)
        orders = [order for contract in project.commitments for order in contract.change_orders]
        kept = narrowed(request, orders, CHANGE_ORDER_FILTERS, self.switches.refuses_unknown_filters)
        return json_response([contract_shapes.change_order(row) for row in kept])

    @route("GET", f"{CHANGE_ORDERS}/<int:order_id>")
    def show_change_order(self, request: Request, project_id: int, order_id: int) -> Response:
        order = _order(self.books_asked(request, project_id, TOOL), order_id)
        return json_response({**contract_shapes.change_order(order), "attachments": []})

    @route("GET", CHANGE_ORDER_LINES)
    def list_change_order_lines(self, request: Request, company_id: int, project_id: int, order_id: int) -> Response:
        self.company_asked(request, company_id)
        order = _order(self.books_asked(request, project_id, TOOL), order_id)
        return paged(
            request,
            order.lines,
            lambda row: contract_shapes.change_order_line(order, row),
            V2_SIZE,
            V2_LARGEST,
            wrapped=True,
        )

    @route("GET", PERIOD)
    def list_billing_periods(self, request: Request, project_id: int) -> Response:
        project = self.books_asked(request, project_id, TOOL)
        kept = narrowed(request, project.billing_periods, PERIOD_FILTERS, self.switches.refuses_unknown_filters)
        return paged(request, kept, contract_shapes.period)

    @route("POST", PERIOD)
    def create_billing_period(self, request: Request, project_id: int) -> Response:
        project = self.books_asked(request, project_id, TOOL)
        values = self.wrapped(request, "billing_period")
        names = ("start_date", "end_date", "due_date")
        needed = {name: values.get(name) or "" for name in names}
        check_days(needed, *names)
        check_choice(values, "status", ("open", "closed"), needed=True)
        start, end, due = (date.fromisoformat(needed[name]) for name in names)
        return json_response(contract_shapes.period(project.add_billing_period(start, end, due, values["status"])), 201)


def _order(project: Project, order_id: int) -> ChangeOrder:
    order = project.company.change_orders.get(order_id)
    if not isinstance(order, ChangeOrder) or order.contract.project is not project:
        raise missing()
    return order
