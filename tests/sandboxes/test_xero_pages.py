"""The pages of the pretend Xero."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from integrations.xero import API_URL, endpoints
from integrations.xero.sandbox import Category
from tests.sandboxes.xero_world import XeroWorld, xero_world


@pytest.fixture
def xero() -> Iterator[XeroWorld]:
    with xero_world() as world:
        yield world


@pytest.fixture
def project(xero: XeroWorld) -> Category:
    return xero.org.add_category("Project", ["1042 Wharf Street"])


def names(category: Category) -> list[str]:
    return [option.name for option in category.options]


def test_a_person_works_in_the_pages_and_the_ledger_does_not_notice(xero: XeroWorld, project: Category) -> None:
    group = xero.org.add_group("Procore")
    base = f"{API_URL}/organisations/{xero.org.id}"

    def post(address: str, **form: str) -> requests.Response:
        return requests.post(base + address, data=form, timeout=5)

    assert post("/contacts", name="Kauri <Ridge>", phone="1", group=group.id).status_code == 200
    contact = xero.org.contact("Kauri <Ridge>")
    assert group.members == [contact.id]
    assert "Kauri &lt;Ridge&gt;" in requests.get(base, timeout=5).text
    own = f"/contacts/{contact.id}"
    post(own, do="save", name="Kauri Ridge", email="a@example.org", phone="22", tax_number="12")
    assert (contact.name, contact.phone, contact.fields["TaxNumber"]) == ("Kauri Ridge", "22", "12")
    post(own, do="groups")
    assert group.members == []
    post(own, do="archive")
    assert contact.status == "ARCHIVED"
    post(own, do="restore")
    winner = xero.org.add_contact("Winner")
    post(own, do="merge", into=winner.id)
    assert contact.merged_to == winner.id
    assert "merged into Winner" in requests.get(base + own, timeout=5).text
    post(f"/options/{project.options[0].id}", name="1042 Quay Street")
    assert names(project) == ["1042 Quay Street"]
    assert xero.org.name.replace("&", "&amp;") in requests.get(f"{API_URL}/", timeout=5).text
    assert xero.sandbox.ledger.entries == []
    assert requests.get(f"{API_URL}/organisations/unknown", timeout=5).status_code == 404
    assert post(own, do="nonsense").status_code == 404
    assert requests.post(f"{API_URL}/organisations/unknown/contacts", timeout=5).status_code == 404


def test_the_pages_show_the_last_calls(xero: XeroWorld) -> None:
    endpoints.organisation(xero.client)
    assert "/api.xro/2.0/Organisation" in requests.get(f"{API_URL}/", timeout=5).text
