"""The record of HTTP calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hub.models import ApiCall
from hub.words import chip, time_tag

from .base import ReadOnlyAdmin, ScopedFilter
from .web import found, number, page

if TYPE_CHECKING:
    from django.contrib.admin import SimpleListFilter as DropdownFilter
else:
    from unfold.contrib.filters.admin import DropdownFilter

ANSWERS = {
    "good": ("Done (2xx)", Q(status__gte=200, status__lt=300)),
    "refused": ("Refused (4xx)", Q(status__gte=400, status__lt=500)),
    "limited": ("Too many calls (429)", Q(status=429)),
    "broken": ("Vendor failed (5xx)", Q(status__gte=500)),
    "silent": ("No answer", Q(status=None)),
}


class AnswerFilter(DropdownFilter):
    """By what kind of answer came."""

    title = "answer"
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, label) for name, (label, _) in ANSWERS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ApiCall]) -> QuerySet[ApiCall]:
        chosen = ANSWERS.get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


class DirectionFilter(DropdownFilter):
    """Reads or writes."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("reads", "Reads"), ("writes", "Writes")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ApiCall]) -> QuerySet[ApiCall]:
        reads = Q(method__in=("GET", "HEAD"))
        return {"reads": queryset.filter(reads), "writes": queryset.exclude(reads)}.get(self.value() or "", queryset)


@admin.register(ApiCall)
class CallAdmin(ReadOnlyAdmin):
    list_display = ("asked", "connection", "answered", "milliseconds", "job_id", "correlation_id", "when")
    list_display_links = ("asked",)
    list_filter = (("connection", ScopedFilter), AnswerFilter, DirectionFilter)
    search_fields = ("path", "=correlation_id", "=request_id", "=job__id", "error")
    list_select_related = ("connection",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiCall]:
        return super().get_queryset(request).defer("request", "answer")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        calls = ApiCall.objects.select_related("connection__grant", "connection__customer", "job__tenant_stage__tenant")
        call = found(calls, request, number(object_id))
        return page(request, "hub/call_page.html", str(call), call=call)

    @admin.display(description="At", ordering="at")
    def when(self, call: ApiCall) -> str:
        return time_tag(call.at)

    @admin.display(description="Call", ordering="path")
    def asked(self, call: ApiCall) -> str:
        return f"{call.method} {call.path}"

    @admin.display(description="Answer", ordering="status")
    def answered(self, call: ApiCall) -> SafeString:
        good = call.status is not None and call.status < 400
        return format_html("{}", chip("ok" if good else "failed", str(call.status or "none")))
