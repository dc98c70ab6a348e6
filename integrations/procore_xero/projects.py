"""Stage 1: Procore projects become options of Xero's tracking category for projects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from hub.stage import Direction, Gauge, KeyField, Known, Mapped, Page, Problem, ReadContext, Record, Skip, Stage
from integrations.base.client import ApiClient
from integrations.procore import endpoints as procore
from integrations.procore.client import ProcoreClient
from integrations.procore.records import Project
from integrations.procore_kit import names
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.unreadables import Unreadables

from . import problems
from .clients import xero_client
from .options import ACTIVE, ARCHIVED, OptionSurvey, OptionWriter, Wish, map_option
from .settings import Settings
from .twins import Keyed, KeyIndex

PAGE = 300  # records stored together


def _tidy(text: str) -> str:
    return " ".join(text.split())


class ProjectReader:
    """All stages are read, so that a project in another one ends in a visible reason.

    A job number can be told to be unique only when all rivals are known. So everything read is looked at before the
    first page goes on; and when only some projects are read, the rest of the stage is read beside them.
    """

    ordered = False
    sweeps = True

    def __init__(self, client: ProcoreClient, context: ReadContext) -> None:
        self._client, self._linked = client, context.linked
        self._settings: Settings = context.settings
        self._broken = Unreadables()

    def changed(self, since: datetime | None, after: str) -> Iterator[Page]:
        pages = procore.project_pages(self._client, updated_since=since, broken=self._broken.sink)
        rows = [row for page in pages for row in page.rows]
        if broken := self._broken.records():
            yield Page(broken)
        index = self._index(rows) if since is None else self._index_beside(rows)
        left = sorted((row for row in rows if row.id > int(after or 0)), key=lambda row: row.id)
        for first in range(0, max(len(left), 1), PAGE):
            some = left[first : first + PAGE]
            records = [self._record(row, index, complete=since is None) for row in some]
            yield Page(records, str(some[-1].id) if some else after, len(rows))

    def by_ids(self, ids: Sequence[str]) -> Iterator[Page]:
        numbers = [int(one) for one in ids if one.isdecimal()]
        pages = procore.projects_by_id(self._client, numbers, self._broken.sink)
        rows = [row for page in pages for row in page.rows]
        yield Page([*self._some(rows), *self._broken.records()])

    def by_key(self, keys: Sequence[str]) -> Sequence[Record]:
        number = _tidy(keys[0])
        pages = procore.project_pages(self._client, number=number, broken=self._broken.sink)
        rows = [row for page in pages for row in page.rows]
        return [*self._some(rows), *self._broken.records()]

    def _some(self, rows: Sequence[Project]) -> list[Record]:
        index = self._index_beside(rows)
        return [self._record(row, index, complete=False) for row in rows]

    def _index_beside(self, rows: Sequence[Project]) -> KeyIndex:
        """Only some projects were read: when one of them is new, the others of its stage may have its number."""
        new = any(self._wanted(row) and str(row.id) not in self._linked for row in rows)
        beside = {row.id: row for row in self._in_stage()} if new else {}
        return self._index(list((beside | {row.id: row for row in rows}).values()))

    def _index(self, rows: Sequence[Project]) -> KeyIndex:
        return KeyIndex(
            Keyed(str(row.id), _tidy(row.project_number), _label(row), self._wanted(row), str(row.id) in self._linked)
            for row in rows
        )

    def _in_stage(self) -> Iterator[Project]:
        """What is in the stage now: two calls."""
        wanted = names.fold(self._settings.project_stage)
        for stage in procore.project_stages(self._client):
            if names.fold(stage.name) == wanted:
                for page in procore.project_pages(self._client, stage_id=stage.id):
                    yield from page.rows

    def _wanted(self, row: Project) -> bool:
        return in_stage(_stage(row), self._settings)

    def _record(self, row: Project, index: KeyIndex, *, complete: bool) -> Record:
        number = _tidy(row.project_number)
        data = {
            "number": number,
            "name": row.name,
            "stage": _stage(row),
            "active": row.active,
            "rivals": index.rivals(str(row.id), number),
            "complete": complete,
            "longer": index.longer(number) if number else [],
        }
        url = self._client.project_page(row.id)
        return Record(str(row.id), number, _label(row), data, row.updated_at, url)


def _stage(row: Project) -> str:
    return row.project_stage.name if row.project_stage else ""


def _label(row: Project) -> str:
    return _tidy(f"{row.project_number} {row.name}")


def in_stage(stage: str, settings: Settings) -> bool:
    return names.fold(stage) == names.fold(settings.project_stage)


class Projects(Stage):
    slug, number, title, noun = "projects", 1, "Projects", "project"
    direction = Direction.FORWARD
    all_label = "Send all projects"
    summary = "Projects in the stage “{project_stage}” become options of the tracking category “{project_category}”."
    keys = (KeyField("number", "Project #"),)
    problems = problems.PROJECTS

    def reader(self, source: ApiClient, context: ReadContext) -> ProjectReader:
        return ProjectReader(procore_client(source), context)

    def writer(self, target: ApiClient, settings: Settings) -> OptionWriter:
        return OptionWriter(
            xero_client(target),
            settings.project_category,
            bulk=settings.bulk_tracking_options,
            recommended=settings.option_warning,
        )

    def map(self, record: Record, known: Known) -> Mapped:
        held = _not_sent(record, known) or _ambiguous(record, known)
        return held or map_option(record.id, _wish(record, known), known)

    def gauge(self, target: OptionSurvey, settings: Settings) -> Gauge:
        return target.gauge(settings.option_warning)


def _closed(record: Record, settings: Settings) -> bool:
    return settings.archive_closed_projects and not record.data["active"]


def _not_sent(record: Record, known: Known) -> Skip | None:
    """Once linked, a project stays linked whatever its stage becomes."""
    settings: Settings = known.settings
    if known.link(record.id) is not None:
        return None
    if not in_stage(record.data["stage"], settings):
        stage = record.data["stage"]
        now = f"Its stage is “{stage}”" if stage else "It has no stage"
        return Skip("other_stage", f"{now}; only projects in the stage “{settings.project_stage}” are sent.")
    if _closed(record, settings):
        return Skip("closed", "It is not active in Procore, and closed projects are archived by setting.")
    return None


def _ambiguous(record: Record, known: Known) -> Problem | None:
    """Without a number of its own a project cannot be told from others."""
    number, rivals = record.data["number"], list(record.data["rivals"])
    if not number:
        return Problem("no_number", {"name": record.data["name"]})
    owner = None if record.data["complete"] else known.linked_key(number)
    if not rivals and owner is not None and owner.source_id != record.id:
        rivals = [record.label, f"{number} (linked already)"]
    if not rivals:
        return None
    shown = ", ".join(f"“{label}”" for label in rivals)
    return Problem("number_twice", {"number": number, "projects": shown, "stage": known.settings.project_stage})


def _wish(record: Record, known: Known) -> Wish:
    settings: Settings = known.settings
    status = ARCHIVED if _closed(record, settings) else ACTIVE
    data = record.data
    return Wish(settings.project_format, "number", data["number"], data["name"], data["longer"], status)
