"""The value map of a tenant: every source value with what it means in the books, to look through and edit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from hub import access, value_maps
from hub.models import Role, Tenant
from hub.references import refresh
from hub.value_maps import Change, Line
from hub.value_table import EMPTY, Row, ValueTable

from .tenant_page import TENANTS
from .web import back, found, page, paged

NEW = "new"  # the form's name of the row for something new
FILTERS = {"unmapped": "not mapped", "invalid": "no longer valid"}


@dataclass(frozen=True)
class Cell:
    """One field. `hint` is the name of what its value stands for; `fault` says what is wrong with it."""

    column: str
    label: str
    value: str
    hint: str
    fault: str


@dataclass(frozen=True)
class Shown:
    """A row as the page shows it: as it is stored, or as somebody has typed it when it could not be stored. `refused`:
    its faults kept it from being stored just now. `was` goes with the form, to notice what others do meanwhile."""

    name: str
    row: Row
    cells: Sequence[Cell]
    errors: Mapping[str, str]
    refused: bool
    was: str


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    tenant = found(TENANTS, request, pk, Role.OPERATOR if request.method == "POST" else Role.VIEWER)
    label = label_of(tenant, kind)
    table = ValueTable(tenant, kind)
    changes = value_maps.compare(table, _posted(request)) if request.method == "POST" else []
    if request.method == "POST" and not any(change.errors for change in changes):
        count = value_maps.store(tenant, kind, changes)
        messages.success(request, f"{plural(count)} changed." if count else "Nothing was changed.")
        return HttpResponseRedirect(request.get_full_path())
    return _page(request, table, label, {change.line.place: change for change in changes})


def plural(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def label_of(tenant: Tenant, kind: str) -> str:
    """Raises Http404 for a kind that the pairing does not map."""
    labels = dict(tenant.pairing_spec.value_kinds)
    if kind not in labels:
        raise Http404
    return labels[kind]


def _page(
    request: HttpRequest, table: ValueTable, label: str, changes: Mapping[tuple[str, str], Change]
) -> HttpResponse:
    shown, text = request.GET.get("show", ""), request.GET.get("q", "").strip()
    rows = [row for row in table.rows if _wanted(row, shown, text.lower())]
    here = paged(request, rows)
    places = {(row.key, row.project) for row in here}
    new = [change for place, change in changes.items() if place not in places]
    hints = {column.name: table.names_of(column) for column in table.columns}
    return page(
        request,
        "hub/values.html",
        f"{label}: value map",
        tenant=table.tenant,
        kind=table.kind,
        label=label,
        rows=here,
        lines=[_shown(f"r{n}", row, changes.get((row.key, row.project)), table, hints) for n, row in enumerate(here)],
        fresh=_shown(NEW, Row("", "", "", EMPTY), new[-1] if new else None, table, hints),
        total=len(rows),
        unmapped=sum(bool(row.lacks) for row in table.rows),
        invalid=sum(bool(row.faults) for row in table.rows),
        columns=table.columns,
        choices=[(column.name, table.choices(column)) for column in table.columns],
        projects=table.projects,
        lists=table.states,
        filters=FILTERS,
        shown=shown,
        text=text,
        wrong=sum(bool(change.errors) for change in changes.values()),
        kept=urlencode({name: request.GET[name] for name in ("show", "q") if request.GET.get(name)}),
        may_edit=access.allows(request.user, table.tenant.customer_id, Role.OPERATOR),
    )


def _wanted(row: Row, shown: str, text: str) -> bool:
    fits = {"unmapped": bool(row.lacks), "invalid": bool(row.faults)}.get(shown, True)
    return fits and (not text or text in row.key.lower() or text in row.name.lower())


def _shown(
    name: str, row: Row, change: Change | None, table: ValueTable, hints: Mapping[str, Mapping[str, str]]
) -> Shown:
    values = change.line.values if change else row.values
    faults = change.errors if change else row.faults
    place = (change.line.key, change.line.project) if change and name == NEW else (row.key, row.project)
    cells = [_cell(column.name, column.label, values, faults, hints) for column in table.columns]
    was = json.dumps(dict(table.stored.get(place, EMPTY)), ensure_ascii=False)
    told = Row(*place, row.name, values, row.gone, row.lacks, row.faults)
    return Shown(name, told, cells, change.errors if change else {}, bool(change and change.errors), was)


def _cell(
    column: str,
    label: str,
    values: Mapping[str, str],
    faults: Mapping[str, str],
    hints: Mapping[str, Mapping[str, str]],
) -> Cell:
    value = values[column]
    name = hints[column].get(value, "")
    return Cell(column, label, value, name if name != value else "", faults.get(column, ""))


def _posted(request: HttpRequest) -> list[Line]:
    """The form's rows that somebody has touched. The last one, for something new, counts when anything is typed into
    it."""
    post = request.POST
    lines = []
    for name in post.getlist("row"):
        fields = {column: f"{name}-{column}" for column in value_maps.COLUMNS}
        values = {column: post[field].strip() for column, field in fields.items() if field in post}
        key, project = (post.get(f"{name}-{part}", "").strip() for part in ("key", "project"))
        was = _was(post.get(f"{name}-was", ""))
        if (name == NEW and not (key or project or any(values.values()))) or (name != NEW and _same(values, was)):
            continue
        lines.append(Line(key, project, values, was=was))
    return lines


def _same(values: Mapping[str, str], was: Mapping[str, str] | None) -> bool:
    return was is not None and all(was.get(column, "") == value for column, value in values.items())


def _was(text: str) -> dict[str, str] | None:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return {**EMPTY, **{name: str(told.get(name, "")) for name in EMPTY}} if isinstance(told, dict) else None


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
