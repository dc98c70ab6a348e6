"""Writes draws: in the order of their applications, and none after one that did not arrive."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from hub.stage import Change, Fate, Outcome, Record
from integrations.base.client import Reply, Request
from integrations.base.errors import Rejected, VendorError
from integrations.mri.client import MriClient
from integrations.mri.reading import records
from integrations.procore_kit.claim_reader import Claim
from integrations.procore_kit.sites import readable

from .document_settings import DocumentSettings, DrawOrder, Period
from .document_survey import DocumentSurvey, Wanted
from .document_writer import DocumentWriter
from .documents import DRAW, number_in


class EarlierMissing(Rejected):
    """The application before this one was refused, or its answer lost, in this very run."""


class DrawWriter(DocumentWriter):
    def __init__(self, client: MriClient, settings: DocumentSettings) -> None:
        super().__init__(client)
        self._settings = settings
        self._stopped: dict[tuple[str, str], str] = {}  # contract: the application that did not arrive
        self._periods: dict[str, str] = {}

    def wanted(self, record: Record) -> Iterable[Wanted]:
        claim: Claim | None = record.data.get("claim")
        contract = record.data.get("contract", "")
        if claim is not None and claim.site.ledger_id and contract:
            job = claim.site.ledger_id
            key = {"job_id": job, "contract_number": number_in(contract, job), "number": str(claim.application)}
            yield DRAW, key

    def survey_page(self, records: Sequence[Record], unlinked: Collection[str]) -> DocumentSurvey:
        survey = super().survey_page(records, unlinked)
        if self._settings.draw_period is Period.OPEN:
            claims: list[Claim] = readable([record for record in records if record.id in unlinked], "claim")
            self._read_periods({claim.site.ledger_id for claim in claims if claim.site.ledger_id})
        return replace(survey, periods=dict(self._periods))

    def _read_periods(self, jobs: Iterable[str]) -> None:
        """The open period of each job's entity. Raises the error tree."""
        new = [job for job in sorted(jobs) if job not in self._periods]
        if not new:
            return
        entities = {row["id"]: str(row.get("current_period") or "") for row in records(self._client, "entities.list")}
        for job in new:
            found = (row for row in records(self._client, "jobs.list", id=job) if row["id"] == job)
            self._periods[job] = entities.get(str(next(found, {}).get("entity_id") or ""), "")

    def batches(self, changes: Sequence[Change]) -> Iterable[Sequence[Change]]:
        return ([change] for change in sorted(changes, key=lambda change: int(change.body["record"]["number"])))

    def request(self, batch: Sequence[Change]) -> Request:
        place, number = _contract(batch[0]), str(batch[0].body["record"]["number"])
        before = self._stopped.setdefault(place, number)  # until it is known to have arrived
        if before != number and self._settings.draw_order is DrawOrder.IN_ORDER:
            raise EarlierMissing(before)
        return super().request(batch)

    def refused(self, change: Change, error: VendorError) -> Outcome | None:
        if isinstance(error, EarlierMissing):
            return Outcome(change.source_id, Fate.REJECTED, messages=error.messages, code="earlier_refused")
        return super().refused(change, error)

    def outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        told = super().outcomes(batch, reply)
        if told and told[0].fate is Fate.DONE:
            self._stopped.pop(_contract(batch[0]), None)
        return told

    def find(self, changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
        found = super().find(changes)
        for change in changes:
            if len(found[change.source_id]) == 1:
                self._stopped.pop(_contract(change), None)
        return found

    def meaning(self, messages: Sequence[str]) -> str:
        """What MRI says is not published; a refusal that speaks of the period is about the period."""
        return "period_closed" if any("period" in message.casefold() for message in messages) else ""


def _contract(change: Change) -> tuple[str, str]:
    record = change.body["record"]
    return record["job_id"], record["contract_number"]
