"""Writes documents to MRI: one record a call, found again by its natural key when an answer was lost.

MRI takes a second record with the same number without a word, so nothing is sent that was not looked for before, and
nothing is sent again before it was looked for again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from hub.stage import Change, Fate, Outcome, Record
from integrations.base.client import Reply, Request
from integrations.base.errors import Rejected, VendorError
from integrations.mri.client import MriClient
from integrations.mri.reading import find
from integrations.mri.records import HubRecord, compared, same_key
from integrations.mri.writing import Fate as Written
from integrations.mri.writing import create_request, read_written

from .document_rules import changed, maps
from .document_survey import DocumentSurvey, Wanted, read_documents
from .documents import Kind, hub_record, kind_of
from .names import JOIN


class NotVerified(Rejected):
    """Nobody has verified the endpoint that this would be written by."""


class DocumentWriter(ABC):
    keyed = False
    key_minutes = 0.0
    late_minutes = 3.0  # longer than any server should be busy with one record

    def __init__(self, client: MriClient) -> None:
        self._client = client

    @abstractmethod
    def wanted(self, record: Record) -> Iterable[Wanted]:
        """The documents that a record may be, or be compared with."""

    def survey(self, unlinked: bool) -> DocumentSurvey:
        return DocumentSurvey(self._client.profile)

    def survey_page(self, records: Sequence[Record], unlinked: Collection[str]) -> DocumentSurvey:
        """Linked ones are read as well: what became of a document in MRI counts when it changes in Procore."""
        found = read_documents(self._client, (one for record in records for one in self.wanted(record)))
        return DocumentSurvey(self._client.profile, {record.id: record for record in records}, documents=found)

    def name_of(self, change: Change) -> str:
        """The natural key, by which links go too, whatever the kind: a page is surveyed once, and of two new documents
        with the same one neither is there yet."""
        kind, profile = kind_of(change.body), self._client.profile
        endpoint, record = profile.endpoint(kind.find), change.body["record"]
        try:
            key = [compared(endpoint.field(one), record.get(one), profile.tables) for one in endpoint.key or kind.key]
        except Rejected:
            return ""  # MRI would refuse it too, and says why
        return JOIN.join(key)

    def batches(self, changes: Sequence[Change]) -> Iterable[Sequence[Change]]:
        return ([change] for change in changes)

    def request(self, batch: Sequence[Change]) -> Request:
        body = batch[0].body
        kind = kind_of(body)
        try:
            self._client.profile.endpoint(kind.create).usable()
        except Rejected as error:
            raise NotVerified(error.message) from error
        return create_request(self._client, kind.create, hub_record(body))

    def refused(self, change: Change, error: VendorError) -> Outcome | None:
        code = "not_verified" if isinstance(error, NotVerified) else self.meaning(error.messages)
        return Outcome(change.source_id, Fate.REJECTED, messages=error.messages, code=code)

    def meaning(self, messages: Sequence[str]) -> str:
        """The row of the catalogue for what MRI says, "" for one that is shown word for word."""
        return ""

    def outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        change = batch[0]
        kind = kind_of(change.body)
        told = read_written(self._client, kind.create, reply)
        if told.fate is Written.UNKNOWN:
            return [Outcome(change.source_id, Fate.UNKNOWN, messages=told.messages)]
        if told.fate is Written.REFUSED:
            code = self.meaning(told.messages)
            return [Outcome(change.source_id, Fate.REJECTED, messages=told.messages, code=code)]
        warnings = self._silent_changes(kind, told.record, change.body) if told.record else told.messages
        return [Outcome(change.source_id, Fate.DONE, kind.target_id(change.body["record"]), warnings=warnings)]

    def _silent_changes(self, kind: Kind, answered: HubRecord, body: Mapping[str, Any]) -> tuple[str, ...]:
        """What MRI stored is compared with what was sent."""
        sent, profile = hub_record(body), self._client.profile
        endpoint = profile.endpoint(kind.create)
        key = {name: value for name, value in kind.key_of(sent).items() if maps(profile, kind, name)}
        if not same_key(endpoint, key, answered, profile.tables):
            theirs = kind.target_id({name: answered.get(name) for name in kind.key})
            return (
                f"MRI numbers it {theirs}, so it would not be found by {kind.target_id(sent)}. Correct how its number "
                "is mapped in the connection's endpoints.",
            )
        changes = changed(kind, sent, answered, profile)
        return (f"MRI stored something else than was sent: {changes}.",) if changes else ()

    def find(self, changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
        return {change.source_id: self._found(change.body) for change in changes}

    def _found(self, body: Mapping[str, Any]) -> list[str]:
        """Each record of MRI has an id of its own here, so that two with the same number are seen to be two."""
        kind = kind_of(body)
        own, rows = kind.target_id(body["record"]), find(self._client, kind.find, kind.key_of(hub_record(body)))
        return [own if at == 0 else f"{own} ({row.get('id') or at + 1})" for at, row in enumerate(rows)]

    def url(self, target_id: str) -> str:
        """MRI has no addresses for single records."""
        return ""
