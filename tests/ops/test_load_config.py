"""manage.py load_config: the database agrees with the file, twice the same, and nothing is stored when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.contrib.auth import get_user_model
from django_celery_beat.models import PeriodicTask

from hub.models import Connection, Customer, Grant, GrantState, LinkedEntity, Membership, Tenant, TenantStage, ValueMap
from tests.ops.shell import Shell, manage

FILE = """
[[customers]]
slug = "toy-makers"
name = "Toy Makers"
time_zone = "Pacific/Auckland"
members = [{ user = "kim", role = "manager" }]

[[grants]]
customer = "toy-makers"
name = "Shop login"
vendor = "shop"
kind = "client_credentials"
client_id = "toys"
client_secret = { env = "TOY_SECRET" }

[[grants]]
customer = "toy-makers"
name = "Vault login"
vendor = "vault"
kind = "authorization_code"
environment = "custom"
login_url = "http://127.0.0.1:9001"
api_url = "http://127.0.0.1:9001/"
client_id = "toys"
client_secret = { file = "vault.secret" }
refresh_token = "first-token"

[[connections]]
customer = "toy-makers"
name = "Main"
grant = "Shop login"
account = "17"

[[connections]]
customer = "toy-makers"
name = "Main"
grant = "Vault login"
account = "v-1"

[[tenants]]
customer = "toy-makers"
slug = "toys"
name = "Toys"
pairing = "toy"
source = "Main"
target = "Main"
settings = { prefix = "T ", batch = 5 }

