"""Stage 7: bills that no progress claim stands for become direct costs in Procore, a part for each project."""

from __future__ import annotations

from typing import Any

from hub.stage import KeyField, ReadContext
from integrations.base.client import ApiClient
from integrations.procore_kit.cost_stages import InvoiceStage
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


class DirectInvoices(InvoiceStage):
    number, title, noun = 7, "Direct invoices → direct costs", "direct invoice"
    all_label = "Get all direct invoices"
    summary = "Bills without a claim become direct costs of the projects that their lines are tracked to."
    keys = (KeyField("project", "Project #"),)
    problems = cost_problems.DIRECT_INVOICES
    needs = ("projects", "contacts", "cost_codes")
    within = "projects"
    ledger = XERO

    def reader(self, source: ApiClient, context: ReadContext) -> CostReader:
        settings: Settings = context.settings
        sources: list[Source[Any]] = [BILLS]
        sources += [PURCHASES] if settings.spend_money else []
        sources += [CREDITS] if settings.supplier_credits else []
        return CostReader(xero_client(source), context, sources)
