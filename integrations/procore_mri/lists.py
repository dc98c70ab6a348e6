"""Reading MRI's lists: what changed since a time, single records, and those that cannot be read.

MRI tells the day of a change, in the local time of its entity, and no webhooks. So a read begins a day early rather
than late, and what was read before is compared and left alone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar

from hub.stage import Page, ReadContext, Record
from integrations.mri.client import MriClient
from integrations.mri.reading import records
from integrations.mri.records import HubRecord
from integrations.mri.transforms import Value
from integrations.procore_kit import names
from integrations.procore_kit.unreadables import Unreadables

FARTHEST_WEST = timedelta(hours=12)  # where it is still the day before
SINGLE_READS = 10  # records that are asked for one by one; for more the list is read


def since_day(since: datetime | None) -> date | None:
    """The day from which a list is asked for: nowhere on earth had it passed at `since`."""
    return (since - FARTHEST_WEST).astimezone(UTC).date() if since else None


def moment(day: Value) -> datetime | None:
    """A day of MRI as a cursor goes by it."""
    return datetime.combine(day, time(), UTC) if isinstance(day, date) else None


def text(row: HubRecord, name: str) -> str:
    """A text field without the blanks that fixed columns are filled up with at the end; zeros and letters stay."""
    value = row.get(name)
    return value.rstrip() if isinstance(value, str) else ""


def same(one: str, other: str) -> bool:
    """As MRI compares codes."""
    return names.fold(one) == names.fold(other)


class Codes:
    """Codes that MRI takes for the same, written in one way: as they are `known`, else as they came first."""

    def __init__(self, known: Iterable[str]) -> None:
        self._written = {names.fold(one): one for one in known}

    def of(self, code: str) -> str:
        return self._written.setdefault(names.fold(code), code)


class ListReader(ABC):
    """A stage whose records are those of one list of MRI, each with an id of its own."""

    ordered = False
    sweeps = True
    operation: ClassVar[str]
    size: ClassVar[int] = 300  # records stored together

    def __init__(self, client: MriClient, context: ReadContext) -> None:
        self._client, self._context = client, context
        self._broken = Unreadables()

    @abstractmethod
    def _record(self, row: HubRecord) -> Record: ...

    def changed(self, since: datetime | None, after: str) -> Iterator[Page]:
        """Going on after a page means beginning anew: what was done is linked by then."""
        gathered: list[Record] = []
        for row in self._rows(since=since_day(since)):
            gathered.append(self._record(row))
            if len(gathered) >= self.size:
                yield Page(gathered)
                gathered = []
        yield Page([*gathered, *self._broken.records()])

    def by_ids(self, ids: Sequence[str]) -> Iterator[Page]:
        wanted = set(ids)
        found = [self._record(row) for row in self._asked(ids)]
        yield Page([*(one for one in found if one.id in wanted), *self._broken.records()])

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        """By its id, else by its exact name."""
        called = keys[0].strip()
        by_id = [row for row in self._asked([called]) if same(text(row, "id"), called)]
        found = by_id or [row for row in self._rows() if same(text(row, "name"), called)]
        return [self._record(row) for row in found]

    def _asked(self, ids: Sequence[str]) -> Iterator[HubRecord]:
        """At least the records with these ids, if there are any."""
        endpoint = self._client.profile.endpoint(self.operation)
        asks = any(one.source == "id" for one in endpoint.parameters)
        if not asks or len(ids) > SINGLE_READS:
            yield from self._rows()
            return
        for one in ids:
            yield from self._rows(id=one)

    def _rows(self, **values: Value) -> Iterator[HubRecord]:
        told = {name: value for name, value in values.items() if value is not None}
        return records(self._client, self.operation, self._broken.sink, **told)
