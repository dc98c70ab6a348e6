"""Stage 6: what Xero says was paid on the bills of progress claims becomes payments in Procore, tied to the claims."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hub.abilities import UNFINISHED
from hub.documents import DocumentView, LookUp
from hub.stage import Direction, KeyField, Known, LinkView, Mapped, Payload, Problem, ReadContext, Record, Skip, Stage
from integrations.base.client import ApiClient
from integrations.procore.payments import ContractPayment
from integrations.procore_kit.clients import procore_client

from . import cost_problems
from .clients import xero_client
from .cost_settings import DeletedPayments
from .cost_view import payment_view
from .payment_reader import Kind, Paid, PaymentReader
from .payment_writer import CLAIM_ID, PaymentSurvey, PaymentWriter
from .settings import Settings
from .settlements import SettledBy, Settlement

LONGEST_NOTE = 250  # characters; Procore publishes no limit


class Payments(Stage):
    slug, number, title, noun = "payments", 6, "Payments", "payment"
    direction = Direction.BACKWARD
    all_label = "Get all payments"
    summary = "Payments of the bills of progress claims become payments in Procore, {payment_tax}."
    keys = (KeyField("payment", "Bill number or payment id"),)
    problems = cost_problems.PAYMENTS
    schedule = "every 30 minutes"
    needs = ("progress_claims",)

    def reader(self, source: ApiClient, context: ReadContext) -> PaymentReader:
        return PaymentReader(xero_client(source), context)

    def writer(self, target: ApiClient, settings: Settings) -> PaymentWriter:
        return PaymentWriter(procore_client(target))

    def needs_match(self, record: Record) -> bool:
        return record.data["paid"].kind in (Kind.SETTLEMENT, Kind.PAID)

    def map(self, record: Record, known: Known) -> Mapped:
        paid: Paid = record.data["paid"]
        link = known.link(record.id)
        if paid.kind is Kind.SETTLEMENT:
            return _payment(record, paid, link, known)
        if paid.kind is Kind.GONE:
            return _gone(paid, link, known.settings)
        if paid.kind is Kind.PAID:
            return _date(paid, link, known)
        return Skip("nothing_to_send", paid.reason)

    def document(self, payload: Mapping[str, Any], look_up: LookUp) -> DocumentView:
        return payment_view(payload)


def _place(paid: Paid, link: LinkView | None, known: Known) -> dict[str, Any] | None:
    """Where a payment stands: as it was sent, or where the claim is now. None when the claim is not to be seen."""
    names = ("project_id", "contract_id", "requisition_id")
    if link is not None and all(name in link.sent for name in names):
        return {name: link.sent[name] for name in names}
    survey: PaymentSurvey = known.target
    if paid.claim_id not in survey.claims:
        return None
    project_id, claim = survey.claims[paid.claim_id]
    return {"project_id": project_id, "contract_id": claim.commitment_id, "requisition_id": claim.id}


def _claim_gone(paid: Paid) -> Problem:
    return Problem("claim_gone", {"bill": paid.bill, "claim": paid.claim})


def _payment(record: Record, paid: Paid, link: LinkView | None, known: Known) -> Mapped:
    settings: Settings = known.settings
    one, share = paid.settlement, paid.share
    if one is None or share is None or one.day is None:
        return Problem("unreadable_record", {"reason": "the payment has no date."})
    place = _place(paid, link, known)
    if place is None:
        return _claim_gone(paid)
    amount = share.counted(settings.payment_tax)
    if not amount and link is None:
        return Skip("nothing_counts", f"Of {one.amount:,.2f} no part pays the claim before tax.")
    origin = f"xero:payment:{record.id}"
    fields = {
        "amount": f"{amount:.2f}",
        "date": one.day.isoformat(),
        "requisition_id": place["requisition_id"],
        "invoice_number": paid.bill,
        "payment_number": _number(paid, link),
        "payment_method": settings.payment_method.value,
        "check_number": one.reference if one.by is SettledBy.PAYMENT else "",
        "notes": _note(one),
        "origin_id": origin,
    }
    payload = {**place, "payment": {name: value for name, value in fields.items() if value != ""}}
    survey: PaymentSurvey = known.target
    there = survey.payments.get(origin) if link is None else None
    return _matched(payload, origin, there) if there else Payload(payload, origin)


def _number(paid: Paid, link: LinkView | None) -> int:
    """A payment keeps the number it was sent with."""
    sent: Mapping[str, Any] = link.sent.get("payment", {}) if link else {}
    return int(sent.get("payment_number") or paid.number or 1)


def _note(one: Settlement) -> str:
    if one.by is SettledBy.PAYMENT:
        return f"Paid {one.amount:,.2f} with tax in Xero."
    named = f" {one.reference}" if one.reference else ""
    return f"No payment: {one.by}{named} of {one.amount:,.2f} with tax, set against the bill in Xero."[:LONGEST_NOTE]


def _matched(payload: dict[str, Any], origin: str, there: ContractPayment) -> Payload:
    """Sent before, and its link lost. What the list does not tell counts as equal."""
    wanted = payload["payment"]
    told = {
        "amount": f"{there.amount:.2f}",
        "date": there.date.isoformat() if there.date else "",
        "requisition_id": there.requisition_id,
        "invoice_number": there.invoice_number,
        "payment_number": there.payment_number,
        "check_number": there.check_number,
        "notes": there.notes,
    }
    kept = {**payload, "payment": {**wanted, "payment_number": there.payment_number or wanted["payment_number"]}}
    now = {**kept["payment"], **{name: value for name, value in told.items() if name in wanted}}
    evidence = "It carries the payment's key."
    return Payload(kept, origin, str(there.id), evidence, current={**kept, "payment": now})


def _gone(paid: Paid, link: LinkView | None, settings: Settings) -> Mapped:
    if link is None:
        return Skip("nothing_to_send", "It was deleted in Xero before it was sent.")
    reference = f"xero:payment:{link.source_id}"
    if link.sent.get("removed"):
        return Payload(link.sent, reference)
    if settings.deleted_payments is DeletedPayments.REMOVE and "contract_id" in link.sent:
        sent = {name: value for name, value in link.sent.items() if name != UNFINISHED}
        return Payload({**sent, "removed": True}, reference, warnings=("It was deleted in Xero.",))
    payment = link.sent.get("payment", {})
    amount = f"{Decimal(str(payment.get('amount', 0))):,.2f}"
    by = "credit" if "set against" in str(payment.get("notes", "")) else "payment"
    return Problem("payment_deleted", {"bill": paid.bill, "amount": amount, "by": by})


def _date(paid: Paid, link: LinkView | None, known: Known) -> Mapped:
    """The claim's payment date, a record of its own: set when the bill is paid in full, taken away when it is not."""
    place = _place(paid, link, known)
    if place is None:
        return _claim_gone(paid)
    payload = {**place, "payment_date": paid.day.isoformat() if paid.day else None}
    target = CLAIM_ID.format(paid.claim_id)
    if link is not None:
        return Payload(payload, target)
    survey: PaymentSurvey = known.target
    claim = survey.claims[paid.claim_id][1]
    now = {**place, "payment_date": claim.payment_date.isoformat() if claim.payment_date else None}
    if claim.origin_id and now != payload:
        said = f"it carries the outside key “{claim.origin_id}”."
        return Problem("claim_locked", {"reasons": said})
    return Payload(payload, target, target, f"The bill of claim {paid.claim} is paid in full.", current=now)
