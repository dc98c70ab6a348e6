"""What Xero's documents say went wrong or right, whatever their shape.

https://developer.xero.com/documentation/api/accounting/responsecodes
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ..base import parsing
from ..base.errors import BadReply

NO_ID = "00000000-0000-0000-0000-000000000000"

# The list's name in an answer, and the field that holds an element's id.
ID_FIELDS = {
    "Accounts": "AccountID",
    "Attachments": "AttachmentID",
    "BankTransactions": "BankTransactionID",
    "BatchPayments": "BatchPaymentID",
    "ContactGroups": "ContactGroupID",
    "Contacts": "ContactID",
    "CreditNotes": "CreditNoteID",
    "Invoices": "InvoiceID",
    "Items": "ItemID",
    "ManualJournals": "ManualJournalID",
    "Options": "TrackingOptionID",
    "Payments": "PaymentID",
    "PurchaseOrders": "PurchaseOrderID",
    "TrackingCategories": "TrackingCategoryID",
}


class Verdict(StrEnum):
    """What became of one element of a write."""

    SAVED = "saved"
    REFUSED = "refused"
    UNCLEAR = "unclear"  # no error, but no identifier either: look the record up


@dataclass(frozen=True)
class ElementResult:
    """The answer for one element of a write. `messages` and `warnings` are Xero's words, each one once."""

    verdict: Verdict
    id: str = ""
    messages: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    record: Mapping[str, Any] = field(default_factory=dict)


def elements(data: Any, name: str, *, strict: bool = True) -> list[dict[str, Any]]:
    """The list `name` of an answer's envelope. Raises BadReply when the answer is not such an envelope; unless
    `strict`, what stands in the list may be anything."""
    rows = data.get(name) if isinstance(data, dict) else None
    if not isinstance(rows, list) or (strict and not all(isinstance(row, dict) for row in rows)):
        raise BadReply(f"Xero's answer holds no list of {name}.")
    return rows


def read_results(data: Any, name: str, count: int) -> list[ElementResult]:
    """One result per element sent, in the order sent.

    Raises BadReply when the answer does not hold exactly `count` elements: then nobody can say which is which.
    """
    rows = elements(data, name)
    if len(rows) != count:
        raise BadReply(f"Xero answered {len(rows)} {name} to a request with {count}.")
    return [_result(row, ID_FIELDS[name]) for row in rows]


def _result(row: Mapping[str, Any], id_field: str) -> ElementResult:
    """https://developer.xero.com/documentation/api/accounting/requests-and-responses#summarizeerrors ."""
    messages = unique(validation_messages(row))
    flagged = row.get("HasErrors") is True or row.get("HasValidationErrors") is True
    identifier = row.get(id_field)
    identifier = identifier if isinstance(identifier, str) and identifier != NO_ID and _is_id(identifier) else ""
    if flagged or messages or row.get("StatusAttributeString") == "ERROR":
        verdict = Verdict.REFUSED
    else:
        verdict = Verdict.SAVED if identifier else Verdict.UNCLEAR
    return ElementResult(verdict, identifier, tuple(messages), tuple(unique(_messages_in(row.get("Warnings")))), row)


def _is_id(text: str) -> bool:
    try:
        return bool(parsing.identifier(text))
    except ValueError:
        return False


def error_messages(data: Any) -> list[str]:
    """The reasons in an error document: those of its elements, however deep, else its own. Each one once."""
    if not isinstance(data, dict):
        return []
    own = _message(data)
    return unique(validation_messages(data)) or ([own] if own else [])


def validation_messages(part: Any) -> Iterator[str]:
    """Every text in a `ValidationErrors` list; lines, addresses and contacts carry lists of their own.

    A loop, because an absurdly deep document must not exhaust the stack.
    """
    waiting: list[Any] = [part]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item))
        elif isinstance(item, dict):
            yield from _messages_in(item.get("ValidationErrors"))
            waiting.extend(value for key, value in reversed(item.items()) if key != "ValidationErrors")


def _messages_in(entries: Any) -> Iterator[str]:
    for entry in entries if isinstance(entries, Sequence) else ():
        if text := _message(entry):
            yield text


def _message(entry: Any) -> str:
    """An error's text, which stands under `Message`, under `Description`, or in a gateway's answer under `Detail`."""
    if not isinstance(entry, Mapping):
        return ""
    text = entry.get("Message") or entry.get("Description") or entry.get("Detail")
    return text.strip() if isinstance(text, str) else ""


def unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
