"""The table in the end, for people, and the same as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from .life import Result


@dataclass
class Report:
    on: str
    seed: str
    without: str = ""
    results: list[Result] = field(default_factory=list)
    harm: Counter[str] = field(default_factory=Counter)
    stuck: int = 0
    alone: float = 0.0
    asked: int = 0
    answered: int = 0
    seconds: float = 0.0

    @property
    def bad(self) -> bool:
        return self.stuck > 0 or any(result.bad for result in self.results)

    @property
    def faults(self) -> Counter[str]:
        return sum((result.faults for result in self.results), Counter[str]()) + self.harm

    def rows(self) -> list[tuple[str, str]]:
        """(what, how much), in the order of the table."""
        found = [result.findings for result in self.results]
        return [
            ("schedules", str(len(self.results))),
            ("faults injected", f"{self.faults.total():,}"),
            ("records compared", f"{sum(result.records for result in self.results):,}"),
            ("jobs run", f"{sum(result.jobs for result in self.results):,}"),
            ("duplicates", str(sum(one.duplicates for one in found))),
            ("losses", str(sum(one.losses for one in found))),
            ("wrong amounts or contents", str(sum(one.wrong for one in found))),
            ("faults in the hub's own books", str(sum(one.books for one in found))),
            ("writes when everything was done", str(sum(len(result.late_writes) for result in self.results))),
            ("stuck jobs", str(self.stuck)),
            ("schedules not finished", str(sum(bool(result.unfinished or result.error) for result in self.results))),
            ("jobs failed for good, done by the next run", str(sum(result.failed for result in self.results))),
            ("logins renewed by a person", str(sum(result.reconnected for result in self.results))),
            ("longest time a job was left alone", f"{self.alone:.1f} s"),
            *self._recoveries(),
            ("web pages answered", f"{self.answered} of {self.asked}"),
            ("wall time", f"{self.seconds / 60:.1f} min"),
        ]

    def _recoveries(self) -> Iterator[tuple[str, str]]:
        times = sorted(time for result in self.results for time in result.recoveries)
        if times:
            p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
            told = f"{median(times):.1f} / {p95:.1f} / {times[-1]:.1f} s"
            yield "time to recover after a round's last fault (median / 95 % / longest)", told

    def text(self) -> str:
        rows = [*self.rows(), *((f"  {name}", f"{count:,}") for name, count in sorted(self.faults.items()))]
        width = max(len(name) for name, _ in rows)
        title = f"Drill on {self.on}, seed {self.seed}" + (f", without {self.without}" if self.without else "")
        return "\n".join([title, *(f"{name:<{width}}  {value:>12}" for name, value in rows)])

    def failures(self) -> Iterator[str]:
        for result in self.results:
            for words in result.words:
                yield f"schedule {result.number} (shape {result.shape}): {words}"

    def store(self, path: Path) -> None:
        told = {"on": self.on, "seed": self.seed, "without": self.without, "rows": self.rows()}
        more = {"faults": dict(self.faults), "failures": list(self.failures())}
        path.write_text(json.dumps({**told, **more}, indent=1))


def merge(results: Sequence[Result]) -> Counter[str]:
    return sum((result.faults for result in results), Counter[str]())
