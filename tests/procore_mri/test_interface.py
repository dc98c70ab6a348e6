"""MRI's endpoints in the admin, against its pretend service: renamed, probed, verified, and used only then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.test import Client

from hub.models import Connection, Role
from tests.procore_mri.sheets import address, form, person, sheet_of, store, verify
from tests.procore_mri.world import World, world

pytestmark = pytest.mark.django_db
VENDORS = "MRI_S-PMAP_Vendors"


@pytest.fixture
def w() -> Iterator[World]:
    with world() as one:
        yield one


@pytest.fixture
def manager(w: World) -> Client:
    return person(w.customer, Role.MANAGER)


@pytest.fixture
def verifier(w: World) -> Client:
    return person(w.customer, Role.VIEWER, verifies=True, name="kim")


def endpoint(w: World, operation: str) -> dict[str, Any]:
    found: dict[str, Any] = Connection.objects.get(pk=w.tenant.target_id).profile["endpoints"][operation]
    return found


def test_a_renamed_endpoint_works_after_a_change_in_the_admin_alone(
    w: World, manager: Client, verifier: Client
) -> None:
    w.mri.api(VENDORS).name = "MRI_S-PMAP_Suppliers"
    w.mri.api("MRI_S-PMAP_Suppliers").rename_field("VendorName", "SupplierName")
    broken = w.go("vendors")
    assert "MRI_S-PMAP_Vendors is not valid" in broken.error
    mri = w.tenant.target
    for operation in ("vendors.list", "vendors.find"):
        said = store(manager, mri, operation, api="MRI_S-PMAP_Suppliers", fields__name__mri="SupplierName")
        assert "Nothing uses it until somebody has probed it and marked it verified" in said.content.decode()
        assert not endpoint(w, operation).get("verified")
        probed = manager.post(address(mri, operation, "probe"), form(sheet_of(mri, operation)))
        html = probed.content.decode()
        assert "MRI_S-PMAP_Suppliers answers." in html
        assert "Ironbark Concreting" in html
    w.tenant.target.refresh_from_db()
    waits = w.go("vendors")
    assert "has not been verified" in waits.error
    for operation in ("vendors.list", "vendors.find"):
        verify(verifier, mri, operation)
    w.tenant.target.refresh_from_db()
    assert endpoint(w, "vendors.list")["verified_by"] == "Kim"
    done = w.go("vendors")
    assert done.error == ""
    assert {outcome for outcome, _ in w.outcomes(done).values()} == {"created"}
    assert "0000010449 Ironbark Concreting" in w.outcomes(done)


def test_the_probe_offers_the_names_that_it_has_seen_and_says_what_is_missing(w: World, manager: Client) -> None:
    w.mri.api(VENDORS).rename_field("Zip", "PostCode")
    mri = w.tenant.target
    html = manager.post(address(mri, "vendors.list", "probe"), form(sheet_of(mri, "vendors.list"))).content.decode()
    assert '<option value="PostCode">' in html
    assert "The record has no" in html
    assert "<code>Zip</code>" in html
    assert endpoint(w, "vendors.list")["verified"]  # looking changes nothing about it
    assert "PostCode" in endpoint(w, "vendors.list")["sample_fields"]
    assert '<option value="PostCode">' in manager.get(address(mri, "vendors.list")).content.decode()


def test_a_probe_of_what_is_typed_stores_nothing(w: World, manager: Client) -> None:
    mri = w.tenant.target
    typed = form(sheet_of(mri, "vendors.list"), api="MRI_S-PMJC_Jobs")
    html = manager.post(address(mri, "vendors.list", "probe"), typed).content.decode()
    assert "MRI_S-PMJC_Jobs answers, but the field map does not fit" in html
    assert 'value="MRI_S-PMJC_Jobs"' in html  # what was typed is still there
    assert endpoint(w, "vendors.list")["api"] == VENDORS
    operator = person(w.customer, Role.OPERATOR)
    html = operator.post(address(mri, "vendors.list", "probe"), typed).content.decode()
    assert f"{VENDORS} answers." in html  # who may not store it probes what is stored


def test_a_read_that_needs_a_filter_is_narrowed(w: World, manager: Client) -> None:
    w.mri.api(VENDORS).needs = (("VENDORID",),)
    mri = w.tenant.target
    data = form(sheet_of(mri, "vendors.find"))
    where = address(mri, "vendors.find", "probe")
    assert "needs VENDORID" in manager.post(where, data).content.decode()
    html = manager.post(where, {**data, "ask-id": "0000010450"}).content.decode()
    assert "Southern Cross Steel" in html


def test_storing_without_a_change_keeps_the_verification(w: World, manager: Client) -> None:
    mri = w.tenant.target
    before = endpoint(w, "vendors.list")
    assert "Nothing was changed." in store(manager, mri, "vendors.list").content.decode()
    assert {**endpoint(w, "vendors.list"), "enabled": True} == before
    for operation in Connection.objects.get(pk=mri.pk).profile["endpoints"]:
        store(manager, mri, operation)
        assert endpoint(w, operation)["verified"], operation
    assert not LogEntry.objects.filter(object_pk=str(mri.pk), action=LogEntry.Action.UPDATE).exists()


@pytest.mark.parametrize(
    "change",
    [
        {"format": "xml"},
        {"record_path": "rows"},
        {"fields__city__mri": "Town"},
        {"fields__city__mri": ""},
        {"fields__city__max_length": "31"},
        {"fields__city__default": "Perth"},
        {"fields__id__transform": "pad_left(10)"},
        {"parameters__new__name": ""},
        {"parameters-0-name": "VENDOR"},
        {"parameters-1-transform": "date(YYYY-MM-DD)"},
    ],
)
def test_any_change_of_the_call_takes_the_verification_back(w: World, manager: Client, change: dict[str, str]) -> None:
    mri = w.tenant.target
    data = form(sheet_of(mri, "vendors.list"))
    named = form(sheet_of(mri, "vendors.list"), **{k: v for k, v in change.items() if "__" in k or "-" not in k})
    data = {**named, **{k: v for k, v in change.items() if "-" in k and "__" not in k}}
    if change == {"parameters__new__name": ""}:
        data["parameters-2-name"], data["parameters-2-value"] = "ACTIVE", "Y"
    assert manager.post(address(mri, "vendors.list"), data).status_code == 302
    assert not endpoint(w, "vendors.list").get("verified")
    assert "verified_by" not in endpoint(w, "vendors.list")
    entry = LogEntry.objects.get(object_pk=str(mri.pk), action=LogEntry.Action.UPDATE)
    assert entry.changes["Vendors: Verified"] == ["kim", ""]
    assert len(entry.changes) > 1


def test_faults_are_told_beside_their_fields_and_nothing_is_stored(w: World, manager: Client) -> None:
    mri, before = w.tenant.target, endpoint(w, "vendors.list")
    said = store(
        manager, mri, "vendors.list", api="bad name", fields__city__max_length="many", fields__name__mri=""
    ).content.decode()
    assert "Nothing was stored" in said
    assert "It may hold letters, digits and _ . - only" in said
    assert "It must be a whole number." in said
    assert 'value="bad name"' in said
    assert endpoint(w, "vendors.list") == before
    said = store(manager, mri, "vendors.list", fields__name__mri="").content.decode()
    assert "“name” must be mapped" in said


def test_two_people_at_the_same_form(w: World, manager: Client, verifier: Client) -> None:
    mri = w.tenant.target
    seen = form(sheet_of(mri, "vendors.list"))
    store(manager, mri, "vendors.list", fields__city__mri="Town")
    said = manager.post(address(mri, "vendors.list"), {**seen, "cell-api": "OTHER"}).content.decode()
    assert "Somebody else has changed this meanwhile" in said
    assert endpoint(w, "vendors.list")["api"] == VENDORS
    verifier.post(address(mri, "vendors.list", "verify"), {"was": seen["was"]})
    assert not endpoint(w, "vendors.list").get("verified")  # it was another call that the person had looked at


def test_verifying_is_a_permission_of_its_own(w: World, manager: Client, verifier: Client) -> None:
    mri = w.tenant.target
    store(manager, mri, "vendors.list", fields__city__mri="Town")
    assert verify(manager, mri, "vendors.list").status_code == 403
    assert not endpoint(w, "vendors.list").get("verified")
    assert verifier.post(address(mri, "vendors.list"), form(sheet_of(mri, "vendors.list"))).status_code == 403
    verify(verifier, mri, "vendors.list")
    assert endpoint(w, "vendors.list")["verified_by"] == "Kim"
    verify(verifier, mri, "vendors.list", withdraw="1")
    assert not endpoint(w, "vendors.list").get("verified")
    entries = LogEntry.objects.filter(object_pk=str(mri.pk), changes__has_key="Vendors: Verified").order_by("pk")
    assert [entry.changes["Vendors: Verified"][1][:3] for entry in entries] == ["", "Kim", ""]
    assert [entry.actor.get_username() for entry in entries] == ["manager", "kim", "kim"]


def test_tables_are_edited_and_offered_and_a_change_takes_back_what_looks_up_in_them(
    w: World, manager: Client, verifier: Client
) -> None:
    mri = w.tenant.target
    data = form(sheet_of(mri, "tables"))
    data |= {"words-0-table": "states", "words-0-ours": "Western Australia", "words-0-theirs": "WA"}
    manager.post(address(mri, "tables"), data)
    assert Connection.objects.get(pk=mri.pk).profile["tables"] == {"states": {"Western Australia": "WA"}}
    assert "by the table states" in manager.get(address(mri, "vendors.list")).content.decode()
    store(manager, mri, "vendors.list", fields__state__transform="lookup(states)")
    verify(verifier, mri, "vendors.list")
    assert endpoint(w, "vendors.list")["verified"]
    data = form(sheet_of(mri, "tables")) | {"words-0-theirs": "W"}
    manager.post(address(mri, "tables"), data)
    assert not endpoint(w, "vendors.list").get("verified")
    assert endpoint(w, "vendors.find")["verified"]
    entry = LogEntry.objects.filter(object_pk=str(mri.pk)).latest("pk")
    assert entry.changes["Look-up tables: Words, 1: MRI’s"] == ["WA", "W"]
    assert entry.changes["Vendors: Verified"][1] == ""
    where, data = address(mri, "tables"), form(sheet_of(mri, "tables"))
    html = manager.post(where, data | {"words-1-ours": "x"}).content.decode()
    assert "Table, our word and MRI’s belong together." in html
    html = manager.post(where, {"was": data["was"], "words-rows": "0"}).content.decode()
    assert "vendors.list looks up in “states”, which is not here." in html
    assert Connection.objects.get(pk=mri.pk).profile["tables"]
    assert manager.post(address(mri, "tables", "probe"), {}).status_code == 404
    assert verify(verifier, mri, "tables").status_code == 404


def test_a_table_too_long_for_a_form_is_shown_and_not_cut(w: World, manager: Client) -> None:
    mri = w.tenant.target
    words = {f"word {n}": f"W{n}" for n in range(400)}
    w.profile({**mri.profile, "tables": {"many": words}})
    html = manager.get(address(mri, "tables")).content.decode()
    assert "is changed by a configuration file only" in html
    assert ">Store<" not in html
    assert manager.post(address(mri, "tables"), {"words-rows": "1"}).status_code == 403
    assert Connection.objects.get(pk=mri.pk).profile["tables"] == {"many": words}
