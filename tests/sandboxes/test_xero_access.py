"""Consent, tokens and connections of the pretend Xero, met through our own OAuth code and client."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from integrations.base.auth import OAuthApp, StaticToken, TokenSet
from integrations.base.client import Wiring
from integrations.base.errors import AuthBroken, Forbidden
from integrations.base.vendor import Environment, GrantKind, Login
from integrations.xero import API_URL, DATA_SCOPES, VENDOR, endpoints
from integrations.xero.sandbox.access import Refused
from tests.sandboxes.xero_world import REDIRECT, XeroWorld, impatient, xero_world

LOGIN = Login(
    VENDOR.environment("sandbox"), GrantKind.AUTHORIZATION_CODE, "client-id", "client-secret", redirect_uri=REDIRECT
)


@pytest.fixture
def xero() -> Iterator[XeroWorld]:
    with xero_world() as world:
        yield world


def consent(world: XeroWorld, app: OAuthApp, **form: str) -> dict[str, list[str]]:
    """What the browser does on the consent page; gives the parameters of the redirect."""
    given = {"organisation": world.org.id, "answer": "allow", **form}
    reply = requests.post(app.authorization_url("state-1"), data=given, allow_redirects=False, timeout=5)
    assert reply.status_code == 302
    assert reply.headers["Location"].startswith(REDIRECT)
    return parse_qs(urlsplit(reply.headers["Location"]).query)


def exchange(world: XeroWorld, app: OAuthApp) -> TokenSet:
    return app.exchange_code(consent(world, app)["code"][0])


def test_a_person_connects_in_the_browser(xero: XeroWorld) -> None:
    xero.app.connections.clear()
    app = VENDOR.app(LOGIN)
    page = requests.get(app.authorization_url("state-1"), timeout=5)
    assert "Harbour &amp; Lane Constructions Pty Ltd" in page.text
    answer = consent(xero, app)
    assert answer["state"] == ["state-1"]
    tokens = app.exchange_code(answer["code"][0])
    client = VENDOR.client(API_URL, "", GrantKind.AUTHORIZATION_CODE, impatient(tokens.access_token))
    assert [(a.id, a.name) for a in VENDOR.accounts(client)] == [(xero.org.id, xero.org.name)]


def test_the_consent_page_is_not_in_the_ledger(xero: XeroWorld) -> None:
    consent(xero, VENDOR.app(LOGIN))
    assert xero.sandbox.ledger.entries == []


def test_a_person_may_say_no(xero: XeroWorld) -> None:
    assert consent(xero, VENDOR.app(LOGIN), answer="cancel")["error"] == ["access_denied"]


def test_a_code_works_once(xero: XeroWorld) -> None:
    app = VENDOR.app(LOGIN)
    code = consent(xero, app)["code"][0]
    app.exchange_code(code)
    with pytest.raises(AuthBroken, match="invalid_grant"):
        app.exchange_code(code)


def test_a_code_is_short_lived(xero: XeroWorld) -> None:
    app = VENDOR.app(LOGIN)
    code = consent(xero, app)["code"][0]
    xero.sandbox.clock.advance(minutes=6)
    with pytest.raises(AuthBroken, match="invalid_grant"):
        app.exchange_code(code)


def test_tokens_last_half_an_hour_and_say_what_they_may(xero: XeroWorld) -> None:
    tokens = exchange(xero, VENDOR.app(LOGIN))
    assert set(DATA_SCOPES) <= set(tokens.scope.split())
    assert tokens.access_token.count(".") == 2
    with_token = VENDOR.client(API_URL, xero.org.id, LOGIN.kind, impatient(tokens.access_token))
    assert VENDOR.check(with_token) == xero.org.name
    xero.sandbox.clock.advance(minutes=31)
    with pytest.raises(AuthBroken):
        VENDOR.check(with_token)


def test_a_refresh_token_is_replaced_and_the_old_one_dies_after_its_grace(xero: XeroWorld) -> None:
    app = VENDOR.app(LOGIN)
    first = exchange(xero, app)
    second = app.refresh(first.refresh_token)
    again = app.refresh(first.refresh_token)  # the first answer was lost
    assert len({first.refresh_token, second.refresh_token, again.refresh_token}) == 3
    xero.sandbox.clock.advance(minutes=31)
    with pytest.raises(AuthBroken, match="invalid_grant"):
        app.refresh(first.refresh_token)
    assert app.refresh(again.refresh_token).access_token


def test_a_refresh_token_dies_after_sixty_days_without_use(xero: XeroWorld) -> None:
    app = VENDOR.app(LOGIN)
    tokens = exchange(xero, app)
    xero.sandbox.clock.advance(days=61)
    with pytest.raises(AuthBroken, match="invalid_grant"):
        app.refresh(tokens.refresh_token)


def test_without_offline_access_there_is_no_refresh_token(xero: XeroWorld) -> None:
    xero.app.scopes.clear()
    assert "refresh_token" not in xero.sandbox.tokens(xero.app, [xero.org], "accounting.contacts")


def test_a_wrong_secret_is_refused(xero: XeroWorld) -> None:
    wrong = Login(LOGIN.environment, LOGIN.kind, "client-id", "guess", redirect_uri=REDIRECT)
    code = consent(xero, VENDOR.app(LOGIN))["code"][0]
    with pytest.raises(AuthBroken, match="invalid_client"):
        VENDOR.app(wrong).exchange_code(code)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"scope": "openid accounting.transactions"}, "invalid_scope"),
        ({"redirect_uri": "https://elsewhere.example/"}, "invalid_redirect_uri"),
        ({"client_id": "unknown"}, "invalid_client"),
        ({"response_type": "token"}, "unauthorized_client"),
    ],
)
def test_a_faulty_request_gets_no_consent_page(xero: XeroWorld, changed: dict[str, str], said: str) -> None:
    asked = {"response_type": "code", "client_id": "client-id", "redirect_uri": REDIRECT, "scope": "openid"}
    reply = requests.get("https://login.xero.com/identity/connect/authorize", params={**asked, **changed}, timeout=5)
    assert reply.status_code == 400
    assert said in reply.text


def test_an_older_app_may_still_ask_for_the_broad_scopes(xero: XeroWorld) -> None:
    old = xero.sandbox.add_app("old", "secret", [REDIRECT], broad_scopes=True)
    assert "accounting.transactions" in xero.sandbox.tokens(old, [xero.org], "accounting.transactions")["scope"]


@pytest.mark.parametrize("resource", ["Invoices", "Payments", "BankTransactions", "ManualJournals", "Items"])
def test_the_broad_scopes_cover_every_transaction(xero: XeroWorld, resource: str) -> None:
    old = xero.sandbox.add_app("old", "secret", [REDIRECT], broad_scopes=True)
    for scope, statuses in (("accounting.transactions.read", {"GET": 200, "PUT": 401}), ("accounting.contacts", {})):
        old.scopes.clear()
        token = xero.sandbox.tokens(old, [xero.org], scope)["access_token"]
        for method in ("GET", "PUT"):
            reply = xero.call(method, resource, Authorization=f"Bearer {token}")
            assert reply.status_code == statuses.get(method, 401)


@pytest.mark.parametrize("scope", ["accounting.invoices.read", "accounting.settings.read"])
def test_items_are_read_under_either_of_two_scopes(xero: XeroWorld, scope: str) -> None:
    xero.app.scopes.clear()
    assert xero.connect(xero.org, scope).get("/api.xro/2.0/Items").data["Items"] == []


@pytest.mark.parametrize(
    "scope",
    ["accounting.journals.read", "accounting.budgets.read"]
    + [f"accounting.reports.{name}.read" for name in ("aged", "balancesheet", "profitandloss", "trialbalance")],
)
def test_what_is_only_read_can_be_consented_to_by_a_new_app(xero: XeroWorld, scope: str) -> None:
    """https://developer.xero.com/documentation/guides/oauth2/scopes"""
    assert scope in xero.sandbox.tokens(xero.app, [xero.org], scope)["scope"].split()
    with pytest.raises(Refused, match="invalid_scope"):
        xero.sandbox.tokens(xero.app, [xero.org], scope.removesuffix(".read"))


