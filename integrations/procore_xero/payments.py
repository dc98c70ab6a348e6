"""Stage 6: what Xero says was paid on the bills of progress claims becomes payments in Procore, tied to the claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.documents import DocumentView, LookUp
from hub.stage import Direction, Follow, KeyField, Known, Mapped, Problem, ReadContext, Record, Stage
from integrations.base.client import ApiClient
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.cost_view import payment_view
from integrations.procore_kit.paid import Kind, Paid
from integrations.procore_kit.payment_map import PaymentLedger, map_paid
from integrations.procore_kit.payment_writer import PaymentWriter
from integrations.procore_kit.settlements import SettledBy, Settlement

from .clients import xero_client
from .cost_problems import PAYMENTS
from .payment_reader import PAID, PaymentReader
from .settings import Settings
from .ties import CLAIMS

LONGEST_NOTE = 250  # characters; Procore publishes no limit


def _note(one: Settlement) -> str:
    if one.by is SettledBy.PAYMENT:
        return f"Paid {one.amount:,.2f} with tax in Xero."
    named = f" {one.reference}" if one.reference else ""
    return f"No payment: {one.by}{named} of {one.amount:,.2f} with tax, set against the bill in Xero."[:LONGEST_NOTE]


def _taken_over(record: Record, known: Known) -> Follow | None:
    """A claim has one payment date, which belongs to the bill that it has now."""
    paid: Paid = record.data["paid"]
    link = known.link(record.id)
    if paid.kind is not Kind.PAID or paid.claim_id or link is None:
        return None
    bill = known.link_in(CLAIMS, str(link.sent.get("requisition_id", "")))
    if bill is None:
        return None
    return Follow(f"{bill.target_id}:{PAID}", "The claim has another bill by now, and its payment date goes with it.")


def _by_hand(record: Record, known: Known) -> Problem | None:
    """That Procore takes payments below zero is not established, so none is sent."""
    paid: Paid = record.data["paid"]
    if paid.kind is not Kind.BY_HAND or paid.share is None:
        return None
    amount = f"{-paid.share.counted(known.settings.payment_tax):,.2f}"
    told = {"note": paid.bill, "claim": paid.claim, "amount": amount, "day": paid.day, "use": paid.reason}
    return Problem("credit_by_hand", told)


XERO = PaymentLedger("deleted in Xero", _note)


class Payments(Stage):
    slug, number, title, noun = "payments", 6, "Payments", "payment"
    direction = Direction.BACKWARD
    all_label = "Get all payments"
    summary = "Payments of the bills of progress claims become payments in Procore, {payment_tax}."
    keys = (KeyField("payment", "Bill number or payment id"),)
    problems = PAYMENTS
    schedule = "every 30 minutes"
    needs = ("progress_claims",)

    def reader(self, source: ApiClient, context: ReadContext) -> PaymentReader:
        return PaymentReader(xero_client(source), context)

    def writer(self, target: ApiClient, settings: Settings) -> PaymentWriter:
        return PaymentWriter(procore_client(target))

    def needs_match(self, record: Record) -> bool:
        return record.data["paid"].kind in (Kind.SETTLEMENT, Kind.PAID)

    def map(self, record: Record, known: Known) -> Mapped:
        return _taken_over(record, known) or _by_hand(record, known) or map_paid(record, known, XERO)

    def document(self, payload: Mapping[str, Any], look_up: LookUp) -> DocumentView:
        return payment_view(payload)
