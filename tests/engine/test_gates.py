"""Preview, approve, auto: how far a run goes by itself, and that only what was approved is sent."""

from __future__ import annotations

import pytest

from hub.engine.run import run
from hub.engine.start import CannotStart, approve, cancel, decline, start
from hub.models import Gate, JobRecord, SyncJob, TenantStage, Trigger
from tests.engine.world import World, world

pytestmark = pytest.mark.django_db


def _gate(w: World, gate: Gate) -> None:
    TenantStage.objects.filter(pk=w.row.pk).update(gate=gate)


def test_approve_waits_for_a_person_and_sends_what_was_approved() -> None:
    with world(orders=3) as w:
        _gate(w, Gate.APPROVE)
        plan = w.go()
        assert (plan.state, plan.counts) == ("succeeded", {"created": 3})
        assert w.vault.ledger.writes() == []
        sent = run(approve(plan, ["1", "3"], None).job.pk)
        assert (sent.state, sent.counts) == ("succeeded", {"created": 2})
        assert set(w.papers()) == {"N1", "N3"}
        assert JobRecord.objects.get(job=plan, source_id="2").state == "waiting"


def test_what_changed_since_its_approval_waits_again() -> None:
    with world(orders=2) as w:
        _gate(w, Gate.APPROVE)
        plan = w.go()
        w.shop.put("1", name="changed in the meantime")
        sent = run(approve(plan, ["1", "2"], None).job.pk)
        assert set(w.papers()) == {"N2"}
        held = JobRecord.objects.get(job=sent, source_id="1")
        assert (held.state, held.code) == ("waiting", "changed_since_approval")
        assert held.diff == [["name", None, "changed in the meantime"], ["ref", None, "N1"]]
        run(approve(sent, ["1"], None).job.pk)
        assert w.papers() == {"N1": "changed in the meantime", "N2": "order 2"}


def test_a_later_plan_takes_the_place_of_an_earlier_one() -> None:
    with world(orders=1) as w:
        _gate(w, Gate.APPROVE)
        first = w.go()
        second = w.go()
        assert JobRecord.objects.get(job=first).state == "superseded"
        assert JobRecord.objects.get(job=second).state == "waiting"
        with pytest.raises(CannotStart, match="waits for approval"):
            approve(first, ["1"], None)


def test_declined_records_are_shown_by_the_next_plan() -> None:
    with world(orders=1) as w:
        _gate(w, Gate.APPROVE)
        assert decline(w.go(), ["1"], None) == 1
        assert JobRecord.objects.get(job=w.go()).state == "waiting"
        assert w.papers() == {}


def test_a_preview_gate_never_writes() -> None:
    with world(orders=1) as w:
        _gate(w, Gate.PREVIEW)
        assert w.go().counts == {"created": 1}
        assert w.vault.ledger.writes() == []


def test_a_person_can_stop_a_job() -> None:
    with world(orders=5, batch=1) as w:
        job = start(w.row, trigger=Trigger.SHELL).job
        SyncJob.objects.filter(pk=job.pk).update(cancel_requested=True)
        job = run(job.pk)
        assert (job.state, job.error) == ("cancelled", "A person stopped the run.")
        assert w.papers() == {}
        waiting = start(w.row, trigger=Trigger.SHELL).job
        cancel(waiting)
        assert run(waiting.pk).state == "cancelled"
        assert w.go().counts == {"created": 5}


def test_switched_off_stages_do_not_start() -> None:
    with world() as w:
        w.row.enabled = False
        with pytest.raises(CannotStart, match="switched off"):
            start(w.row, trigger=Trigger.SHELL)
        w.row.enabled, w.row.tenant.enabled = True, False
        with pytest.raises(CannotStart, match="Toy is switched off"):
            start(w.row, trigger=Trigger.SHELL)
        w.row.tenant.enabled = True
        with pytest.raises(CannotStart, match="needs exactly: Order #"):
            start(w.row, trigger=Trigger.SHELL, keys=["a", "b"])
