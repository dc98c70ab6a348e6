"""Tokens of a grant: one worker refreshes at a time, and what it got is stored before anyone uses it."""

from __future__ import annotations

import math
import time
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from hub import notify
from hub.guard import refuse_in_transaction
from hub.models import Grant, GrantState
from integrations.base.auth import OAuthApp, TokenSet
from integrations.base.errors import AuthBroken, Unavailable
from integrations.base.vendor import GrantKind, Login

MARGIN = timedelta(minutes=3)  # renew this long before the end
LONGEST_WAIT = 60.0  # seconds for the answer of a login service
LOGIN_BROKEN = "login_broken"  # error code of jobs that wait for, or have failed at, a login
POLL = 0.2  # seconds between looks while another worker refreshes


def _timeout() -> tuple[float, float]:
    connect, read = settings.HUB_CALL_TIMEOUT
    return connect, min(read, LONGEST_WAIT)


def _claim_time() -> timedelta:
    """How long one worker may take to refresh: longer than the longest token call."""
    return timedelta(seconds=1.25 * sum(_timeout()))


class NeedsLogin(AuthBroken):
    """The login is dead until a person connects it again. What uses it waits for that."""


def redirect_uri() -> str:
    return f"{settings.HUB_BASE_URL}/connect/callback"


def login_of(grant: Grant) -> Login:
    """What the grant is made of: `secret` holds a client's secret, or the fields of a login that needs no tokens."""
    fields = {} if grant.kind != GrantKind.CREDENTIALS else grant.secret
    secret = grant.secret.get("client_secret", "")
    return Login(grant.place, GrantKind(grant.kind), grant.client_id, secret, redirect_uri(), fields)


def app_of(grant: Grant) -> OAuthApp:
    """Our application at the grant's vendor."""
    return replace(grant.vendor_spec.app(login_of(grant)), timeout=_timeout())


class GrantTokens:
    """`TokenSource` over a grant's row.

    Xero and Procore both give out a new refresh token with every refresh, so two workers that refresh together would
    leave a dead one behind. The claim is a conditional UPDATE; whoever comes second waits and re-reads. `hurry` is how
    many seconds somebody who waits for a page is kept for another's refresh.
    """

    def __init__(self, grant_id: int, hurry: float = math.inf) -> None:
        self._id, self._hurry = grant_id, hurry
        self._access = ""
        self._expires = timezone.now()

    def token(self) -> str:
        """Raises NeedsLogin when a person must connect again, Unavailable when the login service cannot answer."""
        if self._access and self._expires - MARGIN > timezone.now():
            return self._access
        return self._current(refused="")

    def renew(self, refused: str) -> str:
        return self._current(refused=refused)

    def _current(self, refused: str) -> str:
        deadline = time.monotonic() + min(1.2 * _claim_time().total_seconds(), self._hurry)
        while time.monotonic() < deadline:
            grant = Grant.objects.get(pk=self._id)
            if grant.state == GrantState.NEEDS_LOGIN:
                raise NeedsLogin(f"“{grant.name}” must be connected again: {grant.state_reason}")
            if self._usable(grant, refused):
                return self._keep(grant)
            owner = self._claim(grant)
            if owner:
                return self._refresh(grant, owner)
            time.sleep(POLL)
        raise Unavailable("Another worker has been renewing the login for too long.")

    @staticmethod
    def _usable(grant: Grant, refused: str) -> bool:
        access = grant.tokens.get("access_token", "")
        fresh = grant.expires_at is not None and grant.expires_at - MARGIN > timezone.now()
        return bool(access) and access != refused and fresh

    def _keep(self, grant: Grant) -> str:
        self._access, self._expires = grant.tokens["access_token"], grant.expires_at or timezone.now()
        return self._access

    def _claim(self, grant: Grant) -> str:
        """Become the one refresher of this version of the tokens; "" when another is."""
        now, owner = timezone.now(), uuid.uuid4().hex
        free = Q(refreshing_until=None) | Q(refreshing_until__lt=now)
        alive = Grant.objects.exclude(state=GrantState.NEEDS_LOGIN)  # it may have died since it was read
        taken = alive.filter(free, pk=grant.pk, version=grant.version).update(
            refreshing_by=owner, refreshing_until=now + _claim_time()
        )
        return owner if taken else ""

    def _refresh(self, grant: Grant, owner: str) -> str:
        refuse_in_transaction()
        try:
            tokens = self._ask(grant)
        except AuthBroken as error:
            break_grant(grant, error.message, owner)
            raise NeedsLogin(f"“{grant.name}” must be connected again: {error.message}", status=error.status) from error
        except BaseException:
            Grant.objects.filter(pk=grant.pk, refreshing_by=owner).update(refreshing_by="", refreshing_until=None)
            raise
        store(grant, tokens, refreshing_by=owner)
        return self._keep(Grant.objects.get(pk=grant.pk))

    def _ask(self, grant: Grant) -> TokenSet:
        """A refresh that is given up early may use up the refresh token; a service account has nothing to lose."""
        app = app_of(grant)
        if grant.kind == GrantKind.CLIENT_CREDENTIALS:
            connect, read = app.timeout
            return replace(app, timeout=(connect, min(read, self._hurry))).client_credentials()
        refresh = grant.tokens.get("refresh_token", "")
        if not refresh:
            raise AuthBroken("it has not been connected yet; press Connect.")
        return app.refresh(refresh)


def store(grant: Grant, tokens: TokenSet, refreshing_by: str = "") -> None:
    """Keep new tokens, unless a newer set has been stored meanwhile. A reconnect (no refresher named) always wins."""
    kept = tokens.refresh_token or grant.tokens.get("refresh_token", "")
    values: dict[str, Any] = {
        "tokens": {"access_token": tokens.access_token, "refresh_token": kept},
        "expires_at": tokens.expires_at,
        "version": F("version") + 1,
        "refreshing_by": "",
        "refreshing_until": None,
        "state": GrantState.OK,
        "state_reason": "",
    }
    rows = Grant.objects.filter(pk=grant.pk)
    if refreshing_by:
        rows = rows.filter(version=grant.version)
    else:
        values["connected_at"] = timezone.now()
    rows.update(**values)


def break_grant(grant: Grant, reason: str, owner: str) -> None:
    """Mark the grant dead and tell its managers, once: only the refresher of this version may."""
    changed = Grant.objects.filter(pk=grant.pk, refreshing_by=owner, version=grant.version).update(
        state=GrantState.NEEDS_LOGIN, state_reason=reason[:500], refreshing_by="", refreshing_until=None
    )
    if changed:
        grant.state_reason = reason[:500]
        notify.login_broken(grant)
