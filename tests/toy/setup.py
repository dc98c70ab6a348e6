"""What the toy pairing offers besides its stage: lists to map between, a check of the set-up, one repair."""

from __future__ import annotations

from collections.abc import Sequence

from hub.pairing import Check, ReferenceList, ReferenceRow, SetupFix
from integrations.base.client import ApiClient, Request

from .stages import ToySettings


def _rows(client: ApiClient, path: str) -> list[ReferenceRow]:
    return [ReferenceRow(row["id"], row["code"], row["name"]) for row in client.get(path).data]


REFERENCES = (
    ReferenceList("account", "Accounts", "right", lambda client, settings: _rows(client, "/accounts")),
    ReferenceList("cost_code", "Cost codes", "left", lambda client, settings: _rows(client, "/codes")),
)


def check_setup(left: ApiClient, right: ApiClient, settings: ToySettings) -> Sequence[Check]:
    codes = len(left.get("/codes").data)
    drawer = right.get("/drawer").data["there"]
    fix = "" if drawer else "Have one made here, or make one in the vault."
    return [
        Check("Codes in the shop", codes > 0, f"{codes} found.", "" if codes else "Give the shop some codes."),
        Check("Drawer in the vault", drawer, "It is there." if drawer else "There is none.", fix, "drawer"),
    ]


def _make_drawer(left: ApiClient, right: ApiClient, settings: ToySettings) -> str:
    right.send(Request("POST", "/drawer"))
    return "The drawer has been made."


FIXES = (SetupFix("drawer", "Make the drawer", _make_drawer),)
