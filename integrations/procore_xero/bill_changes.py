"""What becomes of a bill that was sent before: left alone, brought up to date, or shown to a person.

Only a document that nobody has paid, credited, locked, voided or edited is changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from hub.abilities import carried_out
from hub.engine.hashing import body_hash, diff
from hub.stage import Known, LinkView, Payload
from integrations.procore_kit.amounts import Amount
from integrations.procore_kit.claim_reader import Claim
from integrations.procore_kit.faults import Fault
from integrations.procore_kit.sites import ONE_DAY
from integrations.procore_kit.standing import as_sent
from integrations.xero.bills import Bill
from integrations.xero.drafts import AUTHORISED, DRAFT, SUBMITTED

from .bill_body import Header, body, coded_before, figures, keyed
from .bill_numbers import chosen
from .bill_survey import BillSurvey, Document, closed, id_of, settled
from .bill_writer import edits, same_amounts, stands
from .due_dates import due_by_terms
from .settings import Settings

_MOST_SHOWN = 4


def compared(claim: Claim, kind: str, lines: Sequence[Mapping[str, Any]], link: LinkView, known: Known) -> Payload:
    """The linked claim's document as it should be now. Raises Fault for what only a person can settle."""
    survey: BillSurvey = known.target
    document = survey.documents.get(link.target_id)
    if document is None or document.ended:
        raise Fault("bill_ended", document=link.sent["kind"], status=document.status if document else "gone")
    sent = carried_out(link, partial(stands, document=document, survey=survey))
    if kind != sent["kind"]:
        raise Fault("kind_changed", before=sent["kind"], after=kind, due=f"{claim.payment_due:,.2f}")
    if claim.payee_id not in (sent["contact"], document.contact.contact_id):
        raise Fault("vendor_changed", document=kind, contact=document.contact.name, vendor=claim.vendor)
    header, warnings = _header(claim, kind, sent, survey, known.settings)
    wanted = body(claim, header, lines)
    if stands(wanted, document, survey):
        return Payload(wanted, claim.key, current=wanted, warnings=tuple(warnings))
    return _settled(claim, wanted, sent, document, survey) or Payload(wanted, claim.key, warnings=tuple(warnings))


def unchanged(claim: Claim, kind: str, amounts: Sequence[Amount], link: LinkView, known: Known) -> Payload | None:
    """What was sent, when nothing of the linked claim has changed that needs no coding: figures, number, dates. None
    when something has, or while nobody knows what was sent last. Raises Fault."""
    lines = coded_before(link.sent, {key: one.amount for key, one in keyed(amounts).items()})
    if lines is None or link.doubts:
        return None
    return as_sent(compared(claim, kind, lines, link, known), link)


def found(claim: Claim, wanted: dict[str, Any], document: Document, survey: BillSurvey) -> Payload:
    """A claim that is not linked, and the document that was made of it once: its link was lost. What differs cannot be
    told from what somebody has edited; so a draft gets the claim's amounts, and what was approved is a person's. The
    due date stays: settings and terms may have been others when it was sent."""
    said = f"A {wanted['kind']} with its number, vendor and reference is in Xero already."
    if isinstance(document, Bill) and document.due_date:
        wanted = {**wanted, "due": document.due_date.isoformat()}
    edited = edits(wanted, document, survey)
    warnings = tuple(f"It is different in Xero: {sentence}" for sentence in edited)
    target = id_of(document)
    if same_amounts(wanted, document):
        return Payload(wanted, claim.key, target, said, linked_only=True, warnings=warnings)
    if document.status not in (DRAFT, SUBMITTED) or survey.books.locked(document.date):
        raise Fault("twin_differs", document=wanted["kind"], status=document.status, edits=" ".join(edited))
    return Payload(wanted, claim.key, target, said, warnings=warnings)


def _header(
    claim: Claim, kind: str, sent: Mapping[str, Any], survey: BillSurvey, settings: Settings
) -> tuple[Header, list[str]]:
    """What the claim did not change stays as it was sent, whatever settings and lock dates are by now; and what a
    person should know of it."""
    if claim.billing_date is None:
        raise Fault("no_billing_date")
    told = sent["claim"]
    number: str = sent["number"]
    warnings: list[str] = []
    if claim.invoice_number != told["invoice_number"]:
        number, warnings = chosen(claim, kind, survey, settings)
    day, due = date.fromisoformat(sent["date"]), date.fromisoformat(sent["due"])
    if claim.billing_date.isoformat() != told["billing_date"]:
        day = claim.billing_date
        terms = due_by_terms(day, survey.contacts.get(claim.payee_id))
        due = terms or day + settings.due_days * ONE_DAY
    if claim.due is not None and claim.due.isoformat() != told["due"]:
        due = claim.due
    return Header(kind, sent["contact"], number, day, max(due, day), sent["currency"], sent["status"]), warnings


def _settled(
    claim: Claim, wanted: dict[str, Any], sent: Mapping[str, Any], document: Document, survey: BillSurvey
) -> Payload | None:
    """Why the document keeps what was sent; None when it is to be brought up to date. Raises Fault."""
    same = figures(wanted) == figures(sent)
    edited = edits(sent, document, survey)
    warnings = tuple(f"It was changed in Xero: {sentence}" for sentence in edited)
    keep = Payload(sent, claim.key, linked_only=True, warnings=warnings)
    if body_hash(wanted) == body_hash(sent):
        return keep
    if same and (closed(document) or survey.books.locked(document.date) or edited or document.status == AUTHORISED):
        return keep  # only where it goes in the books has changed, and that is for documents still to be approved
    _check_open(wanted, sent, document, survey)
    if edited:
        raise Fault("edited_in_xero", document=sent["kind"], changes=_changes(sent, wanted), edits=" ".join(edited))
    return None


def _check_open(wanted: Mapping[str, Any], sent: Mapping[str, Any], document: Document, survey: BillSurvey) -> None:
    changes = _changes(sent, wanted)
    if closed(document):
        money = f"{settled(document):,.2f}"
        raise Fault("changed_after_payment", document=sent["kind"], settled=money, changes=changes)
    if survey.books.locked(document.date) or survey.books.locked(date.fromisoformat(wanted["date"])):
        lock = survey.books.locked_until
        raise Fault("changed_in_locked_period", document=sent["kind"], day=document.date, lock=lock, changes=changes)


def _changes(sent: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """The first few differences, for a sentence."""
    before = {line["key"]: line["amount"] for line in sent["lines"]}
    after = {line["key"]: line for line in wanted["lines"]}
    told = [
        f"{line['description']} {_money(before[key]) if key in before else 'nothing'} → {_money(line['amount'])}"
        for key, line in after.items()
        if figures({"lines": [line]}) != figures({"lines": [{"key": key, "amount": before.get(key, "0")}]})
    ]
    told += [f"{line['description']} left out" for line in sent["lines"] if line["key"] not in after]
    told += [f"{name} {old} → {new}" for name, old, new in diff(_plain(sent), _plain(wanted))]
    more = f" and {len(told) - _MOST_SHOWN} more" if len(told) > _MOST_SHOWN else ""
    return "; ".join(told[:_MOST_SHOWN]) + more


def _money(amount: object) -> str:
    return f"{Decimal(str(amount)):,.2f}"


def _plain(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one[name] for name in ("number", "date", "due")}
