"""Problems, grouped by cause: understood once, mended once, retried together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.paginator import Page
from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from hub import access
from hub.engine import decide
from hub.models import Problem, ProblemState, Role, TenantStage

from .base import ReadOnlyAdmin
from .tenant_page import launch
from .web import back, found, number, page, paged

SHOWN = 5  # records per cause before "all of them"
STAGES = TenantStage.objects.select_related("tenant__customer", "tenant__source__grant", "tenant__target__grant")


@dataclass(frozen=True)
class Group:
    """Problems of one stage that share a code. `records` are some of them, `fix` is the newest one's."""

    row: TenantStage
    code: str
    title: str
    count: int
    fix: str
    records: list[Problem] | Page[Problem]
    may_run: bool

    @property
    def names(self) -> list[str]:
        """(source vendor, target vendor)"""
        return [end.vendor.name for end in self.row.connections]

    @property
    def more(self) -> str:
        """The query that shows all of this cause."""
        return urlencode({"stage": self.row.pk, "code": self.code})


@admin.register(Problem)
class ProblemAdmin(ReadOnlyAdmin):
    """The list is the grouped page; a problem's own page is that of its stage and cause."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return show(request)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        problem = found(Problem.objects.all(), request, number(object_id))
        return back(request, _address(stage=problem.tenant_stage_id, code=problem.code, state=problem.state))


def _address(**query: object) -> str:
    return f"{reverse('admin:hub_problem_changelist')}?{urlencode(query)}"


def show(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", ProblemState.OPEN)
    state = state if state in ProblemState.values else ProblemState.OPEN
    rows = _wanted(request)
    here = rows.filter(state=state)
    groups = _all_of_one(request, here) if request.GET.get("code") else _groups(request, here)
    counts = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    kept = {name: request.GET[name] for name in ("tenant", "stage", "code", "q") if request.GET.get(name)}
    return page(
        request,
        "hub/problems.html",
        "Problems",
        groups=groups,
        state=state,
        wanted=kept,
        kept=urlencode(kept),
        states=[(value, label, counts.get(value, 0)) for value, label in ProblemState.choices],
    )


def _wanted(request: HttpRequest) -> QuerySet[Problem]:
    rows = access.scoped(Problem.objects.all(), request.user)
    for name, path in (("tenant", "tenant_stage__tenant"), ("stage", "tenant_stage")):
        if value := request.GET.get(name, ""):
            rows = rows.filter(**{path: number(value)})
    if code := request.GET.get("code"):
        rows = rows.filter(code=code)
    if text := request.GET.get("q", "").strip():
        rows = rows.filter(source_key__icontains=text) | rows.filter(label__icontains=text)
    return rows


def _groups(request: HttpRequest, rows: QuerySet[Problem]) -> list[Group]:
    """The most frequent causes first."""
    counts = rows.order_by().values_list("tenant_stage", "code").annotate(n=Count("pk"))
    groups = sorted(((stage, code, count) for stage, code, count in counts), key=lambda group: -group[2])[:100]
    stages, samples = STAGES.in_bulk([stage for stage, _, _ in groups]), _samples(rows)
    return [
        _group(request, stages[stage], code, count, samples[stage, code])
        for stage, code, count in groups
        if (stage, code) in samples
    ]


def _samples(rows: QuerySet[Problem]) -> dict[tuple[int, str], list[Problem]]:
    """The newest few problems of every group: one query."""
    place = Window(
        RowNumber(), partition_by=[F("tenant_stage"), F("code")], order_by=[F("last_seen").desc(), F("pk").asc()]
    )
    found_rows: dict[tuple[int, str], list[Problem]] = {}
    for problem in rows.order_by().annotate(place=place).filter(place__lte=SHOWN).order_by("place"):
        found_rows.setdefault((problem.tenant_stage_id, problem.code), []).append(problem)
    return found_rows


def _all_of_one(request: HttpRequest, rows: QuerySet[Problem]) -> list[Group]:
    """Every record of one cause, page by page; per stage when the cause is met in several."""
    groups = []
    for pk, count in rows.order_by().values_list("tenant_stage").annotate(n=Count("pk")):
        records = paged(request, rows.filter(tenant_stage=pk).order_by("-last_seen", "pk"))
        groups.append(_group(request, STAGES.get(pk=pk), request.GET["code"], count, records))
    return groups


def _group(request: HttpRequest, row: TenantStage, code: str, count: int, records: Any) -> Group:
    newest = records[0]
    may = access.allows(request.user, row.tenant.customer_id, Role.OPERATOR)
    return Group(row, code, newest.title, count, newest.fix, records, may)


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Retry, ignore or reopen: one problem (`problem`) or all of a stage's with one code (`stage` and `code`)."""
    row, rows = _meant(request)
    otherwise = _address(stage=row.pk)
    if "retry" in request.POST:
        ids = list(rows.filter(state=ProblemState.OPEN).values_list("source_id", flat=True))
        if ids:
            launch(request, row, source_ids=ids)
        else:
            messages.info(request, "These problems are no longer open.")
    elif "ignore" in request.POST:
        _ignore(request, rows)
    elif "reopen" in request.POST:
        count = decide.reopen(rows)
        messages.success(request, f"{count} open again; every run looks at them.")
    return back(request, otherwise)


def _ignore(request: HttpRequest, rows: QuerySet[Problem]) -> None:
    reason = request.POST.get("reason", "").strip()
    user: Any = request.user
    if not reason:
        messages.error(request, "Say why it may be ignored; the reason is kept with it.")
        return
    count = decide.ignore(rows, reason, user)
    messages.success(
        request, f"{count} ignored: they stay in the list of ignored problems and come back if their cause changes."
    )


def _meant(request: HttpRequest) -> tuple[TenantStage, QuerySet[Problem]]:
    if pk := request.POST.get("problem"):
        problem = found(Problem.objects.all(), request, number(pk), Role.OPERATOR)
        return STAGES.get(pk=problem.tenant_stage_id), Problem.objects.filter(pk=problem.pk)
    row = found(STAGES, request, number(request.POST.get("stage", "")), Role.OPERATOR)
    code = request.POST.get("code", "")
    if not code:
        raise Http404
    return row, Problem.objects.filter(tenant_stage=row, code=code)
