"""A project of the pretend Procore, and how tests and the demo fill it with money."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .budget import Budget
from .contracts import Contract, Line
from .g703 import ZERO
from .money_columns import PURCHASE_ORDER, SUBCONTRACT
from .state import Row

if TYPE_CHECKING:
    from .company import Company

DUE_DAYS = 30  # after the end of a billing period


class DirectCost(Row):
    """A cost without a commitment."""

    def __init__(self, project: Project, values: dict[str, Any]) -> None:
        super().__init__(project.company.direct_costs, {"project_id": project.id, **values})
        self.project = project
        self.lines: list[Row] = []

    @property
    def total(self) -> Decimal:
        return sum((line["amount"] for line in self.lines), ZERO)

    def add_line(self, values: dict[str, Any]) -> Row:
        place = {"holder_id": self.id, "holder_type": "DirectCost", "position": len(self.lines) + 1}
        line = self.project.company.lines.add(**place, **values)
        self.lines.append(line)
        self.touch()
        return line

    def remove_line(self, line: Row) -> None:
        self.lines.remove(line)
        line.remove()
        self.touch()


class Project(Row):
    """A project. `commitments` and `direct_costs` show what a run has left there."""

    def __init__(self, company: Company, values: dict[str, Any]) -> None:
        super().__init__(company.projects, values)
        self.company = company
        self.commitments: list[Contract] = []
        self.direct_costs: list[DirectCost] = []
        self.own_currency = ""

    @property
    def currency(self) -> str:
        """Its own, when it was given one, else the company's:
        https://support.procore.com/products/online/user-guide/company-level/admin/tutorials/about-multi-currency-settings-in-procore
        """
        return self.own_currency or self.company.currency

    # Codes.

    def cost_code(self, full_code: str) -> Row:
        """The project's cost code, copied from the company's list or else made with the code as its name."""
        return self._known_code(full_code) or self._copied_code(full_code) or self._new_code(full_code)

    def _known_code(self, full_code: str) -> Row | None:
        codes = self.company.cost_codes
        own = codes.where(lambda row: row["project_id"] == self.id)
        return next((row for row in own if self.company.full_code(codes, row) == full_code), None)

    def _copied_code(self, full_code: str) -> Row | None:
        self.company.copy_cost_codes(self)
        return self._known_code(full_code)

    def _new_code(self, full_code: str) -> Row:
        upper, _, segment = full_code.rpartition("-")
        parent_id = self.cost_code(upper).id if upper else None
        return self.company.cost_codes.add(name=full_code, code=segment, parent_id=parent_id, project_id=self.id)

    def coded(self, code: str | Row, cost_type: str | Row) -> dict[str, Any]:
        """The columns by which a line knows its cost code, cost type and budget code."""
        row = code if isinstance(code, Row) else self.cost_code(code)
        kind = cost_type if isinstance(cost_type, Row) else self.company.cost_type(cost_type)
        wbs = self.company.wbs_code(self, row, kind)
        return {"cost_code_id": row.id, "line_item_type_id": kind.id, "wbs_code_id": wbs.id}

    def add_sub_job(self, code: str, name: str) -> Row:
        """A part of the project with cost codes of its own: `cost_code(…).change(sub_job_id=…)`."""
        return self.company.sub_jobs.add(code=code, name=name, project_id=self.id)

    @cached_property
    def budget(self) -> Budget:
        return Budget(self)

    # Commitments.

    def add_commitment(
        self,
        vendor: Row | None,
        *,
        number: str,
        lines: Iterable[Line],
        retainage: str | Decimal | None = None,
        status: str = "Approved",
        title: str = "",
        kind: str = SUBCONTRACT,
        **values: Any,
    ) -> Contract:
        """A subcontract: `lines` are (cost code, description, amount), `retainage` a percentage. The vendor joins the
        project."""
        own = {
            "number": number,
            "title": title or f"{vendor['name'] if vendor else 'Subcontract'} {number}",
            "status": status,
            "executed": status != "Draft",
            "vendor_id": vendor.id if vendor else None,
            "retainage_percent": None if retainage is None else Decimal(retainage),
            **values,
        }
        if vendor:
            self.add_vendor(vendor)
        contract = self.new_commitment(kind, own)
        for code, description, amount in lines:
            contract.add_line(code, description, amount)
        return contract

    def add_purchase_order(self, vendor: Row | None, *, number: str, lines: Iterable[Line], **values: Any) -> Contract:
        return self.add_commitment(vendor, number=number, lines=lines, kind=PURCHASE_ORDER, **values)

    def new_commitment(self, kind: str, values: dict[str, Any]) -> Contract:
        contract = self.company.contracts[kind].keep(Contract(self, kind, values))
        self.commitments.append(contract)
        return contract

    def commitment(self, number: str) -> Contract:
        return next(contract for contract in self.commitments if contract["number"] == number)

    def add_vendor(self, vendor: Row) -> None:
        """A vendor of the company joins the project: only then may it hold a commitment here."""
        self.change(vendor_ids=self["vendor_ids"] | {vendor.id})

    # Billing periods.

    @property
    def billing_periods(self) -> list[Row]:
        return self.company.periods.where(lambda row: row["project_id"] == self.id)

    def billing_period(self, end: date | str) -> Row:
        """The period that ends on this day: a known one, or the month up to it, due after 30 days."""
        last = date.fromisoformat(str(end))
        known = next((row for row in self.billing_periods if row["end_date"] == last.isoformat()), None)
        return known or self.add_billing_period(last.replace(day=1), last, last + timedelta(days=DUE_DAYS))

    def add_billing_period(self, start: date, end: date, due: date, status: str = "open") -> Row:
        days = {"start_date": start.isoformat(), "end_date": end.isoformat(), "due_date": due.isoformat()}
        position = len(self.billing_periods) + 1
        return self.company.periods.add(project_id=self.id, position=position, status=status, **days)

    # Direct costs.

    def add_direct_cost(
        self,
        vendor: Row | None,
        *,
        number: str | None = None,
        lines: Iterable[Line],
        day: date | str = "2026-10-31",
        kind: str = "invoice",
        status: str = "approved",
        **values: Any,
    ) -> DirectCost:
        """A cost that somebody entered by hand."""
        own = {
            "direct_cost_type": kind,
            "direct_cost_date": str(day),
            "invoice_number": number,
            "status": status,
            "vendor_id": vendor.id if vendor else None,
            **values,
        }
        cost = self.new_direct_cost(own)
        for code, description, amount in lines:
            cost.add_line({**self.coded(code, "O"), "description": description, "amount": amount})
        return cost

    def new_direct_cost(self, values: dict[str, Any]) -> DirectCost:
        cost = self.company.direct_costs.keep(DirectCost(self, values))
        self.direct_costs.append(cost)
        return cost

    def remove_direct_cost(self, cost: DirectCost) -> None:
        for line in list(cost.lines):
            cost.remove_line(line)
        self.direct_costs.remove(cost)
        cost.remove()


def month_end(year: int, month: int) -> date:
    """The last day of a month, for billing periods."""
    return date(year, month, calendar.monthrange(year, month)[1])
