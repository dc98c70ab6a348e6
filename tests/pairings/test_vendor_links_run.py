"""Vendors whose contact is archived or merged, and vendors that two organisations of a customer share."""

from __future__ import annotations

import pytest

from hub.engine.run import run
from hub.engine.start import approve
from hub.models import LinkedEntity
from tests.pairings.test_contacts_run import add, join, vendors
from tests.pairings.world import add_books, world

pytestmark = pytest.mark.django_db


def test_archived_contacts_make_inactive_vendors_and_come_back() -> None:
    with world() as w:
        contact = add(w, "Plain Tiling", phone="1")
        w.go("contacts")
        w.org.archive(contact)
        assert w.go("contacts").counts == {"updated": 1}
        row = vendors(w)[contact.id]
        assert (row["is_active"], row["business_phone"]) == (False, "1")
        assert w.go("contacts").counts == {"unchanged": 1}
        w.org.restore(contact)
        w.go("contacts")
        assert row["is_active"] is True


def test_an_inactive_vendor_that_the_sync_does_not_reach_is_a_problem_with_a_way_out() -> None:
    with world() as w:
        contact = add(w, "Plain Tiling")
        w.go("contacts")
        w.org.archive(contact)
        w.go("contacts")
        w.procore.switches.sync_reaches_inactive_vendors = False
        w.org.restore(contact)
        assert w.outcomes(w.go("contacts")) == {"Plain Tiling": ("rejected", "vendor_inactive")}
        vendors(w)[contact.id].change(is_active=True)
        assert w.go("contacts").counts == {"updated": 1}


def test_archived_contacts_may_be_left_by_setting() -> None:
    with world(archived_contacts="leave") as w:
        contact = add(w, "Plain Tiling")
        w.go("contacts")
        w.org.archive(contact)
        assert w.outcomes(w.go("contacts")) == {"Plain Tiling": ("skipped", "archived")}
        assert vendors(w)[contact.id]["is_active"] is True


def test_a_merge_moves_the_vendor_to_the_survivor() -> None:
    with world() as w:
        loser, winner = add(w, "Old Ltd", phone="1"), w.org.add_contact("New Ltd", phone="2")
        w.go("contacts")
        join(w.org, winner)
        w.org.merge(loser, winner)
        job = w.go("contacts")
        assert w.outcomes(job) == {"Old Ltd": ("skipped", "merged"), "New Ltd": ("updated", "")}
        (row,) = w.company.vendors
        assert (row["origin_id"], row["name"], row["business_phone"]) == (winner.id, "New Ltd", "2")
        assert LinkedEntity.objects.get().source_id == winner.id
        assert w.go("contacts").counts == {"skipped": 1, "unchanged": 1}


def test_a_preview_of_a_merge_shows_the_change_and_moves_nothing() -> None:
    with world() as w:
        loser, winner = add(w, "Old Ltd"), w.org.add_contact("New Ltd")
        w.go("contacts")
        join(w.org, winner)
        w.org.merge(loser, winner)
        start = w.marks()
        job = w.go("contacts", preview=True)
        assert w.outcomes(job) == {"Old Ltd": ("skipped", "merged"), "New Ltd": ("updated", "")}
        assert w.writes(start) == []
        assert LinkedEntity.objects.get().source_id == loser.id


def test_a_merge_under_approval_proposes_a_change_not_a_second_vendor() -> None:
    with world() as w:
        loser, winner = add(w, "Old Ltd"), w.org.add_contact("New Ltd")
        w.go("contacts")
        w.tenant.stages.filter(stage="contacts").update(gate="approve")
        join(w.org, winner)
        w.org.merge(loser, winner)
        job = w.go("contacts")
        record = w.record(job, "New Ltd")
        assert (record.outcome, record.state) == ("updated", "waiting")
        started = approve(job, [record.source_id], None)
        assert run(started.job.pk).counts == {"updated": 1}
        assert [row["name"] for row in w.company.vendors] == ["New Ltd"]


@pytest.mark.parametrize("full", [True, False])
def test_a_merge_is_followed_whatever_page_its_two_sides_are_on(full: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integrations.xero.endpoints.PAGE_SIZE", 1)
    with world() as w:
        loser = add(w, "Old Ltd")
        w.go("contacts")
        winners = [w.org.add_contact(f"New {number} Ltd") for number in range(6)]
        join(w.org, *winners)
        winner = min(winners, key=lambda contact: contact.id)
        w.org.merge(loser, winner)
        job = w.go("contacts", full=full)
        assert w.outcomes(job)[winner.name] == ("updated", "")
        assert len(w.company.vendors) == 6
        assert vendors(w)[winner.id]["name"] == winner.name


def test_two_organisations_under_one_company_share_a_supplier() -> None:
    with world() as w:
        kiwi = w.add_side(add_books(w.xero, "Harbour & Lane (NZ) Limited", "NZ"))
        ours = add(w, "Trans-Tasman Scaffolding Pty Ltd", phone="02 1")
        theirs = kiwi.org.add_contact("Trans-Tasman Scaffolding Limited", phone="09 9")
        own = kiwi.org.add_contact("Kauri Framing")
        join(kiwi.org, theirs, own)
        w.go("contacts")
        job = w.go("contacts", side=kiwi)
        assert w.outcomes(job) == {theirs.name: ("matched", ""), "Kauri Framing": ("created", "")}
        assert "kept up to date from another organisation" in w.record(job, theirs.name).warnings[0]
        shared = vendors(w)[ours.id]
        assert set(vendors(w)) == {ours.id, own.id}
        kiwi.org.change_contact(theirs, phone="09 10")
        start = w.marks()
        assert w.go("contacts", side=kiwi).counts == {"unchanged": 2}
        w.org.archive(ours)
        job = w.go("contacts")
        assert "stays active" in w.record(job, ours.name).warnings[0]
        assert w.writes(start) == []
        assert (shared["business_phone"], shared["is_active"]) == ("02 1", True)


def test_the_other_organisation_takes_over_when_the_first_one_lets_go() -> None:
    with world() as w:
        kiwi = w.add_side(add_books(w.xero, "Harbour & Lane (NZ) Limited", "NZ"))
        ours = add(w, "Trans-Tasman Scaffolding Pty Ltd", phone="02 1", email="a@scaffold.example")
        theirs = kiwi.org.add_contact("Trans-Tasman Scaffolding Limited", phone="09 9")
        join(kiwi.org, theirs)
        w.go("contacts")
        w.go("contacts", side=kiwi)
        LinkedEntity.objects.get(source_id=ours.id).delete()
        assert w.go("contacts", side=kiwi).counts == {"updated": 1}
        (row,) = w.company.vendors
        assert [row[name] for name in ("origin_id", "business_phone", "email_address")] == [
            theirs.id,
            "09 9",
            "a@scaffold.example",
        ]
