"""The first page: how the user's customers stand, what waits, and what to do first on an empty installation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse

from hub import access
from hub.models import (
    OPEN_STATES,
    Connection,
    Customer,
    GrantState,
    JobRecord,
    JobState,
    Problem,
    ProblemState,
    RecordState,
    Role,
    SyncJob,
    Tenant,
)

from . import charts, incidents

SHOWN = 8
WITH_STAGE = ("tenant_stage__tenant__customer",)


@dataclass(frozen=True)
class Step:
    """One step of setting up: done, or what to press."""

    title: str
    done: bool
    text: str
    url: str


def context(request: HttpRequest) -> dict[str, Any]:
    user = request.user
    jobs = access.scoped(SyncJob.objects.select_related(*WITH_STAGE).defer("traceback"), user)
    problems = access.scoped(Problem.objects.filter(state=ProblemState.OPEN), user).order_by()
    waiting = access.scoped(JobRecord.objects.filter(state=RecordState.WAITING), user)
    tenants = _tenants(request)
    return {
        "tenants": tenants,
        "causes": list(problems.values("code", "title").annotate(n=Count("pk")).order_by("-n")[:SHOWN]),
        "problems": problems.count(),
        "waiting": waiting.count(),
        "running_count": jobs.filter(state__in=OPEN_STATES).count(),
        "running": list(jobs.filter(state__in=OPEN_STATES).order_by("-pk")[:SHOWN]),
        "failures": list(jobs.filter(state=JobState.FAILED).order_by("-pk")[:SHOWN]),
        "chart": charts.chart(jobs),
        "steps": [] if tenants else _steps(request),
        "health": incidents.health_of(request),
    }


def _tenants(request: HttpRequest) -> list[Any]:
    """Tenants, each with `open_problems` and the names of the vendors that are not connected (`broken`)."""
    is_open = Q(stages__problem_rows__state=ProblemState.OPEN)
    rows = Tenant.objects.select_related("customer", "source__grant", "target__grant")
    rows = rows.annotate(open_problems=Count("stages__problem_rows", filter=is_open))
    found: list[Any] = list(access.scoped(rows, request.user).order_by("customer__name", "name")[:50])
    for tenant in found:
        ends = (tenant.source, tenant.target)
        tenant.broken = [end.vendor.name for end in ends if end.grant.state != GrantState.OK]
    return found


def _steps(request: HttpRequest) -> list[Step]:
    """What to do first. Somebody who may not do a step is told who can."""
    customers = access.scoped(Customer.objects.all(), request.user).count()
    connections = access.scoped(Connection.objects.all(), request.user)
    vendors = connections.values("grant__vendor").distinct().count()
    manages = access.allows_somewhere(request.user, Role.MANAGER) or access.standing(request.user).superuser
    tie = "Two connections and the settings between them. Its integration page starts the stages."
    steps = [
        Step(
            "Make a customer",
            customers > 0,
            "The firm you serve, its time zone and its members.",
            reverse("admin:hub_customer_add"),
        ),
        Step(
            "Connect both systems",
            vendors > 1,
            "A login for each side; then choose the accounts it opens.",
            reverse("admin:hub_grant_add"),
        ),
        Step("Make a tenant", False, tie, reverse("admin:hub_tenant_add")),
    ]
    return (
        steps
        if manages
        else [Step("Nothing is set up yet", False, "Ask a manager of your firm to connect the systems.", "")]
    )
