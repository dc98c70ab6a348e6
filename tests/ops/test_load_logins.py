"""Logins without tokens in a configuration file: their fields, checked as the form checks them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from hub.models import Grant, GrantState
from tests.ops.test_load_config import FILE, load

KEYED = """
[[grants]]
customer = "toy-makers"
name = "Safe login"
vendor = "safe"
kind = "credentials"
environment = "own"
api_url = "https://harbour.safe.example/"
client_id = "harbour"
fields = { room = "cellar", pin = { env = "TOY_SECRET" } }

[[connections]]
customer = "toy-makers"
name = "Cellar"
grant = "Safe login"
account = "cellar"
"""


@pytest.fixture
def keyed(tmp_path: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    get_user_model().objects.create_user("kim")
    monkeypatch.setenv("TOY_SECRET", "0042")
    (tmp_path / "vault.secret").write_text("from a file\n")
    return tmp_path


def test_a_login_of_fields_takes_its_defaults_and_keeps_its_state(keyed: Path) -> None:
    assert load(keyed, FILE + KEYED).status == 0
    grant = Grant.objects.get(name="Safe login")
    assert grant.secret == {"room": "cellar", "pin": "0042", "separator": "/", "hint": ""}
    assert (grant.api_url, grant.state) == ("https://harbour.safe.example", GrantState.NEW)
    Grant.objects.filter(pk=grant.pk).update(state=GrantState.OK)
    assert load(keyed, FILE + KEYED).out.endswith("0 created, 0 updated, 10 unchanged.\n")
    assert (
        "updated   grant Safe login (fields"
        in load(keyed, FILE + KEYED.replace("room =", 'separator = "-", room =')).out
    )
    grant.refresh_from_db()
    assert (grant.secret["separator"], grant.state, grant.version) == ("-", GrantState.NEW, 2)


def test_a_secret_that_is_not_in_the_file_stays(keyed: Path) -> None:
    load(keyed, FILE + KEYED)
    without = KEYED.replace(', pin = { env = "TOY_SECRET" }', "")
    assert load(keyed, FILE + without).out.endswith("0 created, 0 updated, 10 unchanged.\n")
    assert Grant.objects.get(name="Safe login").secret["pin"] == "0042"


KEYED_WRONG = [
    (', pin = { env = "TOY_SECRET" }', "", ["grants[2].fields.pin: The login needs its PIN."]),
    ('env = "TOY_SECRET"', 'env = "NO_SUCH"', ["grants[2].fields.pin: the environment variable NO_SUCH is not set"]),
    (
        "room =",
        "rom =",
        ["grants[2].fields.rom: Safe has the fields ", "grants[2].fields.room: The login needs its Room."],
    ),
    ('"cellar", pin', '"a/b", pin', ["grants[2].fields.room: It must not hold the separator."]),
    ('client_id = "harbour"', 'client_id = "a/b"', ["grants[2].client_id: It must not hold the separator."]),
    ("fields =", 'client_secret = "x"\nfields =', ["grants[2].client_secret: a login of kind credentials has none"]),
    ('"https://harbour.safe.example/"', '"https://evil.example/"', ["grants[2].api_url: The host of "]),
    ('api_url = "https://harbour.safe.example/"', "", ["grants[2].api_url: Type the address of the installation."]),
    ('environment = "own"', "", ["grants[2].environment: Safe has the environments own"]),
]


@pytest.mark.parametrize(("right", "wrong", "lines"), KEYED_WRONG)
def test_what_is_wrong_with_a_login_of_fields(keyed: Path, right: str, wrong: str, lines: list[str]) -> None:
    assert right in KEYED
    told = load(keyed, FILE + KEYED.replace(right, wrong, 1)).err.splitlines()
    assert len(told) == len(lines) + 1, told
    assert all(one.startswith(line) for one, line in zip(told, lines, strict=False)), told


def test_fields_belong_to_logins_without_tokens(keyed: Path) -> None:
    told = load(keyed, FILE.replace('client_secret = { env = "TOY_SECRET" }', 'fields = { room = "x" }')).err
    assert "grants[0].client_secret: is missing" in told
    assert "grants[0].fields.room: only a login of kind credentials has fields" in told
