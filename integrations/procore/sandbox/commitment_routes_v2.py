"""Commitments of both kinds over version 2 of the API: ids are texts, and there are no outside keys.

https://developers.procore.com/reference/rest/commitment-contracts
"""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import contract_v2_shapes as shapes
from . import money_columns
from .books import BooksRoutes
from .commitments import CommitmentRoutes
from .contracts import KINDS, Contract
from .core import Values
from .lists import Filter, equals, flag, ids, moments, narrowed, paged
from .project import Project
from .rules import Invalid, check_choice, check_days, check_fields
from .site_routes import V2_LARGEST, V2_SIZE

TOOL = "commitments"
CONTRACTS = "/rest/v2.0/companies/<int:company_id>/projects/<int:project_id>/commitment_contracts"
ONE = f"{CONTRACTS}/<int:contract_id>"
DETAIL = ("change_order_package", "change_order_request", "potential_change_order", "line_item")
DAYS = tuple(name for name in money_columns.CONTRACT_V2_SHOWN if name.endswith("_date"))
KNOWN = dict.fromkeys((*money_columns.CONTRACT_V2_SHOWN, *money_columns.CONTRACT_V2_FILES))

FILTERS: dict[str, Filter] = {
    "accounting_method": equals("accounting_method"),
    "created_at": moments("created_at"),
    "executed": flag("executed"),
    "id": ids,
    "signature_required": flag("signature_required", lambda row: bool(row["more"].get("signature_required"))),
    "status": equals("status"),
    "updated_at": moments("updated_at"),
    "vendor_id": lambda values: lambda row: isinstance(row, Contract) and str(row.shown_vendor_id) in values,
}


class CommitmentRoutesV2(CommitmentRoutes, BooksRoutes):
    @route("GET", CONTRACTS)
    def list_contracts_v2(self, request: Request, company_id: int, project_id: int) -> Response:
        project = self._project_v2(request, company_id, project_id)
        deleted, kind = (request.args.get(f"filters[{name}]") for name in ("include_deleted", "type"))
        check_choice({"type": kind}, "type", KINDS)
        rows = [row for row in project.commitments if kind in (None, row.kind) and _shown(row, deleted)]
        known = {**FILTERS, **dict.fromkeys(("include_deleted", "type"), lambda values: lambda row: True)}
        kept = narrowed(request, rows, known, self.switches.refuses_unknown_filters)
        return paged(request, kept, shapes.contract, V2_SIZE, V2_LARGEST, wrapped=True)

    @route("GET", ONE)
    def show_contract_v2(self, request: Request, company_id: int, project_id: int, contract_id: int) -> Response:
        row = self._contract_v2(request, company_id, project_id, contract_id)
        return json_response({"data": shapes.contract(row)})

    @route("POST", CONTRACTS)
    def create_contract_v2(self, request: Request, company_id: int, project_id: int) -> Response:
        project = self._project_v2(request, company_id, project_id)
        update = dict(self.body(request))
        kind = update.pop("type", None)
        check_choice({"type": kind}, "type", KINDS, needed=True)
        return json_response({"data": shapes.contract(self._save_v2(project, str(kind), None, update))}, 201)

    @route("PATCH", ONE)
    def update_contract_v2(self, request: Request, company_id: int, project_id: int, contract_id: int) -> Response:
        row = self._contract_v2(request, company_id, project_id, contract_id)
        self._save_v2(row.project, row.kind, row, self.body(request))
        return json_response({"data": shapes.contract(row)})

    @route("GET", f"{ONE}/summary")
    def show_contract_summary(self, request: Request, company_id: int, project_id: int, contract_id: int) -> Response:
        row = self._contract_v2(request, company_id, project_id, contract_id)
        return json_response({"data": shapes.summary(row)})

    @route("GET", f"{ONE}/line_items")
    def list_contract_lines_v2(self, request: Request, company_id: int, project_id: int, contract_id: int) -> Response:
        row = self._contract_v2(request, company_id, project_id, contract_id)
        return paged(request, row.lines, lambda line: shapes.line(row, line), V2_SIZE, V2_LARGEST, wrapped=True)

    @route("POST", f"{ONE}/line_items")
    def create_contract_line_v2(self, request: Request, company_id: int, project_id: int, contract_id: int) -> Response:
        """Answered by 200. An amount that is not given is calculated."""
        row = self._contract_v2(request, company_id, project_id, contract_id)
        self.check_unlocked(row)
        known = money_columns.CONTRACT_LINE_V2_WRITABLE
        values = check_fields(self.body(request), known, self.switches.refuses_unknown_fields)
        values.pop("prime_line_item_id", None)
        values["extended_type"] = "manual" if values.get("amount") is not None else "calculated"
        line = row.keep_line(self.checked_line(row.project, None, values))
        return json_response({"data": shapes.line(row, line)})

    def _save_v2(self, project: Project, kind: str, row: Contract | None, update: Values) -> Contract:
        """Raises Invalid."""
        named = {name: value for name, value in update.items() if not name.startswith("custom_field_")}
        values = check_fields(named, KNOWN, self.switches.refuses_unknown_fields)
        check_choice(values, "change_order_level_of_detail", DETAIL)
        check_days(values, *DAYS)
        mine = money_columns.CONTRACT_WRITABLE[kind]
        saved = self.save_commitment(project, kind, row, {n: v for n, v in values.items() if n in mine})
        saved.change(**_more(saved, {n: v for n, v in values.items() if n not in mine}))
        return saved

    def _project_v2(self, request: Request, company_id: int, project_id: int) -> Project:
        self.company_asked(request, company_id)
        return self.books_asked(request, project_id, TOOL)

    def _contract_v2(self, request: Request, company_id: int, project_id: int, contract_id: int) -> Contract:
        return self.contract_asked(self._project_v2(request, company_id, project_id), contract_id)


def _more(row: Contract, values: Values) -> dict[str, Any]:
    """What version 1 does not write: some of it has a column of its own."""
    own = {name: values.pop(name) for name in list(values) if row.has(name)}
    shown = {name: value for name, value in values.items() if name in money_columns.CONTRACT_V2_SHOWN}
    return {**own, "more": {**row["more"], **shown}}


def _shown(row: Contract, deleted: str | None) -> bool:
    if deleted not in (None, "only", "with"):
        raise Invalid(400, include_deleted="is not included in the list")
    return deleted == "with" or bool(row["deleted_at"]) is (deleted == "only")
