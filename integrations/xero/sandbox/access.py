"""Who may call: apps, consents, tokens and connections.

https://developer.xero.com/documentation/guides/oauth2/auth-flow
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .organisation import Organisation
from .state import Now, new_id
from .switches import Switches

# https://developer.xero.com/documentation/guides/oauth2/scopes
WRITE_SCOPES = {
    "accounting.contacts": ("Contacts", "ContactGroups"),
    "accounting.settings": ("Organisation", "Accounts", "TaxRates", "TrackingCategories", "Currencies", "Items"),
    "accounting.invoices": ("Invoices", "CreditNotes", "PurchaseOrders", "Items"),
    "accounting.payments": ("Payments", "BatchPayments", "Prepayments", "Overpayments"),
    "accounting.banktransactions": ("BankTransactions", "BankTransfers"),
    "accounting.manualjournals": ("ManualJournals",),
    "accounting.attachments": (),
}
READ_SCOPES = {
    "accounting.journals.read": ("Journals",),
    "accounting.budgets.read": ("Budgets",),
    **{
        f"accounting.reports.{report}.read": ()
        for report in ("aged", "balancesheet", "executivesummary", "profitandloss", "tenninetynine", "trialbalance")
    },
}
_TRANSACTIONS = (
    "accounting.invoices",
    "accounting.payments",
    "accounting.banktransactions",
    "accounting.manualjournals",
)
BROAD_SCOPES = {
    "accounting.transactions": _TRANSACTIONS,
    "accounting.transactions.read": tuple(f"{scope}.read" for scope in _TRANSACTIONS),
    "accounting.reports.read": (),
}
OTHER_SCOPES = ("openid", "profile", "email", "offline_access")
FULL_CONSENT = (*OTHER_SCOPES, *WRITE_SCOPES)


@dataclass
class Connection:
    id: str
    organisation: Organisation
    auth_event: str
    created_at: datetime
    updated_at: datetime


@dataclass
class App:
    """`kind` is "web" (a person consents) or "custom" (client credentials for one organisation).

    `scopes` only ever grow: a later consent adds to an earlier one. https://developer.xero.com/faq/oauth2
    """

    client_id: str
    secret: str = field(repr=False)
    redirect_uris: tuple[str, ...] = ()
    kind: str = "web"
    organisation: Organisation | None = None
    name: str = "Tieback"
    broad_scopes: bool = False  # registered before 2 March 2026
    scopes: set[str] = field(default_factory=set)
    connections: list[Connection] = field(default_factory=list)

    def connection_to(self, organisation_id: str) -> Connection | None:
        return next((c for c in self.connections if c.organisation.id == organisation_id), None)

    def known_scope(self, scope: str) -> bool:
        """https://developer.xero.com/faq/granular-scopes : new apps cannot ask for the broad scopes."""
        if scope in BROAD_SCOPES:
            return self.broad_scopes
        return scope in (*OTHER_SCOPES, *READ_SCOPES) or scope.removesuffix(".read") in WRITE_SCOPES


@dataclass
class AccessToken:
    app: App
    scopes: frozenset[str]
    expires_at: datetime

    def may(self, path: str, writes: bool) -> bool:
        """`path` begins with the resource's name. Any scope that covers the resource will do."""
        resource = path.partition("/")[0]
        needed = [scope for scope, resources in WRITE_SCOPES.items() if resource in resources]
        needed += [scope.removesuffix(".read") for scope, resources in READ_SCOPES.items() if resource in resources]
        if "/Attachments" in path:
            needed = ["accounting.attachments"]
        if not needed:
            return True
        held = {*self.scopes, *(n for b in self.scopes for n in BROAD_SCOPES.get(b, ()))}
        return any(scope in held or (not writes and f"{scope}.read" in held) for scope in needed)


@dataclass
class RefreshToken:
    app: App
    scopes: frozenset[str]
    issued_at: datetime
    used_at: datetime | None = None


@dataclass
class Code:
    app: App
    scopes: frozenset[str]
    redirect_uri: str
    issued_at: datetime


class Refused(Exception):
    """An OAuth error by its name: invalid_grant, invalid_client, invalid_scope…"""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.status = error, status


