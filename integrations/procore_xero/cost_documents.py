"""Xero's bills, purchases, credit notes and journals in one form: a header, and lines that know their project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from integrations.procore_kit.cost_documents import CostDocument, CostKind, Standing
from integrations.procore_kit.splits import CostLine
from integrations.xero.bank_transactions import BankTransaction
from integrations.xero.bills import Bill
from integrations.xero.credit_notes import CreditNote
from integrations.xero.documents import Document, Line, Tracking, TrackingIndex
from integrations.xero.journals import JournalLine, ManualJournal
from integrations.xero.records import TrackingCategory

from .options import category_named, need_category
from .settings import CostCodeStrategy, Settings

WEB = "https://go.xero.com"


# https://developer.xero.com/documentation/api/accounting/types
STANDINGS = {
    "DRAFT": Standing.PENDING,
    "SUBMITTED": Standing.PENDING,
    "AUTHORISED": Standing.LIVE,
    "PAID": Standing.LIVE,
    "POSTED": Standing.LIVE,
    "VOIDED": Standing.ENDED,
    "DELETED": Standing.ENDED,
    "ARCHIVED": Standing.ENDED,
}


@dataclass(frozen=True)
class XeroLine(CostLine):
    """`option_id` and `option` are the cost code's tracking option; `account` and `item` are codes."""

    option_id: str = ""
    option: str = ""
    account: str = ""
    item: str = ""


class Marks:
    """Reads what lines are tracked to. `projects` are option id → Procore's project id, of linked projects; `home` is
    the organisation's currency, for documents that tell none."""

    def __init__(
        self, categories: Sequence[TrackingCategory], settings: Settings, projects: Mapping[str, str], home: str = ""
    ) -> None:
        """Raises Rejected when the category of the projects is missing."""
        self.home = home
        self._index = TrackingIndex(categories)
        self._projects = projects
        self._project_category = need_category(categories, settings.project_category).tracking_category_id
        tracked = settings.cost_code_strategy is CostCodeStrategy.TRACKING
        codes = category_named(categories, settings.cost_code_category) if tracked else None
        self._code_category = codes.tracking_category_id if codes else ""
        options = {option.tracking_option_id: option.name for one in categories for option in one.options}
        self.project_names = {project: options.get(option, project) for option, project in projects.items()}

    def line(
        self, id: str, amount: Decimal, description: str, tracking: Iterable[Tracking], account: str, item: str = ""
    ) -> XeroLine:
        marks = {mark.tracking_category_id: mark for mark in tracking}
        project, code = marks.get(self._project_category), marks.get(self._code_category)
        return XeroLine(
            id=id,
            amount=amount,
            description=" ".join(description.split()),
            project_id=self._projects.get(self._option_id(project), ""),
            tracked=project.option if project else "",
            option_id=self._option_id(code),
            option=code.option if code else "",
            account=account,
            item=item,
        )

    def _option_id(self, mark: Tracking | None) -> str:
        """Lists name an option without its id."""
        found = self._index.option(mark) if mark is not None else None
        return found.tracking_option_id if found else ""


def from_bill(bill: Bill, marks: Marks) -> CostDocument:
    url = f"{WEB}/AccountsPayable/View.aspx?InvoiceID={bill.invoice_id}"
    return _document(bill, marks, bill.invoice_id, CostKind.BILL, bill.invoice_number, bill.fully_paid_on_date, url)


def from_purchase(spent: BankTransaction, marks: Marks) -> CostDocument:
    url = f"{WEB}/Bank/ViewTransaction.aspx?bankTransactionID={spent.bank_transaction_id}"
    return _document(spent, marks, spent.bank_transaction_id, CostKind.SPEND, "", spent.date, url)


def from_credit_note(note: CreditNote, marks: Marks) -> CostDocument:
    url = f"{WEB}/AccountsPayable/ViewCreditNote.aspx?creditNoteID={note.credit_note_id}"
    return _document(note, marks, note.credit_note_id, CostKind.CREDIT, note.credit_note_number, None, url)


def _document(
    found: Document, marks: Marks, id: str, kind: CostKind, number: str, paid: date | None, url: str
) -> CostDocument:
    sign = -1 if kind is CostKind.CREDIT else 1
    lines = (_line(place, line, found, marks, sign) for place, line in enumerate(found.line_items, 1))
    return CostDocument(
        id=id,
        kind=kind,
        standing=STANDINGS.get(found.status, Standing.PENDING),
        number=(number or found.reference).strip(),
        day=found.date,
        text=found.reference.strip() if number else "",
        contact_id=found.contact.contact_id,
        contact=found.contact.name,
        contact_key=found.contact.contact_id,
        currency=found.currency_code,
        foreign=found.rate != 1,
        paid=paid,
        lines=tuple(lines),
        changed_at=found.updated_date_utc,
        url=url,
    )


def _line(place: int, line: Line, found: Document, marks: Marks, sign: int) -> XeroLine:
    amount = sign * net_amount(line.line_amount, line.tax_amount, found.line_amount_types)
    id = line.line_item_id or str(place)
    return marks.line(id, amount, line.description, line.tracking, line.account_code, line.item_code)


def from_journal(journal: ManualJournal, marks: Marks) -> CostDocument:
    """Debits are costs, credits costs below zero. Lines have no ids, so their place names them."""
    return CostDocument(
        id=journal.manual_journal_id,
        kind=CostKind.JOURNAL,
        standing=STANDINGS.get(journal.status, Standing.PENDING),
        number="",
        day=journal.date,
        text=" ".join(journal.narration.split()),
        currency=marks.home,
        lines=tuple(_entry(place, line, journal, marks) for place, line in enumerate(journal.journal_lines, 1)),
        changed_at=journal.updated_date_utc,
        url=f"{WEB}/Journal/View.aspx?invoiceID={journal.manual_journal_id}",
    )


def _entry(place: int, line: JournalLine, journal: ManualJournal, marks: Marks) -> XeroLine:
    amount = net_amount(line.line_amount, line.tax_amount, journal.line_amount_types)
    return marks.line(str(place), amount, line.description, line.tracking, line.account_code)


def net_amount(amount: Decimal, tax: Decimal, amount_types: str) -> Decimal:
    """A line before tax. https://developer.xero.com/documentation/api/accounting/types#invoicelineamounttypes ."""
    return amount - tax if amount_types.casefold() == "inclusive" else amount
