"""The identity service: consent page, tokens, revocation, connections.

https://developer.xero.com/documentation/guides/oauth2/auth-flow
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import dump_json, json_response, route
from . import html, wire
from .access import App, Connection, Refused
from .core import XeroCore

AUTHORIZE = "/identity/connect/authorize"


class OAuthRoutes(XeroCore):
    def is_ours(self, request: Request) -> bool:
        return super().is_ours(request) or request.path == AUTHORIZE

    @route("GET", AUTHORIZE)
    def consent_page(self, request: Request) -> Response:
        """What a person sees: who asks, for which rights, and a box per organisation."""
        try:
            app = self._asking(request)
            scopes = self.access.check_scopes(app, request.args.get("scope", "").split())
        except Refused as refused:
            said = html.paragraph(f"Xero refuses this request: {refused.error}")
            return html.page("Cannot connect", said, status=400)
        connected = {c.organisation.id for c in app.connections}
        body = html.consent(app.name, sorted(scopes), list(self.organisations.values()), connected)
        return html.page("Allow access", body)

    @route("POST", AUTHORIZE)
    def consent_given(self, request: Request) -> Response:
        app = self._asking(request)
        uri, state = request.args["redirect_uri"], request.args.get("state", "")
        if request.form.get("answer") != "allow":
            return redirect(f"{uri}?{urlencode({'error': 'access_denied', 'state': state})}")
        chosen = [self.organisations[i] for i in request.form.getlist("organisation") if i in self.organisations]
        code = self.access.consent(app, chosen, request.args.get("scope", "").split(), uri)
        answer = {"code": code, "scope": " ".join(sorted(app.scopes)), "state": state}
        return redirect(f"{uri}?{urlencode(answer)}")

    def _asking(self, request: Request) -> App:
        """https://developer.xero.com/documentation/guides/oauth2/auth-flow : no wildcards in redirect addresses."""
        app = self.access.app(request.args.get("client_id", ""))
        if request.args.get("redirect_uri", "") not in app.redirect_uris:
            raise Refused("invalid_redirect_uri")
        if request.args.get("response_type") != "code" or app.kind != "web":
            raise Refused("unauthorized_client")
        return app

    @route("POST", "/connect/token")
    def token(self, request: Request) -> Response:
        try:
            return json_response(self._grant(self._authenticated(request), request))
        except Refused as refused:
            return json_response({"error": refused.error}, refused.status)

    def _authenticated(self, request: Request) -> App:
        given = request.authorization
        if given is None or given.type != "basic":
            raise Refused("invalid_client")
        return self.access.app(given.username or "", given.password or "")

    def _grant(self, app: App, request: Request) -> dict[str, Any]:
        form = request.form
        if form.get("grant_type") == "authorization_code":
            return self.access.exchange(app, form.get("code", ""), form.get("redirect_uri", ""))
        if form.get("grant_type") == "refresh_token":
            return self.access.refresh(app, form.get("refresh_token", ""))
        if form.get("grant_type") == "client_credentials":
            return self.access.client_credentials(app, form.get("scope", "").split())
        raise Refused("unsupported_grant_type")

    @route("POST", "/connect/revocation")
    def revoke(self, request: Request) -> Response:
        try:
            self.access.revoke(self._authenticated(request), request.form.get("token", ""))
        except Refused as refused:
            return json_response({"error": refused.error}, refused.status)
        return Response("", 200)

    @route("GET", "/connections")
    def get_connections(self, request: Request) -> Response:
        """A bare list; times have seven digits of a second and no zone."""
        event = request.args.get("authEventId", "")
        rows = [c for c in self.caller(request).app.connections if not event or c.auth_event == event]
        return Response(dump_json([_show(connection) for connection in rows]), content_type="application/json")

    @route("DELETE", "/connections/<connection_id>")
    def delete_connection(self, request: Request, connection_id: str) -> Response:
        app = self.caller(request).app
        left = [connection for connection in app.connections if connection.id != connection_id]
        if len(left) == len(app.connections):
            return wire.not_found()
        app.connections = left
        return Response("", 204)


def _show(connection: Connection) -> dict[str, str]:
    return {
        "id": connection.id,
        "authEventId": connection.auth_event,
        "tenantId": connection.organisation.id,
        "tenantType": "ORGANISATION",
        "tenantName": connection.organisation.name,
        "createdDateUtc": f"{connection.created_at:%Y-%m-%dT%H:%M:%S.%f}0",
        "updatedDateUtc": f"{connection.updated_at:%Y-%m-%dT%H:%M:%S.%f}0",
    }
