"""The catalogue of what comes back from Xero: payments, direct invoices, journal entries."""

from __future__ import annotations

from hub.stage import ProblemKind
from integrations.procore_kit.cost_problems import CHANGED, CODES, CURRENCY, HIDDEN, INVOICES

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

DIRECT_INVOICES = (HIDDEN, _VENDOR_NOT_LINKED, *CODES, _SEVERAL_CODES, *CHANGED, CURRENCY, *INVOICES)
JOURNAL_ENTRIES = (HIDDEN, *CODES, _SEVERAL_CODES, *CHANGED, CURRENCY)
