"""What has links stays between the accounts that the links are about."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from hub.models import Connection, LinkedEntity, Tenant
from tests.admin.house import House
from tests.admin.logins import consent, grant_form, manager
from tests.admin.test_tenant_form import save_tenant

pytestmark = pytest.mark.django_db


def other(two: House, side: Connection) -> Connection:
    """Another account at the same vendor."""
    return Connection.objects.create(customer=two.harbour.customer, grant=side.grant, name="Branch", account_id="B")


def save_connection(two: House, **changes: object) -> Any:
    side = two.harbour.tenant.source
    form = {"grant": side.grant_id, "name": side.name, "account_id": side.account_id, "kept_for_people": 10}
    return manager(two).post(reverse("admin:hub_connection_change", args=[side.pk]), {**form, **changes})


def forget_links(two: House) -> None:
    LinkedEntity.objects.filter(tenant_stage=two.harbour.row).delete()


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_tenant_with_links_keeps_its_accounts(two: House, side: str) -> None:
    stays: Connection = getattr(two.harbour.tenant, side)
    wanted = other(two, stays)
    answer = save_tenant(two, **{side: wanted.pk})
    assert answer.status_code == 200
    assert "Make a new tenant instead." in answer.context["adminform"].form.errors[side][0]
    assert getattr(Tenant.objects.get(pk=two.harbour.tenant.pk), side) == stays
    forget_links(two)
    assert save_tenant(two, **{side: wanted.pk}).status_code == 302


def test_a_connection_with_links_keeps_its_account(two: House) -> None:
    was = two.harbour.tenant.source.account_id
    answer = save_connection(two, account_id="another")
    assert answer.status_code == 200
    assert f"It has links to account {was}." in answer.context["adminform"].form.errors["account_id"][0]
    forget_links(two)
    assert save_connection(two, account_id="another").status_code == 302


def test_a_connection_with_links_keeps_its_vendor(two: House) -> None:
    answer = save_connection(two, grant=two.harbour.tenant.target.grant_id)
    assert answer.status_code == 200
    assert "make a new connection" in answer.context["adminform"].form.errors["grant"][0]
    assert Connection.objects.get(pk=two.harbour.tenant.source_id).vendor.slug == "shop"


def test_what_has_links_can_be_renamed_and_opened_by_another_login(two: House) -> None:
    assert save_tenant(two, name="Renamed").status_code == 302
    consent = two.harbour.customer.grants.get(vendor="shop", kind="authorization_code")
    assert save_connection(two, name="Renamed", grant=consent.pk).status_code == 302
    assert Connection.objects.get(pk=two.harbour.tenant.source_id).grant == consent


def test_what_is_there_already_is_told_though_the_page_only_shows_a_part_of_it(two: House) -> None:
    """Customer and pairing cannot be changed, and are no fields of these forms."""
    tenant, customer = two.harbour.tenant, two.harbour.customer
    forget_links(two)
    branch = other(two, tenant.source)
    assert save_connection(two, account_id="B").status_code == 200
    same = {"customer": customer, "name": "Second", "slug": "second", "pairing": tenant.pairing}
    Tenant.objects.create(**same, source=branch, target=tenant.target)
    assert save_tenant(two, source=branch.pk).status_code == 200
    login = tenant.source.grant
    form = grant_form(login, name=consent(two).name)
    assert manager(two).post(reverse("admin:hub_grant_change", args=[login.pk]), form).status_code == 200
