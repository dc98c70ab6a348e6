"""Budgets over the API: the lock, lines through a view, budget changes, and the older budget modifications.

https://developers.procore.com/reference/rest/v1/budget-line-items
https://developers.procore.com/reference/rest/v1/budget-modifications
"""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import budget_shapes, money_columns
from .books import BooksRoutes
from .budget import Budget, BudgetChange
from .lists import paged
from .project import Project
from .rules import Invalid, Refusal, check_fields, decimal, missing
from .site_routes import V2_LARGEST, V2_SIZE

TOOL = "budget"
PROJECT = "/rest/v1.0/projects/<int:project_id>"
ADJUSTMENTS = "/rest/v2.0/companies/<int:company_id>/projects/<int:project_id>/budget_changes/adjustment_line_items"


class BudgetRoutes(BooksRoutes):
    @route("GET", f"{PROJECT}/budget")
    def show_budget(self, request: Request, project_id: int) -> Response:
        return json_response({"locked": self.budget_asked(request, project_id).locked})

    @route("POST", f"{PROJECT}/budget/lock")
    def lock_budget(self, request: Request, project_id: int) -> Response:
        budget = self.budget_asked(request, project_id)
        budget.locked = True
        return json_response({"locked": True}, 201)

    @route("DELETE", f"{PROJECT}/budget/lock")
    def unlock_budget(self, request: Request, project_id: int) -> Response:
        budget = self.budget_asked(request, project_id)
        budget.locked = False
        return json_response({"locked": False})

    # Lines.

    @route("GET", "/rest/v1.0/budget_views")
    def list_budget_views(self, request: Request) -> Response:
        budget = self.budget_asked(request, self.required(request, "project_id"))
        return paged(request, [budget], budget_shapes.view)

    @route("GET", "/rest/v1.0/budget_views/<int:view_id>/detail_rows")
    def list_budget_rows(self, request: Request, view_id: int) -> Response:
        budget = self.budget_asked(request, self.required(request, "project_id"))
        if view_id != budget.view_id:
            raise missing()
        rows = [] if request.args.get("budget_row_type") == "unbudgeted" else budget.lines
        return paged(request, rows, lambda row: budget_shapes.detail_row(budget, row))

    @route("GET", "/rest/v1.0/budget_views/<int:view_id>/budget_detail_columns")
    def list_budget_columns(self, request: Request, view_id: int) -> Response:
        """Not paged."""
        budget = self.budget_asked(request, self.required(request, "project_id"))
        if view_id != budget.view_id:
            raise missing()
        return json_response(budget_shapes.columns(budget))

    # What was changed since.

    @route("GET", f"{PROJECT}/budget_changes")
    def list_budget_changes(self, request: Request, project_id: int) -> Response:
        """Not paged, and without lines."""
        budget = self.budget_asked(request, project_id)
        return json_response({"data": [budget_shapes.change_summary(row) for row in budget.changes]})

    @route("GET", f"{PROJECT}/budget_changes/<int:change_id>")
    def show_budget_change(self, request: Request, project_id: int, change_id: int) -> Response:
        row = _change(self.budget_asked(request, project_id), change_id)
        return json_response({"data": budget_shapes.change(row)})

    @route("GET", ADJUSTMENTS)
    def list_adjustment_lines(self, request: Request, company_id: int, project_id: int) -> Response:
        self.company_asked(request, company_id)
        rows = [(change, row) for change in self.budget_asked(request, project_id).changes for row in change.lines]
        return paged(request, rows, lambda one: budget_shapes.adjustment_line(*one), V2_SIZE, V2_LARGEST, wrapped=True)

    @route("GET", f"{PROJECT}/budget_modifications")
    def list_budget_modifications(self, request: Request, project_id: int) -> Response:
        return paged(request, self.budget_asked(request, project_id).modifications, budget_shapes.modification)

    @route("POST", f"{PROJECT}/budget_modifications")
    def create_budget_modification(self, request: Request, project_id: int) -> Response:
        budget = self.budget_asked(request, project_id)
        if self.switches.budget_changes:
            raise Refusal(405, {"errors": ["Method not allowed"]}, {"Allow": "GET"})
        update = self.wrapped(request, "budget_modification")
        values = check_fields(update, money_columns.MODIFICATION_WRITABLE, self.switches.refuses_unknown_fields)
        values["transfer_amount"] = decimal(values, "transfer_amount")
        for name, needed in (("from_budget_line_item_id", False), ("to_budget_line_item_id", True)):
            known = any(row.id == values.get(name) for row in budget.lines)
            if not known and (needed or values.get(name) is not None):
                raise Invalid(422, **{name: "is invalid"})
        return json_response(budget_shapes.modification(budget.keep_modification(values)), 201)

    def budget_asked(self, request: Request, project_id: object) -> Budget:
        project: Project = self.books_asked(request, project_id, TOOL)
        return project.budget


def _change(budget: Budget, change_id: int) -> BudgetChange:
    found = next((row for row in budget.changes if row.id == change_id), None)
    if found is None:
        raise missing()
    return found
