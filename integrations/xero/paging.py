"""Resources that come in pages: reading all of them, those that changed, and single ones.

https://developer.xero.com/documentation/api/accounting/requests-and-responses#paging
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from ..base.broken import Sink
from ..base.client import ApiClient
from ..base.errors import BadReply, Missing
from . import dates
from .endpoints import PAGE_SIZE, page_counts, path, read_list
from .records import XeroRecord

R = TypeVar("R", bound=XeroRecord)

# Each condition takes some seventy characters of an address that may have about two thousand.
IDS_PER_CONDITION = 15


@dataclass(frozen=True)
class PageOf(Generic[R]):
    """`number` counts from 1; `answered_at` is Xero's clock; `total` is None when Xero does not tell."""

    records: Sequence[R]
    number: int
    total: int | None
    answered_at: datetime
    last: bool


@dataclass(frozen=True)
class Resource(Generic[R]):
    """A kind of record under its name in addresses and answers."""

    kind: type[R]
    name: str
    id_field: str

    def read(self, data: Any, broken: Sink | None = None) -> list[R]:
        """The records of an answer. Raises BadReply, for a record only when nobody wants the broken ones."""
        return read_list(self.kind, data, self.name, broken)

    def pages(
        self,
        client: ApiClient,
        since: datetime | None = None,
        *,
        first: int = 1,
        broken: Sink | None = None,
        **params: str,
    ) -> Iterator[PageOf[R]]:
        """Everything changed since then (None: everything), page by page from page `first`, whatever its status.

        Ordered by id, so that a record changed meanwhile cannot push another one over a page boundary unread.
        """
        number = first
        while True:
            page = self.page(client, number, since, broken, **params)
            yield page
            if page.last:
                return
            number += 1

    def page(
        self,
        client: ApiClient,
        number: int,
        since: datetime | None = None,
        broken: Sink | None = None,
        **params: str,
    ) -> PageOf[R]:
        """One page of at most PAGE_SIZE records, lines included."""
        asked = {"page": str(number), "pageSize": str(PAGE_SIZE), "order": f"{self.id_field} ASC", **params}
        headers = {"If-Modified-Since": dates.if_modified_since(since)} if since else {}
        data = client.get(path(self.name), asked, **headers).data
        found = self.read(data, broken)
        count, total = page_counts(data)
        last = number >= count if count is not None else len(data[self.name]) < PAGE_SIZE
        return PageOf(found, number, total, dates.instant(data.get("DateTimeUTC")), last)

    def matching(self, client: ApiClient, condition: str) -> Iterator[R]:
        """Every record that fits a `where` condition."""
        for page in self.pages(client, where=condition):
            yield from page.records

    def one(self, client: ApiClient, identifier: str, broken: Sink | None = None) -> R | None:
        """One record in full, or None when there is no such record, or it cannot be read and `broken` takes it."""
        try:
            answer = client.get(path(self.name, identifier))
        except Missing:
            return None
        before = len(broken or ())
        found = self.read(answer.data, broken)
        if not found and broken is not None and len(broken) == before + 1:
            return None
        if len(found) != 1:
            raise BadReply(f"Xero answered {len(found)} records of {self.name} where one was expected.")
        return found[0]


def any_of(field: str, identifiers: Iterable[str]) -> Iterator[str]:
    """`where` conditions that together match every record whose `field` is one of the ids. Raises Rejected."""
    ids = list(identifiers)
    for identifier in ids:
        path("any", identifier)  # nothing but an id may get into a condition
    for start in range(0, len(ids), IDS_PER_CONDITION):
        yield " OR ".join(f'{field}==guid("{one}")' for one in ids[start : start + IDS_PER_CONDITION])
