"""Procore as the hub sees it: hosts, logins, accounts, the cheap check."""

from __future__ import annotations

import pytest

from integrations.base.auth import StaticToken
from integrations.base.client import ApiClient, Wiring
from integrations.base.errors import AuthBroken, Forbidden, Unavailable
from integrations.base.vendor import Account, Environment, GrantKind, Login
from integrations.procore import VENDOR
from tests.sandboxes.procore_world import API, LOGIN, REDIRECT, ProcoreWorld, procore_world


def login(kind: GrantKind, secret: str = "the-secret") -> Login:
    return Login(VENDOR.environment("production"), kind, "the-id", secret, REDIRECT)


def client(world: ProcoreWorld, token: str, company: str = "") -> ApiClient:
    return VENDOR.client(API, company, GrantKind.CLIENT_CREDENTIALS, Wiring(tokens=StaticToken(token)))


@pytest.mark.parametrize(
    ("slug", "login_url", "api_url"),
    [
        ("production", "https://login.procore.com", "https://api.procore.com"),
        ("sandbox", "https://login-sandbox.procore.com", "https://sandbox.procore.com"),
        ("monthly", "https://login-sandbox-monthly.procore.com", "https://api-monthly.procore.com"),
    ],
)
def test_environments(slug: str, login_url: str, api_url: str) -> None:
    found = VENDOR.environment(slug)
    assert (found.login_url, found.api_url) == (login_url, api_url)


def test_a_custom_place_logs_in_where_it_says() -> None:
    place = Environment("custom", "Demo", "http://127.0.0.1:9001", "http://127.0.0.1:9001")
    app = VENDOR.app(Login(place, GrantKind.CLIENT_CREDENTIALS, "i", "s"))
    assert app.authorize_url == "http://127.0.0.1:9001/oauth/authorize"
    assert app.token_url == "http://127.0.0.1:9001/oauth/token"


def test_a_service_account_logs_in_and_sees_where_it_is_installed() -> None:
    with procore_world() as world:
        world.sandbox.add_company("Kauri Ridge Builders")
        tokens = VENDOR.app(login(GrantKind.CLIENT_CREDENTIALS)).client_credentials()
        assert tokens.refresh_token == ""
        assert VENDOR.accounts(client(world, tokens.access_token)) == [
            Account(str(world.company.id), "Harbour & Lane Constructions")
        ]


def test_a_person_consents_and_sees_all_their_companies() -> None:
    with procore_world() as world:
        world.sandbox.add_company("Kauri Ridge Builders")
        code = world.sandbox.consent(world.app, REDIRECT)
        tokens = VENDOR.app(login(GrantKind.AUTHORIZATION_CODE)).exchange_code(code)
        assert tokens.refresh_token
        names = [account.name for account in VENDOR.accounts(client(world, tokens.access_token))]
        assert names == ["Harbour & Lane Constructions", "Kauri Ridge Builders"]


def test_a_wrong_secret_needs_a_person() -> None:
    with procore_world(), pytest.raises(AuthBroken, match="client id and secret"):
        VENDOR.app(login(GrantKind.CLIENT_CREDENTIALS, "wrong")).client_credentials()


def test_a_refresh_whose_answer_is_lost_has_used_up_the_refresh_token() -> None:
    with procore_world() as world:
        app = VENDOR.app(login(GrantKind.AUTHORIZATION_CODE))
        tokens = app.exchange_code(world.sandbox.consent(world.app, REDIRECT))
        world.sandbox.faults.add("drop_after", path="/oauth/token")
        with pytest.raises(Unavailable):
            app.refresh(tokens.refresh_token)
        with pytest.raises(AuthBroken):
            app.refresh(tokens.refresh_token)


def test_the_check_is_one_read_and_names_the_company() -> None:
    with procore_world() as world:
        mark = world.sandbox.ledger.mark()
        assert VENDOR.check(client(world, world.token, str(world.company.id))) == "Harbour & Lane Constructions"
        assert len(world.sandbox.ledger.entries) == mark + 1


def test_the_check_of_a_company_without_the_app_says_what_to_do() -> None:
    with procore_world() as world:
        other = world.sandbox.add_company("Kauri Ridge Builders")
        with pytest.raises(Forbidden, match="install the app"):
            VENDOR.check(client(world, world.token, str(other.id)))


def test_the_check_of_a_company_that_the_person_does_not_belong_to() -> None:
    with procore_world() as world:
        person = world.sandbox.logins.new_token(world.app, world.sandbox.logins.administrator)
        stranger = VENDOR.client(API, "1", GrantKind.AUTHORIZATION_CODE, Wiring(tokens=StaticToken(person.value)))
        with pytest.raises(Forbidden, match="does not open company 1"):
            VENDOR.check(stranger)


def test_addresses_for_people() -> None:
    assert VENDOR.account_url("42") == "https://app.procore.com/42/company/home/list"
    assert VENDOR.account_url("") == ""
    assert LOGIN in VENDOR.app(login(GrantKind.AUTHORIZATION_CODE)).authorization_url("s")


def test_another_vendors_client_is_refused() -> None:
    with pytest.raises(TypeError, match="Procore client"):
        VENDOR.accounts(ApiClient(API, Wiring()))
