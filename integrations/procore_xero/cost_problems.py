"""The catalogue of what comes back from Xero: payments, direct invoices, journal entries."""

from __future__ import annotations

from hub.stage import ProblemKind
from integrations.procore_kit.cost_problems import CHANGED, CODES, CURRENCY, HIDDEN, INVOICES
from integrations.procore_kit.cost_problems import PAYMENTS as ALL_PAYMENTS

_VENDOR_NOT_LINKED = ProblemKind(
    "vendor_not_linked",
    "Vendor not linked",
    "The contact “{contact}” is not linked to a vendor in Procore, and Procore needs one for this {noun}.",
    "Put the contact into the contact group named in the tenant's settings and get contacts. Then retry it.",
)
_SEVERAL_CODES = ProblemKind(
    "several_codes",
    "Several cost codes fit",
    "The line “{line}” stands on {mapped}, which the value map gives to more than one cost code: {codes}.",
    "Let the tracking tell the codes apart, or map one code only. Then retry it.",
)

PAYMENTS = (
    *ALL_PAYMENTS,
    ProblemKind(
        "credit_by_hand",
        "Credit of a claim to enter by hand",
        "The credit note {note} of the claim {claim}, which is below zero, was {use}. In Procore that is a payment of "
        "{amount} on this claim, dated {day}; Tieback sends no payments below zero.",
        "Enter it in Procore among the payments of the claim's commitment. Then ignore this problem.",
    ),
    ProblemKind(
        "credit_counted",
        "Credit of a claim counted as a payment",
        "On the bill {bill} {why} A payment of {amount} was made of it in Procore earlier, and still stands there.",
        "Set “Deleted payments” to “remove” in the tenant's settings, or delete the payment in Procore and remove the "
        "link.",
    ),
)
DIRECT_INVOICES = (HIDDEN, _VENDOR_NOT_LINKED, *CODES, _SEVERAL_CODES, *CHANGED, CURRENCY, *INVOICES)
JOURNAL_ENTRIES = (HIDDEN, *CODES, _SEVERAL_CODES, *CHANGED, CURRENCY)
