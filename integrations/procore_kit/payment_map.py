"""What a payment of the ledger should look like in Procore. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hub.stage import Known, LinkView, Mapped, Payload, Problem, Record, Skip
from integrations.procore.payments import ContractPayment

from .cost_choices import DeletedPayments
from .paid import Kind, Paid
from .payment_writer import CLAIM_ID, PaymentSurvey
from .settlements import SettledBy, Settlement


@dataclass(frozen=True)
class PaymentLedger:
    """How people speak of a ledger's payments. `gone` ends “It was …” of one that is no longer there; `note` is what
    stands beside a payment in Procore."""

    gone: str
    note: Callable[[Settlement], str]


def map_paid(record: Record, known: Known, ledger: PaymentLedger) -> Mapped:
    """The settings are to have payment_tax, payment_method and deleted_payments."""
    paid: Paid = record.data["paid"]
    link = known.link(record.id)
    if paid.kind is Kind.SETTLEMENT:
        return _payment(paid, link, known, ledger)
    if paid.kind is Kind.GONE:
        return _gone(paid, link, known.settings, ledger)
    if paid.kind is Kind.PAID:
        return _date(paid, link, known)
    return Skip("nothing_to_send", paid.reason)


def _place(paid: Paid, link: LinkView | None, known: Known) -> dict[str, Any] | None:
    """Where a payment stands: as it was sent, or where the claim is now. None when the claim is not to be seen."""
    names = ("project_id", "contract_id", "requisition_id")
    if link is not None and all(name in link.sent for name in names):
        return {name: link.sent[name] for name in names}
    survey: PaymentSurvey = known.target
    if paid.claim_id not in survey.claims:
        return None
    project_id, claim = survey.claims[paid.claim_id]
    return {"project_id": project_id, "contract_id": claim.commitment_id, "requisition_id": claim.id}


def _claim_gone(paid: Paid) -> Problem:
    return Problem("claim_gone", {"bill": paid.bill, "claim": paid.claim})


def _payment(paid: Paid, link: LinkView | None, known: Known, ledger: PaymentLedger) -> Mapped:
    settings: Any = known.settings
    one, share = paid.settlement, paid.share
    if one is None or share is None or one.day is None:
        return Problem("unreadable_record", {"reason": "the payment has no date."})
    place = _place(paid, link, known)
    if place is None:
        return _claim_gone(paid)
    amount = share.counted(settings.payment_tax)
    if not amount and link is None:
        return Skip("nothing_counts", f"Of {one.amount:,.2f} no part pays the claim before tax.")
    fields = {
        "amount": f"{amount:.2f}",
        "date": one.day.isoformat(),
        "requisition_id": place["requisition_id"],
        "invoice_number": paid.bill,
        "payment_number": _number(paid, link),
        "payment_method": one.method or settings.payment_method.value,
        "check_number": one.reference if one.by is SettledBy.PAYMENT else "",
        "notes": ledger.note(one),
        "origin_id": paid.origin,
    }
    payload = {**place, "payment": {name: value for name, value in fields.items() if value != ""}}
    survey: PaymentSurvey = known.target
    there = survey.payments.get(paid.origin) if link is None else None
    return _matched(payload, paid.origin, there) if there else Payload(payload, paid.origin)


def _number(paid: Paid, link: LinkView | None) -> int:
    """A payment keeps the number it was sent with."""
    sent: Mapping[str, Any] = link.sent.get("payment", {}) if link else {}
    return int(sent.get("payment_number") or paid.number or 1)


def _matched(payload: dict[str, Any], origin: str, there: ContractPayment) -> Payload:
    """Sent before, and its link lost. What the list does not tell counts as equal."""
    wanted = payload["payment"]
    told = {
        "amount": f"{there.amount:.2f}",
        "date": there.date.isoformat() if there.date else "",
        "requisition_id": there.requisition_id,
        "invoice_number": there.invoice_number,
        "payment_number": there.payment_number,
        "check_number": there.check_number,
        "notes": there.notes,
    }
    kept = {**payload, "payment": {**wanted, "payment_number": there.payment_number or wanted["payment_number"]}}
    now = {**kept["payment"], **{name: value for name, value in told.items() if name in wanted}}
    evidence = "It carries the payment's key."
    return Payload(kept, origin, str(there.id), evidence, current={**kept, "payment": now})


def _gone(paid: Paid, link: LinkView | None, settings: Any, ledger: PaymentLedger) -> Mapped:
    if link is None:
        return Skip("nothing_to_send", f"It was {ledger.gone} before it was sent.")
    if link.sent.get("removed"):
        return Payload(link.sent, paid.origin)
    if settings.deleted_payments is DeletedPayments.REMOVE and "contract_id" in link.sent:
        why = paid.reason or f"It was {ledger.gone}."
        return Payload({**link.sent, "removed": True}, paid.origin, warnings=(why,))
    payment = link.sent.get("payment", {})
    amount = f"{Decimal(str(payment.get('amount', 0))):,.2f}"
    by = "credit" if "set against" in str(payment.get("notes", "")) else "payment"
    if paid.reason:  # it is still there, and should not have been sent
        return Problem("credit_counted", {"bill": paid.bill, "amount": amount, "why": paid.reason})
    return Problem("payment_deleted", {"bill": paid.bill, "amount": amount, "by": by})


def _date(paid: Paid, link: LinkView | None, known: Known) -> Mapped:
    """The claim's payment date, a record of its own: set when the bill is paid in full, taken away when it is not."""
    if link is None and paid.day is None:
        return Skip("nothing_to_send", "It is not paid in full.")
    place = _place(paid, link, known)
    if place is None:
        return _claim_gone(paid)
    payload = {**place, "payment_date": paid.day.isoformat() if paid.day else None}
    if link is not None:
        return Payload(payload, link.target_id)
    target = CLAIM_ID.format(paid.claim_id)
    survey: PaymentSurvey = known.target
    claim = survey.claims[paid.claim_id][1]
    now = {**place, "payment_date": claim.payment_date.isoformat() if claim.payment_date else None}
    if claim.origin_id and now != payload:
        said = f"it carries the outside key “{claim.origin_id}”."
        return Problem("claim_locked", {"reasons": said})
    return Payload(payload, target, target, f"The bill of claim {paid.claim} is paid in full.", current=now)
