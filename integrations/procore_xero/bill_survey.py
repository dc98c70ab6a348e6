"""What must be known of Xero before a page of claims is decided: the books, the bills in question, the vendors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from hub.stage import Record
from integrations.procore_kit import names
from integrations.procore_kit.claim_reader import Claim
from integrations.procore_kit.sites import readable
from integrations.xero.bills import Bill, bills_by_ids, bills_by_numbers
from integrations.xero.client import XeroClient
from integrations.xero.credit_notes import CreditNote, credit_note, credit_notes_numbered
from integrations.xero.records import Contact

from .books import Books, BooksKeeper
from .claim_settings import NegativeClaims
from .settings import Settings

Document = Bill | CreditNote


def settled(document: Document) -> Decimal:
    """What was paid, credited or allocated of it."""
    if isinstance(document, Bill):
        return document.settled
    return sum((part.amount for part in document.allocations), Decimal(0))


def closed(document: Document) -> bool:
    """Money has moved on it, so nothing of it can be changed any more."""
    return bool(settled(document)) or document.status == "PAID"


def id_of(document: Document) -> str:
    return document.invoice_id if isinstance(document, Bill) else document.credit_note_id


def number_of(document: Document) -> str:
    return document.invoice_number if isinstance(document, Bill) else document.credit_note_number


def candidates(claim: Claim, settings: Settings) -> list[str]:
    """The numbers a claim's bill may have, the best first: the vendor's own, the commitment's with the application,
    and that with the job number before it, as commitments of two projects may be numbered alike."""
    parts = {"project": claim.site.number, "order": claim.order, "application": claim.application}
    short = settings.bill_number.format(**parts)
    long = short if "{project}" in settings.bill_number else f"{claim.site.number}-{short}"
    return list(dict.fromkeys(number for number in (claim.invoice_number, short, long) if number))


@dataclass
class BillSurvey:
    """`documents` are the linked ones, by id; `numbered` every living bill by (contact, folded number); `given` the
    numbers of claims that want one, by their ids, each used once by its vendor; `notes` credit notes by number."""

    books: Books
    documents: dict[str, Document] = field(default_factory=dict)
    numbered: dict[tuple[str, str], list[Bill]] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    given: dict[int, str] = field(default_factory=dict)
    notes: dict[str, list[CreditNote]] = field(default_factory=dict)

    def bills_of(self, contact_id: str, number: str) -> Sequence[Bill]:
        return self.numbered.get((contact_id, names.fold(number)), ())

    def holder(self, claim: Claim) -> str:
        """Whose numbers count: those of the contact that the claim's bill is made out to, else of its vendor."""
        document = self.documents.get(claim.document_id)
        return document.contact.contact_id if document else claim.payee_id

    def rivals(self, claim: Claim, number: str) -> Sequence[Bill]:
        """Other bills of the claim's vendor with this number; the claim's own is none, reference or not."""
        rows = self.bills_of(self.holder(claim), number)
        return [bill for bill in rows if bill.reference != claim.key and bill.invoice_id != claim.document_id]

    def own_number(self, claim: Claim, choices: Collection[str]) -> str:
        """The number that the claim's bill has, if it may have it; else ""."""
        document = self.documents.get(claim.document_id)
        number = number_of(document) if document else ""
        return number if number in choices else ""

    def note(self, bills: Iterable[Bill]) -> None:
        for bill in bills:
            rows = self.numbered.setdefault((bill.contact.contact_id, names.fold(bill.invoice_number)), [])
            if not bill.ended and bill not in rows:
                rows.append(bill)


class BillSurveyor:
    """Reads for one page of claims: linked bills by id, the numbers and contacts that new ones want."""

    def __init__(self, client: XeroClient, settings: Settings, keeper: BooksKeeper) -> None:
        self._client, self._settings, self._keeper = client, settings, keeper

    def survey(self, records: Sequence[Record], unlinked: Collection[str]) -> BillSurvey:
        claims: list[Claim] = readable(records, "claim")
        wanted = [claim for claim in claims if claim.status in self._settings.claim_statuses]
        new = [claim for claim in wanted if str(claim.id) in unlinked and claim.payee_id]
        survey = BillSurvey(self._keeper.books(claim.currency for claim in wanted))
        survey.documents = self._documents([claim.document_id for claim in claims if claim.document_id])
        by_terms = (claim for claim in wanted if claim.due is None)
        survey.contacts = self._keeper.contacts(claim.payee_id for claim in (*new, *by_terms))
        self._numbers([*new, *self._renumbered(wanted, survey)], survey)
        if self._settings.negative_claims is NegativeClaims.CREDIT_NOTE:
            survey.notes = self._notes(claim for claim in new if (claim.payment_due or 0) < 0)
        return survey

    def _notes(self, claims: Iterable[Claim]) -> dict[str, list[CreditNote]]:
        """Negative claims are few: a call each."""
        numbers = dict.fromkeys(candidates(claim, self._settings)[0] for claim in claims)
        return {number: credit_notes_numbered(self._client, number) for number in numbers}

    def _documents(self, ids: Sequence[str]) -> dict[str, Document]:
        found: dict[str, Document] = {bill.invoice_id: bill for bill in bills_by_ids(self._client, ids)}
        for missing in set(ids) - set(found):
            if note := credit_note(self._client, missing):
                found[missing] = note
        return found

    def _renumbered(self, claims: Iterable[Claim], survey: BillSurvey) -> Iterator[Claim]:
        """Linked claims whose bill bears another number than theirs: they may have been given it since. Without one of
        their own they keep what the bill has."""
        for claim in claims:
            document = survey.documents.get(claim.document_id)
            if not isinstance(document, Bill) or document.ended:
                continue
            choices = candidates(claim, self._settings)
            if number_of(document) not in (choices[:1] if claim.invoice_number else choices):
                yield claim

    def _numbers(self, new: Sequence[Claim], survey: BillSurvey) -> None:
        """Xero takes a bill number any number of times, so used ones are looked up: the claims' first choice, then
        the next one of those that have to give way."""
        left = [(claim, candidates(claim, self._settings)) for claim in sorted(new, key=lambda claim: claim.id)]
        used: set[tuple[str, str]] = set()
        while left:
            survey.note(bills_by_numbers(self._client, (numbers[0] for _, numbers in left)))
            for claim, numbers in left:
                place = survey.holder(claim), names.fold(numbers[0])
                if place not in used and not survey.rivals(claim, numbers[0]):
                    survey.given[claim.id] = numbers[0]
                    used.add(place)
            left = [(claim, rest[1:]) for claim, rest in left if claim.id not in survey.given and rest[1:]]
