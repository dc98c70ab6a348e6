"""Stage 8: posted manual journals on projects become direct costs of the type expense, split like bills."""

from __future__ import annotations

from hub.stage import KeyField, ReadContext
from integrations.base.client import ApiClient
from integrations.procore_kit.cost_stages import JournalStage
from integrations.xero.journals import MANUAL_JOURNALS, journal_pages

from . import cost_problems
from .clients import xero_client
from .cost_coding import XERO
from .cost_documents import from_journal
from .cost_reader import CostReader, Source, singly

JOURNALS = Source(
    lambda client, since, first, broken: journal_pages(client, since, first=first, broken=broken),
    singly(MANUAL_JOURNALS),
    from_journal,
)


class JournalEntries(JournalStage):
    number = 8
    summary = "Posted manual journals become expenses of the projects that their lines are tracked to."
    keys = (KeyField("project", "Project #"),)
    problems = cost_problems.JOURNAL_ENTRIES
    needs = ("projects", "cost_codes")
    within = "projects"
    ledger = XERO

    def reader(self, source: ApiClient, context: ReadContext) -> CostReader:
        return CostReader(xero_client(source), context, [JOURNALS], with_home=True)
