"""Approved changes of a budget become budget revisions in MRI, each under its own number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from hub.documents import DocumentView, LookUp
from hub.stage import Change, Direction, KeyField, Known, Mapped, Problem, ReadContext, Record, Skip, Stage
from integrations.base.client import ApiClient
from integrations.procore.budgets import APPROVED
from integrations.procore_kit.budget_reader import Revision, RevisionReader
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.faults import Fault

from .budget_problems import REVISIONS as PROBLEMS
from .budgets import BUDGETS
from .clients import mri_client
from .commitments import coded
from .document_coding import Coder
from .document_rules import body_of, decided, standing
from .document_settings import DocumentSettings, RevisionSource
from .document_survey import Wanted
from .document_view import view
from .document_writer import DocumentWriter
from .documents import REVISION
from .places import JOBS, of_project, ties

ZERO = Decimal(0)
REVISIONS = "budget_revisions"


class RevisionWriter(DocumentWriter):
    def wanted(self, record: Record) -> Iterable[Wanted]:
        revision: Revision | None = record.data.get("revision")
        if revision is not None and revision.site.ledger_id:
            yield REVISION, {"job_id": revision.site.ledger_id, "revision_number": revision.number}

    def batches(self, changes: Sequence[Change]) -> Iterable[Sequence[Change]]:
        """In the order of their numbers: 2 before 10."""
        ordered = sorted(changes, key=lambda change: _order(change.body["record"]["revision_number"]))
        return ([change] for change in ordered)


def _order(number: str) -> tuple[int, str]:
    return len(number), number


class BudgetRevisions(Stage):
    slug, number, title, noun = REVISIONS, 7, "Budget revisions", "budget change"
    direction = Direction.FORWARD
    all_label = "Send all budget revisions"
    summary = "Approved {revisions_from} become budget revisions."
    keys = (KeyField("project", "Project #"), KeyField("revision", "Change #"))
    problems = PROBLEMS
    needs = (BUDGETS,)
    within = JOBS

    def reader(self, source: ApiClient, context: ReadContext) -> RevisionReader:
        from_changes = context.settings.revisions_from is RevisionSource.CHANGES
        return RevisionReader(procore_client(source), context, ties(context), REVISIONS, from_changes=from_changes)

    def writer(self, target: ApiClient, settings: DocumentSettings) -> RevisionWriter:
        return RevisionWriter(mri_client(target))

    def map(self, record: Record, known: Known) -> Mapped:
        if told := of_project(record):
            return told
        revision: Revision = record.data["revision"]
        try:
            return _not_wanted(revision, known) or _revision(revision, known)
        except Fault as fault:
            return Problem(fault.code, fault.values)

    def document(self, payload: Mapping[str, Any], look_up: LookUp) -> DocumentView:
        return view(payload)

    def describe(self, settings: DocumentSettings) -> str:  # type: ignore[override]
        return self.summary.format(revisions_from=settings.revisions_from.value)


def _not_wanted(revision: Revision, known: Known) -> Skip | None:
    link = known.link(revision.id)
    if revision.status != APPROVED:
        status = revision.status.replace("_", " ")
        return standing(link, status, known.target) if link else Skip("not_approved", f"It is “{status}” in Procore.")
    if link is None and not revision.total and not any(line.amount for line in revision.lines):
        return Skip("no_value", "It changes no amount.")
    return None


def _revision(revision: Revision, known: Known) -> Mapped:
    settings: DocumentSettings = known.settings
    if not revision.site.ledger_id:
        raise Fault("job_not_linked", project=revision.site.label)
    if known.link_in(BUDGETS, str(revision.site.id)) is None:
        raise Fault("budget_not_sent", project=revision.site.label)
    total = sum((line.amount for line in revision.lines), ZERO)
    if revision.total is not None and total != revision.total:
        raise Fault("sums_differ", lines=f"{total:,.2f}", total=f"{revision.total:,.2f}")
    coder = Coder(known)
    record = {
        "job_id": revision.site.ledger_id,
        "revision_number": revision.number,
        **({"revision_date": revision.day.isoformat()} if revision.day else {}),
        "budget_type": settings.budget_type,
        "description": revision.title,
        "amount": total,
        "lines": coded(revision.lines, coder),
    }
    body = body_of(REVISION, record, {}, known.target.profile)
    return decided(revision.id, revision.key, body, known, coder.warnings)
