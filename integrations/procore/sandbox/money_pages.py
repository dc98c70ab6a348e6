"""The web view of a project's money, at the addresses where Procore has its own pages.

https://developers.procore.com/documentation/side-panel-view-keys
"""

from __future__ import annotations

from decimal import Decimal

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from ...base.sandbox.kernel import route
from . import html
from .claims import LOCKED as CLAIM_LOCKED
from .claims import Claim, ClaimItem
from .commitments import ANY_KIND, KINDS
from .contracts import Contract
from .direct_cost_lines import LOCKED as COST_LOCKED
from .pages import Pages, banner, project_links
from .payments import LOCKED as PAYMENT_LOCKED
from .project import DirectCost, Project
from .rules import missing
from .state import Row

COMMITMENTS = "/<int:project_id>/project/commitments"
ONE = f"{COMMITMENTS}/{ANY_KIND}/<int:contract_id>"
CLAIM = f"{ONE}/requisitions/<int:claim_id>"
FOLDERS = {kind: folder for folder, kind in KINDS.items()}
ANSWERS = {"approve": "Approve", "approve_as_noted": "Approve as noted", "unapprove": "Take approval back"}
LINE_HEADINGS = ("Line", "Scheduled", "Work before", "Work now", "Stored", "To date", "Retained", "Review")


class MoneyPages(Pages):
    @route("GET", COMMITMENTS)
    def commitments_page(self, request: Request, project_id: int) -> Response:
        project = self._site(project_id)
        rows = [
            (
                html.link(_address(contract), contract["number"] or "no number"),
                contract["title"] or "",
                contract.vendor["name"] if contract.vendor else "",
                contract["status"],
                _money(contract.original + contract.approved_changes),
                len(contract.claims),
            )
            for contract in project.commitments
            if not contract["deleted_at"]
        ]
        headings = ("Number", "Title", "Vendor", "Status", "Amount", "Claims")
        return html.page(f"Commitments of {project['name']}", project_links(project), html.table(headings, rows))

    @route("GET", ONE)
    def commitment_page(self, request: Request, project_id: int, kind: str, contract_id: int) -> Response:
        contract = self._commitment(project_id, kind, contract_id)
        return html.page(
            f"{contract['number']} {contract['title'] or ''}",
            project_links(contract.project),
            banner(contract),
            html.heading("Schedule of values"),
            html.table(("Cost code", "Description", "Amount"), [_value_row(contract, line) for line in contract.lines]),
            html.heading("Change orders"),
            html.table(("Number", "Title", "Status", "Amount"), _change_rows(contract)),
            html.heading("Progress claims"),
            html.table(("#", "Invoice number", "Period to", "Status", "Due", "Paid"), _claim_rows(contract)),
            html.paragraph(html.link(f"{_address(contract)}/contract_payments", "Payments issued")),
        )

    @route("GET", CLAIM)
    def claim_page(self, request: Request, project_id: int, kind: str, contract_id: int, claim_id: int) -> Response:
        claim = self._progress_claim(project_id, kind, contract_id, claim_id)
        return html.page(
            f"Claim {claim['number']} of {claim.contract['number']}",
            html.paragraph(html.link(_address(claim.contract), "Back to the commitment")),
            _notice(claim, CLAIM_LOCKED),
            html.paragraph(f"Status: {claim['status'].replace('_', ' ')}"),
            html.form("", *(html.choice("answer", value, text) for value, text in ANSWERS.items())),
            html.form(
                "", html.field("Invoice number", "invoice_number", claim["invoice_number"]), html.button("Change")
            ),
            html.heading("Summary (G702)"),
            html.table(("", "Amount"), _certificate_rows(claim)),
            html.heading("Lines (G703)"),
            html.table(LINE_HEADINGS, [_item_row(item) for item in claim.items]),
        )

    @route("POST", CLAIM)
    def claim_form(self, request: Request, project_id: int, kind: str, contract_id: int, claim_id: int) -> Response:
        claim = self._progress_claim(project_id, kind, contract_id, claim_id)
        answer = request.form.get("answer")
        if answer == "unapprove":
            claim.unapprove()
        elif answer in ANSWERS:
            claim.approve(as_noted=answer == "approve_as_noted")
        else:
            claim.check_open()
            claim.change(invoice_number=request.form.get("invoice_number", "").strip() or None)
        return redirect(request.path, 303)

    @route("GET", f"{ONE}/contract_payments")
    def payments_page(self, request: Request, project_id: int, kind: str, contract_id: int) -> Response:
        contract = self._commitment(project_id, kind, contract_id)
        numbers = {claim.id: claim["number"] for claim in contract.claims}
        rows = [
            (
                row["date"],
                _money(row["amount"]),
                numbers.get(row["requisition_id"], ""),
                row["invoice_number"] or "",
                row["check_number"] or "",
                _notice(row, PAYMENT_LOCKED),
            )
            for row in contract.payments
        ]
        return html.page(
            f"Payments issued on {contract['number']}",
            html.paragraph(html.link(_address(contract), "Back to the commitment")),
            html.table(("Date", "Amount", "Claim", "Invoice number", "Check number", ""), rows),
            html.paragraph(f"Together {_money(contract.paid)}"),
        )

    @route("GET", "/<int:project_id>/project/direct_costs")
    def direct_costs_page(self, request: Request, project_id: int) -> Response:
        project = self._site(project_id)
        rows = [
            (
                html.link(f"{request.path}/{cost.id}", cost["invoice_number"] or "no number"),
                cost["direct_cost_type"],
                _vendor_name(cost),
                cost["direct_cost_date"] or "",
                cost["status"],
                _money(cost.total),
                "yes" if cost["origin_id"] else "",
            )
            for cost in project.direct_costs
        ]
        headings = ("Number", "Type", "Vendor", "Date", "Status", "Amount", "Integrated")
        return html.page(f"Direct costs of {project['name']}", project_links(project), html.table(headings, rows))

    @route("GET", "/<int:project_id>/project/direct_costs/<int:cost_id>")
    def direct_cost_page(self, request: Request, project_id: int, cost_id: int) -> Response:
        project = self._site(project_id)
        cost = next((cost for cost in project.direct_costs if cost.id == cost_id), None)
        if cost is None:
            raise missing()
        facts = [(name.replace("_", " "), cost[name]) for name in ("direct_cost_date", "status", "description")]
        return html.page(
            f"Direct cost {cost['invoice_number'] or cost.id}",
            html.paragraph(html.link(f"/{project.id}/project/direct_costs", "Direct costs")),
            _notice(cost, COST_LOCKED),
            html.table(("Field", "Value"), [("vendor", _vendor_name(cost)), *facts]),
            html.table(("Cost code", "Description", "Amount"), [_value_row(cost, line) for line in cost.lines]),
            html.paragraph(f"Together {_money(cost.total)}"),
        )

    def _site(self, project_id: int) -> Project:
        _, row = self._project(project_id)
        if not isinstance(row, Project):
            raise missing()
        return row

    def _commitment(self, project_id: int, kind: str, contract_id: int) -> Contract:
        for contract in self._site(project_id).commitments:
            if contract.id == contract_id and contract.kind == KINDS[kind]:
                return contract
        raise missing()

    def _progress_claim(self, project_id: int, kind: str, contract_id: int, claim_id: int) -> Claim:
        for claim in self._commitment(project_id, kind, contract_id).claims:
            if claim.id == claim_id:
                return claim
        raise missing()


