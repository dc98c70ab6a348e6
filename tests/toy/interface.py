"""How a Safe looks differs by customer: where its papers are, and what it calls a paper's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from integrations.base.client import ApiClient
from integrations.base.errors import VendorError
from integrations.base.interface import (
    Cell,
    Data,
    Line,
    Operation,
    Probed,
    Sample,
    Sheet,
    State,
    Statement,
    Table,
    Values,
)

TITLES = {"papers.list": "Papers", "papers.create": "Lay down papers"}
SHIPPED: Data = {name: {"path": "/papers", "names": {"ref": "ref", "name": "name"}} for name in TITLES}
CALL = ("path", "names")


class SafeInterface:
    """{operation: {path, names: {ours: theirs}, seen, by, on}}; verified while `by` is there."""

    def default(self) -> Data:
        return SHIPPED

    def operations(self, profile: Data) -> Sequence[Operation]:
        return [self._operation(profile, name) for name in TITLES]

    def _operation(self, profile: Data, name: str) -> Operation:
        one = profile[name]
        same = all(one.get(part) == SHIPPED[name][part] for part in CALL)
        state = State.VERIFIED if one.get("by") else State.ASSUMED if same else State.CHANGED
        writes = name == "papers.create"
        return Operation(name, TITLES[name], writes, state, one["path"], one.get("by", ""), one.get("on", ""))

    def sheet(self, profile: Data, operation: str) -> Sheet:
        one = profile[operation]
        wrong = "" if one["path"].startswith("/") else "A path begins with a slash."
        path = Cell("path", "Path", value=one["path"], fault=wrong)
        lines = [self._line(ours, theirs, one.get("seen", ())) for ours, theirs in one["names"].items()]
        asks = (Cell("refs", "refs", help="text"),)
        return Sheet(self._operation(profile, operation), [path], [Table("names", "Names", lines)], asks)

    @staticmethod
    def _line(ours: str, theirs: str, seen: Sequence[str]) -> Line:
        wrong = "" if theirs else "It needs a name."
        named = Cell("theirs", "Name there", value=theirs, offers=seen, fault=wrong)
        return Line([Cell("ours", "", "hidden", ours), named], ours)

    def filled(self, profile: Data, operation: str, values: Values) -> Data:
        names = {row["ours"]: row["theirs"] for row in values.rows["names"]}
        return _put(profile, operation, {"path": values.cells["path"], "names": names})

    def probe(self, client: ApiClient, profile: Data, operation: str, given: Mapping[str, str]) -> Probed:
        try:
            found = client.get(profile[operation]["path"], {name: text for name, text in given.items() if text}).data
        except VendorError as error:
            return Probed(False, error.message)
        if not found:
            return Probed(True, "It answers, and is empty.")
        used = {theirs: ours for ours, theirs in profile[operation]["names"].items()}
        samples = [Sample(name, str(value), used.get(name, "")) for name, value in found[0].items()]
        return Probed(True, "It answers.", samples, list(found[0]), [name for name in used if name not in found[0]])

    def seen(self, profile: Data, operation: str, names: Sequence[str]) -> Data:
        return {**profile, operation: {**profile[operation], "seen": list(names)}}

    def stated(self, profile: Data, operation: str, statement: Statement | None) -> Data:
        kept = {name: value for name, value in profile[operation].items() if name not in ("by", "on")}
        return {**profile, operation: kept | ({"by": statement.by, "on": statement.on} if statement else {})}

    def configured(self, profile: Data, changes: Data) -> tuple[Data, Sequence[tuple[str, str]]]:
        unknown = [(name, "there is no such operation") for name in changes if name not in TITLES]
        for name, given in () if unknown else changes.items():
            profile = _put(profile, name, {**SHIPPED[name], **given})
        return profile, unknown


def _put(profile: Data, operation: str, call: dict[str, Any]) -> Data:
    """Another call is not verified."""
    before = profile[operation]
    same = all(before.get(part) == call[part] for part in CALL)
    return {**profile, operation: {**(before if same else {}), **call}}


def may_write(profile: Data) -> bool:
    return bool((profile or SHIPPED)["papers.create"].get("by"))
