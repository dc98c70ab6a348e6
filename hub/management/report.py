"""What a run did, for the shell: as JSON for programs and as lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hub.models import JobRecord, JobState, RecordOutcome, SyncJob

DONE, FAILED, USAGE, PARTIAL = 0, 1, 2, 3  # exit statuses
SHOWN = 50  # problems listed for people; the job page has them all


def exit_status(job: SyncJob) -> int:
    return {JobState.SUCCEEDED: DONE, JobState.PARTIAL: PARTIAL}.get(JobState(job.state), FAILED)


def problems(job: SyncJob) -> list[dict[str, str]]:
    """Records of the job that a person must look at."""
    bad = JobRecord.objects.filter(job=job, outcome__in=(RecordOutcome.REJECTED, RecordOutcome.UNKNOWN))
    fields = ("key", "label", "code", "message", "fix")
    rows = bad.order_by("code", "source_key", "pk").values_list("source_key", *fields[1:])
    return [dict(zip(fields, row, strict=True)) for row in rows]


def summary(job: SyncJob) -> dict[str, Any]:
    """{job, state, tenant, stage, counts, problems, calls, error}."""
    return {
        "job": job.pk,
        "state": job.state,
        "tenant": job.tenant_stage.tenant.slug,
        "stage": job.tenant_stage.stage,
        "counts": job.counts,
        "problems": problems(job),
        "calls": job.calls,
        "error": job.error,
    }


def as_json(job: SyncJob) -> str:
    return json.dumps(summary(job), ensure_ascii=False, indent=2)


def as_text(job: SyncJob) -> str:
    return "\n".join(_lines(job))


def _lines(job: SyncJob) -> Iterator[str]:
    kind = "Preview of " if job.is_preview else ""
    yield f"{kind}{job.tenant_stage.spec.title}, {job.tenant_stage.tenant}: {job.get_state_display()} (job {job.pk})"
    yield from (f"  {outcome:<10} {number:>6}" for outcome, number in _ordered(job.counts))
    if job.calls:
        yield "  calls      " + ", ".join(f"{name} {number}" for name, number in job.calls.items())
    yield from _problem_lines(problems(job))


def _ordered(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(outcome.value, counts[outcome.value]) for outcome in RecordOutcome if outcome.value in counts]


def _problem_lines(found: list[dict[str, str]]) -> Iterator[str]:
    for one in found[:SHOWN]:
        yield f"\n  {' '.join(filter(None, (one['key'], one['label'])))}  [{one['code']}]"
        yield f"    {one['message']}"
        if one["fix"]:
            yield f"    → {one['fix']}"
    if len(found) > SHOWN:
        yield f"\n  and {len(found) - SHOWN} more; the job's page lists them all."


def why_not(job: SyncJob) -> str:
    """One line for a run that has not come to its end."""
    if job.state == JobState.WAITING and job.not_before:
        return f"Waiting until {job.not_before:%Y-%m-%d %H:%M:%S} UTC: {job.error} {job.error_fix}".strip()
    return f"{job.get_state_display()}: {job.error} {job.error_fix}".strip()