def _address(contract: Contract) -> str:
    return f"/{contract.project.id}/project/commitments/{FOLDERS[contract.kind]}/{contract.id}"


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _notice(row: Row, text: str) -> Markup:
    """https://developers.procore.com/documentation/tutorial-financial-tools#record-locking"""
    if not row["origin_id"]:
        return Markup("")
    return html.paragraph(Markup("{} {}").format(text, html.code(row["origin_id"])), "banner")


def _vendor_name(cost: DirectCost) -> str:
    vendor = cost.project.company.vendors.get(cost["vendor_id"])
    return str(vendor["name"]) if vendor else ""


def _value_row(holder: Contract | DirectCost, line: Row) -> tuple[object, ...]:
    wbs = holder.project.company.wbs_codes.get(line["wbs_code_id"])
    return html.code(wbs["flat_code"] if wbs else "", "whole"), line["description"], _money(line["amount"])


def _change_rows(contract: Contract) -> list[tuple[object, ...]]:
    return [(order["number"], order["title"], order["status"], _money(order.total)) for order in contract.change_orders]


def _claim_rows(contract: Contract) -> list[tuple[object, ...]]:
    return [
        (
            html.link(f"{_address(contract)}/requisitions/{claim.id}", str(claim["number"])),
            claim["invoice_number"] or "",
            claim["requisition_end"] or "",
            claim["status"].replace("_", " "),
            _money(claim.due),
            claim["payment_date"] or "",
        )
        for claim in contract.claims
    ]


def _certificate_rows(claim: Claim) -> list[tuple[str, str]]:
    sums = claim.certificate
    return [
        (text, _money(amount))
        for text, amount in (
            ("Contract sum to date", sums.contract_sum),
            ("Total completed and stored to date", sums.total),
            ("Retention of completed work", sums.work_held),
            ("Retention of stored materials", sums.stored_held),
            ("Total earned less retention", sums.earned),
            ("Less previous certificates", sums.previous),
            ("Current payment due", sums.due),
            ("Claimed this period", claim.gross),
        )
    ]


def _item_row(item: ClaimItem) -> tuple[object, ...]:
    line = item.progress
    amounts = (item.line["amount"], line.work_before, line.work, line.stored, line.total, line.held)
    indent = "– " if item.is_detail else ""
    return f"{indent}{item.line['description']}", *(_money(amount) for amount in amounts), item["status"]
