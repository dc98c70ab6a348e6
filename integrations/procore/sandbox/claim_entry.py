"""Lines of a claim as a client writes them: columns of the G703 instead of what is new in the period."""

from __future__ import annotations

from typing import Any

from . import money_columns
from .claims import Claim, ClaimItem
from .core import Values
from .g703 import ZERO, Entry, cents
from .rules import Invalid, check_choice, decimal

AMOUNTS = (
    "work_completed_this_period",
    "materials_presently_stored",
    "work_completed_retainage_retained_this_period",
    "materials_stored_retainage_currently_retained",
    "work_completed_retainage_released_this_period",
)


def enter_items(claim: Claim, items: Any) -> None:
    """Raises Invalid for a line that the claim does not have."""
    if not isinstance(items, list):
        raise Invalid(400, items="is not a list")
    for values in items:
        row = _row(claim, values)
        check_choice(values, "status", money_columns.CLAIM_ITEM_STATUSES)
        noted = {name: values[name] for name in ("status", "comment") if name in values}
        row.change(entry=_entry(row, values), **noted)
    if items:
        claim.touch()


def _row(claim: Claim, values: Any) -> ClaimItem:
    """By the item's own id, or by that of the line."""
    if not isinstance(values, dict):
        raise Invalid(400, items="is not a list of objects")
    line_id = values.get("detail_line_item_id", values.get("line_item_id"))
    for row in claim.items:
        if row.id == values["id"] if "id" in values else row.line.id == line_id:
            return row
    raise Invalid(422, line_item_id="is invalid")


def _entry(row: ClaimItem, values: Values) -> Entry:
    """Materials that are stored no longer were built in, and are part of the work of the period.

    https://support.procore.com/faq/how-do-i-bill-for-stored-materials-in-procore
    """
    given = {name: decimal(values, name) for name in AMOUNTS if values.get(name) is not None}
    work_key, stored_key, retained_key, held_key, released_key = AMOUNTS
    before, now, rate = row.progress_before, row.progress, row.claim.contract.rate
    stored = given.get(stored_key, now.stored)
    moved = max(before.stored - stored, ZERO)
    moved_retained = cents(before.stored_held * moved / before.stored) if moved else ZERO
    new_stored = max(stored - before.stored, ZERO)
    work = given.get(work_key, now.work) - moved
    held = given.get(held_key, before.stored_held - moved_retained + cents(new_stored * rate / 100))
    retained = given[retained_key] - moved_retained if retained_key in given else cents(work * rate / 100)
    return Entry(
        work=work,
        stored=new_stored,
        moved=moved,
        retained=retained,
        stored_retained=held - before.stored_held + moved_retained,
        moved_retained=moved_retained,
        released=given.get(released_key, now.released),
    )
