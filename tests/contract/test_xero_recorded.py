"""The client reads what the live service really answered: without loss where it succeeded, in a sentence where not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import responses
from pydantic import BaseModel

from integrations.base.auth import StaticToken
from integrations.base.client import ApiClient, Request, Wiring, parse_json
from integrations.base.errors import (
    AuthBroken,
    BadReply,
    Forbidden,
    Missing,
    Rejected,
    Throttled,
    Unavailable,
    VendorError,
)
from integrations.base.limits import Limiter, MemoryStore, Quota
from integrations.base.vendor import GrantKind
from integrations.xero import API_URL, dates, endpoints, records
from integrations.xero.answers import Verdict, elements, read_results, validation_messages
from integrations.xero.client import XeroClient
from tests.contract.material import Recorded, recorded

ALL = {reply.name: reply for reply in recorded("xero")}
NAMES_IN_USE = ("Organisation", "TrackingCategories", "ContactGroups", "Contacts", "Accounts", "TaxRates", "Currencies")
ANYWHERE = re.compile(f"{re.escape(API_URL)}.*")
XML = sorted(name for name, reply in ALL.items() if reply.status == 200 and not reply.json)

# How each recorded success is read: the list in the answer, and the kind of its records.
READERS: dict[str, tuple[str, type[records.XeroRecord]]] = {
    "account_bank_single": ("Accounts", records.Account),
    "accounts": ("Accounts", records.Account),
    "accounts_page_parameter_ignored": ("Accounts", records.Account),
    "contact_group_add_members": ("Contacts", records.Member),
    "contact_group_single": ("ContactGroups", records.ContactGroup),
    "contact_post_id_and_name_renames": ("Contacts", records.Contact),
    "contact_put": ("Contacts", records.Contact),
    "contacts_page1": ("Contacts", records.Contact),
    "contacts_page2_past_end": ("Contacts", records.Contact),
    "contacts_unpaged": ("Contacts", records.Contact),
    "organisation_global_2026": ("Organisations", records.Organisation),
    "organisation_nz_2020": ("Organisations", records.Organisation),
    "tax_rates": ("TaxRates", records.TaxRate),
    "tracking_categories": ("TrackingCategories", records.TrackingCategory),
    "tracking_option_delete": ("Options", records.TrackingOption),
    "tracking_option_put": ("Options", records.TrackingOption),
}

# What each recorded refusal turns into, and words of its message.
REFUSALS: dict[str, tuple[type[VendorError], str]] = {
    "forbidden_403_lower_case_keys": (Forbidden, "no longer connected"),
    "gateway_401_bad_token": (AuthBroken, "Connect again"),
    "gateway_401_insufficient_scope": (Forbidden, "may not read reports"),
    "gateway_401_token_expired": (AuthBroken, "cannot be renewed"),
    "gateway_403_bad_tenant": (Forbidden, "no longer connected"),
    "gateway_403_bad_tenant_delete": (Forbidden, "no longer connected"),
    "gateway_429_day_headers": (Throttled, "day limit"),
    "gateway_429_minute": (Throttled, "minute limit"),
    "not_found_404_html": (Missing, "/Contacts/deadbeef"),
    "not_implemented_501_xml": (VendorError, "501"),
    "unauthorized_401_expired_instance": (AuthBroken, "cannot be renewed"),
    "unauthorized_401_short": (AuthBroken, "cannot be renewed"),
    "validation_400_account_name": (Rejected, "Please enter a unique Name."),
    "validation_400_contact_name": (Rejected, "The contact name Buzz Lightyear is already assigned"),
    "validation_400_group_limit": (Rejected, "You’ve reached the limit of 100 contact groups."),
    "validation_400_xml_currency": (Rejected, "refused the request"),
    "validation_400_xml_three_errors": (Rejected, "refused the request"),
}


def client() -> XeroClient:
    wiring = Wiring(
        tokens=StaticToken("t"),
        limiter=Limiter(MemoryStore(), "recorded", Quota(in_flight=9), patience=0.0),
        sleep=lambda seconds: None,
    )
    return XeroClient(API_URL, "17b44ed7-4389-4162-91cb-3dd5766e4e22", GrantKind.AUTHORIZATION_CODE, wiring)


def replay(reply: Recorded, call: Callable[[ApiClient], Any]) -> Any:
    """Carry out `call` while the service gives the recorded reply to whatever it is asked."""
    headers = {
        name: value for name, value in reply.headers.items() if name.lower() not in ("content-type", "content-length")
    }
    kind = next((value for name, value in reply.headers.items() if name.lower() == "content-type"), "application/json")
    with responses.RequestsMock(assert_all_requests_are_fired=False) as web:
        for method in ("GET", "PUT", "POST", "DELETE"):
            web.add(
                method,
                ANYWHERE,
                body=reply.text,
                status=reply.status,
                headers=headers,
                content_type=kind,
            )
        return call(client())


def resource(reply: Recorded) -> str:
    return reply.path.removeprefix("/api.xro/2.0/").partition("/")[0]


def test_every_recorded_reply_of_an_endpoint_in_use_has_a_test() -> None:
    used = {name for name, reply in ALL.items() if resource(reply) in NAMES_IN_USE or not 0 <= reply.status < 400}
    elsewhere = {"connections_old_shape", "connections_two", "organisation_actions", *XML}
    assert used - set(READERS) - set(REFUSALS) - elsewhere == set()


@pytest.mark.parametrize("name", READERS)
def test_a_recorded_success_is_read_without_loss(name: str) -> None:
    reply, (listed, kind) = ALL[name], READERS[name]
    request = Request(reply.method, reply.path.replace("{", "").replace("}", ""), body="{}" if reply.sent else "")
    answer = replay(reply, lambda client: client.send(request)).data
    assert answer == parse_json(reply.text)
    rows = endpoints.read_list(kind, answer, listed)
    raw = elements(answer, listed)
    assert len(rows) == len(raw)
    for record, row in zip(rows, raw, strict=True):
        assert list(lost(record, row)) == []


def lost(record: BaseModel, row: Mapping[str, Any]) -> list[str]:
    """Fields whose value was in the reply and is another one in the record."""
    found = []
    for name, info in type(record).model_fields.items():
        alias = info.alias or name
        if alias in row and not same(getattr(record, name), row[alias]):
            found.append(f"{alias}: {row[alias]!r} became {getattr(record, name)!r}")
    return found


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, datetime):
        return ours == dates.instant(theirs)
    if isinstance(ours, date):
        return ours == dates.lock_date(theirs)
    if isinstance(ours, Decimal):
        return bool(ours == theirs)
    if isinstance(ours, tuple):
        return len(ours) == len(theirs) and all(not lost(a, b) for a, b in zip(ours, theirs, strict=True))
    if isinstance(ours, BaseModel):
        return not lost(ours, theirs)
    return bool(ours == theirs)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("organisation_nz_2020", endpoints.organisation),
        ("tracking_categories", endpoints.tracking_categories),
        ("accounts", endpoints.accounts),
        ("tax_rates", endpoints.tax_rates),
        ("contact_group_single", lambda c: endpoints.contact_group(c, "17b44ed7-4389-4162-91cb-3dd5766e4e22")),
        (
            "contacts_unpaged",
            lambda c: endpoints.contacts_numbered(c, "211f9ce8bbedd85eab2bec2c0c3326c1c1c4fa739531b55d1d"),
        ),
        ("contacts_page1", lambda c: list(endpoints.contact_pages(c))),
        ("contacts_page2_past_end", lambda c: list(endpoints.contact_pages(c))),
    ],
)
def test_whole_reads_take_recorded_replies(name: str, read: Callable[[ApiClient], Any]) -> None:
    assert replay(ALL[name], read)


def test_pages_are_counted_as_recorded() -> None:
    (page,) = replay(ALL["contacts_page1"], lambda c: list(endpoints.contact_pages(c)))
    assert (len(page.contacts), page.total, page.last) == (63, 63, True)
    assert page.answered_at == dates.instant("/Date(1777032291887)/")


def test_both_shapes_of_the_connections_are_read() -> None:
    two = replay(ALL["connections_two"], endpoints.connections)
    assert [connection.tenant_name for connection in two] == ["Demo Company (Global)", "NangoAPI"]
    (old,) = replay(ALL["connections_old_shape"], endpoints.connections)
    assert (old.tenant_id, old.tenant_name) == ("a46fcb6f-2773-40c4-a119-8aa08bca1e8e", "")


@pytest.mark.parametrize("name", REFUSALS)
def test_a_recorded_refusal_turns_into_the_right_error(name: str) -> None:
    reply, (kind, said) = ALL[name], REFUSALS[name]
    request = Request(reply.method, reply.path.replace("{", "").replace("}", "") or "/api.xro/2.0/Organisation")
    reply = reply if reply.status else Recorded(**{**vars(reply), "status": 429})
    with pytest.raises(kind) as raised:
        replay(reply, lambda client: client.send(request))
    assert said in raised.value.message


def test_the_recorded_limits_say_how_long() -> None:
    with pytest.raises(Throttled) as raised:
        replay(ALL["gateway_429_minute"], lambda client: client.send(Request("GET", "/api.xro/2.0/Contacts")))
    assert (raised.value.scope, raised.value.retry_after) == ("minute", 22.0)


@pytest.mark.parametrize("name", XML)
def test_xml_is_no_json(name: str) -> None:
    """It never comes, since JSON is asked for; were it to come, nothing would be made of it."""
    with pytest.raises((BadReply, Unavailable)):
        replay(ALL[name], lambda client: client.get(ALL[name].path))


def test_the_printed_batches_are_told_apart() -> None:
    """The vendor's page prints no ids for these orders, so those that went well are not certain."""
    found = read_results(ALL["batch_summarize_false_ok_error_ok"].body, "PurchaseOrders", 3)
    assert [result.verdict for result in found] == [Verdict.UNCLEAR, Verdict.REFUSED, Verdict.UNCLEAR]
    assert found[1].messages[0] == "Organisation is not subscribed to currency EUR"


def test_an_error_under_another_key_is_found() -> None:
    receipts = ALL["batch_summarize_false_warning_and_description"].body["Receipts"]
    assert list(validation_messages(receipts)) == ["Error message"]


@pytest.mark.parametrize("name", sorted(name for name, reply in ALL.items() if reply.json))
def test_every_date_that_was_ever_recorded_is_read(name: str) -> None:
    for text in _dates(ALL[name].body):
        assert dates.instant(text).year > 1969
        assert dates.calendar_date(text).year > 1969


def _dates(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _dates(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _dates(inner)]
    return [value] if isinstance(value, str) and value.startswith("/Date(") else []
