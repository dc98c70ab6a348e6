"""Who am I, which companies are there, and the keys of outside systems on any record."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import columns, money_columns, shapes
from .company import Company
from .core import MAX_SYNC, Core, Values
from .lists import paged
from .rules import Invalid, forbidden
from .state import Row, Table

# https://developers.procore.com/documentation/erp-external-data-details
ITEM_TYPES = frozenset(
    columns.names(
        "budget change_order contract_payment cost_code department insurance invoice_payment item line_item "
        "line_item_type markup payment_application payment_application_line_item prime_contract project "
        "purchase_order_contract requisition requisition_change_order_item requisition_contract_detail_item "
        "requisition_contract_item standard_cost_code sub_job tax_code vendor work_order_contract"
    )
)
EXTERNAL = ("origin_id", "origin_data", "origin_code")


class PlatformRoutes(Core):
    @route("GET", "/rest/v1.0/me")
    def me(self, request: Request) -> Response:
        person = self.caller(request).person
        return json_response({"id": person.id, "login": person.login, "name": person.name})

    @route("GET", "/rest/v1.0/companies")
    def list_companies(self, request: Request) -> Response:
        """A person's companies; for a service account those where the app is installed."""
        token = self.caller(request)
        companies = [
            company
            for company in self.companies.values()
            if not token.of_service_account or company.id in token.app.installed
        ]
        return paged(request, companies, shapes.company)

    @route("PATCH", "/rest/v1.0/companies/<int:company_id>/external_data/sync")
    def sync_external_data(self, request: Request, company_id: int) -> Response:
        """Set or clear the outside keys of up to 1,000 records of any type; a null clears, and unlocks."""
        company = self._with_external_data(request, company_id)
        entities, errors = [], []
        for update in self._updates(request, self.switches.sync_limit_status):
            try:
                entities.append(set_external_data(self.external_tables(company), update))
            except Invalid as refusal:
                errors.append({**update, "errors": refusal.fields})
        return json_response({"entities": entities, "errors": errors})

    @route("DELETE", "/rest/v1.0/companies/<int:company_id>/external_data/bulk_destroy")
    def clear_external_data(self, request: Request, company_id: int) -> Response:
        company = self._with_external_data(request, company_id)
        body = self.body(request)
        ids = body.get("item_ids")
        if not isinstance(ids, list) or len(ids) > MAX_SYNC:
            raise Invalid(400, item_ids="required")
        for item_id in ids:
            update = {"item_type": body.get("item_type"), "item_id": item_id, "origin_id": None, "origin_data": None}
            set_external_data(self.external_tables(company), update)
        return json_response({})

    def _with_external_data(self, request: Request, company_id: int) -> Company:
        if not self.switches.external_data_allowed:
            raise forbidden()
        return self.company_asked(request, company_id)

    def external_tables(self, company: Company) -> dict[str, Table]:
        """Tables by item type."""
        return {
            "project": company.projects,
            "vendor": company.vendors,
            "cost_code": company.cost_codes,
            "standard_cost_code": company.standard_cost_codes,
            "line_item_type": company.line_item_types,
            "change_order": company.change_orders,
            "contract_payment": company.payments,
            "item": company.direct_costs,
            "line_item": company.lines,
            "purchase_order_contract": company.contracts[money_columns.PURCHASE_ORDER],
            "requisition": company.claims,
            "requisition_contract_item": company.claim_items,
            "work_order_contract": company.contracts[money_columns.SUBCONTRACT],
        }


def set_external_data(tables: dict[str, Table], update: Values) -> dict[str, Any]:
    row = _external_row(tables, update)
    given = {name: update[name] for name in EXTERNAL if name in update}
    owner = tables[update["item_type"]].with_origin(given.get("origin_id"))
    if owner is not None and owner is not row:
        raise Invalid(422, origin_id="has already been taken")
    row.change(**{name: value for name, value in given.items() if row.has(name)})
    shown = {name: row[name] if row.has(name) else None for name in EXTERNAL}
    return {"item_type": update["item_type"], "item_id": row.id, **shown}


def _external_row(tables: dict[str, Table], update: Values) -> Row:
    kind = update.get("item_type")
    if not isinstance(kind, str) or kind not in ITEM_TYPES:
        raise Invalid(422, item_type="is not included in the list")
    row = tables[kind].get(update.get("item_id")) if kind in tables else None
    if row is None:
        raise Invalid(404, item_id="Entity with this ID not found")
    return row
