"""The page of one job: what became of every record, why, and what to do; and the buttons that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from hub import access
from hub.dispatch import dispatch
from hub.engine import start as starting
from hub.engine.catalogue import title_of
from hub.models import JobRecord, RecordOutcome, RecordState, Role, SyncJob

from . import summary
from .tenant_page import launch
from .web import back, found, fragment, number, page, paged

JOBS = SyncJob.objects.select_related(
    "tenant_stage__tenant__customer",
    "tenant_stage__tenant__source__grant",
    "tenant_stage__tenant__target__grant",
    "started_by",
    "approves",
)
NEEDS_PEOPLE = (RecordOutcome.REJECTED, RecordOutcome.UNKNOWN)


@dataclass(frozen=True)
class Cause:
    """Records of a job that share a code: one thing to understand and mend."""

    code: str
    title: str
    count: int
    message: str
    fix: str


def url_of(job: SyncJob) -> str:
    return reverse("admin:hub_syncjob_change", args=[job.pk])


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    job = found(JOBS, request, pk)
    tab = request.GET.get("tab", "records")
    context = _context(request, job) | {"tab": tab if tab in ("records", "calls") else "records"}
    if tab == "calls":
        context["calls"] = paged(request, job.api_calls.select_related("connection__grant"))
    else:
        context |= _records(request, job)
    return page(request, "hub/job_page.html", str(job), **context)


@require_GET
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of the page while the job is open; when it ends, the whole page is loaded again."""
    job = found(JOBS, request, pk)
    answer = fragment(request, "hub/job_live.html", **_context(request, job))
    if not job.is_open:
        answer["HX-Refresh"] = "true"
    return answer


def _context(request: HttpRequest, job: SyncJob) -> dict[str, Any]:
    tenant = job.tenant_stage.tenant
    customer = tenant.customer_id
    waiting = JobRecord.objects.filter(job=job, state=RecordState.WAITING).count()
    return {
        "job": job,
        "tenant": tenant,
        "spec": job.tenant_stage.spec,
        "names": [end.vendor.name for end in job.tenant_stage.connections],
        "causes": _causes(job),
        "took": _took(job),
        "progress": summary.progress([job], (tenant.source, tenant.target)) if job.is_open else None,
        "waiting": waiting,
        "may_run": access.allows(request.user, customer, Role.OPERATOR),
        "may_approve": access.allows(request.user, customer, Role.APPROVER),
    }


def _took(job: SyncJob) -> timedelta | None:
    return (job.finished_at or timezone.now()) - job.started_at if job.started_at else None


def _causes(job: SyncJob) -> list[Cause]:
    rows = JobRecord.objects.filter(job=job, outcome__in=NEEDS_PEOPLE).order_by()
    groups = list(rows.values("code").annotate(n=Count("pk"), one=Max("pk")).order_by("-n"))
    samples = JobRecord.objects.in_bulk([group["one"] for group in groups])
    spec = job.tenant_stage.spec
    return [
        Cause(g["code"], title_of(spec, g["code"]), g["n"], samples[g["one"]].message, samples[g["one"]].fix)
        for g in groups
    ]


def _records(request: HttpRequest, job: SyncJob) -> dict[str, Any]:
    wanted = {name: request.GET.get(name, "").strip() for name in ("outcome", "code", "state", "q")}
    rows = filtered(JobRecord.objects.filter(job=job), wanted)
    codes = (
        JobRecord.objects.filter(job=job).exclude(code="").order_by("code").values_list("code", flat=True).distinct()
    )
    return {
        "records": paged(request, rows.defer("payload")),
        "wanted": wanted,
        "keep": urlencode({name: value for name, value in wanted.items() if value}),
        "codes": [(code, title_of(job.tenant_stage.spec, code)) for code in codes],
        "outcomes": RecordOutcome.choices,
        "states": RecordState.choices,
    }


def filtered(rows: QuerySet[JobRecord], wanted: dict[str, str]) -> QuerySet[JobRecord]:
    for name in ("outcome", "code", "state"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    text = wanted.get("q", "")
    if text:
        found_by = ("source_key__icontains", "label__icontains", "source_id", "target_id")
        rows = rows.filter(Q(*[(name, text) for name in found_by], _connector=Q.OR))
    return rows


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    job = found(JOBS, request, pk, Role.OPERATOR)
    if job.is_open:
        starting.cancel(job)
        messages.info(request, f"{job} stops at its next batch; what was sent stays sent.")
    else:
        messages.info(request, f"{job} had ended already.")
    return back(request, url_of(job))


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the same again: the same keys or records, a preview as a preview."""
    job = found(JOBS, request, pk, Role.OPERATOR)
    started = launch(request, job.tenant_stage, keys=job.keys, source_ids=job.source_ids, preview=job.is_preview)
    return HttpResponseRedirect(url_of(started.job if started else job))


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or decline records that wait: the ticked ones, or all of them."""
    job = found(JOBS, request, pk, Role.APPROVER)
    ids = _chosen(request, job)
    user: Any = request.user
    if "decline" in request.POST:
        count = starting.decline(job, ids, user)
        messages.info(request, f"{count} declined. The next run shows what is still due again.")
    else:
        _approve(request, job, ids)
    return back(request, url_of(job))


def _chosen(request: HttpRequest, job: SyncJob) -> list[str]:
    waiting = JobRecord.objects.filter(job=job, state=RecordState.WAITING)
    if "all" not in request.POST:
        waiting = waiting.filter(pk__in=map(number, request.POST.getlist("record")))
    return list(waiting.values_list("source_id", flat=True))


def _approve(request: HttpRequest, job: SyncJob, ids: list[str]) -> None:
    user: Any = request.user
    try:
        with transaction.atomic():
            started = starting.approve(job, ids, user)
    except starting.CannotStart as reason:
        messages.error(request, str(reason))
        return
    dispatch(started.job)
    messages.success(request, f"{len(ids)} approved; {started.job} sends them.")
