"""The claims that bills and credit notes came from, and what a credit note of a claim was used for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hub.stage import ReadContext
from integrations.procore_kit import names
from integrations.procore_kit.settlements import SettledBy, Settlement
from integrations.xero.credit_notes import CreditNote

from .ties import CLAIMS, PROJECTS


@dataclass(frozen=True)
class PaidClaims:
    """What came from claims: id of the bill or credit note → claim id, and what people call the claims and projects."""

    by_bill: Mapping[str, str]
    keys: Mapping[str, str]
    projects: Mapping[str, str] = field(repr=False)  # job number → project id

    @classmethod
    def of(cls, context: ReadContext) -> PaidClaims:
        by_bill = {bill: claim for claim, bill in context.linked_in(CLAIMS).items()}
        keys = {claim: key for key, claim in context.keyed_in(CLAIMS).items()}
        return cls(by_bill, keys, context.keyed_in(PROJECTS))

    def project_ids(self, claim_id: str) -> tuple[str, ...]:
        """A claim's key begins with its job number; job numbers may hold anything, so several can fit."""
        key = names.fold(self.keys.get(claim_id, ""))
        fitting = [number for number in self.projects if key.startswith(f"{names.fold(number)}/")]
        chosen = sorted(fitting, key=len, reverse=True) or self.projects
        return tuple(dict.fromkeys(self.projects[number] for number in chosen))

    def called(self, document_id: str) -> str:
        """The claim's key."""
        claim = self.by_bill.get(document_id, "")
        return self.keys.get(claim, claim)

    def one_commitment(self, bill_id: str, note_id: str) -> bool:
        """Whether both came from claims of one commitment, whose key a claim's begins with."""
        orders = {self.called(one).rpartition("/")[0] for one in (bill_id, note_id)}
        return "" not in orders and len(orders) == 1


def uses(note: CreditNote) -> tuple[Settlement, ...]:
    """What a credit note was used for, by the bill it was set against or the payment that refunded it; `reference` is
    the bill's number."""
    found: dict[str, Settlement] = {}
    for one in _parts(note):
        earlier = found.get(one.id)
        amount = one.amount + (earlier.amount if earlier else 0)
        found[one.id] = Settlement(one.id, one.by, one.day, amount, one.reference)
    return tuple(found.values())


def _parts(note: CreditNote) -> Iterator[Settlement]:
    for one in note.allocations:
        bill = one.invoice
        yield Settlement(bill.invoice_id, SettledBy.CREDIT_NOTE, one.date or note.date, one.amount, bill.invoice_number)
    for paid in note.payments:
        yield Settlement(paid.payment_id, SettledBy.PAYMENT, paid.date or note.date, paid.amount, paid.reference)
