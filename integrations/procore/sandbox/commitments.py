"""Commitments over the API: subcontracts and purchase orders, both with the same rules.

https://developers.procore.com/reference/rest/v1/work-order-contracts
https://developers.procore.com/reference/rest/v1/purchase-order-contracts
"""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import contract_shapes, money_columns
from .books import BooksRoutes
from .contracts import Contract
from .core import Values
from .lists import Filter, equals, ids, moments, narrowed, paged
from .project import Project
from .rules import Invalid, check_choice, check_fields, check_name, check_origin, decimal, missing
from .state import Row

TOOL = "commitments"
TOO_LARGE = 413  # of syncs of lines, the schema says so itself
VENDOR_NEEDED = "must be selected when the contract's status is not draft"
LOCKED = "Approved and complete contracts cannot be changed"
LOCKED_STATUSES = ("Approved", "Complete")
KINDS = {"work_order_contracts": money_columns.SUBCONTRACT, "purchase_order_contracts": money_columns.PURCHASE_ORDER}
WRAPPERS = {"work_order_contracts": "work_order_contract", "purchase_order_contracts": "purchase_order_contract"}
ANY_KIND = "<any(work_order_contracts,purchase_order_contracts):kind>"
CONTRACTS = f"/rest/v1.0/{ANY_KIND}"
LINES = f"{CONTRACTS}/<int:contract_id>/line_items"

FILTERS: dict[str, Filter] = {
    "created_at": moments("created_at"),
    "id": ids,
    "origin_id": equals("origin_id"),
    "status": equals("status"),
    "updated_at": moments("updated_at"),
}
LINE_FILTERS: dict[str, Filter] = {
    "cost_code_id": equals("cost_code_id"),
    "created_at": moments("created_at"),
    "id": ids,
    "line_item_type_id": equals("line_item_type_id"),
    "updated_at": moments("updated_at"),
}


