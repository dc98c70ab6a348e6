"""What holds for every page: friendly errors, no inline scripts, and a known number of queries."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from django.db import connection as database
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.models import Role
from tests.admin.house import House, house

pytestmark = pytest.mark.django_db
COUNTS = Path(__file__).parents[1] / "architecture" / "query_counts.json"


def lists(two: House) -> dict[str, str]:
    ids = two.harbour.ids()
    plain = (
        "index",
        "hub_tenant_changelist",
        "hub_syncjob_changelist",
        "hub_jobrecord_changelist",
        "hub_problem_changelist",
        "hub_approvals",
        "hub_linkedentity_changelist",
        "hub_customer_changelist",
        "hub_grant_changelist",
        "hub_connection_changelist",
        "hub_referenceitem_changelist",
        "hub_apicall_changelist",
        "auditlog_logentry_changelist",
    )
    pages = {name: reverse(f"admin:{name}") for name in plain}
    pages["hub_tenant_page"] = reverse("admin:hub_tenant_page", args=[ids["tenant"]])
    pages["hub_tenant_live"] = reverse("admin:hub_tenant_live", args=[ids["tenant"]])
    pages["hub_tenant_values"] = reverse("admin:hub_tenant_values", args=[ids["tenant"], "cost_code"])
    pages["job"] = reverse("admin:hub_syncjob_change", args=[ids["job"]])
    pages["job calls"] = pages["job"] + "?tab=calls"
    return pages


def counted(two: House) -> dict[str, int]:
    client = two.as_(two.harbour.people[Role.MANAGER])
    client.get("/admin/")  # content types are looked up once per process
    counts = {}
    for name, url in lists(two).items():
        client.get(url)
        with CaptureQueriesContext(database) as told:
            assert client.get(url).status_code == 200, name
        counts[name] = len(told)
    return counts


def test_pages_ask_as_many_queries_as_is_on_record() -> None:
    """A change is seen in review: TIEBACK_WRITE_QUERY_COUNTS=1 writes the file anew."""
    with house() as two:
        counts = counted(two)
    if os.environ.get("TIEBACK_WRITE_QUERY_COUNTS"):
        COUNTS.write_text(json.dumps(counts, indent=2, sort_keys=True) + "\n")
    assert counts == json.loads(COUNTS.read_text())


def test_more_records_need_no_more_queries() -> None:
    with house(orders=25) as two:
        assert counted(two) == json.loads(COUNTS.read_text())


def test_pages_hold_no_inline_script(two: House) -> None:
    """The content security policy would not run it."""
    client = two.as_(two.admin)
    forms = ["hub_tenant_change", "hub_grant_change", "hub_connection_change"]
    kinds = {"hub_tenant_change": "tenant", "hub_grant_change": "login", "hub_connection_change": "connection"}
    urls = [*lists(two).values(), *(reverse(f"admin:{name}", args=[two.harbour.ids()[kinds[name]]]) for name in forms)]
    urls += [
        "/admin/login/",
        reverse("admin:hub_grant_add"),
        reverse("admin:django_celery_beat_periodictask_changelist"),
    ]
    for url in urls:
        html = client.get(url).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", html), url
        assert not re.search(r"<[^>]+\son(click|change|submit|load|input)=", html), url


def test_every_page_tells_its_policy(two: House) -> None:
    policy = two.as_(two.admin).get("/admin/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "frame-ancestors 'none'" in policy


def test_pages_that_are_not_there_or_not_allowed_are_friendly(two: House) -> None:
    client = two.as_(two.harbour.people[Role.VIEWER])
    missing = client.get("/admin/hub/tenant/987654/page/")
    assert missing.status_code == 404
    assert "belongs to a customer you are not a member of" in missing.content.decode()
    denied = client.post(reverse("admin:hub_tenant_due", args=[two.harbour.tenant.pk]))
    assert denied.status_code == 403
    assert "This needs the role “Operator” or more." in denied.content.decode()


def test_a_mistake_of_ours_shows_no_traceback(two: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from hub.admin import tenant_page

    def broken(*args: object) -> None:
        raise ZeroDivisionError("sekret detail")

    monkeypatch.setattr(tenant_page, "_context", broken)
    client = two.as_(two.admin)
    client.raise_request_exception = False
    answer = client.get(reverse("admin:hub_tenant_page", args=[two.harbour.tenant.pk]))
    assert answer.status_code == 500
    assert "went wrong on our side" in answer.content.decode()
    assert "sekret" not in answer.content.decode()


def test_forms_from_elsewhere_are_refused(two: House) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(two.harbour.people[Role.MANAGER])
    for name in ("hub_tenant_due", "hub_tenant_refresh"):
        assert client.post(reverse(f"admin:{name}", args=[two.harbour.tenant.pk])).status_code == 403


@override_settings(AXES_ENABLED=True)
def test_members_log_in_and_guessing_is_stopped(two: House) -> None:
    person = two.harbour.people[Role.VIEWER]
    person.set_password("a long enough one")
    person.save()
    form = {"username": person.username, "password": "a long enough one", "next": "/admin/"}
    assert Client().post("/admin/login/", form)["Location"] == "/admin/"
    stranger = type(person).objects.create_user("stranger", password="a long enough one")
    said = Client().post("/admin/login/", {**form, "username": stranger.username}).content.decode()
    assert "You are not a member of any customer yet" in said
    for _ in range(5):
        Client().post("/admin/login/", {**form, "password": "wrong"})
    assert Client().post("/admin/login/", form).status_code == 429
