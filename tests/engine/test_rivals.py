"""Two tenants that feed one account take turns at a stage, whatever the number of workers."""

from __future__ import annotations

import pytest

from hub.engine.claim import claim
from hub.engine.run import run
from hub.engine.start import start
from hub.models import Tenant, TenantStage, Trigger
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


def test_different_targets_do_not_wait_for_each_other() -> None:
    with world() as w:
        other = _second_tenant(w.row.tenant, same_target=False)
        assert claim(start(w.row, trigger=Trigger.SHELL).job) is not None
        assert claim(start(other, trigger=Trigger.SHELL).job) is not None
