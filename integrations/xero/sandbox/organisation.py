"""A set of books: the directory with its documents, and what people do with them in Xero's own pages.

What people do goes through the same rules as what apps do; a refusal is a ValueError.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from datetime import date as Day
from decimal import Decimal
from typing import Any

from . import settling
from .books import EXCLUSIVE, Allocation, Batch, Document, File, Item, Journal, Line, Payment
from .journal_rules import JournalSaving
from .kinds import CREDIT_NOTES, INVOICES, NUMBERED, PURCHASE_ORDERS, Kind
from .saving import Saving, today, touch
from .state import Contact, Directory, new_id
from .switches import Switches

Amount = Decimal | str | int
LineBody = Mapping[str, Any]
BANK = "090"


def line(
    description: str, amount: Amount, account: str = "", tax: str = "", quantity: Amount = 1, **tracking: str
) -> LineBody:
    """A line for the seeds below: `tracking` is category="option" (Project="1042 Wharf Street")."""
    marks = [{"Name": name.replace("_", " "), "Option": option} for name, option in tracking.items() if option]
    body = {"Description": description, "Quantity": str(quantity), "UnitAmount": str(amount), "Tracking": marks}
    return {**body, **({"AccountCode": account} if account else {}), **({"TaxType": tax} if tax else {})}


def journal_line(description: str, amount: Amount, account: str, tax: str = "", **tracking: str) -> LineBody:
    """A line of a journal: debits are positive."""
    body = {name: value for name, value in line(description, amount, account, tax, **tracking).items()}
    return {"LineAmount": body.pop("UnitAmount"), **{k: v for k, v in body.items() if k != "Quantity"}}


@dataclass
class Organisation(Directory):
    """One organisation's books. `switches` are those of the sandbox it belongs to."""

    switches: Switches = field(default_factory=Switches)
    invoices: dict[str, Document] = field(default_factory=dict)  # bills and sales invoices
    credits: dict[str, Document] = field(default_factory=dict)  # credit notes, prepayments, overpayments
    orders: dict[str, Document] = field(default_factory=dict)
    spending: dict[str, Document] = field(default_factory=dict)  # bank transactions
    journals: dict[str, Journal] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    batches: dict[str, Batch] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)

    # Bills and sales invoices.

    def add_bill(
        self,
        contact: Contact,
        lines: Sequence[LineBody],
        date: Day | None = None,
        due: Day | None = None,
        *,
        status: str = "AUTHORISED",
        number: str = "",
        amounts: str = EXCLUSIVE,
        **more: Any,
    ) -> Document:
        """`more` are Xero's own names: Reference, CurrencyCode, CurrencyRate, Url; Type="ACCREC" for a sale."""
        body = _body(contact, lines, date or today(self), status, amounts, number=("InvoiceNumber", number))
        when_due = due or date or today(self)
        return self._add(INVOICES, {"Type": "ACCPAY", **body, "DueDate": when_due.isoformat(), **more})

    def edit_bill(self, bill: Document, **changes: Any) -> Document:
        """Change by Xero's own names: Date, DueDate, Status, InvoiceNumber, Contact, LineItems (the whole new set)."""
        return self._saved(Saving(self, INVOICES, changes, bill, places=4))

    def void(self, bill: Document) -> Document:
        """End a bill: void an approved one, delete another."""
        return self.edit_bill(bill, Status="VOIDED" if bill.status in ("AUTHORISED", "PAID") else "DELETED")

    def _add(self, kind: Kind, body: Mapping[str, Any]) -> Document:
        return self._saved(Saving(self, kind, body, places=4))

    @staticmethod
    def _saved(saving: Saving) -> Document:
        if saving.errors:
            raise ValueError(" ".join(saving.errors))
        return saving.save()

    # Payments.

    def pay(
        self,
        document: Document,
        amount: Amount | None = None,
        date: Day | None = None,
        *,
        account: str = BANK,
        reference: str | None = "",
    ) -> Payment:
        """Pay a bill or invoice, or refund a credit; all that is left without `amount`. `account` is a code."""
        bank, day = self.account(account), date or today(self)
        value = document.left if amount is None else Decimal(amount)
        _refuse(settling.payment_errors(self, document, bank, value, day))
        return settling.pay(self, settling.Paying(document, bank, value, day), reference=reference)

    def pay_batch(
        self, parts: Sequence[tuple[Document, Amount]], date: Day | None = None, reference: str = ""
    ) -> Batch:
        """Pay several documents in one movement of the bank account."""
        bank, day = self.account(BANK), date or today(self)
        paid = [(document, Decimal(amount)) for document, amount in parts]
        _refuse(settling.batch_errors(self, paid, bank, day))
        return settling.pay_batch(self, bank, day, paid, reference)

    def delete_payment(self, payment: Payment) -> None:
        _refuse(settling.removal_errors(payment))
        settling.remove_payment(self, payment)

    def delete_batch(self, batch: Batch) -> None:
        settling.remove_batch(self, batch)

    # Credits.

    def add_credit_note(
        self,
        contact: Contact,
        lines: Sequence[LineBody],
        date: Day | None = None,
        *,
        status: str = "AUTHORISED",
        number: str = "",
        amounts: str = EXCLUSIVE,
        **more: Any,
    ) -> Document:
        body = _body(contact, lines, date or today(self), status, amounts, number=("CreditNoteNumber", number))
        return self._add(CREDIT_NOTES, {"Type": "ACCPAYCREDIT", **body, **more})

    def add_prepayment(
        self, contact: Contact, amount: Amount, date: Day | None = None, *, type: str = "SPEND-PREPAYMENT"
    ) -> Document:
        """Money paid ahead, or with `type` "SPEND-OVERPAYMENT" too much: a credit with the supplier."""
        credit = self._spent(contact, [line("Paid ahead", amount, "620", "NONE")], date, type)
        self.credits[credit.id] = credit
        return credit

    def allocate(self, credit: Document, bill: Document, amount: Amount | None = None) -> Allocation:
        """Set a credit against a bill; as much as fits without `amount`."""
        value = min(credit.left, bill.left) if amount is None else Decimal(amount)
        _refuse(settling.allocation_errors(credit, bill, value))
        return settling.allocate(self, credit, bill, value)

    def deallocate(self, allocation: Allocation) -> None:
        settling.remove_allocation(self, allocation)

    # The rest of the books.

    def add_purchase_order(
        self,
        contact: Contact,
        lines: Sequence[LineBody],
        date: Day | None = None,
        *,
        status: str = "AUTHORISED",
        number: str = "",
        **more: Any,
    ) -> Document:
        body = _body(contact, lines, date or today(self), status, EXCLUSIVE, number=("PurchaseOrderNumber", number))
        return self._add(PURCHASE_ORDERS, {**body, **more})

    def add_journal(
        self, narration: str, lines: Sequence[LineBody], date: Day | None = None, *, status: str = "POSTED", **more: Any
    ) -> Journal:
        """`lines` made by `journal_line`; they must balance."""
        day = (date or today(self)).isoformat()
        body = {"Narration": narration, "JournalLines": list(lines), "Date": day, "Status": status, **more}
        saving = JournalSaving(self, body)
        _refuse(saving.errors)
        return saving.save()

    def edit_journal(self, journal: Journal, **changes: Any) -> Journal:
        """By Xero's own names: Narration, Date, Status, JournalLines."""
        saving = JournalSaving(self, changes, journal)
        _refuse(saving.errors)
        return saving.save()

    def add_spend(self, contact: Contact, lines: Sequence[LineBody], date: Day | None = None, **more: Any) -> Document:
        """Money spent without a bill."""
        return self._spent(contact, lines, date, "SPEND", **more)

    def _spent(
        self, contact: Contact, lines: Sequence[LineBody], date: Day | None, type_: str, **more: Any
    ) -> Document:
        """Looked at like a bill, then kept among the bank transactions."""
        body = {"Type": "ACCPAY", **_body(contact, lines, date or today(self), "AUTHORISED", EXCLUSIVE), **more}
        body["DueDate"] = body["Date"]
        made = self._add(INVOICES, body)
        del self.invoices[made.id]
        made.type, made.bank_account, made.due = type_, self.account(BANK).id, None
        self.spending[made.id] = made
        return made

    def end_spend(self, transaction: Document, status: str = "DELETED") -> None:
        transaction.status = status
        touch(transaction, self.now())

    def add_item(self, code: str, name: str = "", *, price: Amount = 0, account: str = "", tax: str = "") -> Item:
        details = {"UnitPrice": Decimal(price), "AccountCode": account, "TaxType": tax}
        item = Item(new_id(), code, name or code, self.now(), purchase={k: v for k, v in details.items() if v})
        self.items[item.id] = item
        return item

    def attach(self, document: Document | Journal, name: str, content: bytes, mime_type: str) -> File:
        file = File(new_id(), name, mime_type, content)
        document.files.append(file)
        return file

    def lock(self, *, period: Day | None = None, year_end: Day | None = None) -> None:
        """Set both lock dates; None opens. https://developer.xero.com/documentation/api/accounting/organisation ."""
        for name, until in (("PeriodLockDate", period), ("EndOfYearLockDate", year_end)):
            self.profile.pop(name, None)
            if until is not None:
                self.profile[name] = datetime.combine(until, time(), UTC)

    # Finding.

    def documents(self, kind: Kind) -> dict[str, Document]:
        return {"Invoices": self.invoices, "CreditNotes": self.credits, "PurchaseOrders": self.orders}[kind.name]

    def document(self, identifier: str) -> Document:
        """Whatever can be paid. Raises KeyError."""
        return self.invoices[identifier] if identifier in self.invoices else self.credits[identifier]

    def bills(self, contact: Contact | None = None) -> list[Document]:
        rows = [row for row in self.invoices.values() if row.type == "ACCPAY"]
        return [row for row in rows if contact is None or row.contact == contact.id]

    def bill(self, number: str) -> Document:
        """Raises KeyError; of several with one number, the last one made."""
        return {row.number: row for row in self.bills()}[number]

    def tracked(self, row: Line) -> dict[str, str]:
        """A line's tracking by names."""
        pairs = ((self.categories[mark.category], mark.option) for mark in row.marks)
        return {c.name: next(o.name for o in c.options if o.id == option) for c, option in pairs}

    def code(self, row: Line) -> str:
        """The code of a line's account."""
        return self.accounts[row.account].code if row.account else ""

    # What the rules ask.

    def next_number(self, document_type: str) -> str:
        prefix, rows = NUMBERED[document_type], (*self.invoices.values(), *self.credits.values(), *self.orders.values())
        used = {row.number for row in rows if row.type == document_type}
        return next(n for i in range(1, len(used) + 2) if (n := f"{prefix}-{i:04}") not in used)

    def number_taken(self, document: Document) -> bool:
        blocks = document.type == "ACCREC" or self.switches.deleted_order_numbers_block
        rows = (*self.invoices.values(), *self.orders.values())
        others = (row for row in rows if row.type == document.type and row.id != document.id)
        return any(row.number == document.number and (blocks or row.status != "DELETED") for row in others)

    def item_details(self, *, buying: bool) -> dict[str, dict[str, Any]]:
        """By code; prices under the name that lines use."""
        found = {}
        for item in self.items.values():
            details = dict(item.purchase if buying else item.sales)
            price = {"UnitAmount": details.pop("UnitPrice")} if "UnitPrice" in details else {}
            found[item.code] = {"id": item.id, **details, **price}
        return found

    def use_options(self, lines: Iterable[Line]) -> None:
        used = {mark.option for row in lines for mark in row.marks}
        for category in self.categories.values():
            for option in category.options:
                option.used = option.used or option.id in used


def _body(
    contact: Contact,
    lines: Sequence[LineBody],
    date: Day,
    status: str,
    amounts: str,
    number: tuple[str, str] = ("", ""),
) -> dict[str, Any]:
    name, value = number
    body = {"Contact": {"ContactID": contact.id}, "LineItems": list(lines), "Date": date.isoformat(), "Status": status}
    return {**body, "LineAmountTypes": amounts, **({name: value} if value else {})}


def _refuse(errors: Iterable[str]) -> None:
    if found := list(errors):
        raise ValueError(" ".join(found))
