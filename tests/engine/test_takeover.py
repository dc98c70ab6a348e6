"""Workers that sleep, die or lose the database at bad moments: whoever comes next finds everything in order."""

from __future__ import annotations

import time
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError
from django.utils import timezone

from hub.connect import client_for
from hub.engine import policy, send
from hub.engine.run import run
from hub.engine.start import start
from hub.models import BatchState, JobState, SyncJob, TenantStage, Trigger
from integrations.base.client import Request
from tests.engine.world import World

pytestmark = pytest.mark.django_db


def test_a_worker_that_slept_between_storing_and_sending_does_not_send(toy: World) -> None:
    """Another one has taken the stage meanwhile, and may have found out already that nothing had arrived."""
    kept = send.store_intent

    def store_and_sleep(*args: Any) -> Any:
        stored = kept(*args)
        TenantStage.objects.filter(pk=toy.row.pk).update(lease_owner="somebody else", fence=99)
        return stored

    job = start(toy.row, trigger=Trigger.SHELL).job
    with mock.patch.object(send, "store_intent", store_and_sleep):
        run(job.pk)
    assert toy.vault.ledger.writes() == []
    assert SyncJob.objects.get(pk=job.pk).state == JobState.RUNNING
    assert toy.row.batches.get().state == BatchState.STORED
    TenantStage.objects.filter(pk=toy.row.pk).update(lease_until=timezone.now())
    assert run(job.pk).counts == {"created": 3}
    assert len(toy.papers()) == 3


def test_an_ended_job_delivered_once_more_does_not_touch_the_lease(toy: World) -> None:
    job = toy.go()
    toy.row.refresh_from_db()
    fence = toy.row.fence
    assert run(job.pk).state == JobState.SUCCEEDED
    toy.row.refresh_from_db()
    assert (toy.row.fence, toy.row.lease_until) == (fence, None)


def test_a_job_that_loses_the_database_goes_on_by_itself(toy: World) -> None:
    job = start(toy.row, trigger=Trigger.SHELL).job
    gone = OperationalError("database is locked")
    with mock.patch("hub.engine.run.plan", side_effect=gone), mock.patch("hub.engine.policy.connection"):
        parked = run(job.pk)
    assert (parked.state, parked.error_code) == (JobState.WAITING, "database")
    assert parked.error_fix == policy.AGAIN
    toy.row.refresh_from_db()
    assert toy.row.lease_until is None
    assert run(job.pk).counts == {"created": 3}


def test_a_worker_that_dies_at_the_end_of_a_job_leaves_it_whole(toy: World) -> None:
    """The job's end and the end of its lease are stored together."""

    class Killed(BaseException):
        pass

    job = start(toy.row, trigger=Trigger.SHELL).job
    with mock.patch("hub.engine.run.ledger.needs_people", side_effect=Killed), pytest.raises(Killed):
        run(job.pk)
    toy.row.refresh_from_db()
    assert SyncJob.objects.get(pk=job.pk).state == JobState.RUNNING
    assert toy.row.lease_until is not None
    TenantStage.objects.filter(pk=toy.row.pk).update(lease_until=timezone.now())
    assert run(job.pk).counts == {"created": 3}


def test_a_client_that_waits_in_short_naps_keeps_its_lease(toy: World, settings: Any) -> None:
    """Many short waits are as long as one long one; a look at the lease comes every twelfth of it."""
    beats: list[int] = []
    settings.HUB_LEASE_SECONDS = 12.0
    client = client_for(toy.row.tenant.target, beat=lambda: beats.append(1))
    with mock.patch("hub.connect.time.sleep"):
        for _ in range(20):
            client.wiring.sleep(0.25)
        assert len(beats) == 5
        client.wiring.sleep(3.0)
    assert len(beats) == 8


def test_a_client_that_reads_for_long_keeps_its_lease(toy: World, settings: Any) -> None:
    beats: list[int] = []
    settings.HUB_LEASE_SECONDS = 12.0
    client = client_for(toy.row.tenant.source, beat=lambda: beats.append(1))
    client.wiring.before_call(Request("GET", "/orders"))
    assert beats == []
    client.wiring.before_call(Request("PUT", "/papers"))
    assert beats == [1]
    with mock.patch("hub.connect.time.monotonic", return_value=time.monotonic() + 1.5):
        client.wiring.before_call(Request("GET", "/orders"))
    assert beats == [1, 1]