def test_rights_only_grow_with_a_second_consent(xero: XeroWorld) -> None:
    xero.app.scopes.clear()
    xero.sandbox.tokens(xero.app, [xero.org], "accounting.contacts")
    assert xero.sandbox.tokens(xero.app, [xero.org], "accounting.settings")["scope"].split() == [
        "accounting.contacts",
        "accounting.settings",
    ]


def test_a_read_right_does_not_allow_writing(xero: XeroWorld) -> None:
    xero.app.scopes.clear()
    reader = xero.connect(xero.org, "accounting.settings.read")
    category = xero.org.add_category("Project")
    assert endpoints.tracking_categories(reader)[0].name == "Project"
    with pytest.raises(Forbidden, match=r"may not change tracking categories: the right “accounting\.settings”"):
        reader.send(endpoints.put_option(category.id, "1042"))
    with pytest.raises(Forbidden, match=r"accounting\.contacts\.read"):
        endpoints.contact_groups(reader)


def test_a_custom_connection_opens_its_organisation_without_naming_it(xero: XeroWorld) -> None:
    xero.sandbox.add_app("custom", "secret", kind="custom", organisation=xero.org)
    login = Login(LOGIN.environment, GrantKind.CLIENT_CREDENTIALS, "custom", "secret")
    tokens = VENDOR.app(login).client_credentials()
    assert tokens.refresh_token == ""
    client = VENDOR.client(API_URL, xero.org.id, login.kind, impatient(tokens.access_token))
    assert VENDOR.check(client) == xero.org.name
    assert [a.id for a in VENDOR.accounts(client)] == [xero.org.id]
    assert xero.sandbox.ledger.entries[-1].account == xero.org.id


