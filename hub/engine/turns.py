"""Whose turn it is. The broker only wakes a worker; which job it takes is decided here, from the database.

People first; then tenant by tenant, the one that has waited longest before the others; then stage by stage.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone

from hub import workers
from hub.models import HURRY, OPEN_STATES, PEOPLE, GrantState, JobState, SyncJob, Tenant, TenantStage

from .claim import rivals

PATIENCE = timedelta(seconds=3)  # a job that waits longer than this has found no free worker
NEVER = datetime(1, 1, 1, tzinfo=UTC)


def ready(without: SyncJob | None = None) -> QuerySet[SyncJob]:
    """Jobs that could go on now: queued, waiting ones whose time has come or whose login works again, running ones
    that their worker left.
    `without`: as if that job had given its stage up."""
    now = timezone.now()
    queued = Q(state=JobState.QUEUED)
    due = Q(state=JobState.WAITING, not_before__lte=now)
    reconnected = Q(state=JobState.WAITING, not_before=None) & ~Q(tenant_stage__tenant__in=_without_login())
    orphaned = Q(state=JobState.RUNNING)
    free = Q(tenant_stage__lease_until=None) | Q(tenant_stage__lease_until__lt=now)
    if without is not None:
        free |= Q(tenant_stage=without.tenant_stage_id)
    jobs = (
        SyncJob.objects.filter(queued | due | reconnected | orphaned).filter(free).exclude(after__state__in=OPEN_STATES)
    )
    return jobs.exclude(pk=without.pk) if without is not None else jobs


def _without_login() -> QuerySet[Tenant, int]:
    """Tenants one of whose logins is dead."""
    dead = GrantState.NEEDS_LOGIN
    either = Q(source__grant__state=dead) | Q(target__grant__state=dead)
    return Tenant.objects.filter(either).order_by().values_list("pk", flat=True)


def _hurried() -> Q:
    """`SyncJob.is_urgent` as a condition."""
    lately = timezone.now() - HURRY
    fresh = Q(started_at=None) | Q(started_at__gt=lately) | Q(wanted_at__gt=lately)
    return Q(wanted_at__isnull=False) & fresh


@dataclass(frozen=True)
class Candidate:
    """The next job of one stage. `asked_at`: since when it waits, None when no worker has been asked."""

    job_id: int
    stage_id: int
    tenant_id: int
    urgent: bool
    asked_at: datetime | None
    created_at: datetime
    served: tuple[datetime, datetime]  # when the tenant, when the stage had its last turn

    def rank(self, load: Load) -> tuple[object, ...]:
        """Lower goes first."""
        return (not self.urgent, load.running[self.tenant_id], *self.served, self.job_id)

    def admitted_now(self) -> bool:
        """Looked at again by who is about to take it: another worker may have had it since, and it waits again."""
        return ready().filter(pk=self.job_id).exists() and Load.now().admits(self.tenant_id, self.urgent)


@dataclass(frozen=True)
class Load:
    """What the workers are busy with. `slots` is 0 when no worker has told how many it has."""

    slots: int
    running: Counter[int]  # jobs by tenant
    people: Counter[int]  # those that people have started, by tenant

    @classmethod
    def now(cls) -> Load:
        at_work = SyncJob.objects.filter(state=JobState.RUNNING, tenant_stage__lease_until__gt=timezone.now())
        rows = list(at_work.values_list("tenant_stage__tenant_id", "trigger"))
        people = Counter(tenant for tenant, trigger in rows if trigger in PEOPLE)
        return cls(workers.slots(), Counter(tenant for tenant, _ in rows), people)

    def without(self, tenant_id: int) -> Load:
        """As if one job of this tenant had given way."""
        return Load(self.slots, self.running - Counter([tenant_id]), self.people)

    def admits(self, tenant_id: int, is_urgent: bool) -> bool:
        """Whether another job of this tenant may take a slot. Some are kept for people, one for other tenants."""
        if self.slots < 2:
            return True
        kept = max(1, self.slots // 4)
        mine, busy = self.running[tenant_id], self.running.total()
        if is_urgent:
            return mine < max(2, self.slots - kept) and self.people[tenant_id] < max(1, self.slots - kept)
        return busy < self.slots - kept and mine < max(1, self.slots - kept - 1)


def line(load: Load, without: SyncJob | None = None) -> list[Candidate]:
    """One job for each stage that nobody is at, the one whose turn it is first."""
    return sorted(_candidates(without), key=lambda one: one.rank(load))


def _candidates(without: SyncJob | None) -> list[Candidate]:
    rows = (
        ready(without)
        .order_by()
        .values("tenant_stage_id", "tenant_stage__tenant_id", "tenant_stage__last_attempt_at")
        .annotate(first=Min("pk"), hurried=Min("pk", filter=_hurried()))
    )
    chosen = {row["hurried"] or row["first"]: row for row in rows}
    stamps = SyncJob.objects.filter(pk__in=list(chosen)).values_list("pk", "dispatched_at", "created_at")
    asked = {pk: (dispatched_at, created_at) for pk, dispatched_at, created_at in stamps}
    served = _served({row["tenant_stage__tenant_id"] for row in chosen.values()})
    return [
        Candidate(
            job_id=pk,
            stage_id=row["tenant_stage_id"],
            tenant_id=row["tenant_stage__tenant_id"],
            urgent=row["hurried"] is not None,
            asked_at=asked[pk][0],
            created_at=asked[pk][1],
            served=(served[row["tenant_stage__tenant_id"]], row["tenant_stage__last_attempt_at"] or NEVER),
        )
        for pk, row in chosen.items()
        if pk in asked
    ]


def _served(tenants: set[int]) -> dict[int, datetime]:
    rows = TenantStage.objects.filter(tenant__in=tenants).order_by().values_list("tenant_id")
    return {tenant: at or NEVER for tenant, at in rows.annotate(at=Max("last_attempt_at"))}


def unasked(since: datetime | None = None) -> list[SyncJob]:
    """The jobs in line that no worker has been asked to look at, or not `since` then; a job whose worker died counts
    as such."""
    found = [one.job_id for one in line(Load.now()) if one.asked_at is None or (since and one.asked_at < since)]
    jobs = SyncJob.objects.in_bulk(found)
    return [jobs[pk] for pk in found if pk in jobs]


def who_waits(job: SyncJob) -> Candidate | None:
    """The first job that should go before this one, finds no free worker, and would get the one that is at this."""
    row = TenantStage.objects.select_related("tenant__source__grant", "tenant__target__grant").get(
        pk=job.tenant_stage_id
    )
    held_up = {row.pk, *rivals(row).values_list("pk", flat=True)}  # wait for this stage, not for a worker
    load, now = Load.now(), timezone.now()
    without = load.without(row.tenant_id)
    served = (_served({row.tenant_id})[row.tenant_id], row.last_attempt_at or now)
    job.refresh_from_db(fields=["wanted_at"])
    mine = (not job.is_urgent, without.running[row.tenant_id], *served, job.pk)
    waiting = (
        one
        for one in line(without, job)
        if (one.asked_at or one.created_at) < now - PATIENCE
        and one.rank(without) < mine
        and without.admits(one.tenant_id, one.urgent)
        and (one.stage_id in held_up or not _finds_a_slot(one, load))
    )
    return next(waiting, None)


def _finds_a_slot(one: Candidate, load: Load) -> bool:
    return load.running.total() < load.slots and load.admits(one.tenant_id, one.urgent)
