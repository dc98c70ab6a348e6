"""Clients of the toy vendors, and their pretend services."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Request as WebRequest
from werkzeug.wrappers import Response

from integrations.base.auth import OAuthApp
from integrations.base.client import ApiClient, Reply, Request, Wiring
from integrations.base.errors import AuthBroken, Forbidden, Missing, Rejected, Throttled, TokenExpired, VendorError
from integrations.base.limits import Quota
from integrations.base.sandbox.kernel import Fault, Sandbox, json_response, route
from integrations.base.vendor import Account, Environment, GrantKind, Login, Vendor


class ToyClient(ApiClient):
    vendor = "Toy"

    def classify(self, request: Request, reply: Reply) -> VendorError | None:
        said = str(reply.data.get("error", "")) if isinstance(reply.data, dict) else ""
        kinds: dict[int, VendorError] = {
            400: Rejected(said or "refused", status=400, messages=(said,)),
            401: TokenExpired("expired", status=401),
            403: Forbidden(f"{self.vendor} does not let this login in.", status=403),
            404: Missing("There is no such thing.", status=404),
            429: Throttled("Too many calls.", retry_after=reply.retry_after or 1.0),
        }
        return kinds.get(reply.status)


class ShopClient(ToyClient):
    vendor = "Shop"


class VaultClient(ToyClient):
    vendor = "Vault"


def _app(login: Login) -> OAuthApp:
    place = login.environment
    return OAuthApp(
        f"{place.login_url}/authorize",
        f"{place.login_url}/token",
        login.client_id,
        login.client_secret,
        redirect_uri=login.redirect_uri,
    )


def _vendor(slug: str, name: str, client: type[ToyClient]) -> Vendor:
    host = f"https://{slug}.example"
    return Vendor(
        slug=slug,
        name=name,
        account_word="branch",
        environments=(Environment("production", "Production", host, host),),
        grants=(GrantKind.CLIENT_CREDENTIALS, GrantKind.AUTHORIZATION_CODE),
        quota=Quota(in_flight=4),
        app=_app,
        client=lambda url, account, kind, wiring: client(url, wiring),
        accounts=lambda client: [Account("main", client.get("/me").data["name"])],
        check=lambda client: str(client.get("/me").data["name"]),
    )


SHOP = _vendor("shop", "Shop", ShopClient)
VAULT = _vendor("vault", "Vault", VaultClient)


class ToySandbox(Sandbox):
    """Tokens of one kind for both toys: a client secret "right" is right."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens: set[str] = set()
        self._numbers = itertools.count(1)

    def admit(self, request: WebRequest) -> Response | None:
        if request.path == "/token":
            return None
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return None if token in self.tokens else json_response({"error": "token"}, 401)

    def expire_token(self, request: WebRequest) -> None:
        self.tokens.discard(request.headers.get("Authorization", "").removeprefix("Bearer "))

    def throttle(self, request: WebRequest, fault: Fault) -> Response:
        return Response("", status=429, headers=fault.headers or {"Retry-After": "1"})

    @route("GET", "/me")
    def me(self, request: WebRequest) -> Response:
        return json_response({"name": f"{type(self).__name__} main branch"})

    @route("POST", "/token")
    def token(self, request: WebRequest) -> Response:
        auth = request.authorization
        if auth is None or auth.password != "right":
            return json_response({"error": "invalid_client"}, 401)
        if request.form.get("grant_type") == "authorization_code" and request.form.get("code") != "consented":
            return json_response({"error": "invalid_grant"}, 400)
        token = f"token-{next(self._numbers)}"
        self.tokens.add(token)
        answer = {"access_token": token, "token_type": "bearer", "expires_in": 3600}
        if request.form.get("grant_type") != "client_credentials":
            answer["refresh_token"] = f"refresh-{token}"
        return json_response(answer)


