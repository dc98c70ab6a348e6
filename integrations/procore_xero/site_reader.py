"""Reading project by project, as commitments and claims are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import ClassVar

from hub.stage import Page, ReadContext, Record
from integrations.base.errors import Forbidden, Missing
from integrations.procore.client import ProcoreClient

from .sites import Site, Sites, unreadable


class SiteReader(ABC):
    """Ordered by project: a page ends where a project does. A project that the login may not see becomes one record
    that says so, and the others go on."""

    ordered = False
    stage: ClassVar[str]  # whose links tell what was sent before
    size: ClassVar[int]  # records stored together, at least

    def __init__(self, client: ProcoreClient, context: ReadContext) -> None:
        self._client, self._context = client, context
        self._sites = Sites(client, context)
        self.sweeps = True  # unless some project cannot be read

    @cached_property
    def _links(self) -> Mapping[str, str]:
        """Looked at when reading begins: until then a run still finds out what became of earlier writes."""
        return self._context.linked_in(self.stage)

    def changed(self, since: datetime | None, after: str) -> Iterator[Page]:
        gathered: list[Record] = []
        for site in self._sites.all:
            if site.id <= int(after or 0):
                continue
            gathered += self._of(site, since)
            if len(gathered) >= self.size:
                yield Page(gathered, str(site.id))
                gathered = []
        yield Page(gathered)

    def _of(self, site: Site, since: datetime | None) -> list[Record]:
        try:
            return self._read(site, since)
        except (Forbidden, Missing) as error:
            self.sweeps = False
            return [unreadable(site, error)]

    @abstractmethod
    def _read(self, site: Site, since: datetime | None) -> list[Record]:
        """The project's records changed since then. Raises the error tree."""
