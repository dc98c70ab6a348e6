"""The number of a claim's bill: the best one that its vendor has not used before. Xero takes a number any number of
times (https://developer.xero.com/documentation/api/accounting/invoices), so nobody else would notice."""

from __future__ import annotations

from integrations.procore_kit.claim_reader import Claim
from integrations.procore_kit.faults import Fault

from .bill_body import CREDIT_NOTE
from .bill_survey import BillSurvey, candidates
from .settings import Settings


def chosen(claim: Claim, kind: str, survey: BillSurvey, settings: Settings) -> tuple[str, list[str]]:
    """The number, and what a person should know of it. Raises Fault when the vendor has used all of them."""
    choices = candidates(claim, settings)
    if kind == CREDIT_NOTE:
        return choices[0], []
    number = survey.given.get(claim.id) or survey.own_number(claim, choices)
    if not number:
        raise Fault("number_twice", number=" and ".join(choices))
    if number == choices[0]:
        return number, []
    said = f"The vendor has used the number {choices[0]} before, so the bill is numbered {number}."
    if any(bill.sub_total == claim.payment_due for bill in survey.rivals(claim, choices[0])):
        said += " The other bill has the same amount: see whether somebody entered this claim by hand."
    return number, [said]
