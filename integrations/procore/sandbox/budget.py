"""The budget of a project in the pretend Procore: lines, a lock, and what was changed since.

https://developers.procore.com/documentation/content/tutorial-budget-line-items
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import money_columns
from .g703 import ZERO
from .state import Row, Table, World

if TYPE_CHECKING:
    from .project import Project


class BudgetTables:
    """Of one company."""

    def __init__(self, world: World) -> None:
        self.lines = Table(world, "budget line item", money_columns.BUDGET_LINE)
        self.changes = Table(world, "budget change", money_columns.BUDGET_CHANGE)
        self.adjustments = Table(world, "adjustment line item", money_columns.ADJUSTMENT)
        self.modifications = Table(world, "budget modification", money_columns.MODIFICATION)


class BudgetChange(Row):
    """A change under its own number; only an approved one counts."""

    def __init__(self, project: Project, values: dict[str, Any]) -> None:
        super().__init__(project.company.budgets.changes, {"project_id": project.id, **values})
        self.project = project
        self.lines: list[Row] = []

    @property
    def total(self) -> Decimal:
        return sum((line["amount"] for line in self.lines), ZERO)

    @property
    def approved(self) -> bool:
        return bool(self["status"] == "approved")


class Budget:
    """Of one project: fill it, and read it to see what is there."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.locked = False
        self.view_id = project.company.world.new_id()
        self.lines: list[Row] = []
        self.changes: list[BudgetChange] = []
        self.modifications: list[Row] = []

    @property
    def _tables(self) -> BudgetTables:
        return self.project.company.budgets

    def line(self, wbs_code_id: object) -> Row | None:
        return next((row for row in self.lines if row["wbs_code_id"] == wbs_code_id), None)

    def add_line(self, code: str | Row, amount: Decimal, cost_type: str = "C") -> Row:
        return self.keep_line({**_wbs(self.project, code, cost_type), "original_budget_amount": amount})

    def keep_line(self, values: dict[str, Any]) -> Row:
        self.lines.append(self._tables.lines.add(project_id=self.project.id, **values))
        return self.lines[-1]

    def remove_line(self, row: Row) -> None:
        self.lines.remove(row)
        row.remove()

    def lock(self) -> None:
        self.locked = True

    def add_change(
        self,
        number: int,
        lines: Iterable[tuple[str | Row, str, Decimal]],
        *,
        status: str = "approved",
        title: str = "",
        cost_type: str = "C",
    ) -> BudgetChange:
        """`lines` are (cost code, description, amount)."""
        values = {"number": number, "status": status, "title": title or f"Budget change {number}"}
        change = self._tables.changes.keep(BudgetChange(self.project, values))
        for place, (code, text, amount) in enumerate(lines, 1):
            own = {**_wbs(self.project, code, cost_type), "adjustment_number": place}
            change.lines.append(self._tables.adjustments.add(**own, description=text, amount=amount))
        self.changes.append(change)
        return change

    def move(self, source: Row | None, target: Row, amount: Decimal, notes: str = "") -> Row:
        """The older way: from one line to another, or from nowhere."""
        ends = {"from_budget_line_item_id": source.id if source else None, "to_budget_line_item_id": target.id}
        return self.keep_modification({**ends, "transfer_amount": amount, "notes": notes})

    def keep_modification(self, values: dict[str, Any]) -> Row:
        self.modifications.append(self._tables.modifications.add(project_id=self.project.id, **values))
        return self.modifications[-1]

    def modified(self, line: Row) -> Decimal:
        """What was changed of a line since the budget was locked."""
        changed = (row for change in self.changes if change.approved for row in change.lines)
        total = sum((row["amount"] for row in changed if row["wbs_code_id"] == line["wbs_code_id"]), ZERO)
        for row in self.modifications:
            total += row["transfer_amount"] if row["to_budget_line_item_id"] == line.id else ZERO
            total -= row["transfer_amount"] if row["from_budget_line_item_id"] == line.id else ZERO
        return total


def _wbs(project: Project, code: str | Row, cost_type: str) -> dict[str, Any]:
    return {"wbs_code_id": project.coded(code, cost_type)["wbs_code_id"]}
