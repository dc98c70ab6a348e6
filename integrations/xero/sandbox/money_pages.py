"""Pages of the books, where a person pays, voids and locks as in Xero's own. They are not in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import route
from . import html, wire
from .bodies import BadPost
from .books import Document, Journal, Line
from .core import XeroCore
from .organisation import Organisation

HOME = "/organisations/<org_id>"
Act = Callable[[Organisation, Document, Request], object]
LINE_COLUMNS = ("Description", "Account", "Tracking", "Tax type", "Amount", "Tax")


def _address(org: Organisation, *parts: str) -> str:
    return "/".join((f"/organisations/{org.id}", *parts))


class MoneyPages(XeroCore):
    def _found(self, org_id: str) -> Organisation | None:
        return self.organisations.get(org_id)

    @route("GET", f"{HOME}/bills")
    def bills_page(self, request: Request, org_id: str) -> Response:
        org = self._found(org_id)
        return html.page("Bills", _documents(org, "bills", org.bills()) + _locks(org)) if org else wire.not_found()

    @route("GET", f"{HOME}/credits")
    def credits_page(self, request: Request, org_id: str) -> Response:
        org = self._found(org_id)
        return html.page("Credits", _documents(org, "credits", org.credits.values())) if org else wire.not_found()

    @route("GET", f"{HOME}/orders")
    def orders_page(self, request: Request, org_id: str) -> Response:
        org = self._found(org_id)
        return html.page("Purchase orders", _documents(org, "orders", org.orders.values())) if org else wire.not_found()

    @route("GET", f"{HOME}/journals")
    def journals_page(self, request: Request, org_id: str) -> Response:
        org = self._found(org_id)
        if org is None:
            return wire.not_found()
        parts = [_journal(org, journal) for journal in org.journals.values()]
        return html.page("Manual journals", html.joined(parts) or html.paragraph("None yet."))

    @route("GET", f"{HOME}/<any(bills,credits,orders):books>/<document_id>")
    def document_page(self, request: Request, org_id: str, books: str, document_id: str) -> Response:
        org = self._found(org_id)
        document = _document(org, books, document_id) if org else None
        if org is None or document is None:
            return wire.not_found()
        forms = _bill_forms(org, document) if books == "bills" else Markup("")
        why = html.paragraph(request.args.get("why", ""))
        title = document.number or "Without number"
        return html.page(title, why + _whole(org, document) + forms + _back(org, books))

    @route("POST", f"{HOME}/bills/<document_id>")
    def change_bill_form(self, request: Request, org_id: str, document_id: str) -> Response:
        """What the rules refuse is shown on the page."""
        org = self._found(org_id)
        document = _document(org, "bills", document_id) if org else None
        act = ACTS.get(request.form.get("do", ""))
        if org is None or document is None or act is None:
            return wire.not_found()
        try:
            act(org, document, request)
        except (ValueError, KeyError, BadPost, InvalidOperation) as error:
            bad_number = isinstance(error, InvalidOperation)
            why = urlencode({"why": "That is not an amount." if bad_number else str(error)})
            return redirect(f"{_address(org, 'bills', document.id)}?{why}")
        return redirect(_address(org, "bills", document.id))

    @route("POST", f"{HOME}/locks")
    def lock_form(self, request: Request, org_id: str) -> Response:
        org = self._found(org_id)
        if org is None:
            return wire.not_found()
        period, year = (_day(request.form.get(name, "")) for name in ("period", "year_end"))
        org.lock(period=period, year_end=year)
        return redirect(_address(org, "bills"))


# What the forms do.


def _pay(org: Organisation, bill: Document, request: Request) -> object:
    given = request.form
    amount = Decimal(given["amount"]) if given.get("amount") else None
    return org.pay(bill, amount, _day(given.get("date", "")), reference=given.get("reference", ""))


def _delete_payment(org: Organisation, bill: Document, request: Request) -> object:
    payment = org.payments[request.form["payment"]]
    org.delete_payment(payment)
    return payment


def _void(org: Organisation, bill: Document, request: Request) -> object:
    return org.void(bill)


def _approve(org: Organisation, bill: Document, request: Request) -> object:
    return org.edit_bill(bill, Status="AUTHORISED")


def _edit(org: Organisation, bill: Document, request: Request) -> object:
    return org.edit_bill(bill, InvoiceNumber=request.form.get("number", ""), DueDate=request.form.get("due", ""))


ACTS: dict[str, Act] = {
    "pay": _pay,
    "delete payment": _delete_payment,
    "void": _void,
    "approve": _approve,
    "edit": _edit,
}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


# What the pages show.


def _document(org: Organisation, books: str, document_id: str) -> Document | None:
    held = {"bills": org.invoices, "credits": org.credits, "orders": org.orders}[books]
    return held.get(document_id)


def _documents(org: Organisation, books: str, documents: Iterable[Document]) -> Markup:
    newest_first = sorted(documents, key=lambda document: (document.day, document.updated_at), reverse=True)
    rows = [
        (
            html.link(_address(org, books, row.id), row.number or "Without number"),
            org.contacts[row.contact].name,
            row.day,
            row.status.lower(),
            f"{row.total:,}",
            f"{row.left:,}",
        )
        for row in newest_first
    ]
    listed = html.table(("Number", "Contact", "Date", "Status", "Total", "Left"), rows)
    return html.link(_address(org), f"Back to {org.name}") + listed


def _back(org: Organisation, books: str) -> Markup:
    return html.paragraph("") + html.link(_address(org, books), "Back to the list")


def _whole(org: Organisation, document: Document) -> Markup:
    due = f", due {document.due}" if document.due else ""
    head = (
        f"{org.contacts[document.contact].name}, {document.day}{due}. {document.status.capitalize()}. "
        f"Amounts: {document.amounts}, {document.currency}. Changed {document.updated_at:%Y-%m-%d %H:%M:%S} UTC."
    )
    settled = [
        (payment.day, "payment", payment.reference or "", payment.status.lower(), f"{payment.amount:,}")
        for payment in document.payments
    ]
    settled += [(part.day, "allocation", "", "", f"{part.amount:,}") for part in document.allocations]
    files = [(file.name, file.mime_type, f"{len(file.content):,} bytes") for file in document.files]
    parts = [html.paragraph(head), _lines(org, document.lines), _totals(document)]
    if settled:
        parts += [html.heading("Settled"), html.table(("Date", "By", "Reference", "", "Amount"), settled)]
    if files:
        parts += [html.heading("Files"), html.table(("Name", "Kind", "Size"), files)]
    return html.joined(parts)


def _lines(org: Organisation, lines: Sequence[Line]) -> Markup:
    rows = [
        (
            line.description,
            org.code(line),
            ", ".join(f"{name}: {option}" for name, option in org.tracked(line).items()),
            line.tax_type,
            f"{line.amount:,}",
            f"{line.tax:,}",
        )
        for line in lines
    ]
    return html.table(LINE_COLUMNS, rows)


def _totals(document: Document) -> Markup:
    whole = f"{document.subtotal:,} and tax of {document.tax:,} make {document.total:,}."
    return html.paragraph(f"{whole} Paid {document.paid:,}, credited {document.credited:,}, left {document.left:,}.")


def _bill_forms(org: Organisation, bill: Document) -> Markup:
    own = _address(org, "bills", bill.id)
    parts = [html.heading("Change")]
    if bill.status in ("DRAFT", "SUBMITTED"):
        parts.append(html.form(own, _do("approve"), "Approve"))
    if bill.status == "AUTHORISED":
        pay = html.field("amount", "Amount (all when empty)") + html.field("date", "Date", kind="date")
        parts.append(html.form(own, _do("pay") + pay + html.field("reference", "Reference"), "Pay"))
    for payment in bill.payments:
        if payment.counts:
            held = Markup('<input type="hidden" name="payment" value="{}">').format(payment.id)
            parts.append(html.form(own, _do("delete payment") + held, f"Delete the payment of {payment.amount:,}"))
    if bill.status not in ("VOIDED", "DELETED"):
        due = bill.due.isoformat() if bill.due else ""
        edit = html.field("number", "Number", bill.number) + html.field("due", "Due", due, "date")
        parts += [html.form(own, _do("edit") + edit, "Save"), html.form(own, _do("void"), "Void or delete")]
    return html.joined(parts)


def _journal(org: Organisation, journal: Journal) -> Markup:
    title = f"{journal.narration} ({journal.day}, {journal.status.lower()})"
    return html.heading(title) + _lines(org, journal.lines)


def _locks(org: Organisation) -> Markup:
    def held(name: str) -> str:
        until = org.profile.get(name)
        return until.date().isoformat() if until else ""

    fields = html.field("period", "Locked for all but advisers up to", held("PeriodLockDate"), "date")
    fields += html.field("year_end", "Locked for everybody up to", held("EndOfYearLockDate"), "date")
    return html.heading("Lock dates") + html.form(_address(org, "locks"), fields, "Lock")


def _do(what: str) -> Markup:
    return Markup('<input type="hidden" name="do" value="{}">').format(what)
