"""Manual journals. https://developer.xero.com/documentation/api/accounting/manualjournals .

They have no contact, and are in the organisation's base currency.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, model_validator

from ..base.broken import Sink
from ..base.client import ApiClient
from .documents import Amount, Day, Many, Tracking, plain_dates
from .paging import PageOf, Resource
from .records import Flag, Id, MaybeId, Moment, Text, XeroRecord


class JournalLine(XeroRecord):
    """A debit is positive, a credit negative."""

    description: Text = ""
    line_amount: Amount = Decimal(0)
    tax_amount: Amount = Decimal(0)
    tax_type: Text = ""
    account_code: Text = ""
    account_id: MaybeId = ""
    is_blank: Flag = False
    tracking: Annotated[tuple[Tracking, ...], Many] = ()


class ManualJournal(XeroRecord):
    """`status`: DRAFT, POSTED, VOIDED, DELETED."""

    manual_journal_id: Id
    narration: Text = ""
    date: Day = None
    status: Text = ""
    line_amount_types: Text = ""
    journal_lines: Annotated[tuple[JournalLine, ...], Many] = ()
    url: Text = ""
    show_on_cash_basis_reports: Flag = False
    has_attachments: Flag = False
    updated_date_utc: Moment = Field(None, alias="UpdatedDateUTC")

    @model_validator(mode="before")
    @classmethod
    def _plain_dates(cls, data: Any) -> Any:
        return plain_dates(data)


MANUAL_JOURNALS = Resource(ManualJournal, "ManualJournals", "ManualJournalID")


def journal_pages(
    client: ApiClient, since: datetime | None = None, *, first: int = 1, broken: Sink | None = None
) -> Iterator[PageOf[ManualJournal]]:
    """Manual journals changed since then, whatever their status, with their lines."""
    return MANUAL_JOURNALS.pages(client, since, first=first, broken=broken)


def journal(client: ApiClient, journal_id: str) -> ManualJournal | None:
    return MANUAL_JOURNALS.one(client, journal_id)
