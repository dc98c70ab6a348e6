"""Where a line goes in MRI: phase, cost code and category, by Procore's cost code and cost type."""

from __future__ import annotations

from hub.stage import Known
from integrations.procore_kit.faults import Fault
from integrations.procore_kit.sites import CodeRef

from .document_settings import CostTypes, DocumentSettings, SubJobs
from .places import code_in_mri, type_in_mri


class Coder:
    """Codes the lines of one document. What is missing is raised as a Fault; `warnings` are sentences."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._settings: DocumentSettings = known.settings
        self.warnings: list[str] = []

    def line(self, code: CodeRef | None, type_id: int | None, text: str) -> dict[str, str]:
        """`text` is what a person calls the line."""
        if code is None or not code.full:
            raise Fault("line_without_code", line=text)
        if code.sub_job:
            self._sub_job(code)
        found = code_in_mri(self._known, code.standard_id) if code.standard_id is not None else None
        if found is None:
            raise Fault("code_not_linked", code=code.full)
        return {"phase": found.phase, "cost_code": found.code, "cost_type": self._category(type_id, text)}

    def _sub_job(self, code: CodeRef) -> None:
        if self._settings.sub_jobs is SubJobs.HOLD:
            raise Fault("sub_job", code=code.full)
        said = f"The cost code {code.full} belongs to a sub job; in MRI its amount is on the job itself."
        if said not in self.warnings:
            self.warnings.append(said)

    def _category(self, type_id: int | None, text: str) -> str:
        if self._settings.cost_types is CostTypes.DEFAULT:
            return ""
        found = type_in_mri(self._known, type_id) if type_id is not None else ""
        if not found:
            raise Fault("type_not_linked", line=text)
        return found
