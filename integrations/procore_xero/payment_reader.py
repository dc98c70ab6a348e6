"""Reads what settled the bills of progress claims: a record for each payment or credit, one more when all is paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from hub.stage import Page, ReadContext, Record
from integrations.base.broken import NAMELESS
from integrations.procore_kit import names
from integrations.procore_kit.paid import Kind, Paid
from integrations.procore_kit.settlements import Settlement, Share, shares
from integrations.procore_kit.unreadables import Unreadables, documents_of
from integrations.xero.bills import BILLS, IS_BILL, Bill, bill_pages, bills_by_ids, bills_by_numbers
from integrations.xero.client import XeroClient
from integrations.xero.endpoints import IDS_PER_CALL, PAGE_SIZE
from integrations.xero.ids import is_id
from integrations.xero.payments import payment, payment_pages

from .settlements import settlements

CLAIMS, PROJECTS = "progress_claims", "projects"
PAID = "paid"
BILLS_PER_PAGE = 500  # whose payments are stored together


@dataclass(frozen=True)
class _Claims:
    """The bills that came from claims: bill id → claim id, and what people call the claims and projects."""

    by_bill: Mapping[str, str]
    keys: Mapping[str, str]
    projects: Mapping[str, str] = field(repr=False)  # job number → project id

    @classmethod
    def of(cls, context: ReadContext) -> _Claims:
        by_bill = {bill: claim for claim, bill in context.linked_in(CLAIMS).items()}
        keys = {claim: key for key, claim in context.keyed_in(CLAIMS).items()}
        return cls(by_bill, keys, context.keyed_in(PROJECTS))

    def project_ids(self, claim_id: str) -> tuple[str, ...]:
        """A claim's key begins with its job number; job numbers may hold anything, so several can fit."""
        key = names.fold(self.keys.get(claim_id, ""))
        fitting = [number for number in self.projects if key.startswith(f"{names.fold(number)}/")]
        chosen = sorted(fitting, key=len, reverse=True) or self.projects
        return tuple(dict.fromkeys(self.projects[number] for number in chosen))


