"""Direct costs over the API.

https://developers.procore.com/reference/rest/v1/direct-costs
"""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import direct_cost_shapes as shapes
from . import money_columns
from .books import BooksRoutes
from .core import Values
from .direct_cost_lines import LOCKED, DirectCostLineRoutes, keep_cost_line
from .lists import Filter, equals, ids, moments, narrowed, paged
from .project import DirectCost, Project
from .rules import Invalid, check_choice, check_days, check_fields, check_origin
from .state import Row

TOOL = "direct_costs"
COSTS = "/rest/v1.1/projects/<int:project_id>/direct_costs"
COSTS_V10 = "/rest/v1.0/projects/<int:project_id>/direct_costs"
ONE = f"{COSTS}/<int:cost_id>"
MAX_LINES = 100
DAYS = ("direct_cost_date", "payment_date", "received_date")

FILTERS: dict[str, Filter] = {
    "created_at": moments("created_at"),
    "id": ids,
    "invoice_number": equals("invoice_number"),
    "origin_id": equals("origin_id"),
    "payment_date": equals("payment_date"),
    "received_date": equals("received_date"),
    "updated_at": moments("updated_at"),
}


class DirectCostRoutes(DirectCostLineRoutes, BooksRoutes):
    @route("GET", COSTS)
    def list_direct_costs(self, request: Request, project_id: int) -> Response:
        project = self.books_asked(request, project_id, TOOL)
        kept = narrowed(request, project.direct_costs, FILTERS, self.switches.refuses_unknown_filters)
        return paged(request, kept, shapes.listed)

    @route("GET", ONE)
    def show_direct_cost(self, request: Request, project_id: int, cost_id: int) -> Response:
        project = self.books_asked(request, project_id, TOOL)
        return json_response(shapes.whole(self.cost_asked(project, cost_id)))

    @route("POST", COSTS)
    def create_direct_cost(self, request: Request, project_id: int) -> Response:
        """With its lines; refused as a whole when one of them is wrong."""
        project = self.cost_writer(request, project_id)
        update = self.wrapped(request, "direct_cost")
        lines = _lines(update)
        values = self._checked_cost(project, None, update)
        checked = self._checked_lines(project, None, lines)
        cost = project.new_direct_cost(values)
        for _, line in checked:
            cost.add_line(line)
        return json_response(shapes.whole(cost), 201)

    @route("POST", COSTS_V10)
    def create_direct_cost_v10(self, request: Request, project_id: int) -> Response:
        """The older form: called `item`, and without lines."""
        project = self.cost_writer(request, project_id)
        cost = project.new_direct_cost(self._checked_cost(project, None, self.wrapped(request, "item")))
        return json_response(shapes.header(cost), 201)

    @route("PATCH", ONE)
    def update_direct_cost(self, request: Request, project_id: int, cost_id: int) -> Response:
        project = self.cost_writer(request, project_id)
        cost = self.cost_asked(project, cost_id)
        update = self.wrapped(request, "direct_cost")
        lines = _lines(update)
        values = self._checked_cost(project, cost, update)
        if lines:
            self.check_takes_lines(cost)
        checked = self._checked_lines(project, cost, lines)
        cost.change(**values)
        for row, line in checked:
            keep_cost_line(cost, row, line)
        return json_response(shapes.whole(cost))

    @route("DELETE", ONE)
    def delete_direct_cost(self, request: Request, project_id: int, cost_id: int) -> Response:
        project = self.cost_writer(request, project_id)
        cost = self.cost_asked(project, cost_id)
        if cost["origin_id"]:
            raise Invalid(422, base=LOCKED)
        project.remove_direct_cost(cost)
        return json_response({"id": cost.id})

    @route("PATCH", f"{COSTS_V10}/sync")
    def sync_direct_costs(self, request: Request, project_id: int) -> Response:
        """Headers only."""
        project = self.cost_writer(request, project_id)

        def save(row: Row | None, update: Values) -> Row:
            if row is not None and (not isinstance(row, DirectCost) or row.project is not project):
                raise Invalid(404, id="Entity with this ID not found")
            values = self._checked_cost(project, row, update)
            if row is None:
                return project.new_direct_cost(values)
            row.change(**values)
            return row

        return self.sync(request, project.company.direct_costs, save, _shape)

    def _checked_cost(self, project: Project, row: DirectCost | None, update: Values) -> Values:
        values = check_fields(update, money_columns.DIRECT_COST_WRITABLE, self.switches.refuses_unknown_fields)
        self._check_type(row, values)
        check_choice(values, "status", money_columns.DIRECT_COST_STATUSES)
        check_days(values, *DAYS)
        check_origin(project.company.direct_costs, values, row)
        if values.get("vendor_id") is not None:
            values["vendor_id"] = self.vendor_asked(project, values["vendor_id"])
        _check_lock(row, values)
        _check_invoice(row, values)
        return values

    def _check_type(self, row: DirectCost | None, values: Values) -> None:
        """The type belongs to a new cost: https://developers.procore.com/reference/rest/v1/direct-costs"""
        if row is None:
            check_choice(values, "direct_cost_type", money_columns.DIRECT_COST_TYPES, needed=True)
        elif values.pop("direct_cost_type", None) is not None and self.switches.direct_cost_type_in_update == "refused":
            raise Invalid(422, direct_cost_type="cannot be changed")

    def _checked_lines(
        self, project: Project, cost: DirectCost | None, lines: list[Values]
    ) -> list[tuple[Row | None, Values]]:
        """Each line as it may be saved, with the one that it changes. One outside key may not occur twice."""
        checked = [self._checked_v11_line(project, cost, line) for line in lines]
        keys = [values["origin_id"] for _, values in checked if values.get("origin_id")]
        if len(set(keys)) < len(keys):
            raise Invalid(422, origin_id="has already been taken")
        return checked

    def _checked_v11_line(self, project: Project, cost: DirectCost | None, line: Values) -> tuple[Row | None, Values]:
        known = check_fields(line, money_columns.COST_LINE_V11_WRITABLE, self.switches.refuses_unknown_fields)
        row = self.line_of(cost, line.get("id")) if cost else None
        if known.pop("direct_cost_id", None) not in (None, cost.id if cost else None):
            raise Invalid(422, direct_cost_id="is invalid")
        ref = {"ref": known.pop("ref")} if "ref" in known else {}
        values = self.checked_line(project, row, _priced(known, row))
        check_origin(project.company.lines, values, row)
        return row, {**values, **ref}


