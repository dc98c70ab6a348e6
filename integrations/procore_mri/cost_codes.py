"""Stage 3: phases and cost codes of MRI become standard cost codes of Procore, or are linked to those there."""

from __future__ import annotations

from typing import Any

from hub.stage import Direction, KeyField, Known, LinkView, Mapped, Payload, Problem, ReadContext, Record, Skip, Stage
from integrations.base.client import ApiClient
from integrations.procore.records import StandardCostCode
from integrations.procore_kit import names
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.standard_codes import PARENT, CodeSurvey, StandardCodeWriter, current_body

from . import problems
from .clients import mri_client
from .code_reader import CodeReader
from .places import CODES
from .settings import CodeLayout, Master, Settings

TIED_BODY = {"kept_by": "Procore"}


class CostCodes(Stage):
    slug, number, title, noun = CODES, 3, "Cost codes", "cost code"
    direction = Direction.BACKWARD
    all_label = "Get all cost codes"
    summary = "Phases and cost codes become standard cost codes, {code_layout}. They begin in {cost_code_master}."
    keys = (KeyField("code", "Cost code"),)
    problems = problems.COST_CODES

    def reader(self, source: ApiClient, context: ReadContext) -> CodeReader:
        return CodeReader(mri_client(source), context)

    def writer(self, target: ApiClient, settings: Settings) -> StandardCodeWriter:
        return StandardCodeWriter(procore_client(target), settings.cost_code_list)

    def needs_match(self, record: Record) -> bool:
        return not record.data["left_out"]

    def map(self, record: Record, known: Known) -> Mapped:
        link = known.link(record.id)
        return _not_sent(record, link, known.settings) or _faulty(record) or _code(record, link, known)


def _not_sent(record: Record, link: LinkView | None, settings: Settings) -> Skip | None:
    data = record.data
    if data["left_out"]:
        return Skip("left_out", data["left_out"])
    if data["heading"] and settings.code_layout is CodeLayout.CODES_ONLY:
        return Skip("phase", "By setting phases are left out.")
    if link is None and not data.get("active", True):
        return Skip("inactive", "It is not active in MRI.")
    return None


def _faulty(record: Record) -> Problem | None:
    data = record.data
    if data["rivals"]:
        shown = ", ".join(f"“{one}”" for one in data["rivals"])
        return Problem("code_twice", {"code": record.key, "codes": shown})
    if data.get("phase_missing"):
        return Problem("phase_missing", {"code": record.key, "phase": data["phase"]})
    for what in ("code", "name"):
        if found := names.unsendable(data[what]):
            return Problem("bad_characters", {"reason": f"its {what} holds the character {found}"})
    return None


def _code(record: Record, link: LinkView | None, known: Known) -> Mapped:
    """A code keeps its link; one that is no longer active stays, since costs stand on it."""
    data = record.data
    reference = str(data["origin_id"])
    if link is not None and _left_alone(link, known):
        return Payload(TIED_BODY, reference, link.target_id, linked_only=True)
    body = {"origin_id": reference, "code": data["code"], "name": data["name"] or data["code"], PARENT: data["phase"]}
    if link is not None:
        return Payload(body, reference)
    return _unlinked(record, body, known)


def _left_alone(link: LinkView, known: Known) -> bool:
    """Codes that begin in Procore, and those that another tenant looks after."""
    if known.settings.cost_code_master is Master.PROCORE:
        return True
    return "origin_id" not in link.sent and known.shared_owner(link.target_id)


def _unlinked(record: Record, body: dict[str, Any], known: Known) -> Mapped:
    survey: CodeSurvey = known.target
    reference = str(body["origin_id"])
    there = survey.by_origin.get(reference)
    if there is not None:
        return _tie(there, body, "It carries this record's key.", known)
    free = [code for code in survey.full(record.key) if known.owner(str(code.id)) is None]
    if len(free) > 1:
        shown = ", ".join(f"“{code.full_code} {code.name}”" for code in free)
        return Problem("several_codes", {"code": record.key, "codes": shown, "list": survey.list_name})
    if free:
        return _tie(free[0], body, f"Same code as “{free[0].full_code} {free[0].name}”.", known)
    if known.settings.cost_code_master is Master.PROCORE:
        return Skip("not_in_procore", f"Procore's list “{survey.list_name}” has no such code, and codes begin there.")
    return Payload(body, reference)


def _tie(there: StandardCostCode, body: dict[str, Any], evidence: str, known: Known) -> Mapped:
    reference, target_id = str(body["origin_id"]), str(there.id)
    if known.settings.cost_code_master is Master.PROCORE:
        return Payload(TIED_BODY, reference, target_id, evidence, linked_only=True)
    if there.origin_id not in ("", reference):
        if known.shared_owner(target_id):
            return Payload(TIED_BODY, reference, target_id, evidence, linked_only=True)
        return Problem("code_taken", {"code": there.full_code, "origin": there.origin_id})
    return Payload(body, reference, target_id, evidence, current_body(there, known.target, body))
