"""The catalogue of what a person must look at in budgets and their revisions on the way to MRI."""

from __future__ import annotations

from hub.stage import ProblemKind

from .commitment_problems import NO_LONGER_APPROVED, SUMS_DIFFER
from .document_problems import SENDING

BUDGETS = SENDING

REVISIONS = (
    *SENDING,
    SUMS_DIFFER,
    NO_LONGER_APPROVED,
    ProblemKind(
        "budget_not_sent",
        "Budget not in MRI",
        "The original budget of project {project} is not in MRI yet, and this changes it.",
        "Lock the budget in Procore and run the stage for budgets. Then retry it.",
    ),
)
