"""Webhooks over version 2.0 of the API, of a company or of a project.

https://developers.procore.com/reference/rest/hooks?version=latest
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import hook_shapes as shapes
from .company import Company
from .core import Values
from .hook_routes import HookRoutes, add_trigger, add_triggers, checked_hook, hook_of, remove_hook, triggers_of
from .hooks import Delivery
from .lists import moment, paged
from .rules import check_choice
from .site_routes import V2_LARGEST, V2_SIZE
from .state import Row

COMPANY = "/rest/v2.0/companies/<int:company_id>"
PROJECT = f"{COMPANY}/projects/<int:project_id>"
STATUSES = ("active", "disabled")
OUTCOMES = ("succeeded", "failed", "discarded", "enqueued", "retrying")


def both(method: str, rest: str) -> Callable[[Any], Any]:
    """Of the company's hooks, and of a project's."""

    def mark(function: Any) -> Any:
        of_company = route(method, f"{COMPANY}/webhooks/{rest}", defaults={"project_id": None})
        return of_company(route(method, f"{PROJECT}/webhooks/{rest}")(function))

    return mark


class HookRoutesV2(HookRoutes):
    @both("GET", "hooks")
    def list_hooks_v2(self, request: Request, company_id: int, project_id: int | None) -> Response:
        company = self._hooks_of(request, company_id, project_id)
        rows = company.hooks.where(lambda row: row["project_id"] == project_id)
        for name, column in (("namespace", "namespace"), ("payload_version", "version")):
            rows = [row for row in rows if request.args.get(name) in (None, row[column])]
        return self._paged(request, rows, lambda row: _shown(company, row))

    @both("POST", "hooks")
    def create_hook_v2(self, request: Request, company_id: int, project_id: int | None) -> Response:
        company = self._hooks_of(request, company_id, project_id)
        for name in ("payload_version", "namespace", "destination_url"):
            self.required(request, name)
        row = self.new_hook(request, company, project_id, _checked(self.body(request), None))
        return json_response({"data": _shown(company, row)}, 201)

    @both("PATCH", "hooks/<int:hook_id>")
    def update_hook_v2(self, request: Request, company_id: int, project_id: int | None, hook_id: int) -> Response:
        company, row = hook_of(self._hooks_of(request, company_id, project_id), project_id, hook_id)
        row.change(**_checked(self.body(request), row))
        return json_response({"data": _shown(company, row)})

    @both("DELETE", "hooks/<int:hook_id>")
    def delete_hook_v2(self, request: Request, company_id: int, project_id: int | None, hook_id: int) -> Response:
        remove_hook(*hook_of(self._hooks_of(request, company_id, project_id), project_id, hook_id))
        return Response(status=204)

    @both("POST", "hooks/<int:hook_id>/triggers")
    def create_trigger_v2(self, request: Request, company_id: int, project_id: int | None, hook_id: int) -> Response:
        company, row = hook_of(self._hooks_of(request, company_id, project_id), project_id, hook_id)
        made = add_trigger(company, row, self.body(request))
        return json_response({"data": shapes.trigger_v2(company.id, row, made)}, 201)

    @both("POST", "hooks/<int:hook_id>/triggers/bulk")
    def create_triggers_v2(self, request: Request, company_id: int, project_id: int | None, hook_id: int) -> Response:
        """The body is a bare array."""
        company, row = hook_of(self._hooks_of(request, company_id, project_id), project_id, hook_id)
        made, refused = add_triggers(company, row, request.get_json(silent=True))
        shown = {"data": [shapes.trigger_v2(company.id, row, one) for one in made]}
        return json_response({**shown, "errors": refused}, 207) if refused else json_response(shown, 201)

    @both("GET", "hooks/<int:hook_id>/deliveries")
    def list_deliveries_v2(self, request: Request, company_id: int, project_id: int | None, hook_id: int) -> Response:
        """The filters are called `filter[…]` here."""
        _, row = hook_of(self._hooks_of(request, company_id, project_id), project_id, hook_id)
        kept = _narrowed(request, self.deliveries_of(row))
        return self._paged(request, kept, shapes.delivery_v2)

    @both("GET", "resources")
    def list_resources_v2(self, request: Request, company_id: int, project_id: int | None) -> Response:
        self._hooks_of(request, company_id, project_id)
        version = self.required(request, "payload_version")
        check_choice({"payload_version": version}, "payload_version", tuple(shapes.VERSIONS.values()))
        known = shapes.resources(project_id is not None)
        return self._paged(request, known, lambda pair: shapes.resource_v2(pair[0], pair[1], version))

    def _hooks_of(self, request: Request, company_id: int, project_id: int | None) -> Company:
        company = self.company_asked(request, company_id)
        if project_id is not None:
            self.project_asked(request, project_id)
        return company

    def _paged(self, request: Request, rows: list[Any], show: Callable[[Any], Values]) -> Response:
        return paged(request, rows, show, V2_SIZE, V2_LARGEST, wrapped=True)


def _shown(company: Company, row: Row) -> Values:
    return shapes.hook_v2(company.id, row, len(triggers_of(company, row)))


def _checked(update: Values, row: Row | None) -> Values:
    values = checked_hook(update, row)
    check_choice(update, "payload_version", tuple(shapes.VERSIONS.values()), needed=row is None)
    check_choice(update, "status", STATUSES)
    own = {"payload_version": "version", "status": "status"}
    return {**values, **{column: update[name] for name, column in own.items() if update.get(name) is not None}}


def _narrowed(request: Request, rows: list[Delivery]) -> list[Delivery]:
    asked = {name: request.args.get(f"filter[{name}]") for name in ("status", "resource_name", "event_type")}
    check_choice(asked, "status", OUTCOMES)
    status = {"succeeded": "delivered"}.get(asked["status"] or "", asked["status"])
    start, end = (request.args.get(f"filter[{name}]") for name in ("start", "end"))
    if start:
        rows = [row for row in rows if row.made_at >= moment(start, "start")]
    if end:
        rows = [row for row in rows if row.made_at <= moment(end, "end")]
    wanted = (status, asked["resource_name"], asked["event_type"])
    return [row for row in rows if _fits(wanted, (row.status, row.event.resource, row.event.kind))]


def _fits(wanted: tuple[str | None, ...], told: tuple[str, ...]) -> bool:
    return all(one in (None, other) for one, other in zip(wanted, told, strict=True))
