"""Stage 4: approved subcontracts and purchase orders become purchase orders in Xero."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from hub.abilities import carried_out
from hub.documents import DocumentView, LookUp
from hub.engine.hashing import body_hash
from hub.stage import Direction, KeyField, Known, LinkView, Mapped, Payload, Problem, ReadContext, Record, Skip, Stage
from integrations.base.client import ApiClient
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.faults import Fault
from integrations.procore_kit.order_reader import APPROVED, STANDING, Order, OrderReader
from integrations.procore_kit.standing import as_sent, standing
from integrations.xero import documents
from integrations.xero.drafts import DELETED, DRAFT, SUBMITTED
from integrations.xero.purchase_orders import PurchaseOrder

from . import claim_problems
from .bill_body import LONGEST_TEXT, coded_before
from .bill_view import view
from .books import usable_contact
from .clients import xero_client
from .coding import Coder
from .order_writer import OrderSurvey, OrderWriter, created
from .settings import Settings
from .ties import NAMES, ORDERS, ties

BILLED = "BILLED"


class Commitments(Stage):
    slug, number, title, noun = ORDERS, 4, "Commitments → purchase orders", "commitment"
    direction = Direction.FORWARD
    all_label = "Send all commitments"
    summary = "Approved subcontracts and purchase orders become purchase orders with the status {order_status}."
    keys = (KeyField("project", "Project #"), KeyField("order", "PO #"))
    problems = claim_problems.ORDERS
    enabled = False
    needs = ("projects", "contacts", "cost_codes")
    within = "projects"

    def reader(self, source: ApiClient, context: ReadContext) -> OrderReader:
        return OrderReader(procore_client(source), context, ties(context), ORDERS)

    def writer(self, target: ApiClient, settings: Settings) -> OrderWriter:
        return OrderWriter(xero_client(target), settings)

    def map(self, record: Record, known: Known) -> Mapped:
        if "unreadable" in record.data:
            return Problem("project_unreadable", {"reason": record.data["unreadable"]})
        order: Order = record.data["order"]
        try:
            return _not_wanted(order, known) or _purchase_order(order, known, self)
        except Fault as fault:
            return Problem(fault.code, fault.values)

    def document(self, payload: Mapping[str, Any], look_up: LookUp) -> DocumentView:
        return view("Purchase order", payload, look_up)

    def describe(self, settings: Settings) -> str:  # type: ignore[override]
        return self.summary.format(order_status=settings.order_status.value)


def _not_wanted(order: Order, known: Known) -> Skip | None:
    link = known.link(str(order.id))
    if link is None:
        return None if order.status == APPROVED else Skip("not_approved", f"It is “{order.status}” in Procore.")
    if order.status in STANDING:
        return None
    survey: OrderSurvey = known.target
    theirs = survey.orders.get(link.target_id)
    if theirs is not None and theirs.status == DELETED:
        return Skip("withdrawn", f"It is “{order.status}” in Procore, and its purchase order was deleted in Xero.")
    raise Fault("order_withdrawn", status=order.status)


def _purchase_order(order: Order, known: Known, stage: Stage) -> Mapped:
    survey: OrderSurvey = known.target
    link = known.link(str(order.id))
    if not order.lines:
        return Skip("no_lines", "Its schedule of values has no lines yet.")
    try:
        lines = _lines(order, known)
    except Fault as fault:
        kept = _unchanged(order, link, survey) if link else None
        if kept is None:
            raise
        return standing(kept, Problem(fault.code, fault.values), stage, NAMES)
    if link is not None:
        return _compared(order, lines, link, survey)
    wanted = _new_body(order, lines, survey, known.settings)
    theirs = survey.numbered(wanted["number"])
    if theirs is None:
        return Payload(wanted, order.key)
    if (theirs.reference, theirs.contact.contact_id) != (order.key, order.payee_id):
        raise Fault("order_number_taken", number=wanted["number"], contact=theirs.contact.name)
    _same_currency(order, theirs)
    return _found(order, wanted, theirs, survey)


def _found(order: Order, wanted: dict[str, Any], theirs: PurchaseOrder, survey: OrderSurvey) -> Payload:
    """The order that was made of this commitment once: its link was lost. A draft gets the commitment's amounts."""
    said = "A purchase order with its number, vendor and reference is in Xero already."
    edited = _edits(wanted, theirs, survey)
    warnings = tuple(f"It is different in Xero: {sentence}" for sentence in edited)
    amounts = [amount for _, amount in _amounts(wanted)]
    if amounts == [line.line_amount for line in theirs.line_items] and sum(amounts) == theirs.sub_total:
        return Payload(wanted, order.key, theirs.purchase_order_id, said, linked_only=True, warnings=warnings)
    if theirs.status not in (DRAFT, SUBMITTED):
        raise Fault("twin_differs", document="purchase order", status=theirs.status, edits=" ".join(edited))
    return Payload(wanted, order.key, theirs.purchase_order_id, said, warnings=warnings)


