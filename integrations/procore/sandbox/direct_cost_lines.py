"""Lines of direct costs over the API, and the rule that one project has one writer at a time.

https://developers.procore.com/reference/rest/v1/direct-costs
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import contract_shapes
from .books import BooksRoutes
from .core import Values
from .lists import Filter, equals, ids, moments, narrowed, paged
from .project import DirectCost, Project
from .rules import Invalid, Refusal, check_origin, missing
from .state import Row

TOOL = "direct_costs"
COSTS = "/rest/v1.0/projects/<int:project_id>/direct_costs"
LINES = f"{COSTS}/<int:cost_id>/line_items"
WRITTEN = re.compile(r"/rest/v1\.[01]/projects/(\d+)/direct_costs\b")
COLLIDES = "procore.collides"  # in the environment of a call that came while another one was at work
LOCKED = "The direct cost is not editable because it has been synced with ERP"

FILTERS: dict[str, Filter] = {
    "cost_code_id": equals("cost_code_id"),
    "created_at": moments("created_at"),
    "direct_cost_id": equals("holder_id"),
    "id": ids,
    "line_item_type_id": equals("line_item_type_id"),
    "updated_at": moments("updated_at"),
}


class DirectCostLineRoutes(BooksRoutes):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._at_work: set[str] = set()  # projects whose direct costs are being written

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        project = _project_written(environ)
        with self.lock:
            environ[COLLIDES] = project in self._at_work
            if project and not environ[COLLIDES]:
                self._at_work.add(project)
        try:
            return super().__call__(environ, start_response)
        finally:
            if not environ[COLLIDES]:
                with self.lock:
                    self._at_work.discard(project)

    def cost_writer(self, request: Request, project_id: int) -> Project:
        """The project, for a call that writes: 409 while another one writes to it."""
        project = self.books_asked(request, project_id, TOOL)
        if request.environ.get(COLLIDES) and self.switches.direct_cost_writes_collide:
            raise Refusal(409, {"errors": ["Another request is changing the direct costs of this project"]})
        return project

    def cost_asked(self, project: Project, cost_id: object) -> DirectCost:
        for cost in project.direct_costs:
            if str(cost.id) == str(cost_id):
                return cost
        raise missing()

    def line_of(self, cost: DirectCost, line_id: object) -> Row | None:
        """None for a line without an id: a new one."""
        if line_id is None:
            return None
        for line in cost.lines:
            if str(line.id) == str(line_id):
                return line
        raise missing()

    @route("GET", f"{COSTS}/line_items")
    def list_all_cost_lines(self, request: Request, project_id: int) -> Response:
        """Of all direct costs of the project."""
        project = self.books_asked(request, project_id, TOOL)
        return self._lines(request, project, [line for cost in project.direct_costs for line in cost.lines])

    @route("GET", LINES)
    def list_cost_lines(self, request: Request, project_id: int, cost_id: int) -> Response:
        project = self.books_asked(request, project_id, TOOL)
        return self._lines(request, project, self.cost_asked(project, cost_id).lines)

    def _lines(self, request: Request, project: Project, rows: list[Row]) -> Response:
        kept = narrowed(request, rows, FILTERS, self.switches.refuses_unknown_filters)
        return paged(request, kept, lambda row: contract_shapes.listed_cost_line(project, row))

    @route("PATCH", f"{COSTS}/line_items/sync")
    def sync_cost_lines(self, request: Request, project_id: int) -> Response:
        """Lines of any costs of the project."""
        project = self.cost_writer(request, project_id)

        def save(row: Row | None, update: Values) -> Row:
            values = dict(update)
            cost_id = values.pop("direct_cost_id", row["holder_id"] if row else None)
            cost = next((cost for cost in project.direct_costs if cost.id == cost_id), None)
            if cost is None or (row is not None and row not in cost.lines):
                raise Invalid(422, direct_cost_id="is invalid")
            return self.save_cost_line(cost, row, values)

        return self.sync(request, project.company.lines, save, lambda row: contract_shapes.line(project, row))

    @route("POST", LINES)
    def create_cost_line(self, request: Request, project_id: int, cost_id: int) -> Response:
        project = self.cost_writer(request, project_id)
        line = self.save_cost_line(self.cost_asked(project, cost_id), None, _own(self.wrapped(request, "line_item")))
        return json_response(contract_shapes.line(project, line), 201)

    @route("PATCH", f"{LINES}/<int:line_id>")
    def update_cost_line(self, request: Request, project_id: int, cost_id: int, line_id: int) -> Response:
        project = self.cost_writer(request, project_id)
        cost = self.cost_asked(project, cost_id)
        line = self.save_cost_line(cost, self.line_of(cost, line_id), _own(self.wrapped(request, "line_item")))
        return json_response(contract_shapes.line(project, line))

    @route("DELETE", f"{LINES}/<int:line_id>")
    def delete_cost_line(self, request: Request, project_id: int, cost_id: int, line_id: int) -> Response:
        cost = self.cost_asked(self.cost_writer(request, project_id), cost_id)
        line = self.line_of(cost, line_id)
        self.check_takes_lines(cost)
        if line is not None:
            cost.remove_line(line)
        return json_response({})

    def save_cost_line(self, cost: DirectCost, row: Row | None, update: Values) -> Row:
        """Raises Invalid."""
        self.check_takes_lines(cost)
        values = self.checked_line(cost.project, row, update)
        check_origin(cost.project.company.lines, values, row)
        return keep_cost_line(cost, row, values)

    def check_takes_lines(self, cost: DirectCost) -> None:
        if cost["origin_id"] and not self.switches.stamped_direct_costs_take_lines:
            raise Invalid(422, base=LOCKED)


def keep_cost_line(cost: DirectCost, row: Row | None, values: Values) -> Row:
    """A new line, or the one that there is, with what has been checked."""
    if row is None:
        return cost.add_line(values)
    row.change(**values)
    cost.touch()
    return row


def _project_written(environ: dict[str, Any]) -> str:
    match = WRITTEN.match(environ.get("PATH_INFO", ""))
    return match[1] if match and environ.get("REQUEST_METHOD") != "GET" else ""


def _own(line: Values) -> Values:
    """The cost is named by the address."""
    return {name: value for name, value in line.items() if name != "direct_cost_id"}
