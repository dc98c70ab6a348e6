"""Two tenants that feed one account take turns at a stage, whatever the number of workers."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from hub import tasks
from hub.engine import turns
from hub.engine.claim import claim
from hub.engine.run import run
from hub.engine.start import start
from hub.models import JobState, SyncJob, Tenant, TenantStage, Trigger
from tests.engine.world import make_tenant, world

pytestmark = pytest.mark.django_db


def _second_tenant(first: Tenant, *, same_target: bool) -> TenantStage:
    other = make_tenant(first.customer, "second")
    if same_target:
        Tenant.objects.filter(pk=other.pk).update(target=first.target)
    return other.stages.get()


def test_the_same_target_is_written_by_one_at_a_time() -> None:
    with world(orders=2) as w:
        rival = _second_tenant(w.row.tenant, same_target=True)
        lease = claim(start(w.row, trigger=Trigger.SHELL).job)
        assert lease is not None
        waiting = start(rival, trigger=Trigger.SHELL).job
        assert run(waiting.pk).state == "queued"
        assert claim(start(rival, trigger=Trigger.SHELL, preview=True).job) is not None, "a preview writes nothing"
        lease.release()
        TenantStage.objects.filter(pk=rival.pk).update(lease_until=None, lease_owner="")
        assert run(waiting.pk).state == "succeeded"
        assert w.go().counts == {"matched": 2}
        assert len(w.papers()) == 2


def test_the_rival_whose_message_went_to_the_other_is_asked_when_that_one_ends() -> None:
    with world(orders=1) as w:
        rival = _second_tenant(w.row.tenant, same_target=True)
        first, waiting = (start(row, trigger=Trigger.SCHEDULE).job for row in (w.row, rival))
        SyncJob.objects.update(dispatched_at=timezone.now())  # two messages
        create = w.vault.create

        def meanwhile(*given: Any) -> Any:
            tasks.run_job(first.pk)  # another worker gets its message: there is nothing that it could begin
            return create(*given)

        with mock.patch.object(w.vault, "create", meanwhile), mock.patch("hub.tasks.dispatch") as dispatch:
            tasks.run_job(waiting.pk)
        assert SyncJob.objects.get(pk=first.pk).state == JobState.SUCCEEDED
        assert [call.args[0].pk for call in dispatch.call_args_list] == [waiting.pk]
        assert [one.job_id for one in turns.line(turns.Load.now())] == [waiting.pk]


def test_one_account_reached_through_two_logins_is_written_by_one_at_a_time() -> None:
    with world() as w:
        rival = _second_tenant(w.row.tenant, same_target=False)
        ours, theirs = w.row.tenant.target, rival.tenant.target
        assert ours.grant_id != theirs.grant_id
        theirs.account_id = ours.account_id
        theirs.save()
        lease = claim(start(w.row, trigger=Trigger.SHELL).job)
        assert lease is not None
        assert claim(start(rival, trigger=Trigger.SHELL).job) is None


def test_different_targets_do_not_wait_for_each_other() -> None:
    with world() as w:
        other = _second_tenant(w.row.tenant, same_target=False)
        assert claim(start(w.row, trigger=Trigger.SHELL).job) is not None
        assert claim(start(other, trigger=Trigger.SHELL).job) is not None
