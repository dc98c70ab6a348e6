"""The value map of a tenant: every source value with what it means in the books, to edit, export and import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hub import access, value_maps
from hub.models import Role, Tenant
from hub.references import refresh
from hub.value_maps import Change, Line

from .tenant_page import TENANTS
from .web import back, found, page, paged

MOST_BYTES = 2_000_000
PREVIEW_SECONDS = 3600


@dataclass(frozen=True)
class Row:
    """One row of the page. `gone`: the source no longer lists this value."""

    key: str
    project: str
    name: str
    values: Mapping[str, str]
    gone: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def mapped(self) -> bool:
        return any(self.values.values())


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    tenant = found(TENANTS, request, pk, Role.OPERATOR if request.method == "POST" else Role.VIEWER)
    label = _label(tenant, kind)
    changes = value_maps.compare(tenant, kind, _posted(request)) if request.method == "POST" else []
    wrong = [change for change in changes if change.errors]
    if changes and not wrong:
        count = value_maps.store(tenant, kind, changes)
        messages.success(
            request, f"{count} row{'' if count == 1 else 's'} changed." if count else "Nothing was changed."
        )
        return HttpResponseRedirect(request.get_full_path())
    return _page(request, tenant, kind, label, changes)


def _label(tenant: Tenant, kind: str) -> str:
    labels = dict(tenant.pairing_spec.value_kinds)
    if kind not in labels:
        raise Http404
    return labels[kind]


def _page(request: HttpRequest, tenant: Tenant, kind: str, label: str, changes: list[Change]) -> HttpResponse:
    rows = _rows(tenant, kind)
    unmapped = sum(not row.mapped and not row.gone and not row.project for row in rows)
    shown, text = request.GET.get("show", ""), request.GET.get("q", "").strip().lower()
    if shown == "unmapped":
        rows = [row for row in rows if not row.mapped]
    if text:
        rows = [row for row in rows if text in row.key.lower() or text in row.name.lower()]
    here = paged(request, rows)
    edited = {(change.line.key, change.line.project): change for change in changes}
    kept = [edited.get((row.key, row.project)) for row in here]
    return page(
        request,
        "hub/values.html",
        f"{label}: value map",
        tenant=tenant,
        kind=kind,
        label=label,
        rows=here,
        lines=[_edited(row, change) for row, change in zip(here, kept, strict=True)],
        total=len(rows),
        unmapped=unmapped,
        fresh=_new(changes, rows),
        columns=value_maps.LABELS,
        choices=value_maps.choices(tenant),
        shown=shown,
        text=request.GET.get("q", ""),
        wrong=any(change.errors for change in changes),
        kept=urlencode({name: request.GET[name] for name in ("show", "q") if request.GET.get(name)}),
        may_edit=access.allows(request.user, tenant.customer_id, Role.OPERATOR),
    )


def _rows(tenant: Tenant, kind: str) -> list[Row]:
    """Unmapped values first, then by code, each with its project overrides behind it."""
    names, have = value_maps.source_values(tenant, kind), value_maps.stored(tenant, kind)
    empty = dict.fromkeys(value_maps.COLUMNS, "")
    rows = [
        Row(key, project, names.get(key, ""), have.get((key, project), empty), gone=bool(names) and key not in names)
        for key, project in {(key, "") for key in names} | set(have)
    ]
    return sorted(rows, key=lambda row: (row.mapped, row.key, row.project))


def _edited(row: Row, change: Change | None) -> Row:
    """The row with what somebody typed, when it is shown again because of an error somewhere."""
    if change is None:
        return row
    return Row(row.key, row.project, row.name, change.line.values, row.gone, change.errors)


def _new(changes: list[Change], rows: list[Row]) -> Row:
    """The empty row at the end; with what was typed into it when it could not be stored."""
    places = {(row.key, row.project) for row in rows}
    typed = [change for change in changes if (change.line.key, change.line.project) not in places]
    if not typed:
        return Row("", "", "", dict.fromkeys(value_maps.COLUMNS, ""))
    line = typed[-1].line
    return Row(line.key, line.project, "", line.values, errors=typed[-1].errors)


def _posted(request: HttpRequest) -> list[Line]:
    """The form's rows. The last one, for something new, counts when anything is typed into it."""
    post = request.POST
    lines = []
    for name in post.getlist("row"):
        values = {column: post.get(f"{name}-{column}", "").strip() for column in value_maps.COLUMNS}
        key, project = (post.get(f"{name}-{part}", "").strip() for part in ("key", "project"))
        if name != "new" or key or project or any(values.values()):
            lines.append(Line(key, project, values))
    return lines


