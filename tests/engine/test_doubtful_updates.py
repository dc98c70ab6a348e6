"""An update whose answer was lost may have been carried out: the target holds the one or the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from hub.engine.run import run
from hub.models import JobRecord, LinkedEntity, SyncJob
from tests.engine.world import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[True, False], ids=["keyed", "without keys"])
def w(request: pytest.FixtureRequest) -> Iterator[World]:
    with world(orders=2, keyed=request.param) as one:
        one.go()
        one.shop.put("1", name="another name")
        yield one


def lost(w: World, kind: str, times: int = 2, **options: object) -> SyncJob:
    """A run whose updates are not answered."""
    w.vault.faults.add(kind, method="POST", path="/papers/", times=times, **options)
    job = w.go()
    assert job.is_open
    assert w.papers()["N1"] == ("another name" if kind.endswith("after") else "order 1")
    return job


def go_on(job: SyncJob) -> SyncJob:
    SyncJob.objects.filter(pk=job.pk).update(not_before=timezone.now() - timedelta(seconds=1))
    return run(job.pk)


@pytest.mark.parametrize("kind", ["status_after", "status"])
def test_what_was_taken_back_in_the_source_is_taken_back_in_the_target(w: World, kind: str) -> None:
    job = lost(w, kind, status=503)
    w.shop.put("1")
    job = go_on(job)
    assert (job.state, w.papers()["N1"]) == ("succeeded", "order 1")
    row = JobRecord.objects.get(job=job, source_id="1")
    assert (row.outcome, row.diff) == ("updated", [])
    assert row.message == "Whether an earlier change arrived is not known, so it is sent as it is now."
    w.check_links()
    mark = w.vault.ledger.mark()
    assert w.go(full=True).counts == {"unchanged": 2}
    assert w.vault.ledger.writes(since=mark) == []


@pytest.mark.parametrize("kind", ["status_after", "status"])
def test_what_has_changed_again_is_sent_as_it_is_now(w: World, kind: str) -> None:
    job = lost(w, kind, status=503)
    w.shop.put("1", name="third name")
    job = go_on(job)
    assert (job.state, w.papers()["N1"]) == ("succeeded", "third name")
    assert JobRecord.objects.get(job=job, source_id="1").diff == [["name", "order 1", "third name"]]
    w.check_links()


def test_the_doubt_stays_while_the_next_one_is_refused(w: World) -> None:
    job = lost(w, "status_after", status=503)
    w.shop.put("1", name="bad name")
    job = go_on(job)
    assert (job.state, w.outcomes(job)["1"], w.papers()["N1"]) == ("partial", "rejected", "another name")
    w.shop.put("1")
    assert w.go().counts["updated"] == 1
    assert w.papers()["N1"] == "order 1"
    w.check_links()


def test_a_refusal_right_after_a_lost_answer_settles_nothing(w: World) -> None:
    """The first try was carried out; before the second one the paper was locked."""
    w.vault.faults.add("status_after", method="POST", path="/papers/", status=503)
    w.vault.faults.add("status", method="POST", path="/papers/", status=400, skip=0)
    job = w.go()
    assert (job.state, w.outcomes(job)["1"], w.papers()["N1"]) == ("partial", "rejected", "another name")
    w.shop.put("1")
    assert w.go().counts["updated"] == 1
    assert w.papers()["N1"] == "order 1"


def test_what_surely_was_not_sent_leaves_no_doubt(w: World) -> None:
    """The login was refused before anything was carried out."""
    w.vault.faults.add("throttle", method="POST", path="/papers/", headers={"Retry-After": "7200"})
    assert w.go().is_open
    link = LinkedEntity.objects.get(source_id="1")
    assert (link.sent, bool(link.sent_hash)) == ({"name": "order 1", "ref": "N1"}, True)
