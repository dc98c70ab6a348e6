"""The installation's health on the first page, and the list of incidents: for those who run it."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from hub import pulse, workers
from hub.models import Alert, Incident, Role
from tests.admin.house import House

INDEX = reverse("admin:index")


def incident(alert: Alert) -> Incident:
    now = timezone.now()
    return Incident.objects.create(alert=alert, text="Found <b>so</b>.", opened_at=now, seen_at=now)


def test_operators_see_figures_and_incidents(two: House) -> None:
    client = two.as_(two.admin)
    page = client.get(INDEX).content.decode()
    assert "never seen" in page
    assert "silent" not in page
    pulse.give(pulse.BEAT)
    workers.told("worker@here 1", 4)
    one = incident(Alert.NO_BROKER)
    page = client.get(INDEX).content.decode()
    for text in (
        "The broker cannot be reached",
        "Found &lt;b&gt;so&lt;/b&gt;.",
        "1 open",
        "1, for 4 jobs",
        "Jobs stay queued",
    ):
        assert text in page
    assert reverse("admin:hub_incident_change", args=[one.pk]) in page
    detail = client.get(reverse("admin:hub_incident_change", args=[one.pk])).content.decode()
    assert "docs/operating.md, “When an alert fires”, “The broker cannot be reached”" in detail
    assert "The broker cannot be reached" in client.get(reverse("admin:hub_incident_changelist")).content.decode()


def test_members_learn_that_runs_are_late_and_no_more(two: House) -> None:
    client = two.as_(two.kauri.people[Role.MANAGER])
    one = incident(Alert.LOGIN)
    assert "Runs start late" not in client.get(INDEX).content.decode()
    incident(Alert.NO_WORKER)
    page = client.get(INDEX).content.decode()
    assert "Runs start late at the moment." in page
    assert "Found" not in page
    assert client.get(reverse("admin:hub_incident_change", args=[one.pk])).status_code == 403
