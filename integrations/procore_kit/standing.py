"""A record that was sent, has not changed since, and could not be sent today: its cost code, option or project is gone.
It stands as it was sent, and what would hold it up is told beside it: a problem would be tried again by every run."""

from __future__ import annotations

from dataclasses import replace

from hub.engine.catalogue import explain
from hub.engine.hashing import body_hash
from hub.stage import LinkView, Payload, Problem, Stage


def as_sent(payload: Payload, link: LinkView) -> Payload | None:
    """To be left alone, when it is what was sent last; else None."""
    same = body_hash(payload.body) == body_hash(link.sent)
    return replace(payload, current=None, linked_only=True) if same else None


def standing(payload: Payload, problem: Problem, stage: Stage, names: tuple[str, str]) -> Payload:
    """What stands, with the problem as a warning. `names` are what the source's and the target's systems are called."""
    said = explain(stage, problem.code, problem.values, names).message
    return replace(
        payload, warnings=(*payload.warnings, f"It stays as it was sent. Sent anew, it would be held: {said}")
    )
