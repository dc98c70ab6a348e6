"""What the hub itself sees to in a value map: lists and their age, projects, two people at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone

from hub import registry
from hub.admin.value_notices import checks, notices
from hub.models import ReferenceFetch, Role, Tenant, ValueMap
from hub.pairing import ValueRules
from hub.references import refresh
from hub.value_table import EMPTY, ValueTable
from tests.admin.house import MARK, House

pytestmark = pytest.mark.django_db


class Orders(ValueRules):
    """Rows may be for linked orders only."""

    projects = "orders"


@pytest.fixture
def lists(two: House) -> Iterator[House]:
    """Two codes and two accounts, fetched; one code mapped. Rows may be for the orders that were sent."""
    two.shop.codes = [{"id": str(n), "code": f"0{n}-100", "name": f"Code {n}"} for n in (1, 2)]
    two.vault.accounts = [{"id": code, "code": code, "name": f"Account {code}"} for code in ("400", "477")]
    refresh(two.harbour.tenant)
    ValueMap.objects.filter(tenant=two.harbour.tenant).delete()
    ValueMap.objects.create(tenant=two.harbour.tenant, key="02-100", account="400")
    known = {**registry.pairings(), "toy": replace(registry.pairings()["toy"], values=Orders())}
    with mock.patch.object(registry, "pairings", return_value=known):
        yield two


def tenant(two: House) -> Tenant:
    return Tenant.objects.get(pk=two.harbour.tenant.pk)


def address(two: House) -> str:
    return reverse("admin:hub_tenant_values", args=[two.harbour.tenant.pk, "cost_code"])


def post(two: House, name: str, key: str, account: str, project: str = "", was: Mapping[str, str] | None = None) -> str:
    form: dict[str, Any] = {"row": [name], f"{name}-key": key, f"{name}-project": project, f"{name}-account": account}
    if was is not None:
        form[f"{name}-was"] = json.dumps(was)
    answer = two.as_(two.harbour.people[Role.OPERATOR]).post(address(two), form, follow=True)
    return answer.content.decode()


def accounts(two: House) -> dict[tuple[str, str], str]:
    rows = ValueMap.objects.filter(tenant=two.harbour.tenant).values_list("key", "project", "account")
    return {(key, project): account for key, project, account in rows}


def test_a_row_is_for_a_linked_project_only(lists: House) -> None:
    assert "No project X-1 is linked." in post(lists, "new", "02-100", "477", "X-1")
    assert accounts(lists) == {("02-100", ""): "400"}
    post(lists, "new", "02-100", "477", f" {MARK.lower()}-1 ")  # spelled as the link has it
    assert accounts(lists) == {("02-100", ""): "400", ("02-100", f"{MARK}-1"): "477"}


def test_what_somebody_else_has_stored_meanwhile_is_not_overwritten(lists: House) -> None:
    saw = {**EMPTY, "account": "400"}
    ValueMap.objects.filter(tenant=lists.harbour.tenant).update(account="477")
    html = post(lists, "r0", "02-100", "", was=saw)
    assert "Somebody else has changed this row meanwhile; it is now: 477." in html
    assert accounts(lists) == {("02-100", ""): "477"}
    post(lists, "r0", "02-100", "", was={**EMPTY, "account": "477"})  # having seen it
    assert accounts(lists) == {}


def test_a_row_that_was_only_looked_at_is_left_to_others(lists: House) -> None:
    saw = {**EMPTY, "account": "400"}
    ValueMap.objects.filter(tenant=lists.harbour.tenant).update(account="477")
    assert "Nothing was changed." in post(lists, "r0", "02-100", "400", was=saw)
    assert accounts(lists) == {("02-100", ""): "477"}


def test_a_new_row_does_not_replace_one_that_is_there(lists: House) -> None:
    assert "02-100 has a row already" in post(lists, "new", "02-100", "477", was=EMPTY)
    assert accounts(lists) == {("02-100", ""): "400"}


@pytest.mark.parametrize("was", ["", "no json", "[]", '"text"'])
def test_a_form_without_what_was_seen_is_taken_as_it_stands(lists: House, was: str) -> None:
    form = {"row": ["r0"], "r0-key": "01-100", "r0-project": "", "r0-account": "477", "r0-was": was}
    lists.as_(lists.harbour.people[Role.OPERATOR]).post(address(lists), form)
    assert accounts(lists)["01-100", ""] == "477"


def test_lists_tell_how_old_they_are_and_what_failed(lists: House) -> None:
    client = lists.as_(lists.harbour.people[Role.OPERATOR])
    fetches = ReferenceFetch.objects.filter(connection=lists.harbour.tenant.target, kind="account")
    assert "over a week ago" not in client.get(address(lists)).content.decode()
    fetches.update(fetched_at=timezone.now() - timedelta(days=8))
    assert "over a week ago" in client.get(address(lists)).content.decode()
    stale = [check for check in checks(tenant(lists)) if "over a week ago: Accounts" in check.detail]
    assert [check.ok for check in stale] == [True]
    lists.vault.faults.add("status", path="/accounts", times=9, status=403)
    refresh(lists.harbour.tenant)
    assert "The last attempt failed: Vault does not let this login in." in client.get(address(lists)).content.decode()
    lists.vault.faults.waiting.clear()
    refresh(lists.harbour.tenant)
    html = client.get(address(lists)).content.decode()
    assert "The last attempt failed" not in html
    assert "over a week ago" not in html


def test_a_list_never_fetched_checks_nothing_and_says_so(lists: House) -> None:
    ReferenceFetch.objects.all().delete()
    client = lists.as_(lists.harbour.people[Role.OPERATOR])
    assert client.get(address(lists)).content.decode().count("not fetched yet") == 2
    post(lists, "new", "01-100", "999")
    assert accounts(lists)["01-100", ""] == "999"
    mapped, valid = checks(tenant(lists))
    assert (mapped.ok, valid.ok) == (False, True)
    assert valid.detail == "2 rows; not fetched yet, so not checked: Accounts, Cost codes."
    refresh(lists.harbour.tenant)
    assert [notice.invalid for notice in notices(tenant(lists))] == [1]


def test_a_fetched_list_may_be_empty(lists: House) -> None:
    lists.vault.accounts = []
    refresh(lists.harbour.tenant)
    assert ValueTable(tenant(lists), "cost_code").faults({**EMPTY, "account": "5"}) == {
        "account": "There is no active account “5”."
    }


def test_settings_that_are_not_valid_do_not_break_the_pages(lists: House) -> None:
    Tenant.objects.filter(pk=lists.harbour.tenant.pk).update(settings={"nonsense": True})
    client = lists.as_(lists.harbour.people[Role.OPERATOR])
    for name, args in (("hub_tenant_values", ["cost_code"]), ("hub_tenant_page", []), ("hub_tenant_check", [])):
        url = reverse(f"admin:{name}", args=[lists.harbour.tenant.pk, *args])
        assert client.get(url).status_code == 200, name
