"""A contact as a vendor: phones, addresses, places, tax numbers."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.procore.records import CompanyVendor
from integrations.procore_kit import places, registers
from integrations.procore_kit.vendor_body import BodyFault, current_body, needs_home, vendor_body
from integrations.procore_xero.contact_data import contact_data
from integrations.xero.records import Contact


def body_of(home: str = "AU", **fields: Any) -> dict[str, Any]:
    return vendor_body("c-1", contact_data(contact(**fields)), home)[0]


def contact(name: str = "Plain Tiling", **fields: Any) -> Contact:
    return Contact.read({"ContactID": "c-1", "Name": name, **fields})


def address(kind: str = "STREET", **parts: str) -> dict[str, str]:
    return {"AddressType": kind, **parts}


@pytest.mark.parametrize(
    ("phone", "text"),
    [
        ({"PhoneNumber": "5550 1234"}, "5550 1234"),
        ({"PhoneNumber": "5550 1234", "PhoneAreaCode": "02"}, "02 5550 1234"),
        ({"PhoneNumber": "5550 1234", "PhoneAreaCode": "2", "PhoneCountryCode": "61"}, "+61 2 5550 1234"),
        ({"PhoneNumber": "5550", "PhoneCountryCode": "+64"}, "+64 5550"),
        ({"PhoneNumber": "", "PhoneAreaCode": "02", "PhoneCountryCode": "61"}, ""),
    ],
)
def test_phones(phone: dict[str, str], text: str) -> None:
    assert body_of(Phones=[{"PhoneType": "DEFAULT", **phone}])["business_phone"] == text


def test_phones_by_type() -> None:
    phones = [{"PhoneType": kind, "PhoneNumber": kind.lower()} for kind in ("DDI", "MOBILE", "FAX")]
    body = body_of(Phones=phones)
    assert [body[name] for name in ("business_phone", "mobile_phone", "fax_number")] == ["ddi", "mobile", "fax"]


@pytest.mark.parametrize(
    ("addresses", "wanted"),
    [
        ([address(AddressLine1="1 High St", AddressLine3=" Rear ", City="Perth")], ("1 High St, Rear", "Perth", "AU")),
        ([address(), address("POBOX", AddressLine1="PO Box 1", Country="NZ")], ("PO Box 1", "", "NZ")),
        ([address("POBOX", City="Leeds"), address(City="York", Country="England")], ("", "York", "GB")),
        ([address(), address("POBOX")], ("", "", "")),
    ],
)
def test_the_street_address_comes_first(addresses: list[dict[str, str]], wanted: tuple[str, str, str]) -> None:
    body = body_of(Addresses=addresses)
    assert (body["address"], body["city"], body["country_code"]) == wanted


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Australia", "AU"),
        ("au", "AU"),
        ("AUS", "AU"),
        ("New Zealand", "NZ"),
        ("U.S.A.", "US"),
        ("UK", "GB"),
        ("united states of america", "US"),
        ("Côte d'Ivoire", "CI"),
        ("Viet Nam", "VN"),
        ("Vietnam", "VN"),
        ("Absurdistan", ""),
        ("", ""),
    ],
)
def test_countries(text: str, code: str) -> None:
    assert places.country_code(text) == code


@pytest.mark.parametrize(
    ("country", "text", "code"),
    [
        ("AU", "NSW", "NSW"),
        ("AU", "n.s.w.", "NSW"),
        ("AU", "New South Wales", "NSW"),
        ("AU", "AU-VIC", "VIC"),
        ("NZ", "Manawatu-Whanganui", "MWT"),
        ("NZ", "hawkes bay", "HKB"),
        ("US", "California", "CA"),
        ("AU", "California", ""),
        ("AU", "", ""),
        ("XX", "NSW", ""),
    ],
)
def test_states(country: str, text: str, code: str) -> None:
    assert places.state_code(country, text) == code


def test_a_state_of_another_country_is_a_fault_with_examples() -> None:
    with pytest.raises(BodyFault) as caught:
        body_of(Addresses=[address(Region="Bavaria", Country="Australia")])
    assert caught.value.code == "bad_state"
    assert "“New South Wales” (NSW)" in caught.value.values["examples"]


@pytest.mark.parametrize(
    ("number", "country", "kind", "digits", "warned"),
    [
        ("51 824 753 556", "AU", "abn", "51824753556", False),
        ("ABN: 51-824-753-556", "AU", "abn", "51824753556", False),
        ("51 824 753 557", "AU", "", "", True),
        ("5182475355", "AU", "", "", True),
        ("51 824 753 556", "NZ", "", "", True),
        ("12-3456789", "US", "ein", "123456789", False),
        ("123456789", "NZ", "", "", True),
        ("123456789", "", "", "", True),
        ("12-345678", "US", "", "", True),
        ("GST 51 824 753 556 / 2", "AU", "", "", True),
        ("٥١٨٢٤٧٥٣٥٥٦", "AU", "", "", True),
        ("", "AU", "", "", False),
    ],
)
def test_registers(number: str, country: str, kind: str, digits: str, warned: bool) -> None:
    found = registers.register(number, country)
    assert (found.kind, found.number, bool(found.warning)) == (kind, digits, warned)


@pytest.mark.parametrize(
    ("fields", "needed"),
    [
        ({}, False),
        ({"TaxNumber": "1"}, True),
        ({"Addresses": [address(City="Perth")]}, True),
        ({"Addresses": [address(City="Perth", Country="AU")], "TaxNumber": "1"}, False),
    ],
)
def test_when_the_organisations_own_country_matters(fields: dict[str, Any], needed: bool) -> None:
    assert needs_home(contact_data(contact(**fields))) is needed


@pytest.mark.parametrize(("name", "code"), [("", "no_name"), ("  ", "no_name"), ("a\x00", "bad_characters")])
def test_names_that_make_no_vendor(name: str, code: str) -> None:
    with pytest.raises(BodyFault) as caught:
        body_of(name=name)
    assert caught.value.code == code


def test_what_xero_leaves_empty_does_not_count_as_a_difference() -> None:
    vendor = CompanyVendor(id=1, name="Plain Tiling", city="Perth", mobile_phone="04", origin_id="c-1")
    body = body_of(Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "02"}])
    current = current_body(vendor, body)
    assert {name for name in body if current[name] != body[name]} == {"business_phone"}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Wellington", "WGN"),
        ("Greater Wellington", "WGN"),
        ("Wellington Region", "WGN"),
        ("Manawatu", "MWT"),
        ("Wales", ""),
    ],
)
def test_regions_are_known_by_the_name_on_the_envelope(written: str, code: str) -> None:
    assert places.state_code("NZ", written) == code
