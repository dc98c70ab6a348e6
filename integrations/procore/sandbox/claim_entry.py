"""Lines of a claim as a client writes them: columns of the G703 instead of what is new in the period."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from . import money_columns
from .claims import Claim, ClaimItem
from .core import Values
from .g703 import ZERO, Entry, Progress, cents
from .rules import Invalid, check_choice, check_fields, decimal

WORK, STORED, RETAINED, HELD, RELEASED = AMOUNTS = (
    "work_completed_this_period",
    "materials_presently_stored",
    "work_completed_retainage_retained_this_period",
    "materials_stored_retainage_currently_retained",
    "work_completed_retainage_released_this_period",
)
# Percentages in place of an amount, each with the amount that it is of. What the other documented columns (quantities,
# materials as of the previous application) do to the amounts is not said: they are taken, and change nothing.
SHARES = {
    "work_completed_retainage_percent_this_period": (RETAINED, WORK),
    "materials_stored_retainage_percent_this_period": (HELD, STORED),
}


def enter_items(claim: Claim, items: Any, strict: bool, *, by_id: bool) -> None:
    """Raises Invalid for a line that the claim does not have, or that is not one; some may be entered by then.
    `by_id`: lines of a claim that exists are named by their ids, those of a new one by the contract's."""
    if not isinstance(items, list) or not all(isinstance(values, dict) for values in items):
        raise Invalid(400, items="is not a list of objects")
    for update in items:
        values = check_fields(update, money_columns.CLAIM_ITEM_WRITABLE, strict)
        check_choice(values, "item_type", money_columns.CLAIM_ITEM_TYPES, needed=True)
        check_choice(values, "status", money_columns.CLAIM_ITEM_STATUSES)
        row = _row(claim, values, update.get("id"), by_id)
        row.change(entry=_entry(row, values), **_noted(values))
    if items:
        claim.touch()


def _noted(values: Values) -> Values:
    """What is said beside the amounts."""
    noted: Values = {name: values[name] for name in ("status", "comment") if name in values}
    if values.get("subcontractor_claimed_amount") is not None:
        noted["claimed"] = decimal(values, "subcontractor_claimed_amount")
    return noted


def _row(claim: Claim, values: Values, item_id: object, by_id: bool) -> ClaimItem:
    if by_id and item_id is None:
        raise Invalid(400, id="required")
    line_id = values.get("detail_line_item_id") or values.get("line_item_id")
    for row in claim.items:
        found = row.id == item_id if by_id else row.line.id == line_id
        if found and row.kind == values["item_type"]:
            return row
    raise Invalid(422, **{"id" if by_id else "line_item_id": "is invalid"})


def _entry(row: ClaimItem, values: Values) -> Entry:
    """What the line says by now, with the columns that are given; those that are not stay as they are."""
    entry: Entry = row["entry"]
    given = {name: decimal(values, name) for name in (*AMOUNTS, *SHARES) if values.get(name) is not None}
    if not given:
        return entry
    entry = _worked(row, _materials(row, entry, given), given)
    now = _progress(row, entry)
    amounts = {WORK: now.work, STORED: now.stored}
    shares = {to: cents(amounts[of] * given[name] / 100) for name, (to, of) in SHARES.items() if name in given}
    return _retained(row, entry, {**shares, **given})


def _materials(row: ClaimItem, entry: Entry, given: dict[str, Decimal]) -> Entry:
    """Materials that are stored no longer were built in, and are part of the work of the period.

    https://support.procore.com/faq/how-do-i-bill-for-stored-materials-in-procore
    """
    before, now = row.progress_before, _progress(row, entry)
    stored = given.get(STORED, now.stored)
    if stored != now.stored:
        moved, new = max(before.stored - stored, ZERO), max(stored - before.stored, ZERO)
        entry = replace(
            entry,
            stored=new,
            moved=moved,
            stored_retained=cents(new * _rate(row, entry.stored_retained, entry.stored)),
            moved_retained=cents(before.stored_held * moved / before.stored) if moved else ZERO,
        )
    return entry


def _worked(row: ClaimItem, entry: Entry, given: dict[str, Decimal]) -> Entry:
    if WORK not in given:
        return entry
    work = given[WORK] - _among_the_work(row, entry.moved)
    return replace(entry, work=work, retained=cents(work * _rate(row, entry.retained, entry.work)))


def _retained(row: ClaimItem, entry: Entry, given: dict[str, Decimal]) -> Entry:
    if RETAINED in given:
        entry = replace(entry, retained=given[RETAINED] - _among_the_work(row, entry.moved_retained))
    if HELD in given:
        taken = row.progress_before.stored_held - entry.moved_retained - entry.stored_released
        entry = replace(entry, stored_retained=given[HELD] - taken)
    return replace(entry, released=given.get(RELEASED, entry.released))


def _progress(row: ClaimItem, entry: Entry) -> Progress:
    return row.progress_before.then(entry, into_previous=row.claim["into_previous"])


def _among_the_work(row: ClaimItem, moved: Decimal) -> Decimal:
    """What moved is shown with the work of the period, or, by a setting, with that of the application before."""
    return ZERO if row.claim["into_previous"] else moved


def _rate(row: ClaimItem, retained: Decimal, amount: Decimal) -> Decimal:
    """The part of an amount that is retained: as much as of the line so far, at first as the contract says."""
    return retained / amount if amount else row.claim.contract.rate / 100
