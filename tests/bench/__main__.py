"""`make bench`: what the hub costs, as ratios of figures of one run, so that they mean the same on any machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from .case import PREPARE, Measured
from .ground import Size, ground

FIFTY = 50  # records in a batch for Xero; a larger batch is stored in several statements
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Bench:
    """One stage at two sizes. `fewest` are the writes that the vendor's API allows to do it in, for the larger one."""

    name: str
    stages: tuple[str, ...]
    small: Size
    large: Size
    fewest: int


BENCHES = (
    Bench("contacts", ("contacts",), Size(contacts=300), Size(contacts=3000), fewest=ceil(3000 / 1000)),
    Bench(
        "progress claims",
        (*PREPARE, "progress_claims"),
        Size(2, projects=4, claims=50),
        Size(2, projects=40, claims=500),
        fewest=ceil(500 / 50),
    ),
    Bench(
        "direct invoices",
        (*PREPARE, "direct_invoices"),
        Size(2, projects=3, bills=100),
        Size(2, projects=30, bills=1000),
        fewest=2 * 30,  # headers, then lines, in each project
    ),
)


@dataclass(frozen=True)
class Ratio:
    """`value` must not be above `bound`."""

    bench: str
    name: str
    value: float
    bound: float
    told: str

    @property
    def ok(self) -> bool:
        return self.value <= self.bound

    def __str__(self) -> str:
        sign = "" if self.ok else "   TOO MUCH"
        return f"{self.bench:<16} {self.name:<46} {self.value:>7.2f} {self.bound:>7.2f}   {self.told}{sign}"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        template = _migrated(Path(folder))
        ratios = [ratio for bench in BENCHES for ratio in _ratios(bench, template)]
    print(f"{'stage':<16} {'ratio':<46} {'value':>7} {'bound':>7}   of")  # noqa: T201
    for ratio in ratios:
        print(ratio)  # noqa: T201
    return 0 if all(ratio.ok for ratio in ratios) else 1


def _ratios(bench: Bench, template: Path) -> Iterator[Ratio]:
    (small, _), (large, again) = (_measured(size, bench.stages, template) for size in (bench.small, bench.large))

    def ratio(name: str, over: float, under: float, bound: float, told: str) -> Ratio:
        return Ratio(bench.name, name, over / under, bound, told)

    times = f"{large.records:,} records in {large.seconds:.1f} s, {small.records:,} in {small.seconds:.1f} s"
    yield ratio("time a record, ten times as many", _each(large), _each(small), 1.5, times)
    memory = f"{large.memory_after / 1024:.0f} MiB, {small.memory_after / 1024:.0f} MiB"
    yield ratio("memory at most, ten times as many", large.memory_after, small.memory_after, 1.35, memory)
    passes = f"{again.seconds:.1f} s, {large.seconds:.1f} s"
    yield ratio("nothing to do by first time", again.seconds, large.seconds, 1.0, passes)
    writes = f"{large.writes} writes, {bench.fewest} at least"
    yield ratio("writes by fewest possible", large.writes, bench.fewest, 1.0, writes)
    written = max(large.batches, ceil(large.records / FIFTY))
    sent = f"{large.sending_statements} statements, {large.records:,} records in {large.batches} batches"
    yield ratio("SQL statements for fifty written, or a batch", large.sending_statements, written, 10.0, sent)
    statements = f"{large.statements:,} statements, {small.statements:,}"
    growth = (large.statements / large.records, small.statements / small.records)
    yield ratio("SQL a record, ten times as many", *growth, 1.1, statements)


def _each(one: Measured) -> float:
    return one.seconds / one.records


def _measured(size: Size, stages: Sequence[str], template: Path) -> tuple[Measured, Measured]:
    """The first run of the last stage and its second one, in which nothing is to be done."""
    with ground(size) as made:
        told = {"places": made.places.as_dict(), "stages": stages, "runs": 2}
        first, second = json.loads(_process("tests.bench.case", _copy(template), json.dumps(told)))
    if second["writes"]:
        raise SystemExit(f"the second run of {stages[-1]} wrote {second['writes']} times")
    return Measured(**first), Measured(**second)


def _migrated(folder: Path) -> Path:
    template = folder / "template.sqlite3"
    _process("django", template, "", "migrate", "--verbosity", "0")
    return template


def _copy(template: Path) -> Path:
    return Path(shutil.copy(template, template.with_name("case.sqlite3")))


def _process(module: str, database: Path, told: str, *arguments: str) -> str:
    environment: dict[str, Any] = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"sqlite:///{database}",
        "TIEBACK_LOG_LEVEL": "ERROR",
    }
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        input=told, capture_output=True, text=True, cwd=ROOT, env=environment, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
