"""Reads documents of Xero and gives a record for each part of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from hub.stage import Page, ReadContext, Record
from integrations.base.broken import Sink
from integrations.procore_kit import names
from integrations.procore_kit.cost_documents import CostDocument
from integrations.procore_kit.cost_parts import CostPart, parts_of
from integrations.procore_kit.unreadables import Unreadables, documents_of
from integrations.xero.client import XeroClient
from integrations.xero.endpoints import organisation, tracking_categories
from integrations.xero.ids import is_id
from integrations.xero.paging import PageOf, Resource
from integrations.xero.records import XeroRecord

from .cost_documents import Marks
from .ties import CLAIMS, PROJECTS

R = TypeVar("R", bound=XeroRecord)
SINGLE_READS = 10


@dataclass(frozen=True)
class Source(Generic[R]):
    """One kind of document: how it is read by pages and by ids, and what it is as a cost."""

    pages: Callable[[XeroClient, datetime | None, int, Sink], Iterator[PageOf[R]]]
    by_ids: Callable[[XeroClient, Sequence[str], Sink], Iterable[R]]
    convert: Callable[[R, Marks], CostDocument]

    def read(
        self, client: XeroClient, since: datetime | None, first: int, marks: Callable[[], Marks], broken: Sink
    ) -> Iterator[tuple[int, Sequence[CostDocument]]]:
        for page in self.pages(client, since, first, broken):
            yield page.number, [self.convert(record, marks()) for record in page.records]

    def find(
        self, client: XeroClient, ids: Sequence[str], marks: Callable[[], Marks], broken: Sink
    ) -> Iterator[CostDocument]:
        wanted = set(ids)
        found = (self.convert(record, marks()) for record in self.by_ids(client, ids, broken))
        return (document for document in found if document.id in wanted)


def singly(resource: Resource[R]) -> Callable[[XeroClient, Sequence[str], Sink], Iterator[R]]:
    """For kinds that Xero gives by id only one by one. For many all of them are read, a thousand a call."""

    def read(client: XeroClient, ids: Sequence[str], broken: Sink) -> Iterator[R]:
        if len(ids) <= SINGLE_READS:
            yield from (found for one in ids if (found := resource.one(client, one, broken)) is not None)
            return
        for page in resource.pages(client, broken=broken):
            yield from page.records

    return read


class CostReader:
    """A page ends where Xero's does. `sources` are read one after the other; `with_home`: their documents tell no
    currency and are in the organisation's own."""

    ordered = False
    sweeps = True

    def __init__(
        self, client: XeroClient, context: ReadContext, sources: Sequence[Source[Any]], *, with_home: bool = False
    ) -> None:
        self._client, self._context, self._sources = client, context, sources
        self._with_home = with_home
        self._broken = Unreadables(whole=True)
        self._sent: dict[str, set[str]] = defaultdict(set)
        for source_id in context.linked:
            document_id, _, project = source_id.partition(":")
            self._sent[document_id].add(project)

    @cached_property
    def _marks(self) -> Marks:
        """One call, or two."""
        linked = {option: project for project, option in self._context.linked_in(PROJECTS).items()}
        home = organisation(self._client).base_currency if self._with_home else ""
        return Marks(tracking_categories(self._client), self._context.settings, linked, home)

    @cached_property
    def _claims(self) -> dict[str, str]:
        """What claims are called, by the documents that they became."""
        keys = {claim: key for key, claim in self._context.keyed_in(CLAIMS).items()}
        return {document: keys.get(claim, claim) for claim, document in self._context.linked_in(CLAIMS).items()}

    def changed(self, since: datetime | None, after: str) -> Iterator[Page]:
        """`after` is "source.page"."""
        place, _, number = after.partition(".")
        for index, source in enumerate(self._sources):
            if index < int(place or 0):
                continue
            first = int(number) + 1 if number and index == int(place) else 1
            for page, documents in source.read(self._client, since, first, lambda: self._marks, self._broken.sink):
                yield Page([*self._records(documents), *self._broken.records()], f"{index}.{page}")

    def _records(self, documents: Iterable[CostDocument]) -> list[Record]:
        return [part.record() for document in documents for part in self._parts(document)]

    def _parts(self, document: CostDocument) -> Sequence[CostPart]:
        sent = self._sent.get(document.id, set())
        claim = self._claims.get(document.id, "")
        held = ("from_claim", f"It came from the progress claim {claim}, so Procore has its cost.")
        return parts_of(document, sent, self._marks.project_names, held if claim else ("", ""))

    def by_ids(self, ids: Sequence[str]) -> Iterator[Page]:
        wanted, whole = set(ids), documents_of(ids)
        left = dict.fromkeys(found for one in ids if is_id(found := one.partition(":")[0]))
        for source in self._sources:
            documents = list(source.find(self._client, list(left), lambda: self._marks, self._broken.sink))
            broken = self._broken.records()
            for found in (*(document.id for document in documents), *(_document(record) for record in broken)):
                left.pop(found, None)
            records = self._records(documents)
            yield Page([*(one for one in records if one.id in wanted or _document(one) in whole), *broken])

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        """Everything on the project with this number. Xero cannot search by tracking, so all is looked through."""
        number = names.fold(" ".join(keys[0].split()))
        projects = {project for key, project in self._context.keyed_in(PROJECTS).items() if names.fold(key) == number}
        if not projects:
            return []
        pages = (page for page in self.changed(None, ""))
        records = (record for page in pages for record in page.records if not record.unreadable)
        return [record for record in records if record.data["part"].project_id in projects]


def _document(record: Record) -> str:
    """The id of the document that a record is a part of."""
    return record.id.partition(":")[0]
