"""Whatever is sent to a page: words on it, or 400 with words; never a mistake of ours, and nothing is changed."""

from __future__ import annotations

from itertools import cycle, islice
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode

import pytest
from django.db import transaction

from tests.admin.hostile import INTEGERS, PAGES, VALUES, filled, lists, questions, routes
from tests.admin.house import House, everything

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


class Visitor:
    """Somebody who may see everything. What a request has stored is undone, so that the next one finds what it did."""

    def __init__(self, two: House) -> None:
        self.client = two.as_(two.admin)
        self.client.raise_request_exception = False
        self.broken: list[str] = []
        self.asked = 0

    def get(self, url: str) -> Any:
        return self._note(url, "GET")

    def post(self, url: str, fields: str) -> Any:
        return self._note(url, "POST", fields)

    def _note(self, url: str, method: str, fields: str = "") -> Any:
        before = transaction.savepoint()  # not a block of its own: no call to a vendor may be made inside one
        answer = self.client.generic(method, url, fields, content_type=FORM if method == "POST" else "")
        transaction.savepoint_rollback(before)
        self.asked += 1
        if answer.status_code >= 500:
            self.broken.append(f"{answer.status_code} {method} {url[:200]} {fields[:200]}")
        return answer


@pytest.fixture
def visitor(two: House) -> Visitor:
    return Visitor(two)


def test_lists_take_any_question(visitor: Visitor) -> None:
    before, values = everything(), cycle(VALUES)
    for model, url in lists():
        for name in questions(model):
            for value in islice(values, 1):
                visitor.get(f"{url}?{name}={value}")
    assert visitor.broken == []
    assert visitor.asked > 500
    assert everything() == before


def test_addresses_take_any_value(visitor: Visitor) -> None:
    before, values, numbers = everything(), cycle(VALUES), cycle(INTEGERS)
    for route in routes():
        for value in islice(numbers, 1) if "<int:" in route else islice(values, 1):
            url = filled(route, value)
            visitor.get(url)
            visitor.post(url, "post=yes")
    assert visitor.broken == []
    assert visitor.asked > 180
    assert everything() == before


def test_fields_take_any_value(visitor: Visitor, two: House) -> None:
    """Every form and button that there is, with one value wrong at a time."""
    values, asked = cycle(VALUES), visitor.asked
    for url, fields in forms(two).items():
        for name in (*fields, *fields):
            told = {**fields, name: unquote_to_bytes(next(values))}
            visitor.post(url, urlencode(told))
    assert visitor.broken == []
    assert visitor.asked > asked + 80


def forms(two: House) -> dict[str, dict[str, Any]]:
    """Addresses with what their forms send when nothing is wrong."""
    ids, own = two.harbour.ids(), two.harbour
    tenant, job = f"/admin/hub/tenant/{ids['tenant']}", f"/admin/hub/job/{own.plan.pk}"
    return {
        f"{tenant}/stages/orders/start/": {"one": "1", "key_number": "1", "preview": "1"},
        f"{tenant}/repair/": {"repair": "x"},
        f"{tenant}/values/cost_code/": {
            "key": "A-01",
            "project": "",
            "account": "400",
            "new-key": "B",
            "new-account": "1",
        },
        f"{tenant}/values/cost_code/import/store/": {"lines": "x"},
        f"{job}/decide/": {"record": "1", "approve": "1", "next": "/admin/"},
        "/admin/hub/problem/act/": {"problem": "1", "stage": "1", "code": "x", "ignore": "1", "reason": "seen"},
        f"/admin/hub/link/{ids['link']}/settle/": {"target": "1"},
        f"/admin/hub/link/{ids['link']}/act/": {"code": "x"},
        f"/admin/hub/login/{ids['login']}/accounts/": {"account": "1"},
        "/admin/hub/tenant/": {"action": "run_toy_orders", "_selected_action": "1", "select_across": "0", "index": "0"},
        "/admin/auth/user/": {"action": "delete_selected", "_selected_action": "1", "select_across": "0", "index": "0"},
        "/admin/hub/customer/add/": {"name": "New", "slug": "new", "time_zone": "UTC"},
        "/admin/hub/connection/add/": {
            "customer": own.customer.pk,
            "grant": own.tenant.source.grant_id,
            "name": "N",
            "account_id": "9",
            "kept_for_people": "10",
        },
        "/admin/hub/grant/add/": {
            "customer": own.customer.pk,
            "name": "N",
            "vendor": "shop",
            "environment": "production",
            "kind": "client_credentials",
            "client_id": "1",
            "client_secret": "1",
        },
        f"/admin/hub/tenant/{ids['tenant']}/change/": {
            "name": "N",
            "slug": "n",
            "source": own.tenant.source_id,
            "target": own.tenant.target_id,
            "stages-TOTAL_FORMS": "1",
            "stages-INITIAL_FORMS": "1",
            "stages-0-id": own.row.pk,
            "stages-0-tenant": own.tenant.pk,
            "stages-0-gate": "auto",
            "stages-0-schedule": "every 4 hours",
        },
        "/admin/login/": {"username": "root", "password": "root", "next": "/admin/"},
        f"/admin/auth/user/{two.admin.pk}/password/": {"password1": "a long one here", "password2": "a long one here"},
    }


def test_own_pages_take_any_question(visitor: Visitor, two: House) -> None:
    values, ids = cycle(VALUES), two.harbour.ids()
    for route in routes():
        kind = route.split("/")[3] if route.startswith("/admin/hub/") else ""
        if "object_id" in route or ("<int:" in route and kind not in ids):
            continue
        url = filled(route, str(ids.get(kind, 1)))
        for name in PAGES:
            visitor.get(f"{url}?{name}={next(values)}")
    assert visitor.broken == []
    assert visitor.asked > 300
