"""Reads payables and journals of MRI and gives a record for each part of them: a part for each project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import ClassVar

from hub.stage import Page, ReadContext, Record
from integrations.mri.client import MriClient
from integrations.mri.reading import records
from integrations.mri.records import HubRecord
from integrations.procore_kit import names
from integrations.procore_kit.cost_documents import CostDocument, CostKind, Standing
from integrations.procore_kit.cost_parts import parts_of
from integrations.procore_kit.settlements import ZERO
from integrations.procore_kit.splits import CostLine
from integrations.procore_kit.unreadables import Unreadables, documents_of

from .lists import moment, same, since_day, text
from .names import draw_key, outside_key
from .places import JOBS
from .settings import Settings, listed

PAGE = 200  # documents whose parts are stored together


@dataclass(frozen=True)
class MriLine(CostLine):
    """A line as MRI codes it, and the tax that it shows."""

    phase: str = ""
    code: str = ""
    category: str = ""
    tax: Decimal = ZERO


class CostReader:
    """Documents say the day they changed. Their key in Procore is also what they go by among the links."""

    ordered = False
    sweeps = True
    operation: ClassVar[str]
    kind: ClassVar[CostKind]
    word: ClassVar[str]

    def __init__(self, client: MriClient, context: ReadContext) -> None:
        self._client, self._context = client, context
        self._settings: Settings = context.settings
        self._broken = Unreadables(prefix=outside_key(client.account, self.word, ""), whole=True)
        self._sent: dict[str, set[str]] = defaultdict(set)
        for source_id in context.linked:
            document, _, project = source_id.rpartition(":")
            self._sent[document].add(project)

    @cached_property
    def _projects(self) -> Mapping[str, str]:
        return self._context.linked_in(JOBS)

    @cached_property
    def _by_code(self) -> Mapping[str, str]:
        """The projects as MRI compares the codes of their jobs."""
        return {names.fold(job): project for job, project in self._projects.items()}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """What projects are called: by the codes of their jobs."""
        return {project: job for job, project in self._projects.items()}

    def changed(self, since: datetime | None, after: str) -> Iterator[Page]:
        gathered: list[Record] = []
        for number, row in enumerate(self._rows(since), 1):
            gathered += self._records(row)
            if number % PAGE == 0:
                yield Page(gathered)
                gathered = []
        yield Page([*gathered, *self._broken.records()])

    def by_ids(self, ids: Sequence[str]) -> Iterator[Page]:
        wanted, whole = set(ids), documents_of(ids)
        for page in self.changed(None, ""):
            found = [one for one in page.records if one.id in wanted or one.unreadable or _document(one) in whole]
            yield Page(found)

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        """Everything on the project of this job."""
        projects = {project for job, project in self._projects.items() if same(job, keys[0].strip())}
        found = (record for page in self.changed(None, "") for record in page.records if not record.unreadable)
        return [record for record in found if record.data["part"].project_id in projects] if projects else []

    def _rows(self, since: datetime | None) -> Iterator[HubRecord]:
        values = {"since": since_day(since)} if since else {}
        return records(self._client, self.operation, self._broken.sink, **values)

    def _records(self, row: HubRecord) -> list[Record]:
        document = self._convert(row)
        parts = parts_of(document, self._sent.get(document.id, set()), self._names, self._held(row))
        return [part.record() for part in parts]

    def _held(self, row: HubRecord) -> tuple[str, str]:
        return "", ""

    def _convert(self, row: HubRecord) -> CostDocument:
        """A document without a key of its own goes by vendor and number."""
        vendor, number, lines = text(row, "vendor_id"), text(row, "number"), tuple(self._lines(row))
        key = text(row, "id") or "/".join(part for part in (vendor, number) if part)
        return CostDocument(
            id=outside_key(self._client.account, self.word, key),
            kind=self.kind,
            standing=self._standing(text(row, "status")),
            number=number,
            day=row.get("date"),
            text=" ".join(text(row, "description").split()),
            contact_id=vendor,
            contact=f"vendor {vendor}" if vendor else "",
            contact_key=outside_key(self._client.account, "vendor", vendor) if vendor else "",
            lines=lines,
            changed_at=moment(row.get("changed")),
            total=row.get("amount"),
            tax=row.get("tax") or sum((line.tax for line in lines), ZERO),
            project_id=self._by_code.get(names.fold(text(row, "job_id")), ""),
        )

    def _standing(self, status: str) -> Standing:
        if status.casefold() in listed(self._settings.void_statuses):
            return Standing.ENDED
        pending = status.casefold() in listed(self._settings.pending_statuses)
        return Standing.PENDING if pending else Standing.LIVE

    def _lines(self, row: HubRecord) -> Iterator[MriLine]:
        lines: Iterable[HubRecord] = row.get("lines") or ()
        for place, line in enumerate(lines, 1):
            job = text(line, "job_id") or text(row, "job_id")
            yield MriLine(
                id=text(line, "line_number") or str(place),
                amount=line.get("amount") or ZERO,
                description=" ".join(text(line, "description").split()),
                project_id=self._by_code.get(names.fold(job), ""),
                tracked=job,
                phase=text(line, "phase"),
                code=text(line, "cost_code"),
                category=text(line, "cost_type"),
                tax=line.get("tax") or ZERO,
            )


class InvoiceReader(CostReader):
    operation, kind, word = "ap_invoices.list", CostKind.BILL, "invoice"

    def _held(self, row: HubRecord) -> tuple[str, str]:
        number = text(row, "contract_number")
        if not number:
            return "", ""
        contract = draw_key(text(row, "job_id"), number, "").strip("/")
        return "from_contract", f"It is an invoice of the contract {contract}, whose cost comes by its draws."


class JournalReader(CostReader):
    operation, kind, word = "journals.list", CostKind.JOURNAL, "journal"


def _document(record: Record) -> str:
    """The id of the document that a record is a part of."""
    return record.id.rpartition(":")[0]
