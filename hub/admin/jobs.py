"""Jobs and their records as lists; their pages are `job_page` and `record_page`."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hub import words
from hub.models import JobRecord, SyncJob
from hub.words import chip, named, time_tag

from . import job_page, record_page
from .base import ChoicesFilter, ReadOnlyAdmin, ScopedFilter
from .filters import NeedsPeopleFilter, StageFilter
from .web import number


@admin.register(SyncJob)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("what", "tenant", "stand", "outcome", "begun", "lasted", "by")
    list_display_links = ("what",)
    list_filter = (
        ("tenant_stage__tenant", ScopedFilter),
        StageFilter,
        ("state", ChoicesFilter),
        NeedsPeopleFilter,
        ("trigger", ChoicesFilter),
    )
    search_fields = ("=id", "=request_id", "error", "keys")
    list_select_related = ("tenant_stage__tenant", "started_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SyncJob]:
        return super().get_queryset(request).defer("traceback", "source_ids")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return job_page.show(request, number(object_id))

    @admin.display(description="Job", ordering="pk")
    def what(self, job: SyncJob) -> str:
        asked = ", ".join(job.keys) if job.keys else f"{len(job.source_ids)} chosen" if job.source_ids else ""
        return f"{job}{f' ({asked})' if asked else ''}{' – preview' if job.is_preview else ''}"

    @admin.display(description="Tenant", ordering="tenant_stage__tenant__name")
    def tenant(self, job: SyncJob) -> str:
        return str(job.tenant_stage.tenant)

    @admin.display(description="State", ordering="state")
    def stand(self, job: SyncJob) -> SafeString:
        if job.is_open and job.total:
            return format_html("{} {} of {}", chip(job.state, job.get_state_display()), job.done, job.total)
        return chip(job.state, job.get_state_display())

    @admin.display(description="Outcome")
    def outcome(self, job: SyncJob) -> str:
        return job.error[:120] if job.error else words.counts(job.counts, "–")

    @admin.display(description="Started", ordering="started_at")
    def begun(self, job: SyncJob) -> str:
        return time_tag(job.started_at, "not yet")

    @admin.display(description="Took")
    def lasted(self, job: SyncJob) -> str:
        return words.length(job.finished_at - job.started_at) if job.finished_at and job.started_at else "–"

    @admin.display(description="By")
    def by(self, job: SyncJob) -> str:
        return str(job.started_by) if job.started_by else job.get_trigger_display()


@admin.register(JobRecord)
class RecordAdmin(ReadOnlyAdmin):
    list_display = ("record", "job_link", "tenant", "became", "reason", "when")
    list_display_links = ("record",)
    list_filter = (
        ("job__tenant_stage__tenant", ScopedFilter),
        StageFilter,
        ("outcome", ChoicesFilter),
        ("state", ChoicesFilter),
    )
    search_fields = ("=source_key", "label", "=source_id", "=target_id", "=code")
    list_select_related = ("job__tenant_stage__tenant",)
    ordering = ("-pk",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobRecord]:
        return super().get_queryset(request).defer("payload", "diff", "warnings", "job__traceback")

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        return record_page.show(request, number(object_id))

    @admin.display(description="Record", ordering="source_key")
    def record(self, row: JobRecord) -> SafeString:
        return named(row)

    @admin.display(description="Job")
    def job_link(self, row: JobRecord) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("admin:hub_syncjob_change", args=[row.job_id]), row.job)

    @admin.display(description="Tenant")
    def tenant(self, row: JobRecord) -> str:
        return str(row.job.tenant_stage.tenant)

    @admin.display(description="Outcome", ordering="outcome")
    def became(self, row: JobRecord) -> SafeString:
        done = row.state == "done"
        word = row.get_outcome_display() if done else f"{row.get_outcome_display()} – {row.get_state_display().lower()}"
        return chip(row.outcome if done else row.state, word)

    @admin.display(description="Reason")
    def reason(self, row: JobRecord) -> str:
        return row.message[:160] or "–"

    @admin.display(description="When", ordering="at")
    def when(self, row: JobRecord) -> str:
        return time_tag(row.at)
