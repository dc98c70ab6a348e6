"""Writes projects of Procore: new ones one a call, since Procore advises against creating many; changes together.

https://developers.procore.com/reference/rest/v1/projects
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hub.stage import Action, Change
from integrations.base.client import Request
from integrations.procore import endpoints as procore
from integrations.procore.client import ProcoreClient

from . import names
from .project_match import ProjectSurvey
from .sync_writer import SyncWriter, Update


class ProjectWriter(SyncWriter):
    """`stage` is the name of the stage that new projects start in, "" for Procore's own choice."""

    def __init__(self, client: ProcoreClient, stage: str = "") -> None:
        super().__init__(client)
        self._stage = names.fold(stage)
        self._survey: ProjectSurvey | None = None

    def survey(self, unlinked: bool) -> ProjectSurvey:
        """All projects, when some job must be matched: one call per 300, and one for the stages if they matter."""
        if unlinked and self._survey is None:
            rows = [row for page in procore.project_pages(self._client) for row in page.rows]
            found = procore.project_stages(self._client) if self._stage else []
            self._survey = ProjectSurvey(rows, {names.fold(stage.name): stage.id for stage in found})
        return self._survey or ProjectSurvey()

    def batches(self, changes: Sequence[Change]) -> Iterable[Sequence[Change]]:
        new = [change for change in changes if change.action == Action.CREATE]
        yield from ([change] for change in new)
        yield from super().batches([change for change in changes if change.action != Action.CREATE])

    def _sync(self, updates: Sequence[Update]) -> Request:
        return procore.sync_projects(self._client.company_id, updates)

    def _update(self, change: Change) -> Update:
        """A new project starts with the company's cost codes."""
        update = super()._update(change)
        if change.action != Action.CREATE:
            return update
        stage = (self._survey or ProjectSurvey()).stages.get(self._stage)
        start = {"project_stage_id": stage} if stage else {}
        return {**update, **start, "enable_copy_of_standard_cost_codes": True}

    def find(self, changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
        return {change.source_id: self._with_origin(change.reference) for change in changes}

    def _with_origin(self, origin_id: str) -> list[str]:
        pages = procore.project_pages(self._client, origin_id=origin_id)
        return [str(row.id) for page in pages for row in page.rows if row.origin_id == origin_id]

    def url(self, target_id: str) -> str:
        return self._client.project_page(target_id)
