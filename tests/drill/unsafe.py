"""The design's safety, switched off one at a time in the drill's own workers. The product has no such switch.

Before it creates anything, a run looks whether it is there already. That look catches most of what a missing safety
lets through, so with one switched off the drill aims at what the safety is for: the moment after that look.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import F

from hub.engine import claim, recover, send, settle, steps
from hub.models import BatchState, LinkedEntity, TenantStage, WriteBatch
from hub.stage import Change
from integrations.base.errors import Unavailable
from integrations.base.sandbox.kernel import Fault

from .faults import FREEZE, FROZEN, Drawn, Timing
from .scenario import Twice


def switch_off(name: str) -> None:
    """ "" for none. Raises KeyError for a name that is not among SWITCHES."""
    if name:
        SWITCHES[name]()


def _without_intents() -> None:
    """Nothing is stored before a call: a worker that dies with it takes all knowledge of it along."""

    def store_nothing(batch: Sequence[Change], by_id: Any, run: Any, wanted: Any, attempt: int) -> WriteBatch:
        stored = kept(batch, by_id, run, wanted, attempt)
        WriteBatch.objects.filter(pk=stored.pk).update(state=BatchState.SETTLED)
        ids = [change.source_id for change in batch if not change.target_id]
        LinkedEntity.objects.filter(tenant_stage=run.row, source_id__in=ids, target_id="").delete()
        return stored

    def forget(run: Any, batch: WriteBatch) -> list[Change]:
        WriteBatch.objects.filter(pk=batch.pk).update(state=BatchState.SETTLED)
        ids = [member["source_id"] for member in batch.members if not member["linked"]]
        LinkedEntity.objects.filter(tenant_stage=run.row, source_id__in=ids, target_id="").delete()
        raise Unavailable("The answer was lost.")

    kept = send.store_intent
    send.store_intent = store_nothing
    setattr(send, "recover_batch", forget)  # noqa: B010  imported there by name


def _without_lookup() -> None:
    """What came of a lost answer is not asked: it is sent again under a new key, as if it had never arrived."""

    def again(run: Any, batch: WriteBatch) -> list[Change]:
        if batch.step == 2:
            steps.finish_second(run, batch)
            return []
        changes = settle.changes_of(batch)
        settle.undo(run, batch)
        return changes

    recover.recover_batch = again
    setattr(send, "recover_batch", again)  # noqa: B010  imported there by name


def _without_fence() -> None:
    """A worker that has slept through the end of its lease does not notice, and goes on beside the next one."""

    def pretend(self: claim.Lease) -> None:
        TenantStage.objects.filter(pk=self.row_id).update(fence=F("fence"))

    claim.Lease.beat = pretend  # type: ignore[method-assign]
    claim.Lease.check = pretend  # type: ignore[method-assign]


def _without_waiting() -> None:
    """What is not there at the first look is sent again at once, though it may still be carried out."""
    setattr(recover, "wait_for_late", lambda run, batch: None)  # noqa: B010


SWITCHES: dict[str, Callable[[], None]] = {
    "waiting": _without_waiting,
    "intents": _without_intents,
    "lookup": _without_lookup,
    "fence": _without_fence,
}


def aimed(name: str, twice: Twice, timing: Timing) -> Drawn:
    """What the safety of this name keeps from doubling a document.

    intents: the call is carried out only after the next run has looked, and nobody knows that it is under way.
    waiting: the same, and everybody knows; only a vendor without keys then does it twice.
    lookup: it was carried out, and its answer is lost.
    fence: the worker is frozen between looking and sending, until another one has taken over and sent.
    """
    late = ("carried out later than the call's time", Fault("delay", **twice.make, seconds=1.4 * timing.lease))
    found = {
        "intents": late,
        "waiting": late,
        "lookup": ("reply lost after it was carried out", Fault("drop_after", **twice.make)),
        "fence": (FROZEN, Fault(FREEZE, **twice.look, seconds=4.0 * timing.lease)),
    }
    what, fault = found[name]
    return Drawn(what, twice.vendor, twice.round, fault, harm=FREEZE if fault.kind == FREEZE else "")
