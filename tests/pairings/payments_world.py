"""The claim A/1 of the worked examples with its bill of 10,450.00, waiting to be paid."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from integrations.procore.sandbox.claims import Claim
from integrations.procore.sandbox.contracts import Contract
from integrations.procore.sandbox.project import Project
from integrations.procore_xero.payments import Payments
from integrations.xero.sandbox.books import Document
from integrations.xero.sandbox.state import Contact
from tests.pairings.ledger_world import Site, site
from tests.pairings.world import World

FIRST, SECOND = date(2026, 11, 10), date(2026, 11, 20)


@dataclass
class Billed:
    """Claim A/1 of the worked examples, and its bill of 10,450.00."""

    w: World
    at: Site
    project: Project
    contact: Contact
    contract: Contract
    claim: Claim
    bill: Document

    def pay(self, amount: str | None = None, day: date = FIRST, reference: str = "EFT 88") -> Any:
        return self.w.org.pay(self.bill, amount, day, reference=reference)

    def paid(self) -> list[str]:
        return [str(row["amount"]) for row in self.contract.payments]


@contextmanager
def billed(**settings: Any) -> Iterator[Billed]:
    with site(Payments(), **settings) as at:
        contact, vendor = at.vendor()
        project = at.project("24-001")
        contract = at.contract(project, vendor)
        claim = at.claim(contract)
        yield Billed(at.w, at, project, contact, contract, claim, at.bill(contact, claim))
