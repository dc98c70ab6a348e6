"""From an answer to what is stored: in one step, or in two where a record needs a second request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from hub.abilities import RefusalReader, TwoStepWriter
from hub.models import BatchState, JobRecord, WriteBatch
from hub.stage import Change, Fate, Outcome
from integrations.base.client import Reply, Request
from integrations.base.errors import BadReply, Missing, OutcomeUnknown, Rejected, VendorError

from .context import Run
from .settle import changes_of, mark_unknown, settle

Rows = dict[str, JobRecord]


def read_outcomes(run: Run, changes: Sequence[Change], reply: Reply) -> list[Outcome]:
    """Exactly one outcome per change. What the answer does not account for is unknown, and so is everything when the
    answer cannot be read: the write has happened, only its answer is no use."""
    try:
        return complete(changes, run.writer.outcomes(changes, reply))
    except BadReply:
        return complete(changes, ())


def complete(changes: Sequence[Change], outcomes: Iterable[Outcome]) -> list[Outcome]:
    told = {outcome.source_id: outcome for outcome in outcomes}
    return [told.get(change.source_id) or Outcome(change.source_id, Fate.UNKNOWN) for change in changes]


def refusal(run: Run, change: Change, error: VendorError, *, alone: bool = True) -> Outcome:
    """What it means that a whole request was refused. Of a change that was `alone` in it, the writer may know more."""
    if alone and isinstance(run.writer, RefusalReader):
        told = run.writer.refused(change, error)
        if told is not None:
            return told
    code = "twin_deleted" if isinstance(error, Missing) and change.target_id else ""
    return Outcome(change.source_id, Fate.REJECTED, messages=error.messages, code=code)


def conclude(run: Run, batch: WriteBatch, outcomes: Sequence[Outcome], rows: Rows | None = None) -> None:
    """Settle the batch by these outcomes; where the writer works in two steps, go on with what is done."""
    done = [outcome for outcome in outcomes if outcome.fate == Fate.DONE]
    if done and isinstance(run.writer, TwoStepWriter):
        changes = _with_targets(changes_of(batch), done)
        request = run.writer.second(changes, done)
        if request is not None:
            second = _go_on(run, batch, request, done)
            outcomes = [outcome for outcome in outcomes if outcome.fate != Fate.DONE]
            if outcomes:
                settle(run, batch, outcomes, rows)
            finish_second(run, second, rows)
            return
    settle(run, batch, outcomes, rows)


def _with_targets(changes: Sequence[Change], done: Sequence[Outcome]) -> list[Change]:
    by_id = {change.source_id: change for change in changes}
    return [_aimed(by_id[outcome.source_id], outcome.target_id) for outcome in done]


def _aimed(change: Change, target_id: str) -> Change:
    return Change(change.source_id, change.action, change.body, change.reference, target_id, change.sent)


@transaction.atomic(durable=True)
def _go_on(run: Run, batch: WriteBatch, request: Request, done: Sequence[Outcome]) -> WriteBatch:
    """Store the second request and what the first one made, in place of the part of the first that is done."""
    run.lease.check()
    targets = {outcome.source_id: outcome.target_id for outcome in done}
    mine = [{**m, "target_id": targets[m["source_id"]]} for m in batch.members if m["source_id"] in targets]
    rest = [m for m in batch.members if m["source_id"] not in targets]
    batch.members = rest or batch.members
    if not rest:
        batch.state, batch.settled_at = BatchState.SETTLED, timezone.now()
    batch.save(update_fields=["members", "state", "settled_at"])
    return WriteBatch.objects.create(
        tenant_stage=run.row,
        job_id=batch.job_id,
        fence=run.lease.fence,
        key=f"{batch.key}-2",
        method=request.method,
        path=request.path,
        params=dict(request.params),
        body=request.body,
        content_type=request.content_type,
        members=mine,
        step=2,
        created_at=timezone.now(),
    )


def finish_second(run: Run, batch: WriteBatch, rows: Rows | None = None) -> None:
    """Send the stored second request, again if need be: it is repeatable. Raises what a client raises."""
    writer = run.writer
    if not isinstance(writer, TwoStepWriter):
        raise TypeError(f"{type(writer).__name__} has no second step")
    changes = changes_of(batch)
    try:
        reply = run.target.send(Request(batch.method, batch.path, batch.params, batch.body, batch.content_type))
        outcomes = complete(changes, writer.second_outcomes(changes, reply))
    except OutcomeUnknown as error:
        mark_unknown(run, batch, answered_5xx=error.answered_5xx)
        raise
    except BadReply as error:
        raise OutcomeUnknown(error.message, status=error.status) from error
    except (Rejected, Missing) as error:
        outcomes = [refusal(run, change, error, alone=len(changes) == 1) for change in changes]
    settle(run, batch, outcomes, {c.source_id: rows[c.source_id] for c in changes} if rows else None)
