"""Which Procore project is the same as a job of the ledger: by outside key, by number, by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hub.stage import Known, Payload, Problem
from integrations.procore.records import Project

from . import names

# A project that another system looks after: tied, never written.
TIED_BODY: Mapping[str, Any] = {"kept_by": "Procore"}


class ProjectSurvey:
    """All projects by what a job can be recognised by. `stages` are ids by folded name."""

    def __init__(self, projects: Iterable[Project] = (), stages: Mapping[str, int] | None = None) -> None:
        self.by_origin: dict[str, Project] = {}
        self.stages = stages or {}
        self._by_number: dict[str, list[Project]] = defaultdict(list)
        self._by_name: dict[str, list[Project]] = defaultdict(list)
        for project in projects:
            if project.origin_id:
                self.by_origin[project.origin_id] = project
            self._by_number[names.fold(project.project_number)].append(project)
            self._by_name[names.fold(project.name)].append(project)

    def numbered(self, number: str) -> Sequence[Project]:
        return self._by_number.get(names.fold(number), ()) if number.strip() else ()

    def called(self, name: str) -> Sequence[Project]:
        return self._by_name.get(names.fold(name), ()) if name.strip() else ()


def match(body: Mapping[str, Any], known: Known) -> Payload | Problem:
    """An unlinked job: tied to the project that is the same, or to be created."""
    survey: ProjectSurvey = known.target
    origin, number, name = (str(body[field]) for field in ("origin_id", "project_number", "name"))
    if project := survey.by_origin.get(origin):
        return _tie(project, body, "It carries this record's key.", known)
    for evidence, found in (("number", survey.numbered(number)), ("name", survey.called(name))):
        free = [project for project in found if known.owner(str(project.id)) is None]
        if len(free) > 1:
            shown = ", ".join(describe(project) for project in free)
            return Problem("several_projects", {"evidence": evidence, "job": f"{number} {name}", "projects": shown})
        if free and evidence == "name" and free[0].project_number:
            return Problem("name_taken", {"job": number, "name": name, "project": describe(free[0])})
        if free:
            return _tie(free[0], body, f"Same {evidence} as {describe(free[0])}.", known)
    return Payload(body, origin)


def _tie(project: Project, body: Mapping[str, Any], evidence: str, known: Known) -> Payload | Problem:
    project_id, origin = str(project.id), str(body["origin_id"])
    if project.origin_id in ("", origin):
        return Payload(body, origin, project_id, evidence, current_body(project, body))
    if known.shared_owner(project_id):
        return tied(origin, project_id, evidence)
    return Problem("project_taken", {"project": describe(project), "origin": project.origin_id})


def tied(outside_key: str, project_id: str, evidence: str = "") -> Payload:
    """A project that is linked, and left as it is."""
    return Payload(TIED_BODY, outside_key, project_id, evidence, linked_only=True)


def current_body(project: Project, body: Mapping[str, Any]) -> dict[str, Any]:
    """What the project holds now, in the shape of `body`. What the ledger leaves empty counts as equal, so that a match
    does not wipe out what Procore knows."""
    days = {"start_date", "completion_date"}
    now = {name: getattr(project, name) for name in body}
    told = {name: (value.isoformat() if value else "") if name in days else value for name, value in now.items()}
    return {name: value if body[name] != "" else "" for name, value in told.items()}


def describe(project: Project) -> str:
    """A project as a person tells it from others: “WHARF01 Wharf Street Tower” (inactive, id 17)."""
    called = " ".join(f"{project.project_number} {project.name}".split())
    state = "" if project.active else "inactive, "
    return f"“{called}” ({state}id {project.id})"
