"""Logins made of the vendor's own fields: by form, never shown again, proved by one call, dead once turned down."""

from __future__ import annotations

from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core import mail
from django.test import Client
from django.urls import reverse

from hub.connect import client_for
from hub.models import ApiCall, Connection, Grant, GrantState, Role
from hub.tokens import NeedsLogin
from tests.admin.house import House
from tests.admin.logins import manager
from tests.toy.keyed import CLIENT_ID, PIN, ROOM, Safe

pytestmark = pytest.mark.django_db
URL = "https://harbour.safe.example"


@pytest.fixture
def safe(two: House) -> Safe:
    one = Safe()
    two.net.hosts["harbour.safe.example"] = one
    return one


def form(two: House, **changes: Any) -> dict[str, Any]:
    """As the page sends it: what is hidden holds whatever stood there."""
    return {
        "customer": two.harbour.customer.pk,
        "name": "The safe",
        "vendor": "safe",
        "environment": "production",
        "kind": "authorization_code",
        "api_url": URL,
        "client_id": CLIENT_ID,
        "login_safe_room": ROOM,
        "login_safe_pin": PIN,
        "login_safe_separator": "/",
        "login_safe_hint": "",
        **changes,
    }


def made(two: House, **changes: Any) -> Grant:
    answer = manager(two).post(reverse("admin:hub_grant_add"), form(two, **changes))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return Grant.objects.get(name="The safe")


def errors(two: House, **changes: Any) -> dict[str, list[str]]:
    answer = manager(two).post(reverse("admin:hub_grant_add"), form(two, **changes))
    assert answer.status_code == 200
    assert not Grant.objects.filter(name="The safe").exists()
    found: dict[str, list[str]] = answer.context["adminform"].form.errors
    return found


def change(two: House, grant: Grant, **changes: Any) -> Grant:
    where = reverse("admin:hub_grant_change", args=[grant.pk])
    answer = manager(two).post(where, form(two, login_safe_pin="", **changes))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return Grant.objects.get(pk=grant.pk)


def press_connect(client: Client, grant: Grant) -> str:
    return client.post(reverse("admin:hub_grant_connect", args=[grant.pk]), follow=True).content.decode()


def connected(two: House) -> Connection:
    grant = made(two)
    press_connect(manager(two), grant)
    manager(two).post(reverse("admin:hub_grant_accounts", args=[grant.pk]), {"account": ROOM})
    return Connection.objects.get(grant=grant)


def test_a_login_is_typed_in_connected_and_opens_its_account(two: House, safe: Safe) -> None:
    grant = made(two)
    assert (grant.kind, grant.environment, grant.api_url, grant.state) == ("credentials", "own", URL, GrantState.NEW)
    assert grant.secret == {"room": ROOM, "pin": PIN, "separator": "/", "hint": ""}
    html = press_connect(manager(two), grant)
    assert "cellar of the pretend safe" in html
    grant.refresh_from_db()
    assert grant.state == GrantState.OK
    assert grant.connected_at is not None
    manager(two).post(reverse("admin:hub_grant_accounts", args=[grant.pk]), {"account": [ROOM, "not-listed"]})
    assert [(c.account_id, c.name) for c in grant.connections.all()] == [(ROOM, "cellar of the pretend safe")]


def test_secrets_go_in_and_never_come_out(two: House, safe: Safe, caplog: pytest.LogCaptureFixture) -> None:
    secret = "4711-4712"  # noqa: S105
    safe.pin = secret
    grant = made(two, login_safe_pin=secret)
    press_connect(manager(two), grant)
    client = two.as_(two.admin)
    for page in ("change", "history", "delete", "accounts"):
        html = client.get(reverse(f"admin:hub_grant_{page}", args=[grant.pk])).content.decode()
        assert secret not in html, page
        assert ROOM in html or page in ("history", "delete")
    wrong = client.post(reverse("admin:hub_grant_change", args=[grant.pk]), form(two, login_safe_pin=secret, name=""))
    assert secret not in wrong.content.decode()
    assert secret not in caplog.text + repr(grant)
    for entry in LogEntry.objects.all():
        assert secret not in f"{entry.changes}{entry.serialized_data}{entry.additional_data}"
    assert all(secret not in f"{call.request}{call.answer}{call.query}" for call in ApiCall.objects.all())


def test_who_may_only_look_sees_the_parts_that_are_no_secrets(two: House, safe: Safe) -> None:
    grant = made(two)
    html = two.as_(two.harbour.people[Role.VIEWER]).get(reverse("admin:hub_grant_change", args=[grant.pk]))
    assert ROOM in html.content.decode()
    assert "PIN" not in html.content.decode()


