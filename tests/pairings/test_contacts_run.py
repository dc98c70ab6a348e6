"""Contacts from end to end: Xero's books, the engine, Procore's company directory."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hub.models import JobRecord
from integrations.xero.sandbox import Contact, Organisation
from tests.pairings.world import World, world

pytestmark = pytest.mark.django_db
ABN = "51 824 753 556"
SYDNEY = {
    "AddressLine1": "12 Wharf Road",
    "AddressLine2": "Level 3",
    "City": "Sydney",
    "Region": "NSW",
    "PostalCode": "2000",
}


def join(org: Organisation, *contacts: Contact) -> None:
    org.group("Procore").members += [contact.id for contact in contacts]


def add(w: World, name: str, *, group: bool = True, **values: Any) -> Contact:
    contact = w.org.add_contact(name, **values)
    if group:
        join(w.org, contact)
    return contact


def vendors(w: World) -> dict[str, Any]:
    """Vendors by origin id; fails when one name stands there twice for one origin."""
    rows = [row for row in w.company.vendors if row["origin_id"]]
    assert len({row["origin_id"] for row in rows}) == len(rows)
    return {row["origin_id"]: row for row in rows}


def test_members_become_vendors_and_the_rest_says_why_not() -> None:
    with world() as w:
        spark = add(
            w,
            "Bright Spark Electrical Pty Ltd",
            email="office@brightspark.example",
            phone="02 5550 1234",
            mobile="0491 570 156",
            street=SYDNEY,
            TaxNumber=ABN,
        )
        plain = add(w, "Plain Tiling")
        add(w, "Office Coffee", group=False)
        add(w, "Gone Glazing", status="ARCHIVED")
        start = w.marks()
        job = w.go("contacts")
        assert w.outcomes(job) == {
            "Bright Spark Electrical Pty Ltd": ("created", ""),
            "Plain Tiling": ("created", ""),
            "Office Coffee": ("skipped", "not_in_group"),
            "Gone Glazing": ("skipped", "archived"),
        }
        assert job.state == "succeeded"
        assert set(vendors(w)) == {spark.id, plain.id}
        row = vendors(w)[spark.id]
        assert row["business_register"]["identifier"] == "51824753556"
        assert [
            row[name] for name in ("name", "email_address", "business_phone", "mobile_phone", "address", "city")
        ] == [
            "Bright Spark Electrical Pty Ltd",
            "office@brightspark.example",
            "02 5550 1234",
            "0491 570 156",
            "12 Wharf Road, Level 3",
            "Sydney",
        ]
        assert [row[name] for name in ("state_code", "country_code", "zip", "is_active")] == ["NSW", "AU", "2000", True]
        directory = f"GET /rest/v1.0/companies/{w.company.id}/vendors/inactive"
        assert w.calls(start) == [
            "GET /rest/v1.0/vendors",
            directory,
            "PATCH /rest/v1.0/vendors/sync",
            "GET ContactGroups",
            "GET Contacts",
            "GET Organisation",
        ]
        w.check_links()


def test_a_second_run_writes_nothing_and_reads_two_lists() -> None:
    with world() as w:
        add(w, "Plain Tiling", street={**SYDNEY, "Country": "Australia"})
        add(w, "Office Coffee", group=False)
        w.go("contacts")
        start = w.marks()
        assert w.go("contacts").counts == {"unchanged": 1, "skipped": 1}
        assert w.calls(start) == ["GET ContactGroups", "GET Contacts"]


def test_a_changed_phone_is_exactly_one_write_of_that_field() -> None:
    with world() as w:
        contact = add(w, "Plain Tiling", phone="1", email="a@tiles.example")
        w.go("contacts")
        vendor = vendors(w)[contact.id]
        vendor.change(website="https://tiles.example")
        start = w.marks()
        w.org.change_contact(contact, phone="02 5550 9999")
        job = w.go("contacts")
        (entry,) = w.writes(start)
        assert json.loads(entry.body)["updates"] == [
            {"id": vendor.id, "origin_id": contact.id, "business_phone": "02 5550 9999"}
        ]
        assert (vendor["business_phone"], vendor["website"]) == ("02 5550 9999", "https://tiles.example")
        assert w.record(job, "Plain Tiling").diff == [["business_phone", "1", "02 5550 9999"]]


def test_existing_vendors_are_matched_by_key_number_and_name_without_losing_what_procore_knows() -> None:
    with world() as w:
        by_key = add(w, "Renamed Since")
        by_tax = add(w, "Bright Spark Electrical", TaxNumber=ABN)
        by_name = add(w, "Müller & Söhne Joinery Pty Ltd", phone="02 1")
        w.company.add_vendor("Old Name", origin_id=by_key.id)
        w.company.add_vendor("BSE Group", abn="51824753556", website="https://bse.example")
        named = w.company.add_vendor("muller and sohne joinery p/l", city="Berlin", business_phone="old")
        job = w.go("contacts")
        assert job.counts == {"matched": 3}
        assert len(w.company.vendors) == 3
        assert {row["name"] for row in vendors(w).values()} == {
            "Renamed Since",
            "Bright Spark Electrical",
            "Müller & Söhne Joinery Pty Ltd",
        }
        assert (named["city"], named["business_phone"], named["origin_id"]) == ("Berlin", "02 1", by_name.id)
        assert "Same tax number as “BSE Group”" in w.record(job, by_tax.name).message
        assert w.go("contacts").counts == {"unchanged": 3}


def test_two_candidates_are_shown_and_neither_is_touched() -> None:
    with world() as w:
        add(w, "Acme Ltd")
        for city in ("Perth", "Hobart"):
            w.company.add_vendor("ACME", city=city)
        job = w.go("contacts")
        assert w.outcomes(job) == {"Acme Ltd": ("rejected", "several_vendors")}
        message = w.problem("Acme Ltd").message
        assert "Perth" in message
        assert "Hobart" in message
        assert w.writes() == []


def test_a_vendor_of_another_integration_is_left_alone() -> None:
    with world() as w:
        add(w, "Acme Ltd")
        row = w.company.add_vendor("Acme", origin_id="sage-17")
        assert w.outcomes(w.go("contacts")) == {"Acme Ltd": ("rejected", "origin_taken")}
        assert row["origin_id"] == "sage-17"
        assert "“sage-17”" in w.problem("Acme Ltd").message


def test_same_name_but_another_tax_number_is_not_the_same_company() -> None:
    with world() as w:
        add(w, "Acme Ltd", TaxNumber=ABN)
        w.company.add_vendor("Acme", abn="53004085616")
        assert w.outcomes(w.go("contacts")) == {"Acme Ltd": ("rejected", "tax_number_differs")}


def test_a_member_that_leaves_stays_linked_and_says_so() -> None:
    with world() as w:
        contact = add(w, "Plain Tiling", phone="1")
        w.go("contacts")
        w.org.group("Procore").members.clear()
        w.org.change_contact(contact, phone="2")
        start = w.marks()
        job = w.go("contacts")
        assert w.outcomes(job) == {"Plain Tiling": ("skipped", "left_group")}
        assert w.writes(start) == []
        assert "no longer updated" in w.record(job, "Plain Tiling").message


def test_an_incremental_run_sees_changes_and_those_who_joined_without_changing() -> None:
    with world() as w:
        old = add(w, "Old Hand")
        joiner = add(w, "Joins Later", group=False)
        w.xero.clock.advance(hours=1)
        add(w, "Anchor", group=False)
        w.go("contacts")
        w.xero.clock.advance(hours=1)
        join(w.org, joiner)
        newcomer = add(w, "Newcomer")
        start = w.marks()
        job = w.go("contacts", full=False)
        assert w.outcomes(job) == {
            "Newcomer": ("created", ""),
            "Joins Later": ("created", ""),
            "Anchor": ("skipped", "not_in_group"),
        }
        assert set(vendors(w)) == {old.id, joiner.id, newcomer.id}
        group = w.org.group("Procore").id
        assert [call for call in w.calls(start) if "rest" not in call] == [
            "GET ContactGroups",
            "GET Contacts",
            f"GET ContactGroups/{group}",
            "GET Contacts",
        ]


def test_one_by_id_by_number_and_by_name() -> None:
    with world() as w:
        one = add(w, "One Ltd", ContactNumber="C-1")
        add(w, 'Two "Quoted" Ltd')
        assert w.outcomes(w.go("contacts", one.id)) == {"One Ltd": ("created", "")}
        assert w.outcomes(w.go("contacts", "C-1")) == {"One Ltd": ("unchanged", "")}
        assert w.outcomes(w.go("contacts", 'two "quoted" ltd')) == {'Two "Quoted" Ltd': ("created", "")}
        assert w.go("contacts", "nobody").state == "partial"


def test_states_and_countries_are_checked_before_sending() -> None:
    with world() as w:
        add(w, "Wrong State", street={"City": "Perth", "Region": "Bavaria"})
        add(w, "Wrong Country", street={"City": "Perth", "Country": "Absurdistan"})
        good = add(w, "Right", postal={"City": "Auckland", "Region": "auckland", "Country": "New Zealand"})
        job = w.go("contacts")
        assert w.outcomes(job) == {
            "Wrong State": ("rejected", "bad_state"),
            "Wrong Country": ("rejected", "bad_country"),
            "Right": ("created", ""),
        }
        assert "“Bavaria”, which is not one of Australia" in w.problem("Wrong State").message
        assert [vendors(w)[good.id][name] for name in ("state_code", "country_code")] == ["AUK", "NZ"]


def test_a_tax_number_procore_has_no_field_for_is_a_warning() -> None:
    with world("NZ") as w:
        contact = add(w, "Kauri Framing", TaxNumber="101-202-303")
        job = w.go("contacts")
        assert "no field for the tax number “101-202-303”" in w.record(job, "Kauri Framing").warnings[0]
        assert vendors(w)[contact.id]["business_register"] is None


@pytest.mark.parametrize(
    "name",
    ["Ä" * 120, "O'Neill & “Söhne” #1 🏗️ 100% \\ ;", "日本語 建設", "x" * 255],
)
def test_awkward_names_arrive_whole(name: str) -> None:
    with world() as w:
        contact = add(w, name)
        assert w.go("contacts").counts == {"created": 1}
        assert vendors(w)[contact.id]["name"] == name
        assert w.go("contacts").counts == {"unchanged": 1}


def test_a_missing_group_fails_the_run_with_what_to_do() -> None:
    with world(contact_group="Subcontractors") as w:
        job = w.go("contacts")
        assert (job.state, job.error_code) == ("failed", "refused")
        assert job.error.startswith("Xero has no contact group “Subcontractors”.")


def test_a_consented_login_refreshes_and_works_the_same() -> None:
    with world(custom=False) as w:
        add(w, "Plain Tiling")
        assert w.go("contacts").counts == {"created": 1}
        assert JobRecord.objects.get().target_url.startswith("https://app.procore.com/")
