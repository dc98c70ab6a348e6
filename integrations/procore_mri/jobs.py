"""Stage 5: jobs of MRI become projects of Procore; those that both sides have are matched and linked."""

from __future__ import annotations

from datetime import date
from typing import Any

from hub.stage import Direction, KeyField, Known, LinkView, Mapped, Payload, Problem, ReadContext, Record, Skip, Stage
from integrations.base.client import ApiClient
from integrations.mri.records import HubRecord
from integrations.procore_kit import names
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.project_match import match, tied
from integrations.procore_kit.project_writer import ProjectWriter
from integrations.procore_kit.vendor_body import BodyFault, place

from . import problems
from .clients import mri_client
from .lists import ListReader, moment, text
from .names import outside_key
from .places import JOBS
from .settings import ClosedJobs, Master, Settings, listed


class JobReader(ListReader):
    operation = "jobs.list"

    def _record(self, row: HubRecord) -> Record:
        job_id = text(row, "id")
        data = {
            "origin_id": outside_key(self._client.account, "job", job_id),
            "number": job_id,
            "name": " ".join(text(row, "name").split()),
            "entity": text(row, "entity_id"),
            "status": text(row, "status"),
            "start": _day(row.get("start_date")),
            "completion": _day(row.get("completion_date")),
            "address": _address(row),
        }
        label = f"{job_id} {data['name']}".strip()
        return Record(job_id, job_id, label, data, moment(row.get("changed")))


def _day(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else ""


def _address(row: HubRecord) -> dict[str, str]:
    parts = {"lines": "address1", "city": "city", "state": "state", "zip": "postcode", "country": "country"}
    found = {name: text(row, field).strip() for name, field in parts.items()}
    return {name: value for name, value in found.items() if value}


class Jobs(Stage):
    slug, number, title, noun = JOBS, 5, "Jobs → projects", "job"
    direction = Direction.BACKWARD
    all_label = "Get all jobs"
    summary = "Jobs become projects, and those that both sides have are linked. They begin in {job_master}."
    keys = (KeyField("job", "Job code or exact name"),)
    problems = problems.JOBS

    def reader(self, source: ApiClient, context: ReadContext) -> JobReader:
        return JobReader(mri_client(source), context)

    def writer(self, target: ApiClient, settings: Settings) -> ProjectWriter:
        return ProjectWriter(procore_client(target), settings.project_stage)

    def map(self, record: Record, known: Known) -> Mapped:
        link, settings = known.link(record.id), known.settings
        if link is not None and _left_alone(link, known):
            return tied(record.data["origin_id"], link.target_id)
        if link is None and (reason := _not_wanted(record, settings)):
            return reason
        try:
            body = _body(record, link, settings)
        except BodyFault as fault:
            return Problem(fault.code, fault.values)
        if link is not None:
            return Payload(body, record.data["origin_id"])
        return _unlinked(match(body, known), known)


def _left_alone(link: LinkView, known: Known) -> bool:
    """Projects that begin in Procore, and those that another tenant looks after."""
    if known.settings.job_master is Master.PROCORE:
        return True
    return "origin_id" not in link.sent and known.shared_owner(link.target_id)


def _not_wanted(record: Record, settings: Settings) -> Skip | None:
    """Once linked, a job stays linked whatever its entity or status becomes."""
    entity = record.data["entity"]
    if settings.entities and entity.casefold() not in listed(settings.entities):
        return Skip("other_entity", f"It belongs to the entity “{entity}”; this tenant is for {settings.entities}.")
    if not is_open(record, settings):
        return Skip("not_open", f"Its status in MRI is “{record.data['status']}”, which is none of an open job.")
    return None


def is_open(record: Record, settings: Settings) -> bool:
    statuses = listed(settings.open_job_statuses)
    return not statuses or record.data["status"].casefold() in statuses


def _body(record: Record, link: LinkView | None, settings: Settings) -> dict[str, Any]:
    """Raises BodyFault."""
    data = record.data
    country, state = place(data["address"], settings.default_country)
    address = data["address"]
    body = {
        "origin_id": data["origin_id"],
        "name": data["name"],
        "project_number": data["number"],
        "active": _active(record, link, settings),
        "start_date": data["start"],
        "completion_date": data["completion"],
        "address": address.get("lines", ""),
        "city": address.get("city", ""),
        "state_code": state,
        "country_code": country,
        "zip": address.get("zip", ""),
    }
    for field in ("name", "project_number", "address", "city", "zip"):
        if found := names.unsendable(str(body[field])):
            raise BodyFault("bad_characters", reason=f"its {field.replace('_', ' ')} holds the character {found}")
    return body


def _active(record: Record, link: LinkView | None, settings: Settings) -> bool:
    if is_open(record, settings):
        return True
    leave = settings.closed_jobs is ClosedJobs.LEAVE
    return bool(link.sent.get("active", True)) if link is not None and leave else False


def _unlinked(matched: Payload | Problem, known: Known) -> Mapped:
    settings: Settings = known.settings
    if isinstance(matched, Problem):
        return matched
    if settings.job_master is Master.PROCORE:
        if matched.target_id:
            return tied(matched.reference, matched.target_id, matched.evidence)
        return Skip("not_in_procore", "Procore has no such project, and by setting jobs begin in Procore.")
    wanted = names.fold(settings.project_stage)
    if not matched.target_id and wanted and wanted not in known.target.stages:
        return Problem("stage_missing", {"stage": settings.project_stage})
    return matched
