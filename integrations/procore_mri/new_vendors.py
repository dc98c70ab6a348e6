"""Stage 2: where vendors begin in Procore, those that MRI lacks are created there; found first, one a call."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hub.stage import (
    Change,
    Direction,
    Fate,
    KeyField,
    Known,
    Mapped,
    Outcome,
    Page,
    Payload,
    Problem,
    ReadContext,
    Record,
    Skip,
    Stage,
)
from integrations.base.client import ApiClient, Reply, Request
from integrations.mri.client import MriClient
from integrations.mri.reading import find
from integrations.mri.records import HubRecord
from integrations.mri.writing import Fate as Written
from integrations.mri.writing import create_request, read_written
from integrations.procore import endpoints as procore
from integrations.procore.client import ProcoreClient
from integrations.procore.records import CompanyVendor
from integrations.procore_kit import names
from integrations.procore_kit.clients import procore_client

from . import problems
from .clients import mri_client
from .lists import text
from .places import NEW_VENDORS, VENDORS
from .settings import Master, Settings

CREATE, FIND = "vendors.create", "vendors.find"


class VendorReader:
    """The active vendors of the company directory."""

    ordered = False
    sweeps = False  # inactive ones are not read

    def __init__(self, client: ProcoreClient) -> None:
        self._client = client

    def changed(self, since: datetime | None, after: str) -> Iterator[Page]:
        for page in procore.vendor_pages(self._client, updated_since=since):
            yield Page([self._record(row) for row in page.rows], total=page.total)

    def by_ids(self, ids: Sequence[str]) -> Iterator[Page]:
        for page in procore.vendors_by_id(self._client, [int(one) for one in ids if one.isdecimal()]):
            yield Page([self._record(row) for row in page.rows])

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        called = keys[0].strip()
        rows = (row for page in procore.vendor_pages(self._client, search=called) for row in page.rows)
        return [self._record(row) for row in rows if names.fold(row.name) == names.fold(called)]

    def _record(self, row: CompanyVendor) -> Record:
        url = self._client.vendor_page(row.id)
        return Record(str(row.id), row.name, row.name, {"vendor": row}, row.updated_at, url)


@dataclass
class Found:
    """MRI's vendors by Procore's id of the one that they were looked for by: the name decides."""

    by_vendor: dict[str, list[HubRecord]] = field(default_factory=dict)


class VendorWriter:
    keyed = False
    key_minutes = 0.0
    late_minutes = 3.0  # as long as for documents

    def __init__(self, client: MriClient) -> None:
        self._client = client

    def survey(self, unlinked: bool) -> Found:
        return Found()

    def survey_page(self, records: Sequence[Record], unlinked: Collection[str]) -> Found:
        """One call for each vendor that may be new."""
        wanted = [record for record in records if record.id in unlinked and record.label.strip()]
        return Found({record.id: find(self._client, FIND, {"name": record.label}) for record in wanted})

    def name_of(self, change: Change) -> str:
        return names.fold(change.reference)

    def batches(self, changes: Sequence[Change]) -> Iterable[Sequence[Change]]:
        return ([change] for change in changes)

    def request(self, batch: Sequence[Change]) -> Request:
        """Raises Rejected for what nobody has verified, and for what MRI would cut off."""
        return create_request(self._client, CREATE, batch[0].body)

    def outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        """A vendor that was made and does not tell its id is looked up."""
        (change,) = batch
        told = read_written(self._client, CREATE, reply)
        if told.fate is Written.REFUSED:
            return [Outcome(change.source_id, Fate.REJECTED, messages=told.messages)]
        made = text(told.record, "id") if told.record else ""
        if told.fate is Written.UNKNOWN or not made:
            return [Outcome(change.source_id, Fate.UNKNOWN, messages=told.messages)]
        return [Outcome(change.source_id, Fate.DONE, made)]

    def find(self, changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
        return {change.source_id: self._called(change.reference) for change in changes}

    def _called(self, name: str) -> list[str]:
        return [text(row, "id") for row in find(self._client, FIND, {"name": name})]

    def url(self, target_id: str) -> str:
        return ""


class NewVendors(Stage):
    slug, number, title, noun = NEW_VENDORS, 2, "New vendors", "vendor"
    direction = Direction.FORWARD
    all_label = "Send all new vendors"
    summary = "Vendors that MRI lacks are created there, where vendors begin in Procore (now: in {vendor_master})."
    keys = (KeyField("vendor", "Exact name"),)
    problems = problems.NEW_VENDORS
    enabled = False
    needs = (VENDORS,)

    def reader(self, source: ApiClient, context: ReadContext) -> VendorReader:
        return VendorReader(procore_client(source))

    def writer(self, target: ApiClient, settings: Settings) -> VendorWriter:
        return _Silent(mri_client(target)) if settings.vendor_master is Master.MRI else VendorWriter(mri_client(target))

    def map(self, record: Record, known: Known) -> Mapped:
        """MRI is not known to take changes of a vendor: one that is linked is left as it is."""
        row: CompanyVendor = record.data["vendor"]
        name = " ".join(row.name.split())
        if (link := known.link(record.id)) is not None:
            return Payload(link.sent, name, link.target_id, linked_only=True)
        if known.settings.vendor_master is Master.MRI:
            return Skip("begins_in_mri", "By setting vendors begin in MRI, so none is created there.")
        if came := known.owner_in(VENDORS, record.id):
            return Skip("linked", f"It is MRI's vendor {came.source_id}.")
        if found := names.unsendable(row.name):
            return Problem("bad_characters", {"reason": f"its name holds the character {found}"})
        return _unlinked(record, vendor_record(row), known)


class _Silent(VendorWriter):
    """Nothing is looked for where nothing will be created."""

    def survey_page(self, records: Sequence[Record], unlinked: Collection[str]) -> Found:
        return Found()


def vendor_record(row: CompanyVendor) -> dict[str, Any]:
    """A vendor by our names of MRI's fields."""
    register = row.business_register.identifier if row.business_register else ""
    told = {
        "name": " ".join(row.name.split()),
        "address1": row.address,
        "city": row.city,
        "state": row.state_code,
        "postcode": row.zip,
        "country": row.country_code,
        "phone": row.business_phone or row.mobile_phone,
        "email": row.email_address,
        "tax_number": register,
    }
    return {**{name: value.strip() for name, value in told.items() if value.strip()}, "active": True}


def _unlinked(record: Record, body: dict[str, Any], known: Known) -> Mapped:
    found: Sequence[HubRecord] = known.target.by_vendor.get(record.id, ())
    name = str(body.get("name", ""))
    if len(found) > 1:
        shown = ", ".join(f"{text(row, 'id')} ({text(row, 'city') or 'no city'})" for row in found)
        return Problem("several_in_mri", {"name": name, "vendors": shown})
    if found:
        return Payload({"kept_by": "MRI"}, name, text(found[0], "id"), "Same name in MRI.", linked_only=True)
    return Payload(body, name)
