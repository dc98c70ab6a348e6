"""Transport, limits and idempotency keys of the pretend Xero."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integrations.base.errors import Missing, OutcomeUnknown, Rejected, Throttled, Unavailable
from integrations.xero import endpoints
from integrations.xero.sandbox import OUTAGES
from tests.sandboxes.xero_world import XeroWorld, xero_world


@pytest.fixture
def xero() -> Iterator[XeroWorld]:
    with xero_world() as world:
        yield world


# Refusals at the door.


@pytest.mark.parametrize("value", ["", "Bearer unknown", "Basic abc"])
def test_a_missing_or_unknown_token_is_a_401_without_any_counter(xero: XeroWorld, value: str) -> None:
    reply = xero.call("GET", "Organisation", Authorization=value)
    assert (reply.status_code, reply.json()["Detail"]) == (401, "AuthenticationUnsuccessful")
    assert reply.headers["WWW-Authenticate"] == "Bearer error=invalid_token"
    assert not any("Remaining" in name for name in reply.headers)


def test_an_expired_token_says_since_when(xero: XeroWorld) -> None:
    xero.sandbox.faults.add("expire_token")
    detail = xero.call("GET", "Organisation").json()["Detail"]
    assert detail.startswith(f"TokenExpired: token expired at {xero.sandbox.clock.now():%m/%d/%Y}")


def test_a_wrong_organisation_is_a_403_with_the_apps_counter_alone(xero: XeroWorld) -> None:
    reply = xero.call("GET", "Organisation", xero_tenant_id="17b44ed7-4389-4162-91cb-3dd5766e4e22")
    assert (reply.status_code, reply.json()["Title"]) == (403, "Forbidden")
    assert [name for name in reply.headers if "Remaining" in name] == ["X-AppMinLimit-Remaining"]


@pytest.mark.parametrize("text", OUTAGES)
def test_outages_have_plain_texts(xero: XeroWorld, text: str) -> None:
    xero.sandbox.outage = text
    with pytest.raises(Unavailable, match=text):
        endpoints.organisation(xero.client)


def test_an_organisation_can_be_offline_alone(xero: XeroWorld) -> None:
    other = xero.sandbox.add_organisation("Other Ltd")
    client = xero.connect(other)
    xero.org.offline = True
    with pytest.raises(Unavailable, match="The Organisation is offline"):
        endpoints.organisation(xero.client)
    assert endpoints.organisation(client).name == "Other Ltd"


def test_without_asking_for_json_xml_comes_back(xero: XeroWorld) -> None:
    xero.org.add_category("Job & Site", ["A < B"])
    reply = xero.call("GET", "TrackingCategories", Accept="*/*")
    assert reply.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert "<TrackingCategories><TrackingCategory><Name>Job &amp; Site</Name>" in reply.text
    assert "<Options><Option><TrackingOptionID>" in reply.text


@pytest.mark.parametrize("path", ["Nonsense", "ContactGroups/deadbeef", "TrackingCategories/x/Options/"])
def test_unknown_addresses_are_a_404_page(xero: XeroWorld, path: str) -> None:
    reply = xero.call("GET", path)
    assert (reply.status_code, reply.text) == (404, "The resource you're looking for cannot be found")
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "Organisation"), ("DELETE", "Contacts"), ("PUT", "Payments/7"), ("PATCH", "Invoices")]
)
def test_a_method_that_a_resource_does_not_know_is_a_501_page(xero: XeroWorld, method: str, path: str) -> None:
    """The reply that is recorded as not_implemented_501_xml."""
    reply = xero.call(method, path)
    assert (reply.status_code, reply.headers["Content-Type"]) == (501, "text/html; charset=utf-8")
    assert "<ErrorNumber>20</ErrorNumber><Type>ApiMethodNotImplementedException</Type>" in reply.text


def test_options_without_an_id_are_a_404_page(xero: XeroWorld) -> None:
    """https://github.com/calcinai/xero-php/issues/637"""
    category = xero.org.add_category("Project", ["A"])
    assert xero.call("POST", f"TrackingCategories/{category.id}/Options/", {"Name": "B"}).status_code == 404


def test_forty_ids_fit_an_address_and_sixty_do_not(xero: XeroWorld) -> None:
    ids = [xero.org.add_contact(f"Supplier {n}").id for n in range(60)]
    assert len(list(endpoints.contacts_by_ids(xero.client, ids))) == 60
    assert len(xero.sandbox.ledger.reads("/Contacts")) == 2
    with pytest.raises(Missing):
        xero.client.get("/api.xro/2.0/Contacts", {"IDs": ",".join(ids)})


def test_a_body_may_be_too_large(xero: XeroWorld) -> None:
    xero.sandbox.switches.max_body = 1000
    with pytest.raises(Rejected, match="Too Large"):
        xero.client.send(endpoints.put_contacts([{"Name": "x" * 2000}]))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"5", b"[5]", b'{"Contacts": [{"ContactID": "12"}]}'])
def test_a_body_that_cannot_be_read_is_error_14(xero: XeroWorld, body: bytes) -> None:
    request = endpoints.write("PUT", endpoints.path("Contacts"), {}, summarizeErrors="false")
    reply = xero.net.hosts["api.xero.com"] and xero.client.session.request(
        request.method, xero.client.base_url + request.path, data=body, headers=dict(xero.headers()), timeout=5
    )
    assert reply.status_code == 400
    assert (reply.json()["ErrorNumber"], reply.json()["Type"]) == (14, "PostDataInvalidException")


# Limits.


