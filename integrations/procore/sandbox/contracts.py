"""A commitment of the pretend Procore with its schedule of values, change orders, claims and payments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .claims import Claim, Figures
from .g703 import ZERO
from .money_columns import PURCHASE_ORDER, SUBCONTRACT
from .state import Row

if TYPE_CHECKING:
    from .company import Company
    from .project import Project

Line = tuple[str | Row, str, Decimal]  # cost code, description, amount


class ChangeOrder(Row):
    """A change to a commitment. Its lines are claimed like lines of the contract once it is approved."""

    def __init__(self, contract: Contract, values: dict[str, Any]) -> None:
        own = {"contract_id": contract.id, "project_id": contract.project.id}
        super().__init__(contract.company.change_orders, {**own, **values})
        self.contract = contract
        self.lines: list[Row] = []

    @property
    def total(self) -> Decimal:
        return sum((line["amount"] for line in self.lines), ZERO)

    def add_line(self, code: str | Row, description: str, amount: Decimal, cost_type: str = "C") -> Row:
        place = {"holder_id": self.id, "holder_type": "CommitmentChangeOrder", "position": len(self.lines) + 1}
        coded = self.contract.project.coded(code, cost_type)
        line = self.contract.company.lines.add(**place, **coded, description=description, amount=amount)
        self.lines.append(line)
        return line

    @property
    def approved(self) -> bool:
        return bool(self["status"] == "approved")

    def approve(self) -> None:
        self.change(status="approved", executed=True)
        self.contract.touch()


class Contract(Row):
    """A subcontract or purchase order. Use `Project.add_commitment`; `claim` writes claims the way a site does."""

    def __init__(self, project: Project, kind: str, values: dict[str, Any]) -> None:
        super().__init__(project.company.contracts[kind], {"project_id": project.id, **values})
        self.project: Project = project
        self.kind = kind
        self.lines: list[Row] = []
        self.details: list[Row] = []
        self.change_orders: list[ChangeOrder] = []
        self.claims: list[Claim] = []
        self.payments: list[Row] = []

    @property
    def company(self) -> Company:
        return self.project.company

    @property
    def vendor(self) -> Row | None:
        return self.company.vendors.get(self["vendor_id"])

    @property
    def shown_vendor_id(self) -> int | None:
        """As the project knows the vendor."""
        return self.company.vendor_id_in(self.project, self.vendor) if self.vendor else None

    @property
    def rate(self) -> Decimal:
        """Percent of each line that is retained unless a claim says otherwise."""
        return Decimal(self["retainage_percent"] or 0)

    # The schedule of values.

    def add_line(self, code: str | Row, description: str, amount: Decimal, cost_type: str = "C") -> Row:
        """`code` is a cost code of the project or its full code, `cost_type` the code of a cost type."""
        coded = self.project.coded(code, cost_type)
        return self.keep_line({**coded, "description": description, "amount": amount})

    def keep_line(self, values: dict[str, Any]) -> Row:
        place = {"holder_id": self.id, "holder_type": self.kind, "position": len(self.lines) + 1}
        self.lines.append(self.company.lines.add(**place, **values))
        self.touch()
        return self.lines[-1]

    def add_details(self, line: Row, details: Iterable[tuple[str, Decimal]]) -> list[Row]:
        """A subcontractor's schedule of values: parts of a line, which then occur in claims beside the line itself.

        https://support.procore.com/faq/what-is-a-subcontractor-schedule-of-values
        """
        table = self.company.line_details
        added = [
            table.add(line_id=line.id, description=text, amount=amount, position=number)
            for number, (text, amount) in enumerate(details, 1)
        ]
        self.details += added
        return added

    def add_change_order(
        self, number: str, lines: Iterable[Line], *, status: str = "approved", title: str = "", **values: Any
    ) -> ChangeOrder:
        own = {"number": number, "title": title or f"Change order {number}", "status": status, **values}
        order = self.company.change_orders.keep(ChangeOrder(self, own))
        for code, description, amount in lines:
            order.add_line(code, description, amount)
        self.change_orders.append(order)
        self.touch()
        return order

    def billable(self) -> Iterator[tuple[Row, str]]:
        """Every line that a claim shows, with its type of item."""
        for line in self.lines:
            yield line, "contract_item"
            yield from ((row, "contract_detail_item") for row in self.details if row["line_id"] == line.id)
        for order in self.change_orders:
            if order.approved:
                yield from ((line, "change_order_item") for line in order.lines)

    # Sums.

    @property
    def original(self) -> Decimal:
        return sum((line["amount"] for line in self.lines), ZERO)

    @property
    def approved_changes(self) -> Decimal:
        return self.changes("approved")

    def changes(self, *statuses: str) -> Decimal:
        return sum((order.total for order in self.change_orders if order["status"] in statuses), ZERO)

    @property
    def paid(self) -> Decimal:
        return sum((payment["amount"] for payment in self.payments), ZERO)

    # Claims and payments.

    def claim(
        self,
        *,
        period_end: date | str,
        invoice_number: str = "",
        status: str = "approved",
        moved_into_previous: bool = False,
        off_by: Decimal = ZERO,
        tax: Decimal = ZERO,
        attachments: Iterable[str] = (),
        **amounts: Any,
    ) -> Claim:
        """The next progress claim; `amounts` are those of `Figures`. G702 and G703 are worked out from them.

        `off_by` makes current payment due differ from what the lines come to. `attachments` are names of
        files, whose contents are made up.
        """
        period = self.project.billing_period(period_end)
        values = {
            "billing_date": period["end_date"],
            "requisition_start": period["start_date"],
            "requisition_end": period["end_date"],
            "period_id": period.id,
            "submitted_at": period["end_date"],
            "invoice_number": invoice_number or None,
            "status": status,
            "into_previous": moved_into_previous,
            "off_by": off_by,
            "tax": tax,
            "attachments": tuple((self.company.add_file(f"%PDF-1.4 {name}".encode()), name) for name in attachments),
        }
        claim = self.start_claim(values)
        claim.enter(Figures(**amounts))
        return claim

    def start_claim(self, values: dict[str, Any]) -> Claim:
        """The next claim, with nothing claimed yet."""
        claim = self.company.claims.keep(Claim(self, values))
        self.claims.append(claim)
        return claim

    def add_payment(self, amount: Decimal, day: date | str, claim: Claim | None = None, **values: Any) -> Row:
        """A payment that somebody noted by hand."""
        own = {"contract_id": self.id, "project_id": self.project.id, "requisition_id": claim.id if claim else None}
        payment = self.company.payments.add(**own, amount=amount, date=str(day), **values)
        self.payments.append(payment)
        return payment

    def remove_payment(self, payment: Row) -> None:
        self.payments.remove(payment)
        payment.remove()


KINDS = (SUBCONTRACT, PURCHASE_ORDER)
