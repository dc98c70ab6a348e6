"""Standard cost codes of a company, cost codes of a project, cost types.

https://developers.procore.com/reference/rest/v1/cost-codes
https://developers.procore.com/reference/rest/v1/line-item-types-cost-types
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import columns, shapes
from .company import Company
from .core import Core, Values
from .lists import Filter, equals, ids, narrowed, paged
from .rules import Invalid, check_choice, check_fields, check_name, check_origin, found, missing
from .state import Row, Table

FILTERS: dict[str, Filter] = {"id": ids, "origin_id": equals("origin_id")}
BASE_TYPES = ("equipment", "materials", "commitment", "owner_cost", "professional_services", "other")
Place = dict[str, int | None]  # columns that say whose a code is
TOO_LARGE = 413  # of these two syncs the schema says so itself


class CostCodeRoutes(Core):
    @route("GET", "/rest/v1.0/standard_cost_code_lists")
    def list_cost_code_lists(self, request: Request) -> Response:
        return paged(request, list(self.company_asked(request).cost_code_lists), shapes.cost_code_list)

    @route("GET", "/rest/v1.0/standard_cost_codes")
    def list_standard_cost_codes(self, request: Request) -> Response:
        company = self.company_asked(request)
        list_row = found(company.cost_code_lists, self.required(request, "standard_cost_code_list_id"))
        rows = company.standard_cost_codes.where(lambda row: row["list_id"] == list_row.id)
        kept = narrowed(request, rows, FILTERS, self.switches.refuses_unknown_filters)
        return paged(request, kept, lambda row: shapes.standard_cost_code(company, row))

    @route("PATCH", "/rest/v1.0/standard_cost_codes/sync")
    def sync_standard_cost_codes(self, request: Request) -> Response:
        company = self.company_asked(request)
        list_row = found(company.cost_code_lists, self.required(request, "standard_cost_code_list_id"))
        return self.sync(
            request,
            company.standard_cost_codes,
            lambda row, update: self.save_standard_cost_code(company, list_row, row, update),
            lambda row: shapes.standard_cost_code(company, row),
            TOO_LARGE,
        )

    def save_standard_cost_code(self, company: Company, list_row: Row, row: Row | None, update: Values) -> Row:
        """Raises Invalid."""
        table = company.standard_cost_codes
        place: Place = {"list_id": list_row.id}
        return self._save(table, row, update, columns.STANDARD_COST_CODE_WRITABLE, place)

    @route("GET", "/rest/v1.0/cost_codes")
    def list_cost_codes(self, request: Request) -> Response:
        """The route is flat: the project is a parameter."""
        project = self.project_asked(request, self.required(request, "project_id"))
        company = self.company(request)
        rows = company.cost_codes.where(lambda row: row["project_id"] == project.id)
        kept = narrowed(request, rows, FILTERS, self.switches.refuses_unknown_filters)
        return paged(request, kept, lambda row: shapes.cost_code(company, row))

    @route("POST", "/rest/v1.0/cost_codes")
    def create_cost_code(self, request: Request) -> Response:
        company, save = self._project_codes(request)
        return json_response(shapes.cost_code(company, save(None, self.wrapped(request, "cost_code"))), 201)

    @route("PATCH", "/rest/v1.0/cost_codes/<int:code_id>")
    def update_cost_code(self, request: Request, code_id: int) -> Response:
        company, save = self._project_codes(request)
        project = self.project_asked(request, self.required(request, "project_id"))
        row = found(company.cost_codes, code_id)
        if row["project_id"] != project.id:
            raise missing()
        return json_response(shapes.cost_code(company, save(row, self.wrapped(request, "cost_code"))))

    @route("PATCH", "/rest/v1.0/cost_codes/sync")
    def sync_cost_codes(self, request: Request) -> Response:
        company, save = self._project_codes(request)
        return self.sync(request, company.cost_codes, save, lambda row: shapes.cost_code(company, row))

    def _project_codes(self, request: Request) -> tuple[Company, Callable[[Row | None, Values], Row]]:
        """The company, and how a cost code of the project, or of the sub job, that the call names is saved."""
        project = self.project_asked(request, self.required(request, "project_id"))
        company = self.company(request)
        asked = request.args.get("sub_job_id") or self.body(request).get("sub_job_id")
        sub_job = found(company.sub_jobs, asked) if asked is not None else None
        if sub_job is not None and sub_job["project_id"] != project.id:
            raise missing()

        def save(row: Row | None, update: Values) -> Row:
            part = sub_job.id if sub_job else row["sub_job_id"] if row else None
            place: Place = {"project_id": project.id, "sub_job_id": part}
            return self._save(company.cost_codes, row, update, columns.COST_CODE_WRITABLE, place)

        return company, save

    @route("POST", "/rest/v1.0/cost_codes/copy_from_standard_list")
    def copy_cost_codes(self, request: Request) -> Response:
        project = self.project_asked(request, self.required(request, "project_id"))
        company = self.company(request)
        return json_response([shapes.cost_code(company, row) for row in company.copy_cost_codes(project)], 201)

    def _save(self, table: Table, row: Row | None, update: Values, writable: dict[str, Any], place: Place) -> Row:
        """`place` says whose codes these are: the row belongs there, and so must its parent."""
        values = check_fields(update, writable, self.switches.refuses_unknown_fields)
        if row is not None and not _lies_in(row, place):
            raise Invalid(404, id="Entity with this ID not found")
        check_name(values, row)
        check_name(values, row, "code")
        check_origin(table, values, row)
        _check_parent(table, row, values, place)
        _check_unused(table, row, values, place)
        if row is None:
            return table.add(**place, **values)
        row.change(**values)
        return row

    @route("GET", "/rest/v1.0/line_item_types")
    def list_line_item_types(self, request: Request) -> Response:
        """Those of the company; a project that is named must be visible."""
        company = self.company_asked(request)
        if self.switches.cost_types_need_project or "project_id" in request.args:
            self.project_asked(request, self.required(request, "project_id"))
        rows = narrowed(request, company.line_item_types, FILTERS, self.switches.refuses_unknown_filters)
        return paged(request, rows, shapes.line_item_type)

    @route("POST", "/rest/v1.0/line_item_types")
    def create_line_item_type(self, request: Request) -> Response:
        company = self.company_asked(request)
        update = self.wrapped(request, "line_item_type")
        row = self._save_type(company.line_item_types, None, update, ("labor", *BASE_TYPES))
        return json_response(shapes.line_item_type(row), 201)

    @route("PATCH", "/rest/v1.0/line_item_types/sync")
    def sync_line_item_types(self, request: Request) -> Response:
        company = self.company_asked(request)
        return self.sync(
            request,
            company.line_item_types,
            lambda row, update: self._save_type(company.line_item_types, row, update),
            shapes.line_item_type,
        )

    def _save_type(self, table: Table, row: Row | None, update: Values, kinds: tuple[str, ...] = BASE_TYPES) -> Row:
        values = check_fields(update, columns.LINE_ITEM_TYPE_WRITABLE, self.switches.refuses_unknown_fields)
        check_name(values, row)
        check_origin(table, values, row)
        check_choice(values, "base_type", kinds)
        if "csv_import_code" in values:
            values["code"] = values.pop("csv_import_code")
        if row is None:
            return table.add(**values)
        row.change(**values)
        return row


def _lies_in(row: Row, place: Place) -> bool:
    return all(row[column] == value for column, value in place.items())


def _check_parent(table: Table, row: Row | None, values: Values, place: Place) -> None:
    if values.get("parent_id") is None:
        return
    parent = table.get(values["parent_id"])
    if parent is None or parent is row or not _lies_in(parent, place):
        raise Invalid(422, parent_id="is invalid")
    values["parent_id"] = parent.id


def _check_unused(table: Table, row: Row | None, values: Values, place: Place) -> None:
    """One code occurs once under a parent."""
    code, parent_id = (values.get(c, row[c] if row else None) for c in ("code", "parent_id"))
    for other in table:
        same = other["code"] == code and other["parent_id"] == parent_id
        if same and other is not row and _lies_in(other, place):
            raise Invalid(422, code="has already been taken")
