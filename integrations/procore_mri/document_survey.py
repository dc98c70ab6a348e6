"""What MRI holds around the records at hand: read afresh for each page, in as few lists as its parameters allow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.stage import Record
from integrations.mri.client import MriClient
from integrations.mri.endpoints import Endpoint, Profile
from integrations.mri.reading import find, records
from integrations.mri.records import HubRecord, same_key

from .documents import Kind

Wanted = tuple[Kind, Mapping[str, Any]]  # a kind of document, and the key of the one that is looked for


@dataclass
class DocumentSurvey:
    """`periods` are the open accounting periods by job, as far as they were asked for."""

    profile: Profile
    page: Mapping[str, Record] = field(default_factory=dict)
    periods: Mapping[str, str] = field(default_factory=dict)
    documents: dict[str, list[HubRecord]] = field(default_factory=dict)

    def theirs(self, kind: Kind, record: Mapping[str, Any]) -> list[HubRecord]:
        """Those with the natural key of this record, whatever else is different."""
        endpoint = self.profile.endpoint(kind.find)
        key = {name: record[name] for name in endpoint.key or kind.key if name in record}
        found = self.documents.get(kind.base, ())
        return [one for one in found if same_key(endpoint, key, one, self.profile.tables)]


def read_documents(client: MriClient, wanted: Iterable[Wanted]) -> dict[str, list[HubRecord]]:
    """By kind. Raises the error tree; Rejected while nobody has verified how a kind is found."""
    found: dict[str, list[HubRecord]] = {}
    seen: set[tuple[Any, ...]] = set()
    for kind, key in wanted:
        endpoint = client.profile.endpoint(kind.find)
        endpoint.usable()
        wide = _lists(endpoint, kind)
        asked = {name: key[name] for name in kind.group} if wide else dict(key)
        mark = (kind.base, *map(str, asked.values()))
        if mark in seen:
            continue
        seen.add(mark)
        rows = records(client, kind.find, **asked) if wide else find(client, kind.find, asked)
        found.setdefault(kind.base, []).extend(rows)
    return found


def _lists(endpoint: Endpoint, kind: Kind) -> bool:
    """Whether all documents of a group can be read at once: nothing else of the key is compulsory."""
    return all(one.source in kind.group or one.value for one in endpoint.parameters if one.required)
