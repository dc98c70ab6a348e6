"""Writes purchase orders to Xero: new ones fifty a call, changes one by one.

https://developer.xero.com/documentation/api/accounting/purchaseorders
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain, count
from typing import Any

from hub.stage import Action, Change, Fate, Outcome, Record
from integrations.base.client import Reply, Request
from integrations.base.errors import BadReply
from integrations.procore_kit.order_reader import Order
from integrations.procore_kit.sites import readable
from integrations.xero.answers import ElementResult, Verdict, read_results
from integrations.xero.client import XeroClient
from integrations.xero.documents import silent_changes
from integrations.xero.drafts import DELETED, LineDraft, Mark, PurchaseOrderDraft
from integrations.xero.purchase_orders import (
    PurchaseOrder,
    post_purchase_order,
    purchase_order_numbered,
    purchase_order_pages,
    put_purchase_orders,
)
from integrations.xero.records import Contact
from integrations.xero.writing import batches

from .books import Books, BooksKeeper
from .settings import CostCodeStrategy, Settings

URL = "https://go.xero.com/Accounts/Payable/PurchaseOrders/View/"


@dataclass
class OrderSurvey:
    """The books, every purchase order, and the contacts of new ones."""

    books: Books
    orders: dict[str, PurchaseOrder] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)

    def numbered(self, number: str) -> PurchaseOrder | None:
        """The living order of this number."""
        return next((order for order in self._holders(number) if order.status != DELETED), None)

    def number(self, first: str, reference: str) -> str:
        """The first of “first”, “first-2”, “first-3”… that no other order had. Orders have unique numbers, and none of
        Xero's pages promises that a deleted one gives its number back: it is left alone. A living one that has the
        very first number is for the caller to judge.
        https://developer.xero.com/documentation/api/accounting/purchaseorders"""
        if self.numbered(first) is not None:
            return first
        tried = chain((first,), (f"{first}-{times}" for times in count(2)))
        return next(one for one in tried if self._is_free(one, reference))

    def _is_free(self, number: str, reference: str) -> bool:
        theirs = self.numbered(number)
        return theirs.reference == reference if theirs else not any(self._holders(number))

    def _holders(self, number: str) -> Iterator[PurchaseOrder]:
        return (order for order in self.orders.values() if order.purchase_order_number == number)


class OrderWriter:
    """Orders have unique numbers, so a lost answer can always be looked up."""

    keyed = True
    key_minutes = 5.0  # of Xero's six: https://developer.xero.com/documentation/guides/idempotent-requests/idempotency

    def __init__(self, client: XeroClient, settings: Settings) -> None:
        self._client = client
        self._keeper = BooksKeeper(client, with_items=settings.cost_code_strategy is CostCodeStrategy.ITEM)
        self._orders: dict[str, PurchaseOrder] | None = None

    def survey(self, unlinked: bool) -> OrderSurvey:
        return self.survey_page((), ())

    def survey_page(self, records: Sequence[Record], unlinked: Collection[str]) -> OrderSurvey:
        """The orders once for the run, a thousand a call: Xero has no other filter for them."""
        if self._orders is None:
            pages = purchase_order_pages(self._client)
            self._orders = {order.purchase_order_id: order for page in pages for order in page.records}
        orders: list[Order] = readable((record for record in records if record.id in unlinked), "order")
        return OrderSurvey(
            self._keeper.books(order.currency for order in orders if order.lines),
            self._orders,
            self._keeper.contacts(order.payee_id for order in orders if order.lines),
        )

    def batches(self, changes: Sequence[Change]) -> Iterable[Sequence[Change]]:
        creates = [change for change in changes if change.action == Action.CREATE]
        yield from batches(creates, lambda change: created(change.body))
        yield from ([change] for change in changes if change.action == Action.UPDATE)

    def request(self, batch: Sequence[Change]) -> Request:
        first = batch[0]
        if first.action == Action.UPDATE:
            return post_purchase_order(first.target_id, changed(first.body, self._line_ids(first)))
        return put_purchase_orders([created(change.body) for change in batch])

    def _line_ids(self, change: Change) -> dict[str, str]:
        """Xero's lines stand in the order in which they were sent."""
        order = (self._orders or {}).get(change.target_id)
        lines, sent = order.line_items if order else (), change.sent.get("lines", ())
        if len(lines) != len(sent):
            return {}
        return {mine["key"]: theirs.line_item_id for mine, theirs in zip(sent, lines, strict=True)}

    def outcomes(self, batch: Sequence[Change], reply: Reply) -> Sequence[Outcome]:
        try:
            results = read_results(reply.data, "PurchaseOrders", len(batch))
        except BadReply:
            return []
        return [self._outcome(change, result) for change, result in zip(batch, results, strict=True)]

    def _outcome(self, change: Change, result: ElementResult) -> Outcome:
        if result.verdict is Verdict.REFUSED:
            return Outcome(change.source_id, Fate.REJECTED, messages=result.messages or ("No reason was given.",))
        if result.verdict is Verdict.UNCLEAR:
            return Outcome(change.source_id, Fate.UNKNOWN)
        order = PurchaseOrder.read(result.record)
        if self._orders is not None:
            self._orders[order.purchase_order_id] = order
        warnings = dict.fromkeys([*result.warnings, *silent_changes(created(change.body), order)])
        return Outcome(change.source_id, Fate.DONE, result.id, warnings=tuple(warnings))

    def find(self, changes: Sequence[Change]) -> Mapping[str, Sequence[str]]:
        found: dict[str, Sequence[str]] = {}
        for change in changes:
            order = purchase_order_numbered(self._client, change.body["number"])
            mine = order is not None and order.status != DELETED and order.reference == change.reference
            found[change.source_id] = [order.purchase_order_id] if order and mine else []
        return found

    def url(self, target_id: str) -> str:
        return f"{URL}{target_id}"


def created(one: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON body of a new order."""
    delivery = date.fromisoformat(one["delivery"]) if one["delivery"] else None
    return PurchaseOrderDraft(
        one["contact"],
        one["number"],
        date.fromisoformat(one["date"]),
        [_line(line) for line in one["lines"]],
        one["status"],
        one["reference"],
        currency=one.get("currency", ""),
        delivery=delivery,
    ).body()


def changed(one: Mapping[str, Any], line_ids: Mapping[str, str]) -> dict[str, Any]:
    """The JSON body of a change; contact and status are people's business by now, and the currency stays."""
    whole = {name: value for name, value in created(one).items() if name not in ("Contact", "Status", "CurrencyCode")}
    return {**whole, "LineItems": [_line(line, line_ids.get(line["key"], "")).body() for line in one["lines"]]}


def _line(line: Mapping[str, Any], line_id: str = "") -> LineDraft:
    return LineDraft(
        line["description"],
        Decimal(str(line["amount"])),
        account=line["account"],
        tax_type=line["tax"],
        tracking=tuple(Mark(mark["category"], mark["option"]) for mark in line["tracking"]),
        item=line["item"],
        line_id=line_id,
    )
