"""“Check set-up”: does everything exist that the stages need, and what can be put right here."""

from __future__ import annotations

from collections.abc import Sequence

from auditlog.models import LogEntry
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from pydantic import ValidationError

from hub import access, invalid
from hub.connect import client_for
from hub.models import Connection, Role, Tenant
from hub.pairing import Check
from integrations.base.client import ApiClient
from integrations.base.errors import VendorError

from . import value_notices
from .tenant_page import TENANTS
from .web import found, in_words, page

PATIENCE = 20.0  # seconds a person waits for a quota before hearing about it


@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    tenant = found(TENANTS, request, pk, Role.OPERATOR)
    checks = _checked(tenant)
    fixes = {fix.code: fix.label for fix in tenant.pairing_spec.fixes}
    lines = [(check, fixes.get(check.repair, "")) for check in checks]
    return page(
        request,
        "hub/check.html",
        f"Set-up of {tenant}",
        tenant=tenant,
        lines=lines,
        wrong=sum(not c.ok for c in checks),
        may_manage=access.allows(request.user, tenant.customer_id, Role.MANAGER),
    )


def _checked(tenant: Tenant) -> Sequence[Check]:
    try:
        settings = tenant.options()
    except ValidationError as error:
        return [Check("Settings", False, invalid.told(error), invalid.FIX)]
    left, right = _clients(tenant)
    try:
        told = tenant.pairing_spec.check_setup(left, right, settings)
    except VendorError as error:
        told = [Check("Connections", False, error.message, "Open the connection's login and test it.")]
    own = told or [answers(end) for end in (tenant.source, tenant.target)]
    return [*own, *value_notices.checks(tenant)]


def _clients(tenant: Tenant) -> tuple[ApiClient, ApiClient]:
    return client_for(tenant.source, patience=PATIENCE), client_for(tenant.target, patience=PATIENCE)


def answers(connection: Connection) -> Check:
    """One cheap read that proves the account answers. Calls the vendor; raises nothing of its error tree."""
    label = f"{connection.vendor.name} answers"
    try:
        name = connection.vendor.check(client_for(connection, patience=PATIENCE))
    except VendorError as error:
        return Check(label, False, error.message, "Open the connection's login and test it.")
    return Check(label, True, f"{connection.vendor.account_word.capitalize()} “{name}”.")


@require_POST
def repair(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry out one of the pairing's repairs, at a manager's word."""
    tenant = found(TENANTS, request, pk, Role.MANAGER)
    fix = next((fix for fix in tenant.pairing_spec.fixes if fix.code == request.POST.get("code")), None)
    if fix is None:
        raise Http404
    left, right = _clients(tenant)
    try:
        said = fix.carry_out(left, right, tenant.options())
    except (VendorError, ValidationError) as error:
        messages.error(request, in_words(error))
    else:
        LogEntry.objects.log_create(tenant, action=LogEntry.Action.UPDATE, changes={"set-up": ["", said]})
        messages.success(request, said)
    return HttpResponseRedirect(reverse("admin:hub_tenant_check", args=[tenant.pk]))