def test_a_web_app_cannot_use_client_credentials(xero: XeroWorld) -> None:
    login = Login(LOGIN.environment, GrantKind.CLIENT_CREDENTIALS, "client-id", "client-secret")
    with pytest.raises(AuthBroken, match="unauthorized_client"):
        VENDOR.app(login).client_credentials()


def test_a_custom_environment_has_one_host_for_everything() -> None:
    here = Environment("custom", "Elsewhere", "http://localhost:8101", "http://localhost:8101")
    app = VENDOR.app(Login(here, GrantKind.AUTHORIZATION_CODE, "id", "secret"))
    assert app.authorize_url == "http://localhost:8101/identity/connect/authorize"
    assert app.token_url == "http://localhost:8101/connect/token"


def test_one_login_opens_several_organisations_but_only_those_chosen(xero: XeroWorld) -> None:
    second, third = xero.sandbox.add_organisation("Second Pty Ltd"), xero.sandbox.add_organisation("Third Ltd", "NZ")
    client = xero.connect(second)
    assert {c.tenant_id for c in endpoints.connections(client)} == {xero.org.id, second.id}
    stranger = VENDOR.client(API_URL, third.id, LOGIN.kind, Wiring(tokens=StaticToken(xero.token)))
    with pytest.raises(Forbidden, match="no longer connected"):
        VENDOR.check(stranger)


def test_an_organisation_can_be_disconnected_alone(xero: XeroWorld) -> None:
    second = xero.sandbox.add_organisation("Second Pty Ltd")
    client = xero.connect(second)
    connection = next(c for c in endpoints.connections(client) if c.tenant_id == second.id)
    gone = requests.delete(f"{API_URL}/connections/{connection.id}", headers=xero.headers(), timeout=5)
    assert gone.status_code == 204
    with pytest.raises(Forbidden, match="no longer connected"):
        VENDOR.check(client)
    assert VENDOR.check(xero.client) == xero.org.name
    again = requests.delete(f"{API_URL}/connections/{connection.id}", headers=xero.headers(), timeout=5)
    assert again.status_code == 404


def test_revoking_drops_every_organisation_and_every_token(xero: XeroWorld) -> None:
    app = VENDOR.app(LOGIN)
    tokens = exchange(xero, app)
    requests.post(
        "https://identity.xero.com/connect/revocation",
        data={"token": tokens.refresh_token},
        auth=("client-id", "client-secret"),
        timeout=5,
    )
    assert xero.app.connections == []
    with pytest.raises(AuthBroken):
        VENDOR.check(VENDOR.client(API_URL, xero.org.id, LOGIN.kind, impatient(tokens.access_token)))
    with pytest.raises(AuthBroken, match="invalid_grant"):
        app.refresh(tokens.refresh_token)
