"""Who am I, and which companies are there."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import shapes
from .core import Core
from .lists import paged


class PlatformRoutes(Core):
    @route("GET", "/rest/v1.0/me")
    def me(self, request: Request) -> Response:
        person = self.caller(request).person
        return json_response({"id": person.id, "login": person.login, "name": person.name})

    @route("GET", "/rest/v1.0/companies")
    def list_companies(self, request: Request) -> Response:
        """A person's companies; for a service account those where the app is installed."""
        token = self.caller(request)
        companies = [
            company
            for company in self.companies.values()
            if not token.of_service_account or company.id in token.app.installed
        ]
        return paged(request, companies, shapes.company)
