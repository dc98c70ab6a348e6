"""What a configuration file says of an endpoint, laid over the one that ships."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

Fault = tuple[str, str]  # (place, sentence)
OWN = ("operation", "verified", "verified_by", "verified_at", "sample_fields")  # a statement has its own form
TABLES = {"parameters": ("source", "name"), "fields": ("hub", "mri"), "line_fields": ("hub", "mri")}
ROW = re.compile(r"(parameters|fields|line_fields)\[(\d+)\]")


def merged(shipped: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """Settings replace settings. A row replaces what it names of the row for the same field of ours, or of the same
    name at MRI where it has none of ours; one whose name at MRI is "" takes the row away."""
    raw = {name: value for name, value in shipped.items() if name not in OWN}
    faults: list[Fault] = []
    for name, value in given.items():
        if name in TABLES:
            rows, wrong = _rows(raw.get(name, ()), value, *TABLES[name])
            raw[name] = rows
            faults += [(f"{name}{place}", text) for place, text in wrong]
        elif name == "verified":
            continue
        elif name in OWN:
            faults.append((name, 'write verified = { by = "Kim Ngata", on = 2026-11-20 } instead'))
        else:
            raw[name] = value
    return raw, faults


def _rows(
    shipped: Sequence[Mapping[str, Any]], given: Any, ours: str, theirs: str
) -> tuple[list[dict[str, Any]], list[Fault]]:
    if not isinstance(given, list):
        return [], [("", "must be a list of rows")]
    found = {_identity(row, ours, theirs): dict(row) for row in shipped}
    for number, row in enumerate(given):
        if not isinstance(row, Mapping) or not (row.get(ours) or row.get(theirs)):
            return [], [(f"[{number}]", f"a row names its {ours}, or for a constant its {theirs}")]
        identity = _identity(row, ours, theirs)
        if row.get(theirs) == "":
            found.pop(identity, None)
        else:
            found[identity] = {**found.get(identity, {}), **row}
    return list(found.values()), []


def by_name(place: str, raw: Mapping[str, Any]) -> str:
    """A place in the merged endpoint as its file knows it: `fields[4].transform` is `fields[city].transform`."""
    found = ROW.match(place)
    if found is None:
        return place
    row = raw[found[1]][int(found[2])]
    ours, theirs = TABLES[found[1]]
    return f"{found[1]}[{row.get(ours) or row.get(theirs)}]{place[found.end() :]}"


def _identity(row: Mapping[str, Any], ours: str, theirs: str) -> str:
    return str(row.get(ours) or f"={row.get(theirs, '')}")
