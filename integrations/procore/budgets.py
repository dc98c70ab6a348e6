"""Budgets: whether one is locked, its lines, and what was changed of it since.

The lines are read through a budget view; its standard columns are the same in every view.
https://developers.procore.com/documentation/content/tutorial-budget-line-items
https://developers.procore.com/reference/rest/v1/budget-change
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from ..base.broken import Sink
from ..base.errors import BadReply
from .client import ProcoreClient
from .commitments import V2_PAGE, TextId
from .paging import Listing, Pairs
from .parts import PAGE, V1
from .records import ZERO, Flag, Id, Row, Sum, Text, Time, read_one
from .wbs import WbsCodeView

SUB_JOB = "SubJob"
APPROVED = "approved"
# A list shows the number of a change as a number, its lines as a text.
Number = Annotated[Text, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)]


class BudgetMeta(Row):
    """`locked`: the original amounts are fixed; from then on they are changed by budget changes."""

    locked: Flag


class BudgetView(Row):
    id: Id
    name: Text = ""


class BudgetRow(Row):
    """A line of the budget, on a cost code (`cost_code_id`) with a cost type (`category_id`). `biller_type`: Project,
    or SubJob for a line of a sub job. `budget_modifications`: all that was approved since it was locked."""

    id: Id | None = None
    wbs_code_id: Id | None = None
    cost_code_id: Id | None = None
    category_id: Id | None = None
    biller: Text = ""
    biller_type: Text = ""
    cost_code: Text = ""
    category: Text = ""
    original_budget_amount: Sum = ZERO
    budget_modifications: Sum = ZERO


class Adjustment(Row):
    """A line of a budget change. An id is unique among those of its `type` only."""

    id: Id
    type: Text = ""
    adjustment_number: Id | None = None
    wbs_code: WbsCodeView | None = None
    description: Text = ""
    comment: Text = ""
    amount: Sum = ZERO


class BudgetChange(Row):
    """A change of the budget under its own number. `status`: draft, under_review, approved, void. The lines come when
    one change is read by itself."""

    id: Id
    number: Number = ""
    status: Text = ""
    title: Text = ""
    amount: Sum = ZERO
    adjustment_line_items: tuple[Adjustment, ...] = ()
    created_at: Time | None = None
    updated_at: Time | None = None


class AdjustmentLine(Row):
    """A line of any budget change of the project."""

    id: TextId
    type: Text = ""
    budget_change_id: TextId
    budget_change_status: Text = ""
    wbs_code_id: TextId | None = None
    description: Text = ""
    amount: Sum = ZERO


class BudgetModification(Row):
    """An amount moved between two lines of the budget; without a `from` it is new. The older way, which companies
    that use budget changes cannot add to."""

    id: Id
    from_budget_line_item_id: Id | None = None
    to_budget_line_item_id: Id | None = None
    transfer_amount: Sum = ZERO
    notes: Text = ""
    created_at: Time | None = None
    updated_at: Time | None = None


# Readers. All of them raise the error tree.


def budget_locked(client: ProcoreClient, project_id: int) -> bool:
    return read_one(BudgetMeta, client.get(f"{_project(project_id)}/budget").data, "budget").locked


def budget_views(client: ProcoreClient, project_id: int) -> list[BudgetView]:
    return Listing(BudgetView, f"{V1}/budget_views", "budget views", PAGE).all(client, _of(project_id))


def budget_rows(client: ProcoreClient, project_id: int, view_id: int, broken: Sink | None = None) -> list[BudgetRow]:
    """The lines of a budget, without those that only costs have made."""
    listing = Listing(BudgetRow, f"{V1}/budget_views/{view_id}/detail_rows", "budget lines", PAGE)
    return listing.all(client, [*_of(project_id), ("budget_row_type", "budgeted")], broken)


def budget_changes(client: ProcoreClient, project_id: int) -> list[BudgetChange]:
    """All of them, without their lines. This list is not paged."""
    path = f"{_project(project_id)}/budget_changes"
    return Listing(BudgetChange, path, "budget changes", PAGE, wrapped=True).unpaged(client)


def budget_change(client: ProcoreClient, project_id: int, change_id: int) -> BudgetChange:
    """One with its lines. Raises Missing when it does not exist or is not shown to the login."""
    data = client.get(f"{_project(project_id)}/budget_changes/{change_id}").data
    return read_one(BudgetChange, _inner(data), "budget change")


def adjustment_lines(client: ProcoreClient, project_id: int) -> list[AdjustmentLine]:
    """The lines of all budget changes of a project.

    https://developers.procore.com/reference/rest/budget-change-adjustment-line-items
    """
    path = f"/rest/v2.0/companies/{client.company_id}/projects/{project_id}/budget_changes/adjustment_line_items"
    return Listing(AdjustmentLine, path, "budget change lines", V2_PAGE, wrapped=True).all(client)


def budget_modifications(client: ProcoreClient, project_id: int) -> list[BudgetModification]:
    path = f"{_project(project_id)}/budget_modifications"
    return Listing(BudgetModification, path, "budget modifications", PAGE).all(client)


def _project(project_id: int) -> str:
    return f"{V1}/projects/{project_id}"


def _of(project_id: int) -> Pairs:
    return [("project_id", project_id)]


def _inner(data: Any) -> Any:
    if not isinstance(data, dict) or "data" not in data:
        raise BadReply("Procore's budget change has no data.")
    return data["data"]
