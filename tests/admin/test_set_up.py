"""Setting up: a tenant's settings form, logins and connecting them, connections."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection as database
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.models import Connection, Gate, Grant, GrantState, Role, Tenant, TenantStage
from tests.admin.house import SECRET, House

pytestmark = pytest.mark.django_db


def manager(two: House) -> Client:
    return two.as_(two.harbour.people[Role.MANAGER])


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


# Logins.


def grant_form(grant: Grant, **changes: object) -> dict[str, object]:
    names = ("name", "vendor", "environment", "kind", "client_id", "login_url", "token_url", "api_url")
    form = {name: getattr(grant, name) for name in names}
    return {**form, "customer": grant.customer_id, "client_secret": "", **changes}


def consent(two: House) -> Grant:
    return Grant.objects.get(customer=two.harbour.customer, kind="authorization_code")


def test_an_empty_secret_keeps_the_old_one_and_a_new_one_ends_the_login(two: House) -> None:
    grant, client = consent(two), manager(two)
    Grant.objects.filter(pk=grant.pk).update(state=GrantState.OK)
    where = reverse("admin:hub_grant_change", args=[grant.pk])
    client.post(where, grant_form(grant, name="New name"))
    grant.refresh_from_db()
    assert (grant.name, grant.state, grant.secret) == ("New name", GrantState.OK, {"client_secret": SECRET})
    assert grant.tokens["access_token"]
    version = grant.version
    client.post(where, grant_form(grant, client_secret="right"))
    grant.refresh_from_db()
    assert (grant.state, grant.tokens, grant.secret) == (GrantState.NEW, {}, {"client_secret": "right"})
    assert grant.version == version + 1  # a refresh under way must not bring the old tokens back


def test_a_changed_client_id_ends_the_login_and_keeps_the_secret(two: House) -> None:
    grant = consent(two)
    manager(two).post(reverse("admin:hub_grant_change", args=[grant.pk]), grant_form(grant, client_id="other"))
    grant.refresh_from_db()
    assert (grant.state, grant.tokens, grant.secret) == (GrantState.NEW, {}, {"client_secret": SECRET})


def test_secrets_are_on_no_page_and_in_no_log(two: House, caplog: pytest.LogCaptureFixture) -> None:
    from auditlog.models import LogEntry
    from django.contrib import admin

    grant, client = consent(two), two.as_(two.admin)
    mine = f"{SECRET}-new"
    client.post(reverse("admin:hub_grant_change", args=[grant.pk]), grant_form(grant, client_secret=mine))
    wrong = client.post(
        reverse("admin:hub_grant_change", args=[grant.pk]), grant_form(grant, client_secret=mine, name="")
    )
    assert SECRET not in wrong.content.decode()
    Grant.objects.filter(pk=grant.pk).update(tokens={"access_token": f"{SECRET}-a", "refresh_token": f"{SECRET}-r"})
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for row in model._default_manager.all()[:40]:
            for page in ("change", "history", "delete"):
                assert SECRET not in client.get(reverse(f"{name}_{page}", args=[row.pk]), follow=True).content.decode()
        assert SECRET not in client.get(reverse(f"{name}_changelist")).content.decode()
    assert SECRET not in repr(Grant.objects.get(pk=grant.pk))
    assert SECRET not in caplog.text
    for entry in LogEntry.objects.all():
        assert SECRET not in f"{entry.changes}{entry.serialized_data}{entry.additional_data}"
    assert LogEntry.objects.filter(changes__has_key="client secret").count() == 1  # that it was replaced is on record


@override_settings(HUB_CUSTOM_HOSTS=[])
def test_custom_addresses_only_where_the_installation_allows_them(two: House) -> None:
    client = manager(two)
    assert "login_url" not in client.get(reverse("admin:hub_grant_add")).content.decode()
    grant = consent(two)
    form = grant_form(grant, environment="custom", api_url="http://127.0.0.1:9", login_url="http://127.0.0.1:9")
    assert client.post(reverse("admin:hub_grant_change", args=[grant.pk]), form).status_code == 200
    grant.refresh_from_db()
    assert (grant.environment, grant.api_url) == ("production", "")


def test_custom_addresses_are_checked_against_the_allowed_hosts(two: House) -> None:
    grant, client = consent(two), manager(two)
    where = reverse("admin:hub_grant_change", args=[grant.pk])
    form = grant_form(grant, environment="custom", login_url="http://169.254.169.254/", api_url="http://127.0.0.1:81")
    answer = client.post(where, form)
    assert answer.status_code == 200
    assert "login_url" in answer.context["adminform"].form.errors
    good = grant_form(grant, environment="custom", login_url="http://127.0.0.1:80", api_url="http://127.0.0.1:81")
    assert client.post(where, good).status_code == 302
    client.post(where, grant_form(grant, environment="production", login_url="http://127.0.0.1:80"))
    grant.refresh_from_db()
    assert (grant.environment, grant.login_url, grant.api_url) == ("production", "", "")


# Connecting.


def begin(two: House, client: Client) -> str:
    """Press Connect; gives back the state the vendor is sent."""
    answer = client.post(reverse("admin:hub_grant_connect", args=[consent(two).pk]))
    assert answer.status_code == 302
    asked = urlsplit(answer["Location"])
    assert asked.netloc == "shop.example"
    query = parse_qs(asked.query)
    assert query["redirect_uri"] == ["http://testserver/connect/callback"]
    return query["state"][0]


def ready(two: House) -> None:
    grant = consent(two)
    grant.secret, grant.tokens = {"client_secret": "right"}, {}
    grant.save(update_fields=["secret", "tokens"])


def test_connecting_by_consent_stores_tokens_and_lists_the_accounts(two: House) -> None:
    ready(two)
    client = manager(two)
    state = begin(two, client)
    answer = client.get("/connect/callback", {"code": "consented", "state": state})
    accounts = reverse("admin:hub_grant_accounts", args=[consent(two).pk])
    assert answer["Location"] == accounts
    grant = consent(two)
    assert grant.state == GrantState.OK
    assert grant.tokens["refresh_token"].startswith("refresh-")
    assert "Shop main branch" in client.get(accounts).content.decode()
    client.post(accounts, {"account": ["main", "not-listed"]})
    assert [(c.account_id, c.name) for c in grant.connections.all()] == [("main", "Shop main branch")]
    client.post(accounts, {"account": "main"})
    assert grant.connections.count() == 1  # reconnecting keeps the row
    again = client.get("/connect/callback", {"code": "consented", "state": state}, follow=True)
    assert "does not belong to a connection you began" in again.content.decode()


def test_a_state_of_another_session_user_or_time_is_refused(two: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(two)
    state = begin(two, manager(two))
    other = two.as_(two.harbour.people[Role.MANAGER])  # the same person in another browser
    for client in (other, two.as_(two.kauri.people[Role.MANAGER]), two.as_(two.harbour.people[Role.VIEWER])):
        answer = client.get("/connect/callback", {"code": "consented", "state": state})
        assert answer["Location"] == reverse("admin:hub_grant_changelist")
    client = manager(two)
    state = begin(two, client)
    for wrong in ("", "x", state[:-2]):
        client.get("/connect/callback", {"code": "consented", "state": wrong})
    assert consent(two).tokens == {}
    state = begin(two, client)
    monkeypatch.setattr("hub.admin.connect.STATE_SECONDS", -1)
    client.get("/connect/callback", {"code": "consented", "state": state})
    assert consent(two).tokens == {}


def test_a_refused_consent_and_a_bad_code_are_explained(two: House) -> None:
    ready(two)
    client = manager(two)
    said = client.get("/connect/callback", {"error": "access_denied", "state": begin(two, client)}, follow=True)
    assert "consent was declined" in said.content.decode()
    said = client.get("/connect/callback", {"code": "stolen", "state": begin(two, client)}, follow=True)
    assert "The login was refused (invalid_grant)" in said.content.decode()
    assert consent(two).tokens == {}


def test_a_service_account_is_tested_and_revived(two: House) -> None:
    grant, client = two.harbour.tenant.source.grant, manager(two)
    Grant.objects.filter(pk=grant.pk).update(
        state=GrantState.NEEDS_LOGIN, state_reason="refused", tokens={}, expires_at=None
    )
    html = client.post(reverse("admin:hub_grant_connect", args=[grant.pk]), follow=True).content.decode()
    assert "Shop main branch" in html
    grant.refresh_from_db()
    assert grant.state == GrantState.OK


def test_a_service_account_with_a_wrong_secret_says_so(two: House) -> None:
    grant, client = two.harbour.tenant.source.grant, manager(two)
    grant.secret, grant.tokens, grant.expires_at = {"client_secret": "wrong"}, {}, None
    grant.save(update_fields=["secret", "tokens", "expires_at"])
    html = client.post(reverse("admin:hub_grant_connect", args=[grant.pk]), follow=True).content.decode()
    assert "Check the client id and secret" in html


def test_an_unconnected_login_has_no_accounts_yet(two: House) -> None:
    ready(two)
    said = manager(two).get(reverse("admin:hub_grant_accounts", args=[consent(two).pk]), follow=True).content.decode()
    assert "Press Connect first" in said
    assert consent(two).state == GrantState.NEW


def test_a_connection_is_checked(two: House) -> None:
    client = two.as_(two.harbour.people[Role.OPERATOR])
    where = reverse("admin:hub_connection_check", args=[two.harbour.tenant.source_id])
    assert "Shop answers" in client.post(where, follow=True).content.decode()
