"""Payments issued, over the API.

https://developers.procore.com/reference/rest/v1/contract-payments
"""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import money_columns
from .books import BooksRoutes
from .claims import Claim
from .contracts import Contract
from .core import Values
from .lists import paged
from .payment_shapes import payment
from .rules import Invalid, check_choice, check_days, check_fields, check_origin, decimal, missing
from .state import Row

TOOL = "commitments"
PAYMENTS = "/rest/v1.0/contract_payments"
ONE = f"{PAYMENTS}/<int:payment_id>"
# https://developers.procore.com/documentation/tutorial-financial-tools#payments
LOCKED = "The Contract Payment cannot be edited or deleted because it is synced with an ERP system"
FILES = "prostore_file_ids"
FREE = {"origin_id", "origin_data", FILES}  # of a locked payment
NUMBERS = ("payment_number", "draw_request_number")


class PaymentRoutes(BooksRoutes):
    @route("GET", PAYMENTS)
    def list_payments(self, request: Request) -> Response:
        """Of one commitment, without filters."""
        contract = self._contract_paid(request)
        return paged(request, contract.payments, lambda row: payment(contract.company, row))

    @route("GET", ONE)
    def show_payment(self, request: Request, payment_id: int) -> Response:
        contract = self._contract_paid(request)
        return json_response(payment(contract.company, _payment(contract, payment_id)))

    @route("POST", PAYMENTS)
    def create_payment(self, request: Request) -> Response:
        contract = self._contract_paid(request)
        if not contract["allow_payments"]:
            raise Invalid(422, base="Payments are not enabled for this contract")
        values = self._checked_payment(contract, None, self.wrapped(request, "contract_payment"))
        claim = contract.company.claims.get(values.pop("requisition_id", None))
        amount, day = values.pop("amount"), values.pop("date", None) or self.world.now().date()
        row = contract.add_payment(amount, day, claim if isinstance(claim, Claim) else None, **values)
        if self.switches.payments_set_payment_date and claim is not None:
            claim.change(payment_date=row["date"])
        return json_response(payment(contract.company, row), 201)

    @route("PATCH", ONE)
    def update_payment(self, request: Request, payment_id: int) -> Response:
        """Attachments may be sent without an attribute of the payment, even of a locked one."""
        contract = self._contract_paid(request)
        row = _payment(contract, payment_id)
        body = self.body(request)
        alone = "attachments" in body and "contract_payment" not in body
        update = {} if alone else self.wrapped(request, "contract_payment")
        if row["origin_id"] and update.keys() - FREE:
            raise Invalid(422, base=LOCKED)
        row.change(**self._checked_payment(contract, row, update))
        return json_response(payment(contract.company, row))

    @route("DELETE", ONE)
    def delete_payment(self, request: Request, payment_id: int) -> Response:
        contract = self._contract_paid(request)
        row = _payment(contract, payment_id)
        if row["origin_id"]:
            raise Invalid(422, base=LOCKED)
        contract.remove_payment(row)
        return json_response({})

    def _checked_payment(self, contract: Contract, row: Row | None, update: Values) -> Values:
        known = {**money_columns.PAYMENT_WRITABLE, FILES: None}
        values = check_fields(update, known, self.switches.refuses_unknown_fields)
        if FILES in values:
            values["attachments"] = _files(contract, values.pop(FILES))
        check_origin(contract.company.payments, values, row)
        check_choice(values, "payment_method", money_columns.PAYMENT_METHODS)
        check_days(values, "date", "invoice_date")
        if row is None or "amount" in values:
            values["amount"] = decimal(values, "amount")
            if values["amount"] < 0 and self.switches.refuses_negative_payments:
                raise Invalid(422, amount="must be greater than or equal to 0")
        for name in NUMBERS:
            if values.get(name) is not None and not isinstance(values[name], int):
                raise Invalid(422, **{name: "is not a number"})
        claim_id = values.get("requisition_id")
        if claim_id is not None and all(claim.id != claim_id for claim in contract.claims):
            raise Invalid(422, requisition_id="is invalid")
        return values

    def _contract_paid(self, request: Request) -> Contract:
        """Both the project and the contract must be named."""
        project = self.books_asked(request, self.required(request, "project_id"), TOOL)
        return self.contract_asked(project, self.required(request, "contract_id"))


def _payment(contract: Contract, payment_id: int) -> Row:
    for row in contract.payments:
        if row.id == payment_id:
            return row
    raise missing()


def _files(contract: Contract, ids: Any) -> tuple[tuple[int, str], ...]:
    """Files that the company has already."""
    if not isinstance(ids, list) or not all(isinstance(one, int) and one in contract.company.files for one in ids):
        raise Invalid(422, **{FILES: "is invalid"})
    return tuple((file_id, str(file_id)) for file_id in ids)
