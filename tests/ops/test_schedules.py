"""Schedules as rows of the beat."""

from __future__ import annotations

import pytest
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from hub.schedules import row_name, sync_row
from tests.engine.world import make_customer, make_tenant

pytestmark = pytest.mark.django_db


def test_two_equal_rows_of_times_stop_nobody() -> None:
    """Two tenants made at the same moment may leave them, and nothing forbids them."""
    customer = make_customer()
    row = make_tenant(customer).stages.get()
    row.schedule = "10 2 * * *"
    row.save()
    (times,) = CrontabSchedule.objects.filter(hour="2")
    times.pk = None
    times.save()
    first, second = CrontabSchedule.objects.filter(hour="2").order_by("pk")
    sync_row(row)
    other = make_tenant(customer, "other").stages.get()
    other.schedule = row.schedule
    other.save()
    used = PeriodicTask.objects.filter(name__in=(row_name(row), row_name(other))).values_list("crontab", flat=True)
    assert list(used) == [first.pk, first.pk]
    assert second.pk != first.pk
