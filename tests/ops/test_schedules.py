"""Schedules as rows of the beat."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from hub.models import Customer, Tenant, TenantStage
from hub.schedules import TASK, row_name, sync_row
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


def scheduled(slug: str = "toy") -> TenantStage:
    row = make_tenant(Customer.objects.first() or make_customer(), slug).stages.get()
    row.schedule = "10 2 * * *"
    row.save()
    return row


def renamed(row: TenantStage, slug: str) -> Tenant:
    tenant = Tenant.objects.get(pk=row.tenant_id)
    tenant.slug = slug
    tenant.save()
    return tenant


def names() -> set[str]:
    return set(PeriodicTask.objects.filter(task=TASK).values_list("name", flat=True))


def test_a_renamed_tenant_runs_by_one_schedule() -> None:
    row = scheduled()
    renamed(row, "renamed")
    assert names() == {f"Tieback: renamed / {row.stage}"}


def test_a_schedule_that_is_emptied_goes_under_every_name() -> None:
    row = scheduled()
    Tenant.objects.filter(pk=row.tenant_id).update(slug="renamed")  # the schedule keeps its earlier name
    row = TenantStage.objects.get(pk=row.pk)
    row.schedule = ""
    row.save()
    assert not names()


def test_an_earlier_name_is_free_for_another_tenant() -> None:
    row = scheduled()
    renamed(row, "renamed")
    other = scheduled("other")
    renamed(other, "toy")
    assert names() == {f"Tieback: renamed / {row.stage}", f"Tieback: toy / {other.stage}"}
    assert PeriodicTask.objects.get(name=f"Tieback: toy / {other.stage}").args == f"[{other.pk}]"


def test_migrate_clears_what_earlier_versions_left_behind() -> None:
    row = scheduled()
    kept = PeriodicTask.objects.get(name=row_name(row))
    for name, args in (("Tieback: before / orders", kept.args), ("Tieback: deleted / orders", "[987654]")):
        PeriodicTask.objects.create(name=name, task=TASK, args=args, crontab=kept.crontab)
    call_command("migrate", verbosity=0)
    assert list(PeriodicTask.objects.filter(task=TASK)) == [kept]


def test_schedules_follow_the_time_zone_of_the_customer() -> None:
    row = scheduled()
    customer = Customer.objects.get()
    customer.time_zone = "Pacific/Auckland"
    customer.save()
    crontab = PeriodicTask.objects.get(name=row_name(row)).crontab
    assert str(crontab.timezone) == "Pacific/Auckland"
