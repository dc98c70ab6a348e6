"""Whatever the vendors answer: never a crash, a half-written link or a secret told; and all is well once they mend.

`make fuzz` plays more: PAYLOADS bad answers from SEED on. A failing seed replays alone: SEED=… ONE=1.
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz.play import Listener, case, play
from tests.pairings.whole_world import STAGES

pytestmark = pytest.mark.django_db

PAYLOADS, SEED = int(os.environ.get("PAYLOADS", "2000")), int(os.environ.get("SEED", "1"))
ONLY_ONE = "ONE" in os.environ
CASES = [(stage, again) for stage in STAGES for again in (False, True)]


@pytest.fixture
def log() -> Iterator[list[str]]:
    lines: list[str] = []
    listener = Listener(lines)
    logging.getLogger().addHandler(listener)
    yield lines
    logging.getLogger().removeHandler(listener)


@pytest.mark.parametrize(("stage", "again"), CASES)
def test_a_stage_survives_bad_answers(stage: str, again: bool, log: list[str]) -> None:
    told = Counter[str]()
    bad: dict[int, list[str]] = {}
    seed = SEED
    with case(stage, again) as one:
        while told["payloads"] < PAYLOADS / len(CASES):
            result = play(one, seed, log)
            told.update({"payloads": result.served, "runs": 1, "compared": int(result.compared), result.ending: 1})
            if result.faults:
                bad[seed] = result.faults
            seed += 1
            if ONLY_ONE:
                break
    _report(f"{stage} {'again' if again else 'first'}", told)
    assert not bad, "\n\n".join(f"SEED={number} ONE=1: {faults}" for number, faults in bad.items())


def _report(what: str, told: Counter[str]) -> None:
    """A line for each stage in the file named by REPORT, for whoever plays the long game."""
    if name := os.environ.get("REPORT"):
        with Path(name).open("a") as report:
            report.write("\t".join([what, *(f"{count} {word}" for word, count in sorted(told.items()))]) + "\n")
