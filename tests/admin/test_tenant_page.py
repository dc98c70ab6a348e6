"""The integration page: what it tells, and what its buttons start."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hub.engine.run import run
from hub.models import Connection, Gate, Grant, GrantState, JobState, Role, SyncJob, Tenant, TenantStage, Trigger
from hub.tasks import run_job, tick
from tests.admin.house import House

pytestmark = pytest.mark.django_db


def page_of(two: House, role: Role = Role.OPERATOR) -> str:
    client = two.as_(two.harbour.people[role])
    return client.get(reverse("admin:hub_tenant_page", args=[two.harbour.tenant.pk])).content.decode()


def press(two: House, role: Role = Role.OPERATOR, **data: str) -> str:
    client = two.as_(two.harbour.people[role])
    where = reverse("admin:hub_tenant_start", args=[two.harbour.tenant.pk, "orders"])
    return client.post(where, data, follow=True).content.decode()


def newest() -> SyncJob:
    job = SyncJob.objects.order_by("-pk").first()
    assert job is not None
    return job


def test_it_tells_how_the_stage_stands(two: House) -> None:
    html = page_of(two)
    assert "4 created" not in html  # the last success is the plan, which found them unchanged
    assert "3 unchanged" in html
    assert "1 in 1 cause" in html
    assert 'aria-label="Stages in working order"' in html
    assert "Australia/Sydney" in html
    assert "both connected" in html


def test_all_starts_one_job_for_the_person_and_a_second_press_joins_it(two: House) -> None:
    said = press(two, all="1")
    job = newest()
    assert "started" in said
    assert (job.trigger, job.started_by, job.gate, job.full, job.keys) == (
        Trigger.PAGE,
        two.harbour.people[Role.OPERATOR],
        Gate.AUTO,
        True,
        [],
    )
    assert "your request joined it" in press(two, all="1")
    assert newest() == job


def test_one_by_key_and_preview(two: House) -> None:
    press(two, one="1", key_number=" HARBOURMARK-2 ")
    assert newest().keys == ["HARBOURMARK-2"]
    assert newest().gate == Gate.AUTO
    press(two, preview="1")
    assert (newest().gate, newest().keys) == (Gate.PREVIEW, [])


def test_one_without_its_key_says_what_is_missing(two: House) -> None:
    before = SyncJob.objects.count()
    assert "fill in Order #" in press(two, one="1", key_number="  ")
    assert SyncJob.objects.count() == before


def test_a_stage_that_is_switched_off_cannot_be_started(two: House) -> None:
    TenantStage.objects.filter(pk=two.harbour.row.pk).update(enabled=False)
    assert "Orders is switched off" in press(two, all="1")
    html = page_of(two)
    assert "switched off" in html
    assert "Send all orders" not in html


def test_progress_is_polled_only_while_something_runs(two: House) -> None:
    client = two.as_(two.harbour.people[Role.OPERATOR])
    live = reverse("admin:hub_tenant_live", args=[two.harbour.tenant.pk])
    assert "every 2s" not in client.get(live).content.decode()
    press(two, all="1")
    begun = timezone.now() - timedelta(seconds=10)
    SyncJob.objects.filter(pk=newest().pk).update(
        state=JobState.RUNNING, started_at=begun, done=30, total=50, calls={"Shop": 3}
    )
    html = client.get(live).content.decode()
    assert 'hx-trigger="every 2s"' in html
    assert 'aria-valuenow="60"' in html
    assert "working on 30 of 50 · 3 calls · about 5 s left" in html
    assert "<html" not in html
    run(newest().pk)
    assert "every 2s" not in client.get(live).content.decode()


def test_a_waiting_job_says_until_when_and_why(two: House) -> None:
    press(two, all="1")
    until = timezone.now() + timedelta(days=2)
    SyncJob.objects.filter(pk=newest().pk).update(
        state=JobState.WAITING, not_before=until, error="The day limit is used up."
    )
    html = page_of(two)
    assert "waits until" in html
    assert "The day limit is used up." in html


def test_a_failed_attempt_and_the_last_success_are_two_things(two: House) -> None:
    two.shop.faults.add("status", path="/orders", times=9, status=403)
    press(two, all="1")
    run(newest().pk)
    html = page_of(two)
    assert "failed" in html
    assert "does not let this login in" in html
    assert "3 unchanged" in html


def test_cancel_stops_a_queued_job_and_returns_to_the_page(two: House) -> None:
    press(two, all="1")
    client = two.as_(two.harbour.people[Role.OPERATOR])
    here = reverse("admin:hub_tenant_page", args=[two.harbour.tenant.pk])
    answer = client.post(reverse("admin:hub_job_cancel", args=[newest().pk]), {"next": here})
    assert answer["Location"] == here
    assert newest().state == JobState.CANCELLED
    away = client.post(reverse("admin:hub_job_cancel", args=[newest().pk]), {"next": "https://elsewhere.example/"})
    assert away["Location"].startswith("/admin/")


def test_everything_due_keeps_the_stages_order(two: House) -> None:
    """The toy has one stage; a second row of the same pairing stands in for the next one."""
    from hub.engine.start import start

    first = start(two.harbour.row, trigger=Trigger.PAGE).job
    second = start(two.kauri.row, trigger=Trigger.PAGE, after=first).job
    assert tick() >= 1
    second.refresh_from_db()
    assert second.dispatched_at is None  # its turn has not come
    run_job(first.pk)
    second.refresh_from_db()
    assert second.dispatched_at is not None
    client = two.as_(two.harbour.people[Role.OPERATOR])
    client.post(reverse("admin:hub_tenant_due", args=[two.harbour.tenant.pk]))
    assert newest().tenant_stage == two.harbour.row


def test_a_broken_login_is_named_with_the_way_to_mend_it(two: House) -> None:
    Grant.objects.filter(pk=two.harbour.tenant.target.grant_id).update(
        state=GrantState.NEEDS_LOGIN, state_reason="refused"
    )
    assert "Ask a manager" in page_of(two)
    assert reverse("admin:hub_grant_change", args=[two.harbour.tenant.target.grant_id]) in page_of(two, Role.MANAGER)


def test_calls_left_show_as_bars_and_fill_up_again(two: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from hub.admin import forecast
    from integrations.base.limits import Quota, Window
    from tests.toy.vendors import VAULT

    connection = two.harbour.tenant.target
    roomy = replace(VAULT, quota=Quota((Window("minute", 60, 60), Window("day", 86_400, 5_000))))
    monkeypatch.setattr(Connection, "vendor", roomy)
    connection.calls_left, connection.calls_left_at = {"minute": 3, "day": 1_250}, timezone.now()
    left = forecast.calls_left(connection)
    assert (left.window, left.left, left.limit, left.percent) == ("day", 1_250, 5_000, 25)
    connection.calls_left_at = timezone.now() - timedelta(days=2)
    assert forecast.calls_left(connection).left == 5_000


def test_the_tenants_list_starts_a_stage_for_the_chosen(two: House) -> None:
    client = two.as_(two.harbour.people[Role.OPERATOR])
    where = reverse("admin:hub_tenant_changelist")
    assert "Send all orders" in client.get(where).content.decode()
    client.post(where, {"action": "run_toy_orders", "_selected_action": two.harbour.tenant.pk})
    assert newest().tenant_stage == two.harbour.row
    viewer = two.as_(two.harbour.people[Role.VIEWER]).get(where).content.decode()
    assert "Send all orders" not in viewer


def test_check_set_up_names_what_is_missing_and_mends_it(two: House) -> None:
    client = two.as_(two.harbour.people[Role.MANAGER])
    check = reverse("admin:hub_tenant_check", args=[two.harbour.tenant.pk])
    html = client.get(check).content.decode()
    assert "There is none." in html
    assert "Make the drawer" in html
    assert "Make the drawer" not in two.as_(two.harbour.people[Role.OPERATOR]).get(check).content.decode()
    said = client.post(
        reverse("admin:hub_tenant_repair", args=[two.harbour.tenant.pk]), {"code": "drawer"}, follow=True
    )
    assert "The drawer has been made." in said.content.decode()
    assert two.vault.drawer
    assert (
        client.post(reverse("admin:hub_tenant_repair", args=[two.harbour.tenant.pk]), {"code": "no"}).status_code == 404
    )


def test_check_set_up_explains_a_login_that_does_not_work(two: House) -> None:
    Grant.objects.filter(customer=two.harbour.customer).update(
        secret={"client_secret": "wrong"}, tokens={}, expires_at=None
    )
    client = two.as_(two.harbour.people[Role.OPERATOR])
    html = client.get(reverse("admin:hub_tenant_check", args=[two.harbour.tenant.pk])).content.decode()
    assert "must be connected again" in html


def test_times_are_those_of_the_pages_customer_for_superusers_too(two: House) -> None:
    moment = timezone.now().replace(hour=1, minute=2)
    TenantStage.objects.update(last_success_at=moment)
    client = two.as_(two.admin)
    for estate in (two.harbour, two.kauri):
        html = client.get(reverse("admin:hub_tenant_page", args=[estate.tenant.pk])).content.decode()
        import zoneinfo

        local = moment.astimezone(zoneinfo.ZoneInfo(estate.customer.time_zone))
        assert f">{local:%H:%M}<" in html or f" {local:%H:%M}<" in html
    assert timezone.get_current_timezone_name() == "UTC"


def test_an_empty_installation_says_what_to_do_first(db: None) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    html = client.get("/admin/").content.decode()
    assert "Make a customer" in html
    assert reverse("admin:hub_customer_add") in html
    assert "No tenants yet" in client.get(reverse("admin:hub_tenant_changelist")).content.decode()
    assert not Tenant.objects.exists()


def test_the_dashboard_counts_only_ones_own(two: House) -> None:
    html = two.as_(two.kauri.people[Role.VIEWER]).get("/admin/").content.decode()
    assert "KAURI tenant" in html
    assert "HARBOURMARK" not in html
    assert two.as_(two.admin).get("/admin/").content.decode().count("No name") >= 1
