"""The work breakdown structure over the API: segments, their items, and the budget codes that are combined of them.

https://developers.procore.com/documentation/tutorial-wbs
"""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import wbs_shapes as shapes
from .books import BooksRoutes
from .core import MAX_SYNC, Values
from .lists import Filter, equals, moments, narrowed, paged
from .project import Project
from .rules import Invalid, Refusal, check_choice, check_name, forbidden, missing
from .state import Row

TOOL = "budget"
COMPANY = "/rest/v1.0/companies/<int:company_id>/work_breakdown_structure"
WBS = "/rest/v1.0/projects/<int:project_id>/work_breakdown_structure"
ITEMS = f"{WBS}/segments/<int:segment_id>/segment_items"
FILTERS: dict[str, Filter] = {"status": equals("status"), "updated_at": moments("updated_at")}


class WbsRoutes(BooksRoutes):
    @route("GET", f"{COMPANY}/segments")
    def list_company_segments(self, request: Request, company_id: int) -> Response:
        company = self.company_asked(request, company_id)
        return json_response([shapes.segment(company, one) for one in company.segments])

    @route("GET", f"{WBS}/segments")
    def list_segments(self, request: Request, project_id: int) -> Response:
        project = self.books_asked(request, project_id, TOOL)
        return json_response([shapes.project_segment(project, one) for one in project.company.segments])

    @route("GET", f"{WBS}/patterns")
    def show_pattern(self, request: Request, project_id: int) -> Response:
        """One, in spite of its address."""
        return json_response(shapes.pattern(self.books_asked(request, project_id, TOOL)))

    @route("GET", ITEMS)
    def list_segment_items(self, request: Request, project_id: int, segment_id: int) -> Response:
        project = self.books_asked(request, project_id, TOOL)
        segment = _segment(project, segment_id)
        return paged(request, shapes.items_of(project, segment), lambda row: shapes.segment_item(project, segment, row))

    @route("POST", ITEMS)
    def create_segment_item(self, request: Request, project_id: int, segment_id: int) -> Response:
        """A project has cost codes of its own, but no cost types."""
        project = self.books_asked(request, project_id, TOOL)
        segment = _segment(project, segment_id)
        if segment[2] != "cost_code":
            raise forbidden()
        row = _new_cost_code(project, self.body(request))
        return json_response(shapes.segment_item(project, segment, row), 201)

    # Budget codes. They have no outside key.

    @route("GET", f"{WBS}/wbs_codes")
    def list_wbs_codes(self, request: Request, project_id: int) -> Response:
        project = self.books_asked(request, project_id, TOOL)
        rows = project.company.wbs_codes.where(lambda row: row["project_id"] == project.id)
        kept = narrowed(request, rows, FILTERS, self.switches.refuses_unknown_filters)
        return paged(request, kept, lambda row: shapes.wbs_code(project.company, row))

    @route("POST", f"{WBS}/wbs_codes")
    def create_wbs_code(self, request: Request, project_id: int) -> Response:
        project = self.books_asked(request, project_id, TOOL)
        update = self.body(request)
        code, kind = _combined(project, update.get("segment_items"))
        if project.company.known_wbs_code(project, code, kind) is not None:
            raise Invalid(400, segment_items="has already been taken")
        return json_response(shapes.wbs_code(project.company, _saved(project, code, kind, update)), 201)

    @route("PATCH", f"{WBS}/wbs_codes/bulk_create")
    def create_wbs_codes(self, request: Request, project_id: int) -> Response:
        """A combination that there is gets the description; each one has its own fate."""
        project = self.books_asked(request, project_id, TOOL)
        entities, errors = [], []
        for update in _many(self.body(request), "bulk", self.switches.sync_limit_status):
            try:
                row = _saved(project, *_combined(project, update.get("segment_items")), update)
                entities.append(shapes.wbs_code(project.company, row))
            except Invalid as refusal:
                errors.append({**update, "errors": refusal.fields})
        return json_response({"entities": entities, "errors": errors}, 201)

    @route("PATCH", f"{WBS}/wbs_codes/update_all")
    def update_wbs_codes(self, request: Request, project_id: int) -> Response:
        project = self.books_asked(request, project_id, TOOL)
        body = self.body(request)
        values = body.get("attributes")
        if not isinstance(values, dict) or not isinstance(body.get("ids"), list):
            raise Invalid(400, **{"attributes" if isinstance(body.get("ids"), list) else "ids": "required"})
        check_choice(values, "status", ("active", "inactive"), needed=True)
        rows = [project.company.wbs_codes.get(wbs_code_id) for wbs_code_id in body["ids"]]
        if not all(row is not None and row["project_id"] == project.id for row in rows):
            raise missing()
        for row in rows:
            if row is not None:
                row.change(status=values["status"])
        return Response(status=204)


def _segment(project: Project, segment_id: int) -> shapes.Segment:
    found = next((one for one in project.company.segments if one[0] == segment_id), None)
    if found is None:
        raise missing()
    return found


def _new_cost_code(project: Project, update: Values) -> Row:
    check_name(update, None)
    check_name(update, None, "code")
    codes, parent_id = project.company.cost_codes, update.get("parent_id")
    parent = codes.get(parent_id) if parent_id is not None else None
    sub_job = project.company.sub_jobs.get(update.get("sub_job_id"))
    if parent_id is not None and (parent is None or parent["project_id"] != project.id):
        raise Invalid(422, parent_id="is invalid")
    if update.get("sub_job_id") is not None and (sub_job is None or sub_job["project_id"] != project.id):
        raise Invalid(422, sub_job_id="is invalid")
    own = {"project_id": project.id, "parent_id": parent.id if parent else None}
    own |= {"sub_job_id": sub_job.id if sub_job else None, "code": update["code"]}
    if codes.where(lambda row: all(row[name] == value for name, value in own.items())):
        raise Invalid(422, code="has already been taken")
    return codes.add(**own, name=update["name"])


def _combined(project: Project, items: Any) -> tuple[Row, Row]:
    """Cost code and cost type: an item for each segment. Raises Invalid."""
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Invalid(400, segment_items="required")
    company, named = project.company, {item.get("segment_id"): item.get("segment_item_id") for item in items}
    codes, kinds = (segment[0] for segment in company.segments)
    if len(named) != len(items) or named.keys() != {codes, kinds}:
        raise Invalid(400, segment_items="must name an item of each segment")
    code, kind = company.cost_codes.get(named[codes]), company.line_item_types.get(named[kinds])
    if code is None or code["project_id"] != project.id or kind is None:
        raise Invalid(400, segment_items="is invalid")
    return code, kind


def _saved(project: Project, code: Row, kind: Row, update: Values) -> Row:
    row = project.company.wbs_code(project, code, kind)
    if isinstance(update.get("description"), str):
        row.change(description=update["description"])
    return row


def _many(body: Values, name: str, limit_status: int) -> list[Values]:
    updates = body.get(name)
    if not isinstance(updates, list) or not all(isinstance(update, dict) for update in updates):
        raise Invalid(400, **{name: "required"})
    if len(updates) > MAX_SYNC:
        raise Refusal(limit_status, {"errors": [f"At most {MAX_SYNC} are allowed"]})
    return updates
