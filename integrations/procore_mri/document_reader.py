"""Records that belong to commitments, each told which contract of MRI its commitment is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from hub.stage import Page, Record
from integrations.procore_kit.site_reader import SiteReader

from .places import COMMITMENTS

CONTRACT = "contract"  # in a record's data: its id among the links, "" while the commitment is not linked


class WithContracts(SiteReader):
    """Put before the reader of what belongs to commitments; `part` names it in the records' data."""

    part: ClassVar[str]

    def changed(self, since: datetime | None, after: str) -> Iterator[Page]:
        return map(self._told, super().changed(since, after))

    def by_ids(self, ids: Sequence[str]) -> Iterator[Page]:
        return map(self._told, super().by_ids(ids))

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        found = super().by_key(keys)  # type: ignore[safe-super]
        return self._told(Page(found)).records

    def _told(self, page: Page) -> Page:
        contracts = self._context.linked_in(COMMITMENTS)
        return replace(page, records=[self._with_contract(record, contracts) for record in page.records])

    def _with_contract(self, record: Record, contracts: Mapping[str, str]) -> Record:
        if self.part not in record.data:
            return record
        contract = contracts.get(str(record.data[self.part].commitment_id), "")
        return replace(record, data={**record.data, CONTRACT: contract})
