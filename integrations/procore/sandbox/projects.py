"""Projects and their stages.

https://developers.procore.com/reference/rest/v1/projects
https://developers.procore.com/documentation/tutorial-project-stages
"""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import columns, shapes
from .company import Company
from .core import Core, Values
from .lists import DEFAULT_SIZE, Filter, contains, equals, flag, ids, moments, narrowed, ordered, paged
from .rules import Invalid, check_fields, check_name, check_origin, check_place
from .state import Row

LARGEST_SIZE = 300  # of version 1.1; with view=ids a page may hold as good as all
LARGEST_IDS = 200_000

# Version 1.0 has neither by_stage nor project_number. A stage is found by its id, never by its name.
FILTERS_V10: dict[str, Filter] = {
    "created_at": moments("created_at"),
    "id": ids,
    "is_demo": flag("is_demo"),
    "name": contains("name"),
    "origin_id": equals("origin_id"),
    "synced": flag("synced"),
    "updated_at": moments("updated_at"),
}
FILTERS_V11: dict[str, Filter] = {
    **FILTERS_V10,
    "by_stage": equals("project_stage_id"),
    "project_number": equals("project_number"),
    "vendor_id": lambda values: lambda row: any(str(known) in values for known in row["vendor_ids"]),
}
CATEGORIES = ("pre_construction", "course_of_construction", "post_construction", "completed", "not_awarded", "canceled")

SYNC_WRITABLE = {name: value for name, value in columns.PROJECT_WRITABLE.items() if name != "origin_code"}


class ProjectRoutes(Core):
    @route("GET", "/rest/v1.1/projects")
    def list_projects(self, request: Request) -> Response:
        company = self.company_asked(request)
        view = request.args.get("view", "normal")
        largest = LARGEST_IDS if view == "ids" else LARGEST_SIZE
        rows = self._projects(request, company, FILTERS_V11)
        return paged(request, rows, lambda row: shapes.project_row(company, row, view), DEFAULT_SIZE, largest)

    @route("GET", "/rest/v1.0/projects")
    def list_projects_v10(self, request: Request) -> Response:
        company = self.company_asked(request)
        rows = self._projects(request, company, FILTERS_V10)
        return paged(request, rows, lambda row: shapes.project_row(company, row, "normal"))

    def _projects(self, request: Request, company: Company, filters: dict[str, Filter]) -> list[Row]:
        """Projects that are not permitted are left out without a word."""
        status = request.args.get("filters[by_status]", self.switches.projects_default_status)
        if status not in ("All", "Active", "Inactive"):
            raise Invalid(400, by_status="is not included in the list")
        shown = company.projects.where(
            lambda row: status in ("All", "Active" if row["active"] else "Inactive") and self.permits(request, row)
        )
        known = {**filters, "by_status": lambda values: lambda row: True}
        rows = narrowed(request, shown, known, self.switches.refuses_unknown_filters)
        return ordered(request, rows, ("name",))

    @route("GET", "/rest/v1.0/companies/<int:company_id>/projects")
    def list_company_projects(self, request: Request, company_id: int) -> Response:
        """Not paged."""
        company = self.company_asked(request, company_id)
        rows = company.projects.where(lambda row: self.permits(request, row))
        return json_response([shapes.company_project(company, row, self._creator()) for row in rows])

    @route("GET", "/rest/v1.0/projects/<int:project_id>")
    def show_project(self, request: Request, project_id: int) -> Response:
        company = self.company_asked(request)
        return json_response(shapes.project(company, self.project_asked(request, project_id), self._creator()))

    @route("PATCH", "/rest/v1.0/projects/<int:project_id>")
    def update_project(self, request: Request, project_id: int) -> Response:
        company = self.company_asked(request)
        row = self.project_asked(request, project_id)
        self.save_project(company, row, self.wrapped(request, "project"), columns.PROJECT_WRITABLE)
        return json_response(shapes.project(company, row, self._creator()))

    @route("PATCH", "/rest/v1.0/projects/sync")
    def sync_projects(self, request: Request) -> Response:
        company = self.company_asked(request)

        def save(row: Row | None, update: Values) -> Row:
            if row is not None and not self.permits(request, row):
                raise Invalid(404, id="Entity with this ID not found")
            return self.save_project(company, row, update, SYNC_WRITABLE)

        return self.sync(request, company.projects, save, lambda row: shapes.synced_project(company, row))

    def save_project(self, company: Company, row: Row | None, update: Values, writable: dict[str, Any]) -> Row:
        """Raises Invalid."""
        values = check_fields(update, writable, self.switches.refuses_unknown_fields)
        check_name(values, row)
        check_origin(company.projects, values, row)
        check_place(values, row, company.country_code)
        if "project_stage_id" in values:
            stage = company.stages.get(values["project_stage_id"])
            if stage is None:
                raise Invalid(422, project_stage_id="is invalid")
            values["project_stage_id"] = stage.id
        if row is None:
            return self._new_project(company, values)
        row.change(**values)
        return row

    def _new_project(self, company: Company, values: Values) -> Row:
        stage_id = values.pop("project_stage_id", company.stage("Course of Construction").id)
        project = company.new_project(project_stage_id=stage_id, **values)
        if values.get("enable_copy_of_standard_cost_codes"):
            company.copy_cost_codes(project)
        return project

    def _creator(self) -> dict[str, Any]:
        person = self.logins.administrator
        return {"id": person.id, "login": person.login, "name": person.name}

    @route("GET", "/rest/v1.0/companies/<int:company_id>/project_stages")
    def list_stages(self, request: Request, company_id: int) -> Response:
        return paged(request, list(self.company_asked(request, company_id).stages), shapes.stage)

    @route("POST", "/rest/v1.0/companies/<int:company_id>/project_stages")
    def create_stage(self, request: Request, company_id: int) -> Response:
        company = self.company_asked(request, company_id)
        writable = {"name": None, "category": None, "is_bidding_stage": False}
        values = check_fields(self.wrapped(request, "project_stage"), writable, self.switches.refuses_unknown_fields)
        check_name(values, None)
        if values.get("category") not in CATEGORIES:
            raise Invalid(400, category="is not included in the list")
        return json_response(shapes.stage(company.add_stage(**values)), 201)
