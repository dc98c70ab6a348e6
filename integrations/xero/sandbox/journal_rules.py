"""What Xero accepts as a manual journal. https://developer.xero.com/documentation/api/accounting/manualjournals ."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .bodies import amount, day
from .books import AMOUNT_TYPES, NO_TAX, ZERO, Journal, Line, total
from .kinds import NEW, Flow
from .line_rules import UNTAXED, Lines
from .saving import NOT_EDITABLE, lock_errors, today, touch
from .state import new_id

if TYPE_CHECKING:
    from .organisation import Organisation

FLOW: Flow = {
    NEW: ("DRAFT", "POSTED"),
    "DRAFT": ("DRAFT", "POSTED", "DELETED"),
    "POSTED": ("POSTED", "VOIDED"),
    "VOIDED": (),
    "DELETED": (),
}
RETAINED_EARNINGS = "RETAINEDEARNINGS"  # refused besides what no document takes


class JournalSaving:
    """`body` looked at as a change of `known`, or as a new journal. Nothing is stored before `save`."""

    def __init__(self, org: Organisation, body: Mapping[str, Any], known: Journal | None = None) -> None:
        self.org, self.body, self.known = org, body, known
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self._before: dict[str, Any] = {}
        fresh = Journal(new_id(), "", today(org), org.now(), NEW)
        self.draft = fresh if known is None else copy.copy(known)
        self._judge()

    def _judge(self) -> None:
        draft, wanted = self.draft, str(self.body.get("Status") or self.draft.status or "DRAFT")
        if wanted not in FLOW[draft.status]:
            self.errors.append(NOT_EDITABLE.format("Manual journal"))
            return
        draft.status = wanted
        days = [draft.day] if self.known else []
        draft.day = day(self.body, "Date") or draft.day
        for one in dict.fromkeys([*days, draft.day]):
            self.errors += lock_errors(self.org, one)
        if wanted in ("VOIDED", "DELETED"):
            return
        self._head()
        self._read_lines()

    def _head(self) -> None:
        draft = self.draft
        draft.narration = str(self.body.get("Narration", draft.narration) or "")
        if not draft.narration:
            self.errors.append("A narration must be specified.")
        draft.amounts = str(self.body.get("LineAmountTypes") or draft.amounts)
        if draft.amounts not in AMOUNT_TYPES:
            self.errors.append(f"LineAmountTypes '{draft.amounts}' is not valid.")
            draft.amounts = NO_TAX
        kept = {name: self.body[name] for name in ("Url", "ShowOnCashBasisReports") if name in self.body}
        draft.fields = {**draft.fields, **kept}

    def _read_lines(self) -> None:
        """Lines are replaced as a set; they have no ids."""
        draft = self.draft
        if "JournalLines" in self.body:
            posted = draft.status == "POSTED"
            lines = Lines(self.org, self.org.switches, "JOURNAL", draft.amounts, approved=posted)
            bodies = self.body["JournalLines"]
            draft.lines = lines.read([_as_line(body) for body in bodies], ())
            self.errors += lines.errors
            self.warnings += lines.warnings
        for line in draft.lines:
            line.tax_type = line.tax_type if draft.amounts != NO_TAX else UNTAXED
        self._refuse_accounts()
        self._balance()

    def _refuse_accounts(self) -> None:
        for line in self.draft.lines:
            account = self.org.accounts.get(line.account)
            if account is not None and account.system_account == RETAINED_EARNINGS:
                self.errors.append(f"Account code '{account.code}' is not a valid code for this document.")

    def _balance(self) -> None:
        if len(self.draft.lines) < 2:
            self.errors.append("At least two journal lines must be specified.")
        amounts = [self._whole(line) for line in self.draft.lines]
        debits, credits = total(a for a in amounts if a > 0), total(a for a in amounts if a < 0)
        if debits + credits != ZERO:
            self.errors.append(f"The total debits ({debits}) must equal total credits ({credits})")

    def _whole(self, line: Line) -> Decimal:
        return line.amount + (line.tax if self.draft.amounts == "Exclusive" else ZERO)

    def save(self) -> Journal:
        self.org.use_options(self.draft.lines)
        if self.known is None:
            self.org.journals[self.draft.id] = self.draft
            return self.draft
        self._before = dict(vars(self.known))
        vars(self.known).update(vars(self.draft))
        touch(self.known, self.org.now())
        return self.known

    def undo(self) -> None:
        if self.known is None:
            del self.org.journals[self.draft.id]
        else:
            vars(self.known).update(self._before)


def _as_line(body: Mapping[str, Any]) -> dict[str, Any]:
    """A journal's line has one amount, and neither quantity nor price."""
    given = amount(body, "LineAmount")
    return {**body, "LineAmount": None, "UnitAmount": given, "Quantity": 1}
