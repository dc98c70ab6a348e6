"""How a vendor introduces itself to the hub: where it lives, how one logs in, what client talks to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .auth import OAuthApp
from .client import ApiClient, Wiring
from .limits import Quota


class GrantKind(StrEnum):
    """How a login is obtained."""

    CLIENT_CREDENTIALS = "client_credentials"  # Procore service account; Xero custom connection
    AUTHORIZATION_CODE = "authorization_code"  # a person consents in the browser


@dataclass(frozen=True)
class Environment:
    """A place where the vendor runs its service. `token_url` differs from the login host at some vendors."""

    slug: str
    name: str
    login_url: str
    api_url: str
    token_url: str = ""


@dataclass(frozen=True)
class Account:
    """One company, organisation or database that a login opens."""

    id: str
    name: str


@dataclass(frozen=True)
class Login:
    """What an OAuth application is made of. Secrets do not show in its repr because it is never printed whole."""

    environment: Environment
    kind: GrantKind
    client_id: str
    client_secret: str
    redirect_uri: str = ""

    def __repr__(self) -> str:
        return f"Login({self.environment.slug}, {self.kind}, client_id={self.client_id!r})"


@dataclass(frozen=True)
class Vendor:
    """The vendor's folder as the hub sees it. Every vendor package exports one as `VENDOR`."""

    slug: str
    name: str
    account_word: str  # what an account is called there: company, organisation
    environments: tuple[Environment, ...]
    grants: tuple[GrantKind, ...]
    quota: Quota
    app: Callable[[Login], OAuthApp]
    client: Callable[[str, str, GrantKind, Wiring], ApiClient]  # (api url, account id, grant kind, wiring)
    accounts: Callable[[ApiClient], Sequence[Account]]  # accounts the login opens; the client's account may be ""
    check: Callable[[ApiClient], str]  # one cheap read proving that the account answers; its name
    account_url: Callable[[str], str] = lambda account: ""

    def environment(self, slug: str) -> Environment:
        """Raises KeyError for an environment this vendor does not have."""
        return {e.slug: e for e in self.environments}[slug]
