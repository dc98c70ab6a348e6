"""Reads what settled the bills of progress claims: a record for each payment or credit, one more when all is paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cached_property

from hub.stage import Page, ReadContext, Record
from integrations.base.broken import NAMELESS
from integrations.procore_kit.paid import Kind, Paid
from integrations.procore_kit.settlements import SettledBy, Settlement, Share, shares
from integrations.procore_kit.unreadables import Unreadables, documents_of
from integrations.xero.bills import BILLS, IS_BILL, Bill, bill_pages, bills_by_ids, bills_by_numbers
from integrations.xero.client import XeroClient
from integrations.xero.credit_notes import CREDIT_NOTES, CreditNote, credit_note_pages
from integrations.xero.endpoints import IDS_PER_CALL, PAGE_SIZE
from integrations.xero.ids import is_id
from integrations.xero.payments import payment, payment_pages

from .bill_survey import Document, id_of, number_of
from .claim_settings import NegativeClaims
from .cost_reader import SINGLE_READS
from .paid_claims import PaidClaims, uses
from .settlements import settlements

PAID = "paid"
BILLS_PER_PAGE = 500  # whose payments are stored together


class PaymentReader:
    """Bills tell of their payments and credits, so bills are read; a deleted payment is one not told any more. A bill
    that no claim is linked to any more is read for what was sent of it before. A claim below zero became a credit note,
    which tells what it was used for."""

    ordered = False
    sweeps = True

    def __init__(self, client: XeroClient, context: ReadContext) -> None:
        self._client, self._claims = client, PaidClaims.of(context)
        self._with_notes = context.settings.negative_claims is NegativeClaims.CREDIT_NOTE
        self._sent: dict[str, set[str]] = defaultdict(set)
        for source_id in context.linked:
            bill_id, _, what = source_id.partition(":")
            self._sent[bill_id].add(what)
        self._bills = frozenset(self._claims.by_bill) | frozenset(self._sent)
        self._broken = Unreadables(lambda row: row.id in self._bills or row.id.startswith(NAMELESS), whole=True)

    def changed(self, since: datetime | None, after: str) -> Iterator[Page]:
        bills = self._all(after) if since is None else _in_order(self._recent(since, after))
        gathered: list[Record] = []
        for number, document in enumerate(bills, 1):
            gathered += self._records(document)
            if number % BILLS_PER_PAGE == 0:
                yield Page(gathered, id_of(document))
                gathered = []
        yield Page([*gathered, *self._broken.records()])

    def _all(self, after: str) -> Iterable[Document]:
        """Every bill there is to read: by their ids, or by looking through all where that takes fewer calls."""
        wanted = sorted(bill_id for bill_id in self._bills if bill_id > after)
        if len(wanted) <= IDS_PER_CALL:
            return self._by_ids(wanted)
        first = BILLS.page(self._client, 1, None, self._broken.sink, where=IS_BILL)
        pages = -(-first.total // PAGE_SIZE) if first.total is not None else len(wanted)
        if pages > -(-len(wanted) // IDS_PER_CALL):
            return self._by_ids(wanted)
        rest = () if first.last else bill_pages(self._client, first=2, broken=self._broken.sink)
        asked = set(wanted)
        found = [bill for page in (first, *rest) for bill in page.records if bill.invoice_id in asked]
        return _in_order([*found, *self._notes(asked - {bill.invoice_id for bill in found})])

    def _recent(self, since: datetime, after: str) -> Iterator[Document]:
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
        if self._with_notes:
            pages = credit_note_pages(self._client, since, broken=self._broken.sink)
            yield from (note for page in pages for note in page.records if self._is_ours(note.credit_note_id, after))

    def _is_ours(self, bill_id: str, after: str) -> bool:
        return bill_id in self._bills and bill_id > after

    def _by_ids(self, bill_ids: Iterable[str]) -> Iterator[Document]:
        """In the order of their ids, so that reading can go on after any of them."""
        wanted = sorted(bill_ids)
        for start in range(0, len(wanted), IDS_PER_CALL):
            some = wanted[start : start + IDS_PER_CALL]
            found = list(bills_by_ids(self._client, some, self._broken.sink))
            yield from _in_order([*found, *self._notes(set(some) - {bill.invoice_id for bill in found})])

    def _notes(self, ids: Collection[str]) -> Iterator[CreditNote]:
        """What is no bill. Xero gives credit notes one by one, or all of them."""
        if len(ids) > SINGLE_READS:
            yield from (note for note in self._all_notes if note.credit_note_id in ids)
            return
        for one in sorted(ids):
            if (found := CREDIT_NOTES.one(self._client, one, self._broken.sink)) is not None:
                yield found

    @cached_property
    def _all_notes(self) -> Sequence[CreditNote]:
        pages = credit_note_pages(self._client, broken=self._broken.sink)
        return [note for page in pages for note in page.records]

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

    def _records(self, document: Document) -> list[Record]:
        if isinstance(document, Bill):
            return self._of_bill(document)
        return self._of_note(document)

    def _of_note(self, note: CreditNote) -> list[Record]:
        """What a person enters by hand, and the mark of a claim whose credit is used up. What was set against bills of
        the same commitment is less paid on those, and stands there."""
        used = uses(note)
        placed = shares(used, note.total, note.sub_total)
        by_hand = [one for one in used if not self._claims.one_commitment(one.id, note.credit_note_id)]
        records = [self._by_hand(note, one, placed[one.id]) for one in by_hand] if self._is_claims(note) else []
        whole = bool(used) and sum(one.amount for one in used) == note.total
        last = max((one.day for one in used if one.day), default=None)
        day = (note.fully_paid_on_date or last) if whole else None
        return [*records, *self._paid(note, day, "credit used up" if whole else "credit not used up")]

    def _by_hand(self, note: CreditNote, one: Settlement, share: Share) -> Record:
        refund = one.by is SettledBy.PAYMENT
        said = f"refunded on {one.day}" if refund else f"set against the bill {one.reference or one.id}"
        paid = self._facts(note, Kind.BY_HAND, one.day, one.id, settlement=one, share=share, reason=said)
        return _record(note, one.id, f"{_called(note)}: {one.amount:,.2f} {said}", paid)

    def _is_claims(self, document: Document) -> bool:
        return id_of(document) in self._claims.by_bill

    def _of_bill(self, bill: Bill) -> list[Record]:
        """What settled the bill, what did once and was sent, and the mark of a paid claim. Of a bill that no claim is
        linked to any more nothing new is sent."""
        settled = settlements(bill)
        placed = shares(settled, bill.total, bill.sub_total)
        sent = self._sent[bill.invoice_id] - {PAID}
        own = {one.id for one in settled if self._claims.one_commitment(bill.invoice_id, one.id)}
        new = [one.id for one in settled if self._is_claims(bill) and one.id not in sent | own]
        records = [
            self._settlement(bill, one, placed[one.id], len(sent) + new.index(one.id) + 1 if one.id in new else 0)
            for one in settled
            if one.id in new or one.id in sent - own
        ]
        records += [self._own(bill, one) for one in settled if one.id in own]
        gone = sorted(sent - {one.id for one in settled})
        records += [self._gone(bill, one) for one in gone]
        whole = bool(settled) and bill.amount_due == 0 and sum(one.amount for one in settled) == bill.total
        day = bill.fully_paid_on_date or settled[-1].day if whole else None
        return [*records, *self._paid(bill, day, "paid in full" if whole else "not paid in full")]

    def _own(self, bill: Bill, one: Settlement) -> Record:
        """The claim below zero takes its amount off by itself: as a payment of this one it would count twice."""
        claim = self._claims.called(one.id)
        reason = f"{one.amount:,.2f} is the claim {claim}, which is below zero: less is paid, and it is no payment."
        kind = Kind.GONE if one.id in self._sent[bill.invoice_id] else Kind.NONE
        paid = self._facts(bill, kind, one.day, one.id, reason=reason)
        return _record(bill, one.id, f"{_called(bill)}: {one.by} of {one.amount:,.2f} on {one.day}", paid)

    def _settlement(self, bill: Bill, one: Settlement, share: Share, number: int) -> Record:
        paid = self._facts(bill, Kind.SETTLEMENT, one.day, one.id, settlement=one, share=share, number=number)
        return _record(bill, one.id, f"{_called(bill)}: {one.by} of {one.amount:,.2f} on {one.day}", paid)

    def _gone(self, bill: Bill, settlement_id: str) -> Record:
        paid = self._facts(bill, Kind.GONE, None, settlement_id)
        return _record(bill, settlement_id, f"{_called(bill)}: deleted payment", paid)

    def _paid(self, document: Document, day: date | None, said: str) -> Iterator[Record]:
        """A bill that is not paid any more takes the date away again."""
        if day is not None or PAID in self._sent[id_of(document)]:
            paid = self._facts(document, Kind.PAID, day)
            yield _record(document, PAID, f"{_called(document)}: {said}", paid)

    def _facts(
        self,
        document: Document,
        kind: Kind,
        day: date | None,
        what: str = "",
        *,
        settlement: Settlement | None = None,
        share: Share | None = None,
        number: int = 0,
        reason: str = "",
    ) -> Paid:
        claim_id = self._claims.by_bill.get(id_of(document), "")
        return Paid(
            kind=kind,
            origin=f"xero:payment:{id_of(document)}:{what}",
            bill=number_of(document),
            claim_id=claim_id,
            claim=self._claims.keys.get(claim_id, claim_id),
            project_ids=self._claims.project_ids(claim_id),
            settlement=settlement,
            share=share,
            number=number,
            day=day,
            reason=reason,
            total=document.total,
        )


def _in_order(documents: Iterable[Document]) -> list[Document]:
    return sorted(documents, key=id_of)


def _called(document: Document) -> str:
    return number_of(document) or document.reference or id_of(document)


def _record(document: Document, what: str, label: str, paid: Paid) -> Record:
    page = "View.aspx?InvoiceID" if isinstance(document, Bill) else "ViewCreditNote.aspx?creditNoteID"
    url = f"https://go.xero.com/AccountsPayable/{page}={id_of(document)}"
    return Record(f"{id_of(document)}:{what}", _called(document), label, {"paid": paid}, document.updated_date_utc, url)
