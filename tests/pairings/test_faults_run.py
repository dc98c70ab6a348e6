"""What goes wrong between Procore and Xero: the right state, a sentence, and nothing doubled or lost afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hub.models import JobRecord, SyncJob
from integrations.base.sandbox.kernel import Sandbox
from tests.pairings.test_contacts_run import add, vendors
from tests.pairings.world import STAGE, World, world

pytestmark = pytest.mark.django_db


def _seed(w: World) -> None:
    for number in range(1, 5):
        w.company.add_project(f"House {number}", f"H-{number}", STAGE)
        add(w, f"Supplier {number}", phone="1")


def _check_complete(w: World) -> None:
    assert set(w.options()) == {f"H-{number} House {number}" for number in range(1, 5)}
    assert sorted(row["name"] for row in w.company.vendors) == [f"Supplier {number}" for number in range(1, 5)]
    assert len(vendors(w)) == 4
    w.check_links()


def _finish(w: World, *jobs: SyncJob) -> None:
    """Everything goes on by itself, or with one more run, and a further run has nothing to do."""
    for job in jobs:
        ended = w.go_on(job)
        assert ended.state == "succeeded", ended.error
    _check_complete(w)
    start = w.marks()
    assert w.go("projects").counts == {"unchanged": 4}
    assert w.go("contacts").counts == {"unchanged": 4}
    assert w.writes(start) == []


@pytest.mark.parametrize(
    ("break_it", "state", "code", "said"),
    [
        (lambda w: _secret(w, "source"), "waiting", "login_broken", "must be connected again"),
        (lambda w: _secret(w, "target"), "waiting", "login_broken", "must be connected again"),
        (lambda w: _account(w, "999"), "failed", "missing", "Procore does not know this record"),
        (lambda w: w.net.hosts.pop("api.procore.com"), "waiting", "unavailable", "could not be reached"),
        (lambda w: w.net.hosts.pop("api.xero.com"), "waiting", "unavailable", "could not be reached"),
    ],
    ids=["procore secret", "xero secret", "company id", "procore host", "xero host"],
)
def test_a_connection_that_is_wrong(break_it: Callable[[World], Any], state: str, code: str, said: str) -> None:
    with world() as w:
        _seed(w)
        hosts = dict(w.net.hosts)
        break_it(w)
        jobs = [w.go("projects"), w.go("contacts")]
        for job in jobs:
            assert (job.state, job.error_code) == (state, code)
            assert said in job.error
            assert job.error_fix
        assert w.writes() == []
        _mend(w, hosts)
        _finish(w, *jobs)


def _secret(w: World, side: str) -> None:
    grant = getattr(w.tenant, side).grant
    grant.secret = {"client_secret": "wrong"}
    grant.save()


def _account(w: World, account: str) -> None:
    w.tenant.source.account_id = account
    w.tenant.source.save()


def _mend(w: World, hosts: dict[str, Any]) -> None:
    """As the admin does it: a corrected secret makes the login new."""
    w.net.hosts.update(hosts)
    _account(w, str(w.company.id))
    for connection, secret in ((w.tenant.source, "procore-secret"), (w.tenant.target, "xero-secret")):
        grant = connection.grant
        grant.refresh_from_db()
        grant.secret, grant.tokens, grant.state = {"client_secret": secret}, {}, "new"
        grant.save()


def test_an_app_that_is_not_installed_in_the_company() -> None:
    with world() as w:
        _seed(w)
        (app,) = w.procore.logins.apps.values()
        app.uninstall(w.company)
        job = w.go("projects")
        assert (job.state, job.error_code) == ("failed", "forbidden")
        assert "App is not connected to this company" in job.error
        app.install(w.company)
        assert w.go_on(job).state == "succeeded"


READS = [("procore", "/projects"), ("xero", "/TrackingCategories"), ("xero", "/Contacts$"), ("procore", "/vendors$")]


@pytest.mark.parametrize(("side", "path"), READS)
@pytest.mark.parametrize("kind", ["drop", "status", "html", "truncate", "expire_token", "throttle"])
def test_a_read_that_goes_wrong_once_is_read_again(kind: str, side: str, path: str) -> None:
    with world() as w:
        _seed(w)
        sandbox: Sandbox = getattr(w, side)
        sandbox.faults.add(kind, method="GET", path=path)
        assert w.go("projects").state == "succeeded"
        assert w.go("contacts").state == "succeeded"
        _check_complete(w)


@pytest.mark.parametrize(("side", "path"), READS)
@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        ("html", "unreadable_answer", "answered with a web page instead of data"),
        ("truncate", "unreadable_answer", "not valid JSON"),
        ("status", "unavailable", "is unavailable at the moment (status 503)"),
    ],
)
def test_a_read_that_stays_wrong_parks_the_run(kind: str, code: str, said: str, side: str, path: str) -> None:
    with world() as w:
        _seed(w)
        sandbox: Sandbox = getattr(w, side)
        sandbox.faults.add(kind, method="GET", path=path, times=50)
        jobs = [w.go("projects"), w.go("contacts")]
        parked = [job for job in jobs if job.state == "waiting"]
        assert len(parked) == 1
        assert parked[0].error_code == code
        assert said in parked[0].error
        sandbox.faults.clear()
        _finish(w, *jobs)


def test_a_quota_that_is_used_up_for_hours_is_waited_for_without_a_worker() -> None:
    with world() as w:
        _seed(w)
        headers = {"Retry-After": "7200", "X-Rate-Limit-Problem": "day"}
        w.xero.faults.add("throttle", path="/TrackingCategories$", headers=headers)
        job = w.go("projects")
        assert (job.state, job.error_code, job.error) == ("waiting", "quota", "Xero's day limit of calls is used up.")
        assert job.not_before is not None
        assert job.not_before.timestamp() - job.created_at.timestamp() > 7000
        w.xero.clock.advance(hours=2)
        w.limits.advance(7200)
        assert w.go_on(job).state == "succeeded"


def test_a_token_that_expires_in_the_middle_of_the_writes() -> None:
    with world(custom=False) as w:
        _seed(w)
        w.xero.faults.add("expire_token", method="PUT", skip=2)
        assert w.go("projects").counts == {"created": 4}
        assert len(w.options()) == 4


WRITES = [("projects", "xero", "PUT"), ("contacts", "procore", "PATCH")]


@pytest.mark.parametrize(("stage", "side", "method"), WRITES)
@pytest.mark.parametrize(
    "kind", ["drop", "drop_after", "status", "status_after", "html", "truncate", "throttle", "expire_token"]
)
def test_a_create_whose_answer_is_lost_is_neither_doubled_nor_forgotten(
    kind: str, stage: str, side: str, method: str
) -> None:
    with world() as w:
        _seed(w)
        sandbox: Sandbox = getattr(w, side)
        times = 1 if kind == "expire_token" else 2  # a token that is refused fresh means a broken login
        sandbox.faults.add(kind, method=method, path="Options|sync", times=times)
        jobs = {"projects": w.go("projects"), "contacts": w.go("contacts")}
        first = jobs[stage]
        if first.is_open:
            assert first.error
            first = w.go_on(first)
        assert (first.state, first.counts) == ("succeeded", {"created": 4})
        _finish(w, *jobs.values())


@pytest.mark.parametrize(("stage", "side"), [("projects", "xero"), ("contacts", "procore")])
@pytest.mark.parametrize("kind", ["drop", "drop_after", "status_after", "truncate"])
def test_a_change_whose_answer_is_lost_arrives(kind: str, stage: str, side: str) -> None:
    with world() as w:
        _seed(w)
        w.go("projects")
        w.go("contacts")
        project = w.company.projects.named("House 1")
        assert project is not None
        project.change(name="Villa 1")
        w.org.change_contact(w.org.contact("Supplier 1"), phone="2")
        getattr(w, side).faults.add(kind, path="Options/|sync")
        job = w.go(stage)
        job = w.go_on(job) if job.is_open else job
        assert (job.state, job.counts) == ("succeeded", {"unchanged": 3, "updated": 1})
        w.go("projects")
        w.go("contacts")
        assert "H-1 Villa 1" in w.options()
        assert [r["business_phone"] for r in w.company.vendors if r["name"] == "Supplier 1"] == ["2"]
        assert len(w.options()) == len(w.company.vendors) == 4
        w.check_links()


@pytest.mark.parametrize("bulk", [True, False])
def test_two_projects_that_come_to_one_name_do_not_share_an_option_when_an_answer_is_lost(bulk: bool) -> None:
    with world(bulk_tracking_options=bulk) as w:
        w.xero.switches.bulk_options = "accept"
        w.company.add_project("2 Tower", "1", STAGE)
        w.company.add_project("Tower", "1 2", STAGE)
        w.xero.faults.add("drop_after", method="PUT", skip=0 if bulk else 1)
        job = w.go("projects")
        assert job.counts == {"created": 1, "rejected": 1}
        assert w.options() == {"1 2 Tower": "ACTIVE"}
        w.check_links()


def test_many_lost_creates_are_looked_up_in_one_read_of_the_directory() -> None:
    with world() as w:
        for number in range(30):
            add(w, f"Supplier {number}")
        w.procore.faults.add("drop_after", method="PATCH")
        start = w.marks()
        assert w.go("contacts").counts == {"created": 30}
        assert len(w.company.vendors) == 30
        assert len(w.procore.ledger.reads("/vendors", since=start[0])) == 4


def test_a_refusal_of_one_record_does_not_hold_up_the_others() -> None:
    with world() as w:
        _seed(w)
        for vendor in ("Supplier 1", "Supplier 2"):
            w.org.change_contact(w.org.contact(vendor), EmailAddress="x@y.example")
        w.company.country_code = "AU"
        w.procore.switches.checks_tax_numbers = True
        w.company.vendors.add(name="Supplier 3", is_active=True)
        job = w.go("contacts")
        assert job.counts == {"created": 3, "matched": 1}
        w.company.vendors._rows.clear()
        w.org.change_contact(w.org.contact("Supplier 4"), phone="9")
        job = w.go("contacts")
        assert w.outcomes(job)["Supplier 4"] == ("rejected", "twin_deleted")
        assert JobRecord.objects.filter(job=job, outcome="unchanged").count() == 3
        assert len(w.company.vendors) == 0
