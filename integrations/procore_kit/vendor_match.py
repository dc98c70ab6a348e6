"""Which Procore vendor is the same company as one of the ledger: by outside key, by tax number, by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hub.stage import Known, Payload, Problem
from integrations.procore.records import CompanyVendor

from . import names, registers
from .vendor_body import REGISTER, current_body

# A vendor that another tenant of the customer looks after: tied, never written.
SHARED_BODY: Mapping[str, Any] = {"kept_by": "another organisation"}
SHARED_WARNING = (
    "Its details are kept up to date from another organisation of the same customer; from here it is only linked."
)


class VendorSurvey:
    """The company directory, inactive vendors too, by everything a company can be recognised by."""

    def __init__(self, vendors: Iterable[CompanyVendor] = ()) -> None:
        self.by_origin: dict[str, CompanyVendor] = {}
        self._by_tax: dict[str, list[CompanyVendor]] = defaultdict(list)
        self._by_name: dict[str, list[CompanyVendor]] = defaultdict(list)
        for vendor in {vendor.id: vendor for vendor in vendors}.values():
            self._add(vendor)

    def _add(self, vendor: CompanyVendor) -> None:
        if vendor.origin_id:
            self.by_origin[vendor.origin_id] = vendor
        if number := tax_number(vendor):
            self._by_tax[number].append(vendor)
        self._by_name[names.company_key(vendor.name)].append(vendor)

    def with_tax(self, number: str) -> Sequence[CompanyVendor]:
        return self._by_tax.get(number, ()) if number else ()

    def called(self, name: str) -> Sequence[CompanyVendor]:
        return self._by_name.get(names.company_key(name), ())


def tax_number(vendor: CompanyVendor) -> str:
    return registers.digits(vendor.business_register.identifier) if vendor.business_register else ""


def match(body: Mapping[str, Any], warnings: tuple[str, ...], known: Known) -> Payload | Problem:
    """An unlinked company: tied to the vendor that is the same company, or to be created."""
    survey: VendorSurvey = known.target
    origin = str(body["origin_id"])
    if vendor := survey.by_origin.get(origin):
        return _tie(vendor, body, warnings, "It carries this record's key.", known)
    number = str(body.get(REGISTER, {}).get("identifier", ""))
    for evidence, found in (("tax number", survey.with_tax(number)), ("name", survey.called(str(body["name"])))):
        free = [vendor for vendor in found if known.owner(str(vendor.id)) is None]
        if len(free) > 1:
            shown = ", ".join(describe(vendor) for vendor in free)
            return Problem("several_vendors", {"name": body["name"], "evidence": evidence, "vendors": shown})
        if free:
            return _accept(free[0], body, warnings, evidence, number, known)
    return Payload(body, origin, warnings=warnings)


def _accept(
    vendor: CompanyVendor, body: Mapping[str, Any], warnings: tuple[str, ...], evidence: str, number: str, known: Known
) -> Payload | Problem:
    """The one vendor that fits, unless something speaks against it."""
    theirs = tax_number(vendor)
    if number and theirs and number != theirs:
        values = {"vendor": describe(vendor), "name": body["name"], "theirs": theirs, "ours": number}
        return Problem("tax_number_differs", values)
    return _tie(vendor, body, warnings, f"Same {evidence} as {describe(vendor)}.", known)


def _tie(
    vendor: CompanyVendor, body: Mapping[str, Any], warnings: tuple[str, ...], evidence: str, known: Known
) -> Payload | Problem:
    vendor_id = str(vendor.id)
    if vendor.origin_id in ("", body["origin_id"]):
        current = current_body(vendor, body)
        return Payload(body, str(body["origin_id"]), vendor_id, evidence, current, warnings=warnings)
    if known.shared_owner(vendor_id):
        return shared(str(body["origin_id"]), vendor_id, evidence)
    return Problem("origin_taken", {"vendor": describe(vendor), "origin": vendor.origin_id})


def shared(outside_key: str, vendor_id: str, evidence: str = "") -> Payload:
    """A vendor that another tenant of the customer looks after."""
    return Payload(SHARED_BODY, outside_key, vendor_id, evidence, linked_only=True, warnings=(SHARED_WARNING,))


def describe(vendor: CompanyVendor) -> str:
    """A vendor as a person tells it from others: “Bright Spark Electrical” (Sydney, ABN 51 …, id 17)."""
    number = f"{vendor.business_register.type.upper()} {tax_number(vendor)}" if vendor.business_register else ""
    state = "" if vendor.is_active else "inactive"
    facts = ", ".join(part for part in (vendor.city, number, state, f"id {vendor.id}") if part)
    return f"“{vendor.name}” ({facts})"
