"""The pages of a vendor whose interface differs by customer: who sees and does what, and what is told of it."""

from __future__ import annotations

from typing import Any

import pytest
from auditlog.models import LogEntry
from django.test import Client
from django.urls import reverse

from hub.interface import mark, profile_of
from hub.models import Connection, Grant, Membership, Role
from tests.admin.house import House
from tests.toy.keyed import Safe

pytestmark = pytest.mark.django_db


@pytest.fixture
def safe(two: House) -> Safe:
    one = Safe()
    one.papers["P1"] = {"ref": "R1", "title": "Deed", "access_token": "4711", "id": "P1"}
    two.net.hosts[f"{two.harbour.customer.slug}.safe.example"] = one
    return one


def cellar(two: House) -> Connection:
    return Connection.objects.get(customer=two.harbour.customer, grant__vendor="safe")


def as_role(two: House, role: Role) -> Client:
    return two.as_(two.harbour.people[role])


def where(two: House, page: str = "edit", operation: str = "papers.list") -> str:
    args = [cellar(two).pk] + ([operation] if page else [])
    return reverse(f"admin:hub_interface{'_' + page if page else ''}", args=args)


def was(two: House, operation: str = "papers.list") -> str:
    connection = cellar(two)
    interface = connection.vendor.interface
    assert interface is not None
    return mark(interface.sheet(profile_of(connection), operation))


def typed(two: House, **changes: Any) -> dict[str, Any]:
    rows = {"names-rows": "2", "names-0-ours": "ref", "names-0-theirs": "ref"}
    return {
        "was": was(two),
        "cell-path": "/papers",
        **rows,
        "names-1-ours": "name",
        "names-1-theirs": "title",
        **changes,
    }


def test_the_overview_leads_from_the_connection_to_each_operation(two: House, safe: Safe) -> None:
    client = as_role(two, Role.VIEWER)
    head = client.get(reverse("admin:hub_connection_change", args=[cellar(two).pk])).content.decode()
    assert where(two, "") in head
    html = client.get(where(two, "")).content.decode()
    assert "<strong>2 as assumed</strong>" in html
    assert where(two, "edit", "papers.create") in html
    shop = client.get(reverse("admin:hub_connection_change", args=[two.harbour.tenant.source_id])).content.decode()
    assert "Interface" not in shop
    assert client.get(reverse("admin:hub_interface", args=[two.harbour.tenant.source_id])).status_code == 404
    assert client.get(where(two, "edit", "papers.burn")).status_code == 404


def test_who_may_only_look_gets_a_form_that_cannot_be_sent(two: House, safe: Safe) -> None:
    html = as_role(two, Role.VIEWER).get(where(two)).content.decode()
    assert "<fieldset disabled>" in html
    assert "Mark verified" not in html
    assert ">Store<" not in html
    html = as_role(two, Role.OPERATOR).get(where(two)).content.decode()
    assert "Probe: read one record" in html
    assert ">Store<" not in html


def test_a_probe_shows_one_record_without_its_secrets(two: House, safe: Safe) -> None:
    html = as_role(two, Role.OPERATOR).post(where(two, "probe")).content.decode()
    assert "Deed" in html
    assert "access_token" in html
    assert "4711" not in html
    assert "The record has no <code>name</code>" in html
    assert '<option value="title">' in html
    assert cellar(two).profile["papers.list"]["seen"] == ["ref", "title", "access_token", "id"]
    assert not LogEntry.objects.filter(object_pk=str(cellar(two).pk), action=LogEntry.Action.UPDATE).exists()


def test_a_probe_is_narrowed_and_tells_what_it_could_not_do(two: House, safe: Safe) -> None:
    client = as_role(two, Role.OPERATOR)
    assert "It answers, and is empty." in client.post(where(two, "probe"), {"ask-refs": "R2"}).content.decode()
    safe.pin = "changed"
    assert "The safe stays shut" in client.post(where(two, "probe")).content.decode()
    Grant.objects.filter(pk=cellar(two).grant_id).update(state="new", api_url="https://elsewhere.example")
    assert "is not allowed by this installation" in client.post(where(two, "probe")).content.decode()


def test_what_is_stored_is_in_the_log_by_name_and_not_verified_any_more(two: House, safe: Safe) -> None:
    client = as_role(two, Role.MANAGER)
    client.post(where(two, "verify"), {"was": was(two)})
    assert cellar(two).profile["papers.list"]["by"] == two.harbour.people[Role.MANAGER].username
    said = client.post(where(two), typed(two), follow=True).content.decode()
    assert "Nothing uses it until somebody has probed it and marked it verified" in said
    assert "by" not in cellar(two).profile["papers.list"]
    entry = LogEntry.objects.filter(object_pk=str(cellar(two).pk)).latest("pk")
    assert entry.changes["Papers: Names, name: Name there"] == ["name", "title"]
    assert entry.changes["Papers: Verified"][1] == ""
    assert entry.actor == two.harbour.people[Role.MANAGER]
    shown = as_role(two, Role.VIEWER).get(reverse("admin:auditlog_logentry_change", args=[entry.pk]))
    assert "Name there" in shown.content.decode()


def test_faults_stay_beside_what_was_typed(two: House, safe: Safe) -> None:
    client = as_role(two, Role.MANAGER)
    wrong = typed(two, **{"cell-path": "papers", "names-1-theirs": ""})
    html = client.post(where(two), wrong).content.decode()
    assert "Nothing was stored: 2 faults" in html
    assert "A path begins with a slash." in html
    assert 'value="papers"' in html
    assert cellar(two).profile == {}
    assert "Correct what is wrong below first" in client.post(where(two, "probe"), wrong).content.decode()
    assert safe.ledger.entries == []


def test_forms_that_nobody_would_send_change_nothing(two: House, safe: Safe) -> None:
    client = as_role(two, Role.MANAGER)
    for odd in (
        {"names-rows": "9" * 40},
        {"names-rows": "-1"},
        {"names-rows": "x"},
        {"names-1-theirs": "a\x00b" * 900},
    ):
        answer = client.post(where(two), typed(two, **odd))
        assert answer.status_code in (200, 302, 400)
        Connection.objects.filter(pk=cellar(two).pk).update(profile={})
    assert "Somebody else has changed this meanwhile" in client.post(where(two), {}).content.decode()
    assert cellar(two).profile == {}


def test_the_permission_to_verify_is_given_among_the_members(two: House, safe: Safe) -> None:
    person = two.harbour.people[Role.OPERATOR]
    client = two.as_(person)
    answer = client.post(where(two, "verify"), {"was": was(two)})
    assert answer.status_code == 403
    assert "permission to verify endpoints" in answer.content.decode()
    Membership.objects.filter(user=person).update(verifies=True)
    assert "Mark verified" in client.get(where(two)).content.decode()
    client.post(where(two, "verify"), {"was": was(two)})
    assert cellar(two).profile["papers.list"]["by"] == person.username
    client.post(where(two, "verify"), {"was": was(two), "withdraw": "1"})
    assert "by" not in cellar(two).profile["papers.list"]
