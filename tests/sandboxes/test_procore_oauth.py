"""The login host of the pretend Procore: codes, tokens, rotation, introspection, revocation, consent."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from integrations.procore.sandbox import Switches
from tests.sandboxes.procore_world import API, LOGIN, REDIRECT, ProcoreWorld, procore_world


def token(world: ProcoreWorld, **form: str) -> requests.Response:
    known = {"client_id": "the-id", "client_secret": "the-secret"}
    return requests.post(f"{LOGIN}/oauth/token", data={**known, **form}, timeout=5)


def code_form(world: ProcoreWorld) -> dict[str, str]:
    code = world.sandbox.consent(world.app, REDIRECT)
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}


def test_client_credentials_have_no_refresh_token() -> None:
    with procore_world() as world:
        answer = token(world, grant_type="client_credentials").json()
        assert answer.keys() == {"access_token", "token_type", "expires_in", "created_at"}
        assert answer["expires_in"] == 5400


def test_a_code_works_once_within_ten_minutes_at_its_own_address() -> None:
    with procore_world() as world:
        form = code_form(world)
        assert token(world, **form).json().keys() >= {"access_token", "refresh_token"}
        assert token(world, **form).status_code == 401
        late = code_form(world)
        world.sandbox.clock.advance(seconds=600)
        assert token(world, **late).json()["error"] == "invalid_grant"
        assert token(world, **{**code_form(world), "redirect_uri": "https://evil.example"}).status_code == 401


def test_refreshing_rotates_both_tokens_and_kills_the_old_ones() -> None:
    with procore_world() as world:
        first = token(world, **code_form(world)).json()
        form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
        second = token(world, **form).json()
        assert second["refresh_token"] != first["refresh_token"]
        assert token(world, **form).json()["error"] == "invalid_grant"
        me = [
            requests.get(f"{API}/rest/v1.0/me", headers={"Authorization": f"Bearer {t['access_token']}"}, timeout=5)
            for t in (first, second)
        ]
        assert [answer.status_code for answer in me] == [401, 200]


def test_a_refresh_token_does_not_expire() -> None:
    with procore_world() as world:
        first = token(world, **code_form(world)).json()
        world.sandbox.clock.advance(days=200)
        assert token(world, grant_type="refresh_token", refresh_token=first["refresh_token"]).status_code == 200


def test_a_refresh_token_is_used_up_even_when_the_answer_is_lost() -> None:
    with procore_world() as world:
        first = token(world, **code_form(world)).json()
        form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
        world.sandbox.faults.add("drop_after", path="/oauth/token")
        with pytest.raises(requests.ConnectionError):
            token(world, **form)
        assert token(world, **form).status_code == 401


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "refresh_token", "refresh_token": "unknown"}, 401, "invalid_grant"),
        ({"grant_type": "refresh_token"}, 401, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "unknown"}, 401, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "client_secret": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "unknown"}, 401, "invalid_client"),
    ],
)
def test_refused_token_requests(form: dict[str, str], status: int, error: str) -> None:
    with procore_world() as world:
        answer = token(world, **form)
        assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_an_invalid_grant_can_be_a_400() -> None:
    with procore_world(switches=Switches(invalid_grant_status=400)) as world:
        assert token(world, grant_type="refresh_token", refresh_token="unknown").status_code == 400


@pytest.mark.parametrize(("accepted", "status"), [(False, 401), (True, 200)])
def test_the_secret_in_the_header_is_not_documented(accepted: bool, status: int) -> None:
    with procore_world(switches=Switches(accepts_basic_login=accepted)):
        form = {"grant_type": "client_credentials"}
        answer = requests.post(f"{LOGIN}/oauth/token", data=form, auth=("the-id", "the-secret"), timeout=5)
        assert answer.status_code == status


def test_introspection() -> None:
    with procore_world() as world:
        headers = {"Authorization": f"Bearer {world.token}"}
        world.sandbox.clock.advance(seconds=400)
        info = requests.get(f"{LOGIN}/oauth/token/info", headers=headers, timeout=5).json()
        assert info.keys() == {"resource_owner_id", "scopes", "expires_in_seconds", "application", "created_at"}
        assert info["expires_in_seconds"] == pytest.approx(5000, abs=2)
        assert info["application"] == {"uid": "the-id"}
        unknown = requests.get(f"{LOGIN}/oauth/token/info", headers={"Authorization": "Bearer x"}, timeout=5)
        assert unknown.status_code == 401


def test_revoking_kills_both_tokens_and_never_complains() -> None:
    with procore_world() as world:
        tokens = token(world, **code_form(world)).json()
        known = {"client_id": "the-id", "client_secret": "the-secret"}
        for value in (tokens["access_token"], "unknown"):
            assert requests.post(f"{LOGIN}/oauth/revoke", data={**known, "token": value}, timeout=5).status_code == 200
        assert token(world, grant_type="refresh_token", refresh_token=tokens["refresh_token"]).status_code == 401
        assert world.sandbox.ledger.writes() == []


def ask(**query: str) -> dict[str, Any]:
    known = {"response_type": "code", "client_id": "the-id", "redirect_uri": REDIRECT, "state": "s1"}
    return {"params": {**known, **query}, "timeout": 5, "allow_redirects": False}


def test_a_person_agrees_in_the_browser() -> None:
    with procore_world() as world:
        page = requests.get(f"{LOGIN}/oauth/authorize", **ask())
        assert page.status_code == 200
        assert "Allow" in page.text
        answer = requests.post(f"{LOGIN}/oauth/authorize", data={"answer": "allow"}, **ask())
        location = answer.headers["Location"]
        assert location.startswith(f"{REDIRECT}?code=")
        assert location.endswith("&state=s1")
        code = location.removeprefix(f"{REDIRECT}?code=").removesuffix("&state=s1")
        assert token(world, grant_type="authorization_code", code=code, redirect_uri=REDIRECT).status_code == 200
        assert [entry.path for entry in world.sandbox.ledger.entries] == ["/oauth/token"]


def test_a_person_declines() -> None:
    with procore_world():
        answer = requests.post(f"{LOGIN}/oauth/authorize", data={"answer": "deny"}, **ask())
        assert "error=access_denied" in answer.headers["Location"]
        assert "state=s1" in answer.headers["Location"]


@pytest.mark.parametrize(
    "wrong", [{"client_id": "unknown"}, {"redirect_uri": "https://evil.example/"}, {"response_type": "token"}]
)
def test_nobody_is_sent_to_an_address_that_was_not_registered(wrong: dict[str, str]) -> None:
    with procore_world():
        for send in (requests.get, requests.post):
            answer = send(f"{LOGIN}/oauth/authorize", **ask(**wrong))
            assert answer.status_code in (400, 401)
            assert "Location" not in answer.headers
