"""When a bill is due by a contact's payment terms.

https://developer.xero.com/documentation/api/accounting/types#payment-terms
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from integrations.xero.records import Contact, PaymentTerm


def due_by_terms(day: date, contact: Contact | None) -> date | None:
    """None when the contact has no terms for bills, or ones that are not known."""
    term = contact.payment_terms.bills if contact and contact.payment_terms else None
    return _due(day, term) if term else None


def _due(day: date, term: PaymentTerm) -> date | None:
    if term.type == "DAYSAFTERBILLDATE":
        return day + timedelta(days=term.day)
    if term.type == "DAYSAFTERBILLMONTH":
        return _day_of(day, 0, 31) + timedelta(days=term.day)
    if term.type == "OFCURRENTMONTH":
        return _day_of(day, 0, term.day)
    if term.type == "OFFOLLOWINGMONTH":
        return _day_of(day, 1, term.day)
    return None


def _day_of(day: date, months: int, wanted: int) -> date:
    """A day of the same month, or of one after it; its last one when it has fewer days."""
    ahead = day.year * 12 + day.month - 1 + months
    year, month = ahead // 12, ahead % 12 + 1
    return date(year, month, max(1, min(wanted, calendar.monthrange(year, month)[1])))
