"""OAuth 2 exchanges, and what a client needs from whoever keeps the tokens.

https://www.rfc-editor.org/rfc/rfc6749 . The exchanges run on requests-oauthlib; storing tokens, and making
sure that only one worker refreshes them, is the hub's job (`hub.tokens`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import requests
from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from .errors import AuthBroken, Unavailable

TIMEOUT = (10, 60)


LONGEST_LIFE = 10 * 365 * 86_400  # seconds, of an access token
LONGEST_TOKEN = 20_000  # characters; those of Xero have some 1,500


class TokenSource(Protocol):
    """Hands out a bearer token that is worth trying."""

    def token(self) -> str:
        """A token that has not expired by our reckoning; renewed first when it has."""

    def renew(self, refused: str) -> str:
        """A token other than `refused`, which the vendor has just called expired."""


@dataclass(frozen=True)
class StaticToken:
    """A token that never changes: for tests and one-off scripts."""

    value: str = field(repr=False)

    def token(self) -> str:
        return self.value

    def renew(self, refused: str) -> str:
        raise AuthBroken("The access token was refused and cannot be renewed.", status=401)


@dataclass(frozen=True)
class TokenSet:
    """One answer of a token endpoint. `expires_at` is by our clock, counted from when the answer arrived."""

    access_token: str = field(repr=False)
    expires_at: datetime
    refresh_token: str = field(default="", repr=False)
    scope: str = ""

    @classmethod
    def from_answer(cls, answer: dict[str, Any], now: datetime) -> TokenSet:
        """Raises Unavailable for an answer whose tokens cannot be used, or not be kept."""
        try:
            lifetime = min(max(0, int(answer.get("expires_in", 0))), LONGEST_LIFE)
            access, refresh = _token(answer["access_token"]), _token(answer.get("refresh_token") or "")
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise Unavailable("The login service gave an answer without a usable token.") from error
        if not access:
            raise Unavailable("The login service gave an answer without a usable token.")
        scope = answer.get("scope", "")
        return cls(
            access_token=access,
            expires_at=now + timedelta(seconds=lifetime),
            refresh_token=refresh,
            scope=" ".join(map(str, scope)) if isinstance(scope, list) else str(scope or ""),
        )


def _token(value: object) -> str:
    """https://www.rfc-editor.org/rfc/rfc6749#appendix-A.12 : visible ASCII, so that it fits into a header."""
    if not isinstance(value, str) or not re.fullmatch(r"[\x20-\x7e]*", value) or len(value) > LONGEST_TOKEN:
        raise ValueError("not a token")
    return value


@dataclass(frozen=True)
class OAuthApp:
    """Our registration at a vendor: where to log in, and with which identity."""

    authorize_url: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...] = ()
    redirect_uri: str = ""
    secret_in_body: bool = False  # the vendor documents the client secret as a form field, not as basic auth
    timeout: tuple[float, float] = TIMEOUT  # seconds: connect, read

    def authorization_url(self, state: str) -> str:
        session = OAuth2Session(self.client_id, redirect_uri=self.redirect_uri or None, scope=list(self.scopes) or None)
        url, _ = session.authorization_url(self.authorize_url, state=state)
        return str(url)

    def exchange_code(self, code: str) -> TokenSet:
        """Trade the code of the consent redirect for tokens. Raises AuthBroken, Unavailable."""
        tokens = _exchange(
            lambda: self._session().fetch_token(
                self.token_url, code=code, timeout=self.timeout, include_client_id=self.secret_in_body, **self._proof()
            )
        )
        if not tokens.refresh_token:
            raise Unavailable("The login service gave no token that the login could be renewed with. Connect again.")
        return tokens

    def refresh(self, refresh_token: str) -> TokenSet:
        """New tokens for a refresh token, which may be used up by this. Raises AuthBroken, Unavailable."""
        named: dict[str, Any] = {"client_id": self.client_id} if self.secret_in_body else {}
        return _exchange(
            lambda: self._session().refresh_token(
                self.token_url, refresh_token=refresh_token, timeout=self.timeout, **named, **self._proof()
            )
        )

    def client_credentials(self) -> TokenSet:
        """Tokens for the application itself. Raises AuthBroken, Unavailable."""
        session = _stay_here(OAuth2Session(client=BackendApplicationClient(client_id=self.client_id)))
        asked: dict[str, Any] = {"scope": " ".join(self.scopes)} if self.scopes else {}
        return _exchange(
            lambda: session.fetch_token(
                self.token_url, timeout=self.timeout, include_client_id=self.secret_in_body, **asked, **self._proof()
            )
        )

    def _proof(self) -> dict[str, Any]:
        """How the app proves who it is: by the header that RFC 6749 section 2.3.1 prefers, or by a form field."""
        if self.secret_in_body:
            return {"client_secret": self.client_secret}
        return {"auth": HTTPBasicAuth(self.client_id, self.client_secret)}

    def _session(self) -> OAuth2Session:
        # Without a scope: vendors answer with all that was ever granted, and oauthlib takes a difference for an attack.
        return _stay_here(OAuth2Session(self.client_id, redirect_uri=self.redirect_uri or None))


def _stay_here(session: OAuth2Session) -> OAuth2Session:
    session.max_redirects = 0  # a secret must not follow a redirect to another host
    return session


def _exchange(call: Callable[[], dict[str, Any]]) -> TokenSet:
    """Run one token request and sort its failures: the login's fault, or the network's."""
    try:
        return TokenSet.from_answer(dict(call()), datetime.now(UTC))
    except OAuth2Error as error:
        code = error.error if isinstance(error.error, str) else ""
        if code in ("server_error", "temporarily_unavailable", "missing_token"):
            raise Unavailable(f"The login service could not answer: {code}.") from error
        if not re.fullmatch("[A-Za-z_]{0,60}", code):
            raise Unavailable("The login service gave an answer that cannot be read.") from error
        raise AuthBroken(
            f"The login was refused ({code or 'unknown reason'}). Check the client id and secret, or connect again.",
            status=getattr(error, "status_code", None),
        ) from error
    except requests.RequestException as error:
        raise Unavailable(f"The login service could not be reached ({type(error).__name__}).") from error
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError) as error:
        # oauthlib takes an answer for an object with fields of the right types
        raise Unavailable("The login service gave an answer that cannot be read.") from error
