"""Where a cost goes in the books: account, tax type, item and tracking of a line, by its project and cost code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hub.stage import Known
from integrations.procore_kit.faults import Fault
from integrations.procore_kit.sites import CodeRef, Site

from .account_rules import takes_costs
from .books import Books, Place
from .cost_codes import VALUE_KIND
from .settings import CostCodeStrategy, Settings

CODES = "cost_codes"


@dataclass(frozen=True)
class Coding:
    """Of one line of a document. `tax` "" leaves it to the account."""

    account: str
    tax: str
    item: str = ""
    tracking: tuple[Place, ...] = ()

    def body(self) -> dict[str, Any]:
        marks = [{"category": place.category_id, "option": place.option_id} for place in self.tracking]
        return {"account": self.account, "tax": self.tax, "item": self.item, "tracking": marks}


class Coder:
    """Codes the lines of one project's documents. What is missing is raised as a Fault."""

    def __init__(self, site: Site, books: Books, known: Known) -> None:
        self._site, self._books, self._known = site, books, known
        self._settings: Settings = known.settings

    def cost(self, code: CodeRef | None, line: str) -> Coding:
        """A line of work or materials. `line` is what a person calls it."""
        if code is None or not code.full:
            raise Fault("line_without_code", line=line)
        value = self._known.value(VALUE_KIND, code.full, self._site.number) or {}
        item = self._item(value, code)
        account = self._books.account(self._account(value, item, code), f"cost code {code.full}")
        tax = self._books.tax_type(
            value.get("tax_type", "") or self._item_tax(item) or self._settings.cost_tax, account
        )
        return Coding(account.code, tax, item, self._tracking(value, code))

    def retention(self, work: Coding, *, released: bool) -> Coding:
        """The retention of a line: the liability account, with the tracking of the work and, by default, its tax."""
        settings = self._settings
        chosen = (released and settings.retention_release_account) or settings.retention_payable_account
        if not chosen:
            raise Fault("no_retention_account")
        account = self._books.account(chosen, "retention")
        tax = self._books.tax_type(settings.retention_tax or work.tax, account)
        return replace(work, account=account.code, tax=tax, item="")

    def _item(self, value: Mapping[str, str], code: CodeRef) -> str:
        if self._settings.cost_code_strategy is not CostCodeStrategy.ITEM:
            return ""
        chosen = value.get("item", "")
        if not chosen:
            raise Fault("unmapped_code", code=code.full, wanted="item")
        found = self._books.items.get(chosen)
        if found is None:
            raise Fault("item_gone", code=code.full, item=chosen)
        if not takes_costs(purchased=found.is_purchased, tracked=found.is_tracked_as_inventory):
            raise Fault("item_not_usable", code=code.full, item=chosen)
        return chosen

    def _account(self, value: Mapping[str, str], item: str, code: CodeRef) -> str:
        of_item = self._books.items[item].purchase_details.account_code if item else ""
        found = value.get("account", "") or of_item or self._settings.cost_account
        if not found:
            raise Fault("unmapped_code", code=code.full, wanted="account")
        return found

    def _item_tax(self, item: str) -> str:
        return self._books.items[item].purchase_details.tax_type if item else ""

    def _tracking(self, value: Mapping[str, str], code: CodeRef) -> tuple[Place, ...]:
        project = self._books.place(self._site.ledger_id, f"project {self._site.number}")
        if self._settings.cost_code_strategy is not CostCodeStrategy.TRACKING:
            return (project,)
        return project, self._code_option(value, code)

    def _code_option(self, value: Mapping[str, str], code: CodeRef) -> Place:
        what = f"cost code {code.full}"
        if value.get("tracking"):
            return self._books.named(self._settings.cost_code_category, value["tracking"], what)
        link = self._known.link_in(CODES, str(code.standard_id)) if code.standard_id is not None else None
        if link is None:
            raise Fault("code_not_linked", code=code.full)
        return self._books.place(link.target_id, what)

    def description(self, text: str, code: CodeRef) -> str:
        """What the line says; the code stands in it where nothing else tells."""
        if self._settings.cost_code_strategy is CostCodeStrategy.DESCRIPTION:
            return f"{code.full} {text}"
        return text