class PaymentReader:
    """Bills tell of their payments and credits, so bills are read; a deleted payment is one not told any more. A bill
    that no claim is linked to any more is read for what was sent of it before."""

    ordered = False
    sweeps = True

    def __init__(self, client: XeroClient, context: ReadContext) -> None:
        self._client, self._claims = client, _Claims.of(context)
        self._sent: dict[str, set[str]] = defaultdict(set)
        for source_id in context.linked:
            bill_id, _, what = source_id.partition(":")
            self._sent[bill_id].add(what)
        self._bills = frozenset(self._claims.by_bill) | frozenset(self._sent)
        self._broken = Unreadables(lambda row: row.id in self._bills or row.id.startswith(NAMELESS), whole=True)

    def changed(self, since: datetime | None, after: str) -> Iterator[Page]:
        bills = self._all(after) if since is None else _in_order(self._recent(since, after))
        gathered: list[Record] = []
        for number, bill in enumerate(bills, 1):
            gathered += self._records(bill)
            if number % BILLS_PER_PAGE == 0:
                yield Page(gathered, bill.invoice_id)
                gathered = []
        yield Page([*gathered, *self._broken.records()])

    def _all(self, after: str) -> Iterable[Bill]:
        """Every bill there is to read: by their ids, or by looking through all where that takes fewer calls."""
        wanted = sorted(bill_id for bill_id in self._bills if bill_id > after)
        if len(wanted) <= IDS_PER_CALL:
            return self._by_ids(wanted)
        first = BILLS.page(self._client, 1, None, self._broken.sink, where=IS_BILL)
        pages = -(-first.total // PAGE_SIZE) if first.total is not None else len(wanted)
        if pages > -(-len(wanted) // IDS_PER_CALL):
            return self._by_ids(wanted)
        rest = () if first.last else bill_pages(self._client, first=2, broken=self._broken.sink)
        found = (bill for page in (first, *rest) for bill in page.records)
        asked = set(wanted)
        return _in_order(bill for bill in found if bill.invoice_id in asked)

    def _recent(self, since: datetime, after: str) -> Iterator[Bill]:
        """Bills that changed, and those whose payments did: that a payment moves its bill's date is not documented.
        Those that still hold the payment date of a claim that may have another bill by now."""
        seen: set[str] = set()
        for page in bill_pages(self._client, since, broken=self._broken.sink):
            for bill in page.records:
                if self._is_ours(bill.invoice_id, after):
                    seen.add(bill.invoice_id)
                    yield bill
        paid = {one.invoice.invoice_id for page in payment_pages(self._client, since) for one in page.records}
        left = {bill_id for bill_id in self._bills - set(self._claims.by_bill) if PAID in self._sent[bill_id]}
        yield from self._by_ids(bill_id for bill_id in (paid | left) - seen if self._is_ours(bill_id, after))

    def _is_ours(self, bill_id: str, after: str) -> bool:
        return bill_id in self._bills and bill_id > after

    def _by_ids(self, bill_ids: Iterable[str]) -> Iterator[Bill]:
        """In the order of their ids, so that reading can go on after any of them."""
        wanted = sorted(bill_ids)
        for start in range(0, len(wanted), IDS_PER_CALL):
            yield from _in_order(bills_by_ids(self._client, wanted[start : start + IDS_PER_CALL], self._broken.sink))

    def by_ids(self, ids: Sequence[str]) -> Iterator[Page]:
        wanted, whole = set(ids), documents_of(ids)
        bill_ids = {one.partition(":")[0] for one in ids}
        for one in ids:
            if one.endswith(f":{PAID}"):  # it may hold the link of an earlier bill by now
                self._sent[one.partition(":")[0]].add(PAID)
        bills = self._by_ids(one for one in bill_ids if one in self._bills)
        found = [record for bill in bills for record in self._records(bill)]
        asked = [record for record in found if record.id in wanted or record.id.partition(":")[0] in whole]
        yield Page([*asked, *self._broken.records()])

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        """All of the bills with a number, or one payment by its id."""
        text = keys[0].strip()
        if is_id(text) and (found := payment(self._client, text)):
            bills = list(bills_by_ids(self._client, [found.invoice.invoice_id])) if found.invoice.invoice_id else []
            records = [record for bill in bills for record in self._asked(bill)]
            one = [record for record in records if record.id.endswith(f":{found.payment_id}")]
            return one or [record for record in records if record.data["paid"].kind is Kind.NONE]
        return [record for bill in bills_by_numbers(self._client, [text]) for record in self._asked(bill)]

    def _asked(self, bill: Bill) -> list[Record]:
        """Somebody asked for this bill: what there is to send, or why there is nothing."""
        ours = bill.invoice_id in self._bills
        found = self._records(bill) if ours else []
        if found:
            return found
        reason = "Nothing has been paid on it yet." if ours else "It did not come from a progress claim."
        paid = Paid(Kind.NONE, bill=bill.invoice_number, reason=reason)
        return [_record(bill, "", f"{_called(bill)} {bill.contact.name}", paid)]

    def _records(self, bill: Bill) -> list[Record]:
        """What settled the bill, what did once and was sent, and the mark of a paid claim. Of a bill that no claim is
        linked to any more nothing new is sent."""
        settled = settlements(bill)
        placed = shares(settled, bill.total, bill.sub_total)
        sent = self._sent[bill.invoice_id] - {PAID}
        linked = bill.invoice_id in self._claims.by_bill
        new = [one.id for one in settled if linked and one.id not in sent]
        records = [
            self._settlement(bill, one, placed[one.id], len(sent) + new.index(one.id) + 1 if one.id in new else 0)
            for one in settled
            if one.id in new or one.id in sent
        ]
        gone = sorted(sent - {one.id for one in settled})
        records += [self._gone(bill, one) for one in gone]
        return [*records, *self._paid(bill, settled)]

    def _settlement(self, bill: Bill, one: Settlement, share: Share, number: int) -> Record:
        paid = self._facts(bill, Kind.SETTLEMENT, one.day, one.id, settlement=one, share=share, number=number)
        return _record(bill, one.id, f"{_called(bill)}: {one.by} of {one.amount:,.2f} on {one.day}", paid)

    def _gone(self, bill: Bill, settlement_id: str) -> Record:
        paid = self._facts(bill, Kind.GONE, None, settlement_id)
        return _record(bill, settlement_id, f"{_called(bill)}: deleted payment", paid)

    def _paid(self, bill: Bill, settled: Sequence[Settlement]) -> Iterator[Record]:
        """A bill that is not paid any more takes the date away again."""
        whole = bool(settled) and bill.amount_due == 0 and sum(one.amount for one in settled) == bill.total
        day = bill.fully_paid_on_date or settled[-1].day if whole else None
        if day is not None or PAID in self._sent[bill.invoice_id]:
            paid = self._facts(bill, Kind.PAID, day)
            yield _record(bill, PAID, f"{_called(bill)}: {'paid in full' if whole else 'not paid in full'}", paid)

    def _facts(
        self,
        bill: Bill,
        kind: Kind,
        day: date | None,
        what: str = "",
        *,
        settlement: Settlement | None = None,
        share: Share | None = None,
        number: int = 0,
    ) -> Paid:
        claim_id = self._claims.by_bill.get(bill.invoice_id, "")
        return Paid(
            kind=kind,
            origin=f"xero:payment:{bill.invoice_id}:{what}",
            bill=bill.invoice_number,
            claim_id=claim_id,
            claim=self._claims.keys.get(claim_id, claim_id),
            project_ids=self._claims.project_ids(claim_id),
            settlement=settlement,
            share=share,
            number=number,
            day=day,
            total=bill.total,
        )


def _in_order(bills: Iterable[Bill]) -> list[Bill]:
    return sorted(bills, key=lambda bill: bill.invoice_id)


def _called(bill: Bill) -> str:
    return bill.invoice_number or bill.reference or bill.invoice_id


def _record(bill: Bill, what: str, label: str, paid: Paid) -> Record:
    url = f"https://go.xero.com/AccountsPayable/View.aspx?InvoiceID={bill.invoice_id}"
    return Record(f"{bill.invoice_id}:{what}", _called(bill), label, {"paid": paid}, bill.updated_date_utc, url)