class CommitmentRoutes(BooksRoutes):
    @route("GET", "/rest/v1.0/commitments")
    def list_all_commitments(self, request: Request) -> Response:
        """Both kinds, in brief, and without filters."""
        project = self._commitments_of(request)
        return paged(request, _present(project.commitments), contract_shapes.light)

    @route("GET", "/rest/v1.0/commitments/<int:contract_id>")
    def show_any_commitment(self, request: Request, contract_id: int) -> Response:
        """Of either kind."""
        row = self.contract_asked(self._commitments_of(request), contract_id)
        return json_response(contract_shapes.any_contract(row))

    @route("GET", CONTRACTS)
    def list_commitments(self, request: Request, kind: str) -> Response:
        project = self._commitments_of(request)
        wanted = request.args.get("filters[include_deleted]")
        rows = [row for row in project.commitments if row.kind == KINDS[kind] and _shown(row, wanted)]
        known = {**FILTERS, "include_deleted": lambda values: lambda row: True}
        kept = narrowed(request, rows, known, self.switches.refuses_unknown_filters)
        return paged(request, kept, contract_shapes.contract)

    @route("GET", f"{CONTRACTS}/<int:contract_id>")
    def show_commitment(self, request: Request, kind: str, contract_id: int) -> Response:
        return json_response(contract_shapes.whole_contract(self._contract(request, kind, contract_id)))

    @route("POST", CONTRACTS)
    def create_commitment(self, request: Request, kind: str) -> Response:
        project = self._commitments_of(request)
        row = self.save_commitment(project, KINDS[kind], None, self.wrapped(request, WRAPPERS[kind]))
        return json_response(contract_shapes.whole_contract(row), 201)

    @route("PATCH", f"{CONTRACTS}/<int:contract_id>")
    def update_commitment(self, request: Request, kind: str, contract_id: int) -> Response:
        row = self._contract(request, kind, contract_id)
        self.save_commitment(row.project, row.kind, row, self.wrapped(request, WRAPPERS[kind]))
        return json_response(contract_shapes.whole_contract(row))

    @route("DELETE", f"{CONTRACTS}/<int:contract_id>")
    def delete_commitment(self, request: Request, kind: str, contract_id: int) -> Response:
        row = self._contract(request, kind, contract_id)
        self.check_unlocked(row)
        row.change(deleted_at=self.world.now())
        return json_response({})

    @route("PATCH", f"{CONTRACTS}/sync")
    def sync_commitments(self, request: Request, kind: str) -> Response:
        """Headers only."""
        project = self._commitments_of(request)

        def save(row: Row | None, update: Values) -> Row:
            if row is not None and (not isinstance(row, Contract) or row.project is not project):
                raise Invalid(404, id="Entity with this ID not found")
            return self.save_commitment(project, KINDS[kind], row, update)

        return self.sync(request, project.company.contracts[KINDS[kind]], save, _shape)

    def save_commitment(self, project: Project, kind: str, row: Contract | None, update: Values) -> Contract:
        """Raises Invalid."""
        values = check_fields(update, money_columns.CONTRACT_WRITABLE[kind], self.switches.refuses_unknown_fields)
        check_choice(values, "status", money_columns.STATUSES[kind])
        check_choice(values, "accounting_method", ("amount", "unit"))
        check_origin(project.company.contracts[kind], values, row)
        if values.get("retainage_percent") is not None:
            values["retainage_percent"] = decimal(values, "retainage_percent")
        if values.get("vendor_id") is not None:
            values["vendor_id"] = self._joined_vendor(project, values["vendor_id"])
        status, vendor_id = (values.get(name, row[name] if row else None) for name in ("status", "vendor_id"))
        if vendor_id is None and status not in (None, "Draft"):
            raise Invalid(422, vendor_id=VENDOR_NEEDED)
        if row is None:
            values.setdefault("number", f"SC-{len(project.commitments) + 1:03}")
            return project.new_commitment(kind, values)
        if vendor_id != row["vendor_id"]:
            self.check_unlocked(row)
        row.change(**values)
        return row

    def _joined_vendor(self, project: Project, vendor_id: object) -> int:
        found = self.vendor_asked(project, vendor_id)
        if self.switches.commitments_need_project_vendors and found not in project["vendor_ids"]:
            raise Invalid(422, vendor_id="has not been added to this project")
        return found

    def check_unlocked(self, row: Contract) -> None:
        """https://developers.procore.com/documentation/tutorial-financial-tools#commitments"""
        if self.switches.approved_commitments_are_locked and row["status"] in LOCKED_STATUSES:
            raise Invalid(422, base=LOCKED)

    # The schedule of values.

    @route("GET", LINES)
    def list_commitment_lines(self, request: Request, kind: str, contract_id: int) -> Response:
        row = self._contract(request, kind, contract_id)
        kept = narrowed(request, row.lines, LINE_FILTERS, self.switches.refuses_unknown_filters)
        return paged(request, kept, lambda line: contract_shapes.line(row.project, line))

    @route("POST", LINES)
    def create_commitment_line(self, request: Request, kind: str, contract_id: int) -> Response:
        row = self._contract(request, kind, contract_id)
        line = self._save_line(row, None, self.wrapped(request, "line_item"))
        return json_response(contract_shapes.line(row.project, line), 201)

    @route("PATCH", f"{LINES}/sync")
    def sync_commitment_lines(self, request: Request, kind: str, contract_id: int) -> Response:
        row = self._contract(request, kind, contract_id)
        return self.sync(
            request,
            row.company.lines,
            lambda line, update: self._save_line(row, line, update),
            lambda line: contract_shapes.line(row.project, line),
            TOO_LARGE,
        )

    def _save_line(self, contract: Contract, row: Row | None, update: Values) -> Row:
        self.check_unlocked(contract)
        if row is not None and row not in contract.lines:
            raise Invalid(404, id="Entity with this ID not found")
        values = self.checked_line(contract.project, row, update)
        check_origin(contract.company.lines, values, row)
        if row is None:
            check_name(values, None, "description")
            return contract.keep_line(values)
        row.change(**values)
        contract.touch()
        return row

    def _commitments_of(self, request: Request) -> Project:
        return self.books_asked(request, self.required(request, "project_id"), TOOL)

    def _contract(self, request: Request, kind: str, contract_id: int) -> Contract:
        contract = self.contract_asked(self._commitments_of(request), contract_id)
        if contract.kind != KINDS[kind]:
            raise missing()
        return contract


def _present(rows: list[Contract]) -> list[Contract]:
    return [row for row in rows if not row["deleted_at"]]


def _shown(row: Contract, deleted: str | None) -> bool:
    """`filters[include_deleted]` is "only" or "with"."""
    return deleted == "with" or bool(row["deleted_at"]) is (deleted == "only")


def _shape(row: Row) -> Values:
    return contract_shapes.contract(row) if isinstance(row, Contract) else {}
