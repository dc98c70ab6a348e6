"""Signs of life of what must happen again and again: the beat's turns, its round trips, the watch, the pruning."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from hub.models import Pulse

BEAT = "beat"  # the scheduler's loop has turned
TICK = "tick"  # what the beat asked for has reached a worker and been done
WATCH = "watch"  # somebody has looked for incidents
PRUNE = "prune"  # old data has been deleted
LISTS = "lists of tenant "  # somebody has begun to fetch this tenant's lists; nobody watches that


def give(name: str) -> None:
    Pulse.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def ages() -> dict[str, timedelta]:
    """How long ago each was given last; what never was is absent. One query."""
    now = timezone.now()
    watched = Pulse.objects.exclude(name__startswith=LISTS)
    return {name: now - at for name, at in watched.values_list("name", "at")}


def age(name: str) -> timedelta:
    """How long ago it was given last. What never was counts from when it is asked for first, so that a part that has
    not started yet is not taken for dead."""
    now = timezone.now()
    return now - Pulse.objects.get_or_create(name=name, defaults={"at": now})[0].at


def take(name: str, every: timedelta) -> bool:
    """Give it if the last one is at least that old; True for the one process that did."""
    now = timezone.now()
    if Pulse.objects.filter(name=name, at__lte=now - every).update(at=now):
        return True
    return Pulse.objects.get_or_create(name=name, defaults={"at": now})[1]


def give_back(name: str) -> None:
    """As if it had not been taken: whoever asks next gets it."""
    Pulse.objects.filter(name=name).delete()
