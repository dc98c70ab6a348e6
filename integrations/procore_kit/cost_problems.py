"""The catalogue for what comes back from the ledger: payments, direct invoices, journal entries."""

from __future__ import annotations

from hub.stage import ProblemKind

PAYMENTS = (
    ProblemKind(
        "claim_gone",
        "Claim not found",
        "The bill {bill} was made from the progress claim {claim}, which Procore does not show to this login any more.",
        "See in Procore whether the claim was deleted, or whether the project is still permitted to the integration. "
        "Then retry it.",
    ),
    ProblemKind(
        "payment_deleted",
        "Payment deleted in {source}",
        "A {by} on the bill {bill} was deleted in {source} after it was sent. What it was in Procore, a payment of "
        "{amount}, still stands there.",
        "If that is right, set “Deleted payments” to “remove” in the tenant's settings, or delete the payment in "
        "Procore and remove the link. If not, enter it again in {source}.",
    ),
    ProblemKind(
        "payment_locked",
        "Payment is locked in Procore",
        "Procore does not let the payment be changed: {reasons}",
        "See in Procore which integration locks it and have it unlocked. Then retry it.",
    ),
    ProblemKind(
        "claim_locked",
        "Claim is locked in Procore",
        "The payment date of the claim cannot be set, because another integration has locked the claim: {reasons}",
        "Unlock the claim in Procore, or set its payment date there. Then retry it.",
    ),
)

CODES = (
    ProblemKind(
        "no_cost_code",
        "No cost code",
        "The line “{line}” of {amount} names no cost code of the project ({why}).",
        "Choose the cost code on the line in {source}, or name a default cost code in the tenant's settings. "
        "Then retry it.",
    ),
    ProblemKind(
        "code_not_in_project",
        "Cost code missing in the project",
        "The cost code {code} is not among those of the project in Procore that take costs.",
        "Add the code to the project in Procore, or choose another one on the line in {source}. Then retry it.",
    ),
    ProblemKind(
        "too_many_lines",
        "Too many lines",
        "{document} has {count} lines on this project, and Procore takes at most {limit} at a time.",
        "Enter it in Procore by hand with fewer lines, then ignore this problem.",
    ),
    ProblemKind(
        "no_cost_type",
        "Cost type not found",
        "Procore has no cost type with the code or name “{cost_type}”.",
        "Correct the cost type in the tenant's settings under “Direct costs”. Then retry it.",
    ),
)
HIDDEN = ProblemKind(
    "project_hidden",
    "Project not visible",
    "Procore does not show the project “{project}” to this login: {reasons}",
    "Add the project to the permitted projects of the integration in Procore, with its tools. Then retry it.",
)
CHANGED = (
    ProblemKind(
        "source_voided",
        "Voided after it was sent",
        "{document} was voided or deleted in {source} after it was sent; the direct cost in Procore still stands.",
        "If that is right, set “Voided documents” to “remove” in the tenant's settings, or delete the direct cost in "
        "Procore and remove the link.",
    ),
    ProblemKind(
        "left_project",
        "No longer on the project",
        "{document} has no line on this project any more; the direct cost in Procore still stands.",
        "If that is right, set “Voided documents” to “remove” in the tenant's settings, or delete the direct cost in "
        "Procore and remove the link. If not, correct it in {source}.",
    ),
    ProblemKind(
        "cost_locked",
        "Direct cost is locked in Procore",
        "Procore does not let the direct cost be changed: {reasons}",
        "See in Procore which integration locks it and have it unlocked. Then retry it.",
    ),
)
CURRENCY = ProblemKind(
    "currency_differs",
    "Project in another currency",
    "{document} is in {currency}, and Procore keeps the project “{project}” in {theirs}: it would add the same figures "
    "as other money.",
    "Enter it in Procore by hand in {theirs}. Then ignore this problem.",
)
# Of documents that have a vendor: invoices.
INVOICES = (
    ProblemKind(
        "commitment_vendor",
        "Vendor has a commitment",
        "{vendor} has the approved commitment {commitments} on this project, so this is probably a claim that was "
        "entered by hand.",
        "If it is, enter it as a claim in Procore and void it in {source}. If it is a cost of its own, set “Vendors "
        "with a commitment” to “send” in the tenant's settings. Or ignore this problem.",
    ),
    ProblemKind(
        "foreign_currency",
        "Foreign currency",
        "{document} is in {currency}, not in the ledger's own currency; Procore would add its amounts to the "
        "project's as if they were.",
        "Enter it in Procore by hand, or as a bill in the organisation's currency. Then ignore or retry this.",
    ),
    ProblemKind(
        "no_number",
        "No number",
        "{document} has no number in {source}, and Procore needs one for a direct cost of the type invoice.",
        "Enter the supplier's number on it in {source}. Then retry it.",
    ),
)
# Of documents whose header says what they come to.
TOTALS = (
    ProblemKind(
        "total_differs",
        "Lines do not add up",
        "The lines of {document} add up to {lines}, but {source} says that it comes to {total}{tax}. It is not sent.",
        "Open it in {source} and see which line is wrong or missing, or not shown to the login. Then retry it.",
    ),
    ProblemKind(
        "header_only",
        "No lines",
        "{document} comes to {total} in {source}, but none of its lines has an amount, so its cost code is not known.",
        "Give it lines with amounts in {source}, or see whether its lines are shown to the login; then retry it. Or "
        "enter it in Procore by hand and ignore this.",
    ),
)
