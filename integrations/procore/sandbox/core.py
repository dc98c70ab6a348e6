"""The door of the pretend Procore: who may call, for which company, how often; and what every handler needs."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import Clock, Fault, Sandbox, json_response
from . import html
from .company import Company
from .hooks import Source
from .limits import TOO_MANY, Limits
from .logins import App, Logins, Token
from .rules import Invalid, Refusal, forbidden, found, missing
from .state import Row, Table, World
from .switches import Switches

HEADER = "Procore-Company-Id"
COMPANY_FREE = ("/rest/v1.0/me", "/rest/v1.0/companies")
MAX_SYNC = 1000
FILES = "/files/"  # addresses that are their own permission
PAGES = re.compile(r"/\d+/(company|project)/|/oauth/authorize$")  # for people; not in the ledger

Values = dict[str, Any]


class Core(Sandbox):
    """State, admission and helpers. Resources are added by mixing in their routes."""

    def __init__(
        self, *, spike: int = 25, hourly: int = 600, switches: Switches | None = None, clock: Clock | None = None
    ) -> None:
        super().__init__(clock)
        self.switches = switches or Switches()
        self.world = World(self.clock)
        self.logins = Logins(self.world)
        self.limits = Limits(self.clock, spike, hourly)
        self.companies: dict[int, Company] = {}

    # Filling it.

    def add_company(self, name: str, country_code: str = "AU") -> Company:
        """A customer's account. `country_code` is where a state without a country is looked up."""
        company = Company(self.world, name, country_code)
        company.own_vendor_ids = self.switches.project_vendors_have_own_ids
        self.companies[company.id] = company
        return company

    def add_app(
        self,
        client_id: str,
        client_secret: str,
        companies: Sequence[Company] = (),
        redirect_uris: Sequence[str] = (),
        name: str = "Accounting hub",
    ) -> App:
        """An app, installed in `companies` and with every project of theirs permitted (see App.permit_only)."""
        app = self.logins.add_app(client_id, client_secret, name, tuple(redirect_uris))
        for company in companies:
            app.install(company)
        return app

    def access_token(self, app: App) -> str:
        """A token of the app's service account, without the way round the login host."""
        return self.logins.new_token(app, app.account).value

    def consent(self, app: App, redirect_uri: str) -> str:
        """The code that a browser would bring back after the company's administrator agreed."""
        return self.logins.new_code(app, redirect_uri)

    # Admission.

    def is_ours(self, request: Request) -> bool:
        return super().is_ours(request) or PAGES.match(request.path) is not None

    def admit(self, request: Request) -> Response | None:
        if request.path.startswith(("/oauth/", FILES)):
            return None
        try:
            self._admit(request)
        except Refusal as refusal:
            return refusal.response()
        return None

    def _admit(self, request: Request) -> None:
        token = self.token(request)
        if token is None:
            # https://developers.procore.com/documentation/error-reference#token-related-errors
            raise Refusal(401, {"errors": ["The access token is invalid"]})
        if not self.limits.take(self._caller(request)):
            raise self._too_many(self.limits.seconds_to_wait(self._caller(request)))
        self._check_company(request, token)

    def _check_company(self, request: Request, token: Token) -> None:
        """https://developers.procore.com/documentation/tutorial-mpz"""
        free = request.path in COMPANY_FREE
        if free and (not token.of_service_account or not self.account(request)):
            if token.of_service_account and self.switches.service_account_always_needs_header:
                raise self._no_header()
            return
        if not self.account(request):
            raise self._no_header()
        if self.company(request).id not in token.app.installed:
            raise forbidden("App is not connected to this company.")

    def _no_header(self) -> Refusal:
        if self.switches.explains_missing_header:
            return Refusal(400, {"message": f"Missing {HEADER} header!"})
        return missing()

    def _too_many(self, seconds: float, headers: Mapping[str, str] | None = None) -> Refusal:
        told = {"Retry-After": str(int(seconds))} if self.switches.retry_after_on_429 else {}
        return Refusal(429, {"errors": TOO_MANY}, told if headers is None else headers)

    def throttle(self, request: Request, fault: Fault) -> Response:
        return self._too_many(fault.seconds or 1, fault.headers or None).response()

    def expire_token(self, request: Request) -> None:
        token = self.token(request)
        if token:
            token.expires_at = self.clock.now()

    def account(self, request: Request) -> str:
        return request.headers.get(HEADER, "")

    def finish(self, request: Request, response: Response) -> Response:
        if self.token(request):
            for name, value in self.limits.headers(self._caller(request)).items():
                response.headers.setdefault(name, value)
        response.headers["X-Request-Id"] = str(uuid.uuid4())
        return response

    def not_found(self, request: Request) -> Response:
        return missing().response()

    def _route(self, request: Request) -> Response:
        try:
            with self.world.news.of_call(self._source(request)):
                return super()._route(request)
        except Refusal as refusal:
            return html.refused(refusal) if self.is_ours(request) else refusal.response()

    def _source(self, request: Request) -> Source:
        """Who makes the changes of a call: an app for somebody, or the administrator on the web site."""
        token = self.token(request)
        return Source(token.person.id, token.app.client_id) if token else Source(self.logins.administrator.id)

    def _caller(self, request: Request) -> tuple[str, str]:
        return request.headers.get("Authorization", ""), self.account(request)

    # What handlers ask.

    def token(self, request: Request) -> Token | None:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        return self.logins.valid(value) if scheme.lower() == "bearer" else None

    def caller(self, request: Request) -> Token:
        """The token of an admitted call."""
        token = self.token(request)
        if token is None:
            raise missing()
        return token

    def company(self, request: Request) -> Company:
        """The company of the header."""
        text = self.account(request)
        company = self.companies.get(int(text)) if text.isdigit() else None
        if company is None:
            raise missing()
        return company

    def company_asked(self, request: Request, company_id: object = None) -> Company:
        """The company named by path, query or body, which must be the header's: the header does not replace it."""
        asked = company_id if company_id is not None else self.required(request, "company_id")
        company = self.company(request)
        if str(asked) != str(company.id):
            raise missing()
        return company

    def project_asked(self, request: Request, project_id: object) -> Row:
        project = found(self.company(request).projects, project_id)
        if not self.permits(request, project):
            raise forbidden() if self.switches.not_permitted_status == 403 else missing()
        return project

    def permits(self, request: Request, project: Row) -> bool:
        """Service accounts see picked projects only:
        https://developers.procore.com/documentation/developer-managed-service-accounts"""
        token = self.caller(request)
        return not token.of_service_account or token.app.may_see(self.company(request), project)

    def need_tool(self, request: Request, tool: str, project: Row | None = None) -> None:
        """A tool that is off, or not among the app's rights, answers 403."""
        off = self.company(request).tools_off | (project["tools_off"] if project else frozenset())
        if tool in off:
            raise forbidden()

    def required(self, request: Request, name: str) -> Any:
        """A documented parameter, from the query or the body."""
        value = request.args.get(name)
        if value is None and request.method != "GET":
            value = self.body(request).get(name)
        if value is None or value == "":
            raise Invalid(400, **{name: "required"})
        return value

    def body(self, request: Request) -> Values:
        data = request.get_json(silent=True) if request.get_data() else {}
        if not isinstance(data, dict):
            raise Refusal(400, {"errors": ["The request body is not a JSON object"]})
        return data

    def wrapped(self, request: Request, name: str) -> Values:
        """The attributes of a create or an update, which come under the resource's name."""
        data = self.body(request).get(name)
        if not isinstance(data, dict):
            raise Invalid(400, **{name: "required"})
        return data

    # Sync.

    def sync(
        self,
        request: Request,
        table: Table,
        save: Callable[[Row | None, Values], Row],
        show: Callable[[Row], Values],
        limit_status: int = 0,
    ) -> Response:
        """Create or change many. The answer is 200 whatever became of them; an error repeats what was sent.

        https://developers.procore.com/documentation/using-sync-actions
        """
        entities, errors = [], []
        for update in self._updates(request, limit_status or self.switches.sync_limit_status):
            try:
                entities.append(show(save(sync_target(table, update), update)))
            except Invalid as refusal:
                errors.append({**update, "errors": refusal.fields})
        return json_response({"entities": entities, "errors": errors})

    def _updates(self, request: Request, limit_status: int) -> list[Values]:
        updates = self.body(request).get("updates")
        if not isinstance(updates, list) or not all(isinstance(update, dict) for update in updates):
            raise Invalid(400, updates="required")
        if len(updates) > MAX_SYNC:
            raise Refusal(limit_status, {"errors": [f"At most {MAX_SYNC} updates are allowed"]})
        return updates


def sync_target(table: Table, update: Mapping[str, Any]) -> Row | None:
    """An id must be known; an origin_id alone finds its row or, unknown, leads to a new one."""
    if update.get("id") is None:
        return table.with_origin(update.get("origin_id"))
    row = table.get(update["id"])
    if row is None:
        raise Invalid(404, id="Entity with this ID not found")
    return row