[tenants.stages.orders]
gate = "approve"
schedule = "every 30 minutes"
"""


@pytest.fixture
def folder(tmp_path: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    get_user_model().objects.create_user("kim")
    monkeypatch.setenv("TOY_SECRET", "from the environment")
    (tmp_path / "vault.secret").write_text("from a file\n")
    return tmp_path


def load(folder: Path, text: str = FILE, *options: str) -> Shell:
    path = folder / "tieback.toml"
    path.write_text(text)
    return manage("load_config", str(path), *options)


def test_everything_is_made(folder: Path) -> None:
    shell = load(folder)
    assert (shell.status, shell.err) == (0, "")
    assert shell.out.endswith("7 created, 1 updated, 0 unchanged.\n")
    tenant = Tenant.objects.get()
    assert (tenant.customer.time_zone, tenant.settings) == ("Pacific/Auckland", {"prefix": "T ", "batch": 5})
    assert (tenant.source.grant.name, tenant.target.grant.name) == ("Shop login", "Vault login")
    assert tenant.source.grant.secret["client_secret"] == "from the environment"
    vault = tenant.target.grant
    assert (vault.api_url, vault.secret["client_secret"]) == ("http://127.0.0.1:9001", "from a file")
    assert (vault.tokens, vault.state) == ({"refresh_token": "first-token"}, GrantState.NEW)
    stage = tenant.stages.get()
    assert (stage.gate, stage.schedule) == ("approve", "every 30 minutes")
    assert PeriodicTask.objects.get(name="Tieback: toys / orders").enabled
    assert Membership.objects.get().role == "manager"


def test_a_second_time_changes_nothing(folder: Path) -> None:
    load(folder)
    audited = LogEntry.objects.count()
    shell = load(folder)
    assert shell.out.endswith("0 created, 0 updated, 8 unchanged.\n")
    assert LogEntry.objects.count() == audited


def test_tokens_renewed_meanwhile_survive_the_same_file(folder: Path) -> None:
    load(folder)
    renewed = {"access_token": "a", "refresh_token": "second-token"}
    Grant.objects.filter(name="Vault login").update(tokens=renewed, state=GrantState.OK)
    load(folder)
    grant = Grant.objects.get(name="Vault login")
    assert (grant.tokens, grant.state) == (renewed, GrantState.OK)


def test_another_refresh_token_replaces_the_old_login(folder: Path) -> None:
    load(folder)
    Grant.objects.filter(name="Vault login").update(state=GrantState.NEEDS_LOGIN, state_reason="revoked")
    shell = load(folder, FILE.replace("first-token", "new-token"))
    grant = Grant.objects.get(name="Vault login")
    assert (grant.tokens, grant.state, grant.state_reason) == ({"refresh_token": "new-token"}, GrantState.NEW, "")
    assert "updated   grant Vault login (client_secret, refresh_token" in shell.out


def test_another_secret_drops_the_tokens_it_had_brought(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(folder)
    Grant.objects.filter(name="Shop login").update(tokens={"access_token": "old"}, state=GrantState.OK)
    monkeypatch.setenv("TOY_SECRET", "another one")
    load(folder)
    grant = Grant.objects.get(name="Shop login")
    assert (grant.tokens, grant.state, grant.secret) == ({}, GrantState.NEW, {"client_secret": "another one"})


def test_what_the_file_does_not_name_is_left_alone(folder: Path) -> None:
    load(folder)
    TenantStage.objects.update(enabled=False)
    Tenant.objects.update(enabled=False, settings={"prefix": "T ", "batch": 5, "keyed": False})
    Customer.objects.create(slug="other", name="Other")
    load(folder)
    assert not TenantStage.objects.get().enabled
    tenant = Tenant.objects.get()
    assert not tenant.enabled
    assert tenant.settings["keyed"] is False
    assert Customer.objects.filter(slug="other").exists()


def test_what_is_kept_for_people_is_a_part_of_an_account(folder: Path) -> None:
    told = 'account = "17"\nkept_for_people = '
    assert load(folder, FILE.replace('account = "17"', f"{told}25")).status == 0
    assert Connection.objects.get(account_id="17").kept_for_people == 25
    assert load(folder).status == 0
    assert Connection.objects.get(account_id="17").kept_for_people == 25
    for wrong in ("91", "-1", "true", "'x'", "9223372036854775808"):
        shell = load(folder, FILE.replace('account = "17"', f"{told}{wrong}"))
        assert (shell.status, "connections[0].kept_for_people" in shell.err) == (1, True)


def test_a_connection_keeps_its_row_when_its_name_and_login_change(folder: Path) -> None:
    load(folder)
    before = Connection.objects.get(account_id="17").pk
    text = FILE.replace('name = "Main"\ngrant = "Shop login"', 'name = "Moved"\ngrant = "New login"')
    text = text.replace('name = "Shop login"', 'name = "New login"').replace('source = "Main"', 'source = "Moved"')
    assert load(folder, text).status == 0
    after = Connection.objects.get(account_id="17")
    assert (after.pk, after.name, after.grant.name) == (before, "Moved", "New login")
    assert Tenant.objects.get().source_id == before


def test_check_tells_and_stores_nothing(folder: Path) -> None:
    shell = load(folder, FILE, "--check")
    assert shell.status == 0
    assert shell.out.endswith("Would be: 7 created, 1 updated, 0 unchanged.\n")
    assert not Customer.objects.exists()


WRONG = [
    ('slug = "toys"', 'slug = "toys"\nsurprise = 1', "tenants[0].surprise: there is no such key here"),
    (
        'time_zone = "Pacific/Auckland"',
        'time_zone = "Mars/Base"',
        "customers[0].time_zone: “Mars/Base” is not a time zone.",
    ),
    ('user = "kim"', 'user = "robin"', "customers[0].members[0].user: there is no user “robin”"),
    ('role = "manager"', 'role = "king"', "customers[0].members[0].role: "),
    ('env = "TOY_SECRET"', 'env = "NO_SUCH"', "grants[0].client_secret: the environment variable NO_SUCH is not set"),
    ('file = "vault.secret"', 'file = "gone"', "grants[1].client_secret: the file "),
    ('vendor = "shop"', 'vendor = "sage"', "grants[0].vendor: There is no vendor “sage”."),
    ('login_url = "http://127.0.0.1:9001"', 'login_url = "http://evil.example"', "grants[1].login_url: "),
    ('grant = "Shop login"', 'grant = "Nobody"', "connections[0].grant: there is no grant “Nobody”"),
    ('pairing = "toy"', 'pairing = "sage"', "tenants[0].pairing: there is no pairing “sage”; there is "),
    ('source = "Main"', 'source = "Side"', "tenants[0].source: there is no Shop connection “Side”"),
    ("batch = 5", "batch = 0", "tenants[0].settings.batch: Input should be greater than or equal to 1"),
    ("batch = 5", "batsh = 5", "tenants[0].settings.batsh: Shop and Vault has no such setting"),
    (
        "[tenants.stages.orders]",
        "[tenants.stages.bills]",
        "tenants[0].stages.bills: Shop and Vault has the stages orders",
    ),
    ('gate = "approve"', 'gate = "open"', "tenants[0].stages.orders.gate: "),
    (
        'schedule = "every 30 minutes"',
        'schedule = "often"',
        "tenants[0].stages.orders.schedule: Write “every 30 minutes”",
    ),
    ("[[customers]]", "[[custommers]]", "custommers: there is no such section"),
    ("[[customers]]", "customers = 1\n[[x]]", "customers: must be written as [[customers]]"),
]


@pytest.mark.parametrize(("right", "wrong", "line"), WRONG)
def test_faults_name_the_place_and_store_nothing(folder: Path, right: str, wrong: str, line: str) -> None:
    shell = load(folder, FILE.replace(right, wrong, 1))
    assert (shell.status, shell.out) == (1, "")
    assert any(told.startswith(line) for told in shell.err.splitlines()), shell.err
    assert "Nothing has been stored" in shell.err
    assert not Customer.objects.exists()


def test_all_faults_are_told_at_once(folder: Path) -> None:
    text = FILE.replace("batch = 5", "batch = 0").replace('env = "TOY_SECRET"', 'env = "NO_SUCH"').replace("often", "")
    text = text.replace("Pacific/Auckland", "Mars/Base").replace('gate = "approve"', 'gate = "open"')
    lines = load(folder, text).err.splitlines()
    places = [line.split(": ")[0] for line in lines[:-1]]
    assert sorted(places) == [
        "customers[0].time_zone",
        "grants[0].client_secret",
        "tenants[0].settings.batch",
        "tenants[0].stages.orders.gate",
    ]
    assert lines[-1] == "Nothing has been stored: there are 4 faults."


def test_no_fault_repeats_a_secret(folder: Path) -> None:
    text = FILE.replace('client_secret = { env = "TOY_SECRET" }', 'client_secret = ["hush-hush"]')
    assert "hush-hush" not in load(folder, text).err


def test_broken_toml_names_the_line(folder: Path) -> None:
    shell = load(folder, "[[customers]\n")
    assert shell.status == 1
    assert "is not valid TOML" in shell.err
    assert "line 1" in shell.err


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    shell = manage("load_config", str(tmp_path / "none.toml"))
    assert shell.status == 1
    assert "none.toml: No such file or directory" in shell.err


def test_names_used_twice_are_refused(folder: Path) -> None:
    twice = FILE + FILE[FILE.index("[[tenants]]") :]
    shell = load(folder, twice)
    assert "tenants[1]: “toys” is in the file twice" in shell.err


def test_one_account_twice_is_refused(folder: Path) -> None:
    again = FILE[FILE.index("[[connections]]") : FILE.index("[[tenants]]")].replace('"Main"', '"Again"')
    assert "connections[2]: it is the same account as connections[0]" in load(folder, FILE + again).err


def test_linked_accounts_cannot_be_swapped(folder: Path) -> None:
    load(folder)
    LinkedEntity.objects.create(tenant_stage=TenantStage.objects.get(), source_id="1", target_id="P1")
    shell = load(folder, FILE.replace('account = "17"', 'account = "18"'))
    assert "connections[0].account: “Main” has links to account 17" in shell.err
    more = FILE.replace(
        "[[tenants]]",
        '[[connections]]\ncustomer = "toy-makers"\nname = "B"\ngrant = "Shop login"\naccount = "9"\n[[tenants]]',
    )
    shell = load(folder, more.replace('source = "Main"', 'source = "B"'))
    assert "tenants[0]: it has links already" in shell.err


def test_a_login_that_opens_connections_stays_with_its_vendor(folder: Path) -> None:
    load(folder)
    shell = load(folder, FILE.replace('vendor = "shop"', 'vendor = "vault"', 1))
    assert "grants[0].vendor: It opens connections, so it stays with its vendor. Make another login." in shell.err


def test_value_maps_are_rows_of_a_kind_the_pairing_has(folder: Path) -> None:
    rows = '\n[[tenants.values]]\nkey = "01-310"\naccount = "400"\n'
    rows += '\n[[tenants.values]]\nkey = "01-310"\nproject = "7"\nitem = "X"\n'
    assert load(folder, FILE + rows).out.endswith("9 created, 1 updated, 0 unchanged.\n")
    assert load(folder, FILE + rows.replace("400", "401")).out.endswith("0 created, 1 updated, 9 unchanged.\n")
    values = ValueMap.objects.values_list("kind", "key", "project", "account", "item")
    assert set(values) == {("cost_code", "01-310", "", "401", ""), ("cost_code", "01-310", "7", "", "X")}
    wrong = load(folder, FILE + rows.replace("key =", 'kind = "sage"\nkey =', 1))
    assert "tenants[0].values[0].kind: Shop and Vault has the kinds cost_code" in wrong.err


def test_custom_addresses_need_the_deployments_word(folder: Path, settings: pytest.FixtureRequest) -> None:
    settings.HUB_CUSTOM_HOSTS = []  # type: ignore[attr-defined]
    shell = load(folder)
    assert "grants[1].environment: This installation does not allow custom addresses" in shell.err
    assert not ValueMap.objects.exists()
