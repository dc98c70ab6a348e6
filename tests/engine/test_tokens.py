"""Logins: one refresher at a time, nothing lost when rotation and failures meet."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone

from hub.models import Customer, Grant
from hub.tokens import GrantTokens, store
from integrations.base.auth import OAuthApp, TokenSet
from integrations.base.errors import AuthBroken, Unavailable

pytestmark = pytest.mark.django_db


def _set(name: str, minutes: float = 30) -> TokenSet:
    return TokenSet(f"access-{name}", timezone.now() + timedelta(minutes=minutes), f"refresh-{name}")


@pytest.fixture
def grant() -> Grant:
    customer = Customer.objects.create(name="Toy Makers", slug="toy")
    return Grant.objects.create(
        customer=customer,
        name="Vault login",
        vendor="vault",
        kind="authorization_code",
        client_id="app",
        secret={"client_secret": "right"},
        tokens={"access_token": "access-0", "refresh_token": "refresh-0"},
        expires_at=timezone.now(),
        state="ok",
    )


@pytest.fixture
def refreshed() -> Iterator[mock.Mock]:
    numbers = iter(range(1, 99))
    with mock.patch.object(
        OAuthApp, "refresh", autospec=True, side_effect=lambda app, token: _set(str(next(numbers)))
    ) as refresh:
        yield refresh


def test_an_expired_token_is_renewed_once_and_stored(grant: Grant, refreshed: mock.Mock) -> None:
    source = GrantTokens(grant.pk)
    assert source.token() == source.token() == "access-1"
    assert GrantTokens(grant.pk).token() == "access-1"
    assert refreshed.call_count == 1
    grant.refresh_from_db()
    assert grant.tokens == {"access_token": "access-1", "refresh_token": "refresh-1"}


def test_two_workers_refused_with_the_same_token_refresh_once(grant: Grant, refreshed: mock.Mock) -> None:
    store(grant, _set("0"))
    assert GrantTokens(grant.pk).renew("access-0") == "access-1"
    assert GrantTokens(grant.pk).renew("access-0") == "access-1"
    assert refreshed.call_count == 1


def test_the_second_worker_waits_for_the_first(
    grant: Grant, refreshed: mock.Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    Grant.objects.filter(pk=grant.pk).update(
        refreshing_by="other", refreshing_until=timezone.now() + timedelta(seconds=60)
    )

    def other_worker_finishes(seconds: float) -> None:
        grant.refresh_from_db()
        store(grant, _set("other"), refreshing_by="other")

    monkeypatch.setattr("hub.tokens.time.sleep", other_worker_finishes)
    assert GrantTokens(grant.pk).token() == "access-other"
    assert refreshed.call_count == 0


def test_a_dead_refreshers_claim_runs_out(grant: Grant, refreshed: mock.Mock) -> None:
    Grant.objects.filter(pk=grant.pk).update(
        refreshing_by="dead", refreshing_until=timezone.now() - timedelta(seconds=1)
    )
    assert GrantTokens(grant.pk).token() == "access-1"


def test_an_outage_of_the_login_service_breaks_nothing(grant: Grant) -> None:
    with mock.patch.object(OAuthApp, "refresh", side_effect=Unavailable("down")), pytest.raises(Unavailable):
        GrantTokens(grant.pk).token()
    grant.refresh_from_db()
    assert (grant.state, grant.refreshing_by) == ("ok", "")
    assert grant.tokens["refresh_token"] == "refresh-0"


def test_a_dead_grant_stays_dead_until_reconnected(grant: Grant) -> None:
    with mock.patch.object(OAuthApp, "refresh", side_effect=AuthBroken("invalid_grant")) as refresh:
        for _ in range(3):
            with pytest.raises(AuthBroken, match="must be connected again"):
                GrantTokens(grant.pk).token()
        assert refresh.call_count == 1, "a dead login is not tried again and again"
    grant.refresh_from_db()
    store(grant, _set("new"))
    assert GrantTokens(grant.pk).token() == "access-new"


def test_a_refresh_that_ends_after_a_reconnect_does_not_overwrite_it(grant: Grant) -> None:
    slow = Grant.objects.get(pk=grant.pk)
    store(grant, _set("reconnected"))
    store(slow, _set("slow"), refreshing_by="slow worker")
    grant.refresh_from_db()
    assert grant.tokens["access_token"] == "access-reconnected"


def test_a_login_that_dies_just_after_it_was_read_is_not_asked_again_and_told_once(grant: Grant) -> None:
    looks = [True, False]

    def meanwhile(read: Grant, refused: str) -> bool:
        if looks.pop():
            return False
        looks.append(True)  # for the other worker
        with pytest.raises(AuthBroken):
            GrantTokens(grant.pk).token()
        return False

    refused = mock.patch.object(OAuthApp, "refresh", side_effect=AuthBroken("it was refused"))
    between = mock.patch.object(GrantTokens, "_usable", staticmethod(meanwhile))
    dies = pytest.raises(AuthBroken, match="must be connected again")
    with refused as asked, between, mock.patch("hub.tokens.notify.login_broken") as told, dies:
        GrantTokens(grant.pk).token()
    assert (asked.call_count, told.call_count) == (1, 1)


def test_a_page_is_not_kept_waiting_for_anothers_refresh(grant: Grant, refreshed: mock.Mock) -> None:
    later = timezone.now() + timedelta(minutes=5)
    Grant.objects.filter(pk=grant.pk).update(refreshing_by="another", refreshing_until=later)
    began = time.monotonic()
    with pytest.raises(Unavailable):
        GrantTokens(grant.pk, hurry=0.3).token()
    assert time.monotonic() - began < 10
    assert not refreshed.called


def test_a_page_gives_a_service_accounts_login_little_time_and_a_consent_its_own(grant: Grant) -> None:
    """A refresh that is given up may have used the refresh token up."""
    given: list[float] = []

    def asked(app: OAuthApp, *more: object) -> TokenSet:
        given.append(app.timeout[1])
        return _set("1")

    with mock.patch.object(OAuthApp, "refresh", asked), mock.patch.object(OAuthApp, "client_credentials", asked):
        GrantTokens(grant.pk, hurry=15).token()
        Grant.objects.filter(pk=grant.pk).update(kind="client_credentials", expires_at=timezone.now())
        GrantTokens(grant.pk, hurry=15).token()
    assert given == [60, 15]
