"""Filters and orders of the pretend Xero."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from integrations.base.errors import Rejected
from integrations.xero import API_URL, endpoints
from integrations.xero.records import Account
from tests.sandboxes.xero_world import XeroWorld, xero_world


@pytest.fixture
def xero() -> Iterator[XeroWorld]:
    with xero_world() as world:
        yield world


# Filters.


@pytest.mark.parametrize(
    "where",
    [
        'Name=="a"b"',
        'Name=="a\\b"',
        "Name==",
        "Name",
        'Nonsense=="a"',
        'Name=="a" AND',
        '(Name=="a"',
        'Name=="a" Name=="b"',
        "Name==unquoted",
        "#",
    ],
)
def test_a_filter_that_cannot_be_read_is_error_16(xero: XeroWorld, where: str) -> None:
    reply = requests.get(
        f"{API_URL}/api.xro/2.0/ContactGroups", params={"where": where}, headers=dict(xero.headers()), timeout=5
    )
    assert (reply.status_code, reply.json()["ErrorNumber"]) == (400, 16)
    assert "Elements" not in reply.json()


@pytest.mark.parametrize("order", ["Nonsense ASC", "Name UPWARDS", "Name ASC DESC", ","])
def test_an_order_that_cannot_be_read_is_error_16(xero: XeroWorld, order: str) -> None:
    with pytest.raises(Rejected):
        xero.client.get("/api.xro/2.0/Accounts", {"order": order})


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ('Code=="200"', ["200"]),
        ('Code="200" || Code=="260"', ["200", "260"]),
        ('(Code=="200" OR Code=="260") AND Name!="Sales"', ["260"]),
        ('Type=="BANK"', ["090"]),
        ('SystemAccount=="GST" or SystemAccount=="ROUNDING"', ["820", "860"]),
        ('Name.Contains("revenue") && Name.EndsWith("Revenue")', ["260"]),
        ('Code>="960"', ["960", "970"]),
        ('Name=="A ""quoted"" name"', []),
        ('Name.ToLower()=="sales"', ["200"]),
        ('Name.ToUpper().StartsWith("OTHER REV")', ["260"]),
        ('Code=="200" AND UpdatedDateUTC>=DateTime.Parse("2020-01-01T00:00:00")', ["200"]),
        ('Code=="200" AND UpdatedDateUTC<DateTime(2020, 01, 01, 10, 30, 00)', []),
        ('Code=="200" AND AccountID!=null', ["200"]),
    ],
)
def test_filters(xero: XeroWorld, where: str, found: list[str]) -> None:
    data = xero.client.get("/api.xro/2.0/Accounts", {"where": where}).data
    assert [account.code for account in endpoints.read_list(Account, data, "Accounts")] == found


@pytest.mark.parametrize(
    ("resource", "query"),
    [
        ("Items", "where=IsSold==true"),
        ("Items", "order=Code ASC"),
        ("BatchPayments", "order=Date ASC"),
        ("BatchPayments", 'where=Status=="AUTHORISED"'),
        ("BankTransactions", 'where=BankAccount.AccountID==guid("00000000-0000-0000-0000-000000000000")'),
        ("BankTransactions", "order=Type ASC"),
        ("Invoices", "where=SubTotal>=100 AND TotalTax<20"),
        ("CreditNotes", "where=RemainingCredit>0"),
        ("CreditNotes", "order=CreditNoteNumber ASC"),
        ("Prepayments", "order=Reference ASC"),
    ],
)
def test_filters_and_orders_that_the_vendor_shows_are_taken(xero: XeroWorld, resource: str, query: str) -> None:
    assert xero.call("GET", f"{resource}?{query}").json()[resource] == []


def test_a_guid_in_a_filter(xero: XeroWorld) -> None:
    account = xero.org.account("200")
    data = xero.client.get("/api.xro/2.0/Accounts", {"where": f'AccountID==guid("{account.id.upper()}")'}).data
    assert len(data["Accounts"]) == 1


# Kinds of values.


@pytest.mark.parametrize(
    ("resource", "where", "said"),
    [
        ("Invoices", 'DueDate > "2024-01-01"', "Operator '>' incompatible with operand types 'DateTime?' and 'String'"),
        ("Invoices", 'InvoiceID=="a"', "Operator '==' incompatible with operand types 'Guid' and 'String'"),
        ("Invoices", 'AmountDue==guid("a")', "Operator '==' incompatible with operand types 'Decimal?' and 'Guid'"),
        ("Contacts", 'IsSupplier=="true"', "Operator '==' incompatible with operand types 'Boolean?' and 'String'"),
        ("Contacts", "IsSupplier>true", "Operator '>' incompatible with operand types 'Boolean?' and 'Boolean'"),
        ("Accounts", "Code==200", "Operator '==' incompatible with operand types 'String' and 'Int32'"),
        ("Accounts", 'Name==guid("a")', "Operator '==' incompatible with operand types 'String' and 'Guid'"),
        ("Payments", "Date==1.5", "Operator '==' incompatible with operand types 'DateTime?' and 'Double'"),
        ("Payments", 'Invoice.InvoiceID.Contains("a")', "No applicable method 'Contains' exists in type 'Guid'"),
        ("Accounts", "Name.Contains(5)", "No applicable method 'Contains' exists in type 'String'"),
        ("Accounts", "UpdatedDateUTC.ToLower()==null", "No applicable method 'ToLower' exists in type 'DateTime?'"),
        ("Accounts", 'UpdatedDateUTC>DateTime.Parse("soon")', "String was not recognized as a valid DateTime."),
    ],
)
def test_values_of_another_kind_than_the_field_are_refused(
    xero: XeroWorld, resource: str, where: str, said: str
) -> None:
    """https://github.com/XeroAPI/Xero-NetStandard/issues/597"""
    reply = requests.get(
        f"{API_URL}/api.xro/2.0/{resource}", params={"where": where}, headers=dict(xero.headers()), timeout=5
    )
    told = reply.json()
    assert (reply.status_code, told["ErrorNumber"], told["Type"]) == (400, 16, "QueryParseException")
    assert told["Message"] == said
