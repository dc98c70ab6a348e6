"""Figures and times as people say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hub.models import JobRecord, LinkedEntity, Problem, RecordOutcome

MOVED = (RecordOutcome.CREATED, RecordOutcome.UPDATED, RecordOutcome.MATCHED)
TONES = {
    "good": {"succeeded", "created", "updated", "matched", "ok", "linked", "resolved", "approved"},
    "warn": {"partial", "waiting", "sending", "approve"},
    "bad": {"failed", "rejected", "unknown", "open", "needs_login"},
    "busy": {"running", "queued", "planned", "preview"},
}
REFUSED = (RecordOutcome.REJECTED, RecordOutcome.UNKNOWN)


def counts(by_outcome: Mapping[str, int], nothing: str = "nothing to do") -> str:
    """“3 created, 1 rejected”, in the order of the outcomes."""
    told = [f"{by_outcome[o.value]:,} {o.label.lower()}" for o in RecordOutcome if by_outcome.get(o.value)]
    return ", ".join(told) or nothing


def moved(by_outcome: Mapping[str, int]) -> int:
    """How many records were written or tied."""
    return sum(by_outcome.get(outcome.value, 0) for outcome in MOVED)


def refused(by_outcome: Mapping[str, int]) -> int:
    return sum(by_outcome.get(outcome.value, 0) for outcome in REFUSED)


def beneath(row: JobRecord | LinkedEntity | Problem) -> SafeString:
    """The record's key, to stand beneath its name; nothing where it is the vendor's id or the name begins with it."""
    key = row.source_key
    if not key or key == row.source_id or (row.label.strip() or key).startswith(key):
        return SafeString()
    return format_html('<span class="tb-sub beneath">{}</span>', key)


def named(row: JobRecord | LinkedEntity) -> SafeString:
    """A record as lists show it."""
    return format_html("{}{}", row, beneath(row))


def length(span: timedelta) -> str:
    """“under a second”, “41 s”, “3 min 5 s”, “2 h 10 min”."""
    seconds = int(span.total_seconds())
    if seconds < 1:
        return "under a second"
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"


def about(seconds: float) -> str:
    """A rough length: “about 20 s”, “about 3 min”, “about 5 h”, “about 3 days”."""
    if seconds < 90:
        return f"about {max(5, round(seconds / 5) * 5)} s"
    if seconds < 7200:
        return f"about {round(seconds / 60)} min"
    return f"about {round(seconds / 3600)} h" if seconds < 172_800 else f"about {round(seconds / 86_400)} days"


def moment(at: datetime | None) -> str:
    """A time near now: “09:02” today, “yesterday 17:30”, “tomorrow 02:10”, “12 Mar 09:02”, with the year if another."""
    if at is None:
        return ""
    local, today = timezone.localtime(at), timezone.localdate()
    clock = date_format(local, "H:i")
    days = (local.date() - today).days
    near = {0: clock, -1: f"yesterday {clock}", 1: f"tomorrow {clock}"}
    if days in near:
        return near[days]
    return date_format(local, "j M H:i" if local.year == today.year else "j M Y H:i")


def time_tag(at: datetime | None, nothing: str = "never") -> SafeString | str:
    """A short moment whose exact time, with the zone, is in the title and for machines."""
    if at is None:
        return nothing
    local = timezone.localtime(at)
    exact = local.strftime("%Y-%m-%d %H:%M:%S %Z")
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), exact, moment(at))


def tone(state: str) -> str:
    """The colour a state or outcome is shown in: good, warn, bad, busy, or calm."""
    return next((name for name, states in TONES.items() if state in states), "calm")


def chip(state: str, word: str) -> SafeString:
    """A word in the colour of its state."""
    return format_html('<span class="tb-chip {}">{}</span>', tone(state), word)
