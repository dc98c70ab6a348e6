"""Writes Procore's company directory by sync.

https://developers.procore.com/reference/rest/v1/company-vendors
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hub.stage import Change
from integrations.base.client import Request
from integrations.procore import endpoints as procore
from integrations.procore.client import ProcoreClient
from integrations.procore.records import CompanyVendor

from .sync_writer import SyncWriter, Update
from .vendor_body import REGISTER
from .vendor_match import VendorSurvey

SINGLE_LOOKS = 3  # up to so many lost creates are looked up one by one, more by reading the whole directory


class VendorWriter(SyncWriter):
    unseen = frozenset({REGISTER})

    def __init__(self, client: ProcoreClient) -> None:
        super().__init__(client)
        self._survey: VendorSurvey | None = None

    def survey(self, unlinked: bool) -> VendorSurvey:
        """The directory is read only when some company must be matched."""
        if unlinked and self._survey is None:
            self._survey = VendorSurvey(self._everyone())
        return self._survey or VendorSurvey()

    def _everyone(self) -> Iterator[CompanyVendor]:
        for page in procore.vendor_pages(self._client):
            yield from page.rows
        yield from procore.inactive_vendors(self._client)

    def _sync(self, updates: Sequence[Update]) -> Request:
        return procore.sync_vendors(self._client.company_id, updates)

    def _code(self, change: Change, messages: Sequence[str]) -> str:
        """A known vendor that is not found: deleted, or hidden because it is inactive."""
        code = super()._code(change, messages)
        revived = change.body.get("is_active") is True and change.sent.get("is_active") is False
        return "vendor_inactive" if code and revived else code

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