def _lines(update: Values) -> list[Values]:
    """Takes the lines out of the attributes."""
    lines = update.pop("line_items", [])
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise Invalid(400, line_items="is not a list of objects")
    if len(lines) > MAX_LINES:
        raise Invalid(400, line_items=f"must not have more than {MAX_LINES} items")
    return lines


def _priced(line: Values, row: Row | None) -> Values:
    """A fixed amount, else a calculated one; a line that is there keeps its own when neither is sent."""
    own = {name: value for name, value in line.items() if name != "manual_amount"}
    if line.get("manual_amount") is not None:
        return {**own, "extended_type": "manual", "amount": line["manual_amount"]}
    if row is None or line.keys() & {"manual_amount", "quantity", "unit_cost"}:
        return {**own, "extended_type": "calculated"}
    return own


def _check_lock(row: DirectCost | None, values: Values) -> None:
    """https://developers.procore.com/documentation/tutorial-financial-tools#direct-costs"""
    edited = {name for name, value in values.items() if row is not None and row[name] != value}
    if row is not None and row["origin_id"] and edited - {"origin_id", "origin_data"}:
        raise Invalid(422, base=LOCKED)


def _check_invoice(row: DirectCost | None, values: Values) -> None:
    """Invoices have a vendor and a number."""
    kind, vendor_id, number = (
        values.get(name, row[name] if row else None) for name in ("direct_cost_type", "vendor_id", "invoice_number")
    )
    if kind == "invoice" and vendor_id is None:
        raise Invalid(422, vendor="can't be blank")
    if kind == "invoice" and not number:
        raise Invalid(422, invoice_number="can't be blank")


def _shape(row: Row) -> Values:
    return shapes.header(row) if isinstance(row, DirectCost) else {}
