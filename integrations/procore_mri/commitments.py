"""Approved subcontracts and purchase orders become contracts, or purchase orders, in MRI.

What goes is the original schedule of values: each change order is a document of its own in MRI.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from hub.documents import DocumentView, LookUp
from hub.stage import Direction, KeyField, Known, Mapped, Problem, ReadContext, Record, Skip, Stage
from integrations.base.client import ApiClient
from integrations.mri.client import MriClient
from integrations.procore.commitments import CommitmentKind
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.faults import Fault
from integrations.procore_kit.order_reader import APPROVED, STANDING, Order, OrderLine, OrderReader

from .clients import mri_client
from .commitment_problems import COMMITMENTS as PROBLEMS
from .document_coding import Coder
from .document_rules import body_of, decided, standing
from .document_settings import DocumentSettings, PurchaseOrders
from .document_survey import DocumentSurvey, Wanted
from .document_view import view
from .document_writer import DocumentWriter
from .documents import CONTRACT, ORDER, Kind
from .places import CODES, COMMITMENTS, JOBS, TYPES, VENDORS, of_project, ties

ZERO = Decimal(0)


class CommitmentWriter(DocumentWriter):
    def __init__(self, client: MriClient, settings: DocumentSettings) -> None:
        super().__init__(client)
        self._settings = settings

    def wanted(self, record: Record) -> Iterable[Wanted]:
        order: Order | None = record.data.get("order")
        if order is not None and order.site.ledger_id:
            number = order_number(order.kind, order.number, self._settings)
            yield order_kind(order.kind, self._settings), {"job_id": order.site.ledger_id, "number": number}


def order_kind(kind: CommitmentKind, settings: DocumentSettings) -> Kind:
    as_order = kind is CommitmentKind.PURCHASE_ORDER and settings.purchase_orders is PurchaseOrders.PURCHASE_ORDERS
    return ORDER if as_order else CONTRACT


def order_number(kind: CommitmentKind, number: str, settings: DocumentSettings) -> str:
    form = settings.purchase_order_number if kind is CommitmentKind.PURCHASE_ORDER else settings.contract_number
    return form.format(number=number)


class Commitments(Stage):
    slug, number, title, noun = COMMITMENTS, 8, "Commitments → contracts", "commitment"
    direction = Direction.FORWARD
    all_label = "Send all commitments"
    summary = "Approved subcontracts become contracts; purchase orders become {purchase_orders}."
    keys = (KeyField("project", "Project #"), KeyField("order", "Commitment #"))
    problems = PROBLEMS
    needs = (VENDORS, CODES, TYPES, JOBS)
    within = JOBS

    def reader(self, source: ApiClient, context: ReadContext) -> OrderReader:
        client = procore_client(source)
        return OrderReader(client, context, ties(context), COMMITMENTS, with_changes=False, statuses=STANDING)

    def writer(self, target: ApiClient, settings: DocumentSettings) -> CommitmentWriter:
        return CommitmentWriter(mri_client(target), settings)

    def map(self, record: Record, known: Known) -> Mapped:
        if told := of_project(record):
            return told
        order: Order = record.data["order"]
        try:
            return _not_wanted(order, known) or _contract(order, record.url, known)
        except Fault as fault:
            return Problem(fault.code, fault.values)

    def document(self, payload: Mapping[str, Any], look_up: LookUp) -> DocumentView:
        return view(payload)

    def describe(self, settings: DocumentSettings) -> str:  # type: ignore[override]
        if settings.purchase_orders is PurchaseOrders.LEAVE_OUT:
            return "Approved subcontracts become contracts; purchase orders are left out."
        return self.summary.format(purchase_orders=settings.purchase_orders.value)


def _not_wanted(order: Order, known: Known) -> Skip | None:
    settings: DocumentSettings = known.settings
    link = known.link(str(order.id))
    if link is None and order.status not in STANDING:
        return Skip("not_approved", f"It is “{order.status}” in Procore.")
    left_out = settings.purchase_orders is PurchaseOrders.LEAVE_OUT and order.kind is CommitmentKind.PURCHASE_ORDER
    if link is None and left_out:
        return Skip("order_left_out", "Purchase orders are left out by the tenant's settings.")
    if link is None:
        return None if order.status == APPROVED else _past_approval(order, known)
    return None if order.status in STANDING else standing(link, order.status, known.target)


def _past_approval(order: Order, known: Known) -> Skip | None:
    """A commitment that was over before the hub came is tied to what MRI has of it, so that its last claims find it. It
    is not made anew: what was paid on it elsewhere is not known here."""
    kind, number = order_kind(order.kind, known.settings), order_number(order.kind, order.number, known.settings)
    survey: DocumentSurvey = known.target
    if not order.site.ledger_id or survey.theirs(kind, {"job_id": order.site.ledger_id, "number": number}):
        return None
    return Skip(
        "past_approval",
        f"It is “{order.status}” in Procore, and MRI has no {kind.noun} {number} on the job {order.site.ledger_id} to "
        "link it to. One past “Approved” is not sent: enter it in MRI if claims on it are to follow.",
    )


def _contract(order: Order, url: str, known: Known) -> Mapped:
    if not order.lines and known.link(str(order.id)) is None:
        return Skip("no_lines", "Its schedule of values has no lines yet.")
    if not order.site.ledger_id:
        raise Fault("job_not_linked", project=order.site.label)
    if order.vendor_id is None:
        raise Fault("vendor_missing")
    if not order.payee_id:
        raise Fault("vendor_not_linked", vendor=order.vendor)
    total = sum((line.amount for line in order.lines), ZERO)
    if total != order.original:
        raise Fault("sums_differ", lines=f"{total:,.2f}", total=f"{order.original:,.2f}")
    coder = Coder(known)
    record = {
        "number": order_number(order.kind, order.number, known.settings),
        "job_id": order.site.ledger_id,
        "vendor_id": order.payee_id,
        "title": order.title,
        **({"date": order.day.isoformat()} if order.day else {}),
        "retainage_percent": order.retainage,
        "amount": total,
        "lines": coded(order.lines, coder),
    }
    kind = order_kind(order.kind, known.settings)
    body = body_of(kind, record, {"number": order.number, "vendor": order.vendor, "url": url}, known.target.profile)
    return decided(str(order.id), order.key, body, known, coder.warnings)


def coded(lines: Iterable[OrderLine], coder: Coder) -> list[dict[str, Any]]:
    """Lines of a commitment or change order that have an amount. Raises Fault."""
    return [
        {**coder.line(line.code, line.type_id, _text(line)), "description": _text(line), "amount": line.amount}
        for line in lines
        if line.amount
    ]


def _text(line: OrderLine) -> str:
    return line.description or (line.code.name if line.code else "") or f"line {line.key}"
