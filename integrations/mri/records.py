"""Records by map: MRI's as the hub's, and the hub's as MRI's. Pure; what does not fit is an error with a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..base.errors import BadReply, Rejected
from .endpoints import Endpoint, FieldMap
from .envelope import children
from .transforms import Tables, Value

HubRecord = dict[str, Any]  # our names; "lines" holds the lines as such records
SHOWN = 60


def read_record(endpoint: Endpoint, record: Mapping[str, Any], tables: Tables | None = None) -> HubRecord:
    """Text as MRI sent it, amounts as Decimal, dates as date, flags as bool; what is not there is "" or None.

    Raises BadReply naming the field for a value that is not what its map says, or a required one that is missing.
    """
    found: HubRecord = _read(endpoint, endpoint.fields, record, tables)
    if endpoint.line_path:
        lines = children(record, endpoint.line_path)
        found["lines"] = [_read(endpoint, endpoint.line_fields, line, tables) for line in lines]
    return found


def _read(
    endpoint: Endpoint, maps: Sequence[FieldMap], record: Mapping[str, Any], tables: Tables | None
) -> dict[str, Value]:
    found = {}
    for one in maps:
        if not one.hub:
            continue
        value = one.way.read(record.get(one.mri), one.mri, one.default, tables)
        if one.required and value in ("", None):
            raise BadReply(f"{endpoint.api} sent a record without {one.mri}, which “{one.hub}” is read from.")
        found[one.hub] = value
    return found


def write_record(endpoint: Endpoint, record: Mapping[str, Any], tables: Tables | None = None) -> dict[str, Any]:
    """The record as MRI takes it, all values text; what is empty is left out.

    Raises Rejected with a sentence for each kind of thing that MRI would refuse or, worse, cut off.
    """
    made: dict[str, Any] = _write(endpoint, endpoint.fields, record, tables)
    if endpoint.line_path:
        lines = [_write(endpoint, endpoint.line_fields, line, tables) for line in record.get("lines", ())]
        _put(made, endpoint.line_path, lines)
    return made


def _write(
    endpoint: Endpoint, maps: Sequence[FieldMap], record: Mapping[str, Any], tables: Tables | None
) -> dict[str, str]:
    made = {}
    for one in maps:
        text = one.way.write(record.get(one.hub) if one.hub else None, one.mri, one.default, tables)
        if not text and one.required:
            raise Rejected(f"{endpoint.spec.title}: MRI needs {one.mri} (“{one.hub}”), and the record has none.")
        _check_length(endpoint, one, text)
        if text:
            made[one.mri] = text
    return made


def _check_length(endpoint: Endpoint, one: FieldMap, text: str) -> None:
    if one.max_length is not None and len(text) > one.max_length:
        shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
        raise Rejected(
            f"{endpoint.spec.title}: {one.mri} takes {one.max_length} characters, and “{shown}” has {len(text)}."
        )


def _put(record: dict[str, Any], path: str, lines: list[dict[str, str]]) -> None:
    *parents, last = path.split(".")
    for name in parents:
        record = record.setdefault(name, {})
    record[last] = lines


def compared(one: FieldMap, value: Value, tables: Tables | None = None) -> str:
    """A value as MRI compares it: not minding case, trailing blanks (its columns have fixed widths), or the zeros a
    code is padded with."""
    return one.way.write(value, one.mri, one.default, tables).rstrip().casefold()


def same_value(one: FieldMap, wanted: Value, found: Value, tables: Tables | None = None) -> bool:
    """Whether a value read is the one that was asked for."""
    if one.way.kind == "decimal":
        return wanted == found
    return compared(one, wanted, tables) == compared(one, found, tables)


def same_key(
    endpoint: Endpoint, key: Mapping[str, Value], record: Mapping[str, Any], tables: Tables | None = None
) -> bool:
    """Whether a hub record has this key. Fields of the key that the endpoint does not map are an error (KeyError)."""
    return all(same_value(endpoint.field(name), value, record.get(name), tables) for name, value in key.items())
