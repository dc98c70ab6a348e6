"""Ending a bill or credit note in Xero, at a person's word."""

from __future__ import annotations

from typing import Any

from hub.actions import LinkAction
from integrations.base.client import ApiClient
from integrations.base.errors import Rejected
from integrations.xero.bills import Bill, bill, delete_bill, void_bill
from integrations.xero.credit_notes import credit_note, post_credit_note
from integrations.xero.drafts import AUTHORISED, DELETED, VOIDED

from .bill_survey import Document, closed, number_of
from .clients import xero_client


def end_document(client: ApiClient, settings: Any, target_id: str) -> str:
    """Void an approved document, delete a draft. Raises Rejected for one that money has moved on."""
    xero = xero_client(client)
    document: Document | None = bill(xero, target_id) or credit_note(xero, target_id)
    if document is None or document.ended:
        return "It was voided or deleted in Xero before."
    if closed(document):
        raise Rejected(
            f"{number_of(document)} has payments or credits in Xero. Remove them there first, then it can be voided."
        )
    approved = document.status == AUTHORISED
    if isinstance(document, Bill):
        xero.send((void_bill if approved else delete_bill)(target_id))
    else:
        xero.send(post_credit_note(target_id, {"Status": VOIDED if approved else DELETED}))
    return f"{number_of(document)} was {'voided' if approved else 'deleted'} in Xero."


VOID = LinkAction(
    "void",
    "Void in Xero",
    "The document in Xero is voided, or deleted if it was not approved yet. This cannot be undone. Go on?",
    end_document,
)
