"""Contacts and contact groups of the pretend Xero."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from integrations.base.errors import Missing, Rejected
from integrations.xero import endpoints
from integrations.xero.answers import ElementResult, Verdict, read_results
from tests.sandboxes.xero_world import XeroWorld, xero_world


@pytest.fixture
def xero() -> Iterator[XeroWorld]:
    with xero_world() as world:
        yield world


def put(xero: XeroWorld, *bodies: dict[str, Any]) -> list[ElementResult]:
    return read_results(xero.client.send(endpoints.put_contacts(bodies)).data, "Contacts", len(bodies))


def names(xero: XeroWorld, **params: str) -> list[str]:
    data = xero.client.get("/api.xro/2.0/Contacts", params).data
    return [contact.name for contact in endpoints.read_contacts(data)]


# Names and numbers.


def test_a_contact_is_created_and_found_again(xero: XeroWorld) -> None:
    phone = {"PhoneType": "DEFAULT", "PhoneNumber": "1234 5678", "PhoneAreaCode": "02", "PhoneCountryCode": "61"}
    body = {"Name": "Kauri Ridge Builders", "EmailAddress": "office@kauri.example", "Phones": [phone]}
    (made,) = put(xero, body)
    found = endpoints.contact(xero.client, made.id)
    assert made.verdict is Verdict.SAVED
    assert found is not None
    assert (found.name, found.email_address) == ("Kauri Ridge Builders", "office@kauri.example")
    assert next(p for p in found.phones if p.phone_type == "DEFAULT").phone_area_code == "02"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "Contact Name cannot be empty."),
        ({"Name": "  "}, "Contact Name cannot be empty."),
        ({"Name": "A <b> C"}, "invalid characters"),
        ({"Name": " A"}, "invalid characters or spaces"),
        ({"Name": "A  B"}, "invalid characters or spaces"),
        ({"Name": "x" * 256}, "no longer than 255"),
        ({"Name": "Ok", "EmailAddress": "nobody"}, "Email address must be valid"),
        ({"Name": "Ok", "EmailAddress": "müller@example.org"}, "Email address must be valid"),
        ({"Name": "Ok", "AccountNumber": "x" * 51}, "no longer than 50"),
        ({"Name": "Ok", "Addresses": [{"AddressType": "POBOX", "City": "x" * 256}]}, "no longer than 255"),
        ({"Name": "Ok", "ContactPersons": [{}] * 6}, "at most 5"),
        ({"Name": "TAKEN"}, "already assigned to another contact"),
        ({"Name": "Ok", "ContactNumber": "N-1"}, "contact number N-1 is already assigned"),
        ({"Name": "Ok", "AccountNumber": "A-1"}, "The Account Number already exists."),
    ],
)
def test_what_is_refused(xero: XeroWorld, body: dict[str, Any], said: str) -> None:
    xero.org.add_contact("Taken", AccountNumber="A-1")
    xero.org.archive(xero.org.add_contact("Gone", ContactNumber="N-1"))
    before = len(xero.org.contacts)
    (result,) = put(xero, body)
    assert result.verdict is Verdict.REFUSED
    assert said in " ".join(result.messages)
    assert len(xero.org.contacts) == before


def test_an_archived_name_is_free_again(xero: XeroWorld) -> None:
    xero.org.archive(xero.org.add_contact("Kauri Ridge Builders"))
    assert put(xero, {"Name": "Kauri Ridge Builders"})[0].verdict is Verdict.SAVED


# Batches.


def test_each_element_has_its_own_fate_in_the_order_sent(xero: XeroWorld) -> None:
    results = put(xero, {"Name": "A"}, {"Name": ""}, {"Name": "a"}, {"Name": "B"})
    assert [r.verdict for r in results] == [Verdict.SAVED, Verdict.REFUSED, Verdict.REFUSED, Verdict.SAVED]
    assert sorted(c.name for c in xero.org.contacts.values()) == ["A", "B"]


def test_summarised_one_bad_element_stops_all_and_only_it_is_listed(xero: XeroWorld) -> None:
    reply = xero.call("PUT", "Contacts", {"Contacts": [{"Name": "A"}, {"Name": ""}]})
    assert reply.status_code == 400
    assert [len(e["ValidationErrors"]) for e in reply.json()["Elements"]] == [1]
    assert xero.org.contacts == {}


def test_or_it_does_not_stop_them(xero: XeroWorld) -> None:
    xero.sandbox.switches.summarised_400_saves_nothing = False
    assert xero.call("PUT", "Contacts", {"Contacts": [{"Name": "A"}, {"Name": ""}]}).status_code == 400
    assert [c.name for c in xero.org.contacts.values()] == ["A"]


def test_a_stopped_batch_puts_changed_contacts_back(xero: XeroWorld) -> None:
    kept = xero.org.add_contact("Kept", email="old@example.org")
    body = {"Contacts": [{"ContactID": kept.id, "EmailAddress": "new@example.org"}, {"Name": ""}]}
    assert xero.call("POST", "Contacts", body).status_code == 400
    assert kept.email == "old@example.org"


def test_a_summarised_success_has_no_status_on_its_elements(xero: XeroWorld) -> None:
    assert "StatusAttributeString" not in xero.call("PUT", "Contacts", {"Name": "A"}).json()["Contacts"][0]


# POST.


def test_a_post_without_id_overwrites_whoever_has_the_name(xero: XeroWorld) -> None:
    victim = xero.org.add_contact("Kauri Ridge Builders", email="right@example.org")
    xero.call("POST", "Contacts", {"Name": "kauri ridge builders", "EmailAddress": "wrong@example.org"})
    assert victim.email == "wrong@example.org"
    assert len(xero.org.contacts) == 1


def test_a_put_never_overwrites(xero: XeroWorld) -> None:
    kept = xero.org.add_contact("Kauri Ridge Builders", email="right@example.org")
    (by_id,) = put(xero, {"ContactID": kept.id, "Name": "Other"})
    assert by_id.verdict is Verdict.REFUSED
    assert (kept.name, kept.email) == ("Kauri Ridge Builders", "right@example.org")


def test_an_id_with_another_name_renames(xero: XeroWorld) -> None:
    contact = xero.org.add_contact("Old", email="kept@example.org")
    xero.client.send(endpoints.post_contact(contact.id, {"Name": "New"}))
    assert (contact.name, contact.email) == ("New", "kept@example.org")


def test_archived_contacts_can_be_neither_changed_nor_restored(xero: XeroWorld) -> None:
    contact = xero.org.add_contact("Old")
    xero.client.send(endpoints.post_contact(contact.id, {"ContactStatus": "ARCHIVED"}))
    assert contact.status == "ARCHIVED"
    for body in ({"EmailAddress": "a@example.org"}, {"ContactStatus": "ACTIVE"}):
        with pytest.raises(Rejected, match="archived"):
            xero.client.send(endpoints.post_contact(contact.id, body))


def test_a_post_to_an_unknown_id_is_missing(xero: XeroWorld) -> None:
    with pytest.raises(Missing):
        xero.client.send(endpoints.post_contact("17b44ed7-4389-4162-91cb-3dd5766e4e22", {"Name": "A"}))


# Reading.


def test_pages_are_clamped_and_counted(xero: XeroWorld) -> None:
    for n in range(5):
        xero.org.add_contact(f"Supplier {n}")
    first = xero.call("GET", "Contacts?page=1&pageSize=2").json()
    assert first["pagination"] == {"page": 1, "pageSize": 2, "pageCount": 3, "itemCount": 5}
    assert len(first["Contacts"]) == 2
    past = xero.call("GET", "Contacts?page=9&pageSize=2").json()
    assert (past["Contacts"], past["pagination"]["page"]) == ([], 9)
    for asked, given in (("0", 1), ("5000", 1000), ("x", 100)):
        assert xero.call("GET", f"Contacts?pageSize={asked}").json()["pagination"]["pageSize"] == given


def test_the_client_walks_all_pages_once(xero: XeroWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "PAGE_SIZE", 2)
    made = {xero.org.add_contact(f"Supplier {n}").id for n in range(5)}
    pages = list(endpoints.contact_pages(xero.client))
    assert [len(page.contacts) for page in pages] == [2, 2, 1]
    assert {contact.contact_id for page in pages for contact in page.contacts} == made


def test_a_contact_changed_during_the_walk_pushes_nobody_out(xero: XeroWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "PAGE_SIZE", 2)
    made = {xero.org.add_contact(f"Supplier {n}").id for n in range(4)}
    seen: set[str] = set()
    for page in endpoints.contact_pages(xero.client):
        seen |= {contact.contact_id for contact in page.contacts}
        xero.org.change_contact(xero.org.contacts[page.contacts[0].contact_id], phone="1")
    assert seen == made


def test_in_the_order_of_changes_it_would(xero: XeroWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "PAGE_SIZE", 2)
    made = [xero.org.add_contact(f"Supplier {n}") for n in range(4)]
    for contact in made:
        xero.org.touch(contact)
    seen: set[str] = set()
    for page in endpoints.contact_pages(xero.client, order="UpdatedDateUTC ASC"):
        if page.number == 1:
            xero.org.touch(xero.org.contacts[page.contacts[0].contact_id])
        seen |= {contact.contact_id for contact in page.contacts}
    assert len(seen) == 3


def test_unpaged_lists_tell_neither_groups_nor_merges(xero: XeroWorld) -> None:
    winner, loser = xero.org.add_contact("Winner"), xero.org.add_contact("Loser")
    xero.org.add_group("Procore", [winner])
    xero.org.merge(loser, winner)
    unpaged = {c["Name"]: c for c in xero.call("GET", "Contacts?includeArchived=true").json()["Contacts"]}
    assert unpaged["Winner"]["ContactGroups"] == []
    assert "MergedToContactID" not in unpaged["Loser"]
    paged = {c.name: c for page in endpoints.contact_pages(xero.client) for c in page.contacts}
    assert [group.name for group in paged["Winner"].contact_groups] == ["Procore"]
    assert (paged["Loser"].merged_to_contact_id, paged["Loser"].active) == (winner.id, False)


def test_archived_contacts_are_hidden_unless_asked_for(xero: XeroWorld) -> None:
    xero.org.add_contact("A")
    gone = xero.org.add_contact("B", status="ARCHIVED")
    assert names(xero) == ["A"]
    assert sorted(names(xero, includeArchived="true")) == ["A", "B"]
    found = endpoints.contact(xero.client, gone.id)
    assert found is not None
    assert not found.active


def test_summaries_leave_out_addresses_and_roles(xero: XeroWorld) -> None:
    xero.org.add_contact("A")
    reply = xero.call("GET", "Contacts?summaryOnly=true").json()
    assert reply["pagination"] == {"page": 1, "pageSize": 100, "pageCount": 1, "itemCount": len(reply["Contacts"])}
    body = reply["Contacts"][0]
    assert {"Addresses", "IsSupplier", "ContactGroups"}.isdisjoint(body)


def test_only_changes_since_then(xero: XeroWorld) -> None:
    xero.org.add_contact("Old")
    xero.sandbox.clock.advance(minutes=5)
    since = xero.sandbox.clock.now()
    xero.sandbox.clock.advance(minutes=5)
    xero.org.add_contact("New")
    (page,) = endpoints.contact_pages(xero.client, since)
    assert [contact.name for contact in page.contacts] == ["New"]
    assert page.answered_at - since < timedelta(minutes=6)


@pytest.mark.parametrize("text", ["2030-01-01T00:00:00Z", "2030-01-01T00:00:00.000", "Tue, 01 Jan 2030 00:00:00 GMT"])
def test_a_date_in_another_form_is_ignored_and_everything_comes(xero: XeroWorld, text: str) -> None:
    xero.org.add_contact("Old")
    assert len(xero.call("GET", "Contacts", If_Modified_Since=text).json()["Contacts"]) == 1


def test_joining_a_group_does_not_count_as_a_change(xero: XeroWorld) -> None:
    contact, group = xero.org.add_contact("A"), xero.org.add_group("Procore")
    before = contact.updated_at
    xero.client.send(endpoints.put_members(group.id, [contact.id]))
    assert contact.updated_at == before
    xero.sandbox.switches.membership_moves_date = True
    xero.client.send(endpoints.delete_member(group.id, contact.id))
    assert contact.updated_at > before


# Finding.


def test_finding_by_name_number_and_filters(xero: XeroWorld) -> None:
    xero.org.add_contact("Élan & Sons", email="a@example.org", ContactNumber="P-1", AccountNumber="77")
    xero.org.add_contact("Elan Sonsbury", email="b@example.org", ContactNumber="P-10")
    assert [c.name for c in endpoints.contacts_named(xero.client, "élan & sons")] == ["Élan & Sons"]
    assert [c.name for c in endpoints.contacts_numbered(xero.client, "P-1")] == ["Élan & Sons"]
    assert names(xero, where='EmailAddress=="B@example.org"') == ["Elan Sonsbury"]
    assert names(xero, where='AccountNumber=="77" AND ContactStatus=="ACTIVE"') == ["Élan & Sons"]
    assert names(xero, where='Name.StartsWith("elan")', order="Name DESC") == ["Elan Sonsbury", "Élan & Sons"]
    assert names(xero, searchTerm="sonsb") == ["Elan Sonsbury"]


def test_a_name_with_a_quote_is_found_by_searching(xero: XeroWorld) -> None:
    xero.org.add_contact('Joe "Pipes" Plumbing')
    assert len(endpoints.contacts_named(xero.client, 'Joe "Pipes" Plumbing')) == 1


def test_a_contact_is_changed_under_its_number(xero: XeroWorld) -> None:
    """https://developer.xero.com/documentation/api/accounting/requests-and-responses : or by id."""
    contact = xero.org.add_contact("A", ContactNumber="P-1")
    assert xero.call("POST", "Contacts/P-1", {"Name": "B"}).status_code == 200
    assert contact.name == "B"
    assert xero.call("POST", "Contacts/P-2", {"Name": "C"}).status_code == 404


def test_of_two_with_one_number_the_address_picks_one_in_silence(xero: XeroWorld) -> None:
    xero.org.add_contact("A", ContactNumber="7")
    xero.org.add_contact("B", ContactNumber="7")
    assert len(xero.call("GET", "Contacts/7").json()["Contacts"]) == 1
    assert len(endpoints.contacts_numbered(xero.client, "7")) == 2


def test_more_than_so_many_rows_are_refused(xero: XeroWorld) -> None:
    xero.sandbox.switches.max_rows = 1
    xero.org.add_contact("A")
    xero.org.add_contact("B")
    with pytest.raises(Rejected, match="too many"):
        names(xero)
