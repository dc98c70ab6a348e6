"""The web view, at the addresses where Procore has its own pages. Changes go through the same rules as the API's."""

from __future__ import annotations

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import Entry, route
from . import columns, html
from .company import Company
from .cost_codes import CostCodeRoutes
from .projects import ProjectRoutes
from .rules import found, missing
from .state import Row

CALLS_SHOWN = 40
INTEGRATED = "Integrated with an accounting system: this record is kept in step from there."


class Pages(ProjectRoutes, CostCodeRoutes):
    @route("GET", "/")
    def home_page(self, request: Request) -> Response:
        rows = [
            (html.link(f"/{c.id}/company/home/list", c.name), len(c.projects), len(c.vendors), html.code(str(c.id)))
            for c in self.companies.values()
        ]
        return html.page(
            "Companies",
            html.table(("Company", "Projects", "Vendors", "Id"), rows),
            html.heading("Last calls"),
            html.table(("#", "Time", "Call", "Status", "Company"), self._last_calls()),
        )

    def _last_calls(self) -> list[tuple[object, ...]]:
        return [
            (e.number, e.at[11:19], html.code(_call(e)), f"{e.status or 'no answer'} {e.fault}", e.account)
            for e in reversed(self.ledger.entries[-CALLS_SHOWN:])
        ]

    # Projects.

    @route("GET", "/<int:company_id>/company/home/list")
    def company_page(self, request: Request, company_id: int) -> Response:
        company = self._company(company_id)
        rows = [
            (
                row["project_number"] or "",
                html.link(f"/{row.id}/project/home", row["name"]),
                _stage_name(company, row),
                "active" if row["active"] else "inactive",
            )
            for row in company.projects
        ]
        return html.page(
            company.name,
            _links(company),
            html.table(("Number", "Project", "Stage", "State"), rows),
            html.heading("Add a project"),
            html.form("", *_project_fields(company, None), html.button("Add")),
        )

    @route("POST", "/<int:company_id>/company/home/list")
    def add_project_form(self, request: Request, company_id: int) -> Response:
        company = self._company(company_id)
        row = self.save_project(company, None, _project_form(request), columns.PROJECT_WRITABLE)
        company.copy_cost_codes(row)
        return redirect(request.path, 303)

    @route("GET", "/<int:project_id>/project/home")
    def project_page(self, request: Request, project_id: int) -> Response:
        company, row = self._project(project_id)
        return html.page(
            row["name"],
            html.paragraph(html.link(f"/{company.id}/company/home/list", company.name)),
            project_links(row),
            banner(row),
            html.form("", *_project_fields(company, row), html.button("Save")),
        )

    @route("POST", "/<int:project_id>/project/home")
    def save_project_form(self, request: Request, project_id: int) -> Response:
        company, row = self._project(project_id)
        self.save_project(company, row, _project_form(request), columns.PROJECT_WRITABLE)
        return redirect(request.path, 303)

    # The directory.

    @route("GET", "/<int:company_id>/company/directory")
    def directory_page(self, request: Request, company_id: int) -> Response:
        company = self._company(company_id)
        rows = [
            (
                html.link(f"/{company.id}/company/directory/vendors/{row.id}/edit", row["name"]),
                row["email_address"] or "",
                "yes" if row["origin_id"] else "",
                "active" if row["is_active"] else "inactive",
            )
            for row in sorted(company.vendors, key=lambda row: str(row["name"]).casefold())
        ]
        table = html.table(("Vendor", "E-mail", "Integrated", "State"), rows)
        return html.page("Directory", _links(company), table)

    @route("GET", "/<int:company_id>/company/directory/vendors/<int:vendor_id>/edit")
    def vendor_page(self, request: Request, company_id: int, vendor_id: int) -> Response:
        company = self._company(company_id)
        row = found(company.vendors, vendor_id)
        register = row["business_register"]
        tax = [(register["type"].upper(), register["identifier"])] if register else []
        values = [(name.replace("_", " "), row[name]) for name in columns.VENDOR_WRITABLE if row[name]]
        back = html.paragraph(html.link(f"/{company.id}/company/directory", "Directory"))
        return html.page(row["name"], back, banner(row), html.table(("Field", "Value"), [*values, *tax]))

    # Cost codes.

    @route("GET", "/<int:company_id>/company/cost_codes")
    def cost_codes_page(self, request: Request, company_id: int) -> Response:
        company = self._company(company_id)
        table = company.standard_cost_codes
        rows = [
            (
                html.code(company.full_code(table, row), "whole"),
                html.form(
                    f"{request.path}/{row.id}", html.bare_field("Name", "name", row["name"]), html.button("Rename")
                ),
            )
            for row in sorted(table, key=lambda row: company.full_code(table, row))
        ]
        parents = [("", "none: a division"), *((row.id, row["name"]) for row in table if row["parent_id"] is None)]
        return html.page(
            "Cost codes",
            _links(company),
            html.heading("Add a cost code"),
            html.form(
                "",
                html.select("Division", "parent_id", parents, ""),
                html.field("Code", "code"),
                html.field("Name", "name"),
                html.button("Add"),
            ),
            html.table(("Code", "Name"), rows),
        )

    @route("POST", "/<int:company_id>/company/cost_codes")
    def add_cost_code_form(self, request: Request, company_id: int) -> Response:
        company = self._company(company_id)
        values = {name: request.form.get(name, "").strip() for name in ("code", "name")}
        parent_id = request.form.get("parent_id") or None
        self.save_standard_cost_code(company, company.cost_code_list, None, {**values, "parent_id": parent_id})
        return redirect(request.path, 303)

    @route("POST", "/<int:company_id>/company/cost_codes/<int:code_id>")
    def rename_cost_code_form(self, request: Request, company_id: int, code_id: int) -> Response:
        company = self._company(company_id)
        row = found(company.standard_cost_codes, code_id)
        list_row = found(company.cost_code_lists, row["list_id"])
        self.save_standard_cost_code(company, list_row, row, {"name": request.form.get("name", "").strip()})
        return redirect(f"/{company.id}/company/cost_codes", 303)

    def _company(self, company_id: int) -> Company:
        company = self.companies.get(company_id)
        if company is None:
            raise missing()
        return company

    def _project(self, project_id: int) -> tuple[Company, Row]:
        for company in self.companies.values():
            row = company.projects.get(project_id)
            if row is not None:
                return company, row
        raise missing()


