"""The sidebar: what a user may see, with what waits for them counted."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import escape

from hub import access
from hub.models import Incident, JobRecord, Problem, ProblemState, RecordState, Tenant

TENANTS_SHOWN = 12


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Groups of links, as unfold wants them."""
    groups = [_work(request), _tenants(request), _setup(request)]
    return groups + ([_installation()] if access.standing(request.user).superuser else [])


def _item(title: str, icon: str, name: str, badge: int = 0, variant: str = "danger") -> dict[str, Any]:
    """A link. unfold marks it as the present page by its address, and prints the title unescaped."""
    item: dict[str, Any] = {"title": escape(title), "icon": icon, "link": reverse(f"admin:{name}")}
    if badge:
        item |= {"badge": f"{badge:,}", "badge_variant": variant}
    return item


def _work(request: HttpRequest) -> dict[str, Any]:
    problems = access.scoped(Problem.objects.filter(state=ProblemState.OPEN), request.user).count()
    waiting = access.scoped(JobRecord.objects.filter(state=RecordState.WAITING), request.user).count()
    items = [
        _item("Dashboard", "space_dashboard", "index"),
        _item("Problems", "report", "hub_problem_changelist", problems),
        _item("Approvals", "approval", "hub_approvals", waiting, "warning"),
        _item("Jobs", "history", "hub_syncjob_changelist"),
        _item("Records", "receipt_long", "hub_jobrecord_changelist"),
        _item("Links", "link", "hub_linkedentity_changelist"),
    ]
    return {"title": None, "items": items}


def _tenants(request: HttpRequest) -> dict[str, Any]:
    rows = access.scoped(Tenant.objects.all(), request.user).order_by("customer__name", "name")
    found = list(rows.values_list("pk", "name")[: TENANTS_SHOWN + 1])
    items = [_tenant_item(request, pk, name) for pk, name in found[:TENANTS_SHOWN]]
    if len(found) > TENANTS_SHOWN:
        items.append(_item("All tenants", "more_horiz", "hub_tenant_changelist"))
    return {"title": "Integration pages", "items": items, "separator": True}


def _tenant_item(request: HttpRequest, pk: int, name: str) -> dict[str, Any]:
    here = reverse("admin:hub_tenant_page", args=[pk])
    return {"title": escape(name), "icon": "sync_alt", "link": here, "active": _of_tenant(request, here)}


def _of_tenant(request: HttpRequest, page: str) -> bool:
    """The integration page and what hangs on it; the settings are among the tenants."""
    inside = request.path.startswith(page.removesuffix("page/"))
    return inside and not request.path.endswith(("/change/", "/delete/", "/history/"))


def _setup(request: HttpRequest) -> dict[str, Any]:
    tenants = _item("Tenants", "lan", "hub_tenant_changelist")
    on_page = any(part in request.path for part in ("/page/", "/values/", "/check/"))
    tenants["active"] = request.path.startswith(tenants["link"]) and not on_page
    items = [
        _item("Customers", "domain", "hub_customer_changelist"),
        tenants,
        _item("Logins", "key", "hub_grant_changelist"),
        _item("Connections", "cable", "hub_connection_changelist"),
        _item("Cached lists", "list_alt", "hub_referenceitem_changelist"),
        _item("API calls", "swap_vert", "hub_apicall_changelist"),
        _item("Changes", "manage_history", "auditlog_logentry_changelist"),
    ]
    return {"title": "Set-up", "items": items, "separator": True, "collapsible": False}


def _installation() -> dict[str, Any]:
    wrong = Incident.objects.filter(closed_at=None).count()
    items = [
        _item("Incidents", "e911_emergency", "hub_incident_changelist", wrong),
        _item("Users", "group", "auth_user_changelist"),
        _item("Schedules", "schedule", "django_celery_beat_periodictask_changelist"),
        _item("Failed logins", "lock", "axes_accessattempt_changelist"),
    ]
    return {"title": "Installation", "items": items, "separator": True}
