"""What became of one schedule."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Findings:
    """What is not as it should be, counted and in words."""

    duplicates: int = 0
    losses: int = 0
    wrong: int = 0
    books: int = 0  # the hub's own: open batches, half links, links to nothing
    words: list[str] = field(default_factory=list)

    @property
    def any(self) -> bool:
        return bool(self.words)


@dataclass
class Result:
    number: int
    shape: int
    faults: Counter[str] = field(default_factory=Counter)
    records: int = 0
    jobs: int = 0
    failed: list[str] = field(default_factory=list)  # jobs whose stage the next run completed, and why they failed
    reconnected: int = 0
    unfinished: list[str] = field(default_factory=list)
    late_writes: list[str] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    recoveries: list[float] = field(default_factory=list)
    seconds: float = 0.0
    error: str = ""

    @property
    def bad(self) -> bool:
        return bool(self.unfinished or self.late_writes or self.findings.any or self.error)

    @property
    def words(self) -> list[str]:
        late = [f"written after everything was done: {one}" for one in self.late_writes]
        return [*self.unfinished, *late, *self.findings.words, *([self.error] if self.error else [])]
