"""Stage 8: posted manual journals on projects become direct costs of the type expense, split like bills."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.documents import DocumentView, LookUp
from hub.stage import Direction, KeyField, Known, Mapped, ReadContext, Record, Skip, Stage
from integrations.base.client import ApiClient
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.cost_map import map_part
from integrations.procore_kit.cost_parts import Part
from integrations.procore_kit.cost_survey import CostSurveyor
from integrations.procore_kit.cost_view import cost_view
from integrations.procore_kit.cost_writer import CostWriter
from integrations.xero.journals import MANUAL_JOURNALS, journal_pages

from . import cost_problems
from .clients import xero_client
from .cost_coding import XERO
from .cost_documents import from_journal
from .cost_reader import CostReader, Source, singly
from .settings import Settings

JOURNALS = Source(
    lambda client, since, first, broken: journal_pages(client, since, first=first, broken=broken),
    singly(MANUAL_JOURNALS),
    from_journal,
)


class JournalEntries(Stage):
    slug, number, title, noun = "journal_entries", 8, "Journal entries → direct costs", "journal entry"
    direction = Direction.BACKWARD
    all_label = "Get all journal entries"
    summary = "Posted manual journals become expenses of the projects that their lines are tracked to."
    keys = (KeyField("project", "Project #"),)
    problems = cost_problems.JOURNAL_ENTRIES
    schedule = "every 4 hours"
    needs = ("projects", "cost_codes")

    def reader(self, source: ApiClient, context: ReadContext) -> CostReader:
        return CostReader(xero_client(source), context, [JOURNALS])

    def writer(self, target: ApiClient, settings: Settings) -> CostWriter:
        client = procore_client(target)
        return CostWriter(client, CostSurveyor(client, settings.cost_type, vendors=False, commitments=False))

    def needs_match(self, record: Record) -> bool:
        return bool(record.data["part"].part is Part.COST)

    def map(self, record: Record, known: Known) -> Mapped:
        if not known.settings.journals and known.link(record.id) is None:
            return Skip("switched_off", "Journal entries are switched off in the tenant's settings.")
        return map_part(record, known, XERO)

    def document(self, payload: Mapping[str, Any], look_up: LookUp) -> DocumentView:
        return cost_view(payload, look_up)
