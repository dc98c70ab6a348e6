"""Stage 1: vendors of MRI become vendors of Procore's company directory, or are linked to those that are there."""

from __future__ import annotations

from typing import Any

from hub.stage import Direction, KeyField, Known, LinkView, Mapped, Payload, Problem, ReadContext, Record, Skip, Stage
from integrations.base.client import ApiClient
from integrations.mri.records import HubRecord
from integrations.procore.endpoints import MAX_SYNC
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.vendor_body import BodyFault, vendor_body
from integrations.procore_kit.vendor_match import match, shared
from integrations.procore_kit.vendor_writer import VendorWriter

from . import problems
from .clients import mri_client
from .lists import ListReader, moment, text
from .names import outside_key
from .places import NEW_VENDORS, VENDORS
from .settings import InactiveVendors, Master, Settings


class VendorReader(ListReader):
    operation = "vendors.list"
    size = MAX_SYNC  # one request takes as many new vendors

    def _record(self, row: HubRecord) -> Record:
        vendor_id = text(row, "id")
        data = vendor_data(row)
        data["origin_id"] = outside_key(self._client.account, "vendor", vendor_id)
        label = f"{vendor_id} {data['name']}".strip()
        return Record(vendor_id, vendor_id, label, data, moment(row.get("changed")))


def vendor_data(row: HubRecord) -> dict[str, Any]:
    """What matters of a vendor, as plain values. One that does not say whether it is active is."""
    lines = ", ".join(line for name in ("address1", "address2") if (line := text(row, name).strip()))
    address = {
        "lines": lines,
        "city": text(row, "city").strip(),
        "state": text(row, "state").strip(),
        "zip": text(row, "postcode").strip(),
        "country": text(row, "country").strip(),
    }
    phone = text(row, "phone").strip()
    return {
        "name": " ".join(text(row, "name").split()),
        "active": row.get("active") is not False,
        "email": text(row, "email").strip(),
        "tax_number": text(row, "tax_number").strip(),
        "phones": {"business": phone} if phone else {},
        "address": {name: value for name, value in address.items() if value},
    }


class Vendors(Stage):
    slug, number, title, noun = VENDORS, 1, "Vendors", "vendor"
    direction = Direction.BACKWARD
    all_label = "Get all vendors"
    summary = "Vendors of MRI become vendors of the company directory. They begin in {vendor_master}."
    keys = (KeyField("vendor", "Vendor id or exact name"),)
    problems = problems.VENDORS
    links_to = "vendor"

    def reader(self, source: ApiClient, context: ReadContext) -> VendorReader:
        return VendorReader(mri_client(source), context)

    def writer(self, target: ApiClient, settings: Settings) -> VendorWriter:
        return VendorWriter(procore_client(target))

    def needs_match(self, record: Record) -> bool:
        return bool(record.data["active"])

    def map(self, record: Record, known: Known) -> Mapped:
        link, settings = known.link(record.id), known.settings
        if link is not None and (kept := _left_alone(link, record, known)):
            return kept
        if not record.data["active"]:
            return _inactive(record, link, known)
        try:
            body, warnings = vendor_body(record.data["origin_id"], record.data, settings.default_country)
        except BodyFault as fault:
            return Problem(fault.code, fault.values)
        if link is not None:
            return Payload(body, body["origin_id"], warnings=warnings)
        return _unlinked(record, match(body, warnings, known), known)


def _left_alone(link: LinkView, record: Record, known: Known) -> Payload | None:
    """Vendors that begin in Procore, and those that another tenant looks after, are linked and not written. When that
    ends, the vendor is kept up to date from here."""
    reference = str(record.data["origin_id"])
    if known.settings.vendor_master is Master.PROCORE or known.owner_in(NEW_VENDORS, record.id):
        return _tied(reference, link.target_id)
    if "origin_id" not in link.sent and known.shared_owner(link.target_id):
        return shared(reference, link.target_id)
    return None


def _tied(reference: str, vendor_id: str, evidence: str = "") -> Payload:
    return Payload({"kept_by": "Procore"}, reference, vendor_id, evidence, linked_only=True)


def _inactive(record: Record, link: LinkView | None, known: Known) -> Mapped:
    if link is None:
        return Skip("inactive", "It is not active in MRI.")
    if known.settings.inactive_vendors is InactiveVendors.LEAVE:
        return Skip("inactive", "It is not active in MRI; by setting the vendor in Procore is left as it is.")
    if known.shared_owner(link.target_id):
        said = "It is not active in MRI, but another tenant uses the same vendor, so the vendor stays active."
        return Payload(link.sent, record.data["origin_id"], warnings=(said,))
    return Payload({**link.sent, "is_active": False}, record.data["origin_id"])


def _unlinked(record: Record, matched: Payload | Problem, known: Known) -> Mapped:
    """What Procore is the master of is tied at most; what came from there is known already."""
    if made := known.owner_in(NEW_VENDORS, record.id):
        return _tied(record.data["origin_id"], made.source_id, "It was created in MRI from this vendor.")
    if known.settings.vendor_master is Master.MRI or isinstance(matched, Problem):
        return matched
    if not matched.target_id:
        return Skip("not_in_procore", "Procore has no such vendor, and by setting vendors begin in Procore.")
    return _tied(matched.reference, matched.target_id, matched.evidence)
