"""The company directory: vendors, the inactive ones, tax numbers, and the vendors of a project.

https://developers.procore.com/reference/rest/v1/company-vendors
https://developers.procore.com/reference/rest/v1/company-inactive-vendors
"""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import columns, shapes
from .company import Company
from .core import Core, Values
from .hooks import Event
from .lists import Filter, contains, equals, ids, moments, narrowed, ordered, paged
from .resources import PROJECT_VENDORS, tell
from .rules import Invalid, Refusal, check_fields, check_name, check_origin, check_place, check_register, found, missing
from .state import Row

TOOL = "directory"
FILTERS: dict[str, Filter] = {
    "created_at": moments("created_at"),
    "id": ids,
    "origin_id": equals("origin_id"),
    "parent_id": equals("parent_id"),
    "search": contains("name", "trade_name", "abbreviated_name"),
    "updated_at": moments("updated_at"),
}


class VendorRoutes(Core):
    @route("GET", "/rest/v1.0/vendors")
    def list_vendors(self, request: Request) -> Response:
        """Without the inactive ones."""
        company = self._directory(request)
        rows = narrowed(request, _active(company, True), FILTERS, self.switches.refuses_unknown_filters)
        return self._vendors(request, company, rows)

    @route("GET", "/rest/v1.0/companies/<int:company_id>/vendors/inactive")
    def list_inactive_vendors(self, request: Request, company_id: int) -> Response:
        company = self._directory(request, company_id)
        return self._vendors(request, company, _active(company, False))

    def _vendors(self, request: Request, company: Company, rows: list[Row]) -> Response:
        view = request.args.get("view", "normal")
        return paged(request, ordered(request, rows, ("name",)), lambda row: shapes.vendor(company, row, view))

    @route("PATCH", "/rest/v1.0/companies/<int:company_id>/vendors/inactive/<int:vendor_id>")
    def reactivate_vendor(self, request: Request, company_id: int, vendor_id: int) -> Response:
        company = self._directory(request, company_id)
        row = found(company.vendors, vendor_id)
        if row["is_active"]:
            raise missing()
        row.change(is_active=True)
        return self._shown(request, company, row)

    @route("GET", "/rest/v1.0/vendors/<int:vendor_id>")
    def show_vendor(self, request: Request, vendor_id: int) -> Response:
        company = self._directory(request)
        return self._shown(request, company, found(company.vendors, vendor_id))

    @route("POST", "/rest/v1.0/vendors")
    def create_vendor(self, request: Request) -> Response:
        company = self._directory(request)
        row = self.save_vendor(company, None, self.wrapped(request, "vendor"))
        return self._shown(request, company, row, 201)

    @route("PATCH", "/rest/v1.0/vendors/<int:vendor_id>")
    def update_vendor(self, request: Request, vendor_id: int) -> Response:
        company = self._directory(request)
        row = self.save_vendor(company, found(company.vendors, vendor_id), self.wrapped(request, "vendor"))
        return self._shown(request, company, row)

    @route("PATCH", "/rest/v1.0/vendors/sync")
    def sync_vendors(self, request: Request) -> Response:
        company = self._directory(request)
        return self.sync(
            request,
            company.vendors,
            lambda row, update: self._sync_vendor(company, row, update),
            lambda row: shapes.vendor(company, row),
        )

    def _sync_vendor(self, company: Company, row: Row | None, update: Values) -> Row:
        if row is not None and not row["is_active"] and not self.switches.sync_reaches_inactive_vendors:
            raise Invalid(404, **_hidden(update))
        register = update.get("business_register_attributes")
        rest = {name: value for name, value in update.items() if name != "business_register_attributes"}
        if register is None:
            return self.save_vendor(company, row, rest)
        kind, identifier = check_register(register, self.switches.checks_tax_numbers)
        saved = self.save_vendor(company, row, rest)
        _set_register(company, saved, kind, identifier)
        return saved

    def save_vendor(self, company: Company, row: Row | None, update: Values) -> Row:
        """Raises Invalid. A name may repeat, an origin_id may not."""
        values = check_fields(update, columns.VENDOR_WRITABLE, self.switches.refuses_unknown_fields)
        check_name(values, row)
        check_origin(company.vendors, values, row)
        check_place(values, row, company.country_code)
        if row is None:
            return company.vendors.add(**values)
        row.change(**values)
        return row

    @route("POST", "/rest/v1.0/vendors/<int:vendor_id>/business_register")
    def create_register(self, request: Request, vendor_id: int) -> Response:
        company, row = self._vendor(request, vendor_id)
        kind, identifier = check_register(self.body(request).get("business_register"), self.switches.checks_tax_numbers)
        if row["business_register"]:
            raise Refusal(409, {"message": "A Business Register is already associated with the Vendor."})
        _set_register(company, row, kind, identifier)
        return json_response(row["business_register"], 201)

    @route("PATCH", "/rest/v1.0/vendors/<int:vendor_id>/business_register")
    def update_register(self, request: Request, vendor_id: int) -> Response:
        company, row = self._vendor(request, vendor_id)
        kind, identifier = check_register(self.body(request).get("business_register"), self.switches.checks_tax_numbers)
        if not row["business_register"]:
            raise missing()
        _set_register(company, row, kind, identifier)
        return json_response(row["business_register"])

    # Of a project, https://developers.procore.com/reference/rest/v1/project-vendors .

    @route("GET", "/rest/v1.1/projects/<int:project_id>/vendors")
    def list_project_vendors(self, request: Request, project_id: int) -> Response:
        project = self.project_asked(request, project_id)
        self.need_tool(request, TOOL, project)
        company = self.company(request)
        rows = company.vendors.where(lambda row: row.id in project["vendor_ids"])
        kept = narrowed(request, rows, FILTERS, self.switches.refuses_unknown_filters)
        return paged(request, kept, lambda row: _joined(company, project, row))

    @route("POST", "/rest/v1.1/projects/<int:project_id>/vendors/<int:vendor_id>/actions/add")
    def add_project_vendor(self, request: Request, project_id: int, vendor_id: int) -> Response:
        project = self.project_asked(request, project_id)
        self.need_tool(request, TOOL, project)
        company = self.company(request)
        row = found(company.vendors, vendor_id)
        project.change(vendor_ids=project["vendor_ids"] | {row.id})
        _tell(company, project, "create", row.id)
        return json_response(_joined(company, project, row), 201)

    @route("DELETE", "/rest/v1.1/projects/<int:project_id>/vendors/<int:vendor_id>/actions/remove")
    def remove_project_vendor(self, request: Request, project_id: int, vendor_id: int) -> Response:
        project = self.project_asked(request, project_id)
        self.need_tool(request, TOOL, project)
        if vendor_id not in project["vendor_ids"]:
            raise missing()
        project.change(vendor_ids=project["vendor_ids"] - {vendor_id})
        _tell(self.company(request), project, "delete", vendor_id)
        return Response(status=204)

    def _directory(self, request: Request, company_id: object = None) -> Company:
        company = self.company_asked(request, company_id)
        self.need_tool(request, TOOL)
        return company

    def _vendor(self, request: Request, vendor_id: int) -> tuple[Company, Row]:
        company = self._directory(request)
        return company, found(company.vendors, vendor_id)

    def _shown(self, request: Request, company: Company, row: Row, status: int = 200) -> Response:
        return json_response(shapes.vendor(company, row, request.args.get("view", "extended")), status)


def _tell(company: Company, project: Row, kind: str, vendor_id: int) -> None:
    tell(company, Event(company.id, project.id, PROJECT_VENDORS, kind, vendor_id))


def _joined(company: Company, project: Row, row: Row) -> Values:
    return {**shapes.project_vendor(company, row), "id": company.vendor_id_in(project, row)}


def _active(company: Company, active: bool) -> list[Row]:
    return company.vendors.where(lambda row: bool(row["is_active"]) is active)


def _hidden(update: Values) -> dict[str, str]:
    if update.get("id") is not None:
        return {"id": "Entity with this ID not found"}
    return {"origin_id": "has already been taken"}


def _set_register(company: Company, row: Row, kind: str, identifier: str) -> None:
    old = row["business_register"] or company.new_register(kind, identifier)
    row.change(business_register={**old, "type": kind, "identifier": identifier})
