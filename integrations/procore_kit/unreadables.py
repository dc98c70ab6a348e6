"""What cannot be read of a list, as records that say so, while the others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hub.stage import Record
from integrations.base.broken import Broken, Sink

UNREADABLE = "unreadable"  # ends the id of a document whose parts are not known


class Unreadables:
    """Takes broken rows (`sink`) and gives each of them once. `wanted` leaves out those that would not be read if they
    were whole; ids of documents that become several records get an ending of their own with `whole`."""

    def __init__(
        self, wanted: Callable[[Broken], bool] = lambda row: True, *, prefix: str = "", whole: bool = False
    ) -> None:
        self.sink: Sink = []
        self._wanted, self._given = wanted, 0
        self._prefix, self._ending = prefix, f":{UNREADABLE}" if whole else ""

    def records(self) -> list[Record]:
        """Those that came since the last call."""
        new, self._given = self.sink[self._given :], len(self.sink)
        return [self._record(row) for row in new if self._wanted(row)]

    def _record(self, row: Broken) -> Record:
        return Record(
            f"{self._prefix}{row.id}{self._ending}", row.label, row.label or row.id, {}, unreadable=row.reason
        )


def one(record_id: object, label: str, reason: str) -> Record:
    """A record of which a part cannot be read."""
    return Record(str(record_id), label, label or str(record_id), {}, unreadable=reason)


def documents_of(ids: Iterable[str]) -> frozenset[str]:
    """The documents that records with these ids stand for as a whole."""
    ending = f":{UNREADABLE}"
    return frozenset(one.removesuffix(ending) for one in ids if one.endswith(ending))
