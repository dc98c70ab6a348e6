"""The catalogue of what a person must look at in commitments and their change orders on the way to MRI."""

from __future__ import annotations

from hub.stage import ProblemKind

from .document_problems import SENDING, WITH_VENDOR

SUMS_DIFFER = ProblemKind(
    "sums_differ",
    "Lines do not add up",
    "The lines of the {noun} add up to {lines}, but Procore says that it comes to {total}. Nothing was sent.",
    "Open it in Procore and see which line is wrong or not shown to the login. Then retry it.",
)
NO_LONGER_APPROVED = ProblemKind(
    "no_longer_approved",
    "No longer approved",
    "The {noun} was approved when it was sent; in Procore it is now “{status}”. {key}{in_mri} stands in MRI.",
    "If it is withdrawn, void it in MRI. If it is only being corrected, wait: once it is approved again, it is "
    "compared with what MRI has.",
)

COMMITMENTS = (*WITH_VENDOR, SUMS_DIFFER, NO_LONGER_APPROVED)

CHANGE_ORDERS = (
    *SENDING,
    SUMS_DIFFER,
    NO_LONGER_APPROVED,
    ProblemKind(
        "commitment_not_sent",
        "Commitment not in MRI",
        "The commitment {order} that this change order belongs to is not linked to a contract of MRI.",
        "Run the stage for commitments and see to its problems. One past “Approved” in Procore is only matched with "
        "what MRI has: enter it in MRI first, or approve it again. Then retry it.",
    ),
    ProblemKind(
        "change_on_purchase_order",
        "Change order on a purchase order",
        "The commitment {order} is a purchase order in MRI, and it is not known that MRI takes change orders on those. "
        "The change comes to {total}.",
        "Change the purchase order in MRI by hand and ignore this; or let such change orders be sent in the tenant's "
        "settings under Commitments.",
    ),
    ProblemKind(
        "moves_between_codes",
        "Comes to nothing, but moves amounts",
        "The change order comes to 0.00 and moves amounts between cost codes. By the tenant's settings change orders "
        "without value are left out, and then MRI would not know of it.",
        "Make the change in MRI by hand and ignore this; or let change orders without value be sent in the tenant's "
        "settings under Commitments.",
    ),
)