def _lines(order: Order, known: Known) -> list[dict[str, Any]]:
    if not order.site.ledger_id:
        raise Fault("project_not_linked", project=order.site.label)
    coder = Coder(order.site, known.target.books, known)
    lines = []
    for line in order.lines:
        text = line.description or (line.code.name if line.code else "") or f"line {line.key}"
        coding = coder.cost(line.code, text).body()
        text = coder.description(text, line.code) if line.code else text
        lines.append({"key": line.key, "description": text[:LONGEST_TEXT], "amount": line.amount, **coding})
    return lines


def _new_body(order: Order, lines: list[dict[str, Any]], survey: OrderSurvey, settings: Settings) -> dict[str, Any]:
    if order.vendor_id is None:
        raise Fault("vendor_missing")
    if not order.payee_id:
        raise Fault("vendor_not_linked", vendor=order.vendor)
    usable_contact(survey.contacts.get(order.payee_id), order.vendor)
    wanted = settings.order_number.format(project=order.site.number, number=order.number)
    number = survey.number(wanted, order.key)
    body = _body(order, order.payee_id, number, settings.order_status.value, lines)
    return {**body, "currency": survey.books.currency(order.currency)}


def _body(order: Order, contact_id: str, number: str, status: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    if order.day is None:
        raise Fault("no_order_date")
    return {
        "contact": contact_id,
        "number": number,
        "reference": order.key,
        "date": order.day.isoformat(),
        "delivery": order.delivery.isoformat() if order.delivery else "",
        "status": status,
        "lines": lines,
    }


def _unchanged(order: Order, link: LinkView, survey: OrderSurvey) -> Payload | None:
    """What was sent, when nothing of the linked commitment has changed that needs no coding; None when something has,
    or while nobody knows what was sent last. Raises Fault."""
    lines = coded_before(link.sent, {line.key: line.amount for line in order.lines})
    if lines is None or link.doubts:
        return None
    return as_sent(_compared(order, lines, link, survey), link)


def _compared(order: Order, lines: list[dict[str, Any]], link: LinkView, survey: OrderSurvey) -> Payload:
    """The linked commitment's order as it should be now; what was decided when it was sent stays."""
    theirs = survey.orders.get(link.target_id)
    if theirs is None or theirs.status == DELETED:
        raise Fault("order_ended")
    _same_currency(order, theirs)
    sent = carried_out(link, partial(_stands, theirs=theirs, survey=survey))
    if order.payee_id not in (sent["contact"], theirs.contact.contact_id):
        raise Fault("order_vendor_changed", contact=theirs.contact.name, vendor=order.vendor)
    wanted = _body(order, sent["contact"], sent["number"], sent["status"], lines)
    wanted |= {"currency": sent["currency"]} if "currency" in sent else {}  # earlier ones do not tell
    if _stands(wanted, theirs, survey):
        return Payload(wanted, order.key, current=wanted)
    edited = _edits(sent, theirs, survey)
    if body_hash(wanted) == body_hash(sent) or (
        _amounts(wanted) == _amounts(sent) and (edited or theirs.status == BILLED)
    ):
        warnings = tuple(f"It was changed in Xero: {sentence}" for sentence in edited)
        return Payload(sent, order.key, linked_only=True, warnings=warnings)
    totals = {"before": f"{_total(sent):,.2f}", "after": f"{_total(wanted):,.2f}"}
    if theirs.status == BILLED:
        raise Fault("order_billed", **totals)
    if edited:
        raise Fault("order_edited", edits=" ".join(edited), **totals)
    return Payload(wanted, order.key)


def _same_currency(order: Order, theirs: PurchaseOrder) -> None:
    """Where either side tells none there is nothing to compare."""
    here, there = order.currency, theirs.currency_code
    if here and there and here != there:
        raise Fault("order_currency", number=theirs.purchase_order_number, here=here, there=there)


def _stands(wanted: Mapping[str, Any], theirs: PurchaseOrder, survey: OrderSurvey) -> bool:
    dates = (str(theirs.date), str(theirs.delivery_date or ""))
    return dates == (wanted["date"], wanted["delivery"]) and not _edits(wanted, theirs, survey)


def _edits(sent: Mapping[str, Any], theirs: PurchaseOrder, survey: OrderSurvey) -> list[str]:
    """What somebody has changed in Xero since it was sent, in sentences: all that a change would write again."""
    filled = theirs.model_copy(update={"line_items": survey.books.index.filled(theirs.line_items)})
    heads = (
        ("number", sent["number"], theirs.purchase_order_number),
        ("reference", sent["reference"], theirs.reference),
        ("date", sent["date"], theirs.date),
        ("delivery date", sent["delivery"], theirs.delivery_date),
    )
    return documents.edits(created(sent), filled, heads)


def _amounts(one: Mapping[str, Any]) -> list[tuple[str, Decimal]]:
    return [(line["key"], Decimal(str(line["amount"]))) for line in one["lines"]]


def _total(one: Mapping[str, Any]) -> Decimal:
    return sum((amount for _, amount in _amounts(one)), Decimal(0))
