"""What all routes to a project's books ask: the project, a contract of it, the codes of a line."""

from __future__ import annotations

from decimal import Decimal

from werkzeug.wrappers import Request

from . import money_columns
from .contracts import Contract
from .core import Core, Values
from .project import Project
from .rules import Invalid, check_choice, check_fields, decimal, missing
from .state import Row

NOT_CHARGEABLE = "Cost Code is Not Chargeable"


class BooksRoutes(Core):
    def books_asked(self, request: Request, project_id: object, tool: str) -> Project:
        """The project, if the login may see it and the tool."""
        project = self.project_asked(request, project_id)
        self.need_tool(request, tool, project)
        if not isinstance(project, Project):
            raise missing()
        return project

    def contract_asked(self, project: Project, contract_id: object) -> Contract:
        contract = project.company.contract(contract_id)
        if contract is None or contract.project is not project or contract["deleted_at"]:
            raise missing()
        return contract

    def vendor_asked(self, project: Project, vendor_id: object) -> int:
        """The company's id of the vendor that a project means."""
        vendor = project.company.vendor_in(project, vendor_id)
        if vendor is None:
            raise Invalid(422, vendor_id="has not been added to this project")
        return vendor.id

    def checked_line(self, project: Project, row: Row | None, update: Values) -> Values:
        """The columns of a line to be written, with its codes and its amount. Raises Invalid."""
        values = check_fields(update, money_columns.LINE_WRITABLE, self.switches.refuses_unknown_fields)
        check_choice(values, "extended_type", ("manual", "calculated"))
        for name in ("amount", "quantity", "unit_cost"):
            if values.get(name) is not None:
                values[name] = decimal(values, name)
            else:
                values.pop(name, None)
        if values.get("extended_type", row["extended_type"] if row else "manual") == "calculated":
            values["amount"] = _either(values, row, "quantity") * _either(values, row, "unit_cost")
        if values.get("tax_code_id") is not None and project.company.tax_codes.get(values["tax_code_id"]) is None:
            raise Invalid(422, tax_code_id="is invalid")
        return {**values, **_codes(project, row, values)}


def _either(values: Values, row: Row | None, name: str) -> Decimal:
    amount: Decimal = values[name] if name in values else row[name] if row else money_columns.ZERO
    return amount


def _codes(project: Project, row: Row | None, values: Values) -> Values:
    """A budget code, or a cost code with a cost type: https://developers.procore.com/reference/rest/v1/direct-costs"""
    if values.get("wbs_code_id") is not None:
        return _by_wbs_code(project, values["wbs_code_id"])
    if values.get("cost_code_id") is not None:
        return _by_cost_code(project, values["cost_code_id"], values.get("line_item_type_id"))
    if row is None:
        raise Invalid(422, wbs_code_id="can't be blank")
    return {}


def _by_wbs_code(project: Project, wbs_code_id: object) -> Values:
    wbs = project.company.wbs_codes.get(wbs_code_id)
    if wbs is None or wbs["project_id"] != project.id or wbs["status"] != "active":
        raise Invalid(422, wbs_code_id="is invalid")
    code = project.company.cost_codes.get(wbs["cost_code_id"])
    if code is not None and not project.company.takes_costs(code):
        raise Invalid(422, wbs_code_id=NOT_CHARGEABLE)
    return {
        "wbs_code_id": wbs.id,
        "cost_code_id": wbs["cost_code_id"],
        "line_item_type_id": wbs["line_item_type_id"],
    }


def _by_cost_code(project: Project, cost_code_id: object, cost_type_id: object) -> Values:
    company = project.company
    code, cost_type = company.cost_codes.get(cost_code_id), company.line_item_types.get(cost_type_id)
    if code is None or code["project_id"] != project.id:
        raise Invalid(422, cost_code_id="is invalid")
    if not company.takes_costs(code):
        raise Invalid(422, cost_code_id=NOT_CHARGEABLE)
    if cost_type is None:
        raise Invalid(422, line_item_type_id="can't be blank")
    return project.coded(code, cost_type)
