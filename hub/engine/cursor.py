"""How far a stage has read. The cursor is made of the source's own timestamps, never of our clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub.models import Gate, TenantStage
from hub.stage import Page
from integrations.base.broken import NAMELESS

from .context import Run

OVERLAP = timedelta(minutes=5)  # read again, for records that became visible late


def begin(run: Run) -> None:
    """What was passed over because of a setting, a value map or a project that was not linked may have to be sent when
    these have changed, though nobody has touched it since: then the cursor is given up, and everything is read."""
    if not _moves(run) or run.job.position or run.row.read_under == run.known.circumstances:
        return
    run.row.read_under, run.row.cursor = run.known.circumstances, None
    mine = TenantStage.objects.filter(pk=run.row.pk, fence=run.lease.fence)
    mine.update(read_under=run.row.read_under, cursor=None)


def _moves(run: Run) -> bool:
    """Whether the run reads everything, or all that has changed, and sends it."""
    return run.job.gate == Gate.AUTO and not run.job.keys and not run.job.source_ids


def since(run: Run) -> datetime | None:
    """Where reading begins. None reads everything: a full run, a first run, any run that does not move the cursor."""
    if run.job.full or run.row.cursor is None or run.job.gate != Gate.AUTO:
        return None
    return run.row.cursor - OVERLAP


def resumes_after(run: Run) -> str:
    """The position of an earlier turn to go on after. Where pages are ordered the cursor has moved with them, so that
    an incremental run goes on by `since` alone."""
    return "" if run.reader.ordered and since(run) is not None else run.job.position


def source_clock(run: Run) -> datetime | None:
    """The source's clock when the job began to read: records of the first pages may have changed since then."""
    return run.job.source_clock or run.source.first_date


class Mark:
    """The newest source timestamp in fully stored pages, capped by the source's clock when the job began."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._newest: datetime | None = None
        self._moves = _moves(run)

    def page_stored(self, page: Page) -> None:
        """Ordered pages move the cursor one by one; others only when all of them are stored."""
        if any(record.id.startswith(NAMELESS) for record in page.records):
            self._moves = False  # it cannot be asked for by its id, so the whole is read again
        times = [record.changed_at for record in page.records if record.changed_at is not None]
        if times:
            self._newest = max([*times, *([self._newest] if self._newest else [])])
        if self._run.reader.ordered:
            self.all_stored()

    def all_stored(self) -> None:
        if not self._moves or self._newest is None:
            return
        began = source_clock(self._run)
        newest = min(self._newest, began) if began else self._newest
        current = self._run.row.cursor
        if current is None or newest > current:
            TenantStage.objects.filter(pk=self._run.row.pk, fence=self._run.lease.fence).update(cursor=newest)
            self._run.row.cursor = newest
