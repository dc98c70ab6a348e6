"""Stage 5: approved progress claims become bills in Xero, to the cent, with retention on its own account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hub.documents import DocumentView, LookUp
from hub.stage import Direction, KeyField, Known, LinkView, Mapped, Payload, Problem, ReadContext, Record, Skip, Stage
from integrations.base.client import ApiClient
from integrations.procore_kit.amounts import Amount, payable
from integrations.procore_kit.checks import checked_amounts
from integrations.procore_kit.claim_reader import Claim, ClaimReader
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.faults import Fault
from integrations.procore_kit.sites import ONE_DAY
from integrations.procore_kit.standing import standing

from . import bill_changes, claim_problems
from .bill_actions import VOID
from .bill_body import BILL, CREDIT_NOTE, Header, body, coded_lines
from .bill_numbers import chosen
from .bill_survey import BillSurvey, Document
from .bill_view import view
from .bill_writer import BillWriter, is_ours
from .books import usable_contact
from .claim_settings import LockedPeriod, NegativeClaims
from .clients import xero_client
from .coding import Coder
from .due_dates import due_by_terms
from .settings import Settings
from .ties import CLAIMS, NAMES, ties


class ProgressClaims(Stage):
    slug, number, title, noun = CLAIMS, 5, "Progress claims → bills", "progress claim"
    direction = Direction.FORWARD
    all_label = "Send all progress claims"
    summary = "Approved claims become bills with the status {bill_status}."
    keys = (
        KeyField("project", "Project #"),
        KeyField("order", "PO #"),
        KeyField("application", "Application #"),
    )
    problems = claim_problems.CLAIMS
    actions = (VOID,)
    needs = ("projects", "contacts", "cost_codes")
    within = "projects"

    def reader(self, source: ApiClient, context: ReadContext) -> ClaimReader:
        return ClaimReader(procore_client(source), context, ties(context), CLAIMS, context.settings.claim_statuses)

    def writer(self, target: ApiClient, settings: Settings) -> BillWriter:
        return BillWriter(xero_client(target), settings)

    def needs_match(self, record: Record) -> bool:
        return True

    def map(self, record: Record, known: Known) -> Mapped:
        if "unreadable" in record.data:
            return Problem("project_unreadable", {"reason": record.data["unreadable"]})
        claim: Claim = record.data["claim"]
        try:
            return _not_wanted(claim, known) or _bill(claim, known, self)
        except Fault as fault:
            return Problem(fault.code, fault.values)

    def document(self, payload: Mapping[str, Any], look_up: LookUp) -> DocumentView:
        return view("Supplier credit note" if payload["kind"] == CREDIT_NOTE else "Bill", payload, look_up)

    def describe(self, settings: Settings) -> str:  # type: ignore[override]
        return self.summary.format(bill_status=settings.bill_status.value)


def _not_wanted(claim: Claim, known: Known) -> Skip | None:
    settings: Settings = known.settings
    if claim.status in settings.claim_statuses:
        return None
    status = claim.status.replace("_", " ")
    link = known.link(str(claim.id))
    if link is not None:
        document = known.target.documents.get(link.target_id)
        if document is not None and document.ended:
            return Skip("withdrawn", f"It is “{status}” in Procore, and its {link.sent['kind']} was voided in Xero.")
        raise Fault("unapproved", status=status, document=link.sent["kind"])
    return Skip("not_approved", f"It is “{status}” in Procore.")


def _bill(claim: Claim, known: Known, stage: Stage) -> Mapped:
    amounts = checked_amounts(claim)
    link = known.link(str(claim.id))
    if not amounts and link is None:
        return Skip("nothing_due", "Nothing is due: no new work, and no retention released.")
    if not amounts:
        raise Fault("nothing_left", document=link.sent["kind"] if link else BILL)
    kind = _kind(payable(amounts), known.settings, link)
    try:
        lines = _lines(claim, amounts, known)
    except Fault as fault:
        kept = bill_changes.unchanged(claim, kind, amounts, link, known) if link else None
        if kept is None:
            raise
        return standing(kept, Problem(fault.code, fault.values), stage, NAMES)
    if link is not None:
        return bill_changes.compared(claim, kind, lines, link, known)
    survey: BillSurvey = known.target
    header, warnings = _header(claim, kind, survey, known.settings)
    return _new(claim, body(claim, header, lines), warnings, survey)


def _lines(claim: Claim, amounts: Sequence[Amount], known: Known) -> list[dict[str, Any]]:
    if not claim.site.ledger_id:
        raise Fault("project_not_linked", project=claim.site.label)
    return coded_lines(claim, amounts, Coder(claim.site, known.target.books, known))


def _kind(due: Decimal, settings: Settings, link: LinkView | None) -> str:
    """What was sent as a credit note stays one, whatever the settings are by now."""
    if due >= 0:
        return BILL
    sent = link is not None and link.sent["kind"] == CREDIT_NOTE
    if settings.negative_claims is NegativeClaims.HOLD and not sent:
        raise Fault("negative_claim", due=f"{due:,.2f}")
    return CREDIT_NOTE


def _header(claim: Claim, kind: str, survey: BillSurvey, settings: Settings) -> tuple[Header, list[str]]:
    """Everything but the lines, and what a person should know of it. Raises Fault."""
    _check_vendor(claim, survey)
    number, warnings = chosen(claim, kind, survey, settings)
    if claim.billing_date is None:
        raise Fault("no_billing_date")
    day = claim.billing_date
    due = claim.due or due_by_terms(day, survey.contacts.get(claim.payee_id)) or day + settings.due_days * ONE_DAY
    if survey.books.locked(day):
        day, said = _open_day(claim, survey, settings)
        warnings.append(said)
    currency = survey.books.currency(claim.currency)
    status = settings.bill_status.value
    return Header(kind, claim.payee_id, number, day, max(due, day), currency, status), warnings


def _check_vendor(claim: Claim, survey: BillSurvey) -> None:
    if claim.vendor_id is None:
        raise Fault("vendor_missing")
    if not claim.payee_id:
        raise Fault("vendor_not_linked", vendor=claim.vendor)
    usable_contact(survey.contacts.get(claim.payee_id), claim.vendor)


def _open_day(claim: Claim, survey: BillSurvey, settings: Settings) -> tuple[Any, str]:
    lock, open_day = survey.books.locked_until, survey.books.first_open_day
    if settings.locked_period is LockedPeriod.HOLD or open_day is None:
        raise Fault("locked_period", day=claim.billing_date, lock=lock, open_day=open_day)
    return open_day, f"Dated {open_day} instead of {claim.billing_date}: Xero is locked up to {lock}."


def _new(claim: Claim, wanted: dict[str, Any], warnings: list[str], survey: BillSurvey) -> Payload:
    """A new document, or the one that is in Xero already under this very reference."""
    bills = survey.bills_of(claim.payee_id, wanted["number"])
    twins: Sequence[Document] = bills if wanted["kind"] == BILL else survey.notes.get(wanted["number"], ())
    for document in twins:
        if is_ours(wanted, document):
            return bill_changes.found(claim, wanted, document, survey)
    return Payload(wanted, claim.key, warnings=tuple(warnings))
