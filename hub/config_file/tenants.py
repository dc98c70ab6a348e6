"""Tenants, their settings, stages and value maps."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from hub import registry
from hub.models import Connection, Customer, Tenant, TenantStage, ValueMap
from hub.pairing import Pairing
from hub.value_maps import COLUMNS, Line, compare
from hub.value_table import ValueTable
from integrations.base.vendor import Vendor

from . import schema
from .accounts import customer_of
from .faults import entry_lines
from .work import Work


def put_tenants(work: Work) -> None:
    for one in work.document.tenants:
        customer = customer_of(work, one.place, one.entry.customer)
        pairing = registry.pairings().get(one.entry.pairing)
        if pairing is None:
            known = ", ".join(registry.pairings())
            work.fault(f"{one.place}.pairing", f"there is no pairing “{one.entry.pairing}”; there is {known}")
            continue
        settings = _settings(work, one.place, pairing, one.entry)
        _check_parts(work, one.place, pairing, one.entry)
        if customer is not None and settings is not None:
            _put_tenant(work, one.place, customer, pairing, one.entry, settings)


def _settings(work: Work, place: str, pairing: Pairing, entry: schema.Tenant) -> dict[str, Any] | None:
    """All settings of the tenant: what it has, and over it what the file says."""
    row = Tenant.objects.filter(slug=entry.slug).first()
    known = pairing.settings.model_fields
    unknown = [name for name in entry.settings if name not in known]
    for name in unknown:
        work.fault(f"{place}.settings.{name}", f"{pairing.name} has no such setting")
    kept = {name: value for name, value in (row.settings if row else {}).items() if name in known}
    given = {name: value for name, value in entry.settings.items() if name in known}
    try:
        valid = pairing.settings.model_validate({**kept, **given})
    except ValidationError as error:
        work.faults += entry_lines(f"{place}.settings", error)
        return None
    return None if unknown else {**kept, **valid.model_dump(mode="json", include=set(given))}


def _check_parts(work: Work, place: str, pairing: Pairing, entry: schema.Tenant) -> None:
    stages = [stage.slug for stage in pairing.stages]
    for slug in entry.stages:
        if slug not in stages:
            work.fault(f"{place}.stages.{slug}", f"{pairing.name} has the stages {', '.join(stages)}")
    kinds = [kind for kind, _ in pairing.value_kinds]
    for number, value in enumerate(entry.values):
        if value.kind not in kinds:
            work.fault(f"{place}.values[{number}].kind", f"{pairing.name} has the kinds {', '.join(kinds) or '(none)'}")


def _put_tenant(
    work: Work, place: str, customer: Customer, pairing: Pairing, entry: schema.Tenant, settings: dict[str, Any]
) -> None:
    source = _side(work, f"{place}.source", customer, pairing.left, entry.source)
    target = _side(work, f"{place}.target", customer, pairing.right, entry.target)
    row = Tenant.objects.filter(slug=entry.slug).first() or Tenant(slug=entry.slug)
    if source is None or target is None or not _may_change(work, place, row, customer, source, target, entry):
        return
    values: dict[str, Any] = {
        "customer": customer,
        "name": entry.name,
        "pairing": entry.pairing,
        "source": source,
        "target": target,
        "settings": settings,
    }
    if entry.enabled is not None:
        values["enabled"] = entry.enabled
    tenant = work.put(place, row, values, "tenant", entry.slug, {})
    if tenant is not None:
        _put_stages(work, place, tenant, entry)
        _put_values(work, place, tenant, entry)


def _side(work: Work, place: str, customer: Customer, vendor: Vendor, name: str) -> Connection | None:
    rows = Connection.objects.filter(customer=customer, grant__vendor=vendor.slug, name=name)
    row = rows.order_by("pk").first()
    if row is None:
        work.missing(place, f"{vendor.name} connection", name)
    return row


def _may_change(
    work: Work,
    place: str,
    row: Tenant,
    customer: Customer,
    source: Connection,
    target: Connection,
    entry: schema.Tenant,
) -> bool:
    """Links say which records of two accounts are the same: they mean nothing between two others."""
    if row.pk is None:
        return True
    if row.customer_id != customer.pk:
        work.fault(f"{place}.slug", f"“{entry.slug}” is a tenant of another customer")
        return False
    if Tenant(pk=row.pk, source=source, target=target, pairing=entry.pairing).moved():
        work.fault(place, "it has links already, so source, target and pairing stay; make another tenant instead")
        return False
    return True


def _put_stages(work: Work, place: str, tenant: Tenant, entry: schema.Tenant) -> None:
    rows = {row.stage: row for row in TenantStage.objects.filter(tenant=tenant)}
    for slug, stage in entry.stages.items():
        if slug in rows:
            values = stage.model_dump(exclude_none=True)
            work.put(f"{place}.stages.{slug}", rows[slug], values, "stage", f"{tenant.slug}/{slug}", {})


def _put_values(work: Work, place: str, tenant: Tenant, entry: schema.Tenant) -> None:
    wanted = _checked_values(work, place, tenant, entry)
    rows = {(row.kind, row.key, row.project): row for row in ValueMap.objects.filter(tenant=tenant)}
    for number, value in enumerate(entry.values):
        identity = (value.kind, value.key, value.project)
        row = rows.get(identity) or ValueMap(tenant=tenant, kind=value.kind, key=value.key, project=value.project)
        name = f"{tenant.slug}/{value.kind} {row}"
        rows[identity] = work.put(f"{place}.values[{number}]", row, wanted[number], "value", name, {}) or row


def _checked_values(work: Work, place: str, tenant: Tenant, entry: schema.Tenant) -> dict[int, dict[str, str]]:
    """By their place in the file, checked as the admin's table would, against the lists that have been fetched."""
    wanted: dict[int, dict[str, str]] = {}
    for kind in {value.kind for value in entry.values}:
        own = [(number, value) for number, value in enumerate(entry.values) if value.kind == kind]
        lines = [Line(value.key, value.project, _told(value)) for _, value in own]
        for (number, value), change in zip(own, compare(ValueTable(tenant, kind), lines), strict=True):
            wanted[number] = {column: change.line.values[column] for column in _told(value)}
            for column, sentence in change.errors.items():
                work.fault(f"{place}.values[{number}].{column}", sentence)
    return wanted


def _told(value: schema.Value) -> dict[str, str]:
    return value.model_dump(include=set(COLUMNS), exclude_none=True)
