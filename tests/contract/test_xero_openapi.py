"""The observer finds what departs from Xero's API description, and lets pass what does not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integrations.xero import endpoints
from integrations.xero.sandbox import tracking
from tests.contract.openapi import Observer, observer
from tests.sandboxes.xero_world import XeroWorld, xero_world


@pytest.fixture(scope="module")
def shared() -> Observer:
    return observer()


@pytest.fixture
def watched(shared: Observer) -> Iterator[tuple[XeroWorld, Observer]]:
    """A world whose only observer is ours, so that the breaches made here fail no test."""
    with xero_world() as world:
        world.net.observers[:] = [shared]
        yield world, shared
        shared.take()


def test_everything_our_client_does_is_described(watched: tuple[XeroWorld, Observer]) -> None:
    xero, watcher = watched
    xero.sandbox.switches.bulk_options = "accept"
    category, group = xero.org.add_category("Project", ["1"]), xero.org.add_group("Procore")
    contact, option = xero.org.add_contact("Kauri Ridge Builders"), category.options[0]
    for read in (endpoints.organisation, endpoints.accounts, endpoints.tax_rates, endpoints.currencies):
        read(xero.client)
    list(endpoints.contact_pages(xero.client, xero.sandbox.clock.now()))
    list(endpoints.contacts_by_ids(xero.client, [contact.id]))
    endpoints.contact(xero.client, contact.id)
    endpoints.contacts_named(xero.client, contact.name)
    endpoints.contacts_numbered(xero.client, "1")
    endpoints.contact_groups(xero.client, "Procore")
    for request in (
        endpoints.put_category("Job"),
        endpoints.put_option(category.id, "2"),
        endpoints.put_options(category.id, ["3", "4"]),
        endpoints.post_option(category.id, option.id, name="1a", status="ARCHIVED"),
        endpoints.put_group("Suppliers"),
        endpoints.put_members(group.id, [contact.id]),
        endpoints.delete_member(group.id, contact.id),
        endpoints.put_contacts([{"Name": "New"}, {"Name": ""}]),
        endpoints.post_contact(contact.id, {"EmailAddress": "a@example.org"}),
    ):
        xero.client.send(request, key=request.body[:60] + request.path[-60:])
    endpoints.tracking_categories(xero.client)
    endpoints.contact_group(xero.client, group.id)
    assert watcher.take() == []
    assert watcher.judged >= 20


@pytest.mark.parametrize(
    ("path", "params", "said"),
    [
        ("TrackingCategories", {"includeArchive": "true"}, "unknown parameter includeArchive"),
        ("Contacts", {"page": "first"}, "page"),
        ("Contacts", {"pageSize": "1000", "modifiedSince": "x"}, "unknown parameter modifiedSince"),
    ],
)
def test_a_wrong_parameter_is_found(
    watched: tuple[XeroWorld, Observer], path: str, params: dict[str, str], said: str
) -> None:
    xero, watcher = watched
    xero.client.get(endpoints.path(path), params)
    assert any(said in text for text in watcher.take())


def test_a_wrong_field_in_a_request_is_found(watched: tuple[XeroWorld, Observer]) -> None:
    xero, watcher = watched
    contact = xero.org.add_contact("A")
    xero.client.send(endpoints.post_contact(contact.id, {"Email": "a@example.org"}))
    assert any("'Email' was unexpected" in text for text in watcher.take())


def test_a_wrong_field_in_an_answer_is_found(
    watched: tuple[XeroWorld, Observer], monkeypatch: pytest.MonkeyPatch
) -> None:
    xero, watcher = watched
    xero.org.add_category("Project")
    monkeypatch.setattr(tracking, "_show", lambda category, archived: {"Name": category.name, "State": 5})
    xero.call("GET", "TrackingCategories")
    assert any("'State' was unexpected" in text for text in watcher.take())


def test_the_same_kind_of_call_is_judged_once(watched: tuple[XeroWorld, Observer]) -> None:
    xero, watcher = watched
    category = xero.org.add_category("Project")
    xero.client.send(endpoints.put_option(category.id, "first option"))
    before = watcher.judged
    for number in range(20):
        xero.client.send(endpoints.put_option(category.id, f"another option {number}"))
    assert watcher.judged == before


def test_half_an_answer_and_web_pages_are_not_judged(watched: tuple[XeroWorld, Observer]) -> None:
    xero, watcher = watched
    for kind in ("truncate", "html"):
        xero.sandbox.faults.add(kind)
        xero.call("GET", "Organisation")
    assert watcher.take() == []
