"""Locked budgets become original budgets in MRI, and what is changed of them afterwards budget revisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from hub.documents import DocumentView, LookUp
from hub.stage import Direction, KeyField, Known, Mapped, Problem, ReadContext, Record, Skip, Stage
from integrations.base.client import ApiClient
from integrations.mri.client import MriClient
from integrations.procore_kit.budget_reader import Budget, BudgetReader
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.faults import Fault

from .budget_problems import BUDGETS as PROBLEMS
from .clients import mri_client
from .commitments import coded
from .document_coding import Coder
from .document_rules import body_of, decided
from .document_settings import DocumentSettings
from .document_survey import Wanted
from .document_view import view
from .document_writer import DocumentWriter
from .documents import BUDGET
from .places import CODES, JOBS, TYPES, of_project, ties

ZERO = Decimal(0)
BUDGETS = "budgets"


class BudgetWriter(DocumentWriter):
    def __init__(self, client: MriClient, settings: DocumentSettings) -> None:
        super().__init__(client)
        self._settings = settings

    def wanted(self, record: Record) -> Iterable[Wanted]:
        budget: Budget | None = record.data.get("budget")
        if budget is not None and budget.locked and budget.site.ledger_id:
            yield BUDGET, {"job_id": budget.site.ledger_id, "budget_type": self._settings.budget_type}


class Budgets(Stage):
    slug, number, title, noun = BUDGETS, 6, "Budgets", "budget"
    direction = Direction.FORWARD
    all_label = "Send all budgets"
    summary = "Locked budgets become original budgets of the type {budget_type}."
    keys = (KeyField("project", "Project #"),)
    problems = PROBLEMS
    needs = (CODES, TYPES, JOBS)

    def reader(self, source: ApiClient, context: ReadContext) -> BudgetReader:
        return BudgetReader(procore_client(source), context, ties(context), BUDGETS)

    def writer(self, target: ApiClient, settings: DocumentSettings) -> BudgetWriter:
        return BudgetWriter(mri_client(target), settings)

    def map(self, record: Record, known: Known) -> Mapped:
        if told := of_project(record):
            return told
        budget: Budget = record.data["budget"]
        try:
            return _not_wanted(budget, known) or _original(budget, known)
        except Fault as fault:
            return Problem(fault.code, fault.values)

    def document(self, payload: Mapping[str, Any], look_up: LookUp) -> DocumentView:
        return view(payload)


def _not_wanted(budget: Budget, known: Known) -> Skip | None:
    sent = known.link(str(budget.site.id)) is not None
    if not budget.locked and sent:
        return Skip(
            "unlocked", "It was unlocked in Procore after it was sent. Locked again, it is compared with MRI's."
        )
    if not budget.locked:
        return Skip("not_locked", "It is not locked in Procore yet; the original budget is what it holds when it is.")
    if not any(line.amount for line in budget.lines) and not sent:
        return Skip("no_lines", "It holds no amounts.")
    return None


def _original(budget: Budget, known: Known) -> Mapped:
    settings: DocumentSettings = known.settings
    if not budget.site.ledger_id:
        raise Fault("job_not_linked", project=budget.site.label)
    coder = Coder(known)
    record = {
        "job_id": budget.site.ledger_id,
        "budget_type": settings.budget_type,
        "description": f"Original budget of {budget.site.label}",
        "amount": budget.total,
        "lines": coded(budget.lines, coder),
    }
    body = body_of(BUDGET, record, {}, known.target.profile)
    return decided(str(budget.site.id), budget.site.number, body, known, coder.warnings)
