"""Problems every stage can meet, and how a catalogue row becomes sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.stage import ProblemKind, Stage

COMMON = (
    ProblemKind(
        "refused",
        "Refused by the other system",
        "{target} read the {noun} and refused it: {reasons}",
        "Correct the {noun} where it comes from, or the setting the reason names, then retry it.",
    ),
    ProblemKind(
        "not_sent",
        "Not sent",
        "The {noun} was not sent to {target}: {reasons}",
        "Correct the {noun} where it comes from, or the setting the reason names, then retry it.",
    ),
    ProblemKind(
        "two_candidates",
        "Sent, and found twice",
        "The answer to sending this {noun} was lost, and {target} now holds {count} records with its reference.",
        "Look at both records in {target}, remove the wrong one there, then choose “Settle” on the link.",
    ),
    ProblemKind(
        "target_taken",
        "Belongs to another record",
        "The record in {target} that fits this {noun} is already linked to “{owner}”.",
        "Give one of the two another number or name, or remove the wrong link, then retry.",
    ),
    ProblemKind(
        "same_name",
        "Same number or name twice",
        "In {target} it would go by the same number or name as “{owner}”, which is new as well. {target} would take "
        "both without a word, so this {noun} is not sent.",
        "Give one of the two another number or name, or have them numbered apart in the tenant's settings, then retry "
        "both. If only one of them belongs there, retry that one alone.",
    ),
    ProblemKind(
        "twin_deleted",
        "Deleted in the other system",
        "The record in {target} that this {noun} is linked to no longer exists or was archived.",
        "Restore it in {target}, or remove the link to have a new one made by the next run.",
    ),
    ProblemKind(
        "merge_conflict",
        "Merged, but both are linked",
        "This {noun} was merged into another one that is linked to a different record in {target}.",
        "Decide which of the two records in {target} stays, and remove the other link.",
    ),
    ProblemKind(
        "unreadable_record",
        "Record cannot be read",
        "The {noun} holds something unexpected: {reason}",
        "Open the {noun} where it comes from and correct the field named; if it looks right, report it.",
    ),
)


@dataclass(frozen=True)
class Explained:
    """A problem in words."""

    code: str
    title: str
    message: str
    fix: str


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return f"({key})"


def explain(stage: Stage, code: str, values: Mapping[str, Any], names: tuple[str, str]) -> Explained:
    """The catalogue's texts for a code. `names` are the source's and the target's vendor names."""
    kinds = {kind.code: kind for kind in (*COMMON, *stage.problems)}
    kind = kinds[code]
    known = _Lenient(noun=stage.noun, source=names[0], target=names[1], **values)
    return Explained(code, kind.title, kind.why.format_map(known)[:2000], kind.fix.format_map(known)[:1000])


def title_of(stage: Stage, code: str) -> str:
    """What a code is called on a page: its catalogue title, else the code itself in plain letters."""
    titles = {kind.code: kind.title for kind in (*COMMON, *stage.problems)}
    return titles.get(code) or code.replace("_", " ").capitalize()
