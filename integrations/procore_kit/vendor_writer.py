"""Writes Procore's company directory by sync: up to 1,000 vendors a call, created and changed together.

https://developers.procore.com/documentation/using-sync-actions
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hub.stage import Action, Change, Fate, Outcome
from integrations.base.client import Reply, Request
from integrations.base.errors import BadReply
from integrations.procore import endpoints as procore
from integrations.procore.answers import SyncResult, read_sync
from integrations.procore.client import ProcoreClient
from integrations.procore.records import CompanyVendor

from .vendor_body import REGISTER
from .vendor_match import VendorSurvey

SINGLE_LOOKS = 3  # up to so many lost creates are looked up one by one, more by reading the whole directory
_UNKNOWN_ID = "entity with this id not found"


class VendorWriter:
    """Procore knows no idempotency keys, but a repeated sync by origin_id changes the same vendor."""

    keyed = False
    key_minutes = 0.0

    def __init__(self, client: ProcoreClient) -> None:
        self._client = client
        self._survey: VendorSurvey | None = None

    def survey(self, unlinked: bool) -> VendorSurvey:
        """The directory is read only when some contact must be matched."""
        if unlinked and self._survey is None:
            self._survey = VendorSurvey(self._everyone())
        return self._survey or VendorSurvey()

    def _everyone(self) -> Iterator[CompanyVendor]:
        for page in procore.vendor_pages(self._client):
            yield from page.rows
        yield from procore.inactive_vendors(self._client)

    def batches(self, changes: Sequence[Change]) -> Iterable[Sequence[Change]]:
        size = procore.MAX_SYNC
        return (changes[first : first + size] for first in range(0, len(changes), size))

    def request(self, batch: Sequence[Change]) -> Request:
        return procore.sync_vendors(self._client.company_id, [_update(change) for change in batch])

    def outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        """Always status 200; the errors name neither position nor, when created, an id: `read_sync` finds them."""
        updates = [_update(change) for change in batch]
        try:
            results = read_sync(reply.data, updates)
        except BadReply:
            return []
        told = zip(batch, updates, results, strict=True)
        return [_outcome(change, update, result) for change, update, result in told]

    def find(self, changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
        """By origin_id, inactive ones included when the whole directory is read."""
        if len(changes) <= SINGLE_LOOKS:
            return {change.source_id: self._with_origin(change.reference) for change in changes}
        found = VendorSurvey(self._everyone()).by_origin
        return {c.source_id: [str(found[c.reference].id)] if c.reference in found else [] for c in changes}

    def _with_origin(self, origin_id: str) -> list[str]:
        pages = procore.vendor_pages(self._client, origin_id=origin_id)
        return [str(row.id) for page in pages for row in page.rows if row.origin_id == origin_id]

    def url(self, target_id: str) -> str:
        return self._client.vendor_page(target_id)


def _update(change: Change) -> dict[str, Any]:
    """A new vendor's fields, or those of a known one that differ from what was sent last."""
    if change.action == Action.CREATE:
        return {name: value for name, value in change.body.items() if value != ""}
    changed = {name: value for name, value in change.body.items() if change.sent.get(name, "") != value}
    return {"id": int(change.target_id), "origin_id": change.reference, **changed}


def _outcome(change: Change, update: Mapping[str, Any], result: SyncResult) -> Outcome:
    if result.messages:
        return Outcome(change.source_id, Fate.REJECTED, messages=result.messages, code=_code(change, result.messages))
    if result.id is None:
        return Outcome(change.source_id, Fate.UNKNOWN)
    return Outcome(
        change.source_id, Fate.DONE, str(result.id), warnings=tuple(_differences(update, result.entity or {}))
    )


def _code(change: Change, messages: Sequence[str]) -> str:
    """A known vendor that is not found: deleted, or hidden because it is inactive."""
    if not change.target_id or not any(_UNKNOWN_ID in message.casefold() for message in messages):
        return ""
    revived = change.body.get("is_active") is True and change.sent.get("is_active") is False
    return "vendor_inactive" if revived else "twin_deleted"


def _differences(update: Mapping[str, Any], entity: Mapping[str, Any]) -> Iterator[str]:
    """Procore may store something else than it was sent: a person should see it."""
    for name, wanted in update.items():
        if name in (REGISTER, "id") or name not in entity:
            continue
        got = "" if entity[name] is None else entity[name]
        if got != wanted:
            yield f"Procore stored the {name.replace('_', ' ')} “{got}” instead of “{wanted}”."
