"""Stage 7: bills that no progress claim stands for become direct costs in Procore, a part for each project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.documents import DocumentView, LookUp
from hub.stage import Direction, KeyField, Known, Mapped, ReadContext, Record, Stage
from integrations.base.client import ApiClient
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.cost_choices import CommitmentVendors
from integrations.procore_kit.cost_map import map_part
from integrations.procore_kit.cost_parts import Part
from integrations.procore_kit.cost_survey import CostSurveyor
from integrations.procore_kit.cost_view import cost_view
from integrations.procore_kit.cost_writer import CostWriter
from integrations.xero.bank_transactions import BANK_TRANSACTIONS, spend_pages
from integrations.xero.bills import bill_pages, bills_by_ids
from integrations.xero.credit_notes import CREDIT_NOTES, credit_note_pages

from . import cost_problems
from .clients import xero_client
from .cost_coding import XERO
from .cost_documents import from_bill, from_credit_note, from_purchase
from .cost_reader import CostReader, Source, singly
from .settings import Settings

BILLS = Source(
    lambda client, since, first, broken: bill_pages(client, since, first=first, broken=broken), bills_by_ids, from_bill
)
PURCHASES = Source(
    lambda client, since, first, broken: spend_pages(client, since, first=first, broken=broken),
    singly(BANK_TRANSACTIONS),
    from_purchase,
)
CREDITS = Source(
    lambda client, since, first, broken: credit_note_pages(client, since, first=first, broken=broken),
    singly(CREDIT_NOTES),
    from_credit_note,
)


class DirectInvoices(Stage):
    slug, number, title, noun = "direct_invoices", 7, "Direct invoices → direct costs", "direct invoice"
    direction = Direction.BACKWARD
    all_label = "Get all direct invoices"
    summary = "Bills without a claim become direct costs of the projects that their lines are tracked to."
    keys = (KeyField("project", "Project #"),)
    problems = cost_problems.DIRECT_INVOICES
    schedule = "every 4 hours"
    needs = ("projects", "contacts", "cost_codes")

    def reader(self, source: ApiClient, context: ReadContext) -> CostReader:
        settings: Settings = context.settings
        sources: list[Source[Any]] = [BILLS]
        sources += [PURCHASES] if settings.spend_money else []
        sources += [CREDITS] if settings.supplier_credits else []
        return CostReader(xero_client(source), context, sources)

    def writer(self, target: ApiClient, settings: Settings) -> CostWriter:
        client = procore_client(target)
        matters = settings.commitment_vendors is not CommitmentVendors.SEND
        return CostWriter(client, CostSurveyor(client, settings.cost_type, vendors=True, commitments=matters))

    def needs_match(self, record: Record) -> bool:
        return bool(record.data["part"].part is Part.COST)

    def map(self, record: Record, known: Known) -> Mapped:
        return map_part(record, known, XERO)

    def document(self, payload: Mapping[str, Any], look_up: LookUp) -> DocumentView:
        return cost_view(payload, look_up)
