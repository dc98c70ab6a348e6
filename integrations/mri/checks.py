"""What is wrong with a profile, in sentences by place, for an editor or a configuration file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from .endpoints import Endpoint, FieldMap, Parameter, Profile, load, named
from .operations import HubField, Kind
from .transforms import KINDS, Transform

Fault = tuple[str, str]  # (dotted place, sentence)


def faults(data: Mapping[str, Any]) -> list[Fault]:
    """Everything wrong with a profile's data; [] when `endpoints.load` takes it and it makes sense."""
    try:
        profile = load(data)
    except ValidationError as error:
        return [(_place(one["loc"]), _sentence(one["type"], one["msg"])) for one in error.errors()]
    return list(profile_faults(profile))


def endpoint_faults(operation: str, data: Mapping[str, Any], tables: Iterable[str] = ()) -> list[Fault]:
    """The same for a single endpoint; places begin inside it: `api`, `fields[2].transform`."""
    try:
        endpoint = Endpoint.model_validate(named({"endpoints": {operation: data}})["endpoints"][operation])
    except ValidationError as error:
        return [(_place(one["loc"]), _sentence(one["type"], one["msg"])) for one in error.errors()]
    return list(_endpoint(endpoint, frozenset(tables)))


def _place(path: Sequence[str | int]) -> str:
    """Operations hold a dot, so they stand in brackets, like positions: `endpoints[vendors.list].fields[0].mri`."""
    place = ""
    for part in path:
        text = str(part)
        place += f"[{text}]" if isinstance(part, int) or "." in text else f".{text}" if place else text
    return place


def _sentence(kind: str, message: str) -> str:
    plain = {
        "missing": "It is missing.",
        "extra_forbidden": "There is no such setting.",
        "int_parsing": "It must be a whole number.",
        "string_pattern_mismatch": "It may hold letters, digits and _ . - only, and begins with a letter.",
    }
    told = plain.get(kind, message.removeprefix("Value error, "))
    return told if told.endswith(".") else f"{told[0].upper()}{told[1:]}."


def profile_faults(profile: Profile) -> Iterator[Fault]:
    for operation, endpoint in profile.endpoints.items():
        for place, text in _endpoint(endpoint, frozenset(profile.tables)):
            yield f"endpoints[{operation}].{place}", text


def _endpoint(endpoint: Endpoint, tables: frozenset[str]) -> Iterator[Fault]:
    spec = endpoint.spec
    if spec.writes and endpoint.verb == "GET":
        yield "verb", "An operation that creates needs POST or PUT."
    if not spec.writes and endpoint.verb != "GET":
        yield "verb", "An operation that reads uses GET."
    yield from _maps("fields", endpoint.fields, spec.fields, tables)
    if spec.lines or endpoint.line_fields:
        yield from _lines(endpoint, spec.lines, tables)
    yield from _key(endpoint)
    for number, parameter in enumerate(endpoint.parameters):
        yield from _parameter(f"parameters[{number}]", parameter, spec.filters, tables)


def _lines(endpoint: Endpoint, known: Mapping[str, HubField], tables: frozenset[str]) -> Iterator[Fault]:
    if endpoint.line_fields and not known:
        yield "line_fields", "This operation has no lines."
    elif bool(endpoint.line_fields) != bool(endpoint.line_path):
        yield "line_path", "Lines need both a path, such as Lines.entry, and fields."
    elif endpoint.line_fields:
        yield from _maps("line_fields", endpoint.line_fields, known, tables)


def _maps(
    place: str, maps: Sequence[FieldMap], known: Mapping[str, HubField], tables: frozenset[str]
) -> Iterator[Fault]:
    for number, one in enumerate(maps):
        yield from _map(f"{place}[{number}]", one, known, tables)
    for name, count in Counter(one.mri for one in maps).items():
        if count > 1:
            yield place, f"{name} is there {count} times."
    for name, count in Counter(one.hub for one in maps if one.hub).items():
        if count > 1:
            yield place, f"“{name}” is there {count} times."
    mapped = {one.hub for one in maps}
    for field in known.values():
        if field.required and field.name not in mapped:
            yield place, f"“{field.name}” must be mapped: the operation needs it."


def _map(place: str, one: FieldMap, known: Mapping[str, HubField], tables: frozenset[str]) -> Iterator[Fault]:
    way = one.way
    if way.kind == "const":
        if not one.default:
            yield f"{place}.default", "A constant needs its value here."
    elif not one.hub:
        yield f"{place}.hub", "Only a constant goes without a field of ours."
    if one.hub and one.hub not in known:
        yield f"{place}.hub", f"“{one.hub}” is not one of {', '.join(known)}."
    elif one.hub:
        yield from _fits(f"{place}.transform", way, known[one.hub].kind, tables)
    if one.max_length and one.default and len(one.default) > one.max_length:
        yield f"{place}.default", f"It is longer than the {one.max_length} characters that MRI takes."


def _fits(place: str, way: Transform, kind: Kind, tables: frozenset[str]) -> Iterator[Fault]:
    if kind not in KINDS[way.kind]:
        usual = {"text": "text", "amount": "decimal(2)", "date": "date(YYYY-MM-DD)", "flag": "yn"}[kind]
        yield place, f"“{way.kind}” does not suit this field; {usual} does."
    if way.kind == "lookup" and way.argument not in tables:
        yield place, f"There is no table “{way.argument}”."


def _key(endpoint: Endpoint) -> Iterator[Fault]:
    mapped = {one.hub for one in endpoint.fields}
    for name in endpoint.key:
        if name not in mapped:
            yield "key", f"“{name}” is part of the key, but is not mapped."
    if endpoint.operation.endswith((".find", ".create")) and not endpoint.key:
        yield "key", "A record is found again by its key: name the fields that tell it from the others."


def _parameter(place: str, one: Parameter, known: Mapping[str, Kind], tables: frozenset[str]) -> Iterator[Fault]:
    way = Transform.of(one.transform)
    if not one.source:
        if not one.value:
            yield f"{place}.value", "A parameter that nothing fills needs a value."
    elif one.source not in known:
        names = ", ".join(known) or "nothing"
        yield f"{place}.source", f"“{one.source}” does not fill a parameter here; {names} does."
    else:
        yield from _fits(f"{place}.transform", way, known[one.source], tables)
