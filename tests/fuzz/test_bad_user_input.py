"""Whatever people hand in besides forms: files, keys, cookies, what comes back from a vendor's consent page."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from random import Random
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from hub.config_file import ConfigError, apply, read
from hub.config_file.document import parse
from hub.engine.start import CannotStart, start
from hub.models import Customer, Grant, GrantState, SyncJob, Tenant, Trigger, ValueMap
from hub.value_csv import BadFile, from_csv
from hub.value_maps import compare, store
from hub.value_table import ValueTable
from tests.admin.conftest import two as two
from tests.admin.house import House
from tests.admin.logins import consent
from tests.engine.world import World
from tests.fuzz.mutations import INSIDE, WHOLE, Answer, dumps
from tests.ops.shell import manage
from tests.ops.test_load_config import FILE

pytestmark = pytest.mark.django_db
BINARY = "Sch\xfcco \x00"


# A configuration file.


def test_a_spoilt_configuration_is_refused_in_words_or_loads(
    toy: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOY_SECRET", "secret")
    get_user_model().objects.create_user("kim")
    (tmp_path / "vault.secret").write_text("secret")
    good, loaded, refused = tomllib.loads(FILE), 0, 0
    for seed in range(400):
        rng, before = Random(f"config {seed}"), transaction.savepoint()
        lines = _loaded(_spoilt(rng, good), tmp_path)
        assert all(lines)
        loaded, refused = loaded + (not lines), refused + bool(lines)
        transaction.savepoint_rollback(before)
    assert loaded > 10
    assert refused > 100


def _loaded(data: dict[str, Any], folder: Path) -> tuple[str, ...]:
    """What is wrong with it."""
    try:
        apply(parse(data, folder))
    except ConfigError as error:
        return error.lines
    return ()


def _spoilt(rng: Random, good: dict[str, Any]) -> dict[str, Any]:
    """A file has tables at its top, whatever is in them."""
    while True:
        try:
            bad = json.loads(dumps(rng.choice(INSIDE)(rng, json.loads(json.dumps(good)))))
        except ValueError:
            continue  # a number of five thousand digits, which the next test has
        if isinstance(bad, dict):
            return bad


@pytest.mark.parametrize(
    "text",
    [
        'customers = [{ slug = "a\\u0000b", name = "A" }]',
        "[[customers]]\nslug = 1979-05-27\nname = 9223372036854775808",
        f"x = {'[' * 5000}{']' * 5000}",
        f"x = {'9' * 5000}",
        "[" * 100_000,
        "[[tenants]]\nsettings = { due = nan }",
        "\ufeff[[customers]]",
        "",
        BINARY,
    ],
)
def test_an_odd_file_is_refused_in_words(db: None, tmp_path: Path, text: str) -> None:
    path = tmp_path / "hub.toml"
    path.write_bytes(text.encode("utf-8" if text != BINARY else "latin-1"))
    shell = manage("load_config", str(path))
    assert shell.status in (0, 1)
    assert "Traceback" not in shell.err
    assert bool(shell.err) == bool(text)
    assert not Customer.objects.exists()


def test_a_folder_or_nothing_is_no_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.toml"):
        with pytest.raises(ConfigError):
            read(path)


# A value map as a file.


def test_a_spoilt_file_of_a_value_map_is_refused_in_words_or_shown(two: House) -> None:
    tenant = two.harbour.tenant
    good = b"code,project,account,tax_type\n01-100,,400,INPUT\n02-100,A1,477,\n"
    seen, refused = 0, 0
    for seed in range(300):
        rng = Random(f"csv {seed}")
        change, _ = rng.choice(WHOLE)
        data = change(rng, Answer(200, {}, good))
        try:
            changes = compare(ValueTable(tenant, "cost_code"), from_csv(data).lines)
        except BadFile:
            refused += 1
            continue
        before = transaction.savepoint()
        store(tenant, "cost_code", changes)
        transaction.savepoint_rollback(before)
        seen += 1
    assert seen > 10
    assert refused > 100


def test_a_file_with_nul_says_so(two: House) -> None:
    client, tenant = two.as_(two.admin), two.harbour.tenant
    url = reverse("admin:hub_tenant_values_import", args=[tenant.pk, "cost_code"])
    file = SimpleUploadedFile("a.csv", b"code,account\n01\x00,400\n", "text/csv")
    said = client.post(url, {"file": file}, follow=True).content.decode()
    assert "holds characters that cannot be stored" in said
    assert ValueMap.objects.filter(tenant=tenant).count() == 1


# Keys.


@pytest.mark.parametrize("key", ["a\0b", "\ud800", "x" * 100_000])
def test_a_key_that_cannot_be_stored_starts_nothing(toy: World, key: str) -> None:
    with pytest.raises(CannotStart, match="cannot be stored"):
        start(toy.row, trigger=Trigger.SHELL, keys=[key])
    shell = manage("run_stage", "toy", "orders", key)
    assert (shell.status, "cannot be stored" in shell.err) == (2, True)
    assert not SyncJob.objects.exists()


@pytest.mark.parametrize(
    "key", ["9" * 40, "' OR 1=1", "\u202egnp", "../../etc", "1/../../x?y=1#z", "%00", "N1\r\nX: y"]
)
def test_an_odd_key_finds_nothing(toy: World, key: str) -> None:
    shell = manage("run_stage", "toy", "orders", key, "--json")
    assert shell.status in (0, 1, 3), shell.err
    assert "Traceback" not in shell.err
    assert toy.vault.papers == {}


# What comes with a request besides its fields.


def test_cookies_and_headers_may_be_anything(two: House) -> None:
    client = two.as_(two.admin)
    tenant = two.harbour.tenant
    url = reverse("admin:hub_customer_change", args=[two.harbour.customer.pk])
    form = {"name": "Another name", "slug": "harbour", "time_zone": "UTC"}
    form |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    for told in ("nonsense", "1.2.3.4.5", "::x", "[::1]:80", "10.0.0.1:99", "9" * 5000, "\xff"):
        answer = client.post(url, {**form, "name": f"Name {told[:9]!a}"}, HTTP_X_FORWARDED_FOR=told)
        assert answer.status_code == 302, told
    origins = set(LogEntry.objects.exclude(remote_addr=None).values_list("remote_addr", flat=True))
    assert {"::1", "10.0.0.1"} <= origins <= {"::1", "10.0.0.1", "127.0.0.1"}
    assert client.post(url, form, HTTP_X_CORRELATION_ID="x" * 5000).status_code in (302, 400)
    stranger = Client()
    stranger.cookies["sessionid"] = "a" * 20 + "\0"
    assert stranger.get("/admin/").status_code == 400
    assert Tenant.objects.filter(pk=tenant.pk).exists()


@pytest.mark.parametrize(
    "query", ["", "code=x", "state=%00", "state=a:b:c&code=1", "state=" + "x" * 5000, "code=x&state=e30"]
)
def test_an_odd_way_back_from_consent_connects_nothing(two: House, query: str) -> None:
    grant, client = consent(two), two.as_(two.admin)
    client.post(reverse("admin:hub_grant_connect", args=[grant.pk]))
    before = Grant.objects.get(pk=grant.pk)
    answer = client.get(f"{reverse('connect_callback')}?{query}")
    assert answer.status_code in (302, 400)
    after = Grant.objects.get(pk=grant.pk)
    assert (after.version, after.tokens, after.state) == (before.version, before.tokens, GrantState.NEW)