@require_GET
def export(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    tenant = found(TENANTS, request, pk)
    _label(tenant, kind)
    answer = HttpResponse(value_maps.to_csv(tenant, kind), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{tenant.slug}-{kind}.csv"'
    return answer


@require_POST
def upload(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Read a file and show what it would change; nothing is stored yet."""
    tenant = found(TENANTS, request, pk, Role.OPERATOR)
    label = _label(tenant, kind)
    here = reverse("admin:hub_tenant_values", args=[tenant.pk, kind])
    try:
        lines = value_maps.from_csv(_file(request))
    except value_maps.BadFile as reason:
        messages.error(request, str(reason))
        return HttpResponseRedirect(here)
    changes = value_maps.compare(tenant, kind, lines)
    different = [change for change in changes if change.errors or change.kind != "unchanged"]
    return page(
        request,
        "hub/values_import.html",
        f"{label}: import",
        tenant=tenant,
        kind=kind,
        label=label,
        here=here,
        changes=different[:500],
        more=max(0, len(different) - 500),
        unchanged=len(changes) - len(different),
        wrong=sum(bool(change.errors) for change in changes),
        different=len(different),
        columns=value_maps.LABELS,
        sealed=_seal(tenant, kind, different),
    )


def _file(request: HttpRequest) -> bytes:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise value_maps.BadFile("Choose a CSV file first.")
    if (file.size or 0) > MOST_BYTES:
        raise value_maps.BadFile("The file is larger than 2 MB.")
    return bytes(file.read())


def _salt(tenant: Tenant, kind: str) -> str:
    return f"hub.value_map:{tenant.pk}:{kind}"


def _seal(tenant: Tenant, kind: str, changes: list[Change]) -> str:
    """The looked-at lines, signed, so that exactly these are stored."""
    lines: list[Any] = [[change.line.key, change.line.project, dict(change.line.values)] for change in changes]
    return signing.dumps(lines, salt=_salt(tenant, kind), compress=True)


@require_POST
def store_upload(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Store the lines of a file that was looked at."""
    tenant = found(TENANTS, request, pk, Role.OPERATOR)
    _label(tenant, kind)
    here = HttpResponseRedirect(reverse("admin:hub_tenant_values", args=[tenant.pk, kind]))
    try:
        rows = signing.loads(request.POST.get("lines", ""), salt=_salt(tenant, kind), max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        messages.error(request, "The preview is too old. Choose the file again.")
        return here
    changes = value_maps.compare(tenant, kind, [Line(key, project, values) for key, project, values in rows])
    if any(change.errors for change in changes):
        messages.error(
            request, "The lists have changed since the preview, and some rows no longer fit. Choose the file again."
        )
        return here
    count = value_maps.store(tenant, kind, changes)
    messages.success(request, f"{count} row{'' if count == 1 else 's'} stored.")
    return here


@require_POST
def refresh_lists(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch the lists that value maps are made from."""
    tenant = found(TENANTS, request, pk, Role.OPERATOR)
    for done in refresh(tenant):
        if done.error:
            messages.error(request, f"{done.label}: {done.error}")
        else:
            gone = f", {done.vanished} no longer there" if done.vanished else ""
            messages.success(request, f"{done.label}: {done.count:,} fetched{gone}.")
    return back(request, reverse("admin:hub_tenant_page", args=[tenant.pk]))
