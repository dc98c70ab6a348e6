"""The keys of outside systems on any record, many at a time.

https://developers.procore.com/documentation/erp-external-data-details
"""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import columns, money_columns
from .claims import ClaimItem
from .company import Company
from .core import MAX_SYNC, Core, Values
from .rules import Invalid, check_fields, check_origin, forbidden
from .state import Row, Table

ITEM_TYPES = frozenset(
    columns.names(
        "budget change_order contract_payment cost_code department insurance invoice_payment item line_item "
        "line_item_type markup payment_application payment_application_line_item prime_contract project "
        "purchase_order_contract requisition requisition_change_order_item requisition_contract_detail_item "
        "requisition_contract_item standard_cost_code sub_job tax_code vendor work_order_contract"
    )
)
EXTERNAL = ("origin_id", "origin_data", "origin_code")
CLAIM_ITEMS = {
    "requisition_change_order_item": "change_order_item",
    "requisition_contract_detail_item": "contract_detail_item",
    "requisition_contract_item": "contract_item",
}


class ExternalDataRoutes(Core):
    @route("PATCH", "/rest/v1.0/companies/<int:company_id>/external_data/sync")
    def sync_external_data(self, request: Request, company_id: int) -> Response:
        """Set or clear the outside keys of up to 1,000 records of any type; a null clears, and unlocks."""
        company = self._with_external_data(request, company_id)
        entities, errors = [], []
        for update in self._updates(request, self.switches.sync_limit_status):
            try:
                entities.append(self._stamped(request, company, update))
            except Invalid as refusal:
                errors.append({**update, "errors": refusal.fields})
        return json_response({"entities": entities, "errors": errors})

    @route("DELETE", "/rest/v1.0/companies/<int:company_id>/external_data/bulk_destroy")
    def clear_external_data(self, request: Request, company_id: int) -> Response:
        """Refused as a whole when one of the records is not there."""
        company = self._with_external_data(request, company_id)
        body = self.body(request)
        ids = body.get("item_ids")
        if not isinstance(ids, list) or len(ids) > MAX_SYNC:
            raise Invalid(400, item_ids="required")
        asked = [{"item_type": body.get("item_type"), "item_id": item_id} for item_id in ids]
        for row in [self._row(request, company, one) for one in asked]:
            row.change(**{name: None for name in EXTERNAL if row.has(name)})
        return json_response({})

    def _with_external_data(self, request: Request, company_id: int) -> Company:
        if not self.switches.external_data_allowed:
            raise forbidden()
        return self.company_asked(request, company_id)

    def _stamped(self, request: Request, company: Company, update: Values) -> dict[str, Any]:
        row = self._row(request, company, update)
        given = check_fields(update, dict.fromkeys(EXTERNAL), strict=False)
        check_origin(external_tables(company)[update["item_type"]], given, row)
        row.change(**{name: value for name, value in given.items() if row.has(name)})
        shown = {name: row[name] if row.has(name) else None for name in EXTERNAL}
        return {"item_type": update["item_type"], "item_id": row.id, **shown}

    def _row(self, request: Request, company: Company, update: Values) -> Row:
        """A record of a project that the account may not see is not there for it."""
        kind, tables = update.get("item_type"), external_tables(company)
        if not isinstance(kind, str) or kind not in ITEM_TYPES:
            raise Invalid(422, item_type="is not included in the list")
        row = tables[kind].get(update.get("item_id")) if kind in tables else None
        if row is None or (isinstance(row, ClaimItem) and row.kind != CLAIM_ITEMS[kind]):
            raise _not_found()
        project = _project_of(company, kind, row)
        if project is not None and not self.permits(request, project):
            raise _not_found()
        return row


def external_tables(company: Company) -> dict[str, Table]:
    """Tables by item type; of the other types there are no records."""
    return {
        **dict.fromkeys(CLAIM_ITEMS, company.claim_items),
        "change_order": company.change_orders,
        "contract_payment": company.payments,
        "cost_code": company.cost_codes,
        "item": company.direct_costs,
        "line_item": company.lines,
        "line_item_type": company.line_item_types,
        "project": company.projects,
        "purchase_order_contract": company.contracts[money_columns.PURCHASE_ORDER],
        "requisition": company.claims,
        "standard_cost_code": company.standard_cost_codes,
        "sub_job": company.sub_jobs,
        "tax_code": company.tax_codes,
        "vendor": company.vendors,
        "work_order_contract": company.contracts[money_columns.SUBCONTRACT],
    }


def _project_of(company: Company, kind: str, row: Row) -> Row | None:
    """None for what belongs to the company."""
    if kind == "project":
        return row
    if isinstance(row, ClaimItem):
        return row.claim.contract.project
    owner = _holder(company, row) if kind == "line_item" else row
    return company.projects.get(owner["project_id"]) if owner is not None and owner.has("project_id") else None


def _holder(company: Company, line: Row) -> Row | None:
    """Of a line: a commitment, a change order or a direct cost."""
    tables = (*company.contracts.values(), company.change_orders, company.direct_costs)
    return next((row for table in tables if (row := table.get(line["holder_id"])) is not None), None)


def _not_found() -> Invalid:
    return Invalid(404, item_id="Entity with this ID not found")
