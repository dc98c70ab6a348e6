"""Writing down outcomes, links and problems: bulk statements only, a fixed number per page and batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from hub import registry
from hub.models import (
    ApiCall,
    JobRecord,
    LinkedEntity,
    LinkState,
    Problem,
    ProblemState,
    RecordOutcome,
    RecordState,
    SyncJob,
    TenantStage,
)
from hub.stage import Payload, Record

from .catalogue import explain
from .context import Run
from .hashing import body_hash, storable

GONE = "gone"  # the code of a record that is no longer where it came from
ROW_FIELDS = [
    "source_key",
    "label",
    "outcome",
    "state",
    "code",
    "message",
    "fix",
    "warnings",
    "diff",
    "payload",
    "payload_hash",
    "source_url",
    "target_id",
    "target_url",
    "at",
]
LINK_FIELDS = [
    "source_key",
    "label",
    "target_id",
    "reference",
    "sent_hash",
    "sent",
    "state",
    "evidence",
    "source_url",
    "target_url",
    "updated_at",
]
WRITTEN = (RecordOutcome.CREATED, RecordOutcome.UPDATED, RecordOutcome.MATCHED)


def row(
    run: Run,
    record: Record,
    outcome: RecordOutcome,
    *,
    code: str = "",
    message: str = "",
    fix: str = "",
    payload: Payload | None = None,
    target_id: str = "",
    state: RecordState | None = None,
) -> JobRecord:
    """A JobRecord, not yet saved. What cannot be carried out anyway is `done`, in a preview too."""
    link = run.known.link(record.id)
    target_id = target_id or (link.target_id if link else "")
    return JobRecord(
        job=run.job,
        source_id=record.id,
        source_key=record.key[:300],
        label=record.label[:500],
        outcome=outcome,
        state=state or (RecordState.PREVIEW if run.job.is_preview else RecordState.DONE),
        code=code,
        message=message[:2000],
        fix=fix[:1000],
        warnings=list(payload.warnings) if payload else [],
        payload=storable(payload.body) if payload else {},
        payload_hash=body_hash(payload.body) if payload else "",
        source_url=record.url,
        target_id=target_id,
        target_url=run.writer.url(target_id) if target_id else "",
        at=timezone.now(),
    )


def save_rows(run: Run, rows: Sequence[JobRecord]) -> None:
    """Store records of the job, in place of what it had written down for them before."""
    now = timezone.now()
    for one in rows:
        one.at = now
    JobRecord.objects.bulk_create(
        rows, batch_size=400, update_conflicts=True, unique_fields=["job", "source_id"], update_fields=ROW_FIELDS
    )


def already_done(run: Run, source_ids: Sequence[str]) -> set[str]:
    """Of these, the ones this very job has created, updated or matched already."""
    if not source_ids:
        return set()
    rows = JobRecord.objects.filter(job=run.job, source_id__in=source_ids, outcome__in=WRITTEN, state=RecordState.DONE)
    return set(rows.values_list("source_id", flat=True))


def supersede(run: Run, source_ids: Sequence[str]) -> None:
    """Earlier plans that still wait for approval give way to this one."""
    if run.job.is_preview or not source_ids:
        return
    waiting = JobRecord.objects.filter(
        job__tenant_stage=run.row, source_id__in=source_ids, state=RecordState.WAITING, job__lt=run.job.pk
    )
    waiting.update(state=RecordState.SUPERSEDED)


def approved_hash(job_id: int, source_id: str) -> str:
    """What was approved for a record, "" when nothing was."""
    rows = JobRecord.objects.filter(job_id=job_id, source_id=source_id, state=RecordState.APPROVED)
    return rows.values_list("payload_hash", flat=True).first() or ""


def link(
    run: Run, record: Record, target_id: str, sent: dict[str, Any], reference: str, evidence: str = ""
) -> LinkedEntity:
    """A finished link, not yet saved."""
    return LinkedEntity(
        tenant_stage=run.row,
        source_id=record.id,
        source_key=record.key[:300],
        label=record.label[:500],
        target_id=target_id,
        reference=reference[:300],
        sent=sent,
        sent_hash=body_hash(sent),
        state=LinkState.LINKED,
        evidence=evidence[:300],
        source_url=record.url,
        target_url=run.writer.url(target_id) if target_id else "",
    )


def save_links(links: Sequence[LinkedEntity]) -> None:
    if not links:
        return
    now = timezone.now()
    for one in links:
        one.updated_at = now
    LinkedEntity.objects.bulk_create(
        links,
        batch_size=400,
        update_conflicts=True,
        unique_fields=["tenant_stage", "source_id"],
        update_fields=LINK_FIELDS,
    )


def raise_problems(run: Run, rows: Sequence[JobRecord]) -> None:
    """Open a problem for each of these records, or refresh the one it has. An ignored one stays ignored while its
    cause is the same, to the amounts and names in its words."""
    if not rows:
        return
    now = timezone.now()
    problems = [_problem(run, one, now) for one in rows]
    ids = [one.source_id for one in rows]
    run.troubled.update(ids)
    ignored = set(
        Problem.objects.filter(tenant_stage=run.row, source_id__in=ids, state=ProblemState.IGNORED).values_list(
            "source_id", "code", "message"
        )
    )
    for problem in problems:
        if (problem.source_id, problem.code, problem.message) in ignored:
            problem.state = ProblemState.IGNORED
    Problem.objects.bulk_create(
        problems,
        batch_size=400,
        update_conflicts=True,
        unique_fields=["tenant_stage", "source_id"],
        update_fields=[
            "source_key",
            "label",
            "code",
            "title",
            "message",
            "fix",
            "state",
            "job",
            "source_url",
            "target_url",
            "last_seen",
            "resolved_at",
        ],
    )


def _problem(run: Run, one: JobRecord, now: Any) -> Problem:
    title = explain(run.stage, one.code, {}, run.names).title
    return Problem(
        tenant_stage=run.row,
        source_id=one.source_id,
        source_key=one.source_key,
        label=one.label,
        code=one.code,
        title=title,
        message=one.message,
        fix=one.fix,
        job=run.job,
        source_url=one.source_url,
        target_url=one.target_url,
        first_seen=now,
        last_seen=now,
    )


def resolve_problems(run: Run, source_ids: Iterable[str]) -> None:
    ids = run.troubled.intersection(source_ids)
    if ids:
        open_ones = Problem.objects.filter(tenant_stage=run.row, source_id__in=ids).exclude(state=ProblemState.RESOLVED)
        open_ones.update(state=ProblemState.RESOLVED, resolved_at=timezone.now(), last_seen=timezone.now())
        run.troubled -= ids


def troubled(row: TenantStage) -> set[str]:
    """Records with a problem that is not resolved."""
    rows = Problem.objects.filter(tenant_stage=row).exclude(state=ProblemState.RESOLVED)
    return set(rows.values_list("source_id", flat=True))


def keys_of(row: TenantStage, source_ids: Sequence[str]) -> dict[str, str]:
    """What records met by earlier jobs of the stage went by last."""
    rows = JobRecord.objects.filter(job__tenant_stage=row, source_id__in=source_ids).order_by("pk")
    return dict(rows.values_list("source_id", "source_key"))


def retry_ids(run: Run) -> list[str]:
    """Records that failed before and are looked at again by every run."""
    rows = Problem.objects.filter(tenant_stage=run.row, state=ProblemState.OPEN)
    return list(rows.order_by("pk").values_list("source_id", flat=True))


def on_record(job: SyncJob) -> set[str]:
    """Source ids of what the job has said something about, other than that it is gone."""
    return set(JobRecord.objects.filter(job=job).exclude(code=GONE).values_list("source_id", flat=True))


def count(job: SyncJob) -> dict[str, int]:
    """Records of the job by outcome; those still to be sent are not in it."""
    rows = (
        JobRecord.objects.filter(job=job)
        .exclude(state=RecordState.PLANNED)
        .values("outcome")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return {one["outcome"]: one["n"] for one in rows}


def needs_people(job: SyncJob) -> bool:
    """True when some record of the job was refused or is unknown."""
    bad = Q(outcome__in=(RecordOutcome.REJECTED, RecordOutcome.UNKNOWN))
    return JobRecord.objects.filter(bad, job=job).exists()


def calls_used(job: SyncJob) -> dict[str, int]:
    """HTTP calls of the job by vendor."""
    rows = ApiCall.objects.filter(job=job).values("connection__grant__vendor").annotate(n=Count("pk")).order_by()
    names = registry.vendors()
    return {names[one["connection__grant__vendor"]].name: one["n"] for one in rows}


def advance(job: SyncJob, records: int) -> None:
    """Some more records are done: moves the progress bar between pages."""
    SyncJob.objects.filter(pk=job.pk).update(done=F("done") + records)


def progress(job: SyncJob, **values: Any) -> None:
    """Store how far the job is."""
    counts = count(job)
    values.update(counts=counts, done=sum(counts.values()), calls=calls_used(job))
    SyncJob.objects.filter(pk=job.pk).update(**values)
    for name, value in values.items():
        setattr(job, name, value)
