"""People who leave: what they did keeps their name, and they are in nobody's way."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse

from hub import notify
from hub.models import Customer, Role, SyncJob
from tests.admin.house import House
from tests.admin.logins import manager

pytestmark = pytest.mark.django_db


def leaves(user: User) -> None:
    user.is_active = False
    user.save()


def test_nobody_is_deleted_and_the_page_says_what_to_do_instead(two: House) -> None:
    client, user = two.as_(two.admin), two.harbour.people[Role.OPERATOR]
    html = client.get(reverse("admin:auth_user_change", args=[user.pk])).content.decode()
    assert "Whoever leaves is no longer active" in html
    delete = reverse("admin:auth_user_delete", args=[user.pk])
    assert delete not in html
    assert client.post(delete, {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"}
    client.post(reverse("admin:auth_user_changelist"), chosen)
    assert SyncJob.objects.get(pk=two.harbour.job.pk).started_by == user


def customer_form(customer: Customer, **changes: object) -> dict[str, object]:
    rows = list(customer.memberships.order_by("pk"))
    form: dict[str, object] = {
        "name": customer.name,
        "slug": customer.slug,
        "time_zone": customer.time_zone,
        "memberships-TOTAL_FORMS": len(rows),
        "memberships-INITIAL_FORMS": len(rows),
    }
    for number, row in enumerate(rows):
        shown = {"id": row.pk, "customer": customer.pk, "user": row.user_id, "role": row.role}
        form |= {f"memberships-{number}-{name}": value for name, value in shown.items()}
    return {**form, **changes}


def save(client: Client, customer: Customer, **changes: object) -> Any:
    return client.post(reverse("admin:hub_customer_change", args=[customer.pk]), customer_form(customer, **changes))


def test_a_customer_with_a_deactivated_member_can_be_saved(two: House) -> None:
    leaver, customer = two.harbour.people[Role.VIEWER], two.harbour.customer
    leaves(leaver)
    for client in (manager(two), two.as_(two.admin)):
        html = client.get(reverse("admin:hub_customer_change", args=[customer.pk])).content.decode()
        assert f'<option value="{leaver.pk}" selected>{leaver} (deactivated)</option>' in html
        assert save(client, customer, time_zone="Australia/Perth").status_code == 302
    assert customer.memberships.filter(user=leaver).exists()


def test_the_deactivated_of_elsewhere_cannot_be_chosen(two: House) -> None:
    leaver, customer = two.kauri.people[Role.VIEWER], two.harbour.customer
    leaves(leaver)
    count = customer.memberships.count()
    new = {f"memberships-{count}-{name}": value for name, value in {"user": leaver.pk, "role": "viewer"}.items()}
    answer = save(two.as_(two.admin), customer, **{"memberships-TOTAL_FORMS": count + 1}, **new)
    assert answer.status_code == 200
    assert not customer.memberships.filter(user=leaver).exists()


def test_no_mail_goes_to_whoever_has_left(two: House) -> None:
    leaves(two.harbour.people[Role.MANAGER])
    notify.login_broken(two.harbour.tenant.source.grant)
    notify.login_broken(two.kauri.tenant.source.grant)
    assert [one.to for one in mail.outbox] == [[two.kauri.people[Role.MANAGER].email]]
