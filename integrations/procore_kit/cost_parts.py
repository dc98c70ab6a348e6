"""What becomes of each part of a document: sent, gone since, or left out for a reason. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hub.stage import Record

from .cost_documents import CostDocument, CostKind, Standing
from .splits import CostLine, added_up, split


class Part(StrEnum):
    COST = "cost"  # the lines of one project
    GONE = "gone"  # sent once, and no longer there
    LEFT_OUT = "left out"


@dataclass(frozen=True)
class CostPart:
    """`project` is the project's name. `code` and `reason` say why a part is left out or gone."""

    part: Part
    document: CostDocument
    project_id: str = ""
    project: str = ""
    lines: tuple[CostLine, ...] = ()
    code: str = ""
    reason: str = ""

    @property
    def id(self) -> str:
        """The key of a direct cost: unique in a Procore company."""
        whole = self.part is Part.LEFT_OUT and self.code != "no_project"
        return self.document.id if whole else f"{self.document.id}:{self.project_id}"

    def record(self) -> Record:
        found = self.document
        where = f" · {self.project}" if self.project else ""
        rest = " · without project" if self.code == "no_project" else ""
        label = f"{found.label}{where}{rest}"
        return Record(self.id, found.number or found.text[:100], label, {"part": self}, found.changed_at, found.url)


def parts_of(
    document: CostDocument, sent: Collection[str], names: Mapping[str, str], held: tuple[str, str] = ("", "")
) -> Sequence[CostPart]:
    """`sent` are the projects that parts were sent to, `names` what projects are called; `held` are code and reason why
    the document's cost does not come this way at all, if there is one."""
    if document.standing is Standing.ENDED:
        return _gone(document, sent, names, "source_voided") or [_out(document, "ended", "It was voided or deleted.")]
    if held[0] and not sent:
        return [_out(document, *held)]
    if document.standing is Standing.PENDING and not sent:
        said = "It is not posted yet." if document.kind is CostKind.JOURNAL else "It is not approved yet."
        return [_out(document, "not_approved", said)]
    return _split(document, sent, names)


def _split(document: CostDocument, sent: Collection[str], names: Mapping[str, str]) -> Sequence[CostPart]:
    found = split(document.lines)
    parts = [
        CostPart(Part.COST, document, project, names.get(project, project), lines)
        for project, lines in found.parts.items()
    ]
    parts += _gone(document, set(sent) - set(found.parts), names, "left_project")
    if found.unsent:
        parts.append(_unsent(document, found.unsent))
    return parts or [_without_lines(document, names)]


def _without_lines(document: CostDocument, names: Mapping[str, str]) -> CostPart:
    """A header alone that asks for money on a project is a part of it, which a person must see to."""
    if not document.total:
        return _out(document, "no_amount", "None of its lines has an amount.")
    if document.project_id:
        return CostPart(Part.COST, document, document.project_id, names.get(document.project_id, document.project_id))
    said = f"It comes to {document.total:,.2f}, but none of its lines has an amount, and it is on no linked project."
    return _out(document, "no_amount", said)


def _gone(document: CostDocument, projects: Collection[str], names: Mapping[str, str], code: str) -> list[CostPart]:
    return [CostPart(Part.GONE, document, one, names.get(one, one), code=code) for one in sorted(projects)]


def _out(document: CostDocument, code: str, reason: str) -> CostPart:
    return CostPart(Part.LEFT_OUT, document, code=code, reason=reason)


def _unsent(document: CostDocument, lines: tuple[CostLine, ...]) -> CostPart:
    tracked = sorted({line.tracked for line in lines if line.tracked})
    count = "1 line" if len(lines) == 1 else f"{len(lines)} lines"
    why = f"; {', '.join(f'“{one}”' for one in tracked)} is not a project of Procore" if tracked else ""
    reason = f"{added_up(lines):,.2f} on {count} belongs to no linked project, so it is not sent{why}."
    return CostPart(Part.LEFT_OUT, document, lines=lines, code="no_project", reason=reason)
