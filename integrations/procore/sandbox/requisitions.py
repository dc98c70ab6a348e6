"""Progress claims over the API.

https://developers.procore.com/reference/rest/v1/requisitions-subcontractor-invoices
https://developers.procore.com/documentation/tutorial-requisitions
"""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import claim_shapes, money_columns
from .books import BooksRoutes
from .claim_entry import enter_items
from .claims import LOCKED, Claim
from .core import Values
from .lists import Filter, equals, flag, ids, moments, narrowed, paged
from .project import Project
from .rules import Invalid, check_choice, check_days, check_fields, check_origin, missing
from .state import whole_or_not_at_all

DEFAULT_SIZE, LARGEST_SIZE = 30, 100  # the default is published, the largest is not
TOOL = "commitments"
NO_PERIOD = "The project must have an open billing period (or admin can specify a period_id) to create an invoice"
OVER_BILLED = "This invoice could not be saved because a line item was over billed. Please adjust your billing amount"
DAYS = ("billing_date", "payment_date", "requisition_end", "requisition_start", "submitted_at")

FILTERS_V10: dict[str, Filter] = {
    "commitment_id": equals("commitment_id"),
    "created_at": moments("created_at"),
    "id": ids,
    "origin_id": equals("origin_id"),
    "period_id": equals("period_id"),
    "status": lambda values: lambda row: row["status"] == _status(values[-1]),
    "updated_at": moments("updated_at"),
}
FILTERS_V11: dict[str, Filter] = {
    **FILTERS_V10,
    "is_last": flag("is_last", lambda row: isinstance(row, Claim) and _is_last(row)),
}


def _status(value: str) -> str:
    if value not in money_columns.CLAIM_STATUSES:
        raise Invalid(400, status="is not included in the list")
    return value


def _is_last(claim: Claim) -> bool:
    return claim.contract.claims[-1] is claim


class RequisitionRoutes(BooksRoutes):
    @route("GET", "/rest/v1.1/requisitions")
    def list_claims(self, request: Request) -> Response:
        """Lines and certificate come with view=extended only."""
        view = request.args.get("view", "default")
        claims = self._claims(request, FILTERS_V11)
        return paged(request, claims, lambda c: claim_shapes.v11(c, self.switches, view), DEFAULT_SIZE, LARGEST_SIZE)

    @route("GET", "/rest/v1.0/requisitions")
    def list_claims_v10(self, request: Request) -> Response:
        """Knows no view."""
        claims = self._claims(request, FILTERS_V10)
        return paged(request, claims, lambda c: claim_shapes.v10(c, self.switches), DEFAULT_SIZE, LARGEST_SIZE)

    def _claims(self, request: Request, filters: dict[str, Filter]) -> list[Claim]:
        project = self.books_asked(request, self.required(request, "project_id"), TOOL)
        claims = [claim for contract in project.commitments for claim in contract.claims]
        return narrowed(request, claims, filters, self.switches.refuses_unknown_filters)

    @route("GET", "/rest/v1.1/requisitions/<int:claim_id>")
    def show_claim(self, request: Request, claim_id: int) -> Response:
        return self._shown_claim(request, self.claim_asked(request, claim_id))

    @route("POST", "/rest/v1.1/requisitions")
    def create_claim(self, request: Request) -> Response:
        return self._shown_claim(request, self._new_claim(request), 201)

    @route("POST", "/rest/v1.0/requisitions")
    def create_claim_v10(self, request: Request) -> Response:
        """The older answer names the certificate `g702`."""
        claim = self._new_claim(request)
        header = claim_shapes.v10(claim, self.switches)
        names = claim_shapes.CREATED_V10
        g702 = claim_shapes.g702(claim.certificate)
        return json_response({**{name: header[name] for name in names}, "g702": g702, "attachments": []}, 201)

    def _new_claim(self, request: Request) -> Claim:
        project = self.books_asked(request, self.required(request, "project_id"), TOOL)
        contract = self.contract_asked(project, self.required(request, "commitment_id"))
        values = self.wrapped(request, "requisition")
        items = values.pop("items", [])
        checked = self._checked_claim(project, None, values)
        if "period_id" not in checked:
            open_periods = [row for row in project.billing_periods if row["status"] == "open"]
            if not open_periods:
                raise Invalid(422, base=NO_PERIOD)
            checked["period_id"] = open_periods[-1].id
        claim = contract.start_claim(checked)
        try:
            self.enter_items(claim, items, by_id=False)
        except Invalid:  # nothing of it is kept
            claim.delete()
            raise
        return claim

    @route("PATCH", "/rest/v1.1/requisitions/<int:claim_id>")
    def update_claim(self, request: Request, claim_id: int) -> Response:
        """Refused as a whole when one of its lines is wrong."""
        claim = self.claim_asked(request, claim_id)
        contract = self.contract_asked(claim.contract.project, self.required(request, "commitment_id"))
        if claim.contract is not contract:
            raise missing()
        values = self.wrapped(request, "requisition")
        _check_lock(claim, values)
        items = values.pop("items", [])
        checked = self._checked_claim(contract.project, claim, values)
        with whole_or_not_at_all(claim, *claim.items):
            claim.change(**checked)
            self.enter_items(claim, items, by_id=True)
        return self._shown_claim(request, claim)

    @route("DELETE", "/rest/v1.1/requisitions/<int:claim_id>")
    def delete_claim(self, request: Request, claim_id: int) -> Response:
        claim = self.claim_asked(request, claim_id)
        claim.check_open()
        claim.delete()
        return json_response({})

    def _checked_claim(self, project: Project, claim: Claim | None, update: Values) -> Values:
        values = check_fields(update, money_columns.CLAIM_WRITABLE, self.switches.refuses_unknown_fields)
        check_origin(project.company.claims, values, claim)
        check_choice(values, "status", money_columns.CLAIM_STATUSES)
        check_days(values, *DAYS)
        if values.get("invoice_number") is not None:
            values["invoice_number"] = str(values["invoice_number"])
        period_id = values.get("period_id")
        if period_id is not None and not any(row.id == period_id for row in project.billing_periods):
            raise Invalid(422, period_id="is invalid")
        return values

    def enter_items(self, claim: Claim, items: Any, *, by_id: bool) -> None:
        enter_items(claim, items, self.switches.refuses_unknown_fields, by_id=by_id)
        over = [row for row in claim.items if row.progress.total > row.line["amount"]]
        if items and over and self.switches.refuses_over_billing:
            raise Invalid(422, base=OVER_BILLED)

    def claim_asked(self, request: Request, claim_id: int) -> Claim:
        return self.claim_of(request, self.required(request, "project_id"), claim_id)

    def claim_of(self, request: Request, project_id: object, claim_id: int) -> Claim:
        project = self.books_asked(request, project_id, TOOL)
        claim = project.company.claims.get(claim_id)
        if not isinstance(claim, Claim) or claim.contract.project is not project:
            raise missing()
        return claim

    def _shown_claim(self, request: Request, claim: Claim, status: int = 200) -> Response:
        view = request.args.get("view", "default")
        return json_response(claim_shapes.v11(claim, self.switches, view), status)


def _check_lock(claim: Claim, values: Values) -> None:
    """https://developers.procore.com/documentation/tutorial-financial-tools#subcontractor-invoices"""
    if claim["origin_id"] and values.keys() - {"origin_id", "origin_data"}:
        raise Invalid(422, base=LOCKED)
