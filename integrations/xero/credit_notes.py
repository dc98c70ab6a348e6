"""Supplier credit notes and what they are used for.

https://developer.xero.com/documentation/api/accounting/creditnotes
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from ..base.broken import Sink
from ..base.client import ApiClient, Request
from ..base.errors import Rejected
from .bills import EXACT, AppliedPayment
from .documents import Amount, Day, Document, Many, One
from .drafts import DELETED, VOIDED
from .endpoints import path, quoted, read_list, write
from .paging import PageOf, Resource
from .payments import PaidDocument
from .records import Id, MaybeId, Text, XeroRecord

SUPPLIER_CREDIT = "ACCPAYCREDIT"
IS_SUPPLIER_CREDIT = f'Type=="{SUPPLIER_CREDIT}"'


class Allocation(XeroRecord):
    """A part of a credit that was set against a bill. `date` is the later of both documents' dates."""

    allocation_id: MaybeId = ""
    amount: Amount = Decimal(0)
    date: Day = None
    invoice: Annotated[PaidDocument, One] = PaidDocument()


class CreditNote(Document):
    """`payments` are refunds."""

    credit_note_id: Id
    credit_note_number: Text = ""
    remaining_credit: Amount = Decimal(0)
    allocations: Annotated[tuple[Allocation, ...], Many] = ()
    payments: Annotated[tuple[AppliedPayment, ...], Many] = ()
    fully_paid_on_date: Day = None

    @property
    def ended(self) -> bool:
        return self.status in (VOIDED, DELETED)


CREDIT_NOTES = Resource(CreditNote, "CreditNotes", "CreditNoteID")


def credit_note_pages(
    client: ApiClient, since: datetime | None = None, *, first: int = 1, broken: Sink | None = None
) -> Iterator[PageOf[CreditNote]]:
    """Supplier credit notes changed since then, whatever their status, with lines and allocations."""
    return CREDIT_NOTES.pages(client, since, first=first, broken=broken, where=IS_SUPPLIER_CREDIT)


def credit_note(client: ApiClient, note_id: str) -> CreditNote | None:
    return CREDIT_NOTES.one(client, note_id)


def credit_notes_numbered(client: ApiClient, number: str) -> list[CreditNote]:
    """The supplier credit notes with exactly this number; numbers are not unique. One that no filter can hold is
    looked for among all."""
    try:
        condition = f"{IS_SUPPLIER_CREDIT} AND CreditNoteNumber=={quoted(number)}"
    except Rejected:
        condition = IS_SUPPLIER_CREDIT
    return [note for note in CREDIT_NOTES.matching(client, condition) if note.credit_note_number == number]


def put_credit_notes(bodies: Sequence[Mapping[str, Any]]) -> Request:
    """Create; the answer tells each one's fate (`answers.read_results`)."""
    return write("PUT", path("CreditNotes"), {"CreditNotes": list(bodies)}, summarizeErrors="false", **EXACT)


def post_credit_note(note_id: str, body: Mapping[str, Any]) -> Request:
    return write("POST", path("CreditNotes", note_id), {"CreditNotes": [{**body, "CreditNoteID": note_id}]}, **EXACT)


def put_allocation(note_id: str, bill_id: str, amount: Decimal, day: date) -> Request:
    """Set a part of an approved credit note against an approved bill of the same supplier and currency."""
    body = {"Amount": amount, "Date": day.isoformat(), "Invoice": {"InvoiceID": bill_id}}
    return write("PUT", path("CreditNotes", note_id, "Allocations"), {"Allocations": [body]})


def delete_allocation(note_id: str, allocation_id: str) -> Request:
    return Request("DELETE", path("CreditNotes", note_id, "Allocations", allocation_id))


def read_allocations(data: Any) -> list[Allocation]:
    return read_list(Allocation, data, "Allocations")