class Shop(ToySandbox):
    """Orders: {id, number, name, changed_at}."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: dict[str, dict[str, Any]] = {}
        self.codes: list[dict[str, str]] = []
        self.list_size = 3
        self.sorted_by = "changed_at"

    def put(self, id: str, number: str = "", name: str = "", **more: Any) -> None:
        changed = self.clock.now().isoformat()
        self.orders[id] = {
            "id": id,
            "number": number or f"N{id}",
            "name": name or f"order {id}",
            "changed_at": changed,
            **more,
        }

    @route("GET", "/orders")
    def list_orders(self, request: WebRequest) -> Response:
        rows = sorted(self.orders.values(), key=lambda order: (order[self.sorted_by], order["id"]))
        since, ids, number = request.args.get("since"), request.args.get("ids"), request.args.get("number")
        if since:
            rows = [row for row in rows if row["changed_at"] >= since]
        if ids is not None:
            rows = [row for row in rows if row["id"] in ids.split(",")]
        if number is not None:
            rows = [row for row in rows if row["number"] == number]
        start = request.args.get("start", 0, type=int)
        return json_response(rows[start : start + self.list_size])

    @route("GET", "/codes")
    def list_codes(self, request: WebRequest) -> Response:
        return json_response(self.codes)


class Vault(ToySandbox):
    """Papers, with or without idempotency keys; a batch is a list of {ref, name}."""

    def __init__(self, *, keyed: bool = True) -> None:
        super().__init__()
        self.papers: dict[str, dict[str, Any]] = {}
        self.accounts: list[dict[str, str]] = []
        self.drawer = False
        self.keyed = keyed
        self.answers: dict[str, tuple[str, int, Any, datetime]] = {}

    def admit(self, request: WebRequest) -> Response | None:
        refusal = super().admit(request)
        key = request.headers.get("Idempotency-Key", "")
        if refusal or not self.keyed or not key or key not in self.answers:
            return refusal
        body, status, answer, at = self.answers[key]
        if (self.clock.now() - at).total_seconds() > 360:
            return None
        if body != request.get_data(as_text=True):
            return json_response({"error": f"Idempotency Key: {key} is used with a different request."}, 400)
        return json_response(answer, status)

    def _route(self, request: WebRequest) -> Response:
        """Keep the answer under its key, whether or not the caller will hear it."""
        response = super()._route(request)
        key = request.headers.get("Idempotency-Key", "")
        if self.keyed and key:
            answer = response.get_json(silent=True)
            self.answers[key] = (request.get_data(as_text=True), response.status_code, answer, self.clock.now())
        return response

    @route("GET", "/accounts")
    def list_accounts(self, request: WebRequest) -> Response:
        return json_response(self.accounts)

    @route("GET", "/drawer")
    def look_for_drawer(self, request: WebRequest) -> Response:
        return json_response({"there": self.drawer})

    @route("POST", "/drawer")
    def make_drawer(self, request: WebRequest) -> Response:
        self.drawer = True
        return json_response({"there": True})

    @route("GET", "/papers")
    def list_papers(self, request: WebRequest) -> Response:
        refs = request.args.get("refs")
        rows = [p for p in self.papers.values() if refs is None or p["ref"] in refs.split(",")]
        return json_response(rows)

    @route("PUT", "/papers")
    def create(self, request: WebRequest) -> Response:
        made = []
        for paper in request.get_json():
            if "bad" in paper["name"]:
                made.append({"ref": paper["ref"], "error": "the name is bad"})
                continue
            id = f"P{next(self._numbers)}"
            self.papers[id] = {**paper, "id": id}
            made.append(self.papers[id])
        return json_response(made)

    @route("PUT", "/pages")
    def write_pages(self, request: WebRequest) -> Response:
        for page in request.get_json():
            self.papers[page["paper"]]["pages"] = page["text"]
        return json_response(request.get_json())

    @route("POST", "/papers/<id>")
    def update(self, request: WebRequest, id: str) -> Response:
        if id not in self.papers:
            return json_response({"error": "no such paper"}, 404)
        paper = request.get_json()
        if "bad" in paper["name"]:
            return json_response({"error": "the name is bad"}, 400)
        self.papers[id].update(paper)
        return json_response([self.papers[id]])


__all__ = ["SHOP", "VAULT", "AuthBroken", "Shop", "Vault", "Wiring"]
