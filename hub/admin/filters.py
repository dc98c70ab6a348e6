"""Filters that several lists share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from hub import access, registry
from hub.models import SyncJob, Tenant

if TYPE_CHECKING:
    from django.contrib.admin import SimpleListFilter as DropdownFilter
else:
    from unfold.contrib.filters.admin import DropdownFilter

STAGE_PATHS = {"syncjob": "tenant_stage", "jobrecord": "job__tenant_stage"}


class StageFilter(DropdownFilter):
    """By kind of stage, over all tenants."""

    title = "stage"
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        used = set(access.scoped(Tenant.objects.all(), request.user).values_list("pairing", flat=True))
        pairings = [pairing for slug, pairing in registry.pairings().items() if slug in used]
        return [
            (f"{pairing.slug}:{stage.slug}", f"{stage.title}{f' ({pairing.name})' if len(pairings) > 1 else ''}")
            for pairing in pairings
            for stage in pairing.stages
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        pairing, colon, stage = (self.value() or "").partition(":")
        if not colon:
            return queryset
        path = STAGE_PATHS.get(str(queryset.model._meta.model_name), "tenant_stage")
        return queryset.filter(**{f"{path}__stage": stage, f"{path}__tenant__pairing": pairing})


class NeedsPeopleFilter(DropdownFilter):
    """Jobs by what became of their records."""

    title = "outcome"
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("moved", "Moved something"), ("problems", "With problems"), ("nothing", "Nothing to do")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SyncJob]) -> QuerySet[SyncJob]:
        moved = Q(counts__created__gt=0) | Q(counts__updated__gt=0) | Q(counts__matched__gt=0)
        problems = Q(counts__rejected__gt=0) | Q(counts__unknown__gt=0)
        if self.value() == "nothing":  # not by negation: a job has no key for an outcome it had none of
            return queryset.exclude(pk__in=queryset.filter(moved | problems).values("pk"))
        wanted = {"moved": moved, "problems": problems}.get(self.value() or "")
        return queryset.filter(wanted) if wanted is not None else queryset
