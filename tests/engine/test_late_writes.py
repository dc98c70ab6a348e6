"""A vendor without keys that is slower than we are patient: what it was not seen to do may still be done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from hub.engine.run import run
from hub.models import JobRecord, LinkedEntity, SyncJob, WriteBatch
from integrations.base.sandbox.kernel import Entry
from tests.engine.world import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def w() -> Iterator[World]:
    with world(orders=1, keyed=False, late=True) as one:
        yield one


def sent(w: World) -> list[Entry]:
    return w.vault.ledger.writes("/papers")


def on_time(job: SyncJob) -> SyncJob:
    """The beat finds the job when its pause is over, and not before."""
    job.refresh_from_db()
    assert job.not_before is not None
    with time_machine.travel(job.not_before + timedelta(seconds=1)):
        return run(job.pk)


def carry_out(w: World) -> None:
    """The vault does at last what it was asked first."""
    w.vault.papers["P99"] = {"id": "P99", "ref": "N1", "name": "order 1"}


@pytest.mark.parametrize("kind", ["drop", "html"])
def test_what_never_arrived_is_sent_once_more_when_enough_time_has_passed(w: World, kind: str) -> None:
    w.vault.faults.add(kind, method="PUT")
    job = w.go()
    assert (job.state, job.error_code, len(sent(w))) == ("waiting", "outcome_unknown", 1)
    assert job.error == (
        "Vault did not answer a write and does not show it yet, but may still carry it out. Nothing is sent again "
        "before it has been looked for once more."
    )
    assert job.not_before is not None
    assert 175 < (job.not_before - timezone.now()).total_seconds() <= 180
    assert JobRecord.objects.get(job=job).outcome == "unknown"
    job = on_time(job)
    assert (job.state, job.counts, len(sent(w))) == ("succeeded", {"created": 1}, 2)
    w.check_links()


def test_what_arrives_late_is_found_and_not_sent_again(w: World) -> None:
    w.vault.faults.add("drop", method="PUT")
    job = w.go()
    carry_out(w)
    job = on_time(job)
    assert (job.state, job.counts, len(sent(w))) == ("succeeded", {"created": 1}, 1)
    assert LinkedEntity.objects.get().target_id == "P99"
    w.check_links()


def test_a_look_before_the_time_changes_nothing(w: World) -> None:
    """Somebody presses the button meanwhile: the job that waits is joined, and waits on."""
    w.vault.faults.add("drop", method="PUT")
    job = w.go()
    SyncJob.objects.filter(pk=job.pk).update(not_before=timezone.now())
    again = run(job.pk)
    assert (again.state, len(sent(w))) == ("waiting", 1)
    carry_out(w)
    SyncJob.objects.filter(pk=job.pk).update(not_before=timezone.now())
    assert run(job.pk).counts == {"created": 1}
    assert w.papers() == {"N1": "order 1"}


def test_an_answer_that_came_is_no_silence(w: World) -> None:
    """A 500 says that the vault has ended its work, whatever came of it."""
    w.vault.faults.add("status", method="PUT", status=500)
    job = w.go()
    assert (job.state, job.counts, len(sent(w))) == ("succeeded", {"created": 1}, 2)


def test_an_answer_that_does_not_mention_the_record_is_waited_for_once(w: World) -> None:
    w.vault.faults.add("status", method="PUT", status=200, body="[]")
    job = w.go()
    assert (job.state, job.error_code, len(sent(w))) == ("waiting", "outcome_unknown", 1)
    assert on_time(job).counts == {"created": 1}
    assert len(sent(w)) == 2
    w.check_links()


def test_the_time_counts_from_when_the_silence_was_seen(w: World) -> None:
    """A worker died with the call: nobody knows when it left, only that it was before the lease ran out."""
    w.vault.faults.add("drop", method="PUT")
    w.go()
    long_ago = timezone.now() - timedelta(minutes=10)
    WriteBatch.objects.update(lost_at=None, state="stored", created_at=long_ago)
    SyncJob.objects.update(not_before=timezone.now())
    job = run(SyncJob.objects.get().pk)
    assert (job.state, len(sent(w))) == ("waiting", 1)
    assert on_time(job).counts == {"created": 1}


# Newer content than that of a write which was lost. These vaults take a paper once.


@pytest.fixture
def lost() -> Iterator[World]:
    """Order 1 was renamed twice, and the vault was not heard after the first time."""
    with world(orders=2, keyed=False) as one:
        one.go()
        one.shop.put("1", name="first change")
        one.vault.faults.add("drop", method="POST", times=2)
        job = one.go()
        assert job.is_open
        one.shop.put("1", name="second change")
        yield one


def due(job: SyncJob) -> SyncJob:
    SyncJob.objects.filter(pk=job.pk).update(not_before=timezone.now())
    return run(job.pk)


def test_what_is_newer_waits_until_the_older_cannot_come_any_more(lost: World) -> None:
    mark = lost.vault.ledger.mark()
    job = due(SyncJob.objects.get(state="waiting"))
    assert (job.state, job.error_code, lost.vault.ledger.writes(since=mark)) == ("waiting", "outcome_unknown", [])
    assert job.error == (
        "Vault did not answer an earlier write of this order and may still carry it out. What has changed since is "
        "sent when that is over."
    )
    assert job.not_before is not None
    assert 170 < (job.not_before - timezone.now()).total_seconds() <= 180
    lost.vault.papers[LinkedEntity.objects.get(source_id="1").target_id]["name"] = "first change"
    job = on_time(job)
    assert (job.state, lost.papers()["N1"]) == ("succeeded", "second change")
    lost.check_links()


def test_the_same_once_more_does_not_wait(lost: World) -> None:
    lost.shop.put("1", name="first change")
    assert due(SyncJob.objects.get(state="waiting")).state == "succeeded"
    assert lost.papers()["N1"] == "first change"


def test_other_records_that_changed_do_not_wait_for_it(lost: World) -> None:
    lost.shop.put("1", name="first change")
    lost.shop.put("2", name="second change")
    assert due(SyncJob.objects.get(state="waiting")).state == "succeeded"
    assert lost.papers() == {"N1": "first change", "N2": "second change"}


def test_a_worker_that_died_with_its_write_has_lost_it(lost: World) -> None:
    WriteBatch.objects.filter(lost_at__isnull=False).update(lost_at=None, state="stored")
    job = due(SyncJob.objects.get(state="waiting"))
    assert (job.state, job.error_code) == ("waiting", "outcome_unknown")
    assert on_time(job).state == "succeeded"
    assert lost.papers()["N1"] == "second change"


def test_a_record_that_was_found_has_nothing_to_come() -> None:
    with world(orders=1, keyed=False) as one:
        one.vault.faults.add("drop_after", method="PUT")
        assert one.go().counts == {"created": 1}
        one.shop.put("1", name="changed")
        assert one.go().counts == {"updated": 1}
        assert one.papers() == {"N1": "changed"}
