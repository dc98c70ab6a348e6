"""What must be known of Xero before a page of claims is decided: the books, the bills in question, the vendors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from hub.stage import Record
from integrations.xero.bills import Bill, bills_by_ids, bills_by_numbers
from integrations.xero.client import XeroClient
from integrations.xero.credit_notes import CreditNote, credit_note
from integrations.xero.records import Contact

from . import names
from .books import Books, BooksKeeper
from .claim_reader import Claim
from .settings import Settings
from .sites import readable

Document = Bill | CreditNote


def settled(document: Document) -> Decimal:
    """What was paid, credited or allocated of it."""
    if isinstance(document, Bill):
        return document.settled
    return sum((part.amount for part in document.allocations), Decimal(0))


def closed(document: Document) -> bool:
    """Money has moved on it, so nothing of it can be changed any more."""
    return bool(settled(document)) or document.status == "PAID"


def number_of(document: Document) -> str:
    return document.invoice_number if isinstance(document, Bill) else document.credit_note_number


def fallback_number(claim: Claim, settings: Settings) -> str:
    """The bill number of a claim that has none of its own, or one that was used before."""
    return settings.bill_number.format(project=claim.site.number, order=claim.order, application=claim.application)


@dataclass
class BillSurvey:
    """`documents` are the linked ones, by id; `numbered` every living bill by (contact, folded number)."""

    books: Books
    documents: dict[str, Document] = field(default_factory=dict)
    numbered: dict[tuple[str, str], list[Bill]] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    first_with: dict[tuple[str, str], int] = field(default_factory=dict)  # the claim that may bear the number

    def bills_of(self, contact_id: str, number: str) -> Sequence[Bill]:
        return self.numbered.get((contact_id, names.fold(number)), ())

    def may_bear(self, claim: Claim) -> bool:
        """Of several claims of one page with the same number of one vendor, the first may."""
        return self.first_with.get((claim.contact_id, names.fold(claim.invoice_number)), claim.id) == claim.id

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
        new = [claim for claim in wanted if str(claim.id) in unlinked and claim.contact_id]
        survey = BillSurvey(self._keeper.books(claim.currency for claim in wanted))
        survey.documents = self._documents([claim.bill_id for claim in claims if claim.bill_id])
        survey.contacts = self._keeper.contacts(claim.contact_id for claim in new)
        self._numbers(new, survey)
        return survey

    def _documents(self, ids: Sequence[str]) -> dict[str, Document]:
        found: dict[str, Document] = {bill.invoice_id: bill for bill in bills_by_ids(self._client, ids)}
        for missing in set(ids) - set(found):
            if note := credit_note(self._client, missing):
                found[missing] = note
        return found

    def _numbers(self, new: Sequence[Claim], survey: BillSurvey) -> None:
        """Look up the numbers that the claims want, then those that they have to fall back to."""
        for claim in sorted(new, key=lambda claim: claim.id):
            survey.first_with.setdefault((claim.contact_id, names.fold(claim.invoice_number)), claim.id)
        survey.note(bills_by_numbers(self._client, (claim.invoice_number or self._fallback(claim) for claim in new)))
        again = [self._fallback(claim) for claim in new if claim.invoice_number and self._taken(claim, survey)]
        survey.note(bills_by_numbers(self._client, again))

    def _fallback(self, claim: Claim) -> str:
        return fallback_number(claim, self._settings)

    @staticmethod
    def _taken(claim: Claim, survey: BillSurvey) -> bool:
        return not survey.may_bear(claim) or bool(survey.bills_of(claim.contact_id, claim.invoice_number))