class Access:
    """The identity service's memory."""

    def __init__(self, now: Now, switches: Switches) -> None:
        self.now, self.switches = now, switches
        self.apps: dict[str, App] = {}
        self.codes: dict[str, Code] = {}
        self.access_tokens: dict[str, AccessToken] = {}
        self.refresh_tokens: dict[str, RefreshToken] = {}

    def app(self, client_id: str, secret: str | None = None) -> App:
        app = self.apps.get(client_id)
        if app is None or (secret is not None and not secrets.compare_digest(app.secret, secret)):
            raise Refused("invalid_client", 400)
        return app

    def check_scopes(self, app: App, scopes: Iterable[str]) -> frozenset[str]:
        asked = frozenset(scopes)
        if not asked or not all(app.known_scope(scope) for scope in asked):
            raise Refused("invalid_scope")
        return asked

    def consent(self, app: App, orgs: Sequence[Organisation], scopes: Iterable[str], redirect_uri: str) -> str:
        """What pressing Allow does; gives the code of the redirect."""
        asked = self.check_scopes(app, scopes)
        app.scopes |= asked
        event, now = new_id(), self.now()
        for organisation in orgs:
            connection = app.connection_to(organisation.id)
            if connection is None:
                app.connections.append(Connection(new_id(), organisation, event, now, now))
            else:
                connection.auth_event, connection.updated_at = event, now
        code = secrets.token_urlsafe(24)
        self.codes[code] = Code(app, frozenset(app.scopes), redirect_uri, now)
        return code

    def exchange(self, app: App, code: str, redirect_uri: str) -> dict[str, Any]:
        found = self.codes.pop(code, None)  # a code works once, and for five minutes
        if found is None or found.app is not app or found.redirect_uri != redirect_uri:
            raise Refused("invalid_grant")
        if self.now() - found.issued_at > timedelta(minutes=5):
            raise Refused("invalid_grant")
        return self.issue(app, found.scopes)

    def refresh(self, app: App, token: str) -> dict[str, Any]:
        """A new pair each time. The old token works on for half an hour, in case the answer was lost.

        https://developer.xero.com/documentation/guides/oauth2/auth-flow#refreshing-access-and-refresh-tokens
        """
        found, now = self.refresh_tokens.get(token), self.now()
        if found is None or found.app is not app:
            raise Refused("invalid_grant")
        if now - found.issued_at > timedelta(days=self.switches.refresh_days):
            raise Refused("invalid_grant")
        if found.used_at and now - found.used_at > timedelta(minutes=self.switches.refresh_grace_minutes):
            raise Refused("invalid_grant")
        found.used_at = found.used_at or now
        return self.issue(app, found.scopes)  # a refresh adds no scopes

    def client_credentials(self, app: App, scopes: Iterable[str]) -> dict[str, Any]:
        """https://developer.xero.com/documentation/guides/oauth2/custom-connections ."""
        if app.kind != "custom":
            raise Refused("unauthorized_client")
        return self.issue(app, self.check_scopes(app, list(scopes) or WRITE_SCOPES))

    def issue(self, app: App, scopes: frozenset[str]) -> dict[str, Any]:
        """The token endpoint's answer. Without `offline_access` there is no refresh token."""
        seconds = self.switches.access_seconds
        access = _token(app.client_id, scopes, self.now())
        self.access_tokens[access] = AccessToken(app, scopes, self.now() + timedelta(seconds=seconds))
        answer: dict[str, Any] = {"access_token": access, "expires_in": seconds, "token_type": "Bearer"}
        if "openid" in scopes:
            answer = {"id_token": _token(app.client_id, scopes, self.now()), **answer}
        if "offline_access" in scopes and app.kind == "web":
            refresh = secrets.token_urlsafe(32)
            self.refresh_tokens[refresh] = RefreshToken(app, scopes, self.now())
            answer["refresh_token"] = refresh
        return {**answer, "scope": " ".join(sorted(scopes))}

    def revoke(self, app: App, token: str) -> None:
        """Drops the login and every connection with it. https://developer.xero.com/faq/oauth2 ."""
        if token not in self.refresh_tokens or self.refresh_tokens[token].app is not app:
            return
        app.connections.clear()
        app.scopes.clear()
        self.refresh_tokens = {key: held for key, held in self.refresh_tokens.items() if held.app is not app}
        self.access_tokens = {key: held for key, held in self.access_tokens.items() if held.app is not app}


def _token(client_id: str, scopes: frozenset[str], now: datetime) -> str:
    """Looks like a JWT; means nothing by itself."""
    header = {"alg": "RS256", "typ": "JWT"}
    claims = {"client_id": client_id, "iat": int(now.timestamp()), "scope": sorted(scopes)}
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims))
    return ".".join((*parts, secrets.token_urlsafe(32)))
