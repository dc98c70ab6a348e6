"""What vendors and networks do wrong, and the sentence each leaves on the job."""

from __future__ import annotations

from unittest import mock

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone

from hub.engine import settle, steps
from hub.engine.policy import MAX_TRIES
from hub.engine.run import run
from hub.engine.start import start
from hub.models import ApiCall, Grant, JobRecord, Membership, Problem, Role, SyncJob, Trigger
from integrations.base.limits import MemoryStore
from tests.engine.world import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses inside a run take no time: sleeping moves the clock that limits are counted by."""
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    store = MemoryStore(clock=lambda: now[0])
    monkeypatch.setattr("hub.connect.time.sleep", sleep)
    monkeypatch.setattr("hub.connect.limit_store", lambda: store)


def _next_run(w: World, job: SyncJob) -> SyncJob:
    """The same job when its pause is over; else a new one."""
    job.refresh_from_db()
    if job.is_open:
        SyncJob.objects.filter(pk=job.pk).update(not_before=timezone.now())
        return run(job.pk)
    return w.go()


@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize("kind", ["drop", "drop_after", "status", "status_after", "html", "truncate"])
def test_a_lost_answer_to_a_write_neither_doubles_nor_loses(kind: str, keyed: bool) -> None:
    with world(orders=5, keyed=keyed) as w:
        w.vault.faults.add(kind, method="PUT", path="/papers")
        job = w.go()
        if job.is_open:
            job = _next_run(w, job)
        assert job.state == "succeeded", job.error
        assert job.counts == {"created": 5}
        assert len(w.papers()) == 5
        w.check_links()


def test_a_long_outage_parks_the_job_and_a_later_run_finishes_it() -> None:
    with world(orders=3) as w:
        w.shop.faults.add("status", path="/orders", times=50, status=503, body="Down for maintenance")
        job = w.go()
        assert (job.state, job.error_code) == ("waiting", "unavailable")
        assert job.error == "Shop is unavailable at the moment (status 503: Down for maintenance)."
        assert job.not_before is not None
        w.shop.faults.clear()
        job = _next_run(w, job)
        assert (job.state, job.counts) == ("succeeded", {"created": 3})


def test_a_job_that_never_gets_through_fails_in_the_end() -> None:
    with world(orders=1) as w:
        w.shop.faults.add("status", path="/orders", times=500, status=503)
        job = w.go()
        for _ in range(8):
            job = _next_run(w, job)
            if not job.is_open:
                break
        assert (job.state, job.error_code) == ("failed", "unavailable")


@pytest.mark.parametrize(
    ("kind", "options", "sentence"),
    [
        ("html", {}, "Shop answered with a web page instead of data."),
        ("truncate", {}, "Shop answered with something that is not valid JSON instead of data."),
        (
            "status",
            {"status": 302, "headers": {"Location": "https://evil.example"}},
            "Shop answered with a redirect; check the API address.",
        ),
    ],
)
def test_unreadable_answers(kind: str, options: dict[str, object], sentence: str) -> None:
    with world(orders=2) as w:
        w.shop.faults.add(kind, path="/orders", times=3, **options)
        job = w.go()
        assert (job.state, job.error_code, job.error) == ("waiting", "unreadable_answer", sentence)
        job = _next_run(w, job)
        assert (job.state, job.counts) == ("succeeded", {"created": 2})


def test_one_bad_page_is_read_again_within_the_run() -> None:
    with world(orders=2) as w:
        w.shop.faults.add("html", path="/orders")
        w.shop.faults.add("throttle", path="/orders")
        assert w.go().state == "succeeded"


def test_a_long_quota_parks_the_job_until_it_is_free_and_a_click_does_not_hasten_it() -> None:
    with world(orders=2) as w:
        w.vault.faults.add("throttle", path="/papers", headers={"Retry-After": "7200"})
        job = w.go()
        assert (job.state, job.error_code) == ("waiting", "quota")
        assert job.not_before is not None
        assert 7100 < (job.not_before - timezone.now()).total_seconds() <= 7200
        joined = start(w.row, trigger=Trigger.PAGE)
        assert joined.joined
        assert joined.job.state == "waiting"


def test_the_token_runs_out_in_the_middle_of_a_run() -> None:
    with world(orders=7) as w:
        w.shop.faults.add("expire_token", path="/orders", skip=1)
        w.vault.faults.add("expire_token", method="PUT", skip=1)
        job = w.go()
        assert (job.state, job.counts) == ("succeeded", {"created": 7})
        assert len(w.papers()) == 7


def test_a_token_that_runs_out_twice_in_succession_is_waited_for() -> None:
    with world(orders=1) as w:
        w.vault.faults.add("expire_token", method="PUT", times=2)
        job = w.go()
        assert (job.state, job.error_code) == ("waiting", "login_broken")
        assert "issued a moment ago" in job.error
        assert w.row.tenant.target.grant.state == "ok"
        assert _next_run(w, job).state == "succeeded"
        assert len(w.papers()) == 1


def test_fresh_tokens_that_are_refused_again_and_again_are_a_persons_matter() -> None:
    with world(orders=1) as w:
        w.vault.faults.add("expire_token", method="PUT", times=2 * MAX_TRIES)
        job = w.go()
        for _ in range(MAX_TRIES - 1):
            assert job.state == "waiting"
            job = _next_run(w, job)
        assert (job.state, job.error_code) == ("failed", "login_broken")
        assert "connect again" in job.error_fix
        assert w.go().state == "succeeded"


def test_a_wrong_secret_stops_only_this_login_and_tells_a_manager_once() -> None:
    with world(orders=1) as w:
        user = User.objects.create_user("m", "m@example.com", "x")
        Membership.objects.create(customer=w.row.tenant.customer, user=user, role=Role.MANAGER)
        grant = w.row.tenant.target.grant
        Grant.objects.filter(pk=grant.pk).update(secret={"client_secret": "wrong"})
        for _ in range(2):
            job = w.go()
            assert (job.state, job.error_code) == ("waiting", "login_broken")
            assert "must be connected again" in job.error
        assert [message.subject for message in mail.outbox] == ["Tieback: toy vault must be connected again"]
        Grant.objects.filter(pk=grant.pk).update(secret={"client_secret": "right"}, state="new")
        assert w.go().state == "succeeded"
        assert len(w.papers()) == 1


def test_a_dead_host_and_a_forbidden_account() -> None:
    with world(orders=1) as w:
        w.net.hosts.pop("shop.example")
        job = w.go()
        assert (job.state, job.error_code) == ("waiting", "unavailable")
        assert "could not be reached" in job.error
        w.net.hosts["shop.example"] = w.shop
        w.shop.faults.add("status", path="/orders", status=403, body="{}")
        job = _next_run(w, job)
        assert (job.state, job.error_code) == ("failed", "forbidden")
        assert w.go().state == "succeeded"


def test_a_refused_batch_is_sent_one_by_one_and_only_the_culprit_suffers() -> None:
    with world(orders=4, batch=4) as w:
        w.vault.faults.add("status", method="PUT", status=400, body='{"error": "one of these is wrong"}')
        w.vault.faults.add("status", method="PUT", status=400, body='{"error": "this one"}', skip=1)
        job = w.go()
        assert job.counts == {"created": 3, "rejected": 1}
        assert "this one" in Problem.objects.get().message
        assert len(w.papers()) == 3


def test_found_twice_after_a_lost_answer_is_a_persons_decision() -> None:
    with world(orders=1, keyed=False) as w:
        w.vault.faults.add("drop_after", method="PUT")
        w.vault.faults.add("status", method="GET", path="/papers", skip=1, times=9)
        job = w.go()
        assert (job.state, job.counts) == ("waiting", {"unknown": 1})
        assert JobRecord.objects.get().outcome == "unknown"
        w.vault.faults.clear()
        w.vault.papers["X"] = {"id": "X", "ref": "N1", "name": "by hand"}
        job = _next_run(w, job)
        problem = Problem.objects.get()
        assert (problem.code, job.state) == ("two_candidates", "partial")
        assert "2 records" in problem.message
        mark = w.vault.ledger.mark()
        job = w.go()
        assert job.counts == {"unknown": 1}
        assert w.vault.ledger.writes(since=mark) == []
        assert Problem.objects.get().state == "open"


def test_a_bug_of_ours_fails_the_job_with_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    with world(orders=1) as w:
        monkeypatch.setattr("tests.toy.stages.Orders.map", lambda self, record, known: 1 / 0)
        job = w.go()
        assert (job.state, job.error_code) == ("failed", "internal")
        assert "ZeroDivisionError" in job.traceback
        w.row.refresh_from_db()
        assert w.row.lease_until is None


def test_calls_are_on_record_without_secrets() -> None:
    with world(orders=1) as w:
        job = w.go()
        calls = list(ApiCall.objects.filter(job=job).order_by("pk"))
        assert [(c.method, c.path, c.status) for c in calls] == [
            ("GET", "/orders", 200),
            ("GET", "/papers", 200),
            ("PUT", "/papers", 200),
        ]
        assert job.calls == {"Shop": 1, "Vault": 2}
        dump = repr([vars(call) for call in calls]) + repr(vars(job)) + repr(Grant.objects.all())
        assert "right" not in dump
        assert "token-" not in dump


def test_a_worker_that_slept_through_its_lease_changes_nothing() -> None:
    with world(orders=3) as w, time_machine.travel(timezone.now(), tick=True) as traveller:
        real = settle.settle
        slept: list[bool] = []

        def sleepy(*args: object) -> None:
            if not slept:
                slept.append(True)
                traveller.shift(1000)
                w.row.refresh_from_db()
                run(w.row.jobs.get().pk)  # another worker takes over and finishes
            real(*args)  # type: ignore[arg-type]

        with mock.patch.object(steps, "settle", sleepy):
            w.go()
        job = w.row.jobs.get()
        assert (job.state, job.counts) == ("succeeded", {"created": 3})
        assert len(w.papers()) == 3
        w.check_links()
        assert JobRecord.objects.filter(job=job, outcome="created").count() == 3
