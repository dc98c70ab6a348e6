"""Reading project by project, as commitments and claims are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import ClassVar

from hub.stage import Page, ReadContext, Record
from integrations.base.errors import BadReply, Forbidden, Missing
from integrations.procore.client import ProcoreClient

from .sites import PROJECT, Site, Sites, Ties, unreadable


class SiteReader(ABC):
    """Ordered by project: a page ends where a project does. A project that cannot be read becomes one record
    that says so, and the others go on. `stage` is the one whose links tell what was sent before."""

    ordered = False
    size: ClassVar[int]  # records stored together, at least

    def __init__(self, client: ProcoreClient, context: ReadContext, ties: Ties, stage: str) -> None:
        self._client, self._context, self._stage = client, context, stage
        self._sites = Sites(client, ties)
        self.sweeps = True  # unless some project cannot be read

    @cached_property
    def _links(self) -> Mapping[str, str]:
        """Looked at when reading begins: until then a run still finds out what became of earlier writes."""
        return self._context.linked_in(self._stage)

    def changed(self, since: datetime | None, after: str) -> Iterator[Page]:
        gathered = self._sites.broken()
        if since is None and not after:
            gathered += self._sites.left_out()
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
        except (Forbidden, Missing, BadReply) as error:
            self.sweeps = False
            return [unreadable(site, error)]

    def by_ids(self, ids: Sequence[str]) -> Iterator[Page]:
        """A project that could not be read before is read whole: what changed in it meanwhile was not seen."""
        whole = {one.removeprefix(PROJECT) for one in ids if one.startswith(PROJECT)}
        for site in self._sites.all if whole else ():
            if str(site.id) in whole:
                yield Page(self._of(site, None))
        if left_out := [record for record in self._sites.left_out() if record.id in ids] if whole else []:
            yield Page(left_out)
        rest = [one for one in ids if not one.startswith(PROJECT)]
        if rest:
            yield Page(self._sites.find(self._keys(rest), self._some))

    def _keys(self, ids: Sequence[str]) -> dict[str, str]:
        """The keys that records of these ids went by, by id; "" for one that is not known."""
        wanted = [text for text in ids if text.isdecimal()]
        known = self._context.keys_of(wanted)
        return {one: known.get(one, "") for one in wanted}

    @abstractmethod
    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        """As `hub.stage.Reader.by_key`."""

    @abstractmethod
    def _some(self, site: Site, ids: Sequence[str]) -> list[Record]:
        """Those of the project's records that have one of these ids. Raises the error tree."""

    @abstractmethod
    def _read(self, site: Site, since: datetime | None) -> list[Record]:
        """The project's records changed since then. Raises the error tree."""
