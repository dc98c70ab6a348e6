"""Apps, codes and tokens of the pretend Procore.

https://developers.procore.com/documentation/oauth-endpoints
https://developers.procore.com/documentation/developer-managed-service-accounts
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .company import Company
from .state import Row, World

TOKEN_SECONDS = 5400
CODE_SECONDS = 600


@dataclass
class Person:
    """Who a token acts for: a person, or the service account of an app."""

    id: int
    login: str
    name: str


@dataclass
class App:
    """An app and the companies where it is installed.

    `permitted` holds, for a company, the ids of the projects its administrator picked for the service account; a
    company without an entry permits all of them, also new ones.
    """

    client_id: str
    client_secret: str
    name: str
    account: Person
    redirect_uris: tuple[str, ...] = ()
    installed: set[int] = field(default_factory=set)
    permitted: dict[int, set[int]] = field(default_factory=dict)

    def install(self, company: Company) -> None:
        self.installed.add(company.id)

    def uninstall(self, company: Company) -> None:
        self.installed.discard(company.id)

    def permit_only(self, company: Company, *projects: Row) -> None:
        """The administrator picks projects; projects made later are not among them until picked."""
        self.permitted[company.id] = {project.id for project in projects}

    def may_see(self, company: Company, project: Row) -> bool:
        picked = self.permitted.get(company.id)
        return picked is None or project.id in picked


@dataclass
class Token:
    value: str
    app: App
    person: Person
    created_at: datetime
    expires_at: datetime
    refresh_token: str = ""

    @property
    def of_service_account(self) -> bool:
        return self.person is self.app.account


@dataclass(frozen=True)
class Code:
    app: App
    redirect_uri: str
    expires_at: datetime


class Logins:
    """What the login host knows."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.administrator = Person(world.new_id(), "administrator@example.com", "Company Administrator")
        self.apps: dict[str, App] = {}
        self.tokens: dict[str, Token] = {}
        self.codes: dict[str, Code] = {}

    def add_app(self, client_id: str, client_secret: str, name: str, redirect_uris: tuple[str, ...]) -> App:
        account = Person(self.world.new_id(), f"service-account+{client_id}@example.com", name)
        app = App(client_id, client_secret, name, account, redirect_uris)
        self.apps[client_id] = app
        return app

    def new_code(self, app: App, redirect_uri: str) -> str:
        code = secrets.token_hex(32)
        self.codes[code] = Code(app, redirect_uri, self.world.clock.now() + timedelta(seconds=CODE_SECONDS))
        return code

    def redeem_code(self, app: App, code: str, redirect_uri: str) -> Token | None:
        """A code works once, within ten minutes, for the app and address it was made for."""
        known = self.codes.pop(code, None)
        if known is None or known.app is not app or known.redirect_uri != redirect_uri:
            return None
        return self.new_token(app, self.administrator) if known.expires_at > self.world.clock.now() else None

    def redeem_refresh(self, app: App, refresh_token: str) -> Token | None:
        """A refresh token works once, for ever until then, and takes the old access token with it."""
        old = next((t for t in self.tokens.values() if refresh_token and t.refresh_token == refresh_token), None)
        if old is None or old.app is not app:
            return None
        del self.tokens[old.value]
        return self.new_token(app, old.person)

    def new_token(self, app: App, person: Person) -> Token:
        now = self.world.clock.now()
        service = person is app.account
        token = Token(
            value=secrets.token_urlsafe(48),
            app=app,
            person=person,
            created_at=now,
            expires_at=now + timedelta(seconds=TOKEN_SECONDS),
            refresh_token="" if service else secrets.token_hex(32),
        )
        self.tokens[token.value] = token
        return token

    def valid(self, value: str) -> Token | None:
        token = self.tokens.get(value)
        return token if token and token.expires_at > self.world.clock.now() else None

    def revoke(self, value: str) -> None:
        """Both tokens die, whichever of them is given."""
        self.tokens = {t.value: t for t in self.tokens.values() if value not in (t.value, t.refresh_token)}
