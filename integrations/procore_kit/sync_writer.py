"""Writes records of Procore by sync: created and changed together, up to 1,000 a call.

Procore knows no idempotency keys, but a repeated sync by origin_id changes the same record.
https://developers.procore.com/documentation/using-sync-actions
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hub.abilities import in_doubt
from hub.stage import Action, Change, Fate, Outcome
from integrations.base.client import Reply, Request
from integrations.base.errors import BadReply
from integrations.procore.answers import SyncResult, read_sync
from integrations.procore.client import ProcoreClient
from integrations.procore.parts import MAX_SYNC

_UNKNOWN_ID = "entity with this id not found"

Update = dict[str, Any]


class SyncWriter(ABC):
    """`unseen` are fields that an answer shows in another shape, so that they cannot be compared."""

    keyed = False
    key_minutes = 0.0
    unseen: frozenset[str] = frozenset()

    def __init__(self, client: ProcoreClient) -> None:
        self._client = client

    @abstractmethod
    def survey(self, unlinked: bool) -> Any: ...

    @abstractmethod
    def _sync(self, updates: Sequence[Update]) -> Request:
        """The sync of this kind of record."""

    @abstractmethod
    def find(self, changes: Sequence[Change]) -> Mapping[str, Sequence[str]]: ...

    def url(self, target_id: str) -> str:
        return ""

    def batches(self, changes: Sequence[Change]) -> Iterable[Sequence[Change]]:
        return (changes[first : first + MAX_SYNC] for first in range(0, len(changes), MAX_SYNC))

    def request(self, batch: Sequence[Change]) -> Request:
        return self._sync([self._update(change) for change in batch])

    def _update(self, change: Change) -> Update:
        """A new record's fields, or those of a known one that differ from what was sent last."""
        if change.action == Action.CREATE:
            return {name: value for name, value in change.body.items() if value not in ("", None)}
        sent = change.sent
        changed = {n: value for n, value in change.body.items() if sent.get(n, "") != value or in_doubt(sent, n)}
        return {"id": int(change.target_id), "origin_id": change.reference, **changed}

    def outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        """Always status 200; the errors name neither position nor, when created, an id: `read_sync` finds them."""
        updates = [self._update(change) for change in batch]
        try:
            results = read_sync(reply.data, updates)
        except BadReply:
            return []
        told = zip(batch, updates, results, strict=True)
        return [self._outcome(change, update, result) for change, update, result in told]

    def _outcome(self, change: Change, update: Update, result: SyncResult) -> Outcome:
        if result.messages:
            code = self._code(change, result.messages)
            return Outcome(change.source_id, Fate.REJECTED, messages=result.messages, code=code)
        if result.id is None:
            return Outcome(change.source_id, Fate.UNKNOWN)
        warnings = tuple(self._differences(update, result.entity or {}))
        return Outcome(change.source_id, Fate.DONE, str(result.id), warnings=warnings)

    def _code(self, change: Change, messages: Sequence[str]) -> str:
        """A known record that is not found was deleted."""
        unknown = any(_UNKNOWN_ID in message.casefold() for message in messages)
        return "twin_deleted" if change.target_id and unknown else ""

    def _differences(self, update: Update, entity: Mapping[str, Any]) -> Iterator[str]:
        """Procore may store something else than it was sent: a person should see it."""
        for name, wanted in update.items():
            if name == "id" or name in self.unseen or name not in entity:
                continue
            got = "" if entity[name] is None else entity[name]
            if got != wanted:
                yield f"Procore stored the {name.replace('_', ' ')} “{got}” instead of “{wanted}”."
