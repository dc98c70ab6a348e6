"""What can be wrong with the installation, how it is found, and what to do first.

docs/operating.md has a heading for each, in the same words; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from hub import backlog, health, pulse, sealed, workers
from hub.models import Alert, ApiCall, BatchState, Grant, GrantState, JobState, SyncJob, TenantStage, WriteBatch
from hub.words import length

ORPHANED = timedelta(minutes=5)  # a run whose worker died is taken over within a minute when a worker is free
ENDLESS = timedelta(minutes=60)  # a turn gives way after eight minutes, at the next page
SETTLES = timedelta(minutes=60)  # a write without an answer is looked up by the stage's next run
IN_A_ROW = 3
LATELY = timedelta(hours=48)
CALLS_SEEN = timedelta(minutes=15)
CALLS_NEEDED = 10  # fewer calls than this say nothing about a vendor
NIGHTS = timedelta(days=3)
NAMED = 5  # how many of them a text names


def findings() -> dict[Alert, str]:
    """What is wrong now, each with what was found. About a dozen queries and a look at the broker."""
    found = {alert: look() for alert, look in LOOKS.items()}
    return {alert: text[:1000] for alert, text in found.items() if text}


def _no_beat() -> str:
    silent = pulse.age(pulse.BEAT)
    return f"Its last sign of life was {length(silent)} ago." if silent > health.SILENT else ""


def _no_worker() -> str:
    return "" if workers.alive()[0] else "No worker has given a sign of life for a minute and a half."


def _no_broker() -> str:
    good, detail = health.CHECKS["broker"]()
    return "" if good else f"The broker {detail}."


def _not_started() -> str:
    late = backlog.older_than(health.PATIENCE).exclude(state=JobState.RUNNING)
    pks = _pks(late)
    if not pks:
        return ""
    return f"{_jobs(pks).capitalize()} could have gone on more than {_minutes(health.PATIENCE)} ago."


def _stuck() -> str:
    now = timezone.now()
    left = Q(tenant_stage__lease_until=None) | Q(tenant_stage__lease_until__lt=now - ORPHANED)
    since = Q(tenant_stage__last_attempt_at__lt=now - ORPHANED) | Q(tenant_stage__last_attempt_at=None)
    endless = Q(tenant_stage__lease_until__gt=now, tenant_stage__last_attempt_at__lt=now - ENDLESS)
    running = SyncJob.objects.filter(state=JobState.RUNNING).order_by("pk")
    told = [
        (running.filter(left & since), "no worker is at it any more"),
        (running.filter(endless), f"its turn has lasted more than {_minutes(ENDLESS)}"),
    ]
    return " ".join(f"{_jobs(pks).capitalize()}: {why}." for rows, why in told if (pks := _pks(rows)))


def _unknown() -> str:
    old = WriteBatch.objects.filter(~Q(state=BatchState.SETTLED), created_at__lt=timezone.now() - SETTLES)
    at_work = Q(tenant_stage__lease_until__gt=timezone.now())
    stages = TenantStage.objects.filter(pk__in=old.exclude(at_work).values("tenant_stage")).select_related("tenant")
    named = [f"{row.stage} of {row.tenant.slug}" for row in stages[: NAMED + 1]]
    return f"Sent more than {_minutes(SETTLES)} ago, and not found out since: {_list(named)}." if named else ""


def _login() -> str:
    dead = Grant.objects.filter(state=GrantState.NEEDS_LOGIN)
    used = Q(connections__source_of__enabled=True) | Q(connections__target_of__enabled=True)
    named = list(dead.filter(used).distinct().order_by("pk").values_list("name", flat=True)[: NAMED + 1])
    return f"What they open is paused: {_list(named)}." if named else ""


def _failing() -> str:
    """Stages whose last runs all failed. What waits for a login or a quota has not failed."""
    since = Q(tenant_stage__last_success_at=None) | Q(finished_at__gt=F("tenant_stage__last_success_at"))
    on = Q(tenant_stage__enabled=True, tenant_stage__tenant__enabled=True)
    failed = SyncJob.objects.filter(since, on, state=JobState.FAILED, finished_at__gt=timezone.now() - LATELY)
    rows = failed.order_by("tenant_stage").values_list("tenant_stage__stage", "tenant_stage__tenant__slug")
    bad = [f"{stage} of {slug}" for stage, slug, _ in rows.annotate(n=Count("pk")).filter(n__gte=IN_A_ROW)[: NAMED + 1]]
    return f"{IN_A_ROW} runs or more have failed since the last good one: {_list(bad)}." if bad else ""


def _vendor() -> str:
    lately = ApiCall.objects.filter(at__gt=timezone.now() - CALLS_SEEN).order_by()
    broken = Count("pk", filter=Q(status=None) | Q(status__gte=500))
    rows = lately.values("connection__grant__vendor").annotate(calls=Count("pk"), broken=broken)
    bad = [
        f"{row['connection__grant__vendor']} ({row['broken']} of {row['calls']} calls)"
        for row in rows
        if row["calls"] >= CALLS_NEEDED and row["broken"] * 2 > row["calls"]
    ]
    return f"No answer or an error of its own in the last {_minutes(CALLS_SEEN)}: {_list(sorted(bad))}." if bad else ""


def _keys() -> str:
    rows = Grant.objects.filter(pk__in=sealed.unreadable()).order_by("pk")
    named = [f"{name} of {slug}" for name, slug in rows.values_list("name", "customer__slug")[: NAMED + 1]]
    return f"None of TIEBACK_FIELD_KEYS fits what is stored for {_list(named)}." if named else ""


def _not_pruned() -> str:
    last = pulse.age(pulse.PRUNE)
    return f"It was last done {last.days} days ago." if last > NIGHTS else ""


def _minutes(span: timedelta) -> str:
    return f"{span // timedelta(minutes=1)} minutes"


def _pks(rows: QuerySet[Any]) -> list[int]:
    return list(rows.values_list("pk", flat=True)[: NAMED + 1])


def _jobs(pks: list[int]) -> str:
    return f"job{'s' if len(pks) > 1 else ''} {_list(map(str, pks))}"


def _list(names: Iterable[str]) -> str:
    """The first few, and whether there are more."""
    all_ = list(names)
    return ", ".join(all_[:NAMED]) + (" and more" if len(all_) > NAMED else "")


LOOKS: dict[Alert, Callable[[], str]] = {
    Alert.NO_BEAT: _no_beat,
    Alert.NO_WORKER: _no_worker,
    Alert.NO_BROKER: _no_broker,
    Alert.NOT_STARTED: _not_started,
    Alert.STUCK: _stuck,
    Alert.UNKNOWN: _unknown,
    Alert.LOGIN: _login,
    Alert.FAILING: _failing,
    Alert.VENDOR: _vendor,
    Alert.KEYS: _keys,
    Alert.NOT_PRUNED: _not_pruned,
}

FIRST: dict[Alert, str] = {
    Alert.NO_BEAT: "Start the beat again. Until then no schedule runs and nothing that waits goes on; nothing is lost.",
    Alert.NO_WORKER: "Start a worker, and read its log to see why the last one ended. Jobs stay queued meanwhile.",
    Alert.NO_BROKER: "Start the broker or mend the way to it. Jobs stay queued and go on by themselves.",
    Alert.NOT_STARTED: "See whether all workers are busy; if they are, add one. If they are idle, restart them.",
    Alert.STUCK: "Restart the worker that has it. Another one takes over and finds out what became of every write.",
    Alert.UNKNOWN: "Run the stage once: it looks each of them up before it sends anything. Do not send by hand.",
    Alert.LOGIN: "Open the login and connect it again. Everything it opens then goes on by itself.",
    Alert.FAILING: "Open the stage's last job: it says what happened and what to do.",
    Alert.VENDOR: "Look at the vendor's status page. Jobs wait and go on by themselves when it answers again.",
    Alert.KEYS: "Give every process the key that they were stored under. Jobs wait and go on by themselves then.",
    Alert.NOT_PRUNED: "Run manage.py prune and see what it says. Nothing is lost, but the database grows.",
}
