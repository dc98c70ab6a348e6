"""Short ways to write documents through the pretend Xero's API."""

from __future__ import annotations

from typing import Any

from integrations.xero import bills, documents, endpoints
from integrations.xero.answers import ElementResult, Verdict, read_results
from integrations.xero.sandbox import Contact, Document
from tests.sandboxes.xero_world import XeroWorld

WORK = {"Description": "Work", "Quantity": 1, "UnitAmount": "100.00", "AccountCode": "320"}


def supplier(xero: XeroWorld, name: str = "Kauri Ridge Builders") -> Contact:
    """The contact of that name, made when there is none."""
    known = [contact for contact in xero.org.contacts.values() if contact.name == name]
    return known[0] if known else xero.org.add_contact(name)


def bill_body(xero: XeroWorld, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A bill of 100.00 and tax unless told otherwise; a field that is None is left out."""
    whole = {"Type": "ACCPAY", "Contact": {"ContactID": supplier(xero).id}, "LineItems": list(lines) or [WORK]}
    whole |= {"Date": "2026-11-20", "DueDate": "2026-12-20", **more}
    return {name: value for name, value in whole.items() if value is not None}


def put(xero: XeroWorld, *bodies: dict[str, Any]) -> list[ElementResult]:
    return read_results(xero.client.send(bills.put_bills(bodies)).data, "Invoices", len(bodies))


def created(xero: XeroWorld, *lines: dict[str, Any], **more: Any) -> Document:
    """A bill made through the API, as the pretend Xero keeps it."""
    (result,) = put(xero, bill_body(xero, *lines, **more))
    assert result.verdict is Verdict.SAVED, result.messages
    return xero.org.invoices[result.id]


def refusal(xero: XeroWorld, *lines: dict[str, Any], **more: Any) -> str:
    """What is said against a bill that is not created."""
    body = bill_body(xero, *lines, **more)
    before = len(xero.org.invoices), len(xero.org.contacts)
    (result,) = put(xero, body)
    assert result.verdict is Verdict.REFUSED
    assert before == (len(xero.org.invoices), len(xero.org.contacts))
    return " ".join(result.messages)


def change(xero: XeroWorld, document: Document, **body: Any) -> bills.Bill:
    """Raises Rejected."""
    answer = xero.client.send(bills.post_bill(document.id, body)).data
    return endpoints.read_list(bills.Bill, answer, "Invoices")[0]


def read(xero: XeroWorld, document: Document) -> bills.Bill:
    found = bills.bill(xero.client, document.id)
    assert found is not None
    return found


def lines_of(xero: XeroWorld, document: Document) -> tuple[documents.Line, ...]:
    return read(xero, document).line_items
