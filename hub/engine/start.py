"""Starting work, from wherever: the page, an action, a schedule, the shell, an approval."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from hub import logs
from hub.models import OPEN_STATES, PEOPLE, Gate, JobRecord, JobState, RecordState, SyncJob, TenantStage, Trigger
from hub.texts import storable

from .hashing import canonical

if TYPE_CHECKING:
    from django.contrib.auth.models import User


LONGEST_KEY = 300  # characters, as the columns for source keys


class CannotStart(Exception):
    """The stage may not run; the text says why and what to do."""


@dataclass(frozen=True)
class Started:
    """The job that will do what was asked for; `joined` when it was there already."""

    job: SyncJob
    joined: bool


def start(
    row: TenantStage,
    *,
    trigger: Trigger,
    user: User | None = None,
    keys: Sequence[str] = (),
    source_ids: Sequence[str] = (),
    preview: bool = False,
    full: bool | None = None,
    approves: SyncJob | None = None,
    after: SyncJob | None = None,
) -> Started:
    """Queue a job, or join the open one that does the same. Does not run it. Raises CannotStart.

    `full` reads everything; by default a person's “all” does and a schedule reads what changed. `after`: its turn
    comes when that job has ended.
    """
    _check(row, keys)
    gate = Gate.PREVIEW if preview else Gate.AUTO if approves else Gate(row.gate)
    full = trigger in (Trigger.PAGE, Trigger.SHELL) if full is None else full
    scope = _scope(keys, source_ids, preview, approves)
    wanted_at = timezone.now() if trigger in PEOPLE else None
    open_job = SyncJob.objects.filter(tenant_stage=row, scope=scope, state__in=OPEN_STATES).first()
    if open_job is None:
        try:
            with transaction.atomic():
                job = SyncJob.objects.create(
                    tenant_stage=row,
                    trigger=trigger,
                    started_by=user,
                    gate=gate,
                    keys=list(keys),
                    source_ids=list(source_ids),
                    full=full and not keys and not source_ids,
                    scope=scope,
                    approves=approves,
                    after=after,
                    wanted_at=wanted_at,
                    request_id=logs.request_id() or logs.new_id(),
                )
            return Started(job, joined=False)
        except IntegrityError:
            open_job = SyncJob.objects.get(tenant_stage=row, scope=scope, state__in=OPEN_STATES)
    if wanted_at is not None:
        SyncJob.objects.filter(pk=open_job.pk).update(wanted_at=wanted_at)
    if after is None:
        _hasten(open_job, becomes_urgent=wanted_at is not None and not open_job.is_urgent)
    return Started(open_job, joined=True)


def _check(row: TenantStage, keys: Sequence[str]) -> None:
    if not row.tenant.enabled:
        raise CannotStart(f"{row.tenant} is switched off. Switch it on in its settings first.")
    if not row.enabled:
        raise CannotStart(
            f"{row.spec.title} is switched off for {row.tenant}. Switch it on in the tenant's stages first."
        )
    if keys and len(keys) != len(row.spec.keys):
        wanted = ", ".join(field.label for field in row.spec.keys)
        raise CannotStart(f"{row.spec.title} needs exactly: {wanted}.")
    if any(len(key) > LONGEST_KEY or not storable(key) for key in keys):
        raise CannotStart(f"A key is longer than {LONGEST_KEY} characters or holds some that cannot be stored.")


def _scope(keys: Sequence[str], source_ids: Sequence[str], preview: bool, approves: SyncJob | None) -> str:
    parts = [list(keys), sorted(source_ids), preview, approves.pk if approves else None]
    return hashlib.sha256(canonical(parts).encode()).hexdigest()


def _hasten(job: SyncJob, *, becomes_urgent: bool) -> None:
    """Somebody asks for a job that waits for its turn or to be tried again: now. A used-up quota cannot be hastened,
    unless the background's part was used up, and a person asks now."""
    SyncJob.objects.filter(pk=job.pk).update(after=None)
    waits = SyncJob.objects.filter(pk=job.pk, state=JobState.WAITING)
    hastened = waits if becomes_urgent else waits.exclude(error_code="quota")
    hastened.update(state=JobState.QUEUED, not_before=None, dispatched_at=None)
    job.refresh_from_db()


def approve(job: SyncJob, source_ids: Sequence[str], user: User | None) -> Started:
    """Let these waiting records of a plan go: a job of its own sends exactly what was approved."""
    waiting = JobRecord.objects.filter(job=job, state=RecordState.WAITING, source_id__in=source_ids)
    ids = list(waiting.values_list("source_id", flat=True))
    if not ids:
        raise CannotStart("None of these records waits for approval any more.")
    waiting.update(state=RecordState.APPROVED, decided_by=user)
    return start(job.tenant_stage, trigger=Trigger.APPROVAL, user=user, source_ids=ids, approves=job)


def decline(job: SyncJob, source_ids: Sequence[str], user: User | None) -> int:
    """Take waiting records off the table; the next plan shows them again."""
    waiting = JobRecord.objects.filter(job=job, state=RecordState.WAITING, source_id__in=source_ids)
    return waiting.update(state=RecordState.DECLINED, decided_by=user)


def cancel(job: SyncJob) -> None:
    """Stop a job: at once when no worker is at it, else at its next batch."""
    SyncJob.objects.filter(pk=job.pk, state__in=OPEN_STATES).update(cancel_requested=True)
    idle = SyncJob.objects.filter(pk=job.pk, state__in=(JobState.QUEUED, JobState.WAITING))
    ended = {"state": JobState.CANCELLED, "finished_at": timezone.now()}
    idle.update(**ended, error_code="cancelled", error="A person stopped the run.")
