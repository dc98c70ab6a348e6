"""Jobs that could go on now and do not: how many, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Min, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from hub.engine import turns


@dataclass(frozen=True)
class Backlog:
    """`oldest` is zero when no job waits for a worker."""

    jobs: int
    oldest: timedelta


def now() -> Backlog:
    """One query."""
    found = _since().aggregate(jobs=Count("pk"), first=Min("since"))
    return Backlog(found["jobs"], timezone.now() - found["first"] if found["first"] else timedelta())


def older_than(limit: timedelta) -> QuerySet[Any]:
    """Jobs that could have gone on for longer than that, the oldest first."""
    return _since().filter(since__lt=timezone.now() - limit).order_by("since", "pk")


def _since() -> QuerySet[Any]:
    """Jobs whose turn may come, each with `since`: from when on nothing but a free worker was missing. The stage's last
    turn counts, since the job before may have had it."""
    moments = (
        "not_before",
        "after__finished_at",
        "tenant_stage__last_attempt_at",
        "tenant_stage__lease_until",
    )
    known = [Coalesce(F(name), F("created_at")) for name in moments]
    return turns.ready().order_by().annotate(since=Greatest(F("created_at"), *known))
