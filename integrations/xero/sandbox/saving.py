"""Creating or changing one document: what Xero refuses, what it warns of, and what it stores.

https://developer.xero.com/documentation/api/accounting/invoices
Refusals are in Xero's words where these are known, in ours where not.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from .bodies import amount, day
from .books import AMOUNT_TYPES, EXCLUSIVE, ONE, Document
from .contact_choice import ContactChoice
from .kinds import APPROVED, BUYING, ENDED, NEW, NUMBERED, PURCHASE_ORDERS, Kind
from .line_rules import Lines
from .state import new_id

if TYPE_CHECKING:
    from .organisation import Organisation

NOT_EDITABLE = "{} not of valid status for modification"
PAID_IN_PART = "This document cannot be edited as it has a payment or credit note allocated to it."
NOT_VOIDABLE = "The status {} cannot be applied to the invoice because it has payments or credit notes allocated to it."
BEFORE_PERIOD_LOCK = "The document date cannot be before the period lock date"
BEFORE_YEAR_LOCK = "The document date cannot be before the end of year lock date"
LONGEST_NUMBER = 255
# What may change on a sales invoice that was paid; on a bill nothing may.
PAID_INVOICE_FIELDS = {"InvoiceID", "Reference", "DueDate", "Url", "SentToContact", "BrandingThemeID", "InvoiceNumber"}
ZONES = {"AUSEASTERNSTANDARDTIME": "Australia/Sydney", "NEWZEALANDSTANDARDTIME": "Pacific/Auckland"}
DAY_RATE = Decimal("0.650000")  # of every other currency, in place of the day's market rate


class Saving:
    """`body` looked at as a change of `known`, or as a new document. Nothing is stored before `save`.

    `app` is the client id of the app that asks, "" for a person in Xero's own pages.
    """

    def __init__(
        self,
        org: Organisation,
        kind: Kind,
        body: Mapping[str, Any],
        known: Document | None = None,
        *,
        app: str = "",
        places: int = 2,
    ) -> None:
        self.org, self.kind, self.body, self.known = org, kind, body, known
        self.app, self.places = app, places
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self._before: dict[str, Any] = {}
        self.contact = ContactChoice(org, body.get("Contact"), makes=kind.makes_contacts)
        self.draft = self._fresh() if known is None else copy.copy(known)
        self._judge()

    def _fresh(self) -> Document:
        given = str(self.body.get("Type") or self.kind.types[0])
        return Document(new_id(), given, "", today(self.org), self.org.now(), NEW, made_by=self.app)

    # Looking.

    def _judge(self) -> None:
        if self.draft.type not in self.kind.types or (self.known is None and not self._typed()):
            self.errors.append(f"{self.kind.word} not of valid type for creation")
            return
        status = self._status_errors()
        if status and self.known is not None:
            self.errors += status
            return
        self._date()
        if self.known is not None and self.draft.status in ENDED:
            return
        self._head()
        self._money()
        self.errors += status  # of a new document all that is wrong is told at once
        self._who()
        self._number()

    def _typed(self) -> bool:
        return bool(self.body.get("Type")) or self.kind is PURCHASE_ORDERS

    def _status_errors(self) -> list[str]:
        """The status machine, and what payments forbid."""
        before, wanted = self.draft.status, str(self.body.get("Status") or self.draft.status or "DRAFT")
        if self.draft.touched and self.draft.type == "ACCREC" and set(self.body) <= PAID_INVOICE_FIELDS:
            return []
        self.draft.status = wanted
        if self.draft.touched and wanted in ENDED:
            return [NOT_VOIDABLE.format(wanted)]
        if wanted not in self.kind.flow[before]:
            words = f"{self.kind.word} not of valid status for creation" if before == NEW else NOT_EDITABLE
            return [words.format(self.kind.word)]
        if self.draft.touched:
            return [PAID_IN_PART]
        if wanted == "AUTHORISED" and before != wanted and self.draft.type == "ACCPAY":
            return self._approval_errors()
        return []

    def _approval_errors(self) -> list[str]:
        refused = "CreateApprovedBill" in self.org.refused_actions
        return ["You do not have permission to approve bills."] if refused else []

    def _date(self) -> None:
        """A locked period lets nothing in, out, or be changed."""
        days = [] if self.known is None else [self.known.day]
        self.draft.day = day(self.body, "Date") or self.draft.day
        for one in dict.fromkeys([*days, self.draft.day]):
            self.errors += [error for error in lock_errors(self.org, one) if error not in self.errors]

    def _who(self) -> None:
        if self.known is not None and self.contact.given is None:
            return
        self.errors += self.contact.errors
        if self.contact.found is not None:
            self.draft.contact = self.contact.found.id

    def _head(self) -> None:
        self.draft.due = day(self.body, "DueDate") or self.draft.due
        self.draft.reference = str(self.body.get("Reference", self.draft.reference) or "")
        told = {name: self.body[name] for name in self.kind.fields if name in self.body}
        for name in ("DeliveryDate", "ExpectedArrivalDate", "PlannedPaymentDate"):
            if found := day(self.body, name):
                told[name] = found
        self.draft.fields = {**self.draft.fields, **told}
        if self.body.get("SentToContact"):
            self._sent()

    def _sent(self) -> None:
        if self.draft.status in APPROVED:
            self.draft.fields["SentToContact"] = True
        elif self.kind is PURCHASE_ORDERS:
            self.warnings.append("Only AUTHORISED and BILLED purchase orders may have SentToContact updated.")
        else:
            self.warnings.append("Only AUTHORISED invoices may have SentToContact updated.")

    def _money(self) -> None:
        self._currency()
        kept = self.draft.amounts
        self.draft.amounts = str(self.body.get("LineAmountTypes") or self.draft.amounts)
        if self.draft.amounts not in AMOUNT_TYPES:
            self.errors.append(f"LineAmountTypes '{self.draft.amounts}' is not valid.")
            self.draft.amounts = EXCLUSIVE
        lines = Lines(
            self.org,
            self.org.switches,
            self.draft.type,
            self.draft.amounts,
            approved=self.draft.status in APPROVED,
            keeps_tax=kept == self.draft.amounts,
            places=4 if self.kind is PURCHASE_ORDERS else self.places,
            items=self.org.item_details(buying=self.draft.type in BUYING),
        )
        self.draft.lines = lines.read(self.body.get("LineItems", self._same()), self.draft.lines)
        self.errors += lines.errors
        self.warnings += lines.warnings
        self._whole()

    def _same(self) -> list[dict[str, Any]]:
        return [{"LineItemID": line.id} for line in self.draft.lines]

    def _whole(self) -> None:
        draft, switches = self.draft, self.org.switches
        if not draft.lines and (self.kind is PURCHASE_ORDERS or draft.status != "DRAFT" or draft.type == "ACCPAY"):
            self.errors.append("One or more line items must be specified")
        if draft.total < 0 and switches.negative_totals == "refuse":
            self.errors.append("The document total cannot be negative.")
        needs_due = draft.type in ("ACCPAY", "ACCREC") and draft.status in APPROVED
        if needs_due and draft.due is None and switches.due_date_required:
            self.errors.append("A due date must be specified for an approved document.")

    def _currency(self) -> None:
        code = str(self.body.get("CurrencyCode") or self.draft.currency or self.org.currency)
        self.draft.currency = code
        if code not in self.org.currencies:
            self.errors.append(f"Organisation is not subscribed to currency {code}")
        given = amount(self.body, "CurrencyRate")
        if code != self.org.currency:
            self.draft.rate = given or self.draft.rate or DAY_RATE
        elif self.app:
            self.draft.rate = ONE

    def _number(self) -> None:
        """Unique for sales and orders; bills may share one (https://github.com/waynerobinson/xeroizer/issues/125)."""
        draft = self.draft
        draft.number = str(self.body.get(self.kind.number_field, draft.number) or "")
        if len(draft.number) > LONGEST_NUMBER or not (draft.number.isascii() and draft.number.isprintable()):
            self.errors.append(f"{self.kind.number_field} must be at most {LONGEST_NUMBER} printable characters.")
        if draft.type in NUMBERED and not draft.number:
            draft.number = self.org.next_number(draft.type)
        elif draft.type in ("ACCREC", "PURCHASEORDER") and self.org.number_taken(draft):
            words = {"ACCREC": "Invoice # must be unique.", "PURCHASEORDER": "Order number must be unique"}
            self.errors.append(words[draft.type])

    # Storing.

    def save(self) -> Document:
        """Store what was looked at. Call it only without errors."""
        self.contact.save(self.draft.type)
        self.draft.settle()
        self.org.use_options(self.draft.lines)
        if self.known is None:
            self.org.documents(self.kind)[self.draft.id] = self.draft
            return self.draft
        self._before = dict(vars(self.known))
        vars(self.known).update(vars(self.draft))
        touch(self.known, self.org.now())
        return self.known

    def undo(self) -> None:
        self.contact.undo()
        if self.known is None:
            del self.org.documents(self.kind)[self.draft.id]
        else:
            vars(self.known).update(self._before)


def today(org: Organisation) -> date:
    """A missing date is today in the organisation's own time zone."""
    zone = ZONES.get(str(org.profile.get("Timezone")), "UTC")
    return org.now().astimezone(ZoneInfo(zone)).date()


def lock_errors(org: Organisation, on: date) -> list[str]:
    """https://developer.xero.com/documentation/api/accounting/organisation (PeriodLockDate, EndOfYearLockDate)."""
    locks = (("EndOfYearLockDate", BEFORE_YEAR_LOCK), ("PeriodLockDate", BEFORE_PERIOD_LOCK))
    return [words for name, words in locks if (until := org.profile.get(name)) and on <= until.date()]


def touch(record: Any, now: datetime) -> None:
    """Move the date of change, never backwards nor to a stand-still."""
    record.updated_at = max(now, record.updated_at + timedelta(milliseconds=1))