def test_an_empty_secret_keeps_the_old_one_and_any_change_ends_the_login(two: House, safe: Safe) -> None:
    grant = made(two)
    press_connect(manager(two), grant)
    grant = change(two, grant, name="The safe")
    assert (grant.secret["pin"], grant.state) == (PIN, GrantState.OK)
    version = grant.version
    grant = change(two, grant, login_safe_separator="-")
    assert (grant.secret["pin"], grant.secret["separator"], grant.state) == (PIN, "-", GrantState.NEW)
    assert grant.version == version + 1
    entry = LogEntry.objects.get(changes__has_key="Separator")
    assert entry.changes["Separator"] == ["/", "-"]
    safe.separator = "-"
    assert "cellar of the pretend safe" in press_connect(manager(two), grant)


def test_what_is_wrong_is_said_beside_its_field(two: House, safe: Safe) -> None:
    assert errors(two, login_safe_room="a/b")["login_safe_room"] == ["It must not hold the separator."]
    assert errors(two, client_id="a/b")["client_id"] == ["It must not hold the separator."]
    assert errors(two, login_safe_pin="")["login_safe_pin"] == ["The login needs its PIN."]
    assert "login_safe_pin" in errors(two, login_safe_pin="1" * 11)
    assert "login_safe_separator" in errors(two, login_safe_separator="+")
    assert "api_url" in errors(two, api_url="")
    assert "api_url" in errors(two, api_url="http://harbour.safe.example")  # not without encryption
    assert "is not allowed" in errors(two, api_url="https://safe.example.evil.example")["api_url"][0]
    assert "api_url" in errors(two, api_url="https://kim:pw@harbour.safe.example")


def test_a_stored_secret_is_not_taken_over_by_another_vendor(two: House, safe: Safe) -> None:
    grant = made(two)
    where = reverse("admin:hub_grant_change", args=[grant.pk])
    other = form(two, vendor="vault", environment="production", kind="client_credentials")
    answer = manager(two).post(where, other)
    assert answer.context["adminform"].form.errors == {"client_secret": ["A new login needs its client secret."]}
    assert manager(two).post(where, other | {"client_secret": "right"}).status_code == 302
    grant.refresh_from_db()
    assert (grant.secret, grant.api_url) == ({"client_secret": "right"}, "")


def test_a_refused_login_is_told_in_words(two: House, safe: Safe) -> None:
    grant = made(two, login_safe_pin="wrong")
    html = press_connect(manager(two), grant)
    assert "The safe stays shut: check client id, room and PIN." in html
    grant.refresh_from_db()
    assert grant.state == GrantState.NEEDS_LOGIN
    assert not grant.connections.exists()


def test_an_address_that_nobody_allows_any_more_is_not_called(two: House, safe: Safe) -> None:
    grant = made(two)
    Grant.objects.filter(pk=grant.pk).update(api_url="https://elsewhere.example")
    assert "is not allowed by this installation" in press_connect(manager(two), grant)
    assert safe.ledger.entries == []


# While it is used.


def test_a_login_that_is_turned_down_is_used_no_more_until_it_is_corrected(two: House, safe: Safe) -> None:
    connection = connected(two)
    safe.pin = "9999"
    for _ in range(3):
        with pytest.raises(NeedsLogin, match="must be connected again"):
            client_for(connection).get("/me")
    assert len([entry for entry in safe.ledger.entries if entry.status == 401]) == 1
    assert [message.subject for message in mail.outbox] == ["Tieback: The safe must be connected again"]
    grant = Grant.objects.get(pk=connection.grant_id)
    assert grant.state == GrantState.NEEDS_LOGIN
    where = reverse("admin:hub_grant_change", args=[grant.pk])
    assert manager(two).post(where, form(two, login_safe_pin="9999")).status_code == 302
    assert client_for(Connection.objects.get(pk=connection.pk)).get("/me").data["name"] == "the pretend safe"
    grant.refresh_from_db()
    assert grant.state == GrantState.OK  # the answer has proved it


def test_a_client_in_use_takes_a_corrected_login_at_once(two: House, safe: Safe) -> None:
    connection = connected(two)
    client = client_for(connection)
    client.get("/me")
    safe.pin = "9999"
    manager(two).post(reverse("admin:hub_grant_change", args=[connection.grant_id]), form(two, login_safe_pin="9999"))
    assert client.get("/me").data["name"] == "the pretend safe"
