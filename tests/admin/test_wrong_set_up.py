"""A login whose address is no longer allowed, and settings that are not valid: pages, jobs and tasks say so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from django.urls import reverse

from hub import tasks
from hub.actions import LinkAction
from hub.engine.run import run
from hub.engine.start import start
from hub.models import Grant, LinkedEntity, LinkState, SyncJob, Tenant, Trigger
from tests.admin.house import House
from tests.toy.stages import Orders

pytestmark = pytest.mark.django_db

SHELVED = LinkAction("shelve", "Shelve it", "Shelve it?", lambda client, settings, id: str(client.get("/me").data))
CHECKS = [("hub_tenant_check", "tenant", "get"), ("hub_connection_check", "connection", "post")]
PAGES = [
    ("hub_tenant_repair", "tenant", "post"),
    ("hub_tenant_refresh", "tenant", "post"),
    ("hub_link_settle", "link", "get"),
    ("hub_link_act", "link", "post"),
]


@pytest.fixture(autouse=True)
def actions() -> Iterator[None]:
    with mock.patch.object(Orders, "actions", (SHELVED,), create=True):
        yield


def refuse_addresses(two: House, settings: Any) -> None:
    """Somebody has taken the hosts of the harbour's logins out of TIEBACK_CUSTOM_HOSTS."""
    settings.HUB_CUSTOM_HOSTS = ["gateway.example"]
    urls = dict.fromkeys(("login_url", "api_url"), "https://127.0.0.1:9001")
    Grant.objects.filter(customer=two.harbour.customer).exclude(vendor="safe").update(environment="custom", **urls)


def opened(two: House, name: str, kind: str, method: str) -> str:
    pk = two.harbour.ids()[kind]
    if name == "hub_link_settle":
        LinkedEntity.objects.filter(pk=pk).update(state=LinkState.UNKNOWN)
    form = {"code": "shelve" if kind == "link" else "drawer"}
    answer: Any = getattr(two.as_(two.admin), method)(reverse(f"admin:{name}", args=[pk]), form, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize(("name", "kind", "method"), [*CHECKS, *PAGES, ("hub_grant_accounts", "login", "get")])
def test_pages_tell_an_address_that_is_no_longer_allowed(
    two: House, settings: Any, name: str, kind: str, method: str
) -> None:
    refuse_addresses(two, settings)
    assert "is not allowed by this installation" in opened(two, name, kind, method)


def test_a_job_tells_an_address_that_is_no_longer_allowed(two: House, settings: Any) -> None:
    refuse_addresses(two, settings)
    SyncJob.objects.filter(tenant_stage=two.harbour.row).exclude(state="succeeded").update(state="cancelled")
    job = run(start(two.harbour.row, trigger=Trigger.SHELL).job.pk)
    assert (job.state, job.error_code) == ("failed", "address")
    assert f"The address of the login “{two.harbour.tenant.source.grant}” cannot be used." in job.error
    assert "have this installation allow it" in job.error_fix
    assert not job.traceback


def test_the_nightly_refresh_goes_on_to_other_tenants(two: House, settings: Any) -> None:
    refuse_addresses(two, settings)
    assert tasks.refresh_lists() == 2
    kauri = two.kauri.tenant.target.reference_fetches.get(kind="account")
    assert not kauri.error


@pytest.mark.parametrize(("name", "kind", "method"), [CHECKS[0], *PAGES])
def test_pages_tell_a_setting_that_is_not_valid(two: House, name: str, kind: str, method: str) -> None:
    Tenant.objects.filter(pk=two.harbour.tenant.pk).update(settings={"batch": 0})
    html = opened(two, name, kind, method)
    assert "The tenant&#x27;s setting “batch” is not valid: Input should be greater than" in html
    assert "Open the tenant&#x27;s settings and correct them." in html
