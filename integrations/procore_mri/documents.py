"""The documents that go to MRI: what tells one from the others, and what two must have in common to be the same.

A body is plain data: {"kind", "record", "source"}. `record` holds our names for MRI's fields (`mri.operations`), with
its lines; `source` is what Procore says and MRI is not told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from integrations.mri.endpoints import Endpoint, FieldMap
from integrations.mri.operations import OPERATIONS, HubField
from integrations.mri.records import HubRecord
from integrations.mri.transforms import Tables

from .names import JOIN

ZERO = Decimal(0)
CODE = ("phase", "cost_code", "cost_type")
MOST_SHOWN = 4


@dataclass(frozen=True)
class Kind:
    """`base` names its operations, `key` tells one from another, `group` is the part of the key that a list is read by.
    `sums` and `line_sums` are the amounts of the header and of a line."""

    base: str
    noun: str
    key: tuple[str, ...]
    group: tuple[str, ...]
    sums: tuple[str, ...] = ("amount",)
    line_sums: tuple[str, ...] = ("amount",)

    @property
    def create(self) -> str:
        return f"{self.base}.create"

    @property
    def find(self) -> str:
        return f"{self.base}.find"

    def target_id(self, record: Mapping[str, Any]) -> str:
        """What it goes by among the links: whether MRI's own key is read is not certain."""
        return JOIN.join(str(record[name]) for name in self.key)

    def key_of(self, record: Mapping[str, Any]) -> dict[str, Any]:
        return {name: record[name] for name in self.key}


_DRAW_SUMS = ("gross", "retained", "released", "stored", "tax", "net")
BUDGET = Kind("budgets", "budget", ("job_id", "budget_type"), ("job_id",))
REVISION = Kind("budget_revisions", "budget revision", ("job_id", "revision_number"), ("job_id",))
CONTRACT = Kind("contracts", "contract", ("job_id", "number"), ("job_id",))
ORDER = Kind("purchase_orders", "purchase order", ("job_id", "number"), ("job_id",))
CHANGE = Kind("contract_change_orders", "change order", ("job_id", "contract_number", "number"), ("job_id",))
DRAW = Kind(
    "draws",
    "draw",
    ("job_id", "contract_number", "number"),
    ("job_id", "contract_number"),
    _DRAW_SUMS,
    ("amount", "retained", "released", "stored"),
)
KINDS = {kind.base: kind for kind in (BUDGET, REVISION, CONTRACT, ORDER, CHANGE, DRAW)}


def number_in(contract: str, job_id: str) -> str:
    """The number of a contract by its id among the links."""
    return contract.removeprefix(f"{job_id}{JOIN}")


def kind_of(body: Mapping[str, Any]) -> Kind:
    return KINDS[body["kind"]]


def hub_record(body: Mapping[str, Any]) -> HubRecord:
    """The record of a body that may have been stored: amounts are Decimals again."""
    spec = OPERATIONS[kind_of(body).create]
    made = _typed(body["record"], spec.fields)
    made["lines"] = [_typed(line, spec.lines) for line in body["record"].get("lines", ())]
    return made


def _typed(record: Mapping[str, Any], fields: Mapping[str, HubField]) -> HubRecord:
    amounts = {name for name, one in fields.items() if one.kind == "amount"}
    return {
        name: Decimal(str(value)) if name in amounts and value is not None else value
        for name, value in record.items()
        if name != "lines"
    }


# Comparing.


Codes = Mapping[tuple[str, ...], Mapping[str, Decimal]]


@dataclass(frozen=True)
class Essence:
    """What makes two documents the same: the vendor, the sums, and the amounts by cost code. What a document does not
    name is not in it. Texts are in small letters, as their case does not count in MRI; `written` has them as people
    wrote them."""

    vendor: str
    sums: Mapping[str, Decimal]
    codes: Codes
    written: Mapping[str, str] = field(default_factory=dict, compare=False)


def essence(kind: Kind, record: HubRecord, endpoint: Endpoint | None = None, tables: Tables | None = None) -> Essence:
    """`endpoint`: only what it maps, written as MRI writes it."""
    header = _Fields(endpoint.fields if endpoint else None, tables)
    inside = _Fields(endpoint.line_fields if endpoint else None, tables)
    codes: dict[tuple[str, ...], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for line in record.get("lines") or () if endpoint is None or endpoint.line_path else ():
        place = codes[tuple(inside.text(name, line.get(name)) for name in CODE)]
        for name in kind.line_sums:
            if name in line and inside.has(name):
                place[name] += line[name] or ZERO
    sums = {name: record[name] or ZERO for name in kind.sums if name in record and header.has(name)}
    vendor = header.text("vendor_id", record.get("vendor_id"))
    return Essence(vendor, sums, codes, header.written | inside.written)


class _Fields:
    """What an endpoint makes of our values; everything as it is without one."""

    def __init__(self, maps: Sequence[FieldMap] | None, tables: Tables | None) -> None:
        self._maps = None if maps is None else {one.hub: one for one in maps}
        self._tables = tables
        self.written: dict[str, str] = {}

    def has(self, name: str) -> bool:
        return self._maps is None or name in self._maps

    def text(self, name: str, value: Any) -> str:
        """Trailing blanks and the case of letters do not count in MRI."""
        text = str(value or "")
        if self._maps is not None and text:
            one = self._maps.get(name)
            text = one.way.write(text, one.mri, "", self._tables) if one else ""
        folded = text.rstrip().casefold()
        self.written[folded] = text.rstrip()
        return folded


def differences(theirs: Essence, ours: Essence) -> str:
    """The first few, for a sentence: theirs → ours; "" when there is none. A category, or a phase, that we leave to MRI
    is no difference, and neither is an amount that we do not name."""
    written = {**theirs.written, **ours.written}
    told = [*_headers(theirs, ours, written), *_lines(theirs, ours, written)]
    more = f" and {len(told) - MOST_SHOWN} more" if len(told) > MOST_SHOWN else ""
    return "; ".join(told[:MOST_SHOWN]) + more


def _headers(theirs: Essence, ours: Essence, written: Mapping[str, str]) -> Iterator[str]:
    if theirs.vendor != ours.vendor:
        before, after = (written.get(one.vendor) or "none" for one in (theirs, ours))
        yield f"vendor {before} → {after}"
    for name, amount in ours.sums.items():
        if theirs.sums.get(name, ZERO) != amount:
            yield f"{name} {theirs.sums.get(name, ZERO):,.2f} → {amount:,.2f}"


def _lines(theirs: Essence, ours: Essence, written: Mapping[str, str]) -> Iterator[str]:
    blank = {at for at in range(len(CODE)) if all(not code[at] for code in ours.codes)}
    before, after = _without(theirs.codes, blank), _without(ours.codes, blank)
    names = dict.fromkeys(name for amounts in ours.codes.values() for name in amounts)
    for code in sorted(before.keys() | after.keys()):
        for name in names:
            old, new = (side.get(code, {}).get(name, ZERO) for side in (before, after))
            if old != new:
                yield f"{'-'.join(written[part] for part in code if part)}: {name} {old:,.2f} → {new:,.2f}"


def _without(codes: Codes, blank: Collection[int]) -> Codes:
    """By the parts of the code that we name at all."""
    found: dict[tuple[str, ...], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for code, amounts in codes.items():
        place = found[tuple("" if at in blank else part for at, part in enumerate(code))]
        for name, amount in amounts.items():
            place[name] += amount
    return found
