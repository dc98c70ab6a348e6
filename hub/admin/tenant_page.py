"""The integration page of a tenant: what stands where, and the buttons that start work."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_POST

from hub import access
from hub.dispatch import dispatch
from hub.engine.start import CannotStart, Started, start
from hub.models import GrantState, Problem, Role, SyncJob, Tenant, TenantStage, Trigger

from . import charts, forecast, summary, value_notices
from .web import found, fragment, page

TENANTS = Tenant.objects.select_related("customer", "source__grant", "target__grant")


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    tenant = found(TENANTS, request, pk)
    context = {**_context(request, tenant), "value_notices": value_notices.notices(tenant)}
    return page(request, "hub/tenant_page.html", tenant.name, **context)


@require_GET
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """The parts of the page that change while something runs, for htmx to put in their places."""
    tenant = found(TENANTS, request, pk)
    return fragment(request, "hub/tenant_live.html", **_context(request, tenant))


def _context(request: HttpRequest, tenant: Tenant) -> dict[str, Any]:
    stages = summary.stages(tenant)
    problems, causes = summary.causes(Problem.objects.filter(tenant_stage__tenant=tenant))
    ends = [tenant.source, tenant.target]
    return {
        "tenant": tenant,
        "stages": stages,
        "running": any(stage.progress for stage in stages),
        "problems": problems,
        "causes": causes,
        "ends": ends,
        "broken": [end for end in ends if end.grant.state != GrantState.OK],
        "calls": [forecast.calls_left(end) for end in ends],
        "chart": charts.chart(SyncJob.objects.filter(tenant_stage__tenant=tenant)),
        "may_run": access.allows(request.user, tenant.customer_id, Role.OPERATOR),
        "may_approve": access.allows(request.user, tenant.customer_id, Role.APPROVER),
        "may_manage": access.allows(request.user, tenant.customer_id, Role.MANAGER),
    }


@require_POST
def begin(request: HttpRequest, pk: int, stage: str) -> HttpResponse:
    """Start one stage: all of it, or the one record whose keys are given; for real or as a preview."""
    tenant = found(TENANTS, request, pk, Role.OPERATOR)
    row = _stage(tenant, stage)
    keys = (
        [request.POST.get(f"key_{field.name}", "").strip() for field in row.spec.keys] if "one" in request.POST else []
    )
    if keys and not all(keys):
        wanted = " and ".join(field.label for field in row.spec.keys)
        messages.error(request, f"{row.spec.title}: fill in {wanted}.")
        return to_page(tenant)
    launch(request, row, keys=keys, preview="preview" in request.POST)
    return to_page(tenant)


@require_POST
def begin_due(request: HttpRequest, pk: int) -> HttpResponse:
    """Start every enabled stage, each when the one before it has ended."""
    tenant = found(TENANTS, request, pk, Role.OPERATOR)
    before: SyncJob | None = None
    for row in _in_order(tenant):
        started = launch(request, row, after=before)
        before = started.job if started else before
    return to_page(tenant)


def _in_order(tenant: Tenant) -> list[TenantStage]:
    rows = {row.stage: row for row in TenantStage.objects.filter(tenant=tenant, enabled=True)}
    return [_with(rows[spec.slug], tenant) for spec in tenant.pairing_spec.stages if spec.slug in rows]


def _with(row: TenantStage, tenant: Tenant) -> TenantStage:
    row.tenant = tenant
    return row


def _stage(tenant: Tenant, slug: str) -> TenantStage:
    row = TenantStage.objects.filter(tenant=tenant, stage=slug).first()
    if row is None:
        raise Http404
    return _with(row, tenant)


def launch(request: HttpRequest, row: TenantStage, **wanted: Any) -> Started | None:
    """Start a stage for the user of this request and say so on the next page. None when it cannot be started."""
    user: Any = request.user
    try:
        started = start(row, trigger=Trigger.PAGE, user=user, **wanted)
    except CannotStart as reason:
        messages.error(request, str(reason))
        return None
    link = format_html('<a href="{}">{}</a>', reverse("admin:hub_syncjob_change", args=[started.job.pk]), started.job)
    sent = started.job.after_id is not None or dispatch(started.job)
    if started.joined:
        messages.info(request, format_html("{} is at it already; your request joined it.", link))
    elif sent:
        messages.success(request, format_html("{} started.", link))
    else:
        messages.warning(request, format_html("{} is queued, but no worker can be reached right now.", link))
    return started


def to_page(tenant: Tenant) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:hub_tenant_page", args=[tenant.pk]))
