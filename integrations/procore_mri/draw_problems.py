"""The catalogue of what a person must look at in progress claims on their way to draws."""

from __future__ import annotations

from hub.stage import ProblemKind
from integrations.procore_kit.problems import FIGURES_DIFFER, NO_BILLING_DATE, NO_CERTIFICATE

from .document_problems import WITH_VENDOR

DRAWS = (
    *WITH_VENDOR,
    FIGURES_DIFFER,
    NO_CERTIFICATE,
    NO_BILLING_DATE,
    ProblemKind(
        "commitment_not_sent",
        "Commitment not in MRI",
        "The commitment {order} that this claim belongs to is not linked to a contract of MRI.",
        "Run the stage for commitments and see to its problems: one that MRI has already is matched by its number. One "
        "past “Approved” in Procore is only matched: enter it in MRI first, or approve it again. Then retry it.",
    ),
    ProblemKind(
        "order_takes_no_draws",
        "Claim on a purchase order",
        "The commitment {order} is a purchase order in MRI, and MRI takes draws on contracts only. {due} is due.",
        "Enter the invoice in MRI by hand and ignore this. For commitments to come, let purchase orders become "
        "contracts in the tenant's settings.",
    ),
    ProblemKind(
        "earlier_not_sent",
        "Waits for an earlier application",
        "The application {earlier} of the same commitment is not in MRI yet, and draws go in order.",
        "See to that one first: this one follows by itself. Or let draws go in any order in the tenant's settings.",
    ),
    ProblemKind(
        "earlier_refused",
        "Waits for an earlier application",
        "The application {reasons} of the same commitment did not arrive in MRI, and draws go in order.",
        "See to that one first: this one follows by itself. Or let draws go in any order in the tenant's settings.",
    ),
    ProblemKind(
        "negative_claim",
        "Negative claim",
        "The claim comes to {due}, and the tenant's settings hold such claims.",
        "Let negative claims be sent in the tenant's settings, or enter this one in MRI by hand and ignore it.",
    ),
    ProblemKind(
        "no_retention_fields",
        "MRI is not told the retention",
        "The claim withholds {retained} and releases {released}, and the connection's endpoint for draws has no field "
        "for it. Sent without, the draw would ask for {gross} instead of {due}.",
        "Map the fields for retainage in the connection's endpoints. If MRI withholds by itself, say so in the "
        "tenant's settings under Draws. Then retry it.",
    ),
    ProblemKind(
        "release_by_hand",
        "Release of retention",
        "The claim releases {released}, and by the tenant's settings MRI keeps the retention itself.",
        "Release it in MRI by hand and ignore this; or let Procore's figures go with the draws in the tenant's "
        "settings.",
    ),
    ProblemKind(
        "no_tax_field",
        "MRI is not told the tax",
        "The claim shows tax of {tax}, and the connection's endpoint for draws has no field for it.",
        "Map the field in the connection's endpoints, or let tax be left out in the tenant's settings. Then retry it.",
    ),
    ProblemKind(
        "no_open_period",
        "Open period not known",
        "MRI does not say which accounting period is open for the entity of job {job}.",
        "See that the entity has a current period in MRI and that the endpoints for jobs and entities show it, or take "
        "the period from the billing date in the tenant's settings. Then retry it.",
    ),
    ProblemKind(
        "period_closed",
        "Accounting period closed",
        "MRI refused the draw because of its accounting period: {reasons}",
        "Open the period in MRI, or take the entity's open period in the tenant's settings under Draws. Then retry it.",
    ),
    ProblemKind(
        "no_longer_approved",
        "No longer approved",
        "The claim was approved when it was sent; in Procore it is now “{status}”. Its draw {key}{in_mri} "
        "stands in MRI.",
        "If the claim is withdrawn, void the draw in MRI. If it is only being corrected, wait: once it is approved "
        "again, it is compared with the draw.",
    ),
    ProblemKind(
        "nothing_left",
        "Nothing left to draw",
        "The claim was sent as a draw and now comes to nothing.",
        "Void the draw in MRI if nothing is owed, or undo the change in Procore.",
    ),
)
