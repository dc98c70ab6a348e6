"""The pipeline: claim → recover → read → plan → gate → send → settle → finish."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from django.db import transaction
from django.utils import timezone

from hub import logs
from hub.abilities import SourceCarrier
from hub.connect import client_for
from hub.models import Gate, JobRecord, JobState, RecordOutcome, SyncJob, TenantStage
from hub.stage import Page, ReadContext, Stage, Writer
from hub.words import counts
from integrations.base.client import ApiClient

from . import ledger
from .claim import Lease, claim
from .context import Run
from .cursor import Mark, begin, resumes_after, since, source_clock
from .known import JobKnown
from .plan import plan
from .policy import policed
from .recover import recover
from .send import send
from .sweep import sweep
from .turn import Turn

log = logging.getLogger(__name__)


def run(job_id: int) -> SyncJob:
    """Work on a job until it ends, waits, or has had its turn. Gives back the job as it stands then.

    Harmless to call twice, at once or again: only the holder of the lease works, and an ended job stays ended.
    """
    work_on(job_id)
    return SyncJob.objects.get(pk=job_id)


def work_on(job_id: int, *, allowed: Callable[[], bool] | None = None) -> bool:
    """The same; False when there was nothing to do, because another worker has the stage, the job has ended, or it is
    not `allowed` to begin."""
    job = SyncJob.objects.get(pk=job_id)
    lease = claim(job, allowed)
    if lease is None:
        return False
    with logs.about(request=job.request_id, job=job.pk):
        log.info("Job %s has its turn", job.pk)
        with policed(job, lease):
            _pipeline(prepare(job, lease))
        log.info("Job %s is %s: %s", job.pk, job.state, counts(job.counts))
    return True


def prepare(job: SyncJob, lease: Lease) -> Run:
    """Wire up both ends of the stage."""
    row = TenantStage.objects.select_related("tenant__customer", "tenant__source__grant", "tenant__target__grant").get(
        pk=job.tenant_stage_id
    )
    logs.note(tenant=row.tenant.slug)
    known = JobKnown(job, row)
    left, right = row.connections
    source = client_for(left, job=job, beat=lease.beat)
    target = client_for(right, job=job, beat=lease.beat)
    context = ReadContext(
        known.settings,
        known.linked_ids,
        lambda stage: known.other(stage).targets,
        lambda stage: known.other(stage).keys,
        lambda ids: ledger.keys_of(row, ids),
    )
    reader = row.spec.reader(source, context)
    writer = _writer(row.spec, source, target, known)
    whole, turn = not job.position, Turn(job)
    return Run(job, row, row.spec, lease, known, source, target, reader, writer, ledger.troubled(row), whole, turn)


def _writer(stage: Stage, source: ApiClient, target: ApiClient, known: JobKnown) -> Writer:
    if isinstance(stage, SourceCarrier):
        return stage.writer_between(source, target, known.settings)
    return stage.writer(target, known.settings)


def _pipeline(run: Run) -> None:
    if run.job.gate != Gate.PREVIEW:
        recover(run)
    begin(run)
    mark = Mark(run)
    for page in read(run):
        plans = plan(page, run)
        if run.job.gate == Gate.AUTO:
            send(plans, run)
        mark.page_stored(page)
        _progress(run, page)
        run.lease.beat()
        run.turn.page(page.position)
    mark.all_stored()
    sweep(run)
    _finish(run)


def read(run: Run) -> Iterator[Page]:
    """What was asked for: some records by id, one by its key, or what changed; then what failed before, and what
    merged records lead to."""
    job = run.job
    if job.source_ids:
        yield from run.reader.by_ids(job.source_ids)
    elif job.keys:
        yield _by_key(run)
    else:
        yield from run.reader.changed(since(run), resumes_after(run))
        missed = [source_id for source_id in ledger.retry_ids(run) if source_id not in run.seen]
        if missed:
            yield from run.reader.by_ids(missed)
    while run.follow:
        leads, run.follow = run.follow, []
        run.seen.difference_update(leads)
        yield from run.reader.by_ids(leads)


def _by_key(run: Run) -> Page:
    records = run.reader.by_key(run.job.keys)
    if not records:
        _not_found(run)
    return Page(records, total=len(records))


def _not_found(run: Run) -> None:
    """Somebody asked for one record and there is none: say so on the job."""
    wanted = ", ".join(f"{field.label} {key}" for field, key in zip(run.stage.keys, run.job.keys, strict=False))
    row = JobRecord(
        job=run.job,
        source_id="?" + ",".join(run.job.keys)[:100],
        source_key=", ".join(run.job.keys)[:300],
        outcome=RecordOutcome.REJECTED,
        code="not_found",
        message=f"{run.names[0]} has no {run.stage.noun} with {wanted}."[:2000],
        fix=f"Check what you typed. The {run.stage.noun} must also be visible to the login Tieback uses.",
        at=timezone.now(),
    )
    ledger.save_rows(run, [row])


def _progress(run: Run, page: Page) -> None:
    ledger.progress(run.job, tries=0)
    run.job.source_clock = source_clock(run) if page.position else None
    run.job.position = page.position


@transaction.atomic(durable=True)
def _finish(run: Run) -> None:
    """The job's end and the lease's together: a worker that dies here leaves both or neither."""
    now = timezone.now()
    state = JobState.PARTIAL if ledger.needs_people(run.job) else JobState.SUCCEEDED
    gauge = run.stage.gauge(run.known.target, run.known.settings) if run.known.target is not None else None
    run.lease.check()
    ledger.progress(
        run.job, state=state, finished_at=now, position="", source_clock=None, error_code="", error="", error_fix=""
    )
    values: dict[str, object] = {"gauge": vars(gauge)} if gauge else {}
    if not run.job.is_preview:
        values["last_success_at"] = now
    TenantStage.objects.filter(pk=run.row.pk, fence=run.lease.fence).update(**values, lease_owner="", lease_until=None)
