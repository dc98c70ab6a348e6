"""MRI's endpoints as the hub lets people set them up: forms, the probe, verification, configuration files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from ..base.client import ApiClient
from ..base.interface import Data, Operation, Probed, Sample, Sheet, State, Statement, Values
from . import envelope, lookups, sheets
from .checks import endpoint_faults
from .client import MriClient
from .endpoints import Endpoint, assumed, dump, named
from .merging import by_name, merged
from .operations import OPERATIONS
from .reading import probe as probe_endpoint

SAMPLE = 60  # characters of a sample
NAMES = 300  # that are kept of a probe


class MriInterface:
    """`integrations.base.interface.Interface` over profiles as `endpoints.load` takes them."""

    def default(self) -> Data:
        return dump(assumed())

    # Looking.

    def operations(self, profile: Data) -> Sequence[Operation]:
        return [*(self._operation(profile, name) for name in OPERATIONS), lookups.SHOWN]

    def _operation(self, profile: Data, name: str) -> Operation:
        spec, raw = OPERATIONS[name], _raw(profile, name)
        title = f"{spec.title}"
        if not raw:
            return Operation(name, title, spec.writes, State.UNUSED)
        endpoint, wrong = _endpoint(name, raw), len(endpoint_faults(name, raw, lookups.names(profile)))
        call = f"{raw.get('verb', 'GET')} {raw.get('api', '')}"
        if endpoint is None:
            return Operation(name, title, spec.writes, State.CHANGED, call, faults=max(wrong, 1))
        by, on = (endpoint.verified_by, endpoint.verified_at) if endpoint.verified else ("", "")
        return Operation(name, title, spec.writes, _state(endpoint), call, by, on, wrong)

    def sheet(self, profile: Data, operation: str) -> Sheet:
        if operation == lookups.NAME:
            return lookups.sheet(profile)
        shown = self._operation(profile, operation)
        return sheets.sheet(shown, _raw(profile, operation), lookups.names(profile))

    # Changing.

    def filled(self, profile: Data, operation: str, values: Values) -> Data:
        if operation == lookups.NAME:
            return _with_tables(profile, lookups.filled(values))
        earlier = _raw(profile, operation)
        raw = sheets.taken(OPERATIONS[operation], values, earlier)
        if earlier.get("api") == raw.get("api") and earlier.get("sample_fields"):
            raw["sample_fields"] = list(earlier["sample_fields"])
        endpoint = _endpoint(operation, raw)
        if endpoint is None:
            return _with(profile, operation, raw)
        return _with(profile, operation, _plain(endpoint.after(_endpoint(operation, earlier))))

    def seen(self, profile: Data, operation: str, names: Sequence[str]) -> Data:
        return _with(profile, operation, {**_raw(profile, operation), "sample_fields": list(names[:NAMES])})

    def stated(self, profile: Data, operation: str, statement: Statement | None) -> Data:
        raw = {name: value for name, value in _raw(profile, operation).items() if not name.startswith("verified")}
        if not raw:
            raise KeyError(operation)
        return _with(profile, operation, {**raw, **(_said(statement) if statement else {})})

    def configured(self, profile: Data, changes: Data) -> tuple[Data, Sequence[tuple[str, str]]]:
        faults: list[tuple[str, str]] = []
        tables = changes.get("tables", {})
        endpoints = changes.get("endpoints", {})
        faults += [(name, "there is no such setting") for name in changes if name not in ("tables", "endpoints")]
        if not _are_tables(tables):
            faults.append(("tables", "must be tables of texts: ours = MRI's"))
        if not isinstance(endpoints, Mapping):
            faults.append(("endpoints", "must be a table of operations"))
        if faults:
            return profile, faults
        found = _with_tables(profile, {**profile.get("tables", {}), **tables})
        changed = lookups.changed(profile.get("tables", {}), found["tables"])
        for name, given in endpoints.items():
            raw, wrong = _configured(found, profile, name, given, changed)
            faults += [(f"endpoints[{name}]{place and '.' + place}", text) for place, text in wrong]
            found = _with(found, name, raw) if raw else found
        return found, faults

    # Probing.

    def probe(self, client: ApiClient, profile: Data, operation: str, given: Mapping[str, str]) -> Probed:
        endpoint = _endpoint(operation, _raw(profile, operation))
        if endpoint is None or not isinstance(client, MriClient):
            return Probed(False, "Nothing was asked: the endpoint is not complete.")
        told = probe_endpoint(client, endpoint, {name: value for name, value in given.items() if value})
        samples = list(_samples(endpoint, told.record or {}))
        names = [sample.name for sample in samples]
        lacking = [one.mri for one in endpoint.fields if one.mri not in names] if names else []
        return Probed(told.ok, told.message, samples, names, lacking)


def _samples(endpoint: Endpoint, record: Mapping[str, Any]) -> Iterator[Sample]:
    used = {one.mri: one.hub or "constant" for one in endpoint.fields}
    parents = endpoint.line_path.split(".")[:1] if endpoint.line_path else []
    for name, value in record.items():
        if name not in parents:
            yield Sample(name, _short(value), used.get(name, ""))
    lines = envelope.children(record, endpoint.line_path) if endpoint.line_path and record else []
    inside = {one.mri: one.hub or "constant" for one in endpoint.line_fields}
    for name, value in (lines[0] if lines else {}).items():
        yield Sample(f"{endpoint.line_path}.{name}", _short(value), inside.get(name, ""))


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= SAMPLE else f"{text[:SAMPLE]}…"


def _raw(profile: Data, operation: str) -> dict[str, Any]:
    """Raises KeyError for an operation that there is not."""
    _ = OPERATIONS[operation]
    return dict(profile.get("endpoints", {}).get(operation, {}))


def _with(profile: Data, operation: str, raw: Data) -> dict[str, Any]:
    return {**profile, "endpoints": {**profile.get("endpoints", {}), operation: dict(raw)}}


def _endpoint(operation: str, raw: Data) -> Endpoint | None:
    """None when the data cannot be read."""
    try:
        return Endpoint.model_validate(named({"endpoints": {operation: raw}})["endpoints"][operation]) if raw else None
    except ValidationError:
        return None


def _plain(endpoint: Endpoint) -> dict[str, Any]:
    return endpoint.model_dump(mode="json", exclude_defaults=True, exclude={"operation"})


def _state(endpoint: Endpoint) -> State:
    if not endpoint.enabled:
        return State.UNUSED
    if endpoint.verified:
        return State.VERIFIED
    shipped = assumed().endpoints.get(endpoint.operation)
    return State.ASSUMED if shipped is not None and endpoint.same_call(shipped) else State.CHANGED


def _said(statement: Statement) -> dict[str, Any]:
    return {"verified": True, "verified_by": statement.by, "verified_at": statement.on}


# Configuration files.


def _are_tables(tables: Any) -> bool:
    return isinstance(tables, Mapping) and all(
        isinstance(rows, Mapping) and all(isinstance(text, str) for text in rows.values()) for rows in tables.values()
    )


def _configured(
    found: Data, stored: Data, name: str, given: Any, changed: set[str]
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """An endpoint as a file has it: the one that ships with what the file says of it. Its statement is taken over once:
    for another call under the same name and date it is refused, and without one a changed call is not verified."""
    if name not in OPERATIONS or not isinstance(given, Mapping):
        return {}, [("", f"there is no such operation; there are {', '.join(OPERATIONS)}")]
    raw, wrong = merged(_plain(assumed().endpoints[name]) if name in assumed().endpoints else {}, given)
    if not wrong:
        wrong = [(by_name(place, raw), text) for place, text in endpoint_faults(name, raw, lookups.names(found))]
    endpoint, before = _endpoint(name, raw), _endpoint(name, _raw(stored, name))
    if endpoint is None or wrong:
        return {}, wrong
    same = before is not None and before.same_call(endpoint) and not lookups.uses(raw) & changed
    if "verified" not in given:
        return _plain(endpoint.after(before if same else None)), []
    statement, text = _statement(given["verified"])
    if statement and before and not same and (before.verified_by, before.verified_at) == (statement.by, statement.on):
        text = f"{statement.by} said so on {statement.on} of another call; probe it, verify it and write the new date"
    if statement is None or text:
        return {}, [("verified", text)]
    return {**_plain(endpoint), **_said(statement), **_seen_before(before)}, []


def _seen_before(before: Endpoint | None) -> dict[str, Any]:
    return {"sample_fields": list(before.sample_fields)} if before and before.sample_fields else {}


def _statement(told: Any) -> tuple[Statement | None, str]:
    """(statement, "") or what is wrong with it."""
    by, on = (told.get("by"), told.get("on")) if isinstance(told, Mapping) else (None, None)
    if not isinstance(by, str) or not by.strip() or set(told) != {"by", "on"}:
        return None, 'say who has compared it and when: verified = { by = "Kim Ngata", on = 2026-11-20 }'
    try:
        day = on if isinstance(on, date) else date.fromisoformat(str(on))
    except ValueError:
        return None, "the date must be written as 2026-11-20"
    if day > datetime.now(UTC).date() + timedelta(days=1):  # it may be tomorrow already where the file was written
        return None, "the date has not come yet"
    return Statement(by.strip(), day.isoformat()), ""


def _with_tables(profile: Data, tables: lookups.Tables) -> dict[str, Any]:
    """The profile with other tables. What looks up in one that has changed is not verified any more."""
    changed = lookups.changed(profile.get("tables", {}), tables)
    endpoints = {name: _without(raw, changed) for name, raw in profile.get("endpoints", {}).items()}
    return {**profile, "tables": {name: dict(words) for name, words in tables.items()}, "endpoints": endpoints}


def _without(raw: Data, changed: set[str]) -> dict[str, Any]:
    """An endpoint after tables have changed: verified no more when it looks up in one of them."""
    kept = dict(raw)
    if changed and lookups.uses(raw) & changed:
        for name in ("verified", "verified_by", "verified_at"):
            kept.pop(name, None)
    return kept
