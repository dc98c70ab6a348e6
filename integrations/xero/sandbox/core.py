"""The pretend Xero's frame: its memory, who may call, and the shapes all resources answer in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.http import http_date
from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import Clock, Fault, Sandbox
from . import seed, wire
from .access import FULL_CONSENT, Access, AccessToken, App
from .bodies import BadParameter, BadPost, Unhandled
from .gate import Exceeded, Keys, Limits
from .organisation import Organisation
from .state import new_id
from .switches import Switches

ACCOUNTING = "/api.xro/2.0/"

# https://developer.xero.com/documentation/api/accounting/responsecodes#503
OUTAGES = (
    "The Xero API is currently offline for maintenance",
    "The Xero API is temporarily unavailable",
    "The Organisation is offline",
)


@dataclass
class Caller:
    """What is known of a call so far. `left` fills as far as the call got before it was refused."""

    id: str = field(default_factory=new_id)
    token: AccessToken | None = None
    organisation: Organisation | None = None
    left: dict[str, str] = field(default_factory=dict)

    @property
    def app(self) -> App:
        if self.token is None:
            raise LookupError("asked who calls before the token was looked at")
        return self.token.app


class XeroCore(Sandbox):
    """Without routes: `XeroSandbox` puts the resources on top."""

    def __init__(self, clock: Clock | None = None, switches: Switches | None = None) -> None:
        super().__init__(clock)
        self.switches = switches or Switches()
        self.organisations: dict[str, Organisation] = {}
        self.access = Access(self.clock.now, self.switches)
        self.limits = Limits(self.switches)
        self.keys = Keys()
        self.outage = ""  # one of OUTAGES, and nothing works

    # Filling it.

    def add_organisation(self, name: str, country: str = "AU", *, demo: bool = False, **profile: Any) -> Organisation:
        """An organisation with the standard books of "AU" or "NZ"; `profile` overrides what GET Organisation tells."""
        organisation = seed.organisation(name, country, self.clock.now, demo=demo, **profile)
        organisation.switches = self.switches
        self.organisations[organisation.id] = organisation
        return organisation

    def add_app(
        self,
        client_id: str,
        secret: str,
        redirect_uris: Sequence[str] = (),
        *,
        kind: str = "web",
        organisation: Organisation | None = None,
        **more: Any,
    ) -> App:
        app = App(client_id, secret, tuple(redirect_uris), kind, organisation, **more)
        self.access.apps[client_id] = app
        return app

    def consent(self, app: App, organisations: Sequence[Organisation], scopes: str = "", redirect_uri: str = "") -> str:
        """A person allows the app into these organisations; gives the code of the redirect."""
        asked = scopes.split() or FULL_CONSENT
        return self.access.consent(app, organisations, asked, redirect_uri or next(iter(app.redirect_uris), ""))

    def tokens(self, app: App, organisations: Sequence[Organisation], scopes: str = "") -> dict[str, Any]:
        """Consent and exchange at one go: the token endpoint's answer, with access_token and refresh_token."""
        self.consent(app, organisations, scopes)
        return self.access.issue(app, frozenset(app.scopes))

    # Who calls.

    @staticmethod
    def caller(request: Request) -> Caller:
        caller: Caller = request.environ.setdefault("xero.caller", Caller())
        return caller

    def org(self, request: Request) -> Organisation:
        found = self.caller(request).organisation
        if found is None:
            raise LookupError("asked for the organisation of a call that was not admitted")
        return found

    def account(self, request: Request) -> str:
        token = self._token(request)
        if token and token.app.kind == "custom" and token.app.organisation:
            return token.app.organisation.id
        return str(request.headers.get("xero-tenant-id", ""))

    def _token(self, request: Request) -> AccessToken | None:
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        return self.access.access_tokens.get(value) if kind.lower() == "bearer" else None

    def expire_token(self, request: Request) -> None:
        if token := self._token(request):
            token.expires_at = self.clock.now()

    def admit(self, request: Request) -> Response | None:
        if request.path.startswith("/connect/"):
            return None  # the identity service looks for itself
        if self.outage:
            return Response(self.outage, 503, content_type="text/plain")
        if refusal := self._authenticate(request):
            return refusal
        if not request.path.startswith(ACCOUNTING):
            return None
        return self._authorise(request) or self._limit(request) or self._measure(request)

    def _authenticate(self, request: Request) -> Response | None:
        """https://developer.xero.com/documentation/api/accounting/responsecodes#401 ."""
        token, now = self._token(request), self.clock.now()
        challenge = {"WWW-Authenticate": "Bearer error=invalid_token"}
        if token is None:
            return self.problem(request, 401, "AuthenticationUnsuccessful", challenge)
        if token.expires_at <= now:
            detail = f"TokenExpired: token expired at {token.expires_at:%m/%d/%Y %H:%M:%S}"
            return self.problem(request, 401, detail, challenge)
        self.caller(request).token = token
        return None

    def _authorise(self, request: Request) -> Response | None:
        caller, now = self.caller(request), self.clock.now()
        app_limit = self.limits.take_app(caller.app.client_id, now)
        left = self.limits.left(caller.app.client_id, 60, self.switches.app_minute_limit, now)
        caller.left["X-AppMinLimit-Remaining"] = str(left)
        if app_limit:
            return self.too_many(app_limit)
        if not (caller.token and caller.token.may(request.path.removeprefix(ACCOUNTING), request.method != "GET")):
            return self.problem(request, 401, "AuthorizationUnsuccessful", {"WWW-Authenticate": "insufficient_scope"})
        caller.organisation = self._organisation(caller.app, request)
        if caller.organisation is None:
            return self.problem(request, 403, "AuthenticationUnsuccessful")
        return None

    @staticmethod
    def _organisation(app: App, request: Request) -> Organisation | None:
        if app.kind == "custom":
            return app.organisation
        connection = app.connection_to(request.headers.get("xero-tenant-id", ""))
        return connection.organisation if connection else None

    def _limit(self, request: Request) -> Response | None:
        """https://developer.xero.com/documentation/guides/oauth2/limits ."""
        caller, now, org = self.caller(request), self.clock.now(), self.org(request)
        app, day_limit = caller.app.client_id, org.day_limit or self.switches.day_limit
        exceeded = self._crowded(request) or self.limits.take(app, org.id, day_limit, now)
        who = f"{app}/{org.id}"
        minute = self.limits.left(who, self.switches.minute_seconds, self.switches.minute_limit, now)
        caller.left["X-MinLimit-Remaining"] = str(minute)
        caller.left["X-DayLimit-Remaining"] = str(self.limits.left(who, 86_400, day_limit, now))
        if exceeded:
            return self.too_many(exceeded)
        return Response(OUTAGES[2], 503, content_type="text/plain") if org.offline else None

    def _crowded(self, request: Request) -> Exceeded | None:
        if self.in_flight.get(self.account(request), 0) <= self.switches.concurrent_limit:
            return None
        return Exceeded("concurrent", 1 if self.switches.retry_after_for_concurrent else None)

    def _measure(self, request: Request) -> Response | None:
        if len(request.url) > self.switches.max_url:
            return wire.not_found()
        if len(request.get_data()) > self.switches.max_body:
            return Response("Request Entity Too Large", self.switches.oversize_status, content_type="text/plain")
        return None

    # The shapes of answers.

    def problem(self, request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
        """A refusal of the gateway, in its own words."""
        title = {401: "Unauthorized", 403: "Forbidden"}[status]
        call = self.caller(request).id
        body: dict[str, Any] = {"Type": None, "Title": title, "Status": status, "Detail": detail, "Instance": call}
        body["Extensions"] = {}
        text = json.dumps(body, separators=(",", ":"))
        return Response(text, status, headers=dict(headers or {}), content_type="application/json")

    def too_many(self, exceeded: Exceeded) -> Response:
        headers = {"X-Rate-Limit-Problem": exceeded.problem}
        if exceeded.retry_after is not None:
            headers["Retry-After"] = str(exceeded.retry_after)
        response = Response("", 429, headers=headers)
        del response.headers["Content-Type"]
        return response

    def throttle(self, request: Request, fault: Fault) -> Response:
        response = self.too_many(Exceeded("minute", 1))
        response.headers.extend({"X-MinLimit-Remaining": "0"})
        for name, value in fault.headers.items():
            response.headers[name] = value
        return response

    def not_found(self, request: Request) -> Response:
        return wire.not_found()

    def finish(self, request: Request, response: Response) -> Response:
        caller = self.caller(request)
        response.headers["Date"] = http_date(self.clock.now())
        response.headers["Xero-Correlation-Id"] = caller.id
        response.headers["Cache-Control"] = "max-age=0, no-cache, no-store"
        for name, value in caller.left.items():
            response.headers.setdefault(name, value)
        return response

    def answer(
        self,
        request: Request,
        name: str,
        rows: Sequence[Mapping[str, Any]],
        *,
        pagination: Mapping[str, int] | None = None,
    ) -> Response:
        caller = self.caller(request)
        document: dict[str, Any] = {
            "Id": caller.id,
            "Status": "OK",
            "ProviderName": caller.token.app.name if caller.token else "",
            "DateTimeUTC": wire.stamp(self.clock.now()),
        }
        if pagination is not None:
            document["pagination"] = dict(pagination)
        document[name] = list(rows)
        return wire.respond(request, document)

    def invalid(self, request: Request, elements: Iterable[Mapping[str, Any]]) -> Response:
        document = wire.validation_document([dict(element) for element in elements])
        return wire.respond(request, document, 400, "ApiException")

    def fault_document(self, request: Request, number: int, kind: str, message: str) -> Response:
        return wire.respond(request, wire.error_document(number, kind, message), 400, "ApiException")

    # Carrying out.

    def _route(self, request: Request) -> Response:
        if self.is_ours(request) or not request.path.startswith(ACCOUNTING):
            return super()._route(request)
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.method in ("GET", "DELETE"):
            return self._carry_out(request)
        if len(key) > 128:
            return self.fault_document(request, 10, "ValidationException", "Idempotency Key: at most 128 characters.")
        return self._once_per_key(request, key)

    def _once_per_key(self, request: Request, key: str) -> Response:
        """https://developer.xero.com/documentation/guides/idempotent-requests/idempotency ."""
        app, org, now = self.caller(request).app, self.org(request), self.clock.now()
        kept = self.keys.find(app.client_id, key, now)
        if kept is None:
            response = self._carry_out(request)
            self.keys.keep(app.client_id, org.id, request, response, now)
            return response
        if kept.call != self.keys.call(request, org.id):
            said = f"Idempotency Key: {key} is used with a different request."
            return self.fault_document(request, 10, "ValidationException", said)
        return Response(kept.body, kept.status, content_type=kept.content_type)

    def _execute(self, request: Request, fault: Fault | None) -> Response | None:
        """An internal error is kept under the key like any other answer."""
        response = super()._execute(request, fault)
        token, key = self._token(request), request.headers.get("Idempotency-Key", "")
        if token and key and response is not None and response.status_code == 500:
            self.keys.keep(token.app.client_id, self.account(request), request, response, self.clock.now())
        return response

    def _carry_out(self, request: Request) -> Response:
        try:
            return super()._route(request)
        except BadPost as error:
            return self.fault_document(request, 14, "PostDataInvalidException", str(error))
        except BadParameter as error:
            return Response(str(error), 400, content_type="text/html; charset=utf-8")
        except Unhandled:
            return Response("An error occurred", 500, content_type="text/html; charset=utf-8")
