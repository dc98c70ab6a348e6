"""Webhooks over the API: hooks, their triggers, and what was delivered.

https://developers.procore.com/reference/rest/v1/hooks
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import hook_shapes as shapes
from .company import Company
from .core import Core, Values
from .hooks import Courier, Delivery, Event, Source, new_ulid
from .resources import EVENTS
from .rules import Invalid, Refusal, missing
from .state import Row

HOOKS = "/rest/v1.0/webhooks/hooks"
ONE = f"{HOOKS}/<int:hook_id>"
NAMESPACE = re.compile(r"[a-z0-9-]+")
MAX_TRIGGERS = 500


class HookRoutes(Core):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.courier = Courier(self.clock)
        self.world.news.tell = self._tell_hooks

    def _tell_hooks(self, event: Event, source: Source) -> None:
        company = self.companies[event.company_id]
        for row in company.hooks:
            wanted = (row.id, event.resource, event.kind)
            mine = row["project_id"] in (None, event.project_id) and row["status"] == "active"
            if mine and any((t["hook_id"], t["resource_name"], t["event_type"]) == wanted for t in company.triggers):
                for _ in range(2 if self.switches.deliveries_come_twice else 1):
                    self._send(row, event, source)

    def _send(self, row: Row, event: Event, source: Source) -> None:
        number, at = self.world.new_id(), self.clock.now()
        payload = shapes.payload(row["version"], event, source, number, new_ulid(at), at)
        self.courier.take(Delivery(number, row, event, payload, at, at))

    # Hooks.

    @route("GET", HOOKS)
    def list_hooks(self, request: Request) -> Response:
        company, project_id = self._owner(request)
        rows = company.hooks.where(lambda row: row["project_id"] == project_id)
        for name, shown in (("namespace", "namespace"), ("api_version", "version")):
            asked = request.args.get(name)
            rows = [row for row in rows if asked in (None, row[shown], shapes.hook(company.id, row).get(name))]
        return json_response([shapes.hook(company.id, row) for row in rows])

    @route("POST", HOOKS)
    def create_hook(self, request: Request) -> Response:
        company, project_id = self._owner(request)
        values = self._checked_hook(self.wrapped(request, "hook"), None)
        row = self.new_hook(request, company, project_id, values)
        return json_response(shapes.hook(company.id, row), 201)

    @route("PATCH", ONE)
    def update_hook(self, request: Request, hook_id: int) -> Response:
        company, row = self._hook(request, hook_id)
        row.change(**self._checked_hook(self.wrapped(request, "hook"), row))
        return json_response(shapes.hook(company.id, row))

    @route("DELETE", ONE)
    def delete_hook(self, request: Request, hook_id: int) -> Response:
        remove_hook(*self._hook(request, hook_id))
        return json_response({})

    def _checked_hook(self, update: Values, row: Row | None) -> Values:
        values = checked_hook(update, row)
        if row is None or "api_version" in update:
            values["version"] = shapes.VERSIONS.get(str(update.get("api_version")))
            if values["version"] is None:
                raise Invalid(400, api_version="is not included in the list")
        return values

    def new_hook(self, request: Request, company: Company, project_id: int | None, values: Values) -> Row:
        return company.hooks.add(project_id=project_id, user_id=self.caller(request).person.id, **values)

    # Triggers.

    @route("GET", f"{ONE}/triggers")
    def list_triggers(self, request: Request, hook_id: int) -> Response:
        company, row = self._hook(request, hook_id)
        return json_response([shapes.trigger(company.id, row, one) for one in triggers_of(company, row)])

    @route("POST", f"{ONE}/triggers")
    def create_trigger(self, request: Request, hook_id: int) -> Response:
        company, row = self._hook(request, hook_id)
        self._check_version(request, row)
        made = add_trigger(company, row, self.wrapped(request, "trigger"))
        return json_response(shapes.trigger(company.id, row, made), 201)

    @route("POST", f"{ONE}/triggers/bulk")
    def create_triggers(self, request: Request, hook_id: int) -> Response:
        """At most 500; status 207 when some of them are refused."""
        company, row = self._hook(request, hook_id)
        self._check_version(request, row)
        made, refused = add_triggers(company, row, self.body(request).get("triggers"))
        shown = {"success": [shapes.trigger(company.id, row, one) for one in made]}
        return json_response({**shown, "errors": refused}, 207) if refused else json_response(shown)

    def _check_version(self, request: Request, row: Row) -> None:
        asked = self.required(request, "api_version")
        if shapes.VERSIONS.get(str(asked)) != row["version"]:
            raise Invalid(400, api_version="is not that of the hook")

    # What was delivered, and what can be told of.

    @route("GET", f"{ONE}/deliveries")
    def list_deliveries(self, request: Request, hook_id: int) -> Response:
        """A row for each try."""
        _, row = self._hook(request, hook_id)
        tries = [shown for one in self.deliveries_of(row) for shown in shapes.attempts(one)]
        outcome = request.args.get("filters[status]")
        kept = [shown for shown in tries if outcome in (None, shown["outcome"])]
        size, page = (
            request.args.get(name, default, type=int) for name, default in (("page_size", 100), ("page_start", 1))
        )
        first = (max(page, 1) - 1) * max(size, 1)
        return json_response(kept[first : first + max(size, 1)])

    def deliveries_of(self, row: Row) -> list[Delivery]:
        return [one for one in self.courier.deliveries if one.hook is row]

    @route("GET", "/rest/v1.0/webhooks/resources")
    def list_resources(self, request: Request) -> Response:
        _, project_id = self._owner(request)
        known = shapes.resources(project_id is not None)
        return json_response(
            [shapes.resource(name, row, version) for version in shapes.VERSIONS for name, row in known]
        )

    def _owner(self, request: Request) -> tuple[Company, int | None]:
        """Of a hook: a project, or the company."""
        body = {} if request.method == "GET" else self.body(request)
        if request.args.get("project_id") or body.get("project_id"):
            project = self.project_asked(request, self.required(request, "project_id"))
            return self.company(request), project.id
        return self.company_asked(request), None

    def _hook(self, request: Request, hook_id: int) -> tuple[Company, Row]:
        return hook_of(*self._owner(request), hook_id)


def hook_of(company: Company, project_id: int | None, hook_id: object) -> tuple[Company, Row]:
    row = company.hooks.get(hook_id)
    if row is None or row["project_id"] != project_id:
        raise missing()
    return company, row


def checked_hook(update: Values, row: Row | None) -> Values:
    """What both versions of the API say of a hook."""
    values: Values = {name: update[name] for name in ("namespace", "destination_url") if name in update}
    if row is None or "destination_url" in values:
        _check_url(values.get("destination_url"))
    if values.get("namespace") is not None and not NAMESPACE.fullmatch(str(values["namespace"])):
        raise Invalid(400, namespace="may hold a to z, 0 to 9 and - only")
    if "destination_headers" in update:
        values["authorization"] = _secret(update["destination_headers"])
    return values


def _check_url(url: object) -> None:
    parts = urlsplit(url if isinstance(url, str) else "")
    if parts.scheme != "https" or not parts.hostname:
        raise Invalid(400, destination_url="must be an https address")


def _secret(headers: object) -> str:
    """Only this header may be given."""
    headers = {} if headers is None else headers
    if not isinstance(headers, Mapping) or headers.keys() - {"Authorization"}:
        raise Invalid(400, destination_headers="may hold Authorization only")
    secret = headers.get("Authorization", "")
    if not isinstance(secret, str) or not secret.isprintable():
        raise Invalid(400, destination_headers="is invalid")
    return secret


def triggers_of(company: Company, row: Row) -> list[Row]:
    return company.triggers.where(lambda trigger: trigger["hook_id"] == row.id)


def remove_hook(company: Company, row: Row) -> None:
    """With its triggers."""
    for trigger in triggers_of(company, row):
        trigger.remove()
    row.change(status="disabled")
    row.remove()


def add_trigger(company: Company, row: Row, update: Any) -> Row:
    """Raises Invalid."""
    values = update if isinstance(update, dict) else {}
    name, event = values.get("resource_name"), str(values.get("event_type")).lower()
    known = dict(shapes.resources(row["project_id"] is not None))
    if not isinstance(name, str) or name not in known:
        raise Invalid(400, resource_name="is not included in the list")
    if event not in EVENTS or event not in known[name].events:
        raise Invalid(400, event_type="is not included in the list")
    if any((t["resource_name"], t["event_type"]) == (name, event) for t in triggers_of(company, row)):
        raise Invalid(422, event_type="has already been taken")
    return company.triggers.add(hook_id=row.id, resource_name=name, event_type=event)


def add_triggers(company: Company, row: Row, updates: Any) -> tuple[list[Row], list[Values]]:
    """Those that were made, and those that were refused, as they were sent."""
    if not isinstance(updates, list):
        raise Invalid(400, triggers="required")
    if len(updates) > MAX_TRIGGERS:
        raise Refusal(413, {"errors": [f"At most {MAX_TRIGGERS} triggers are allowed"]})
    made, refused = [], []
    for update in updates:
        try:
            made.append(add_trigger(company, row, update))
        except Invalid as refusal:
            refused.append({**(update if isinstance(update, dict) else {}), "errors": refusal.fields})
    return made, refused
