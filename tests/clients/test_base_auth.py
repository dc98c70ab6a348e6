"""Token requests: what goes over the wire, and what becomes of every kind of answer."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses

from integrations.base.auth import OAuthApp, StaticToken, TokenSet
from integrations.base.errors import AuthBroken, Unavailable

TOKEN_URL = "https://login.example/oauth/token"
ANSWER = {"access_token": "at", "token_type": "bearer", "expires_in": 5400, "refresh_token": "rt"}


def app(**options: Any) -> OAuthApp:
    return OAuthApp(
        "https://login.example/oauth/authorize",
        TOKEN_URL,
        "the-id",
        "the-secret",
        redirect_uri="https://hub.example/connected",
        **options,
    )


def sent() -> tuple[dict[str, list[str]], str]:
    """The form and the Authorization header of the one token request."""
    request = responses.calls[0].request
    return parse_qs(str(request.body)), str(request.headers.get("Authorization", ""))


def grants(oauth: OAuthApp) -> dict[str, Any]:
    return {
        "code": lambda: oauth.exchange_code("the-code"),
        "refresh": lambda: oauth.refresh("old-refresh"),
        "credentials": oauth.client_credentials,
    }


@responses.activate
@pytest.mark.parametrize("kind", ["code", "refresh", "credentials"])
def test_the_secret_goes_into_the_header_by_default(kind: str) -> None:
    responses.post(TOKEN_URL, json=ANSWER)
    tokens = grants(app())[kind]()
    form, header = sent()
    assert header == "Basic " + base64.b64encode(b"the-id:the-secret").decode()
    assert "client_secret" not in form
    assert tokens.access_token == "at"


@responses.activate
@pytest.mark.parametrize("kind", ["code", "refresh", "credentials"])
def test_the_secret_goes_into_the_form_where_the_vendor_wants_it_there(kind: str) -> None:
    responses.post(TOKEN_URL, json=ANSWER)
    grants(app(secret_in_body=True))[kind]()
    form, header = sent()
    assert header == ""
    assert form["client_id"] == ["the-id"]
    assert form["client_secret"] == ["the-secret"]


@responses.activate
def test_the_code_travels_with_the_address_it_was_sent_to() -> None:
    responses.post(TOKEN_URL, json=ANSWER)
    app().exchange_code("the-code")
    form, _ = sent()
    assert form["code"] == ["the-code"]
    assert form["redirect_uri"] == ["https://hub.example/connected"]


@responses.activate
def test_a_consent_without_a_token_to_renew_it_is_none() -> None:
    responses.post(TOKEN_URL, json={key: value for key, value in ANSWER.items() if key != "refresh_token"})
    with pytest.raises(Unavailable, match="could be renewed"):
        app().exchange_code("the-code")


@responses.activate
def test_scopes_are_asked_for_with_client_credentials() -> None:
    responses.post(TOKEN_URL, json={**ANSWER, "scope": "read write"})
    tokens = app(scopes=("read", "write")).client_credentials()
    assert sent()[0]["scope"] == ["read write"]
    assert tokens.scope == "read write"


def test_the_consent_address_holds_state_and_scopes() -> None:
    url = urlsplit(app(scopes=("read",)).authorization_url("the-state"))
    query = parse_qs(url.query)
    assert url.netloc == "login.example"
    assert query["state"] == ["the-state"]
    assert query["scope"] == ["read"]
    assert query["response_type"] == ["code"]


def test_the_consent_address_of_a_vendor_without_scopes_names_none() -> None:
    assert "scope" not in parse_qs(urlsplit(app().authorization_url("s")).query)


@responses.activate
def test_the_lifetime_counts_from_the_answer() -> None:
    responses.post(TOKEN_URL, json=ANSWER)
    tokens = app().client_credentials()
    assert tokens.expires_at - datetime.now(UTC) == pytest.approx(timedelta(seconds=5400), abs=timedelta(seconds=5))
    assert tokens.refresh_token == "rt"


@responses.activate
@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize("code", ["invalid_grant", "invalid_client", "unauthorized_client"])
def test_a_refused_login_needs_a_person(status: int, code: str) -> None:
    responses.post(TOKEN_URL, json={"error": code, "error_description": "no"}, status=status)
    with pytest.raises(AuthBroken, match=code) as caught:
        app().refresh("used")
    assert "connect again" in caught.value.message
    assert "the-secret" not in caught.value.message


@responses.activate
@pytest.mark.parametrize(
    "answer",
    [
        {"body": "<html>maintenance</html>", "status": 503},
        {"body": "{broken", "status": 200},
        {"json": {"token_type": "bearer"}, "status": 200},
        {"json": {"access_token": "a", "token_type": "bearer", "expires_in": "soon"}, "status": 200},
        {"json": {"error": "server_error"}, "status": 500},
        {"json": {"error": "temporarily_unavailable"}, "status": 503},
        {"body": requests.ConnectionError("hung up")},
        {"body": requests.ReadTimeout("slow")},
    ],
)
def test_a_login_host_in_trouble_is_not_a_broken_login(answer: dict[str, Any]) -> None:
    responses.post(TOKEN_URL, **answer)
    with pytest.raises(Unavailable):
        app().refresh("fine")


@responses.activate
@pytest.mark.parametrize("status", [302, 307, 308])
@pytest.mark.parametrize("kind", ["code", "refresh", "credentials"])
def test_a_secret_does_not_follow_a_redirect(status: int, kind: str) -> None:
    responses.post(TOKEN_URL, status=status, headers={"Location": "https://evil.example/token"})
    elsewhere = responses.post("https://evil.example/token", json=ANSWER)
    with pytest.raises(Unavailable):
        grants(app(secret_in_body=True))[kind]()
    assert elsewhere.call_count == 0


def test_a_static_token_cannot_be_renewed() -> None:
    tokens = StaticToken("fixed")
    assert tokens.token() == "fixed"
    with pytest.raises(AuthBroken):
        tokens.renew("fixed")


def test_secrets_do_not_show_when_printed() -> None:
    tokens = TokenSet("secret-access", datetime.now(UTC), "secret-refresh")
    shown = repr([app(), tokens, StaticToken("secret-static")])
    assert "secret-" not in shown
    assert "the-secret" not in shown


def test_a_scope_list_reads_like_a_scope_text() -> None:
    now = datetime(2026, 11, 2, tzinfo=UTC)
    tokens = TokenSet.from_answer({"access_token": "a", "expires_in": 60, "scope": ["read", "write"]}, now)
    assert tokens == TokenSet("a", now + timedelta(seconds=60), "", "read write")
