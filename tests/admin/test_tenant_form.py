"""A tenant's form: its settings as fields, its stages, its two ends."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.models import Connection, Gate, Role, Tenant, TenantStage
from tests.admin.house import House
from tests.admin.logins import grant_form, manager

pytestmark = pytest.mark.django_db


def tenant_form(two: House, **changes: object) -> dict[str, object]:
    tenant, row = two.harbour.tenant, two.harbour.row
    form: dict[str, object] = {
        "name": tenant.name,
        "slug": tenant.slug,
        "source": tenant.source_id,
        "target": tenant.target_id,
        "enabled": "on",
        "setting_prefix": "",
        "setting_case": "as it is",
        "setting_batch": "2",
        "setting_keyed": "on",
        "stages-TOTAL_FORMS": 1,
        "stages-INITIAL_FORMS": 1,
        "stages-0-id": row.pk,
        "stages-0-tenant": tenant.pk,
        "stages-0-enabled": "on",
        "stages-0-gate": "auto",
        "stages-0-schedule": "",
    }
    return {name: value for name, value in {**form, **changes}.items() if value is not None}


def save_tenant(two: House, **changes: object) -> Any:
    return manager(two).post(
        reverse("admin:hub_tenant_change", args=[two.harbour.tenant.pk]), tenant_form(two, **changes)
    )


def test_settings_are_fields_with_title_help_default_and_section(two: House) -> None:
    html = manager(two).get(reverse("admin:hub_tenant_change", args=[two.harbour.tenant.pk])).content.decode()
    assert "Name prefix" in html
    assert "Put before every name. Default: empty." in html
    assert "Default: on." in html
    assert html.index("Names") < html.index("Other settings")
    assert '<option value="upper"' in html


def test_who_may_not_change_settings_reads_them(two: House) -> None:
    viewer = two.as_(two.harbour.people[Role.VIEWER])
    html = viewer.get(reverse("admin:hub_tenant_change", args=[two.harbour.tenant.pk])).content.decode()
    assert "Name prefix" in html
    assert "<dd>as it is</dd>" in html
    assert "setting_prefix" not in html


def test_only_what_differs_from_the_defaults_is_stored(two: House) -> None:
    assert save_tenant(two, setting_case="upper", setting_batch="7").status_code == 302
    tenant = Tenant.objects.get(pk=two.harbour.tenant.pk)
    assert tenant.settings == {"case": "upper", "batch": 7}
    assert save_tenant(two, setting_keyed=None).status_code == 302
    tenant.refresh_from_db()
    assert tenant.settings == {"keyed": False}


@pytest.mark.parametrize(
    ("value", "said"),
    [("0", "greater than or equal to 1"), ("", "Input should be"), ("99", "less than or equal to 50")],
)
def test_a_wrong_setting_is_told_beside_its_field(two: House, value: str, said: str) -> None:
    answer = save_tenant(two, setting_batch=value)
    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors["setting_batch"]
    assert said in errors[0]
    assert Tenant.objects.get(pk=two.harbour.tenant.pk).settings == two.harbour.tenant.settings


def test_stages_are_set_in_the_form_and_their_schedule_with_them(two: House) -> None:
    from django_celery_beat.models import PeriodicTask

    form = {"stages-0-gate": "approve", "stages-0-schedule": "every 30 minutes"}
    assert save_tenant(two, **form).status_code == 302
    row = TenantStage.objects.get(pk=two.harbour.row.pk)
    assert (row.gate, row.schedule) == (Gate.APPROVE, "every 30 minutes")
    assert PeriodicTask.objects.get().enabled
    assert save_tenant(two, **{"stages-0-schedule": "every 7 minutes"}).status_code == 200  # does not divide an hour


def test_a_stage_that_is_set_while_its_tenant_is_renamed_has_one_schedule(two: House) -> None:
    from django_celery_beat.models import PeriodicTask

    assert save_tenant(two, **{"stages-0-schedule": "every 30 minutes"}).status_code == 302
    form = {"slug": "renamed", "enabled": None, "stages-0-schedule": "every 4 hours"}
    assert save_tenant(two, **form).status_code == 302
    task = PeriodicTask.objects.get()
    assert (task.name, task.enabled) == (f"Tieback: renamed / {two.harbour.row.stage}", False)


def test_saving_leaves_what_a_worker_writes_alone(two: House) -> None:
    """A worker may move the cursor or renew a login while somebody has the form open."""
    with CaptureQueriesContext(database) as told:
        save_tenant(two, **{"stages-0-gate": "approve", "name": "Renamed"})
        grant = two.harbour.tenant.source.grant
        manager(two).post(reverse("admin:hub_grant_change", args=[grant.pk]), grant_form(grant, name="Renamed"))
    updates = [
        q["sql"]
        for q in told.captured_queries
        if q["sql"].startswith(('UPDATE "hub_tenantstage"', 'UPDATE "hub_grant"'))
    ]
    assert len(updates) == 2
    for sql in updates:
        for column in ("cursor", "lease_until", "fence", "tokens", "secret", "version", "refreshing_by"):
            assert f'"{column}" =' not in sql


def test_a_new_tenant_takes_two_connections_of_the_right_kind(two: House) -> None:
    client = manager(two)
    form = {"customer": two.harbour.customer.pk, "name": "Second", "slug": "second", "pairing": "toy"}
    swapped = {"source": two.harbour.tenant.target_id, "target": two.harbour.tenant.source_id}
    answer = client.post(reverse("admin:hub_tenant_add"), {**form, **swapped})
    assert answer.status_code == 200
    assert {"source", "target"} <= set(answer.context["adminform"].form.errors)
    other = Connection.objects.create(
        customer=two.harbour.customer, grant=two.harbour.tenant.source.grant, name="Other branch", account_id="other"
    )
    right = {"source": other.pk, "target": two.harbour.tenant.target_id}
    answer = client.post(reverse("admin:hub_tenant_add"), {**form, **right})
    tenant = Tenant.objects.get(slug="second")
    assert answer["Location"] == reverse("admin:hub_tenant_change", args=[tenant.pk])
    assert tenant.stages.count() == 1
