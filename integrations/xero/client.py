"""Talks to Xero's APIs: which organisation a call is for, and what its answers mean.

https://developer.xero.com/documentation/api/accounting/responsecodes
"""

from __future__ import annotations

import re
from typing import Any

import requests

from ..base.client import ApiClient, Reply, Request, Wiring
from ..base.errors import (
    AuthBroken,
    Forbidden,
    Missing,
    OutcomeUnknown,
    Rejected,
    Throttled,
    TokenExpired,
    Unavailable,
    VendorError,
)
from ..base.parsing import count
from ..base.vendor import GrantKind
from .answers import error_messages

ACCOUNTING = "/api.xro/2.0/"

# https://developer.xero.com/documentation/guides/oauth2/limits : no Retry-After is promised for some of the limits.
PAUSE_WITHOUT_TELLING = {"concurrent": 1.0, "minute": 60.0, "appminute": 60.0, "day": 3600.0}

_REMAINING = {
    "day": "X-DayLimit-Remaining",
    "minute": "X-MinLimit-Remaining",
    "app_minute": "X-AppMinLimit-Remaining",
}

# https://developer.xero.com/documentation/guides/oauth2/scopes
_RIGHTS = {
    "accounting.contacts": ("Contacts", "ContactGroups"),
    "accounting.settings": ("Organisation", "Accounts", "TaxRates", "TrackingCategories", "Currencies"),
    "accounting.invoices": ("Invoices", "CreditNotes", "PurchaseOrders", "Items"),
    "accounting.payments": ("Payments", "BatchPayments", "Prepayments", "Overpayments"),
    "accounting.banktransactions": ("BankTransactions",),
    "accounting.manualjournals": ("ManualJournals",),
}


class XeroClient(ApiClient):
    """A login seen through one organisation. `account` may be "" for calls that are for no organisation."""

    vendor = "Xero"
    correlation_header = "Xero-Correlation-Id"

    def __init__(
        self,
        base_url: str,
        account: str,
        kind: GrantKind,
        wiring: Wiring,
        session: requests.Session | None = None,
    ) -> None:
        super().__init__(base_url, wiring, session)
        self.account = account
        self.kind = kind

    def headers(self, request: Request) -> dict[str, str]:
        """XML comes back unless JSON is asked for; a custom connection opens one organisation and names none."""
        headers = super().headers(request)
        if self.account and self.kind is GrantKind.AUTHORIZATION_CODE:
            headers["xero-tenant-id"] = self.account
        return headers

    def calls_left(self, reply: Reply) -> dict[str, int]:
        """What is left of the day, the minute and the app's minute, as far as this answer tells."""
        told = {name: count(reply.headers.get(header)) for name, header in _REMAINING.items()}
        return {name: left for name, left in told.items() if left is not None}

    def observe(self, reply: Reply) -> None:
        """The day's limit differs by plan, and other programs may use the same app: what Xero has counted, counts."""
        for name, left in self.calls_left(reply).items():
            self.wiring.limiter.told(name, left)

    def classify(self, request: Request, reply: Reply) -> VendorError | None:
        if reply.status < 300:
            return None
        if reply.status == 401:
            return _unauthorised(request, reply)
        if reply.status == 403:
            return _forbidden(reply)
        if reply.status == 404:
            return Missing(f"Xero has nothing at {request.path}, or does not show it to this login.", **_where(reply))
        if reply.status == 408:
            return _timed_out(request, reply)
        if reply.status == 429:
            return _throttled(reply)
        return _rejected(reply)


def _where(reply: Reply) -> dict[str, Any]:
    return {"status": reply.status, "correlation_id": reply.headers.get(XeroClient.correlation_header, "")}


def _unauthorised(request: Request, reply: Reply) -> VendorError:
    """Three different things share the status 401; only `Detail` and a header tell them apart."""
    detail = _detail(reply)
    if detail.startswith("TokenExpired"):
        return TokenExpired("The access token has expired.", **_where(reply))
    # Xero's own FAQ misspells the word: https://developer.xero.com/faq/oauth2
    scope_missing = re.search("insuffici?ent_scope", reply.headers.get("WWW-Authenticate", ""))
    if detail == "AuthorizationUnsuccessful" or scope_missing:
        return Forbidden(
            f"This login may not {'change' if request.writes else 'read'} {_resource(request)}: "
            f"the right “{right_for(request)}” was not granted. Connect again and allow it.",
            **_where(reply),
        )
    return AuthBroken("Xero does not accept this login any more. Connect again.", **_where(reply))


def _forbidden(reply: Reply) -> VendorError:
    if detail := _detail(reply):
        said = (
            "This login is no longer connected to the organisation in Xero. Connect again and choose the organisation."
            if detail == "AuthenticationUnsuccessful"
            else f"Xero does not allow this: {detail}"
        )
        return Forbidden(said, **_where(reply))
    # Without a JSON body the refusal comes from the network edge in front of the API, which executes nothing.
    return Unavailable("Xero's network edge turned the call away before it reached the API.", **_where(reply))


def _timed_out(request: Request, reply: Reply) -> VendorError:
    if request.writes:
        return OutcomeUnknown("Xero gave up on a write; whether it was carried out is not known yet.", **_where(reply))
    return Unavailable("Xero gave up on a read.", **_where(reply))


def _throttled(reply: Reply) -> Throttled:
    scope = reply.headers.get("X-Rate-Limit-Problem", "").lower().replace("-", "")
    if scope not in PAUSE_WITHOUT_TELLING:
        scope = "day" if reply.headers.get(_REMAINING["day"]) == "0" else "minute"
    told = reply.retry_after
    return Throttled(
        f"Xero's {scope} limit of calls is used up.",
        retry_after=PAUSE_WITHOUT_TELLING[scope] if told is None else told,
        scope=scope,
        **_where(reply),
    )


def _rejected(reply: Reply) -> Rejected:
    messages = tuple(error_messages(reply.data))
    if not messages:
        plain = reply.text.strip()
        short = plain if plain and len(plain) < 200 and "<" not in plain else ""
        messages = (short or f"Xero refused the request (status {reply.status}).",)
    return Rejected(" ".join(messages), messages=messages, **_where(reply))


def _detail(reply: Reply) -> str:
    if not isinstance(reply.data, dict):
        return ""
    value = reply.data.get("Detail") or reply.data.get("detail")
    return value if isinstance(value, str) else ""


def _resource(request: Request) -> str:
    name = request.path.removeprefix(ACCOUNTING).partition("/")[0]
    return re.sub("(?<=[a-z])(?=[A-Z])", " ", name).lower() or "this"


def right_for(request: Request) -> str:
    """The scope that a request needs."""
    resource = request.path.removeprefix(ACCOUNTING).partition("/")[0]
    scope = next((s for s, resources in _RIGHTS.items() if resource in resources), "accounting.settings")
    if "/Attachments" in request.path:
        scope = "accounting.attachments"
    return scope if request.writes else f"{scope}.read"
