"""Writes bills and credit notes to Xero: new ones fifty a call, changes one by one.

https://developer.xero.com/documentation/api/accounting/invoices
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from hub.stage import Action, Change, Fate, Outcome, Record
from integrations.base.client import Reply, Request
from integrations.base.errors import BadReply
from integrations.xero import documents
from integrations.xero.answers import ElementResult, Verdict, read_results
from integrations.xero.bills import Bill, bills_by_numbers, post_bill, put_bills
from integrations.xero.client import XeroClient
from integrations.xero.credit_notes import CreditNote, credit_notes_numbered, post_credit_note, put_credit_notes
from integrations.xero.writing import batches

from . import bill_body
from .bill_body import CREDIT_NOTE
from .bill_survey import BillSurvey, BillSurveyor, Document, id_of, number_of
from .books import BooksKeeper
from .settings import CostCodeStrategy, Settings

BILL_URL = "https://go.xero.com/AccountsPayable/View.aspx?InvoiceID="
NOTE_URL = "https://go.xero.com/AccountsPayable/ViewCreditNote.aspx?creditNoteID="


class BillWriter:
    """Keyed; a lost answer that is too old for its key is looked up by number, vendor and reference."""

    keyed = True
    key_minutes = 5.0  # of Xero's six: https://developer.xero.com/documentation/guides/idempotent-requests/idempotency

    def __init__(self, client: XeroClient, settings: Settings) -> None:
        self._client = client
        keeper = BooksKeeper(client, with_items=settings.cost_code_strategy is CostCodeStrategy.ITEM)
        self._surveyor = BillSurveyor(client, settings, keeper)
        self._documents: dict[str, Document] = {}
        self._notes: set[str] = set()

    def survey(self, unlinked: bool) -> BillSurvey:
        return self._surveyor.survey((), ())

    def survey_page(self, records: Sequence[Record], unlinked: Collection[str]) -> BillSurvey:
        survey = self._surveyor.survey(records, unlinked)
        self._documents = survey.documents
        self._notes.update(one for one, document in survey.documents.items() if isinstance(document, CreditNote))
        self._notes.update(note.credit_note_id for notes in survey.notes.values() for note in notes)
        return survey

    def batches(self, changes: Sequence[Change]) -> Iterable[Sequence[Change]]:
        creates = [change for change in changes if change.action == Action.CREATE]
        for credits in (False, True):
            some = [change for change in creates if _is_credit(change) is credits]
            yield from batches(some, lambda change: bill_body.created(change.body))
        yield from ([change] for change in changes if change.action == Action.UPDATE)

    def request(self, batch: Sequence[Change]) -> Request:
        first = batch[0]
        if first.action == Action.UPDATE:
            post = post_credit_note if _is_credit(first) else post_bill
            return post(first.target_id, bill_body.changed(first.body, self._line_ids(first)))
        put = put_credit_notes if _is_credit(first) else put_bills
        return put([bill_body.created(change.body) for change in batch])

    def _line_ids(self, change: Change) -> dict[str, str]:
        """Xero's lines stand in the order in which they were sent."""
        document = self._documents.get(change.target_id)
        lines, sent = document.line_items if document else (), change.sent.get("lines", ())
        if len(lines) != len(sent):
            return {}
        return {mine["key"]: theirs.line_item_id for mine, theirs in zip(sent, lines, strict=True)}

    def outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        name = "CreditNotes" if _is_credit(batch[0]) else "Invoices"
        try:
            results = read_results(reply.data, name, len(batch))
        except BadReply:
            return []
        return [self._outcome(change, result) for change, result in zip(batch, results, strict=True)]

    def _outcome(self, change: Change, result: ElementResult) -> Outcome:
        if result.verdict is Verdict.REFUSED:
            return Outcome(change.source_id, Fate.REJECTED, messages=result.messages or ("No reason was given.",))
        if result.verdict is Verdict.UNCLEAR:
            return Outcome(change.source_id, Fate.UNKNOWN)
        if _is_credit(change):
            self._notes.add(result.id)
        warnings = [*result.warnings, *_differences(change, result.record)]
        return Outcome(change.source_id, Fate.DONE, result.id, warnings=tuple(dict.fromkeys(warnings)))

    def find(self, changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
        bills = list(bills_by_numbers(self._client, (c.body["number"] for c in changes if not _is_credit(c))))
        found: dict[str, Sequence[str]] = {}
        for change in changes:
            rivals: Iterable[Document] = self._credits(change) if _is_credit(change) else bills
            found[change.source_id] = [id_of(one) for one in rivals if is_ours(change.body, one)]
        return found

    def _credits(self, change: Change) -> Iterator[CreditNote]:
        yield from credit_notes_numbered(self._client, change.body["number"])

    def url(self, target_id: str) -> str:
        return f"{NOTE_URL if target_id in self._notes else BILL_URL}{target_id}"


def is_ours(body: Mapping[str, Any], document: Document) -> bool:
    """Whether a document is the one that was sent: number, vendor and reference. Xero promises to keep a bill's
    reference only for sales invoices; where it is empty, the amount has to do."""
    if document.ended or document.contact.contact_id != body["contact"] or number_of(document) != body["number"]:
        return False
    if document.reference:
        return document.reference == str(body["reference"])
    return document.sub_total == bill_body.total(body)


def edits(sent: Mapping[str, Any], document: Document, survey: BillSurvey) -> list[str]:
    """What somebody has changed in Xero since it was sent, in sentences: all that a change would write again."""
    filled = document.model_copy(update={"line_items": survey.books.index.filled(document.line_items)})
    heads: list[tuple[str, object, object]] = [
        ("number", sent["number"], number_of(document)),
        ("date", sent["date"], document.date),
    ]
    if isinstance(document, Bill):
        heads.append(("due date", sent["due"], document.due_date))
    return documents.edits(bill_body.created(sent), filled, heads)


def stands(wanted: Mapping[str, Any], document: Document, survey: BillSurvey) -> bool:
    """Whether a document is already as it should be."""
    return not edits(wanted, document, survey)


def same_amounts(wanted: Mapping[str, Any], document: Document) -> bool:
    """Line by line, whatever quantity and price they are made of, and before tax."""
    amounts = [Decimal(str(line["amount"])) for line in wanted["lines"]]
    return amounts == [row.line_amount for row in document.line_items] and sum(amounts) == document.sub_total


def _is_credit(change: Change) -> bool:
    return bool(change.body["kind"] == CREDIT_NOTE)


def _differences(change: Change, record: Mapping[str, Any]) -> Iterator[str]:
    """Accounts, tax types, tracking and totals as stored, against what was sent."""
    kind = CreditNote if _is_credit(change) else Bill
    document: Document = kind.read(record)
    yield from documents.silent_changes(bill_body.created(change.body), document)
    wanted: Decimal = bill_body.total(change.body)
    if document.sub_total != wanted:
        yield f"Xero's total before tax is {document.sub_total}, not {wanted}."
