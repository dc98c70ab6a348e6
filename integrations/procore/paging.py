"""Walking through Procore's lists.

https://developers.procore.com/documentation/pagination
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic
from urllib.parse import urlencode, urljoin, urlsplit

from requests.utils import parse_header_links

from ..base.broken import Sink
from ..base.client import Reply
from ..base.errors import BadReply
from ..base.parsing import count
from .client import ProcoreClient
from .records import R, read_list

Pairs = Sequence[tuple[str, str | int]]  # a query; a name may occur several times


@dataclass(frozen=True)
class PageOf(Generic[R]):
    """One page of a list: its rows, its number from 1, and how many rows there are in all, if that was said."""

    rows: list[R]
    number: int
    total: int | None


@dataclass(frozen=True)
class Listing(Generic[R]):
    """A list that can be read: `what` names it in messages, `size` is the page size asked for.

    `wrapped`: a list of version 2, which comes as `{"data": [...]}`.
    """

    kind: type[R]
    path: str
    what: str
    size: int
    wrapped: bool = False

    def pages(
        self, client: ProcoreClient, query: Pairs = (), start: int = 1, broken: Sink | None = None
    ) -> Iterator[PageOf[R]]:
        """Its pages from number `start`. Raises the error tree; BadReply when the pages lead elsewhere, and for a row
        that cannot be read unless `broken` takes it."""
        number = start
        address = self._address(query, number)
        seen = set()
        while address:
            if address in seen:
                raise BadReply(f"Procore's list of {self.what} leads back to a page already read.")
            seen.add(address)
            reply = client.get(address)
            told = self._rows(reply.data)
            page = PageOf(read_list(self.kind, told, self.what, broken), number, _count(reply, "Total"))
            yield page
            number += 1
            address = self._next(client, reply, page, query, len(told))

    def all(self, client: ProcoreClient, query: Pairs = (), broken: Sink | None = None) -> list[R]:
        return [row for page in self.pages(client, query, broken=broken) for row in page.rows]

    def unpaged(self, client: ProcoreClient, query: Pairs = ()) -> list[R]:
        """A list that Procore gives in one piece."""
        reply = client.get(f"{self.path}?{urlencode(query)}" if query else self.path)
        return read_list(self.kind, self._rows(reply.data), self.what)

    def _rows(self, data: Any) -> Any:
        return data.get("data") if self.wrapped and isinstance(data, Mapping) else data

    def _address(self, query: Pairs, number: int) -> str:
        return f"{self.path}?{urlencode([*query, ('page', number), ('per_page', self.size)])}"

    def _next(self, client: ProcoreClient, reply: Reply, page: PageOf[R], query: Pairs, rows: int) -> str:
        if "Link" in reply.headers:
            return self._linked(client, reply.headers["Link"])
        size = _count(reply, "Per-Page") or self.size
        done = rows < size if page.total is None else page.number * size >= page.total
        return "" if done or not rows else self._address(query, page.number + 1)

    def _linked(self, client: ProcoreClient, header: str) -> str:
        """Path and query of the next page. The token goes to this list on this host and nowhere else."""
        url = next((link.get("url", "") for link in parse_header_links(header) if link.get("rel") == "next"), "")
        if not url:
            return ""
        base = urlsplit(client.base_url)
        try:
            there = urlsplit(urljoin(f"{client.base_url}{self.path}", url))
        except ValueError:
            raise BadReply(f"Procore's list of {self.what} goes on at what is no address.") from None
        if there.netloc != base.netloc or there.path != f"{base.path}{self.path}":
            raise BadReply(f"Procore's list of {self.what} goes on at another address, which is not followed.")
        return f"{self.path}?{there.query}"


def _count(reply: Reply, header: str) -> int | None:
    return count(reply.headers.get(header))
