"""Everything that waits for an approver, with what would be sent."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from hub import access
from hub.models import JobRecord, RecordState, Role, SyncJob

from .job_page import JOBS
from .web import number, page

SHOWN = 100  # records of one plan; the job's page has the rest


@dataclass(frozen=True)
class Plan:
    """One job whose records wait."""

    job: SyncJob
    count: int
    records: list[JobRecord]
    may_approve: bool


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    rows = access.scoped(JobRecord.objects.filter(state=RecordState.WAITING), request.user)
    if stage := request.GET.get("stage", ""):
        rows = rows.filter(job__tenant_stage=number(stage))
    counts = dict(rows.order_by().values_list("job").annotate(n=Count("pk")))
    newest = sorted(counts, reverse=True)[:20]
    jobs, records = JOBS.in_bulk(newest), _first_records(rows.filter(job__in=newest))
    plans = [_plan(request, jobs[pk], counts[pk], records.get(pk, [])) for pk in newest]
    return page(request, "hub/approvals.html", "Approvals", plans=plans, more=len(counts) - len(newest))


def _first_records(rows: QuerySet[JobRecord]) -> dict[int, list[JobRecord]]:
    """The first waiting records of every job: one query."""
    place = Window(RowNumber(), partition_by=F("job"), order_by=F("pk").asc())
    found: dict[int, list[JobRecord]] = {}
    for record in rows.order_by().annotate(place=place).filter(place__lte=SHOWN).order_by("pk"):
        found.setdefault(record.job_id, []).append(record)
    return found


def _plan(request: HttpRequest, job: SyncJob, count: int, records: list[JobRecord]) -> Plan:
    may = access.allows(request.user, job.tenant_stage.tenant.customer_id, Role.APPROVER)
    return Plan(job, count, records, may)
