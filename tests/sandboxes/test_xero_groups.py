"""Contact groups of the pretend Xero."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integrations.base.errors import Missing, Rejected
from integrations.xero import endpoints
from tests.sandboxes.xero_world import XeroWorld, xero_world


@pytest.fixture
def xero() -> Iterator[XeroWorld]:
    with xero_world() as world:
        yield world


# Groups.


def test_groups_are_listed_without_members_and_read_with_them(xero: XeroWorld) -> None:
    members = [xero.org.add_contact("A"), xero.org.add_contact("B", status="ARCHIVED")]
    xero.org.add_group("Procore", members)
    xero.org.add_group("Other")
    (listed,) = endpoints.contact_groups(xero.client, "procore")
    assert listed.contacts == ()
    group = endpoints.contact_group(xero.client, listed.contact_group_id)
    assert [(m.contact_id, m.name) for m in group.contacts] == [(c.id, c.name) for c in members]
    xero.sandbox.switches.groups_list_archived = False
    assert len(endpoints.contact_group(xero.client, listed.contact_group_id).contacts) == 1


def test_members_come_in_lists_and_leave_one_by_one_or_all_at_once(xero: XeroWorld) -> None:
    contacts = [xero.org.add_contact(name) for name in "ABC"]
    group = xero.org.add_group("Procore")
    xero.client.send(endpoints.put_members(group.id, [contact.id for contact in contacts]))
    xero.client.send(endpoints.put_members(group.id, [contacts[0].id]))
    assert group.members == [contact.id for contact in contacts]
    xero.client.send(endpoints.delete_member(group.id, contacts[1].id))
    assert group.members == [contacts[0].id, contacts[2].id]
    assert xero.call("DELETE", f"ContactGroups/{group.id}/Contacts").status_code == 204
    assert group.members == []


def test_a_hundred_groups_are_the_limit(xero: XeroWorld) -> None:
    for n in range(99):
        xero.org.add_group(f"Group {n}")
    xero.client.send(endpoints.put_group("The hundredth"))
    with pytest.raises(Rejected, match="You’ve reached the limit of 100 contact groups"):
        xero.client.send(endpoints.put_group("One more"))


def test_several_groups_of_one_call_are_counted_and_compared_with_each_other(xero: XeroWorld) -> None:
    for n in range(99):
        xero.org.add_group(f"Group {n}")
    two = [{"Name": "The hundredth"}, {"Name": "One more"}]
    refused = xero.call("PUT", "ContactGroups", {"ContactGroups": two}).json()["Elements"]
    assert [(row["Name"], "limit of 100" in row["ValidationErrors"][0]["Message"]) for row in refused] == [
        ("One more", True)
    ]
    xero.org.groups.popitem()
    same = xero.call("PUT", "ContactGroups", {"ContactGroups": [{"Name": "Same"}, {"Name": "same"}]}).json()
    assert same["Elements"][0]["ValidationErrors"] == [{"Message": "The contact group name must be unique."}]
    assert len(xero.org.groups) == 98


def test_a_group_is_not_renamed_to_the_name_of_another(xero: XeroWorld) -> None:
    xero.org.add_group("Other")
    group = xero.org.add_group("Procore")
    assert xero.call("POST", f"ContactGroups/{group.id}", {"Name": "OTHER"}).status_code == 400
    assert xero.call("POST", f"ContactGroups/{group.id}", {"Name": "PROCORE"}).status_code == 200
    assert group.name == "PROCORE"


def test_a_deleted_group_is_gone(xero: XeroWorld) -> None:
    group = xero.org.add_group("Procore")
    assert xero.call("POST", f"ContactGroups/{group.id}", {"Status": "DELETED"}).status_code == 200
    assert endpoints.contact_groups(xero.client) == []
    with pytest.raises(Missing):
        endpoints.contact_group(xero.client, group.id)
