"""Stages 12 and 13: payables without a contract, and journals on jobs, become direct costs: a part for each project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.documents import DocumentView, LookUp
from hub.stage import Direction, KeyField, Known, Mapped, ReadContext, Record, Skip, Stage
from integrations.base.client import ApiClient
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.cost_choices import CommitmentVendors
from integrations.procore_kit.cost_map import map_part
from integrations.procore_kit.cost_parts import Part
from integrations.procore_kit.cost_survey import CostSurveyor
from integrations.procore_kit.cost_view import cost_view
from integrations.procore_kit.cost_writer import CostWriter

from . import problems
from .clients import mri_client
from .cost_coding import MRI
from .cost_reader import InvoiceReader, JournalReader
from .places import CODES, JOBS, VENDORS
from .settings import Settings


class DirectInvoices(Stage):
    slug, number, title, noun = "direct_invoices", 12, "Payables → direct costs", "invoice"
    direction = Direction.BACKWARD
    all_label = "Get all payables"
    summary = "Invoices without a contract become direct costs of the projects of their jobs."
    keys = (KeyField("job", "Job code"),)
    problems = problems.DIRECT_INVOICES
    schedule = "every 4 hours"
    needs = (VENDORS, JOBS, CODES)

    def reader(self, source: ApiClient, context: ReadContext) -> InvoiceReader:
        return InvoiceReader(mri_client(source), context)

    def writer(self, target: ApiClient, settings: Settings) -> CostWriter:
        client = procore_client(target)
        matters = settings.commitment_vendors is not CommitmentVendors.SEND
        return CostWriter(client, CostSurveyor(client, settings.cost_type, vendors=True, commitments=matters))

    def needs_match(self, record: Record) -> bool:
        return bool(record.data["part"].part is Part.COST)

    def map(self, record: Record, known: Known) -> Mapped:
        return map_part(record, known, MRI)

    def document(self, payload: Mapping[str, Any], look_up: LookUp) -> DocumentView:
        return cost_view(payload, look_up)


class JournalEntries(Stage):
    slug, number, title, noun = "journal_entries", 13, "Journal entries → direct costs", "journal entry"
    direction = Direction.BACKWARD
    all_label = "Get all journal entries"
    summary = "Journal entries on jobs become expenses of their projects."
    keys = (KeyField("job", "Job code"),)
    problems = problems.JOURNAL_ENTRIES
    schedule = "every 4 hours"
    needs = (JOBS, CODES)

    def reader(self, source: ApiClient, context: ReadContext) -> JournalReader:
        return JournalReader(mri_client(source), context)

    def writer(self, target: ApiClient, settings: Settings) -> CostWriter:
        client = procore_client(target)
        return CostWriter(client, CostSurveyor(client, settings.cost_type, vendors=False, commitments=False))

    def needs_match(self, record: Record) -> bool:
        return bool(record.data["part"].part is Part.COST)

    def map(self, record: Record, known: Known) -> Mapped:
        if not known.settings.journals and known.link(record.id) is None:
            return Skip("switched_off", "Journal entries are switched off in the tenant's settings.")
        return map_part(record, known, MRI)

    def document(self, payload: Mapping[str, Any], look_up: LookUp) -> DocumentView:
        return cost_view(payload, look_up)
