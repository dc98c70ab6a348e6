"""Vendors may be slower than we are patient: what was not seen to be done may still be done, after something newer.

Where a key goes with every write, the vendor does it once whatever comes later. Elsewhere time must pass first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from hub.abilities import LateWriter
from hub.models import BatchState, WriteBatch
from hub.stage import Change
from integrations.base.errors import OutcomeUnknown

from .context import Run
from .hashing import body_hash
from .settle import mark_unknown

LATE_MINUTES = 3.0  # longer than any server should be busy with one request


class MayComeLate(OutcomeUnknown):
    """A write that is not there yet and may still be carried out. `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def note_silence(run: Run, batch: WriteBatch) -> None:
    """Whoever sent this died with it, at the longest a lease ago: from now on it counts as not answered."""
    if batch.state == BatchState.STORED and not run.writer.keyed:
        mark_unknown(run, batch, answered_5xx=batch.answered_5xx)


def wait_for_late(run: Run, batch: WriteBatch) -> None:
    """A new record is looked for, not found, and made a moment later. A vendor that takes it twice must not be sent it
    again before. Raises MayComeLate."""
    if not isinstance(run.writer, LateWriter) or batch.answered_5xx:
        return
    if batch.lost_at is None:
        mark_unknown(run, batch, answered_5xx=False)  # an answer came that did not tell
    left = _left(run, batch.lost_at or timezone.now())
    if left > 0:
        raise MayComeLate(
            f"{run.names[1]} did not answer a write and does not show it yet, but may still carry it out. Nothing is "
            "sent again before it has been looked for once more.",
            left,
        )


def wait_for_older(run: Run, batch: Sequence[Change]) -> None:
    """A record that has changed since its last write was lost: done late, the older content would replace the newer.
    The same once more does no harm. Raises MayComeLate."""
    if run.writer.keyed:
        return
    if run.lost is None:
        run.lost = list(_lost(run))
    bodies = {change.source_id: body_hash(change.body) for change in batch}
    older = [lost_at for source, sent, lost_at in run.lost if bodies.get(source, sent) != sent]
    left = max((_left(run, lost_at) for lost_at in older), default=0.0)
    if left > 0:
        raise MayComeLate(
            f"{run.names[1]} did not answer an earlier write of this {run.stage.noun} and may still carry it out. What "
            "has changed since is sent when that is over.",
            left,
        )


def _lost(run: Run) -> Iterator[tuple[str, str, datetime]]:
    """(source id, hash of the body, when it was lost) of writes that were met with silence a short while ago."""
    recent = WriteBatch.objects.filter(tenant_stage=run.row, lost_at__gt=timezone.now() - _lateness(run))
    for batch in recent.exclude(answered_5xx=True):
        for member in batch.members:
            yield member["source_id"], member["hash"], batch.lost_at or batch.created_at


def _lateness(run: Run) -> timedelta:
    return timedelta(minutes=run.writer.late_minutes if isinstance(run.writer, LateWriter) else LATE_MINUTES)


def _left(run: Run, lost_at: datetime) -> float:
    """Seconds until a write that was lost then cannot be carried out any more."""
    return (lost_at + _lateness(run) - timezone.now()).total_seconds()
