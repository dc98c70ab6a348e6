"""What documents of the pretend Xero name: contacts, and ids of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandboxes.xero_books import bill_body, created, refusal
from tests.sandboxes.xero_world import XeroWorld, xero_world


@pytest.fixture
def xero() -> Iterator[XeroWorld]:
    with xero_world(minute_limit=1_000) as world:
        yield world


# Contacts.


@pytest.mark.parametrize("contact", [{}, {"EmailAddress": "a@example.org"}])
def test_a_contact_must_be_named(xero: XeroWorld, contact: Any) -> None:
    assert "must contain at least 1 of the following elements" in refusal(xero, Contact=contact)


def test_a_bill_must_have_a_contact(xero: XeroWorld) -> None:
    assert refusal(xero, Contact=None) == "A Contact must be specified for this type of transaction"


def test_all_that_is_wrong_with_a_new_document_is_told_at_once(xero: XeroWorld) -> None:
    """The reply that is recorded as validation_400_xml_three_errors."""
    body = {"Type": "ACCREC", "LineAmountTypes": "Exclusive", "Date": "2013-04-29", "DueDate": "2013-04-29"}
    reply = xero.call("PUT", "Invoices", {**body, "Reference": "Order # 123456", "Status": "PAID"})
    assert [error["Message"] for error in reply.json()["Elements"][0]["ValidationErrors"]] == [
        "One or more line items must be specified",
        "Invoice not of valid status for creation",
        "A Contact must be specified for this type of transaction",
    ]


def test_a_contact_is_found_by_id_number_or_name(xero: XeroWorld) -> None:
    known = xero.org.add_contact("Bay Electrical", ContactNumber="E-1")
    for given in ({"ContactID": known.id}, {"ContactNumber": "E-1"}, {"Name": "bay electrical"}):
        assert created(xero, Contact=given).contact == known.id
    assert "could not be found" in refusal(xero, Contact={"ContactNumber": "E-2"})
    assert known.is_supplier
    assert not known.is_customer


def test_a_name_that_nobody_has_makes_a_contact(xero: XeroWorld) -> None:
    bill = created(xero, Contact={"Name": "Nobody Yet"})
    assert xero.org.contacts[bill.contact].name == "Nobody Yet"


def test_a_number_that_nobody_has_leaves_the_name_and_stays_on_the_contact_made(xero: XeroWorld) -> None:
    known = xero.org.add_contact("Bay Electrical")
    by_name = created(xero, Contact={"Name": "Bay Electrical", "ContactNumber": "E-1"})
    assert by_name.contact == known.id
    made = xero.org.contacts[created(xero, Contact={"Name": "Nobody Yet", "ContactNumber": "E-2"}).contact]
    assert (made.name, made.fields["ContactNumber"]) == ("Nobody Yet", "E-2")
    assert created(xero, Contact={"ContactNumber": "E-2"}).contact == made.id


@pytest.mark.parametrize(
    ("name", "said"), [("<b>", "invalid characters"), ("Two  blanks", "invalid characters"), ("x" * 256, "no longer")]
)
def test_a_document_makes_and_renames_contacts_by_their_own_rules(xero: XeroWorld, name: str, said: str) -> None:
    known, other = xero.org.add_contact("Bay Electrical"), xero.org.add_contact("Kauri Ridge")
    assert said in refusal(xero, Contact={"Name": name})
    assert said in refusal(xero, Contact={"ContactID": known.id, "Name": name})
    assert "already assigned to another contact" in refusal(xero, Contact={"ContactID": known.id, "Name": other.name})
    assert known.name == "Bay Electrical"


def test_an_id_with_another_name_renames(xero: XeroWorld) -> None:
    known = xero.org.add_contact("Bay Electrical")
    created(xero, Contact={"ContactID": known.id, "Name": "Bay Electrical 2026"})
    assert known.name == "Bay Electrical 2026"


@pytest.mark.parametrize("merged", [False, True])
def test_an_archived_or_merged_contact_is_refused(xero: XeroWorld, merged: bool) -> None:
    gone, winner = xero.org.add_contact("Gone"), xero.org.add_contact("Winner")
    if merged:
        xero.org.merge(gone, winner)
    else:
        xero.org.archive(gone)
    assert "The contact must be un-archived" in refusal(xero, Contact={"ContactID": gone.id})


# Ids.


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize(
    ("resource", "field", "said"),
    [
        ("Invoices", "InvoiceID", "An existing Invoice with the specified InvoiceID could not be found"),
        ("CreditNotes", "CreditNoteID", "An existing Credit Note with the specified CreditNoteID could not be found"),
        ("Contacts", "ContactID", "An existing Contact with the specified ContactID could not be found"),
        (
            "ManualJournals",
            "ManualJournalID",
            "An existing Manual Journal with the specified ManualJournalID could not be found",
        ),
    ],
)
def test_an_id_that_nobody_has_is_refused_and_makes_nothing(
    xero: XeroWorld, method: str, resource: str, field: str, said: str
) -> None:
    """Named for credit notes in https://developer.xero.com/documentation/api/accounting/creditnotes ."""
    bodies: dict[str, dict[str, Any]] = {
        "Invoices": bill_body(xero),
        "CreditNotes": {**bill_body(xero, DueDate=None), "Type": "ACCPAYCREDIT"},
        "Contacts": {"Name": "Bay Electrical"},
        "ManualJournals": {
            "Narration": "Wages",
            "JournalLines": [{"LineAmount": amount, "AccountCode": "477"} for amount in (5, -5)],
        },
    }
    reply = xero.call(method, resource, {**bodies[resource], field: xero.org.id})
    (error,) = reply.json()["Elements"][0]["ValidationErrors"]
    assert (reply.status_code, error["Message"]) == (400, said)
    fresh = xero.call(method, resource, {**bodies[resource], field: "00000000-0000-0000-0000-000000000000"})
    assert fresh.status_code == 200
    assert fresh.json()[resource][0][field] != xero.org.id
