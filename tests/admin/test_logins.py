"""Logins: secrets that never come out, connecting by consent, service accounts, connections."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from hub.models import Grant, GrantState, Role
from tests.admin.house import SECRET, House
from tests.admin.logins import consent, grant_form, manager

pytestmark = pytest.mark.django_db


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
