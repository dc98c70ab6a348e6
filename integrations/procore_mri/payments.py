"""Stage 11: what MRI says was paid on the draws of progress claims becomes payments in Procore, tied to the claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.documents import DocumentView, LookUp
from hub.stage import Direction, KeyField, Known, Mapped, ReadContext, Record, Stage
from integrations.base.client import ApiClient
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.cost_problems import PAYMENTS
from integrations.procore_kit.cost_view import payment_view
from integrations.procore_kit.paid import Kind
from integrations.procore_kit.payment_map import PaymentLedger, map_paid
from integrations.procore_kit.payment_writer import PaymentWriter
from integrations.procore_kit.settlements import Settlement

from .clients import mri_client
from .payment_reader import PaymentReader
from .places import DRAWS, JOBS
from .settings import Settings


def _note(one: Settlement) -> str:
    return f"Paid {one.amount:,.2f} in MRI."


MRI = PaymentLedger("voided in MRI", _note)


class Payments(Stage):
    slug, number, title, noun = "payments", 11, "Payments", "payment"
    direction = Direction.BACKWARD
    all_label = "Get all payments"
    summary = "Payments of contract draws become payments in Procore, {payment_tax}."
    keys = (KeyField("payment", "Payment, check or invoice number"),)
    problems = PAYMENTS
    schedule = "every 4 hours"
    needs = (DRAWS,)
    within = JOBS

    def reader(self, source: ApiClient, context: ReadContext) -> PaymentReader:
        return PaymentReader(mri_client(source), context)

    def writer(self, target: ApiClient, settings: Settings) -> PaymentWriter:
        return PaymentWriter(procore_client(target))

    def needs_match(self, record: Record) -> bool:
        return record.data["paid"].kind in (Kind.SETTLEMENT, Kind.PAID)

    def map(self, record: Record, known: Known) -> Mapped:
        return map_paid(record, known, MRI)

    def document(self, payload: Mapping[str, Any], look_up: LookUp) -> DocumentView:
        return payment_view(payload)
