"""Stage 4: categories of MRI become cost types of Procore, or are linked to those there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hub.stage import Direction, KeyField, Known, Mapped, Payload, Problem, ReadContext, Record, Skip, Stage
from integrations.base.client import ApiClient
from integrations.mri.records import HubRecord
from integrations.procore.records import LineItemType
from integrations.procore_kit import names
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.cost_types import CostTypeWriter, kind_of, name_key

from . import problems
from .clients import mri_client
from .lists import ListReader, text
from .names import outside_key
from .places import TYPES
from .settings import Master, Settings

TIED_BODY = {"kept_by": "Procore"}
BY_KIND = "The only cost type of its kind."


class TypeReader(ListReader):
    """Categories carry no date of change, and are few: all of them each time."""

    operation = "cost_types.list"

    def _record(self, row: HubRecord) -> Record:
        type_id, name = text(row, "id"), " ".join(text(row, "name").split())
        data = {"origin_id": outside_key(self._client.account, "category", type_id), "code": type_id, "name": name}
        return Record(type_id, type_id, f"{type_id} {name}".strip(), data)


class CostTypes(Stage):
    slug, number, title, noun = TYPES, 4, "Cost types", "cost type"
    direction = Direction.BACKWARD
    all_label = "Get all cost types"
    summary = "Categories become cost types. They begin in {cost_code_master}."
    keys = (KeyField("category", "Category or exact name"),)
    problems = problems.COST_TYPES

    def reader(self, source: ApiClient, context: ReadContext) -> TypeReader:
        return TypeReader(mri_client(source), context)

    def writer(self, target: ApiClient, settings: Settings) -> CostTypeWriter:
        return CostTypeWriter(procore_client(target))

    def map(self, record: Record, known: Known) -> Mapped:
        link, data = known.link(record.id), record.data
        reference = str(data["origin_id"])
        if link is not None and ("origin_id" not in link.sent or known.settings.cost_code_master is Master.PROCORE):
            return Payload(TIED_BODY, reference, link.target_id, linked_only=True)
        for what in ("code", "name"):
            if found := names.unsendable(data[what]):
                return Problem("bad_characters", {"reason": f"its {what} holds the character {found}"})
        body = {"origin_id": reference, "code": data["code"], "name": data["name"] or data["code"]}
        if link is not None:
            return Payload({**body, "base_type": link.sent.get("base_type", "other")}, reference)
        return _unlinked({**body, "base_type": kind_of(data["name"])}, known)


def _unlinked(body: dict[str, Any], known: Known) -> Mapped:
    """By outside key, by code, by name, by the only one of its kind. One that is there keeps its own kind of cost."""
    types: Sequence[LineItemType] = known.target
    free = [one for one in types if known.owner(str(one.id)) is None]
    for evidence, fits in _tests(body):
        found = [one for one in free if fits(one)]
        if len(found) == 1:
            return _tie(found[0], body, evidence, known)
        if found and evidence is not BY_KIND:
            shown = ", ".join(f"“{one.code} {one.name}”" for one in found)
            return Problem("several_types", {"category": body["code"], "types": shown})
    if known.settings.cost_code_master is Master.PROCORE:
        return Skip("not_in_procore", "Procore has no such cost type, and by setting cost codes begin in Procore.")
    return Payload(body, str(body["origin_id"]))


def _tests(body: dict[str, Any]) -> tuple[tuple[str, Callable[[LineItemType], bool]], ...]:
    """Evidence, and what a cost type that fits must be like."""
    kind = body["base_type"]
    return (
        ("It carries this record's key.", lambda one: one.origin_id == body["origin_id"]),
        ("Same code.", lambda one: names.fold(one.code) == names.fold(body["code"])),
        ("Same name.", lambda one: name_key(one.name) == name_key(body["name"])),
        (BY_KIND, lambda one: kind != "other" and one.base_type == kind and not one.origin_id),
    )


def _tie(there: LineItemType, body: dict[str, Any], evidence: str, known: Known) -> Mapped:
    """Cost types are shared by all ledgers of a company: one that is there is linked, and left as it is."""
    reference = str(body["origin_id"])
    if there.origin_id != reference:
        return Payload(TIED_BODY, reference, str(there.id), evidence, linked_only=True)
    kept = {**body, "base_type": there.base_type}
    now = {"origin_id": there.origin_id, "code": there.code, "name": there.name, "base_type": there.base_type}
    return Payload(kept, reference, str(there.id), evidence, now)
