"""The drill from beginning to end: an installation, blocks of schedules, a report."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from hub.models import ApiCall
from integrations.base.sandbox.kernel import Fault
from integrations.base.sandbox.server import served

from . import faults
from .bases import Base
from .harm import Harm
from .life import Life
from .logins import Logins
from .patience import patiently
from .reference import references
from .report import FILE, Report, stored
from .result import Result
from .scenario import Ground, Picture, Scenario, rng
from .scenarios import chosen
from .system import System
from .watch import Watch
from .wide import FORGOTTEN_SECONDS

SKEW = 900.0  # seconds that a vendor's clock may be before or behind ours
SCENARIO: Scenario = chosen()


@dataclass(frozen=True)
class Options:
    seed: str
    numbers: Sequence[int]  # of the schedules
    block: int
    lanes: int
    without: str = ""  # the safety that is switched off
    aim: str = ""  # the safety that the faults aim at
    only: str = ""  # kinds of vendors' faults, as a pattern
    stop_at_first: bool = False
    minutes: float = 600.0  # after which no further schedule begins


class Drill:
    def __init__(self, options: Options, base: Base, system: System, folder: Path, timing: faults.Timing) -> None:
        self._options, self._base, self._system = options, base, system
        self._folder, self._timing = folder, timing
        self._ends = 0.0
        self._logins = Logins(folder / "mail")
        self._pictures: dict[int, Picture] = {}
        self.report = Report(base.name, options.seed, options.without)
        self._before = stored(folder) if (folder / FILE).exists() else Report(*self.report.drill)
        if self._before.drill != self.report.drill:
            raise ValueError(f"{folder} holds another drill: {self._before.drill}")

    def run(self) -> Report:
        began = time.monotonic()
        self._ends = began + 60 * self._options.minutes
        watch = Watch(self._system, self._logins)
        watch.start()
        by_block: dict[int, list[int]] = {}
        done = {result.number for result in self._before.results}
        for number in (one for one in self._options.numbers if one not in done):
            by_block.setdefault(number // self._options.block, []).append(number)
        for block, numbers in by_block.items():
            self._block(block, numbers)
            self._sum_up(watch, began)
            if (self.report.bad and self._options.stop_at_first) or time.monotonic() > self._ends:
                break
        watch.end()
        return self._sum_up(watch, began)

    def _sum_up(self, watch: Watch, began: float) -> Report:
        """What was found in this folder, now and before. It is on disk after every block, for a drill that is stopped
        and goes on another time."""
        self.report.stuck, self.report.alone = len(watch.stuck), watch.longest
        self.report.asked, self.report.answered = watch.asked, watch.answered
        self.report.seconds = time.monotonic() - began
        total = self._before + self.report
        total.store(self._folder)
        return total

    def _block(self, block: int, numbers: Sequence[int]) -> None:
        """Side by side in one pair of pretend vendors, while the installation is harmed."""
        with ExitStack() as stack:
            ground = self._ground(block)
            for name, sandbox in ground.vendors.items():
                ground.urls[name] = stack.enter_context(served(sandbox))
            storms = faults.install(ground.vendors, lambda vendor: SCENARIO.whose(ground, vendor), self._harm_caller)
            seed, only, aim = self._options.seed, self._options.only, self._options.aim
            frozen = self._system.frozen
            lives = [
                Life(SCENARIO, ground, storms, seed, number, self._timing, self._logins, frozen, only, aim)
                for number in numbers
            ]
            self._pictures |= references(self._folder, {life.shape for life in lives} - self._pictures.keys())
            harm = Harm(rng(self._options.seed, "block", block), self._system, self._base, self._timing)
            harm.start()
            try:
                self._live(lives)
            finally:
                harm.end()
                self.report.harm += harm.done
                self.report.calls += sum(sandbox.ledger.mark() for sandbox in ground.vendors.values())
        bad = [life.name for life in lives if life.result.bad]  # whose calls are kept, to be looked at
        patiently(ApiCall.objects.exclude(connection__customer__slug__in=bad).delete)

    def _harm_caller(self, what: str, port: int, fault: Fault) -> bool:
        """The very worker whose call has just arrived."""
        part = self._system.caller(port)
        if part is None:
            return False
        if what == faults.FREEZE:
            return self._system.freeze(part, max(fault.seconds, self._timing.lease * 1.1))
        part.kill()
        threading.Thread(target=part.kill_and_start).start()
        return True

    def _ground(self, block: int) -> Ground:
        """With clocks that are not ours."""
        ground, draws = SCENARIO.ground(), rng(self._options.seed, "clocks", block)
        for sandbox in ground.vendors.values():
            sandbox.clock.advance(seconds=draws.uniform(-SKEW, SKEW))
            if hasattr(sandbox, "keys"):
                sandbox.keys.minutes = FORGOTTEN_SECONDS / 60
            self.report.harm["vendor's clock apart from ours"] += 1
        return ground

    def _live(self, lives: Sequence[Life]) -> None:
        with ThreadPoolExecutor(self._options.lanes) as lanes:
            futures = [lanes.submit(self._live_one, life) for life in lives]
            for future in as_completed(futures):
                result = future.result()
                if result is not None:
                    self._note(result)

    def _live_one(self, life: Life) -> Result | None:
        return life.live(self._pictures[life.shape]) if time.monotonic() < self._ends else None

    def _note(self, result: Result) -> None:
        self.report.results.append(result)
        for words in [*result.words, *(f"left to the next run: {one}" for one in result.failed)]:
            tell(f"schedule {result.number} (shape {result.shape}): {words}")
        if len(self.report.results) % 25 == 0:
            tell(f"{len(self.report.results)} of {len(self._options.numbers)} schedules")


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
