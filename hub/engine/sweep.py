"""Records that are no longer where they came from: shown, never deleted at the other end by themselves."""

from __future__ import annotations

from django.db import transaction

from hub.models import LinkedEntity, RecordOutcome
from hub.stage import Record, SweepingReader

from . import ledger
from .context import Run


def sweep(run: Run) -> None:
    """After a complete read: say of every linked record that was not in it, and of every problem's record that cannot
    be read any more, that it is gone."""
    gone = _unseen_links(run) + _vanished_problems(run)
    if gone:
        _tell(run, gone)


def _unseen_links(run: Run) -> list[Record]:
    """Only a full read whose reader promises completeness tells. What earlier turns of a long run saw is on record."""
    if not (run.job.full and isinstance(run.reader, SweepingReader) and run.reader.sweeps):
        return []
    ids = run.known.linked_ids - run.seen
    if not run.whole:
        ids -= ledger.on_record(run.job)
    links = LinkedEntity.objects.filter(tenant_stage=run.row, source_id__in=ids).order_by("pk")
    return [Record(link.source_id, link.source_key, link.label, {}, url=link.source_url) for link in links]


def _vanished_problems(run: Run) -> list[Record]:
    if run.job.keys or run.job.source_ids:
        return []
    known = run.seen | run.known.linked_ids
    return [Record(source_id, "", source_id, {}) for source_id in ledger.retry_ids(run) if source_id not in known]


@transaction.atomic(durable=True)
def _tell(run: Run, records: list[Record]) -> None:
    run.lease.check()
    source, target = run.names
    message = f"It is no longer among what {source} shows this login; what it became in {target} is left as it is."
    rows = [ledger.row(run, record, RecordOutcome.SKIPPED, code=ledger.GONE, message=message) for record in records]
    ledger.save_rows(run, rows)
    if not run.job.is_preview:
        ledger.resolve_problems(run, [record.id for record in records])
