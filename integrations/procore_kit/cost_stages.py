"""What the two stages that end in direct costs are, whatever the ledger: documents, and journals."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from typing import Any, ClassVar

from hub.documents import DocumentView, LookUp
from hub.stage import Direction, Known, Mapped, Payload, Problem, Record, Skip, Stage
from integrations.base.client import ApiClient

from .clients import procore_client
from .cost_choices import CommitmentVendors
from .cost_map import CostLedger, map_part, still_as_sent
from .cost_parts import Part
from .cost_survey import CostSurveyor
from .cost_view import cost_view
from .cost_writer import CostWriter
from .standing import standing

# What keeps a cost from being sent, and says nothing of one that was sent before.
UNSENT = frozenset(
    ("project_hidden", "vendor_not_linked", "no_cost_code", "several_codes", "code_not_in_project", "no_cost_type")
)


class CostStage(Stage, ABC):
    """Documents of a ledger become direct costs, a part for each project."""

    direction = Direction.BACKWARD
    schedule = "every 4 hours"
    ledger: ClassVar[CostLedger]

    def needs_match(self, record: Record) -> bool:
        return bool(record.data["part"].part is Part.COST)

    def map(self, record: Record, known: Known) -> Mapped:
        mapped = map_part(record, known, self.ledger)
        return self._standing(record, mapped, known) if isinstance(mapped, Problem) else mapped

    def _standing(self, record: Record, problem: Problem, known: Known) -> Mapped:
        """The problem, unless it says nothing of what was sent before and has not changed."""
        link = known.link(record.id)
        if link is None or problem.code not in UNSENT or not still_as_sent(record.data["part"], link, known.settings):
            return problem
        return standing(Payload(link.sent, record.id), problem, self, (self.ledger.name, "Procore"))

    def document(self, payload: Mapping[str, Any], look_up: LookUp) -> DocumentView:
        return cost_view(payload, look_up)


class InvoiceStage(CostStage):
    """Documents of vendors. The settings are to have cost_type and commitment_vendors."""

    slug = "direct_invoices"

    def writer(self, target: ApiClient, settings: Any) -> CostWriter:
        client = procore_client(target)
        matters = settings.commitment_vendors is not CommitmentVendors.SEND
        return CostWriter(client, CostSurveyor(client, settings.cost_type, vendors=True, commitments=matters))


class JournalStage(CostStage):
    """Journals: expenses without a vendor. The settings are to have cost_type and journals."""

    slug, title, noun = "journal_entries", "Journal entries → direct costs", "journal entry"
    all_label = "Get all journal entries"

    def writer(self, target: ApiClient, settings: Any) -> CostWriter:
        client = procore_client(target)
        return CostWriter(client, CostSurveyor(client, settings.cost_type, vendors=False, commitments=False))

    def map(self, record: Record, known: Known) -> Mapped:
        if not known.settings.journals and known.link(record.id) is None:
            return Skip("switched_off", "Journal entries are switched off in the tenant's settings.")
        return super().map(record, known)
