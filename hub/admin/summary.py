"""What the integration page tells about a tenant, gathered in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from pydantic import ValidationError

from hub import words
from hub.models import (
    OPEN_STATES,
    Connection,
    Gate,
    JobRecord,
    JobState,
    Problem,
    ProblemState,
    RecordState,
    SyncJob,
    Tenant,
    TenantStage,
)
from hub.schedules import next_run
from hub.stage import Direction, Stage

from . import forecast

ENDED_WELL = (JobState.SUCCEEDED, JobState.PARTIAL)


@dataclass(frozen=True)
class Progress:
    """How far an open job is. `percent` and `left` are None and "" while that cannot be told."""

    job: SyncJob
    text: str
    percent: int | None
    left: str
    more: int  # open jobs of the same stage besides this one


@dataclass(frozen=True)
class GaugeView:
    label: str
    used: int
    limit: int

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.used / self.limit)) if self.limit else 0

    @property
    def full(self) -> bool:
        return self.used > self.limit


@dataclass(frozen=True)
class StageView:
    """One row of the page."""

    row: TenantStage
    spec: Stage
    left: str
    right: str
    summary: str
    gauge: GaugeView | None
    success: SyncJob | None
    attempt: SyncJob | None  # the last one, when it is not the last success
    preview: SyncJob | None  # when it is newer than the last attempt
    next_run: datetime | None
    waiting: int
    problems: int
    progress: Progress | None
    forecast: str  # how long all of it takes

    @property
    def forward(self) -> bool:
        return self.spec.direction == Direction.FORWARD

    @property
    def verb(self) -> str:
        return "Send" if self.forward else "Get"

    @property
    def phrase(self) -> str:
        return f"{self.left} to {self.right}" if self.forward else f"{self.right} to {self.left}"


def stages(tenant: Tenant) -> list[StageView]:
    """The rows in working order."""
    rows = {row.stage: row for row in _annotated(tenant)}
    jobs = SyncJob.objects.in_bulk([pk for row in rows.values() for pk in _job_ids(row)])
    open_jobs = _by_stage(SyncJob.objects.filter(tenant_stage__tenant=tenant, state__in=OPEN_STATES).order_by("pk"))
    problems = _counted(Problem.objects.filter(tenant_stage__tenant=tenant, state=ProblemState.OPEN), "tenant_stage")
    waiting_rows = JobRecord.objects.filter(job__tenant_stage__tenant=tenant, state=RecordState.WAITING)
    waiting = _counted(waiting_rows, "job__tenant_stage")
    views = []
    for spec in tenant.pairing_spec.stages:
        row = rows.get(spec.slug)
        if row is not None:
            row.tenant = tenant
            views.append(_view(row, spec, jobs, open_jobs.get(row.pk, []), problems, waiting))
    return views


def _annotated(tenant: Tenant) -> QuerySet[TenantStage]:
    jobs = SyncJob.objects.filter(tenant_stage=OuterRef("pk")).order_by("-pk")
    real = jobs.exclude(gate=Gate.PREVIEW)
    return TenantStage.objects.filter(tenant=tenant).annotate(
        success_id=Subquery(real.filter(state__in=ENDED_WELL).values("pk")[:1]),
        attempt_id=Subquery(real.exclude(state__in=OPEN_STATES).values("pk")[:1]),
        full_id=Subquery(real.filter(state__in=ENDED_WELL, full=True).values("pk")[:1]),
        preview_id=Subquery(jobs.filter(gate=Gate.PREVIEW).exclude(state__in=OPEN_STATES).values("pk")[:1]),
    )


def _job_ids(row: TenantStage) -> list[int]:
    return [pk for name in ("success", "attempt", "preview", "full") if (pk := _id(row, name))]


def _id(row: TenantStage, name: str) -> int:
    return getattr(row, f"{name}_id", None) or 0


def _by_stage(jobs: Iterable[SyncJob]) -> dict[int, list[SyncJob]]:
    found: dict[int, list[SyncJob]] = {}
    for job in jobs:
        found.setdefault(job.tenant_stage_id, []).append(job)
    return found


def _counted(rows: QuerySet[Problem] | QuerySet[JobRecord], by: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(by).annotate(n=Count("pk")))


def _view(
    row: TenantStage,
    spec: Stage,
    jobs: Mapping[int, SyncJob],
    open_jobs: list[SyncJob],
    problems: Mapping[int, int],
    waiting: Mapping[int, int],
) -> StageView:
    tenant = row.tenant
    success, attempt, preview = (_id(row, name) for name in ("success", "attempt", "preview"))
    return StageView(
        row=row,
        spec=spec,
        left=tenant.source.vendor.name,
        right=tenant.target.vendor.name,
        summary=_described(row, spec),
        gauge=GaugeView(**row.gauge) if row.gauge else None,
        success=jobs.get(success),
        attempt=jobs.get(attempt) if attempt != success else None,
        preview=jobs.get(preview) if preview > attempt else None,
        next_run=next_run(row),
        waiting=waiting.get(row.pk, 0),
        problems=problems.get(row.pk, 0),
        progress=progress(open_jobs, (tenant.source, tenant.target)),
        forecast=forecast.of_everything(jobs.get(_id(row, "full")), (tenant.source, tenant.target)),
    )


def _described(row: TenantStage, spec: Stage) -> str:
    try:
        return spec.describe(row.tenant.options())
    except ValidationError:
        return "The tenant's settings are not valid: open Settings and correct them."


def progress(open_jobs: list[SyncJob], ends: Sequence[Connection]) -> Progress | None:
    """Of a stage's open jobs, the one at work, else the first in line."""
    if not open_jobs:
        return None
    job = next((one for one in open_jobs if one.state == JobState.RUNNING), open_jobs[0])
    percent = min(100, round(100 * job.done / job.total)) if job.total else None
    return Progress(job, _doing(job), percent, forecast.left_of(job, ends), len(open_jobs) - 1)


def _doing(job: SyncJob) -> str:
    calls = sum(job.calls.values())
    if job.cancel_requested:
        return "stopping at the next batch"
    if job.state == JobState.WAITING:
        return f"waits until {words.moment(job.not_before)}: {job.error}"
    if job.state == JobState.QUEUED and not job.done:
        return "waits for its turn"
    of = f" of {job.total:,}" if job.total else ""
    doing = "looking at" if job.is_preview else "working on"
    return f"{doing} {job.done:,}{of} · {calls:,} call{'' if calls == 1 else 's'}"


def causes(problems: QuerySet[Problem]) -> tuple[int, int]:
    """(open problems, different causes among them)."""
    found = problems.filter(state=ProblemState.OPEN).order_by()
    told = found.aggregate(n=Count("pk"), kinds=Count("code", distinct=True, filter=~Q(code="")))
    return told["n"], told["kinds"]
