"""Sub jobs of a project and tax codes of a company, over the API.

https://developers.procore.com/reference/rest/v1/sub-jobs
https://developers.procore.com/reference/rest/v1/tax-codes
"""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import columns, shapes
from .company import Company
from .core import Core, Values
from .lists import paged
from .rules import Invalid, check_fields, check_name, check_origin, decimal
from .state import Row

SUB_JOBS = "/rest/v1.0/sub_jobs"
TAX_CODES = "/rest/v1.0/tax_codes"


class RegisterRoutes(Core):
    @route("GET", SUB_JOBS)
    def list_sub_jobs(self, request: Request) -> Response:
        project = self.project_asked(request, self.required(request, "project_id"))
        rows = self.company(request).sub_jobs.where(lambda row: row["project_id"] == project.id)
        return paged(request, rows, shapes.sub_job)

    @route("POST", SUB_JOBS)
    def create_sub_job(self, request: Request) -> Response:
        project = self.project_asked(request, self.required(request, "project_id"))
        row = self._save_sub_job(self.company(request), project, None, self.wrapped(request, "sub_job"))
        return json_response(shapes.sub_job(row), 201)

    @route("PATCH", f"{SUB_JOBS}/sync")
    def sync_sub_jobs(self, request: Request) -> Response:
        project, company = self.project_asked(request, self.required(request, "project_id")), self.company(request)

        def save(row: Row | None, update: Values) -> Row:
            return self._save_sub_job(company, project, row, update)

        return self.sync(request, company.sub_jobs, save, shapes.sub_job)

    def _save_sub_job(self, company: Company, project: Row, row: Row | None, update: Values) -> Row:
        """Its code occurs once in a project."""
        values = check_fields(update, columns.SUB_JOB_WRITABLE, self.switches.refuses_unknown_fields)
        if row is not None and row["project_id"] != project.id:
            raise Invalid(404, id="Entity with this ID not found")
        check_name(values, row)
        check_name(values, row, "code")
        check_origin(company.sub_jobs, values, row)
        for other in company.sub_jobs:
            same = other["project_id"] == project.id and other["code"] == values.get("code")
            if same and other is not row:
                raise Invalid(400, code="has already been taken")
        if row is None:
            return company.sub_jobs.add(project_id=project.id, **values)
        row.change(**values)
        return row

    @route("GET", TAX_CODES)
    def list_tax_codes(self, request: Request) -> Response:
        return paged(request, list(self.company_asked(request).tax_codes), shapes.tax_code)

    @route("PATCH", f"{TAX_CODES}/sync")
    def sync_tax_codes(self, request: Request) -> Response:
        company = self.company_asked(request)
        return self.sync(
            request,
            company.tax_codes,
            lambda row, update: self._save_tax_code(company, row, update),
            shapes.tax_code,
        )

    def _save_tax_code(self, company: Company, row: Row | None, update: Values) -> Row:
        values = check_fields(update, columns.TAX_CODE, self.switches.refuses_unknown_fields)
        check_name(values, row, "code")
        check_origin(company.tax_codes, values, row)
        if values.get("rate1") is not None:
            values["rate1"] = decimal(values, "rate1")
        if row is None:
            return company.tax_codes.add(**values)
        row.change(**values)
        return row
