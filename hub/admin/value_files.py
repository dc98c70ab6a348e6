"""The value map of a tenant as a file: exported, and imported after a look at what would change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from hub import value_csv, value_maps
from hub.models import Role, Tenant
from hub.pairing import VALUE_COLUMNS, ValueColumn
from hub.value_maps import Change, Line
from hub.value_table import EMPTY, ValueTable

from .tenant_page import TENANTS
from .value_page import label_of, plural
from .web import found, page

MOST_BYTES = 2_000_000
MOST_SHOWN = 500
PREVIEW_SECONDS = 3600


@require_GET
def export(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    tenant = found(TENANTS, request, pk)
    label_of(tenant, kind)
    answer = HttpResponse(value_csv.to_csv(ValueTable(tenant, kind)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{tenant.slug}-{kind}.csv"'
    return answer


@require_POST
def upload(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Read a file and show what it would change; nothing is stored yet."""
    tenant = found(TENANTS, request, pk, Role.OPERATOR)
    label = label_of(tenant, kind)
    here = reverse("admin:hub_tenant_values", args=[tenant.pk, kind])
    try:
        sheet = value_csv.from_csv(_file(request))
    except value_csv.BadFile as reason:
        messages.error(request, str(reason))
        return HttpResponseRedirect(here)
    table = ValueTable(tenant, kind)
    changes = value_maps.compare(table, sheet.lines)
    different = [change for change in changes if change.errors or change.kind != "unchanged"]
    different.sort(key=lambda change: not change.errors)
    return page(
        request,
        "hub/values_import.html",
        f"{label}: import",
        tenant=tenant,
        kind=kind,
        label=label,
        here=here,
        changes=different[:MOST_SHOWN],
        more=max(0, len(different) - MOST_SHOWN),
        unchanged=len(changes) - len(different),
        wrong=sum(bool(change.errors) for change in changes),
        different=len(different),
        ignored=sheet.ignored,
        absent=sheet.absent,
        unchecked=[one.label for one in table.states if one.fetched_at is None],
        columns=_columns(table, changes),
        sealed=_seal(tenant, kind, different),
    )


def _columns(table: ValueTable, changes: list[Change]) -> list[ValueColumn]:
    """Those of the page, and those that the file fills."""
    used = {column.name for column in table.columns}
    used |= {name for change in changes for name, value in change.line.values.items() if value}
    return [column for column in VALUE_COLUMNS if column.name in used]


def _file(request: HttpRequest) -> bytes:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise value_csv.BadFile("Choose a CSV file first.")
    if (file.size or 0) > MOST_BYTES:
        raise value_csv.BadFile("The file is larger than 2 MB.")
    return bytes(file.read())


def _salt(tenant: Tenant, kind: str) -> str:
    return f"hub.value_map:{tenant.pk}:{kind}"


def _seal(tenant: Tenant, kind: str, changes: list[Change]) -> str:
    """The looked-at lines, signed, so that exactly these are stored, in place of what was there then."""
    lines: list[Any] = [
        [change.line.key, change.line.project, dict(change.line.values), dict(change.before or EMPTY)]
        for change in changes
    ]
    return signing.dumps(lines, salt=_salt(tenant, kind), compress=True)


@require_POST
def store_upload(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Store the lines of a file that was looked at."""
    tenant = found(TENANTS, request, pk, Role.OPERATOR)
    label_of(tenant, kind)
    here = HttpResponseRedirect(reverse("admin:hub_tenant_values", args=[tenant.pk, kind]))
    try:
        rows = signing.loads(request.POST.get("lines", ""), salt=_salt(tenant, kind), max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        messages.error(request, "The preview is too old. Choose the file again.")
        return here
    lines = [Line(key, project, values, was=was) for key, project, values, was in rows]
    changes = value_maps.compare(ValueTable(tenant, kind), lines)
    if any(change.errors for change in changes):
        messages.error(
            request, "The map or its lists have changed since the preview, so some rows no longer fit. Choose it again."
        )
        return here
    messages.success(request, f"{plural(value_maps.store(tenant, kind, changes))} stored.")
    return here
