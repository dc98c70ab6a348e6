"""Money spent without a bill. https://developer.xero.com/documentation/api/accounting/banktransactions ."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from ..base.broken import Sink
from ..base.client import ApiClient
from .documents import AccountName, Document, One
from .paging import PageOf, Resource
from .records import Flag, Id, Text

SPEND = "SPEND"


class BankTransaction(Document):
    """`type` SPEND for a purchase; SPEND-PREPAYMENT and others are credits with a supplier. `status`: AUTHORISED,
    DELETED or VOIDED."""

    bank_transaction_id: Id
    bank_account: Annotated[AccountName, One] = AccountName()
    is_reconciled: Flag = False
    url: Text = ""


BANK_TRANSACTIONS = Resource(BankTransaction, "BankTransactions", "BankTransactionID")


def spend_pages(
    client: ApiClient, since: datetime | None = None, *, first: int = 1, broken: Sink | None = None
) -> Iterator[PageOf[BankTransaction]]:
    """Purchases changed since then, whatever their status, with their lines."""
    return BANK_TRANSACTIONS.pages(client, since, first=first, broken=broken, where=f'Type=="{SPEND}"')


def bank_transaction(client: ApiClient, transaction_id: str) -> BankTransaction | None:
    return BANK_TRANSACTIONS.one(client, transaction_id)
