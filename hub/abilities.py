"""What a stage, or its writer, may be able to do besides writing in one step what is at hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Protocol, runtime_checkable

from integrations.base.client import ApiClient, Reply, Request
from integrations.base.errors import VendorError

from .stage import Change, Outcome, Record, Writer


@runtime_checkable
class SourceCarrier(Protocol):
    """A stage whose requests carry what only the source has, such as files. `request` of its writer reads it there,
    and raises Rejected or Missing for a record that lacks it."""

    def writer_between(self, source: ApiClient, target: ApiClient, settings: Any) -> Writer:
        """The writer of a run, in place of `Stage.writer`."""


# In what was sent last (`LinkView.sent`, `Change.sent`): the second request of a later write was refused, so the target
# may hold a part of what was in that write.
UNFINISHED = "unfinished"


@runtime_checkable
class PageSurveyor(Writer, Protocol):
    """A writer that reads no more of the target than the records at hand need; used instead of `survey`."""

    def survey_page(self, records: Sequence[Record], unlinked: Collection[str]) -> Any:
        """What `map` must know for these records. `unlinked` are the ids of those that may need matching."""


@runtime_checkable
class RefusalReader(Writer, Protocol):
    """A writer that knows what a refusal means: that what should be removed is gone already is success."""

    def refused(self, change: Change, error: VendorError) -> Outcome | None:
        """What became of the only change of a request that was refused or found nothing; None: it was refused."""


@runtime_checkable
class LateWriter(Writer, Protocol):
    """A writer whose vendor knows no idempotency keys and takes a record twice: what was not answered may still be
    carried out, after somebody has looked and not found it. Such a record is not sent again before `late_minutes` have
    passed since the answer was missed, and then only if it is still not there."""

    late_minutes: float


@runtime_checkable
class TwoStepWriter(Writer, Protocol):
    """A writer whose records need a second request: lines for headers made by the first.

    The second request must be repeatable: sending it again changes nothing more (a sync by outside id). It is stored
    like the first, so a crash between the two leaves no header without its lines.
    """

    def second(self, batch: Sequence[Change], done: Sequence[Outcome]) -> Request | None:
        """The request that completes what the first one did for these changes; None when nothing is missing. Pure."""

    def second_outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        """Exactly one outcome per change, with its target id (`Change.target_id` holds what the first step gave)."""
