"""A toy vendor without tokens: each customer has a Safe of their own, and shows three parts with every call."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from werkzeug.wrappers import Request as WebRequest
from werkzeug.wrappers import Response

from hub.pairing import Pairing
from integrations.base.client import ApiClient, Reply, Request
from integrations.base.errors import AuthBroken, Rejected, VendorError
from integrations.base.limits import Quota
from integrations.base.sandbox.kernel import json_response, route
from integrations.base.transport import Basic
from integrations.base.vendor import Account, Environment, GrantKind, Login, LoginField, Vendor

from .interface import SafeInterface, may_write
from .stages import Orders, ToySettings
from .vendors import SHOP, ToyClient, Vault

CLIENT_ID, ROOM, PIN = "harbour", "cellar", "0042"  # what every pretend safe opens to


class SafeClient(ToyClient):
    vendor = "Safe"

    def proof(self, token: str) -> Basic:
        return Basic(token)

    def send(self, request: Request, *, key: str = "", headers: Mapping[str, str] | None = None) -> Reply:
        """Writes leave only by an operation that somebody has verified."""
        if request.writes and not may_write(self.wiring.profile):
            raise Rejected("Nobody has verified how papers are laid down here; nothing was sent.")
        try:
            return super().send(request, key=key, headers=headers)
        except AuthBroken as error:
            if error.status != 401:
                raise
            raise self.wiring.refused(error) from error

    def classify(self, request: Request, reply: Reply) -> VendorError | None:
        if reply.status == 401:
            return AuthBroken("The safe stays shut: check client id, room and PIN.", status=401)
        return super().classify(request, reply)


def _token(login: Login) -> str:
    parts = (login.client_id, login.fields["room"], login.fields["pin"])
    return base64.b64encode(login.fields["separator"].join(parts).encode()).decode()


def _faults(values: Mapping[str, str]) -> Mapping[str, str]:
    names = [name for name in ("client_id", "room") if values["separator"] in values.get(name, "")]
    return dict.fromkeys(names, "It must not hold the separator.")


def _accounts(client: ApiClient) -> list[Account]:
    room = client.wiring.options["room"]
    return [Account(room, f"{room} of {client.get('/me').data['name']}")]


SAFE = Vendor(
    slug="safe",
    name="Safe",
    account_word="room",
    environments=(Environment("own", "The customer's own safe", "", "", hosts=("*.safe.example",)),),
    grants=(GrantKind.CREDENTIALS,),
    quota=Quota(in_flight=4),
    client=lambda url, account, kind, wiring: SafeClient(url, wiring),
    accounts=_accounts,
    check=lambda client: str(client.get("/me").data["name"]),
    fields=(
        LoginField("room", "Room", help="As it is written on its door.", max_length=20),
        LoginField("pin", "PIN", secret=True, max_length=10),
        LoginField("separator", "Separator", default="/", choices=(("/", "/ (slash)"), ("-", "- (dash)"))),
        LoginField("hint", "Hint", required=False),
    ),
    token=_token,
    login_faults=_faults,
    interface=SafeInterface(),
)


class Safe(Vault):
    """Papers behind a PIN. `separator` is what it wants between the parts."""

    def __init__(self) -> None:
        super().__init__()
        self.pin, self.separator = PIN, "/"

    def admit(self, request: WebRequest) -> Response | None:
        shown = base64.b64decode(request.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        right = self.separator.join((CLIENT_ID, ROOM, self.pin))
        return None if shown == right else json_response({"error": "shut"}, 401)

    @route("GET", "/me")
    def me(self, request: WebRequest) -> Response:
        return json_response({"name": "the pretend safe"})


PAIRING = Pairing("toy_keyed", "Shop and Safe", SHOP, SAFE, (Orders(),), ToySettings)

__all__ = ["CLIENT_ID", "PAIRING", "PIN", "ROOM", "SAFE", "Safe", "SafeClient"]
