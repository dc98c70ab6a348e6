"""How far a stage has read. The cursor is made of the source's own timestamps, never of our clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub.models import Gate, TenantStage
from hub.stage import Page
from integrations.base.broken import NAMELESS

from .context import Run

OVERLAP = timedelta(minutes=5)  # read again, for records that became visible late


def since(run: Run) -> datetime | None:
    """Where reading begins. None reads everything: a full run, a first run, any run that does not move the cursor."""
    if run.job.full or run.row.cursor is None or run.job.gate != Gate.AUTO:
        return None
    return run.row.cursor - OVERLAP


class Mark:
    """The newest source timestamp in fully stored pages, capped by the source's clock when the run began."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._newest: datetime | None = None
        self._moves = run.job.gate == Gate.AUTO and not run.job.keys and not run.job.source_ids

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
        began = self._run.source.first_date
        newest = min(self._newest, began) if began else self._newest
        current = self._run.row.cursor
        if current is None or newest > current:
            TenantStage.objects.filter(pk=self._run.row.pk, fence=self._run.lease.fence).update(cursor=newest)
            self._run.row.cursor = newest
