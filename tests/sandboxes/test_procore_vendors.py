"""The company directory of the pretend Procore."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.procore.sandbox import Switches
from tests.sandboxes.procore_world import ProcoreWorld, procore_world

VENDORS = "/rest/v1.0/vendors"
SYNC = f"{VENDORS}/sync"
ABN = {"type": "abn", "identifier": "51 824 753 556"}


def sync(world: ProcoreWorld, *updates: dict[str, Any]) -> dict[str, Any]:
    answer = world.patch(SYNC, updates=list(updates))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


# https://developers.procore.com/documentation/using-sync-actions, line by line.


def test_neither_id_nor_origin_id_creates_each_time() -> None:
    with procore_world() as world:
        for _ in range(2):
            assert sync(world, {"name": "Kauri Steel"})["entities"][0]["origin_id"] is None
        assert len(world.company.vendors) == 2


def test_an_unknown_id_is_an_error_and_the_rest_goes_through() -> None:
    with procore_world() as world:
        answer = sync(world, {"id": 999, "name": "Nobody"}, {"origin_id": "x1", "name": "Kauri Steel"})
        assert answer["errors"] == [{"id": 999, "name": "Nobody", "errors": {"id": ["Entity with this ID not found"]}}]
        assert [row["name"] for row in answer["entities"]] == ["Kauri Steel"]


def test_a_known_id_updates_only_what_is_sent() -> None:
    with procore_world() as world:
        vendor = world.company.add_vendor("Kauri Steel", city="Taupō")
        sync(world, {"id": vendor.id, "name": "Kauri Steel Ltd"})
        assert (vendor["name"], vendor["city"]) == ("Kauri Steel Ltd", "Taupō")


def test_an_unknown_origin_id_creates_and_a_known_one_updates() -> None:
    with procore_world() as world:
        first = sync(world, {"origin_id": "x1", "name": "Kauri Steel"})["entities"][0]
        again = sync(world, {"origin_id": "x1", "name": "Kauri Steel Ltd"})["entities"][0]
        assert again["id"] == first["id"]
        assert again["name"] == "Kauri Steel Ltd"
        assert len(world.company.vendors) == 1


def test_id_and_origin_id_together_rewrite_the_origin_id() -> None:
    with procore_world() as world:
        vendor = world.company.add_vendor("Kauri Steel", origin_id="old")
        sync(world, {"id": vendor.id, "origin_id": "new"})
        assert vendor["origin_id"] == "new"
        sync(world, {"id": vendor.id, "origin_id": None})
        assert vendor["origin_id"] is None
        assert sync(world, {"origin_id": "new", "name": "Another"})["entities"][0]["id"] != vendor.id


def test_one_origin_id_twice_in_one_sync_is_one_vendor() -> None:
    with procore_world() as world:
        answer = sync(world, {"origin_id": "x1", "name": "One"}, {"origin_id": "x1", "name": "Two"})
        assert {row["id"] for row in answer["entities"]} == {next(iter(world.company.vendors)).id}


def test_an_origin_id_belongs_to_one_vendor_of_a_company() -> None:
    with procore_world() as world:
        world.company.add_vendor("Kauri Steel", origin_id="x1")
        other = world.company.add_vendor("Tāmaki Timber")
        taken = {"origin_id": ["has already been taken"]}
        assert sync(world, {"id": other.id, "origin_id": "x1"})["errors"][0]["errors"] == taken
        answer = world.patch(f"{VENDORS}/{other.id}", vendor={"origin_id": "x1"})
        assert (answer.status_code, answer.json()) == (422, {"errors": taken})
        assert world.post(VENDORS, vendor={"name": "Third", "origin_id": "x1"}).status_code == 422
        assert other["origin_id"] is None
        # Of another type, or in another company, it is free.
        world.company.add_project("Harbour Tower", origin_id="x1")
        world.sandbox.add_company("Kauri Ridge Builders").add_vendor("Kauri Steel", origin_id="x1")


def test_an_origin_id_sent_as_a_number_is_kept_as_its_digits() -> None:
    with procore_world() as world:
        sync(world, {"origin_id": 7, "name": "Kauri Steel"})
        assert sync(world, {"origin_id": 7, "name": "Kauri Steel"})["entities"][0]["origin_id"] == "7"
        assert len(world.company.vendors) == 1


@pytest.mark.parametrize("status", [400, 413])
def test_more_than_a_thousand_updates_are_refused_whole(status: int) -> None:
    with procore_world(switches=Switches(sync_limit_status=status)) as world:
        updates = [{"origin_id": str(n), "name": f"Vendor {n}"} for n in range(1001)]
        assert world.patch(SYNC, updates=updates).status_code == status
        assert len(world.company.vendors) == 0
        assert len(sync(world, *updates[:1000])["entities"]) == 1000


@pytest.mark.parametrize("updates", [None, {}, [1], "x"])
def test_updates_must_be_a_list_of_objects(updates: Any) -> None:
    with procore_world() as world:
        assert world.patch(SYNC, updates=updates).status_code == 400


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"name": 5}, "name"),
        ({"country_code": "Australia"}, "country_code"),
        ({"country_code": "NZ", "state_code": "NSW"}, "state_code"),
        ({"state_code": "New South Wales", "country_code": "AU"}, "state_code"),
        ({"state_code": 5}, "state_code"),
        ({"favourite": True}, "favourite"),
        ({"business_register_attributes": {"type": "gst", "identifier": "1"}}, "type"),
        ({"business_register_attributes": {"type": "abn", "identifier": ""}}, "identifier"),
        ({"business_register_attributes": {"type": "abn", "identifier": "12"}}, "identifier"),
        ({"business_register_attributes": {"type": "ein", "identifier": "51824753556"}}, "identifier"),
        ({"business_register_attributes": "51824753556"}, "business_register"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_saved(fields: dict[str, Any], wrong: str) -> None:
    with procore_world() as world:
        update = {"origin_id": "x1", "name": "Kauri Steel", **fields}
        answer = sync(world, update)
        assert answer["entities"] == []
        assert answer["errors"][0].items() >= update.items()
        assert list(answer["errors"][0]["errors"]) == [wrong]
        assert len(world.company.vendors) == 0


@pytest.mark.parametrize(
    "place",
    [
        {"country_code": "AU", "state_code": "NSW"},
        {"country_code": "NZ", "state_code": "AUK"},
        {"country_code": "US", "state_code": "CA"},
        {"country_code": "GB", "state_code": "LND"},
        {"state_code": "VIC"},
        {"country_code": "NZ", "state_code": ""},
        {"country_code": None, "state_code": None},
    ],
)
def test_states_that_fit_their_country(place: dict[str, Any]) -> None:
    with procore_world() as world:
        assert sync(world, {"name": "Kauri Steel", **place})["errors"] == []


def test_a_state_that_stays_must_fit_the_new_country() -> None:
    with procore_world() as world:
        vendor = world.company.add_vendor("Kauri Steel", country_code="AU", state_code="NSW")
        assert list(sync(world, {"id": vendor.id, "country_code": "NZ"})["errors"][0]["errors"]) == ["state_code"]
        assert vendor["country_code"] == "AU"


def test_names_may_repeat() -> None:
    with procore_world() as world:
        answer = sync(world, {"origin_id": "x1", "name": "Kauri Steel"}, {"origin_id": "x2", "name": "Kauri Steel"})
        assert len(answer["entities"]) == 2


def test_creating_and_showing_one() -> None:
    with procore_world() as world:
        made = world.post(VENDORS, vendor={"name": "Kauri Steel", "country_code": "NZ"})
        assert made.status_code == 201
        shown = world.get(f"{VENDORS}/{made.json()['id']}")
        assert shown.json() == made.json()
        refused = world.post(VENDORS, vendor={"city": "Taupō"})
        assert (refused.status_code, refused.json()) == (400, {"errors": {"name": ["can't be blank"]}})


# The business register.


def test_a_tax_number_is_given_once_and_then_changed() -> None:
    with procore_world() as world:
        vendor = world.company.add_vendor("Kauri Steel")
        path, query = f"{VENDORS}/{vendor.id}/business_register", {"company_id": world.company.id}
        assert world.call("PATCH", path, params=query, json={"business_register": ABN}).status_code == 404
        made = world.call("POST", path, params=query, json={"business_register": ABN})
        assert made.status_code == 201
        assert made.json().keys() == {"id", "type", "identifier", "verified_at", "verification_status"}
        again = world.call("POST", path, params=query, json={"business_register": ABN})
        assert (again.status_code, list(again.json())) == (409, ["message"])
        other = {"type": "ein", "identifier": "12-3456789"}
        changed = world.call("PATCH", path, params=query, json={"business_register": other}).json()
        assert (changed["id"], changed["identifier"]) == (made.json()["id"], "12-3456789")
        assert world.call("POST", path, json={"business_register": ABN}).json() == {
            "errors": {"company_id": ["required"]}
        }
        assert world.call("PATCH", path, params=query, json={}).status_code == 400


def test_sync_gives_and_changes_a_tax_number() -> None:
    with procore_world() as world:
        row = sync(world, {"origin_id": "x1", "name": "Kauri Steel", "business_register_attributes": ABN})["entities"]
        first = row[0]["business_register"]
        assert first["identifier"] == ABN["identifier"]
        changed = {**ABN, "identifier": "33 102 417 032"}
        row = sync(world, {"origin_id": "x1", "business_register_attributes": changed})["entities"]
        assert row[0]["business_register"] == {**first, "identifier": "33 102 417 032"}


def test_tax_numbers_can_go_unchecked() -> None:
    with procore_world(switches=Switches(checks_tax_numbers=False)) as world:
        register = {"type": "abn", "identifier": "12"}
        assert sync(world, {"name": "Kauri Steel", "business_register_attributes": register})["errors"] == []


# Active and inactive.


def test_inactive_vendors_have_their_own_list_and_come_back_from_there() -> None:
    with procore_world() as world:
        vendor = world.company.add_vendor("Kauri Steel")
        inactive = f"/rest/v1.0/companies/{world.company.id}/vendors/inactive"
        sync(world, {"id": vendor.id, "is_active": False})
        assert world.get(VENDORS).json() == []
        assert [row["id"] for row in world.get(inactive).json()] == [vendor.id]
        assert world.patch(f"{inactive}/{vendor.id}").json()["is_active"] is True
        assert world.get(inactive).json() == []
        assert world.patch(f"{inactive}/{vendor.id}").status_code == 404


@pytest.mark.parametrize(
    ("update", "field"), [({"origin_id": "x1", "name": "Kauri"}, "origin_id"), ({"id": 0, "name": "Kauri"}, "id")]
)
def test_whether_a_sync_reaches_inactive_vendors_is_a_switch(update: dict[str, Any], field: str) -> None:
    with procore_world() as world:
        vendor = world.company.add_vendor("Kauri Steel", origin_id="x1", is_active=False)
        known = {**update, "id": vendor.id} if "id" in update else update
        assert sync(world, known)["entities"][0]["id"] == vendor.id
        world.sandbox.switches.sync_reaches_inactive_vendors = False
        assert list(sync(world, known)["errors"][0]["errors"]) == [field]
        assert len(world.company.vendors) == 1


# Lists.


def test_filters_views_and_pages() -> None:
    with procore_world() as world:
        steel = world.company.add_vendor("Kauri Steel", origin_id="x1")
        timber = world.company.add_vendor("Tāmaki Timber", trade_name="TT", parent_id=steel.id)
        listed = {
            "filters[origin_id]": "x1",
            "filters[search]": "kauri",
            "filters[id][]": steel.id,
        }
        for name, value in listed.items():
            assert [row["id"] for row in world.get(VENDORS, params={name: value}).json()] == [steel.id]
        assert [row["id"] for row in world.get(VENDORS, params={"filters[parent_id][]": steel.id}).json()] == [
            timber.id
        ]
        assert world.get(VENDORS, params={"filters[search]": "tt", "filters[origin_id]": "x1"}).json() == []
        names = [row["name"] for row in world.get(VENDORS, sort="-name").json()]
        assert names == ["Tāmaki Timber", "Kauri Steel"]
        extended = world.get(VENDORS, view="extended").json()
        assert (extended[0]["children_count"], extended[1]["parent"]["id"]) == (1, steel.id)
        assert "bidding" not in world.get(VENDORS, view="normal").json()[0]
        assert world.get(VENDORS, view="compact").json()[0].keys() == {"id", "name", "is_active", "origin_id"}
        assert world.get(VENDORS, per_page=5000).headers["Per-Page"] == "2000"


def test_vendors_of_a_project() -> None:
    with procore_world() as world:
        project, vendor = world.company.add_project("Harbour Tower"), world.company.add_vendor("Kauri Steel")
        path = f"/rest/v1.1/projects/{project.id}/vendors"
        assert world.get(path).json() == []
        assert world.post(f"{path}/{vendor.id}/actions/add").status_code == 201
        assert [row["id"] for row in world.get(path).json()] == [vendor.id]
        assert world.get(VENDORS, view="extended").json()[0]["project_ids"] == [project.id]
        assert len(world.get("/rest/v1.1/projects", params={"filters[vendor_id]": vendor.id}).json()) == 1
        assert world.call("DELETE", f"{path}/{vendor.id}/actions/remove").status_code == 204
        assert world.call("DELETE", f"{path}/{vendor.id}/actions/remove").status_code == 404
        assert world.post(f"{path}/1/actions/add").status_code == 404
