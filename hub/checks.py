"""System checks: are the pairings of this installation sound?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage

from hub import registry
from hub.pairing import Pairing
from hub.schedules import parse
from hub.stage import Stage


def register() -> None:
    checks.register(check_pairings)


def check_pairings(**kwargs: Any) -> list[CheckMessage]:
    """Slugs and numbers are unique, schedules and catalogue texts are well formed, needs name earlier stages."""
    return [checks.Error(text, id="hub.E001") for pairing in registry.pairings().values() for text in _faults(pairing)]


def _faults(pairing: Pairing) -> Iterable[str]:
    seen: set[str] = set()
    numbers: set[int] = set()
    for stage in pairing.stages:
        where = f"{pairing.slug}.{stage.slug}"
        if stage.slug in seen or stage.number in numbers:
            yield f"{where}: slug and number must be unique in the pairing."
        yield from (f"{where}: {text}" for text in _stage_faults(stage, seen))
        seen.add(stage.slug)
        numbers.add(stage.number)


def _stage_faults(stage: Stage, earlier: set[str]) -> Iterable[str]:
    if not stage.keys:
        yield "at least one key field is needed for “just this one”."
    for slug in stage.needs:
        if slug not in earlier:
            yield f"needs “{slug}”, which is not an earlier stage."
    codes = [kind.code for kind in stage.problems]
    for code in {code for code in codes if codes.count(code) > 1}:
        yield f"problem code “{code}” is declared twice."
    if stage.schedule:
        try:
            parse(stage.schedule)
        except ValueError as error:
            yield str(error)
