"""How long work takes within the vendors' quotas, from the run itself or from the last full one; and what is left of
them. What is not known is not guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from hub import words
from hub.models import Connection, JobState, SyncJob

SECONDS = {"day": 86_400.0, "hour": 3_600.0, "minute": 60.0}  # of windows that a vendor tells of by name only
ENOUGH = 5  # records, before a run's own pace tells anything


@dataclass(frozen=True)
class CallsLeft:
    """What is left of a connection's longest known quota."""

    connection: Connection
    window: str
    left: int | None
    limit: int | None

    @property
    def when(self) -> str:
        """The window in words: today, this hour."""
        return {"": "", "day": "today", "hour": "this hour", "minute": "this minute"}.get(
            self.window, f"({self.window})"
        )

    @property
    def percent(self) -> int | None:
        if self.left is None or not self.limit:
            return None
        return max(0, min(100, round(100 * self.left / self.limit)))


def calls_left(connection: Connection) -> CallsLeft:
    """From the last answers' headers, of the longest window they told of; one that has ended since is full again."""
    limits = {window.name: window for window in connection.vendor.quota.windows}
    lengths = SECONDS | {window.name: window.seconds for window in limits.values()}
    told, at = connection.calls_left, connection.calls_left_at
    if not told or at is None:
        return CallsLeft(connection, "", None, None)
    name = max(told, key=lambda one: lengths.get(one, 0.0))
    sure = limits[name].calls if name in limits and limits[name].certain else None
    limit = connection.call_sizes.get(name, sure)
    fresh = at > timezone.now() - timedelta(seconds=lengths.get(name, 0.0))
    return CallsLeft(connection, name, told[name] if fresh else limit, limit)


@dataclass(frozen=True)
class Need:
    """Calls that some work takes at one end."""

    connection: Connection
    calls: float

    @property
    def a_minute(self) -> float | None:
        """How many calls the vendor allows in a minute; None where it names no limit."""
        windows = (window for window in self.connection.vendor.quota.windows if not window.is_long)
        known = self.connection.call_sizes
        return min((known.get(window.name, window.calls) * 60 / window.seconds for window in windows), default=None)

    @property
    def seconds(self) -> float:
        return self.calls / self.a_minute * 60 if self.a_minute else 0.0

    @property
    def beyond(self) -> str:
        """A clause when today's or this hour's calls do not suffice, else ""."""
        told = calls_left(self.connection)
        if told.left is None or SECONDS.get(told.window, 0.0) < SECONDS["hour"] or self.calls <= told.left:
            return ""
        name, of = self.connection.vendor.name, f" of {told.limit:,}" if told.limit else ""
        have = f"{told.left:,}{of} {name} calls are left {told.when}"
        return f"about {round(self.calls):,} are needed and {have}, so it pauses until they are free again"


def needs(calls: Mapping[str, int], factor: float, ends: Sequence[Connection]) -> list[Need]:
    """`calls` are by vendor name, as jobs keep them."""
    return [Need(end, calls.get(end.vendor.name, 0) * factor) for end in ends]


def _phrase(seconds: float, wanted: Sequence[Need], ending: str) -> str:
    """“about 4 min left at 60 Xero calls a minute”, where the quota is what it takes long for."""
    slowest = max(wanted, key=lambda need: need.seconds)
    text = words.about(max(seconds, slowest.seconds)) + ending
    if slowest.a_minute and slowest.seconds >= 30 and slowest.seconds >= seconds / 2:
        text += f" at {slowest.a_minute:.0f} {slowest.connection.vendor.name} calls a minute"
    return "; ".join([text, *(need.beyond for need in wanted if need.beyond)])


def left_of(job: SyncJob, ends: Sequence[Connection]) -> str:
    """How much longer a running job takes, or "" while there is nothing to tell it from."""
    if not job.total or job.started_at is None or job.done < ENOUGH or job.state != JobState.RUNNING:
        return ""
    ahead = job.total - job.done
    if ahead <= 0:
        return ""
    spent = (timezone.now() - job.started_at).total_seconds()
    return _phrase(spent / job.done * ahead, needs(job.calls, ahead / job.done, ends), " left")


def of_everything(last: SyncJob | None, ends: Sequence[Connection]) -> str:
    """How long all of a stage takes, by its last full run. A sentence."""
    if last is None or last.started_at is None or last.finished_at is None:
        return "How long all of it takes is not known yet."
    took = (last.finished_at - last.started_at).total_seconds()
    was = f"{_count(last.done, 'record')} with {_count(sum(last.calls.values()), 'call')}"
    return f"All of it: {_phrase(took, needs(last.calls, 1.0, ends), '')}. The last time it was {was}."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