def _call(entry: Entry) -> str:
    query = "&".join(f"{name}={value}" for name, values in entry.query.items() for value in values)
    return f"{entry.method} {entry.path}{'?' if query else ''}{query}"


def _stage_name(company: Company, row: Row) -> str:
    stage = company.stages.get(row["project_stage_id"])
    return str(stage["name"]) if stage else ""


def _links(company: Company) -> Markup:
    pages = (("home/list", "Projects"), ("directory", "Directory"), ("cost_codes", "Cost codes"))
    return html.paragraph(Markup(" · ").join(html.link(f"/{company.id}/company/{at}", text) for at, text in pages))


def project_links(row: Row) -> Markup:
    """To the tools of a project."""
    tools = (("home", "Project"), ("commitments", "Commitments"), ("direct_costs", "Direct costs"))
    return html.paragraph(Markup(" · ").join(html.link(f"/{row.id}/project/{at}", text) for at, text in tools))


def banner(row: Row) -> Markup:
    """Procore shows it as soon as a record has an origin_id:
    https://developers.procore.com/documentation/tutorial-financial-tools#sync-banners"""
    if not row["origin_id"]:
        return Markup("")
    return html.paragraph(Markup("{} {}").format(INTEGRATED, html.code(row["origin_id"])), "banner")


def _project_fields(company: Company, row: Row | None) -> list[Markup]:
    stages = [(stage.id, stage["name"]) for stage in company.stages]
    active = "yes" if row is None or row["active"] else "no"
    return [
        html.field("Name", "name", row["name"] if row else ""),
        html.field("Number", "project_number", row["project_number"] if row else ""),
        html.select("Stage", "project_stage_id", stages, row["project_stage_id"] if row else stages[0][0]),
        html.select("Active", "active", (("yes", "active"), ("no", "inactive")), active),
    ]


def _project_form(request: Request) -> dict[str, object]:
    return {
        "name": request.form.get("name", "").strip(),
        "project_number": request.form.get("project_number", "").strip() or None,
        "project_stage_id": request.form.get("project_stage_id"),
        "active": request.form.get("active") == "yes",
    }
