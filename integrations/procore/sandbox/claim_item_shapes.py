"""What a line of a claim looks like in an answer: the G703.

https://developers.procore.com/reference/rest/v1/requisition-subcontractor-invoice-contract-items
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .claims import ClaimItem
from .columns import names
from .company import Company
from .g703 import Entry, Progress, cents, percent
from .project import Project
from .state import Row
from .switches import Switches

OTHER_RATE = 1.1  # of every currency but the company's own, in place of the rate it has set


def money(amount: Decimal) -> str:
    return f"{cents(amount):.2f}"


def currency(project: Project) -> dict[str, Any]:
    """The project's own, and the company's with the rate between them."""
    code, base = project.currency, project.company.currency
    rate = 1.0 if code == base else OTHER_RATE
    return {"currency_iso_code": code, "currency_exchange_rate": rate, "base_currency_iso_code": base}


def wbs(company: Company, wbs_code_id: int | None) -> dict[str, Any] | None:
    row = company.wbs_codes.get(wbs_code_id)
    return {"id": row.id, "flat_code": row["flat_code"], "description": row["description"]} if row else None


def item(row: ClaimItem, switches: Switches) -> dict[str, Any]:
    """A line as version 1.1 answers it."""
    company, line = row.claim.contract.company, _coded_line(row)
    progress = shown_progress(row, switches)
    return {
        **old_item(row, switches),
        "item_type": row.kind,
        "accounting_method": row.claim.contract["accounting_method"],
        "currency_configuration": currency(row.claim.contract.project),
        "net_amount": None,  # their meaning is not published
        "gross_amount": None,
        "wbs_code": wbs(company, line["wbs_code_id"]),
        "materials_presently_stored_from_previous_progress": money(progress.stored_before),
        "materials_moved": money(progress.entry.moved),
        "materials_retainage_retained_moved": money(progress.entry.moved_retained),
        "total_completed_and_stored_to_date_from_previous": money(progress.total_before),
        "materials_stored_retainage_new_materials": money(progress.entry.stored_retained),
        "comment": row["comment"],
        "status": row["status"],
        "position": row["position"],
        "line_number": str(row["position"]),
        "ssr_manual_override": False,
        "subcontractor_claimed_amount": money(_claimed(row)),
        "previous_progress_id": row.before.id if row.before else None,
        "taxes": [],
        "uom": None,
    }


def old_item(row: ClaimItem, switches: Switches) -> dict[str, Any]:
    """A line as the lists of version 1.0 answer it."""
    line, progress, entry = _coded_line(row), shown_progress(row, switches), row.entry
    held = progress.stored_held
    if switches.stored_retainage_shown_before_release:
        held += entry.stored_released
    return {
        "id": row.id,
        "cost_code_id": line["cost_code_id"],
        "line_item_id": (line if switches.details_name_the_contract_line else row.line).id,
        "description_of_work": row.line["description"],
        "scheduled_value": money(row.line["amount"]),
        "work_completed_from_previous_application": money(progress.work_before),
        "work_completed_this_period": money(progress.work),
        "materials_presently_stored": money(progress.stored),
        "total_completed_and_stored_to_date": money(progress.total),
        "total_completed_and_stored_to_date_percent": money(percent(progress.total, row.line["amount"])),
        "work_completed_retainage_from_previous_application": money(progress.retained_before),
        "work_completed_retainage_retained_this_period": money(progress.retained),
        "work_completed_retainage_percent_this_period": money(percent(progress.retained, progress.work)),
        "materials_stored_retainage_currently_retained": money(held),
        "materials_stored_retainage_percent_this_period": money(percent(held, progress.stored)),
        "work_completed_retainage_released_this_period": money(progress.released),
        "materials_stored_retainage_released_this_period": money(entry.stored_released),
    }


def contract_item(row: ClaimItem, switches: Switches) -> dict[str, Any]:
    """A line as the list of version 1.0 answers it."""
    return {**old_item(row, switches), "item_type": row.kind, **_reviewed(row)}


def detail_item(row: ClaimItem, switches: Switches) -> dict[str, Any]:
    shown = {**old_item(row, switches), **_reviewed(row)}
    del shown["line_item_id"], shown["comment"], shown["status"]
    return {**shown, "detail_line_item_id": row.line.id}


def change_order_item(row: ClaimItem, switches: Switches) -> dict[str, Any]:
    order = row.claim.contract.company.change_orders.get(row.line["holder_id"])
    shown = {**old_item(row, switches), **_reviewed(row), "change_order_package_id": order.id if order else None}
    del shown["comment"], shown["status"]
    return shown


DETAIL = names(
    "cost_code_id description_of_work materials_presently_stored materials_stored_retainage_currently_retained "
    "materials_stored_retainage_percent_this_period materials_stored_retainage_released_this_period scheduled_value "
    "total_completed_and_stored_to_date total_completed_and_stored_to_date_percent "
    "work_completed_from_previous_application work_completed_retainage_from_previous_application "
    "work_completed_retainage_percent_this_period work_completed_retainage_released_this_period "
    "work_completed_retainage_retained_this_period work_completed_this_period"
)


def detail(row: ClaimItem, switches: Switches) -> dict[str, Any]:
    """A line among all of them, whatever its type."""
    shown, progress, entry = old_item(row, switches), shown_progress(row, switches), row.entry
    before = row.progress_before
    return {
        "id": row.id,
        "item_number": row["position"],
        "item_type": row.kind,
        **{name: shown[name] for name in DETAIL},
        "balance_to_finish": money(row.line["amount"] - progress.total),
        "materials_moved": money(entry.moved),
        "materials_retainage_retained_moved": money(entry.moved_retained),
        "materials_stored_retainage_from_previous_application": money(before.stored_held),
        "materials_stored_retainage_retained_this_period": money(entry.stored_retained),
        "total_retainage_currently_retained": money(progress.held),
        "total_retainage_from_previous_application": money(before.held),
        "work_completed_retainage_currently_retained": money(progress.work_held),
    }


def _reviewed(row: ClaimItem) -> dict[str, Any]:
    company = row.claim.contract.company
    return {
        "comment": row["comment"],
        "status": row["status"],
        "position": row["position"],
        "subcontractor_claimed_amount": money(_claimed(row)),
        "wbs_code": wbs(company, _coded_line(row)["wbs_code_id"]),
        "currency_configuration": {"currency_iso_code": row.claim.contract.project.currency},
        "materials_moved": money(row.entry.moved),
        "materials_retainage_retained_moved": money(row.entry.moved_retained),
    }


def shown_progress(row: ClaimItem, switches: Switches) -> Progress:
    cut = _claimed(row) - row.entry.gross
    if switches.cut_amounts_stay_in_lines and cut:
        return row.progress_before.then(row.entry + Entry(work=cut), into_previous=row.claim["into_previous"])
    return row.progress


def _claimed(row: ClaimItem) -> Decimal:
    claimed = row["claimed"]
    return row.entry.gross if claimed is None or row.details else claimed


def _coded_line(row: ClaimItem) -> Row:
    """The line with the codes: of a detail that is the contract's line."""
    if not row.is_detail:
        return row.line
    return next(line for line in row.claim.contract.lines if line.id == row.line["line_id"])
