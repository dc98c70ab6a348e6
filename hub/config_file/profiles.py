"""The interface of a connection in a configuration file: what differs from the profile that ships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.interface import all_changes, log
from hub.models import Connection
from integrations.base.vendor import Vendor

from .work import Work


def put_profile(
    work: Work, place: str, vendor: Vendor, before: dict[str, Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    """The profile as the file has it; what is wrong with it is noted. As it is, when nothing would change."""
    interface = vendor.interface
    if interface is None:
        work.fault(place, f"{vendor.name} has the same interface everywhere")
        return before
    stored = before or interface.default()
    profile, faults = interface.configured(stored, given)
    for where, text in faults:
        work.fault(f"{place}.{where}", text)
    return before if faults or not all_changes(interface, stored, profile) else dict(profile)


def log_profile(row: Connection, before: Mapping[str, Any]) -> None:
    """The change log tells each operation's changes by themselves."""
    interface = row.vendor.interface
    if interface is not None and row.profile != before:
        log(row, all_changes(interface, before or interface.default(), row.profile))
