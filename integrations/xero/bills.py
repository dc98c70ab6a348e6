"""Bills: invoices of type ACCPAY. https://developer.xero.com/documentation/api/accounting/invoices ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import Field

from ..base.broken import Sink
from ..base.client import ApiClient, Request
from ..base.errors import Rejected
from .documents import Amount, Day, Document, Many
from .drafts import DELETED, VOIDED
from .endpoints import IDS_PER_CALL, path, quoted, write
from .paging import PageOf, Resource
from .records import Id, MaybeId, Text, XeroRecord

BILL = "ACCPAY"
IS_BILL = f'Type=="{BILL}"'
LONGEST_LIST = 1_200  # characters of an address that a list of numbers may take
EXACT = {"unitdp": "4"}  # without it Xero rounds unit prices to two decimals


class AppliedPayment(XeroRecord):
    """A payment as a bill mentions it; one of a batch may bear the batch's id instead of its own."""

    payment_id: Id
    batch_payment_id: MaybeId = ""
    date: Day = None
    amount: Amount = Decimal(0)
    reference: Text = ""


class AppliedCredit(XeroRecord):
    """A credit note, prepayment or overpayment as a bill mentions it. `date` is that of the credit."""

    credit_note_id: MaybeId = ""
    prepayment_id: MaybeId = ""
    overpayment_id: MaybeId = ""
    credit_note_number: Text = ""
    date: Day = None
    applied_amount: Amount = Decimal(0)
    total: Amount = Decimal(0)


class Bill(Document):
    """`amount_due` is what is left after payments and credits. Only a bill closed by a payment has a payment."""

    invoice_id: Id
    invoice_number: Text = ""
    due_date: Day = None
    amount_due: Amount = Decimal(0)
    amount_paid: Amount = Decimal(0)
    amount_credited: Amount = Decimal(0)
    fully_paid_on_date: Day = None
    url: Text = ""
    payments: Annotated[tuple[AppliedPayment, ...], Many] = ()
    credit_notes: Annotated[tuple[AppliedCredit, ...], Many] = ()
    prepayments: Annotated[tuple[AppliedCredit, ...], Many] = ()
    overpayments: Annotated[tuple[AppliedCredit, ...], Many] = ()
    repeating_invoice_id: MaybeId = Field("", alias="RepeatingInvoiceID")

    @property
    def settled(self) -> Decimal:
        """What was paid or credited so far."""
        return self.amount_paid + self.amount_credited

    @property
    def ended(self) -> bool:
        return self.status in (VOIDED, DELETED)


BILLS = Resource(Bill, "Invoices", "InvoiceID")


# Reading.


def bill_pages(
    client: ApiClient,
    since: datetime | None = None,
    *,
    first: int = 1,
    broken: Sink | None = None,
    statuses: Sequence[str] = (),
) -> Iterator[PageOf[Bill]]:
    """Bills changed since then, of these statuses (none: of all, voided and deleted ones too), lines included."""
    wanted = {"Statuses": ",".join(statuses)} if statuses else {}
    return BILLS.pages(client, since, first=first, broken=broken, where=IS_BILL, **wanted)


def bill(client: ApiClient, bill_id: str) -> Bill | None:
    """One bill in full, with the ids of its tracking options. None when there is no such bill."""
    return BILLS.one(client, bill_id)


def bills_by_ids(client: ApiClient, ids: Sequence[str], broken: Sink | None = None) -> Iterator[Bill]:
    """The bills with these ids, in as few calls as the address length allows."""
    for start in range(0, len(ids), IDS_PER_CALL):
        some = ids[start : start + IDS_PER_CALL]
        for bill_id in some:
            path("Invoices", bill_id)
        yield from _all(client, broken, IDs=",".join(some))


def bills_by_numbers(client: ApiClient, numbers: Iterable[str]) -> Iterator[Bill]:
    """The bills with exactly these numbers, page by page: there is no end to how many bear one number, also of one
    supplier, and the newest are those that matter most.

    A number that no filter can hold is searched for instead.
    """
    wanted = dict.fromkeys(number for number in numbers if number)
    plain = [number for number in wanted if "," not in number]
    for some in _lists(plain):
        found = _all(client, where=IS_BILL, InvoiceNumbers=",".join(some))
        yield from (one for one in found if one.invoice_number in some)
    for number in wanted:
        if "," in number:
            yield from _bills_numbered(client, number)


def _lists(numbers: Sequence[str]) -> Iterator[set[str]]:
    batch: set[str] = set()
    length = 0
    for number in numbers:
        size = len(quote(number, safe="")) + 3
        if batch and (len(batch) == IDS_PER_CALL or length + size > LONGEST_LIST):
            yield batch
            batch, length = set(), 0
        batch.add(number)
        length += size
    if batch:
        yield batch


def _bills_numbered(client: ApiClient, number: str) -> list[Bill]:
    try:
        found = list(_all(client, where=f"{IS_BILL} AND InvoiceNumber=={quoted(number)}"))
    except Rejected:
        found = list(_all(client, where=IS_BILL, searchTerm=number))
    return [one for one in found if one.invoice_number == number]


def _all(client: ApiClient, broken: Sink | None = None, **params: str) -> Iterator[Bill]:
    for page in BILLS.pages(client, None, first=1, broken=broken, **params):
        yield from page.records


# Writing.


def put_bills(bodies: Sequence[Mapping[str, Any]]) -> Request:
    """Create bills; the answer tells each one's fate (`answers.read_results`). See `writing.batches` for how many."""
    return write("PUT", path("Invoices"), {"Invoices": list(bodies)}, summarizeErrors="false", **EXACT)


def post_bill(bill_id: str, body: Mapping[str, Any]) -> Request:
    """Change one bill that nobody has paid. `LineItems` replaces all lines: give the ids of those that stay."""
    return write("POST", path("Invoices", bill_id), {"Invoices": [{**body, "InvoiceID": bill_id}]}, **EXACT)


def void_bill(bill_id: str) -> Request:
    """End an approved bill without payments and credits."""
    return post_bill(bill_id, {"Status": VOIDED})


def delete_bill(bill_id: str) -> Request:
    """End a bill that was not approved."""
    return post_bill(bill_id, {"Status": DELETED})
