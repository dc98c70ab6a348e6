"""What is wrong with the installation: on the dashboard, and as a list."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from hub import access, backlog, health, pulse, workers
from hub.alerts import FIRST
from hub.models import Alert, Incident
from hub.words import chip, length, time_tag

from .base import ChoicesFilter, SuperuserAdmin

DELAYS = (Alert.NO_BEAT, Alert.NO_WORKER, Alert.NO_BROKER, Alert.NOT_STARTED)  # what everybody notices


@dataclass(frozen=True)
class Card:
    """One figure: its label, what it says, and whether that is good."""

    label: str
    text: str
    ok: bool


@dataclass(frozen=True)
class Health:
    """What the first page says of the installation. Members of customers learn only whether runs start late."""

    late: bool = False
    cards: list[Card] = field(default_factory=list)
    open: list[tuple[Incident, str]] = field(default_factory=list)  # each with what to do first


def health_of(request: HttpRequest) -> Health:
    wrong = list(Incident.objects.filter(closed_at=None).order_by("opened_at"))
    if not access.standing(request.user).superuser:
        return Health(late=any(one.alert in DELAYS for one in wrong))
    return Health(cards=_cards(len(wrong)), open=[(one, FIRST[Alert(one.alert)]) for one in wrong])


def _cards(wrong: int) -> list[Card]:
    beat, waits = pulse.ages().get(pulse.BEAT), backlog.now()
    count, slots = workers.alive()
    return [
        Card("Incidents", f"{wrong} open" if wrong else "none", not wrong),
        Card("Beat", _ago(beat), beat is not None and beat <= health.SILENT),
        Card("Workers", f"{count}, for {slots} jobs at a time" if count else "none", count > 0),
        Card(
            "Waiting for a worker",
            f"{waits.jobs}, the first for {length(waits.oldest)}" if waits.jobs else "no job",
            waits.oldest <= health.PATIENCE,
        ),
    ]


def _ago(age: timedelta | None) -> str:
    if age is None:
        return "never seen"
    return "alive" if age <= health.SILENT else f"silent for {length(age)}"


@admin.register(Incident)
class IncidentAdmin(SuperuserAdmin):
    """History: what was wrong, from when to when. Nobody edits it; what is over closes by itself."""

    list_display = ("what", "found", "opened", "lasted", "stand")
    list_display_links = ("what",)
    list_filter = (("alert", ChoicesFilter),)
    fields = ("what", "stand", "found", "first", "more", "opened", "seen", "closed", "told")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Incident", ordering="alert")
    def what(self, one: Incident) -> str:
        return str(one)

    @admin.display(description="State", ordering="closed_at")
    def stand(self, one: Incident) -> SafeString:
        return chip("resolved", "Over") if one.closed_at else chip("open", "Open")

    @admin.display(description="What was found")
    def found(self, one: Incident) -> str:
        return one.text

    @admin.display(description="What to do first")
    def first(self, one: Incident) -> str:
        return FIRST[Alert(one.alert)]

    @admin.display(description="More")
    def more(self, one: Incident) -> str:
        return f"docs/operating.md, “When an alert fires”, “{one}”"

    @admin.display(description="Since", ordering="opened_at")
    def opened(self, one: Incident) -> str:
        return time_tag(one.opened_at)

    @admin.display(description="Found last")
    def seen(self, one: Incident) -> str:
        return time_tag(one.seen_at)

    @admin.display(description="Over since")
    def closed(self, one: Incident) -> str:
        return time_tag(one.closed_at, "–")

    @admin.display(description="Lasted")
    def lasted(self, one: Incident) -> str:
        return length((one.closed_at or timezone.now()) - one.opened_at)

    @admin.display(description="Operators told")
    def told(self, one: Incident) -> str:
        return time_tag(one.told_at, "not yet")
