"""Lines of a budget over the API, one by one or many at a time.

https://developers.procore.com/reference/rest/v1/budget-line-items
"""

from __future__ import annotations

from decimal import Decimal

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import budget_shapes, money_columns
from .budget import Budget
from .budget_routes import BudgetRoutes
from .core import MAX_SYNC, Values
from .rules import Invalid, Refusal, check_choice, check_fields, decimal, missing
from .state import Row

LINES = "/rest/v1.1/budget_line_items"
V2_LINE = "/rest/v2.0/companies/<int:company_id>/projects/<int:project_id>/budget_line_items/<int:line_id>"
EXISTS = "This Budget Code already exists"
LOCKED = "The original_budget_amount cannot be updated for a locked budget."
AMOUNTS = ("original_budget_amount", "quantity", "unit_cost")


class BudgetLineRoutes(BudgetRoutes):
    @route("POST", LINES)
    def create_budget_line(self, request: Request) -> Response:
        budget = self.budget_asked(request, self.required(request, "project_id"))
        values = self._checked_budget_line(budget, None, self.wrapped(request, "budget_line_item"))
        return json_response(budget_shapes.line(budget.project, budget.keep_line(values)), 201)

    @route("GET", f"{LINES}/<int:line_id>")
    def show_budget_line(self, request: Request, line_id: int) -> Response:
        budget = self.budget_asked(request, self.required(request, "project_id"))
        return json_response(budget_shapes.line(budget.project, _row(budget, line_id)))

    @route("PATCH", f"{LINES}/<int:line_id>")
    def update_budget_line(self, request: Request, line_id: int) -> Response:
        budget = self.budget_asked(request, self.required(request, "project_id"))
        row = _row(budget, line_id)
        row.change(**self._checked_budget_line(budget, row, self.wrapped(request, "budget_line_item")))
        return json_response(budget_shapes.line(budget.project, row))

    @route("DELETE", V2_LINE)
    def delete_budget_line(self, request: Request, company_id: int, project_id: int, line_id: int) -> Response:
        """The line of a locked budget stays."""
        self.company_asked(request, company_id)
        budget = self.budget_asked(request, project_id)
        row = _row(budget, line_id)
        if budget.locked:
            raise Invalid(422, base="A line of a locked budget cannot be deleted")
        budget.remove_line(row)
        return Response(status=204)

    @route("POST", "/rest/v1.0/budget_line_items/sync")
    def sync_budget_lines(self, request: Request) -> Response:
        """Unlike the other syncs: refused as a whole with a status of its own, and answered by a bare array."""
        budget = self.budget_asked(request, self.required(request, "project_id"))
        checked = self._checked_budget_lines(budget, self.body(request).get("budget_line_items"))
        saved = [_saved(budget, row, values) for row, values in checked]
        return json_response([budget_shapes.line(budget.project, row) for row in saved])

    def _checked_budget_lines(self, budget: Budget, updates: object) -> list[tuple[Row | None, Values]]:
        if not isinstance(updates, list) or not all(isinstance(update, dict) for update in updates):
            raise Invalid(400, budget_line_items="required")
        if len(updates) > MAX_SYNC:
            raise Refusal(self.switches.sync_limit_status, {"errors": [f"At most {MAX_SYNC} lines are allowed"]})
        checked = []
        for update in updates:
            row = _row(budget, update["id"]) if update.get("id") is not None else None
            checked.append((row, self._checked_budget_line(budget, row, update)))
        codes = [values["wbs_code_id"] for _, values in checked]
        if len(set(codes)) < len(codes):
            raise Invalid(422, wbs_code_id=EXISTS)
        return checked

    def _checked_budget_line(self, budget: Budget, row: Row | None, update: Values) -> Values:
        values = check_fields(update, money_columns.BUDGET_LINE_WRITABLE, self.switches.refuses_unknown_fields)
        check_choice(values, "calculation_strategy", ("automatic", "manual"))
        for name in AMOUNTS:
            if values.get(name) is not None:
                values[name] = decimal(values, name)
        if values.get("original_budget_amount", Decimal(0)) is None:
            raise Invalid(422, original_budget_amount="is not a number")
        values["wbs_code_id"] = _code(budget, row, values)
        values = {**values, **_calculated(row, values)}
        changed = values.get("original_budget_amount", row["original_budget_amount"] if row else None)
        if budget.locked and changed != (row["original_budget_amount"] if row else None):
            raise Invalid(422, original_budget_amount=LOCKED)
        return values


def _row(budget: Budget, line_id: object) -> Row:
    found = next((row for row in budget.lines if str(row.id) == str(line_id)), None)
    if found is None:
        raise missing()
    return found


def _saved(budget: Budget, row: Row | None, values: Values) -> Row:
    if row is None:
        return budget.keep_line(values)
    row.change(**values)
    return row


def _code(budget: Budget, row: Row | None, values: Values) -> int:
    """One line for each budget code."""
    wbs = budget.project.company.wbs_codes.get(values.get("wbs_code_id", row["wbs_code_id"] if row else None))
    if wbs is None or wbs["project_id"] != budget.project.id:
        raise Invalid(422, wbs_code_id="is invalid")
    if budget.line(wbs.id) not in (None, row):
        raise Invalid(422, wbs_code_id=EXISTS)
    return wbs.id


def _calculated(row: Row | None, values: Values) -> Values:
    """By the automatic strategy the amount is that of the quantity."""
    strategy, quantity, unit_cost = (
        values.get(name, row[name] if row else None) for name in ("calculation_strategy", "quantity", "unit_cost")
    )
    if strategy != "automatic" or quantity is None or unit_cost is None:
        return {}
    return {"original_budget_amount": quantity * unit_cost}
