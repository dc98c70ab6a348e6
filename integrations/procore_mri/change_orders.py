"""Approved change orders of commitments become change orders of their contracts in MRI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from hub.documents import DocumentView, LookUp
from hub.stage import Direction, KeyField, Known, Mapped, Problem, ReadContext, Record, Skip, Stage
from integrations.base.client import ApiClient
from integrations.procore.commitments import CommitmentKind
from integrations.procore_kit.change_reader import APPROVED, Change, ChangeReader
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.faults import Fault

from .clients import mri_client
from .commitment_problems import CHANGE_ORDERS as PROBLEMS
from .commitments import coded
from .document_coding import Coder
from .document_reader import CONTRACT, WithContracts
from .document_rules import body_of, decided, standing
from .document_settings import DocumentSettings, PurchaseOrders, Sending, Zero
from .document_survey import Wanted
from .document_view import view
from .document_writer import DocumentWriter
from .documents import CHANGE, number_in
from .places import CHANGE_ORDERS, COMMITMENTS, JOBS, of_project, ties

ZERO = Decimal(0)


class ContractChangeReader(WithContracts, ChangeReader):
    part = "change"

    def __init__(self, source: ApiClient, context: ReadContext) -> None:
        ChangeReader.__init__(self, procore_client(source), context, ties(context), CHANGE_ORDERS)


class ChangeOrderWriter(DocumentWriter):
    def wanted(self, record: Record) -> Iterable[Wanted]:
        change: Change | None = record.data.get("change")
        contract = record.data.get(CONTRACT, "")
        if change is not None and contract:
            job = change.site.ledger_id
            yield CHANGE, {"job_id": job, "contract_number": number_in(contract, job), "number": change.number}


class ChangeOrders(Stage):
    slug, number, title, noun = CHANGE_ORDERS, 9, "Change orders", "change order"
    direction = Direction.FORWARD
    all_label = "Send all change orders"
    summary = "Approved change orders of commitments become change orders of their contracts."
    keys = (
        KeyField("project", "Project #"),
        KeyField("order", "Commitment #"),
        KeyField("change", "Change order #"),
    )
    problems = PROBLEMS
    needs = (COMMITMENTS,)
    within = JOBS

    def reader(self, source: ApiClient, context: ReadContext) -> ContractChangeReader:
        return ContractChangeReader(source, context)

    def writer(self, target: ApiClient, settings: DocumentSettings) -> ChangeOrderWriter:
        return ChangeOrderWriter(mri_client(target))

    def map(self, record: Record, known: Known) -> Mapped:
        if told := of_project(record):
            return told
        change: Change = record.data["change"]
        try:
            return _not_wanted(change, known) or _change_order(change, record, known)
        except Fault as fault:
            return Problem(fault.code, fault.values)

    def document(self, payload: Mapping[str, Any], look_up: LookUp) -> DocumentView:
        return view(payload)


def _not_wanted(change: Change, known: Known) -> Skip | None:
    settings: DocumentSettings = known.settings
    link = known.link(str(change.id))
    if change.status != APPROVED:
        status = change.status.replace("_", " ")
        return standing(link, status, known.target) if link else Skip("not_approved", f"It is “{status}” in Procore.")
    if link is not None or settings.zero_change_orders is Zero.SEND or change.total:
        return None
    if any(line.amount for line in change.lines):
        raise Fault("moves_between_codes")
    return Skip("no_value", "It comes to 0.00 and moves nothing; such change orders are left out by the settings.")


def _change_order(change: Change, record: Record, known: Known) -> Mapped:
    settings: DocumentSettings = known.settings
    contract = record.data[CONTRACT]
    if not change.site.ledger_id:
        raise Fault("job_not_linked", project=change.site.label)
    if left_out := _on_purchase_order(change, settings):
        return left_out
    if not contract:
        raise Fault("commitment_not_sent", order=change.order)
    total = sum((line.amount for line in change.lines), ZERO)
    if total != change.total:
        raise Fault("sums_differ", lines=f"{total:,.2f}", total=f"{change.total:,.2f}")
    coder = Coder(known)
    body = {
        "number": change.number,
        "contract_number": number_in(contract, change.site.ledger_id),
        "job_id": change.site.ledger_id,
        "vendor_id": change.payee_id,
        "title": change.title,
        **({"date": change.day.isoformat()} if change.day else {}),
        "amount": total,
        "lines": coded(change.lines, coder),
    }
    whole = body_of(
        CHANGE, body, {"order": change.order, "vendor": change.vendor, "url": record.url}, known.target.profile
    )
    return decided(str(change.id), change.key, whole, known, coder.warnings)


def _on_purchase_order(change: Change, settings: DocumentSettings) -> Skip | None:
    if change.kind is not CommitmentKind.PURCHASE_ORDER:
        return None
    if settings.purchase_orders is PurchaseOrders.LEAVE_OUT:
        return Skip("order_left_out", "Purchase orders are left out by the tenant's settings, and so is this.")
    as_order = settings.purchase_orders is PurchaseOrders.PURCHASE_ORDERS
    if as_order and settings.purchase_order_changes is Sending.HOLD:
        raise Fault("change_on_purchase_order", order=change.order, total=f"{change.total:,.2f}")
    return None
