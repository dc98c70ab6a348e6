"""Writes draws: in the order of their applications, and none after one that did not arrive."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from hub.stage import Change, Fate, Outcome, Record
from integrations.base.client import Reply, Request
from integrations.base.errors import Rejected, VendorError
from integrations.mri.client import MriClient
from integrations.mri.reading import records
from integrations.procore_kit.claim_reader import Claim
from integrations.procore_kit.sites import readable

from .document_reader import CONTRACT
from .document_settings import DocumentSettings, DrawOrder, Period
from .document_survey import DocumentSurvey, Wanted
from .document_writer import DocumentWriter
from .documents import DRAW, number_in

Contract = tuple[str, str]  # job and number


class EarlierMissing(Rejected):
    """The application before this one was refused in this very run."""


class DrawWriter(DocumentWriter):
    """A draw is held back while it is not known whether the one before it arrived; it goes with the second attempt."""

    def __init__(self, client: MriClient, settings: DocumentSettings) -> None:
        super().__init__(client)
        self._settings = settings
        self._open: dict[Contract, str] = {}  # the application that was sent and is not known to have arrived
        self._refused: dict[Contract, str] = {}
        self._held: list[Change] = []
        self._periods: dict[str, str] = {}

    def wanted(self, record: Record) -> Iterable[Wanted]:
        claim: Claim | None = record.data.get("claim")
        contract = record.data.get(CONTRACT, "")
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

    def batches(self, changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
        """One by one, each after what became of the one before is known."""
        waiting, self._held = [*changes, *self._held], []
        for change in sorted(waiting, key=lambda change: int(change.body["record"]["number"])):
            before = self._open.get(_contract(change), _number(change))
            if self._in_order and before != _number(change):
                self._held.append(change)
            else:
                yield [change]

    @property
    def _in_order(self) -> bool:
        return self._settings.draw_order is DrawOrder.IN_ORDER

    def request(self, batch: Sequence[Change]) -> Request:
        place, number = _contract(batch[0]), _number(batch[0])
        refused = self._refused.get(place, number)
        if self._in_order and refused != number:
            raise EarlierMissing(refused)
        self._open[place] = number
        return super().request(batch)

    def refused(self, change: Change, error: VendorError) -> Outcome | None:
        if isinstance(error, EarlierMissing):
            return Outcome(change.source_id, Fate.REJECTED, messages=error.messages, code="earlier_refused")
        self._note(change, arrived=False)
        return super().refused(change, error)

    def outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        told = super().outcomes(batch, reply)
        if told[0].fate is not Fate.UNKNOWN:
            self._note(batch[0], arrived=told[0].fate is Fate.DONE)
        return told

    def find(self, changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
        """What is not found will be sent again: until then it is open."""
        found = super().find(changes)
        for change in changes:
            if found[change.source_id]:
                self._note(change, arrived=len(found[change.source_id]) == 1)
        return found

    def _note(self, change: Change, *, arrived: bool) -> None:
        self._open.pop(_contract(change), None)
        if not arrived:
            self._refused.setdefault(_contract(change), _number(change))

    def meaning(self, messages: Sequence[str]) -> str:
        """What MRI says is not published; a refusal that speaks of the period is about the period."""
        return "period_closed" if any("period" in message.casefold() for message in messages) else ""


def _contract(change: Change) -> Contract:
    record = change.body["record"]
    return record["job_id"], record["contract_number"]


def _number(change: Change) -> str:
    return str(change.body["record"]["number"])
