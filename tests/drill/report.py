"""The table in the end, for people, and the same as JSON.

`python -m tests.drill.report FOLDER…` prints the table of a drill that was run in parts, each in a folder of its own.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from .result import Findings, Result

FILE = "report.json"


@dataclass
class Report:
    on: str
    seed: str
    without: str = ""
    results: list[Result] = field(default_factory=list)
    harm: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    stuck: int = 0
    alone: float = 0.0
    asked: int = 0
    answered: int = 0
    seconds: float = 0.0

    @property
    def drill(self) -> tuple[str, str, str]:
        """Reports of the same one can be added up."""
        return self.on, self.seed, self.without

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
            ("records compared", f"{self._records:,}"),
            ("jobs run", f"{self._jobs:,}"),
            ("calls to the vendors", f"{self.calls:,}"),
            ("duplicates", str(sum(one.duplicates for one in found))),
            ("losses", str(sum(one.losses for one in found))),
            ("wrong amounts or contents", str(sum(one.wrong for one in found))),
            ("faults in the hub's own books", str(sum(one.books for one in found))),
            ("writes when everything was done", str(sum(len(result.late_writes) for result in self.results))),
            ("stuck jobs", str(self.stuck)),
            ("schedules not finished", str(sum(bool(result.unfinished or result.error) for result in self.results))),
            ("jobs failed for good, done by the next run", str(sum(len(result.failed) for result in self.results))),
            ("logins renewed by a person", str(sum(result.reconnected for result in self.results))),
            ("longest time a job was left alone", f"{self.alone:.1f} s"),
            *self._recoveries(),
            ("web pages answered", f"{self.answered} of {self.asked}"),
            ("wall time", f"{self.seconds / 60:.1f} min"),
            *self._throughput(),
        ]

    @property
    def _records(self) -> int:
        return sum(result.records for result in self.results)

    @property
    def _jobs(self) -> int:
        return sum(result.jobs for result in self.results)

    def _recoveries(self) -> Iterator[tuple[str, str]]:
        times = sorted(time for result in self.results for time in result.recoveries)
        if times:
            p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
            told = f"{median(times):.1f} / {p95:.1f} / {times[-1]:.1f} s"
            yield "time to recover after a round's last fault (median / 95 % / longest)", told

    def _throughput(self) -> Iterator[tuple[str, str]]:
        if self.seconds:
            told = (f"{60 * count / self.seconds:,.0f}" for count in (self._records, self._jobs, self.calls))
            yield "per minute: records / jobs / calls", " / ".join(told)

    def text(self) -> str:
        rows = [*self.rows(), *((f"  {name}", f"{count:,}") for name, count in sorted(self.faults.items()))]
        width = max(len(name) for name, _ in rows)
        title = f"Drill on {self.on}, seed {self.seed}" + (f", without {self.without}" if self.without else "")
        return "\n".join([title, *(f"{name:<{width}}  {value:>12}" for name, value in rows)])

    def failures(self) -> Iterator[str]:
        for result in self.results:
            for words in result.words:
                yield f"schedule {result.number} (shape {result.shape}): {words}"

    def store(self, folder: Path) -> None:
        """The table to read, and everything it is made of."""
        told = {"table": self.rows(), "failures": list(self.failures()), "report": vars(self)}
        path = folder / FILE
        path.with_suffix(".new").write_text(json.dumps(told, indent=1, default=vars))
        path.with_suffix(".new").replace(path)

    def __add__(self, more: Report) -> Report:
        """Of another part of the same drill."""
        assert self.drill == more.drill, "not parts of one drill"
        assert not {one.number for one in self.results} & {one.number for one in more.results}, "a schedule twice"
        sums = {name: getattr(self, name) + getattr(more, name) for name in ADDED}
        return Report(*self.drill, alone=max(self.alone, more.alone), **sums)


ADDED = ("results", "harm", "calls", "stuck", "asked", "answered", "seconds")


def stored(folder: Path) -> Report:
    values: dict[str, Any] = json.loads((folder / FILE).read_text())["report"]
    results = [_result(**one) for one in values.pop("results")]
    return Report(**{**values, "results": results, "harm": Counter(values["harm"])})


def _result(findings: dict[str, Any], faults: dict[str, int], **values: Any) -> Result:
    return Result(**values, faults=Counter(faults), findings=Findings(**findings))


def main(folders: list[str]) -> int:
    first, *more = (stored(Path(folder)) for folder in folders)
    report = sum(more, first)
    sys.stdout.write("\n".join([report.text(), *report.failures()]) + "\n")
    return int(report.bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
