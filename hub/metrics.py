"""`/metrics`: the installation's figures, counted in the database when Prometheus asks.

Every process gives the same answer, so one target is enough and nothing has to be gathered from several. Figures carry
ids and kinds, never a customer's name. https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from hub import backlog, pulse, workers
from hub.models import (
    OPEN_STATES,
    Alert,
    ApiCall,
    BatchState,
    Connection,
    Grant,
    GrantState,
    Incident,
    Problem,
    ProblemState,
    SyncJob,
    WriteBatch,
)

WINDOW = timedelta(minutes=5)  # what calls and ended jobs are counted over; scrape at least this often
ANSWERS = ("2xx", "3xx", "4xx", "429", "5xx", "none")


def exposition() -> bytes:
    """The text that Prometheus reads. A fixed number of queries, whatever is in the database."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector())
    return generate_latest(registry)


class _Collector:
    def collect(self) -> Iterator[Metric]:
        yield from _jobs()
        yield from _calls()
        yield from _parts()
        yield _calls_left()
        yield _problems()
        yield _logins()
        yield _incidents()


def _jobs() -> Iterator[Metric]:
    stand = GaugeMetricFamily("tieback_jobs", "Open jobs, by state and stage.", labels=["state", "stage"])
    opened = SyncJob.objects.filter(state__in=OPEN_STATES).order_by()
    for state, stage, count in opened.values_list("state", "tenant_stage__stage").annotate(n=Count("pk")):
        stand.add_metric([state, stage], count)
    yield stand
    ended = GaugeMetricFamily(
        "tieback_jobs_ended_recently", "Jobs that ended in the last 5 minutes.", labels=["state", "stage"]
    )
    lately = SyncJob.objects.filter(finished_at__gt=timezone.now() - WINDOW).order_by()
    for state, stage, count in lately.values_list("state", "tenant_stage__stage").annotate(n=Count("pk")):
        ended.add_metric([state, stage], count)
    yield ended
    waits = backlog.now()
    yield _one("tieback_jobs_due", "Jobs that only a free worker is missing for.", waits.jobs)
    yield _one("tieback_jobs_due_oldest_seconds", "How long the first of them waits.", waits.oldest.total_seconds())
    unsettled = WriteBatch.objects.filter(~Q(state=BatchState.SETTLED)).count()
    yield _one("tieback_writes_unsettled", "Requests sent or about to be, whose outcome is not stored yet.", unsettled)


def _calls() -> Iterator[Metric]:
    count = GaugeMetricFamily(
        "tieback_vendor_calls_recently", "Calls of the last 5 minutes, by answer.", labels=["vendor", "answer"]
    )
    took = GaugeMetricFamily("tieback_vendor_call_seconds_recently", "How long they took together.", labels=["vendor"])
    lately = ApiCall.objects.filter(at__gt=timezone.now() - WINDOW).order_by()
    rows: Any = lately.values("connection__grant__vendor").annotate(
        time=Sum("milliseconds"), **{f"n{answer}": Count("pk", filter=_answered(answer)) for answer in ANSWERS}
    )
    for row in rows:
        vendor = row["connection__grant__vendor"]
        took.add_metric([vendor], row["time"] / 1000)
        for answer in ANSWERS:
            count.add_metric([vendor, answer], row[f"n{answer}"])
    yield count
    yield took


def _answered(answer: str) -> Q:
    if answer in ("429", "none"):
        return Q(status=429 if answer == "429" else None)
    first = int(answer[0]) * 100
    return Q(status__gte=first, status__lt=first + 100) & ~Q(status=429)


def _parts() -> Iterator[Metric]:
    count, slots = workers.alive()
    yield _one("tieback_workers", "Worker processes that are alive.", count)
    yield _one("tieback_worker_slots", "Jobs they take at a time together.", slots)
    age = GaugeMetricFamily(
        "tieback_pulse_age_seconds",
        "Since the beat's loop turned (beat), what it asked for was done (tick), incidents were looked for (watch) and "
        "old data was deleted (prune).",
        labels=["of"],
    )
    for name, since in sorted(pulse.ages().items()):
        age.add_metric([name], since.total_seconds())
    yield age


def _calls_left() -> Metric:
    left = GaugeMetricFamily(
        "tieback_calls_left", "What the vendor said last.", labels=["connection", "vendor", "window"]
    )
    rows = Connection.objects.exclude(calls_left={}).order_by("pk")
    for pk, vendor, windows in rows.values_list("pk", F("grant__vendor"), "calls_left"):
        for window, number in windows.items():
            left.add_metric([str(pk), vendor, window], number)
    return left


def _problems() -> Metric:
    problems = GaugeMetricFamily("tieback_problems_open", "Records that wait for a person.", labels=["stage"])
    rows = Problem.objects.filter(state=ProblemState.OPEN).order_by().values_list("tenant_stage__stage")
    for stage, count in rows.annotate(n=Count("pk")):
        problems.add_metric([stage], count)
    return problems


def _logins() -> Metric:
    logins = GaugeMetricFamily("tieback_logins", "Logins, by state.", labels=["vendor", "state"])
    rows = (
        Grant.objects.order_by()
        .values_list("vendor")
        .annotate(**{state.value: Count("pk", filter=Q(state=state)) for state in GrantState})
    )
    for vendor, *counts in rows:
        for state, count in zip(GrantState, counts, strict=True):
            logins.add_metric([vendor, state.value], count)
    return logins


def _incidents() -> Metric:
    """One for every alert, 0 or 1, so that a rule can be written before the first."""
    incidents = GaugeMetricFamily("tieback_incidents_open", "What is wrong now.", labels=["alert"])
    opened = set(Incident.objects.filter(closed_at=None).values_list("alert", flat=True))
    for alert in Alert:
        incidents.add_metric([alert.value], alert.value in opened)
    return incidents


def _one(name: str, text: str, value: float) -> Metric:
    family = GaugeMetricFamily(name, text)
    family.add_metric([], value)
    return family
