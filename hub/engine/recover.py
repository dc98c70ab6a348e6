"""Finding out what became of writes whose answer never came.

A key that is still alive: the stored bytes once more under the same key; the vendor answers what it answered before,
or carries them out for the first time. Otherwise: look every member up by its reference. What is not there is sent
again, at a vendor without keys only when a late execution need not be feared any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from hub.abilities import doubted
from hub.models import BatchState, WriteBatch
from hub.stage import Action, Change, Fate, Outcome
from integrations.base.client import Request
from integrations.base.errors import Missing, OutcomeUnknown, Rejected

from .context import Run
from .late import MayComeLate, note_silence, wait_for_late
from .settle import changes_of, mark_unknown, undo
from .steps import conclude, finish_second, read_outcomes


def recover(run: Run) -> None:
    """Settle every open batch of this stage. What turns out never to have arrived is planned again by the run. Raises
    MayComeLate when some may still arrive, once the others are settled."""
    late: MayComeLate | None = None
    for batch in WriteBatch.objects.filter(tenant_stage=run.row).exclude(state=BatchState.SETTLED).order_by("pk"):
        run.lease.beat()
        note_silence(run, batch)
        try:
            recover_batch(run, batch)
        except MayComeLate as error:
            late = error
    if late is not None:
        raise late


def recover_batch(run: Run, batch: WriteBatch) -> list[Change]:
    """Settle one batch; gives back the changes that are certainly not in the target. Raises what a client raises."""
    if batch.step == 2:
        finish_second(run, batch)
        return []
    if _key_alive(run, batch) and _replayed(run, batch):
        return []
    return _looked_up(run, batch)


def _key_alive(run: Run, batch: WriteBatch) -> bool:
    """A 5xx is stored under the key too, so replaying it would only repeat it; and a batch whose members are partly
    settled is no longer the request that was sent."""
    if not run.writer.keyed or batch.answered_5xx:
        return False
    return timezone.now() - batch.created_at < timedelta(minutes=run.writer.key_minutes)


def _replayed(run: Run, batch: WriteBatch) -> bool:
    """Send the stored bytes again under their key. False when that settled nothing."""
    request = Request(batch.method, batch.path, batch.params, batch.body, batch.content_type)
    changes = changes_of(batch)
    try:
        reply = run.target.send(request, key=batch.key)
    except OutcomeUnknown as error:
        mark_unknown(run, batch, answered_5xx=error.answered_5xx)
        if error.answered_5xx:
            return False
        raise
    except (Rejected, Missing):
        return False  # the look-up tells what, if anything, was done
    conclude(run, batch, read_outcomes(run, changes, reply))
    return batch.state == BatchState.SETTLED


def _looked_up(run: Run, batch: WriteBatch) -> list[Change]:
    changes = changes_of(batch)
    creates = [change for change in changes if change.action == Action.CREATE]
    updates = [change for change in changes if change.action == Action.UPDATE]
    found = _find(run, creates) if creates else {}
    absent = [change for change in creates if not found.get(change.source_id)]
    settled = [_found(change, found[change.source_id]) for change in creates if found.get(change.source_id)]
    again = [*absent, *updates]  # an update that is repeated changes nothing twice
    if settled:
        batch.lost_at = batch.lost_at if again else None  # all of it was carried out, and nothing comes late
        _settle_part(run, batch, settled)
    if absent:
        wait_for_late(run, batch)
    if again:
        undo(run, batch, [change.source_id for change in again])
    return [*absent, *(replace(change, sent=doubted(change.sent, change.body)) for change in updates)]


def _find(run: Run, creates: Sequence[Change]) -> dict[str, list[str]]:
    """Target ids by reference, without those that belong to another record: where references are names, two records
    may come to the same one, and the second must be refused rather than tied to what the first has made."""
    told, found, taken = run.writer.find(creates), {}, set[str]()
    for change in creates:
        owners = {target: run.known.owner(target) for target in told.get(change.source_id, ())}
        ids = [
            t for t, owner in owners.items() if t not in taken and (not owner or owner.source_id == change.source_id)
        ]
        taken.update(ids)
        found[change.source_id] = ids
    return found


def _found(change: Change, ids: Sequence[str]) -> Outcome:
    if len(ids) == 1:
        return Outcome(change.source_id, Fate.DONE, target_id=ids[0])
    return Outcome(change.source_id, Fate.REJECTED, messages=tuple(ids), code="two_candidates")


def _settle_part(run: Run, batch: WriteBatch, outcomes: Sequence[Outcome]) -> None:
    """Settle the members that were found and leave the rest of the batch as it is."""
    told = {outcome.source_id for outcome in outcomes}
    rest = [Outcome(m["source_id"], Fate.UNKNOWN) for m in batch.members if m["source_id"] not in told]
    conclude(run, batch, [*outcomes, *rest])
