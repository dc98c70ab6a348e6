"""The contract of a pairing: two vendors, the ordered stages between them, the settings they share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from hub.stage import Stage
from integrations.base.client import ApiClient
from integrations.base.vendor import Vendor


@dataclass(frozen=True)
class ReferenceRow:
    """One row of a cached list. `extra` holds what checks need: status, tax types, class."""

    external_id: str
    code: str
    name: str
    active: bool = True
    extra: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ReferenceList:
    """A list of one side worth caching for pickers and checks: accounts, tax rates, cost codes."""

    kind: str
    label: str
    side: str  # "left" or "right"
    fetch: Callable[[ApiClient, Any], Sequence[ReferenceRow]]  # (client, the tenant's settings)


class Lists:
    """A tenant's cached lists by their kinds. A list that was never fetched is not among them; entries that the vendor
    has archived, or has no longer, are there and not active."""

    def __init__(self, by_kind: Mapping[str, Sequence[ReferenceRow]]) -> None:
        self._by_kind = by_kind

    def fetched(self, kind: str) -> bool:
        return kind in self._by_kind

    def rows(self, kind: str) -> Sequence[ReferenceRow]:
        return self._by_kind.get(kind, ())

    def find(self, kind: str, code: str) -> Sequence[ReferenceRow]:
        """The entries with exactly this code, active ones first: usually one; options of two categories may share
        a name."""
        return self._by_code.get((kind, code), ())

    @cached_property
    def _by_code(self) -> Mapping[tuple[str, str], Sequence[ReferenceRow]]:
        found: dict[tuple[str, str], list[ReferenceRow]] = {}
        for kind, rows in self._by_kind.items():
            for row in sorted(rows, key=lambda row: not row.active):
                found.setdefault((kind, row.code or row.name), []).append(row)
        return found


@dataclass(frozen=True)
class ValueColumn:
    """A column of every value map, and the kind of the target's list that its values come from."""

    name: str
    label: str
    list: str


VALUE_COLUMNS = (
    ValueColumn("account", "Account", "account"),
    ValueColumn("tax_type", "Tax type", "tax_rate"),
    ValueColumn("tracking", "Tracking option", "tracking_option"),
    ValueColumn("item", "Item", "item"),
)


class ValueRules:
    """What a pairing knows of the rows of its value maps. Everything here is pure: same arguments, same answer, no
    calls. These are the rules of a pairing that gives none of its own: whatever is in the target's lists will do."""

    projects = ""  # the stage whose records' keys are the job numbers that a row may be for; "" takes any

    def columns(self, settings: Any) -> Collection[str]:
        """Those that mean something under these settings."""
        return [column.name for column in VALUE_COLUMNS]

    def listed(self, row: ReferenceRow, settings: Any) -> bool:
        """Whether an entry of the source's list is something to map under these settings."""
        return True

    def offers(self, column: str, row: ReferenceRow, settings: Any) -> bool:
        """Whether a picker of this column shows the entry."""
        return row.active

    def faults(self, values: Mapping[str, str], lists: Lists, settings: Any) -> dict[str, str]:
        """By column, a sentence on what is wrong with a row's values. What was never fetched cannot be wrong."""
        used = self.columns(settings)
        told = {column.name: _not_listed(column, values, lists) for column in VALUE_COLUMNS if column.name in used}
        return {name: fault for name, fault in told.items() if fault}

    def lacks(self, values: Mapping[str, str], lists: Lists, settings: Any) -> str:
        """In two or three words what is missing before a document can be made with these values, or ""."""
        return "" if any(values.values()) else "not mapped"


def _not_listed(column: ValueColumn, values: Mapping[str, str], lists: Lists) -> str:
    value = values.get(column.name, "")
    if not value or not lists.fetched(column.list):
        return ""
    found = lists.find(column.list, value)
    if not found:
        return f"There is no active {column.label.lower()} “{value}”."
    return "" if found[0].active else f"{called(found[0])} is archived, or no longer there."


def called(row: ReferenceRow) -> str:
    """An entry as people call it: code and name, once when they are the same."""
    return row.code if row.name in ("", row.code) else f"{row.code} {row.name}".strip()


@dataclass(frozen=True)
class Check:
    """One line of "Check set-up": what was looked at, whether it is in order, what to do when it is not. `repair` is
    the code of the SetupFix that can do it now, if there is one; `url` is the page where it is put right."""

    label: str
    ok: bool
    detail: str
    fix: str = ""
    repair: str = ""
    url: str = ""


@dataclass(frozen=True)
class SetupFix:
    """Something "Check set-up" can put right at a person's word: create a missing tracking category."""

    code: str
    label: str
    carry_out: Callable[[ApiClient, ApiClient, Any], str]  # (left, right, the tenant's settings); says what was done


@dataclass(frozen=True)
class Pairing:
    """Exported as `PAIRING` by each pairing's package. `settings` is a pydantic model; its field titles,
    descriptions and `json_schema_extra={"group": …}` make the admin form."""

    slug: str
    name: str
    left: Vendor
    right: Vendor
    stages: tuple[Stage, ...]
    settings: type[BaseModel]
    references: tuple[ReferenceList, ...] = ()
    value_kinds: tuple[tuple[str, str], ...] = ()  # (kind, label) of the value maps: ("cost_code", "Cost codes")
    values: ValueRules = ValueRules()  # noqa: RUF009  it holds nothing
    check_setup: Callable[[ApiClient, ApiClient, Any], Sequence[Check]] = lambda left, right, settings: ()
    fixes: tuple[SetupFix, ...] = ()

    def stage(self, slug: str) -> Stage:
        """Raises KeyError for a stage this pairing does not have."""
        return {stage.slug: stage for stage in self.stages}[slug]
