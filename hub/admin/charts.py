"""What was moved, day by day: figures for a stacked bar chart that the server draws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from hub import words
from hub.models import Gate, SyncJob

DAYS = 14
HEIGHT, STEP, WIDTH = 96, 24, 16  # the chart's own units, whole so that every locale prints them alike
KINDS = ("created", "updated", "matched", "refused")


@dataclass(frozen=True)
class Segment:
    kind: str
    count: int
    y: int
    height: int


@dataclass(frozen=True)
class Day:
    """One bar. `x` and the segments' `y` and `height` are in the chart's own units."""

    day: date
    x: int
    figures: tuple[int, ...]  # in the order of KINDS
    segments: tuple[Segment, ...]

    @property
    def total(self) -> int:
        return sum(self.figures)


@dataclass(frozen=True)
class Chart:
    days: tuple[Day, ...]
    top: int
    kinds: tuple[str, ...] = KINDS
    width: int = DAYS * STEP
    height: int = HEIGHT
    bar: int = WIDTH

    @property
    def today(self) -> int:
        """Records moved today."""
        return sum(self.days[-1].figures[:3])

    @property
    def empty(self) -> bool:
        return all(not day.total for day in self.days)


def chart(jobs: QuerySet[SyncJob]) -> Chart:
    """The last DAYS days of these jobs, in the active time zone. One query over jobs, none over records."""
    today = timezone.localdate()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    begin = timezone.make_aware(datetime.combine(days[0], time.min))
    rows = jobs.filter(started_at__gte=begin, gate=Gate.AUTO).order_by().values_list("started_at", "counts")
    return _drawn(days, _by_day(rows.iterator()))


def _by_day(rows: Iterable[tuple[datetime | None, Mapping[str, int]]]) -> dict[date, Counter[str]]:
    figures: dict[date, Counter[str]] = {}
    for at, counts in rows:
        if at is None:
            continue
        day = figures.setdefault(timezone.localtime(at).date(), Counter())
        day.update({kind: counts.get(kind, 0) for kind in KINDS[:3]})
        day["refused"] += words.refused(counts)
    return figures


def _drawn(days: list[date], by_day: Mapping[date, Counter[str]]) -> Chart:
    figures = [tuple(by_day.get(day, Counter())[kind] for kind in KINDS) for day in days]
    top = max((sum(row) for row in figures), default=0)
    bars = [_bar(number, day, row, max(top, 1)) for number, (day, row) in enumerate(zip(days, figures, strict=True))]
    return Chart(tuple(bars), top)


def _bar(number: int, day: date, figures: tuple[int, ...], top: int) -> Day:
    segments, base = [], HEIGHT
    for kind, count in zip(KINDS, figures, strict=True):
        if count:
            height = max(round(count / top * HEIGHT), 2)
            base = max(base - height, 0)
            segments.append(Segment(kind, count, base, height))
    return Day(day, number * STEP + (STEP - WIDTH) // 2, figures, tuple(segments))
