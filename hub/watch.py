"""Looks every minute for what is wrong, keeps an incident for each, and tells the operators once.

The beat asks for it. When nobody has looked for long, because the beat or the workers are away, whichever of the two is
left looks by itself. With both gone only `/readyz` tells.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from hub import alerts, notify, pulse, workers
from hub.models import Alert, Incident
from hub.words import length

log = logging.getLogger(__name__)
EVERY = timedelta(seconds=50)  # the beat asks each minute
OVERDUE = timedelta(seconds=90)  # when nobody has looked for this long, whoever is left does
START = timedelta(minutes=3)  # by then the other parts of an installation that has just been started are there
OVER = timedelta(minutes=3)  # not found for this long: it is over, and does not come and go with every look
LASTS = timedelta(seconds=90)  # what is over sooner, such as a backlog after a stop, is on record but mailed to nobody
_begun = time.monotonic()


def look_if_nobody_does() -> bool:
    """For beat and workers, with every sign of life. One that has just started waits for the other to start too."""
    if time.monotonic() - _begun < START.total_seconds():
        return False
    return look(OVERDUE)


def look(every: timedelta) -> bool:
    """Look, unless somebody has within that time; True when this process did."""
    if not pulse.take(pulse.WATCH, every):
        return False
    found = alerts.findings()
    for alert, text in found.items():
        _keep(alert, text)
    _close()
    _tell()
    return True


def _keep(alert: Alert, text: str) -> None:
    now = timezone.now()
    if Incident.objects.filter(alert=alert, closed_at=None).update(text=text, seen_at=now):
        return
    Incident.objects.create(alert=alert, text=text, opened_at=now, seen_at=now)
    log.error("Incident: %s. %s", alert.label, text)


def _close() -> None:
    for one in Incident.objects.filter(closed_at=None, seen_at__lte=timezone.now() - OVER):
        one.closed_at = timezone.now()
        one.save(update_fields=["closed_at"])
        log.info("Incident is over: %s, after %s", one, length(one.closed_at - one.opened_at))


def _tell() -> None:
    """What could not be sent is tried again at the next look, and no further mail before."""
    new = Incident.objects.filter(told_at=None, closed_at=None, seen_at__gte=F("opened_at") + LASTS)
    for one in new.order_by("pk"):
        if not notify.operators(str(one), _told(one)):
            return
        Incident.objects.filter(pk=one.pk).update(told_at=timezone.now())
    over = Incident.objects.filter(told_at__isnull=False, closed_at__isnull=False, over_told_at=None)
    for one in over.order_by("pk"):
        if not notify.operators(f"{one} – over", _told_over(one)):
            return
        Incident.objects.filter(pk=one.pk).update(over_told_at=timezone.now())


def _told(one: Incident) -> str:
    where = f"More: docs/operating.md, “{one}”, and\n{_address(one)}"
    return f"{one.text}\n\n{alerts.FIRST[Alert(one.alert)]}\n\n{where}"


def _told_over(one: Incident) -> str:
    lasted = length((one.closed_at or timezone.now()) - one.opened_at)
    return f"It lasted {lasted}. Nothing has to be done.\n\n{_address(one)}"


def _address(one: Incident) -> str:
    address: str = settings.HUB_BASE_URL
    return address + reverse("admin:hub_incident_change", args=[one.pk])


workers.also_look(look_if_nobody_does)
