"""The login host: consent page, tokens, introspection, revocation.

https://developers.procore.com/documentation/oauth-endpoints
https://developers.procore.com/documentation/oauth-auth-grant-flow
"""

from __future__ import annotations

from urllib.parse import urlencode

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import json_response, route
from . import html
from .core import Core
from .logins import TOKEN_SECONDS, App, Token
from .rules import Refusal


class OAuthRoutes(Core):
    @route("GET", "/oauth/authorize")
    def consent_page(self, request: Request) -> Response:
        app = self._app_asking(request)
        who = self.logins.administrator
        return html.page(
            f"Allow {app.name}?",
            html.paragraph(f"{app.name} asks to read and change what {who.name} ({who.login}) may."),
            html.form("", html.choice("answer", "allow", "Allow"), html.choice("answer", "deny", "Do not allow")),
        )

    @route("POST", "/oauth/authorize")
    def consent_answer(self, request: Request) -> Response:
        app, address = self._app_asking(request), request.args["redirect_uri"]
        if request.form.get("answer") == "allow":
            answer = {"code": self.logins.new_code(app, address)}
        else:
            answer = {"error": "access_denied", "error_description": "The request was denied."}
        state = {"state": request.args["state"]} if "state" in request.args else {}
        return redirect(f"{address}{'&' if '?' in address else '?'}{urlencode({**answer, **state})}", 302)

    def _app_asking(self, request: Request) -> App:
        """A person must not be sent to an address that the app has not registered."""
        app = self.logins.apps.get(request.args.get("client_id", ""))
        if app is None:
            raise oauth_error("invalid_client", "The client id is not known.", 401)
        if request.args.get("redirect_uri") not in app.redirect_uris:
            raise oauth_error("invalid_redirect_uri", "The app has not registered this redirect address.", 400)
        if request.args.get("response_type") != "code":
            raise oauth_error("unsupported_response_type", "The response type must be “code”.", 400)
        return app

    @route("POST", "/oauth/token")
    def token_endpoint(self, request: Request) -> Response:
        app = self._app(request)
        token = self._granted(request, app)
        if token is None:
            raise oauth_error(
                "invalid_grant",
                "The provided authorization grant is invalid, expired, revoked or does not match.",
                self.switches.invalid_grant_status,
            )
        # https://developers.procore.com/documentation/oauth-client-credentials : a service account asks again instead
        refresh = {"refresh_token": token.refresh_token} if token.refresh_token else {}
        return json_response(
            {
                "access_token": token.value,
                "token_type": "bearer",
                "expires_in": TOKEN_SECONDS,
                **refresh,
                "created_at": int(token.created_at.timestamp()),
            }
        )

    def _granted(self, request: Request, app: App) -> Token | None:
        form = request.form
        grant = form.get("grant_type")
        if grant == "client_credentials":
            return self.logins.new_token(app, app.account)
        if grant == "authorization_code":
            return self.logins.redeem_code(app, form.get("code", ""), form.get("redirect_uri", ""))
        if grant == "refresh_token":
            return self.logins.redeem_refresh(app, form.get("refresh_token", ""))
        raise oauth_error("unsupported_grant_type", "The grant type is not supported.", 400)

    def _app(self, request: Request) -> App:
        client_id, secret = request.form.get("client_id", ""), request.form.get("client_secret", "")
        basic = request.authorization
        if self.switches.accepts_basic_login and basic and basic.type == "basic":
            client_id, secret = basic.username or "", basic.password or ""
        app = self.logins.apps.get(client_id)
        if app is None or app.client_secret != secret:
            raise oauth_error("invalid_client", "Client authentication failed.", 401)
        return app

    @route("GET", "/oauth/token/info")
    def token_info(self, request: Request) -> Response:
        token = self.token(request)
        if token is None:
            raise oauth_error("invalid_token", "The access token is invalid.", 401)
        left = token.expires_at - self.clock.now()
        return json_response(
            {
                "resource_owner_id": token.person.id,
                "scopes": [],
                "expires_in_seconds": int(left.total_seconds()),
                "application": {"uid": token.app.client_id},
                "created_at": int(token.created_at.timestamp()),
            }
        )

    @route("POST", "/oauth/revoke")
    def revoke(self, request: Request) -> Response:
        """Answers 200 for tokens it does not know, too."""
        self._app(request)
        self.logins.revoke(request.form.get("token", ""))
        return json_response({})


def oauth_error(code: str, description: str, status: int) -> Refusal:
    return Refusal(status, {"error": code, "error_description": description})
