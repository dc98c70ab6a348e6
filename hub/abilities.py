"""What a stage, or its writer, may be able to do besides writing in one step what is at hand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from integrations.base.client import ApiClient, Reply, Request
from integrations.base.errors import VendorError

from .stage import Change, LinkView, Outcome, Record, Writer


@runtime_checkable
class SourceCarrier(Protocol):
    """A stage whose requests carry what only the source has, such as files. `request` of its writer reads it there,
    and raises Rejected or Missing for a record that lacks it."""

    def writer_between(self, source: ApiClient, target: ApiClient, settings: Any) -> Writer:
        """The writer of a run, in place of `Stage.writer`."""


# In what was sent last (`Change.sent`): the bodies of later writes that may have been carried out, so that the target
# holds the one or the other; True: any part of a later one.
DOUBT = "unfinished"  # the name that links hold from when only a half of a write could be in doubt


def in_doubt(sent: Mapping[str, Any], name: str) -> bool:
    """Whether the target may hold something else in this field than was sent last."""
    doubt = sent.get(DOUBT, ())
    return doubt is True or any(body.get(name) != sent.get(name) for body in doubt)


def doubted(sent: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent last, when nobody knows whether `body` was carried out after it."""
    earlier = sent.get(DOUBT, ())
    return {**sent, DOUBT: earlier is True or [*(one for one in earlier if one != body), dict(body)]}


def certain(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent last, without the doubt."""
    return {name: value for name, value in sent.items() if name != DOUBT}


def doubts(sent: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The later bodies that may have been carried out as a whole."""
    doubt = sent.get(DOUBT, ())
    return () if doubt is True else doubt


def carried_out(link: LinkView, holds: Callable[[Mapping[str, Any]], bool]) -> Mapping[str, Any]:
    """What was sent last: the body in doubt that the target `holds`, otherwise the last certain one."""
    return next((body for body in link.doubts if holds(body)), link.sent)


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
class NamingWriter(Writer, Protocol):
    """A writer whose vendor takes a second record of the same number or name without a word. New records that would go
    by the same there are held, not sent."""

    def name_of(self, change: Change) -> str:
        """What the target tells a new record from all others by, as it compares; "" for nothing. Pure."""


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
