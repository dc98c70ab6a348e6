"""MRI's login in the admin, against its pretend service: five parts and a separator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from hub.connect import client_for
from hub.models import Connection, Customer, Grant, GrantState
from integrations.mri.reading import probe
from integrations.mri.sandbox import KEY, PASSWORD, USER
from tests.sandboxes.mri_world import URL, MriWorld, mri_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def mri() -> Iterator[MriWorld]:
    with mri_world() as world:
        yield world


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="root"))
    Customer.objects.create(name="Harbour & Lane", slug="harbour")
    return client


def form(**changes: str) -> dict[str, Any]:
    parts = {"database": "HARBOUR", "user": USER, "key_tier": "partner", "key": KEY, "password": PASSWORD}
    rest = {"separator": "/", "test_api": "MRI_S-PMAP_Bank", "format": "json", "page_size": "300", "calls": "900"}
    fields = {f"login_mri_{name}": value for name, value in {**parts, **rest}.items()}
    own = {"name": "MRI", "vendor": "mri", "api_url": URL, "client_id": "C100"}
    return {"customer": Customer.objects.get().pk, **own, **fields, **changes}


def save(admin: Client, **changes: str) -> Grant:
    answer = admin.post(reverse("admin:hub_grant_add"), form(**changes))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return Grant.objects.get()


def connect(admin: Client, grant: Grant) -> str:
    return admin.post(reverse("admin:hub_grant_connect", args=[grant.pk]), follow=True).content.decode()


@pytest.mark.parametrize("separator", ["/", "\\"])
def test_the_login_opens_its_database(mri: MriWorld, admin: Client, separator: str) -> None:
    mri.sandbox.switches.separators = separator
    grant = save(admin, login_mri_separator=separator)
    assert "HARBOUR at harbour.mrisoftware.com" in connect(admin, grant)
    calls = mri.sandbox.ledger.entries
    assert [(call.query["$api"], call.query["$top"]) for call in calls] == [(["MRI_S-PMAP_Bank"], ["1"])]
    admin.post(reverse("admin:hub_grant_accounts", args=[grant.pk]), {"account": "HARBOUR"})
    connection = Connection.objects.get()
    client = client_for(connection)
    assert client.base_url == "https://harbour.mrisoftware.com/MRIAPIServices"
    assert connection.vendor.check(client) == "HARBOUR at harbour.mrisoftware.com"


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "C999"},
        {"login_mri_database": "OTHER"},
        {"login_mri_user": "nobody"},
        {"login_mri_key": "other-key"},
        {"login_mri_password": "wrong"},
    ],
)
def test_a_wrong_part_is_refused_in_words(mri: MriWorld, admin: Client, wrong: dict[str, str]) -> None:
    grant = save(admin, **wrong)
    html = connect(admin, grant)
    assert "MRI refused the login for MRI_S-PMAP_Bank (401), and does not say why." in html
    grant.refresh_from_db()
    assert grant.state == GrantState.NEEDS_LOGIN


def test_the_parts_are_trimmed_and_checked_where_they_stand(mri: MriWorld, admin: Client) -> None:
    def errors(**changes: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = (
            admin.post(reverse("admin:hub_grant_add"), form(**changes)).context["adminform"].form.errors
        )
        return found

    assert "must not hold a colon" in errors(login_mri_user="a:b")["login_mri_user"][0]
    assert "which is the separator" in errors(client_id="a/b")["client_id"][0]
    assert "login_mri_calls" in errors(login_mri_calls="many")
    assert "is not allowed" in errors(api_url="https://mri.evil.example/api.asp")["api_url"][0]
    assert "must use https" in errors(api_url="http://harbour.mrisoftware.com/api.asp")["api_url"][0]
    grant = save(admin, login_mri_user=f"  {USER} ", login_mri_password=f" {PASSWORD} ")
    assert (grant.secret["user"], grant.secret["password"]) == (USER, PASSWORD)


def test_one_closed_api_does_not_end_the_login(mri: MriWorld, admin: Client) -> None:
    grant = save(admin)
    connect(admin, grant)
    admin.post(reverse("admin:hub_grant_accounts", args=[grant.pk]), {"account": "HARBOUR"})
    mri.books.users[0].rights = {"MRI_S-PMAP_Bank"}
    client: Any = client_for(Connection.objects.get())
    told = probe(client, client.profile.endpoint("jobs.list"))
    assert not told.ok
    assert "has no right to MRI_S-PMJC_Jobs" in told.message
    grant.refresh_from_db()
    assert grant.state == GrantState.OK
    mri.books.users[0].password = "changed"  # noqa: S105
    assert not probe(client, client.profile.endpoint("jobs.list")).ok
    grant.refresh_from_db()
    assert grant.state == GrantState.NEEDS_LOGIN
