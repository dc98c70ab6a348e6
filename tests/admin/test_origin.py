"""Where requests come from: what a proxy adds counts, what a client writes before it does not."""

from __future__ import annotations

from typing import Any

import pytest
from auditlog.models import LogEntry
from axes.models import AccessAttempt
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from hub.models import Role
from hub.origin import address_of
from tests.admin.house import House

PROXY = "10.9.9.9"


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.1, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.1, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (2, "198.51.100.7", PROXY),
        (0, "198.51.100.7", PROXY),
        (1, "", PROXY),
        (1, "198.51.100.7, nonsense", PROXY),
        (1, "198.51.100.7:4711", "198.51.100.7"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "::ffff:198.51.100.7", "::ffff:198.51.100.7"),
    ],
)
def test_as_many_entries_count_as_there_are_proxies(proxies: int, told: str, address: str, settings: Any) -> None:
    settings.HUB_PROXIES = proxies
    headers: dict[str, Any] = {"HTTP_X_FORWARDED_FOR": told} if told else {}
    found = address_of(RequestFactory().get("/", REMOTE_ADDR=PROXY, **headers))
    # Which way an address in an address is written depends on Python's version.
    assert found.replace("::ffff:c633:6407", "::ffff:198.51.100.7") == address


def guess(address: str, name: str, password: str, said: str = "") -> int:
    """A login through the proxy; `said` is what the client wrote into the header by itself."""
    form = {"username": name, "password": password, "next": "/admin/"}
    told = f"{said}, {address}" if said else address
    return Client().post("/admin/login/", form, REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=told).status_code


@override_settings(AXES_ENABLED=True)
def test_guessing_locks_the_guesser_out_and_nobody_else(two: House) -> None:
    person = two.harbour.people[Role.VIEWER]
    person.set_password("a long enough one")
    person.save()
    for number in range(5):
        guess("203.0.113.1", person.username, "wrong", said=f"198.51.100.{number}")
    assert guess("203.0.113.1", person.username, "wrong", said="198.51.100.77") == 429, "a new name for itself"
    assert guess("198.51.100.7", person.username, "a long enough one") == 302
    assert {one.ip_address for one in AccessAttempt.objects.all()} <= {"203.0.113.1"}


def test_the_audit_log_knows_the_address_that_the_proxy_was_called_from(two: House) -> None:
    url = reverse("admin:hub_customer_change", args=[two.harbour.customer.pk])
    form = {"name": "Another", "slug": "harbour", "time_zone": "UTC"}
    form |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    told: dict[str, Any] = {"REMOTE_ADDR": PROXY, "HTTP_X_FORWARDED_FOR": "203.0.113.66, 198.51.100.7"}
    assert two.as_(two.admin).post(url, form, **told).status_code == 302
    assert LogEntry.objects.filter(changes__has_key="name").latest("pk").remote_addr == "198.51.100.7"
