"""How a vendor introduces itself to the hub: where it lives, how one logs in, what client talks to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NoReturn

from .auth import OAuthApp
from .client import ApiClient, Wiring
from .interface import Interface
from .limits import Quota


class GrantKind(StrEnum):
    """How a login is obtained."""

    CLIENT_CREDENTIALS = "client_credentials"  # Procore service account; Xero custom connection
    AUTHORIZATION_CODE = "authorization_code"  # a person consents in the browser
    CREDENTIALS = "credentials"  # no tokens: what the login's fields make up is shown with every call


@dataclass(frozen=True)
class Environment:
    """A place where the vendor runs its service. `token_url` differs from the login host at some vendors.

    `hosts` are patterns (`integrations.base.urls.check_url`): with them, each customer has an installation of its own,
    and a person types its address in place of `api_url`.
    """

    slug: str
    name: str
    login_url: str
    api_url: str
    token_url: str = ""
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class LoginField:
    """One thing besides the client id that a login of kind CREDENTIALS is made of.

    All of them are stored encrypted; a secret one is never shown again. `choices` are (value, label).
    """

    name: str
    label: str
    secret: bool = False
    required: bool = True
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""
    max_length: int = 200


@dataclass(frozen=True)
class Account:
    """One company, organisation or database that a login opens."""

    id: str
    name: str


@dataclass(frozen=True)
class Login:
    """What a login is made of: an OAuth application, or `fields` by name. Secrets do not show in its repr."""

    environment: Environment
    kind: GrantKind
    client_id: str
    client_secret: str = ""
    redirect_uri: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Login({self.environment.slug}, {self.kind}, client_id={self.client_id!r})"


def _no_app(login: Login) -> NoReturn:
    raise TypeError(f"{login!r} is not for a vendor with OAuth")


def _no_token(login: Login) -> NoReturn:
    raise TypeError(f"{login!r} is not for a vendor that takes credentials with every call")


@dataclass(frozen=True)
class Vendor:
    """The vendor's folder as the hub sees it. Every vendor package exports one as `VENDOR`."""

    slug: str
    name: str
    account_word: str  # what an account is called there: company, organisation
    environments: tuple[Environment, ...]
    grants: tuple[GrantKind, ...]
    quota: Quota
    client: Callable[[str, str, GrantKind, Wiring], ApiClient]  # (api url, account id, grant kind, wiring)
    accounts: Callable[[ApiClient], Sequence[Account]]  # accounts the login opens; the client's account may be ""
    check: Callable[[ApiClient], str]  # one cheap read proving that the account answers; its name
    account_url: Callable[[str], str] = lambda account: ""
    app: Callable[[Login], OAuthApp] = _no_app  # for the kinds of OAuth
    # For CREDENTIALS: the fields, the token that a client shows with every call, and what is wrong with a login's
    # values ("client_id" and the fields): sentences by name.
    fields: tuple[LoginField, ...] = ()
    token: Callable[[Login], str] = _no_token
    login_faults: Callable[[Mapping[str, str]], Mapping[str, str]] = lambda values: {}
    interface: Interface | None = None  # for an API that looks different at each customer

    def environment(self, slug: str) -> Environment:
        """Raises KeyError for an environment this vendor does not have."""
        return {e.slug: e for e in self.environments}[slug]
