"""Stages 12 and 13: payables without a contract, and journals on jobs, become direct costs: a part for each project."""

from __future__ import annotations

from hub.stage import KeyField, ReadContext
from integrations.base.client import ApiClient
from integrations.procore_kit.cost_stages import InvoiceStage, JournalStage

from . import problems
from .clients import mri_client
from .cost_coding import MRI
from .cost_reader import InvoiceReader, JournalReader
from .places import CODES, JOBS, VENDORS


class DirectInvoices(InvoiceStage):
    number, title, noun = 12, "Payables → direct costs", "invoice"
    all_label = "Get all payables"
    summary = "Invoices without a contract become direct costs of the projects of their jobs."
    keys = (KeyField("job", "Job code"),)
    problems = problems.DIRECT_INVOICES
    needs = (VENDORS, JOBS, CODES)
    within = JOBS
    ledger = MRI

    def reader(self, source: ApiClient, context: ReadContext) -> InvoiceReader:
        return InvoiceReader(mri_client(source), context)


class JournalEntries(JournalStage):
    number = 13
    summary = "Journal entries on jobs become expenses of their projects."
    keys = (KeyField("job", "Job code"),)
    problems = problems.JOURNAL_ENTRIES
    needs = (JOBS, CODES)
    within = JOBS
    ledger = MRI

    def reader(self, source: ApiClient, context: ReadContext) -> JournalReader:
        return JournalReader(mri_client(source), context)
