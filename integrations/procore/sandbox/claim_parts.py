"""Parts of a claim over the API: its lines by type, all of them at once, and changes of many.

https://developers.procore.com/reference/rest/v1/requisitions-subcontractor-invoices
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import claim_item_shapes
from .claims import ClaimItem
from .core import Values
from .lists import paged
from .requisitions import RequisitionRoutes
from .rules import Invalid, check_days
from .state import whole_or_not_at_all

CLAIM = "/rest/v1.0/requisitions/<int:claim_id>"
V2_CLAIM = "/rest/v2.0/companies/<int:company_id>/projects/<int:project_id>/requisitions/<int:claim_id>"


class ClaimPartRoutes(RequisitionRoutes):
    @route("GET", f"{CLAIM}/contract_items")
    def list_contract_items(self, request: Request, claim_id: int) -> Response:
        return self._items(request, claim_id, "contract_item", claim_item_shapes.contract_item)

    @route("GET", f"{CLAIM}/contract_detail_items")
    def list_contract_detail_items(self, request: Request, claim_id: int) -> Response:
        return self._items(request, claim_id, "contract_detail_item", claim_item_shapes.detail_item)

    @route("GET", f"{CLAIM}/change_order_items")
    def list_change_order_items(self, request: Request, claim_id: int) -> Response:
        return self._items(request, claim_id, "change_order_item", claim_item_shapes.change_order_item)

    def _items(self, request: Request, claim_id: int, kind: str, show: Callable[[ClaimItem, Any], Values]) -> Response:
        rows = [row for row in self.claim_asked(request, claim_id).items if row.kind == kind]
        return paged(request, rows, lambda row: show(row, self.switches))

    @route("GET", f"{CLAIM}/detail")
    def show_claim_detail(self, request: Request, claim_id: int) -> Response:
        """Not paged."""
        rows = self.claim_asked(request, claim_id).items
        return json_response([claim_item_shapes.detail(row, self.switches) for row in rows])

    @route("PATCH", f"{CLAIM}/bulk_item_update")
    def update_claim_items(self, request: Request, claim_id: int) -> Response:
        """Refused as a whole; the type of a line need not be named here."""
        claim = self.claim_asked(request, claim_id)
        claim.check_open()
        updates = self.body(request).get("requisition_items")
        if not isinstance(updates, list) or not all(isinstance(update, dict) for update in updates):
            raise Invalid(400, requisition_items="required")
        kinds = {row.id: row.kind for row in claim.items}
        items = [{"item_type": kinds.get(update.get("id", 0), "contract_item"), **update} for update in updates]
        with whole_or_not_at_all(claim, *claim.items):
            self.enter_items(claim, items, by_id=True)
        return json_response({})

    @route("PATCH", f"{V2_CLAIM}/payment_details")
    def update_due_date(self, request: Request, company_id: int, project_id: int, claim_id: int) -> Response:
        """The day it is due, and no payment."""
        self.company_asked(request, company_id)
        claim = self.claim_of(request, project_id, claim_id)
        claim.check_open()
        values = {"due_date": self.required(request, "due_date")}
        check_days(values, "due_date")
        claim.change(**values)
        return json_response({"data": values})
