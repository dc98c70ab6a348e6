"""The page of one record in one job: outcome, difference, what was sent, links to both systems, the calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from hub import access
from hub.documents import document_of
from hub.engine.catalogue import title_of
from hub.models import ApiCall, JobRecord, LinkedEntity, Problem, Role, WriteBatch

from .web import found, page

RECORDS = JobRecord.objects.select_related(
    "job__tenant_stage__tenant__customer",
    "job__tenant_stage__tenant__source__grant",
    "job__tenant_stage__tenant__target__grant",
    "decided_by",
)


@dataclass(frozen=True)
class Sent:
    """One request that carried the record, and the call it went out with when the call log still has it."""

    batch: WriteBatch
    call: ApiCall | None


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    record = found(RECORDS, request, pk)
    row = record.job.tenant_stage
    source, target = row.connections
    same = {"tenant_stage": row, "source_id": record.source_id}
    context: dict[str, Any] = {
        "record": record,
        "job": record.job,
        "tenant": row.tenant,
        "spec": row.spec,
        "source": source,
        "target": target,
        "cause": title_of(row.spec, record.code) if record.code else "",
        "link": LinkedEntity.objects.filter(**same).first(),
        "problem": Problem.objects.filter(**same).first(),
        "document": document_of(record),
        "sent": _sent(record),
        "earlier": _earlier(record),
        "may_run": access.allows(request.user, row.tenant.customer_id, Role.OPERATOR),
        "may_approve": access.allows(request.user, row.tenant.customer_id, Role.APPROVER),
    }
    return page(request, "hub/record_page.html", str(record), **context)


def _earlier(record: JobRecord) -> list[JobRecord]:
    """The same record in other jobs, newest first."""
    rows = JobRecord.objects.filter(job__tenant_stage=record.job.tenant_stage, source_id=record.source_id)
    return list(rows.exclude(pk=record.pk).select_related("job__tenant_stage__tenant").order_by("-pk")[:10])


def _sent(record: JobRecord) -> list[Sent]:
    batches = WriteBatch.objects.filter(job=record.job_id).order_by("-pk")
    mine = [b for b in batches if any(member["source_id"] == record.source_id for member in b.members)]
    return [Sent(batch, _call(batch)) for batch in mine[:5]]


def _call(batch: WriteBatch) -> ApiCall | None:
    calls = ApiCall.objects.filter(job=batch.job_id, method=batch.method, path=batch.path, at__gte=batch.created_at)
    return calls.order_by("at", "pk").first()