def test_sixty_calls_a_minute_and_a_retry_after_that_is_true(xero: XeroWorld) -> None:
    statuses = [xero.call("GET", "Currencies").status_code for _ in range(60)]
    refused = xero.call("GET", "Currencies")
    if 429 not in statuses:  # the window may have begun in the middle
        while refused.status_code == 200:
            refused = xero.call("GET", "Currencies")
    assert refused.headers["X-Rate-Limit-Problem"] == "minute"
    assert refused.headers["X-MinLimit-Remaining"] == "0"
    assert refused.content == b""
    assert "Content-Type" not in refused.headers
    xero.sandbox.clock.advance(seconds=int(refused.headers["Retry-After"]))
    assert xero.call("GET", "Currencies").status_code == 200


def test_the_day_is_counted_for_each_organisation(xero: XeroWorld) -> None:
    other = xero.sandbox.add_organisation("Other Ltd")
    client = xero.connect(other)
    xero.org.day_limit = 2
    endpoints.organisation(xero.client)
    endpoints.organisation(xero.client)
    with pytest.raises(Throttled) as raised:
        endpoints.organisation(xero.client)
    assert raised.value.scope == "day"
    assert 0 < raised.value.retry_after <= 86_400
    assert endpoints.organisation(client).name == "Other Ltd"


def test_the_app_has_a_limit_over_all_its_organisations(xero: XeroWorld) -> None:
    xero.sandbox.switches.app_minute_limit = 0
    with pytest.raises(Throttled) as raised:
        endpoints.organisation(xero.client)
    assert (raised.value.scope, raised.value.retry_after) == ("appminute", 60.0)


def test_no_more_than_five_calls_at_once(xero: XeroWorld) -> None:
    xero.sandbox.in_flight[xero.org.id] = 4  # still being carried out
    assert xero.call("GET", "Currencies").status_code == 200
    xero.sandbox.in_flight[xero.org.id] = 5
    refused = xero.call("GET", "Currencies")
    assert (refused.status_code, refused.headers["X-Rate-Limit-Problem"]) == (429, "concurrent")
    assert "Retry-After" not in refused.headers
    xero.sandbox.switches.retry_after_for_concurrent = True
    assert xero.call("GET", "Currencies").headers["Retry-After"] == "1"


def test_the_client_sees_what_is_left(xero: XeroWorld) -> None:
    reply = xero.client.get("/api.xro/2.0/Organisation")
    left = xero.client.calls_left(reply)
    assert (left["minute"], left["day"]) == (59, 4999)
    assert left["app_minute"] == 9999


# Idempotency keys.


def put_group(xero: XeroWorld, name: str, key: str) -> str:
    return endpoints.read_groups(xero.client.send(endpoints.put_group(name), key=key).data)[0].contact_group_id


def test_the_same_call_under_one_key_is_carried_out_once(xero: XeroWorld) -> None:
    assert put_group(xero, "Procore", "k") == put_group(xero, "Procore", "k")
    assert len(xero.org.groups) == 1


def test_a_key_is_forgotten_after_six_minutes(xero: XeroWorld) -> None:
    put_group(xero, "Procore", "k")
    xero.sandbox.clock.advance(minutes=5, seconds=50)
    put_group(xero, "Procore", "k")
    xero.sandbox.clock.advance(seconds=15)
    with pytest.raises(Rejected, match="unique"):
        put_group(xero, "Procore", "k")


def test_a_key_with_another_body_or_another_organisation_is_refused(xero: XeroWorld) -> None:
    put_group(xero, "Procore", "k")
    with pytest.raises(Rejected, match="Idempotency Key: k is used with a different request"):
        put_group(xero, "Suppliers", "k")
    other = xero.connect(xero.sandbox.add_organisation("Other Ltd"))
    with pytest.raises(Rejected, match="different request"):
        other.send(endpoints.put_group("Procore"), key="k")


def test_errors_are_kept_too(xero: XeroWorld) -> None:
    group = xero.org.add_group("Procore")
    with pytest.raises(Rejected, match="unique"):
        put_group(xero, "Procore", "k")
    group.status = "DELETED"
    with pytest.raises(Rejected, match="unique"):
        put_group(xero, "Procore", "k")
    assert put_group(xero, "Procore", "k2")


def test_an_internal_error_is_kept_even_when_the_write_was_carried_out(xero: XeroWorld) -> None:
    xero.sandbox.faults.add("status_after", method="PUT", status=500)
    for _ in range(2):
        with pytest.raises(OutcomeUnknown):
            put_group(xero, "Procore", "k")
    assert len(xero.org.groups) == 1


def test_a_lost_answer_is_found_again_under_its_key(xero: XeroWorld) -> None:
    xero.sandbox.faults.add("drop_after", method="PUT")
    with pytest.raises(OutcomeUnknown):
        put_group(xero, "Procore", "k")
    assert put_group(xero, "Procore", "k") == xero.org.group("Procore").id


def test_a_replay_still_costs_a_call(xero: XeroWorld) -> None:
    xero.org.day_limit = 2
    put_group(xero, "Procore", "k")
    put_group(xero, "Procore", "k")
    with pytest.raises(Throttled):
        put_group(xero, "Procore", "k")


def test_a_key_has_at_most_128_characters(xero: XeroWorld) -> None:
    assert put_group(xero, "A", "k" * 128)
    with pytest.raises(Rejected, match="128"):
        put_group(xero, "B", "k" * 129)


def test_a_simulated_limit_looks_like_a_real_one(xero: XeroWorld) -> None:
    xero.sandbox.faults.add("throttle", headers={"X-Rate-Limit-Problem": "day", "Retry-After": "900"})
    with pytest.raises(Throttled) as raised:
        endpoints.organisation(xero.client)
    assert (raised.value.scope, raised.value.retry_after) == ("day", 900.0)
