"""Approved progress claims become draws on contracts in MRI, to the cent, with what they withhold and release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.documents import DocumentView, LookUp
from hub.stage import Direction, KeyField, Known, Mapped, Payload, Problem, ReadContext, Record, Skip, Stage
from integrations.base.client import ApiClient
from integrations.procore.commitments import CommitmentKind
from integrations.procore_kit.checks import checked_amounts
from integrations.procore_kit.claim_reader import Claim, ClaimReader
from integrations.procore_kit.clients import procore_client
from integrations.procore_kit.faults import Fault

from .clients import mri_client
from .document_reader import CONTRACT, WithContracts
from .document_rules import decided, standing
from .document_settings import DocumentSettings, DrawOrder, PurchaseOrders, Retention, Sending, Zero
from .document_survey import DocumentSurvey
from .document_view import view
from .draw_amounts import draw_lines, totals
from .draw_body import draw_body
from .draw_problems import DRAWS as PROBLEMS
from .draw_writer import DrawWriter
from .places import COMMITMENTS, DRAWS, JOBS, of_project, ties


class DrawReader(WithContracts, ClaimReader):
    part = "claim"
    size = 200

    def __init__(self, source: ApiClient, context: ReadContext) -> None:
        statuses = context.settings.claim_statuses
        ClaimReader.__init__(self, procore_client(source), context, ties(context), DRAWS, statuses, chained=True)


class Draws(Stage):
    slug, number, title, noun = DRAWS, 10, "Progress claims → draws", "progress claim"
    direction = Direction.FORWARD
    all_label = "Send all progress claims"
    summary = "Approved claims become draws, with retention as {draw_retention} say."
    keys = (
        KeyField("project", "Project #"),
        KeyField("order", "Commitment #"),
        KeyField("application", "Application #"),
    )
    problems = PROBLEMS
    needs = (COMMITMENTS,)
    within = JOBS

    def reader(self, source: ApiClient, context: ReadContext) -> DrawReader:
        return DrawReader(source, context)

    def writer(self, target: ApiClient, settings: DocumentSettings) -> DrawWriter:
        return DrawWriter(mri_client(target), settings)

    def map(self, record: Record, known: Known) -> Mapped:
        if told := of_project(record):
            return told
        claim: Claim = record.data["claim"]
        try:
            return self._not_wanted(claim, known) or self._draw(claim, record, known)
        except Fault as fault:
            return Problem(fault.code, fault.values)

    def document(self, payload: Mapping[str, Any], look_up: LookUp) -> DocumentView:
        return view(payload)

    def describe(self, settings: DocumentSettings) -> str:  # type: ignore[override]
        own = settings.draw_retention is Retention.MRI
        said = "MRI withholds retention by itself" if own else "with the retention that Procore says"
        return f"Approved claims become draws, {said}."

    def _not_wanted(self, claim: Claim, known: Known) -> Skip | None:
        settings: DocumentSettings = known.settings
        if claim.status in settings.claim_statuses:
            return None
        status, link = claim.status.replace("_", " "), known.link(str(claim.id))
        if link is None:
            return Skip("not_approved", f"It is “{status}” in Procore.")
        return standing(link, status, known.target)

    def _draw(self, claim: Claim, record: Record, known: Known) -> Mapped:
        settings: DocumentSettings = known.settings
        lines = draw_lines(checked_amounts(claim))
        linked = known.link(str(claim.id)) is not None
        if not lines and linked and settings.zero_draws is Zero.LEAVE_OUT:
            raise Fault("nothing_left")
        if not lines and not linked and settings.zero_draws is Zero.LEAVE_OUT:
            return Skip("nothing_due", "Nothing is due: no new work, and no retention released.")
        due = totals(lines).net
        if due < 0 and settings.negative_draws is Sending.HOLD:
            raise Fault("negative_claim", due=f"{due:,.2f}")
        if left_out := self._check_places(claim, record.data[CONTRACT], f"{due:,.2f}", settings):
            return left_out
        body, warnings = draw_body(claim, record.data[CONTRACT], lines, known)
        payload = decided(str(claim.id), claim.key, body, known, warnings)
        if not linked and not payload.target_id:
            self._check_order(claim, known)
        return payload

    def _check_places(self, claim: Claim, contract: str, due: str, settings: DocumentSettings) -> Skip | None:
        if not claim.site.ledger_id:
            raise Fault("job_not_linked", project=claim.site.label)
        if claim.kind is CommitmentKind.PURCHASE_ORDER:
            if settings.purchase_orders is PurchaseOrders.LEAVE_OUT:
                return Skip("order_left_out", f"Purchase orders are left out by the tenant's settings. {due} is due.")
            if settings.purchase_orders is PurchaseOrders.PURCHASE_ORDERS:
                raise Fault("order_takes_no_draws", order=claim.order, due=due)
        if not contract:
            raise Fault("commitment_not_sent", order=claim.order)
        if claim.vendor_id is None:
            raise Fault("vendor_missing")
        if not claim.payee_id:
            raise Fault("vendor_not_linked", vendor=claim.vendor)
        return None

    def _check_order(self, claim: Claim, known: Known) -> None:
        """Draws go in the order of their applications: the one before is in MRI, or goes in the same run before it."""
        settings: DocumentSettings = known.settings
        if settings.draw_order is DrawOrder.ANY or not claim.earlier or known.linked_key(claim.earlier):
            return
        survey: DocumentSurvey = known.target
        before = next((record for record in survey.page.values() if record.key == claim.earlier), None)
        if before is None or not isinstance(self.map(before, known), Payload):
            raise Fault("earlier_not_sent", earlier=claim.earlier.rpartition("/")[2])
