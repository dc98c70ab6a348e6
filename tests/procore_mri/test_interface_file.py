"""MRI's endpoints in a configuration file: what differs from what ships, and who says that it is so."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry

from hub.config_file import ConfigError, Line, apply, parse
from hub.models import Connection, Role
from integrations.mri.endpoints import Profile, assumed, load
from tests.procore_mri.sheets import person, store
from tests.procore_mri.world import World, world

pytestmark = pytest.mark.django_db

CONNECTION = """
[[connections]]
customer = "harbour-lane"
name = "Harbour’s MRI"
grant = "MRI"
account = "HARBOUR"
"""
VENDORS = """
[connections.profile.endpoints."vendors.list"]
api = "MRI_S-PMAP_Suppliers"
fields = [{ hub = "name", mri = "SupplierName" }, { hub = "email", mri = "" }]
parameters = [{ source = "since", transform = "date(YYYY-MM-DD)" }, { name = "ACTIVE", value = "Y" }]
"""
SAID = 'verified = { by = "Kim Ngata", on = 2026-11-20 }\n'


@pytest.fixture
def w() -> Iterator[World]:
    with world(profile={}) as one:
        yield one


def put(text: str = VENDORS) -> list[Line]:
    return apply(parse(tomllib.loads(CONNECTION + text), Path()))


def faults(text: str) -> list[str]:
    with pytest.raises(ConfigError) as told:
        put(text)
    return list(told.value.lines)


def profile(w: World) -> Profile:
    return load(Connection.objects.get(pk=w.tenant.target_id).profile)


def test_a_file_names_only_what_differs(w: World) -> None:
    (line,) = put()
    assert str(line) == "updated   connection Harbour’s MRI (profile)"
    found, shipped = profile(w).endpoint("vendors.list"), assumed().endpoint("vendors.list")
    assert (found.api, found.field("name").mri, found.field("name").max_length) == (
        "MRI_S-PMAP_Suppliers",
        "SupplierName",
        60,
    )
    assert {one.hub for one in shipped.fields} - {one.hub for one in found.fields} == {"email"}
    assert [(one.name, one.transform, one.value) for one in found.parameters] == [
        ("VENDORID", "text", ""),
        ("LastUpdate", "date(YYYY-MM-DD)", ""),
        ("ACTIVE", "text", "Y"),
    ]
    assert profile(w).endpoint("jobs.list") == assumed().endpoint("jobs.list")
    assert not found.verified
    entry = LogEntry.objects.get(changes__has_key="Vendors: API name")
    assert entry.changes["Vendors: API name"] == ["MRI_S-PMAP_Vendors", "MRI_S-PMAP_Suppliers"]
    assert [str(line) for line in put()] == ["unchanged connection Harbour’s MRI"]
    assert LogEntry.objects.filter(changes__has_key="Vendors: API name").count() == 1


def test_a_profile_is_verified_by_a_name_and_a_date_alone(w: World) -> None:
    place = "connections[0].profile.endpoints[vendors.list].verified"
    for claim in ("true", '{ by = "Kim" }', '{ by = " ", on = 2026-11-20 }', "{ on = 2026-11-20 }", '"Kim"'):
        assert faults(f"{VENDORS}verified = {claim}\n") == [
            f'{place}: say who has compared it and when: verified = {{ by = "Kim Ngata", on = 2026-11-20 }}'
        ]
    assert faults(VENDORS + 'verified = { by = "Kim", on = "soon" }') == [
        f"{place}: the date must be written as 2026-11-20"
    ]
    assert faults(VENDORS + 'verified = { by = "Kim", on = 2999-01-01 }') == [f"{place}: the date has not come yet"]
    for name in ("verified_by", "verified_at", "sample_fields"):
        assert name in faults(f'{VENDORS}{name} = "Kim"\n')[0]
    assert Connection.objects.get(pk=w.tenant.target_id).profile == {}
    put(VENDORS + SAID)
    found = profile(w).endpoint("vendors.list")
    assert (found.verified, found.verified_by, found.verified_at) == (True, "Kim Ngata", "2026-11-20")
    assert [str(line) for line in put(VENDORS + SAID)] == ["unchanged connection Harbour’s MRI"]


def test_a_statement_does_not_hold_for_another_call(w: World) -> None:
    put(VENDORS + SAID)
    (told,) = faults(VENDORS.replace("Suppliers", "Firms") + SAID)
    assert "Kim Ngata said so on 2026-11-20 of another call" in told
    assert profile(w).endpoint("vendors.list").verified
    put(VENDORS.replace("Suppliers", "Firms"))  # without the statement it is another call that nobody has verified
    assert not profile(w).endpoint("vendors.list").verified
    put(VENDORS.replace("Suppliers", "Firms") + SAID.replace("20", "21", 1).replace("2126", "2026"))
    assert profile(w).endpoint("vendors.list").api == "MRI_S-PMAP_Firms"


def test_a_file_puts_back_what_was_changed_by_hand_with_the_statement_that_it_holds(w: World) -> None:
    put(VENDORS + SAID)
    manager = person(w.customer, Role.MANAGER)
    store(manager, w.tenant.target, "vendors.list", fields__city__mri="Town")
    assert not profile(w).endpoint("vendors.list").verified
    put(VENDORS + SAID)
    found = profile(w).endpoint("vendors.list")
    assert (found.field("city").mri, found.verified) == ("City", True)


def test_what_a_person_verified_stays_when_the_file_says_the_same(w: World) -> None:
    put()
    fresh = Connection.objects.get(pk=w.tenant.target_id)
    interface: Any = fresh.vendor.interface
    from integrations.base.interface import Statement

    fresh.profile = interface.stated(fresh.profile, "vendors.list", Statement("Robin", "2026-11-25"))
    fresh.save()
    put()
    assert profile(w).endpoint("vendors.list").verified_by == "Robin"


def test_a_changed_table_undoes_what_looks_up_in_it(w: World) -> None:
    table = '[connections.profile.tables.states]\n"Western Australia" = "WA"\n'
    fields = (
        '\n[connections.profile.endpoints."vendors.list"]\nfields = [{ hub = "state", transform = "lookup(states)" }]\n'
    )
    put(table + fields + SAID)
    assert profile(w).endpoint("vendors.list").verified
    put(table.replace('"WA"', '"W"'))
    assert profile(w).tables == {"states": {"Western Australia": "W"}}
    assert not profile(w).endpoint("vendors.list").verified
    assert "of another call" not in str(put(table + fields + SAID))
    (told,) = faults(table.replace('"WA"', '"W"') + fields + SAID)
    assert "of another call" in told


WRONG = [
    ('api = "MRI_S-PMAP_Suppliers"', 'api = "two words"', "endpoints[vendors.list].api: It may hold letters"),
    ("api =", "apy =", "endpoints[vendors.list].apy: There is no such setting."),
    ('"SupplierName"', '"Supplier Name"', "endpoints[vendors.list].fields[name].mri: It may hold letters"),
    (
        'hub = "email", mri = ""',
        'hub = "mail", mri = "M"',
        "endpoints[vendors.list].fields[mail].hub: “mail” is not one of",
    ),
    ('hub = "email", mri = ""', 'mri = ""', "endpoints[vendors.list].fields[1]: a row names its hub"),
    ('transform = "date(YYYY-MM-DD)"', 'transform = "yn"', "endpoints[vendors.list].parameters[since].transform: "),
    ('"vendors.list"', '"vendors.delete"', "endpoints[vendors.delete]: there is no such operation"),
    ('endpoints."vendors.list"', 'endpoint."vendors.list"', "endpoint: there is no such setting"),
    ("fields = [", "fields = 1 # [", "endpoints[vendors.list].fields: must be a list of rows"),
]


@pytest.mark.parametrize(("right", "wrong", "line"), WRONG)
def test_what_is_wrong_is_told_by_its_place(w: World, right: str, wrong: str, line: str) -> None:
    assert right in VENDORS
    told = faults(VENDORS.replace(right, wrong, 1))
    assert any(one.startswith(f"connections[0].profile.{line}") for one in told), told
    assert Connection.objects.get(pk=w.tenant.target_id).profile == {}


def test_only_vendors_with_an_interface_take_a_profile(w: World) -> None:
    text = CONNECTION.replace("Harbour’s MRI", "Harbour & Lane Constructions").replace('"MRI"', '"Procore"')
    text = text.replace('"HARBOUR"', f'"{w.company.id}"')
    with pytest.raises(ConfigError) as told:
        apply(parse(tomllib.loads(text + VENDORS), Path()))
    assert told.value.lines == ("connections[0].profile: Procore has the same interface everywhere",)
