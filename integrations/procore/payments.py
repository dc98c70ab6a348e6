"""Payments issued on a commitment.

https://developers.procore.com/reference/rest/v1/contract-payments . There is no sync and no key against sending twice:
read the commitment's payments before writing one, and find it again by its origin_id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from ..base.client import Request
from .client import ProcoreClient
from .paging import Listing
from .parts import PAGE, V1, body
from .records import Amount, Day, Id, Row, Text, Time

PATH = f"{V1}/contract_payments"


class PaymentMethod(StrEnum):
    CHECK = "check"
    CREDIT_CARD = "credit_card"
    ELECTRONIC = "electronic"


class ContractPayment(Row):
    """A payment as the lists show it: without method and invoice date. `date` is the day it was paid."""

    id: Id
    contract_id: Id | None = None
    project_id: Id | None = None
    requisition_id: Id | None = None
    amount: Amount
    date: Day = None
    invoice_number: Text = ""
    payment_number: Id | None = None
    check_number: Text = ""
    draw_request_number: Id | None = None
    external_payment_id: Text = ""
    notes: Text = ""
    status: Text = ""
    origin_id: Text = ""
    origin_data: Text = ""
    created_at: Time | None = None
    updated_at: Time | None = None


@dataclass(frozen=True)
class NewPayment:
    """What to write of a payment; empty texts and None are left out. An `origin_id` locks it at once."""

    amount: Decimal
    day: date
    origin_id: str
    requisition_id: int | None = None
    invoice_number: str = ""
    invoice_date: date | None = None
    check_number: str = ""
    payment_number: int | None = None
    method: PaymentMethod | None = None
    notes: str = ""
    origin_data: str = ""

    def fields(self) -> dict[str, Any]:
        named = {**vars(self), "date": self.day, "payment_method": self.method}
        del named["day"], named["method"]
        return {name: value for name, value in named.items() if value not in (None, "")}


def contract_payments(client: ProcoreClient, project_id: int, contract_id: int) -> list[ContractPayment]:
    """The payments of one commitment: the list cannot be asked for more. Raises the error tree."""
    query = [("project_id", project_id), ("contract_id", contract_id)]
    return Listing(ContractPayment, PATH, "payments", PAGE).all(client, query)


def create_payment(project_id: int, contract_id: int, payment: NewPayment) -> Request:
    """The answer is the payment. Raises Rejected when sent for a claim of another commitment."""
    return _write("POST", PATH, project_id, contract_id, payment.fields())


def update_payment(project_id: int, contract_id: int, payment_id: int, fields: Mapping[str, Any]) -> Request:
    """A payment with an origin_id takes nothing but another origin_id and origin_data."""
    return _write("PATCH", f"{PATH}/{payment_id}", project_id, contract_id, fields)


def unlock_payment(project_id: int, contract_id: int, payment_id: int) -> Request:
    """Take the outside key away: only then can the payment be changed or deleted.

    https://developers.procore.com/documentation/tutorial-financial-tools#payments
    """
    return update_payment(project_id, contract_id, payment_id, {"origin_id": None})


def delete_payment(project_id: int, contract_id: int, payment_id: int) -> Request:
    """Refused while the payment has an origin_id (`unlock_payment`)."""
    query = {"project_id": str(project_id), "contract_id": str(contract_id)}
    return Request("DELETE", f"{PATH}/{payment_id}", query)


def _write(method: str, path: str, project_id: int, contract_id: int, fields: Mapping[str, Any]) -> Request:
    scope = {"project_id": project_id, "contract_id": contract_id}
    return Request(method, path, body=body({**scope, "contract_payment": dict(fields)}))
